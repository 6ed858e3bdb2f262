"""What a view becomes in a chat: against the sandbox's Bot API, which checks as Telegram would."""

from collections.abc import AsyncIterator, Callable
from dataclasses import fields
from typing import Any

import pytest
from markupsafe import Markup
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot import delivery
from bot.pictures import Pictures
from bot.request import AiohttpRequest
from handlers.view import Button, View
from sandbox import SandboxServer
from sandbox.client import People, Person
from storage.outbox import Lane, OutboxRow, RowState
from tests.machine.world import NOON
from tests.story.pictures import png

OLENA = 1001


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    server = SandboxServer(port=0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator["ExtBot[None]"]:
    async with ExtBot(
        "1:SANDBOX",
        base_url=f"{server.url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    ) as made:
        yield made


@pytest.fixture
async def olena(server: SandboxServer) -> AsyncIterator[Person]:
    async with People(server.url) as people:
        olena = people["Olena"]
        await olena.tells_start()
        yield olena


def row(chat_id: int = OLENA, **values: Any) -> OutboxRow:
    given: dict[str, Any] = dict.fromkeys(field.name for field in fields(OutboxRow))
    given |= {"id": 1, "chat_id": chat_id, "lane": Lane.REPLY, "screen": "says", "params": "{}"}
    given |= {"not_before": NOON, "attempts": 0, "state": RowState.DUE}
    return OutboxRow(**given | values)


async def deliver(
    bot: "ExtBot[None]", row: OutboxRow, view: View, known: Pictures | None = None
) -> int | None:
    return await delivery.deliver(bot, row, view, known or Pictures())


def view(text: str, picture: bytes | Callable[[], bytes] | None = None, *buttons: Button) -> View:
    return View(Markup(text), (buttons,) if buttons else (), picture=picture)


async def test_a_picture_is_the_message_and_its_text_stands_below(bot: "ExtBot[None]", olena: Person) -> None:
    number = await deliver(bot, row(), view("<b>Today</b> 3 of 4", png(30, 20), Button("Go", press="1sgo")))
    assert await olena.looks() == "Today 3 of 4"
    assert olena.last["message_id"] == number
    assert olena.last["photo"][0]["width"] == 30
    assert olena.buttons == ["Go"]


async def test_a_picture_is_exchanged_in_place(bot: "ExtBot[None]", olena: Person) -> None:
    number = await deliver(bot, row(), view("Today", lambda: png(30, 20)))
    await deliver(bot, row(edit_message_id=number), view("Tomorrow", png(60, 20), Button("Go", press="1sgo")))
    assert await olena.looks() == "Tomorrow"
    assert (olena.last["message_id"], olena.last["photo"][0]["width"]) == (number, 60)
    assert olena.buttons == ["Go"]


async def test_a_picture_takes_the_place_of_a_text(bot: "ExtBot[None]", olena: Person) -> None:
    number = await deliver(bot, row(), view("Only words"))
    await deliver(bot, row(edit_message_id=number), view("A picture", png()))
    assert await olena.looks() == "A picture"
    assert olena.last["photo"]
    with pytest.raises(BadRequest, match="no text in the message"):  # so the sender says it anew
        await deliver(bot, row(edit_message_id=number), view("Only words again"))


async def test_buttons_that_share_and_copy(bot: "ExtBot[None]", olena: Person) -> None:
    await deliver(bot, row(), view("Share", None, Button("Chat", inline="0K3XQ4"), Button("Copy", copy="x")))
    await olena.looks()
    [buttons] = olena.last["reply_markup"]["inline_keyboard"]
    assert buttons == [
        {"text": "Chat", "switch_inline_query": "0K3XQ4"},
        {"text": "Copy", "copy_text": {"text": "x"}},
    ]


async def test_one_picture_for_many_chats_is_carried_there_once(
    bot: "ExtBot[None]", olena: Person, server: SandboxServer
) -> None:
    pictures = Pictures(most=1)
    for chat in (OLENA, -5001):
        await deliver(bot, row(chat), view("Today", png(30, 20)), pictures)
    number = await deliver(bot, row(), view("Only words"))
    await deliver(bot, row(edit_message_id=number), view("Today", png(30, 20)), pictures)
    stood = [
        m["photo"][0]["file_id"]
        for c in server.state.chats.values()
        for m in c.messages.values()
        if "photo" in m
    ]
    assert len(stood) == 3
    assert len(set(stood)) == 1
    await deliver(bot, row(), view("Tomorrow", png(60, 20)), pictures)
    assert pictures.name(png(30, 20)) is None
    assert pictures.name(png(60, 20)) is not None


async def test_a_picture_telegram_has_forgotten_is_carried_there_again(
    bot: "ExtBot[None]", olena: Person
) -> None:
    pictures = Pictures()
    pictures.keep(png(30, 20), {"photo": [{"file_id": "from-another-world"}]})
    await deliver(bot, row(), view("Today", png(30, 20)), pictures)
    assert await olena.looks() == "Today"
    assert pictures.name(png(30, 20)) == olena.last["photo"][0]["file_id"]
