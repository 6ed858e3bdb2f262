"""Every row of the table of refusals, played by the sandbox over real HTTP, and what became of the message and of its place."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from markupsafe import Markup
from sqlalchemy import Connection
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.consequences import Script
from bot.pace import Pace, Rates
from bot.refusals import (
    ANSWERS,
    EDITS,
    PRIVATE,
    ROWS,
    Refusal,
    Verdict,
    _without_prefix,
    as_markdown,
    judge,
    verdict_on,
)
from bot.request import AiohttpRequest
from bot.sender import Sender
from bot.wiring import script_of
from domain.actor import Actor
from handlers.reader import House
from handlers.view import FILES, View
from sandbox import SandboxServer
from sandbox.client import People
from services import digests
from services.people import meet
from storage import chats, outbox, subscriptions, translations
from storage.engine import Database
from storage.outbox import Lane, OutboxRow, RowState
from tests.machine.world import NOON, TestClock
from tests.story.pictures import png

DOCS = Path(__file__).parents[2] / "docs" / "refusals.md"
OLENA, HQ, ELSEWHERE, TOPIC = 1001, -5001, -1_001_000_000_002, 1
IN_GROUPS = (Verdict.PLACE_NOW, Verdict.PLACE_GONE, Verdict.TOPIC_GONE, Verdict.MOVED)
PARAMETERS = {Verdict.PAUSE: {"retry_after": 1}, Verdict.MOVED: {"migrate_to_chat_id": ELSEWHERE}}


def test_the_docs_show_the_table_as_it_is() -> None:
    assert as_markdown() in DOCS.read_text(), "hromada-bridge refusals prints what belongs there"


def place_of(row: Refusal) -> int:
    if row.where:
        return OLENA if row.where == PRIVATE else HQ
    return HQ if row.verdict in IN_GROUPS else OLENA


def name(row: Refusal) -> str:
    return f"{row.code} {row.text} {row.where}"


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_every_row_is_met_and_not_hidden_by_one_above_it(row: Refusal) -> None:
    private = place_of(row) > 0
    method = row.methods[0] if row.methods else "sendMessage"
    said = _without_prefix(row.description.casefold())
    code = row.code or 400
    assert next(each for each in ROWS if each.fits(method, code, said, private)) is row
    assert verdict_on(method, code, row.description, private) is row.verdict


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Bad Request: CHAT_SEND_ROUNDVIDEOS_FORBIDDEN", Verdict.PLACE_NOW),
        ("Bad Request: not enough rights to send something invented next year", Verdict.PLACE_NOW),
        ("Bad Request: PHOTO_SOMETHING_NEW", Verdict.OURS),
    ],
)
def test_what_was_never_heard_is_judged_by_its_kind(said: str, verdict: Verdict) -> None:
    assert verdict_on("sendMessage", 400, said, False) is verdict


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(port=0)
    await running.start()
    async with People(running.url) as people:
        await people["Olena"].tells_start()
    yield running
    await running.stop()


def shown(conn: Connection, row: OutboxRow, now: datetime) -> View | None:
    """What the rows of this test look like."""
    values = row.values
    if values.get("commands"):
        return View(Markup(""), commands=(("start", "Menu"),), kind="commands")
    if values.get(FILES):
        return View(Markup(""), photos=tuple(values[FILES]), kind="album")
    return View(Markup("the news"), picture=png(30, 20) if values.get("picture") else None)


def furnish(conn: Connection) -> int:
    """Somebody who ordered for themselves, for a group, and for a topic of it."""
    olena = Actor(meet(conn, NOON, OLENA, "Olena", "en").id, NOON)
    chats.see(conn, OLENA, kind="private", person_id=olena.person_id, seen_at=NOON)
    for group in (HQ, ELSEWHERE):
        chats.see(conn, group, kind="group", title="Aid", seen_at=NOON)
    for chat_id, topic in ((OLENA, 0), (HQ, 0), (HQ, TOPIC)):
        digests.subscribe(conn, olena, chat_id, 8, "Europe/Kyiv", topic)
        subscriptions.save(conn, chat_id, "digest", topic, watermark=9)
    return olena.person_id


def order_at(conn: Connection, chat_id: int, topic: int = 0) -> Any:
    found = subscriptions.subscription(conn, chat_id, "digest", topic)
    assert found is not None
    return found


def queue(conn: Connection, refusal: Refusal, method: str, message_id: int) -> int:
    chat_id = place_of(refusal)
    topic = TOPIC if refusal.verdict is Verdict.TOPIC_GONE else None
    edits = method in EDITS
    params: dict[str, Any] = {"after": 3, "until": 9, "order": order_at(conn, chat_id, topic or 0).id}
    params["picture"] = method in ("sendPhoto", "editMessageMedia")
    params["commands"] = method == "setMyCommands"
    where: dict[str, Any] = {"edit": message_id, "card": "need:1"} if edits else {"thread_id": topic}
    lane = Lane.NOTICE if edits else Lane.DIGEST
    if edits:
        about = {"about": "thread:1", "language": "en", "screen": "thread", "params": "{}"}
        translations.add_place(conn, chat_id=chat_id, message_id=message_id, at=NOON, **about)
    row = outbox.show(conn, NOON, chat_id=chat_id, screen="digest", params=params, lane=lane, **where)
    assert row is not None
    return row


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("refusal", [row for row in ROWS if row.methods != ANSWERS], ids=name)
async def test_the_row_has_its_consequence(
    server: SandboxServer, file_db: Database, clock: TestClock, refusal: Refusal
) -> None:
    method = refusal.methods[0] if refusal.methods else "sendMessage"
    chat_id = place_of(refusal)
    await file_db.write(furnish)
    bot: ExtBot[None] = ExtBot(
        server.state.token,
        base_url=f"{server.url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    script: Script = replace(script_of(House("bridge_bot")), render=shown)
    async with bot, People(server.url) as people, asyncio.timeout(20):
        standing = await bot.send_message(chat_id, "a card")
        if method == "editMessageMedia":
            standing = await bot.send_photo(chat_id, png(10, 10))
        row_id = await file_db.write(queue, refusal, method, standing.message_id)
        said = refusal.description
        code = refusal.code or 400
        parameters = PARAMETERS.get(refusal.verdict, {})
        await people.refuses(method, code, said, chat_id=chat_id, **parameters)
        sender = Sender(file_db, bot, clock, Pace(Rates(chat=30, group=600)), script, attempts=3)
        running = asyncio.create_task(sender.run())
        while (await found(file_db, row_id)).state is RowState.DUE:
            await file_db.write(lambda conn: None)
        await sender.stop()
        await running
        await people.relents()
        row = await found(file_db, row_id)
        texts = [
            str(message["text"])
            for message in server.state.chats[row.chat_id].messages.values()
            if "text" in message
        ]
    await CHECKS[refusal.verdict](file_db, row, clock, texts)


async def found(db: Database, row_id: int) -> OutboxRow:
    row = await db.read(outbox.row, row_id)
    assert row is not None
    return row


async def told(db: Database) -> list[str]:
    """What Olena hears of her orders."""
    return [row.screen for row in await db.read(outbox.of_chat, OLENA, 50) if row.screen.startswith("place_")]


async def _said(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert (row.state, row.attempts) == (RowState.SENT, 0)


async def _paused(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert (row.state, row.attempts) == (RowState.SENT, 0), "a pause Telegram asks for is no failure"
    assert clock.elapsed >= 1


async def _moved(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert (row.state, row.chat_id) == (RowState.SENT, ELSEWHERE)
    assert await db.read(chats.chat, HQ) is None
    assert (await db.read(order_at, ELSEWHERE)).active


async def _message_gone(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert row.state is RowState.SKIPPED
    assert row.edit_message_id is not None
    assert await db.read(translations.place, row.chat_id, row.edit_message_id) is None


async def _content(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert (row.state, row.attempts) == (RowState.SENT, 0)
    assert "the news" in texts, "as text"


async def _place_now(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert (row.state, row.attempts) == (RowState.SENT, 1)
    assert clock.elapsed >= 30
    chat = await db.read(chats.chat, row.chat_id)
    assert chat is not None
    assert (chat.reachable, chat.silent_since) == (True, None)
    assert (await db.read(order_at, row.chat_id)).active
    assert await told(db) == (["place_silent"] if row.chat_id == HQ else [])


async def _topic_gone(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert row.state is RowState.SKIPPED
    assert not (await db.read(order_at, HQ, TOPIC)).active
    assert (await db.read(order_at, HQ)).active, "the group itself is still there"
    assert await told(db) == ["place_gone"]


async def _place_gone(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert row.state is RowState.SKIPPED
    chat = await db.read(chats.chat, HQ)
    assert chat is not None
    assert not chat.reachable
    assert not (await db.read(order_at, HQ)).active
    assert not (await db.read(order_at, HQ, TOPIC)).active
    assert await told(db) == ["place_gone"], "once, however many orders"


async def _person(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert row.state is RowState.SKIPPED
    chat = await db.read(chats.chat, OLENA)
    assert chat is not None
    assert not chat.reachable
    order = await db.read(order_at, OLENA)
    assert (order.active, order.watermark) == (True, 3), "nothing is lost for whoever comes back"


async def _line(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert (row.state, row.attempts) == (RowState.SENT, 1)


async def _ours(db: Database, row: OutboxRow, clock: TestClock, texts: list[str]) -> None:
    assert row.state is RowState.DEAD
    assert (await db.read(order_at, row.chat_id)).watermark == 3, "the day's news is told by the next one"


CHECKS = {
    Verdict.SAID: _said,
    Verdict.PAUSE: _paused,
    Verdict.MOVED: _moved,
    Verdict.MESSAGE_GONE: _message_gone,
    Verdict.CONTENT: _content,
    Verdict.PLACE_NOW: _place_now,
    Verdict.TOPIC_GONE: _topic_gone,
    Verdict.PLACE_GONE: _place_gone,
    Verdict.PERSON: _person,
    Verdict.LINE: _line,
    Verdict.OURS: _ours,
}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("refusal", [row for row in ROWS if row.methods == ANSWERS], ids=name)
async def test_nobody_waits_for_an_answer_that_is_too_late(server: SandboxServer, refusal: Refusal) -> None:
    request = AiohttpRequest()
    bot: ExtBot[None] = ExtBot(
        server.state.token,
        base_url=f"{server.url}/bot",
        request=request,
        get_updates_request=AiohttpRequest(),
    )
    async with bot, People(server.url) as people:
        await people.refuses("answerCallbackQuery", refusal.code, refusal.description)
        with pytest.raises(TelegramError) as caught:
            await bot.answer_callback_query("1")
    assert judge(caught.value, "answerCallbackQuery").verdict is refusal.verdict
