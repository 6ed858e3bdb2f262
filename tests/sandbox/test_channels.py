"""Channels speak with their own name, and topics keep what was said in them together."""

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden

from sandbox import SandboxServer
from sandbox.cast import NEWS, PARTNERS
from sandbox.client import People, Person
from sandbox.errors import PeopleError
from tests.sandbox.test_people import waiting


@pytest.fixture
def ihor(people: People) -> Person:
    person = people["Ihor"].in_group(NEWS.id)
    person.patience = 0.0
    return person


async def test_the_bot_posts_where_it_is_an_administrator(
    server: SandboxServer, bot: Bot, ihor: Person
) -> None:
    with pytest.raises(Forbidden, match="not a member of the channel chat"):
        await bot.send_message(NEWS.id, "x")
    with pytest.raises(PeopleError, match="only be an administrator"):
        await ihor.adds_bot()
    await ihor.adds_bot("administrator")
    [added] = await waiting(server, bot)
    assert added.my_chat_member is not None
    assert added.my_chat_member.chat.type == "channel"
    assert added.my_chat_member.from_user.first_name == "Ihor"
    rights = added.my_chat_member.new_chat_member
    assert (rights.status, getattr(rights, "can_post_messages", None)) == ("administrator", True)
    sent = await bot.send_message(NEWS.id, "News")
    assert (sent.from_user, sent.sender_chat and sent.sender_chat.title) == (None, "Bridge news")
    await sent.edit_text("Newer")
    assert await ihor.looks() == "Newer"


async def test_what_administrators_post_is_told_to_the_bot(
    server: SandboxServer, bot: Bot, ihor: Person, people: People
) -> None:
    await ihor.adds_bot("administrator")
    await ihor.tells("Good morning")
    await ihor.looks()
    with pytest.raises(PeopleError, match="administrators post"):
        await people["Olena"].in_group(NEWS.id).tells("me too")
    await ihor._post("edit", message_id=ihor.last["message_id"], text="Good evening")
    _, posted, edited = await waiting(server, bot)
    assert posted.channel_post is not None
    assert posted.channel_post.from_user is None
    assert edited.edited_channel_post is not None
    assert edited.edited_channel_post.text == "Good evening"
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("mine now", NEWS.id, posted.channel_post.message_id)


async def test_what_is_forwarded_says_from_which_channel(
    server: SandboxServer, bot: Bot, ihor: Person
) -> None:
    await ihor.adds_bot("administrator")
    sent = await bot.send_message(NEWS.id, "News")
    await waiting(server, bot)
    with pytest.raises(PeopleError, match="START"):
        await ihor.forwards(sent.message_id)
    await ihor.link.post(f"/people/{ihor.id}/start", {})
    await ihor.forwards(sent.message_id)
    forwarded = (await waiting(server, bot))[-1].message
    assert forwarded is not None
    assert forwarded.forward_origin is not None
    assert forwarded.forward_origin.type == "channel"


async def said_in_topic(server: SandboxServer, bot: Bot, marek: Person, text: str) -> Update:
    await marek.says(text)
    [update] = await waiting(server, bot)
    return update


async def test_a_topic_is_kept_by_whoever_answers_in_it(
    server: SandboxServer, bot: Bot, people: People
) -> None:
    marek = people["Marek"].in_group(PARTNERS.id, thread_id=2)
    marek.patience = 0.0
    asked = (await said_in_topic(server, bot, marek, "/needs")).message
    assert asked is not None
    assert (asked.message_thread_id, asked.is_topic_message, asked.chat.is_forum) == (2, True, True)
    sent = await bot.send_message(PARTNERS.id, "Here", message_thread_id=2)
    replied = await bot.send_message(PARTNERS.id, "And here", reply_to_message_id=sent.message_id)
    assert (sent.message_thread_id, replied.message_thread_id) == (2, 2)
    elsewhere = await bot.send_message(PARTNERS.id, "For all")
    assert elsewhere.is_topic_message is None
    with pytest.raises(BadRequest, match=r"(?i)message thread not found"):
        await bot.send_message(PARTNERS.id, "Nowhere", message_thread_id=9)
    marek.thread_id = None
    general = (await said_in_topic(server, bot, marek, "/needs")).message
    assert general is not None
    assert general.message_thread_id is None
