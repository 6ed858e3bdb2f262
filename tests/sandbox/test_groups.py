"""Groups: who hears what, the bot coming and going, the change to a supergroup."""

import pytest
from telegram import Bot, BotCommandScopeAllGroupChats, BotCommandScopeChat
from telegram.error import BadRequest, ChatMigrated, Forbidden

from sandbox import SandboxServer
from sandbox.client import People, Person
from tests.sandbox.test_people import waiting

HQ = -5001


@pytest.fixture
def ihor(people: People) -> Person:
    person = people["Ihor"].in_group(HQ)
    person.patience = 0.0
    return person


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("good morning", False),
        ("/digest", True),
        ("/digest@hromada_bridge_bot", True),
        ("/digest@another_bot", False),
        ("what do you say, @hromada_bridge_bot?", True),
    ],
)
async def test_privacy_mode_keeps_ordinary_talk_from_the_bot(
    server: SandboxServer, bot: Bot, ihor: Person, text: str, heard: bool
) -> None:
    await ihor.says(text)
    assert bool(await waiting(server, bot)) is heard


async def test_a_reply_to_the_bot_is_heard_and_an_administrator_hears_all(
    server: SandboxServer, bot: Bot, ihor: Person
) -> None:
    sent = await bot.send_message(HQ, "Who goes?")
    await ihor.says("me", reply_to=sent.message_id)
    [update] = await waiting(server, bot)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    await ihor.adds_bot("administrator")
    await ihor.says("ordinary talk")
    promoted, talk = await waiting(server, bot)
    assert promoted.my_chat_member is not None
    assert promoted.my_chat_member.new_chat_member.status == "administrator"
    assert talk.message is not None


async def test_the_bot_is_removed_and_added_again(server: SandboxServer, bot: Bot, ihor: Person) -> None:
    await ihor.removes_bot()
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await bot.send_message(HQ, "x")
    await ihor.adds_bot()
    await bot.send_message(HQ, "back")
    removed, welcomed, added = await waiting(server, bot)
    assert removed.my_chat_member is not None
    assert removed.my_chat_member.new_chat_member.status == "kicked"
    assert welcomed.message is not None
    assert [user.id for user in welcomed.message.new_chat_members] == [1]
    assert added.my_chat_member is not None


async def test_the_bot_can_leave_by_itself(bot: Bot) -> None:
    assert await bot.leave_chat(HQ)
    with pytest.raises(Forbidden, match="bot is not a member of the group chat"):
        await bot.send_message(HQ, "x")


async def test_a_group_becomes_a_supergroup_and_says_where_it_went(
    server: SandboxServer, bot: Bot, ihor: Person
) -> None:
    new_id = await ihor.upgrades_group()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(HQ, "x")
    assert moved.value.new_chat_id == new_id
    old, new = await waiting(server, bot)
    assert old.message is not None
    assert new.message is not None
    assert (old.message.migrate_to_chat_id, new.message.migrate_from_chat_id) == (new_id, HQ)
    assert (await bot.send_message(new_id, "here now")).chat.type == "supergroup"
    assert await ihor.looks() == "here now"


async def test_the_bot_asks_about_a_group(bot: Bot) -> None:
    chat = await bot.get_chat(HQ)
    assert (chat.title, chat.type) == ("Coordination HQ", "group")
    assert await bot.get_chat_member_count(HQ) == 3
    assert (await bot.get_chat_member(HQ, 1003)).status == "member"
    assert (await bot.get_chat_member(HQ, 1002)).status == "left"
    [owner] = await bot.get_chat_administrators(HQ)
    assert (owner.status, owner.user.first_name) == ("creator", "Ihor")


async def test_commands_are_seen_by_scope_and_language(bot: Bot, people: People) -> None:
    await bot.set_my_commands([("start", "Begin")])
    await bot.set_my_commands([("start", "Почати")], language_code="uk")
    await bot.set_my_commands([("digest", "Digest")], scope=BotCommandScopeAllGroupChats())
    await bot.set_my_commands([("approve", "Approve")], scope=BotCommandScopeChat(1004))
    chats = {chat["id"]: chat["commands"] for chat in (await people.world())["chats"]}
    seen = {person: chats[person][str(person)][0]["description"] for person in (1001, 1002, 1004)}
    assert seen == {1001: "Почати", 1002: "Begin", 1004: "Approve"}
    assert chats[HQ]["1004"][0]["command"] == "digest"
    await bot.delete_my_commands(scope=BotCommandScopeChat(1004))
    assert await bot.get_my_commands(scope=BotCommandScopeChat(1004)) == ()
    assert [command.description for command in await bot.get_my_commands(language_code="uk")] == ["Почати"]


async def test_the_bot_describes_itself(bot: Bot) -> None:
    await bot.set_my_description("Aid, promised and received")
    await bot.set_my_description("Допомога", language_code="uk")
    assert (await bot.get_my_description("uk")).description == "Допомога"
    assert (await bot.get_my_description("pl")).description == "Aid, promised and received"


async def test_a_message_is_pinned_by_those_who_may(bot: Bot, ihor: Person) -> None:
    sent = await bot.send_message(HQ, "Rules")
    with pytest.raises(BadRequest, match="Not enough rights"):
        await bot.pin_chat_message(HQ, sent.message_id)
    await ihor.adds_bot("administrator")
    await bot.pin_chat_message(HQ, sent.message_id)
    pinned = (await bot.get_chat(HQ)).pinned_message
    assert pinned is not None
