"""People type, send, edit, leave; every update has exactly Telegram's shape."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Bot, Update

from sandbox import SandboxServer
from sandbox.client import People, Person
from sandbox.errors import PeopleError
from tests.sandbox.echo import EchoBot, keys, png

HQ = -5001
Deed = Callable[[Person], Awaitable[Any]]

DEEDS: list[tuple[str, Deed]] = [
    ("text", lambda p: p.says("Генератор 5 кВт - 4 шт")),
    ("photo", lambda p: p.sends_photo(png(12, 9), "Our hospital")),
    ("document", lambda p: p.sends_document(b"xlsx", "потреби.xlsx")),
    ("contact", lambda p: p.shares_contact()),
    ("location", lambda p: p.sends_location()),
    ("sticker", lambda p: p.sends_sticker()),
    ("voice", lambda p: p.sends_voice()),
    ("forward_origin", lambda p: p.forwards(1)),
    ("reply_to_message", lambda p: p.says("this one", reply_to=1)),
]


async def waiting(server: SandboxServer, bot: Bot) -> list[Update]:
    """What the bot has not fetched yet, parsed by the library."""
    updates = [Update.de_json(raw, bot) for raw in server.state.updates._pending]
    server.state.updates.clear()
    return updates


@pytest.fixture
async def olena(server: SandboxServer, people: People) -> Person:
    person = people["Olena"]
    person.patience = 0.0
    await person.tells_start("n_K7F3")
    return person


async def test_start_with_a_payload_is_a_command(server: SandboxServer, bot: Bot, olena: Person) -> None:
    [update] = await waiting(server, bot)
    assert update.message is not None
    assert update.message.text == "/start n_K7F3"
    assert [entity.type for entity in update.message.entities] == ["bot_command"]
    assert update.message.chat.type == "private"


@pytest.mark.parametrize(("field", "deed"), DEEDS)
async def test_every_kind_of_message_is_one_the_library_reads(
    server: SandboxServer, bot: Bot, olena: Person, field: str, deed: Deed
) -> None:
    await waiting(server, bot)
    await deed(olena)
    [update] = await waiting(server, bot)
    assert update.message is not None
    assert getattr(update.message, field)
    assert not update.api_kwargs
    assert not update.message.api_kwargs
    assert update.effective_user is not None
    assert update.effective_user.id == olena.id


async def test_an_album_comes_as_several_messages(server: SandboxServer, bot: Bot, olena: Person) -> None:
    await waiting(server, bot)
    await olena.sends_album(png(2, 2), png(3, 3), caption="Two")
    one, two = await waiting(server, bot)
    assert one.message is not None
    assert two.message is not None
    assert one.message.media_group_id == two.message.media_group_id
    assert (one.message.caption, two.message.caption) == ("Two", None)


async def test_an_edited_text_comes_as_an_edited_message(
    server: SandboxServer, bot: Bot, olena: Person
) -> None:
    await olena.says("4 шт")
    await waiting(server, bot)
    await olena.edits_message("5 шт")
    [update] = await waiting(server, bot)
    assert update.edited_message is not None
    assert update.edited_message.text == "5 шт"
    assert update.edited_message.edit_date is not None


async def test_blocking_and_coming_back_are_told(server: SandboxServer, bot: Bot, olena: Person) -> None:
    await waiting(server, bot)
    await olena.blocks()
    with pytest.raises(PeopleError, match="Unblock it first"):
        await olena.says("anybody?")
    await olena.tells_start()
    blocked, back, start = await waiting(server, bot)
    assert blocked.my_chat_member is not None
    assert back.my_chat_member is not None
    assert [u.my_chat_member.new_chat_member.status for u in (blocked, back) if u.my_chat_member] == [
        "kicked",
        "member",
    ]
    assert start.message is not None


async def test_a_very_long_text_goes_out_in_parts_as_in_the_apps(
    server: SandboxServer, bot: Bot, olena: Person
) -> None:
    await waiting(server, bot)
    await olena.says("я" * 5000)
    assert [len(u.message.text or "") for u in await waiting(server, bot) if u.message] == [4096, 904]


async def test_forged_data_reaches_the_bot_as_it_is(server: SandboxServer, bot: Bot, olena: Person) -> None:
    await bot.send_message(olena.id, "?", reply_markup=keys([("Yes", "y")]))
    await waiting(server, bot)
    await olena.looks()
    with pytest.raises(TimeoutError):
        await olena.presses_data("no-such-data")
    [update] = await waiting(server, bot)
    assert update.callback_query is not None
    assert update.callback_query.data == "no-such-data"
    assert update.callback_query.message is not None
    assert update.callback_query.message.is_accessible


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        (lambda p: p.says("x"), "Press START first."),
        (lambda p: p.starts("has space"), "at most 64 letters"),
        (lambda p: p.in_group(HQ).says("x"), "Marek is not in this chat."),
        (lambda p: p.in_group(1001).says("x"), "Marek is not in this chat."),
        (lambda p: p._act("dance"), "Nobody can do that here."),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(people: People, deed: Deed, sentence: str) -> None:
    with pytest.raises(PeopleError, match=sentence):
        await deed(people["Marek"])


async def test_pages_of_other_addresses_may_not_act(server: SandboxServer, people: People) -> None:
    stranger = {"origin": "https://elsewhere.example"}
    async with people.session.post("/people/1001/start", json={}, headers=stranger) as answer:
        assert answer.status == 403


async def test_two_people_talk_to_the_bot_and_see_only_their_own(echo: EchoBot, people: People) -> None:
    olena, marek = people["Olena"], people["Marek"]
    await olena.says("/start")
    await marek.says("/start")
    await olena.says("потрібно")
    await marek.says("oferuję")
    assert "потрібно" in olena.sees
    assert "oferuję" in marek.sees
    assert "потрібно" not in marek.screen
    await marek.sends_photo(png(3, 3))
    assert "Yours" in await marek.waits_for("Yours")
