"""Stored before acknowledged; whatever comes, the line goes on. Driven over real HTTP by the sandbox's server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from telegram.ext import ExtBot

from bot.intake import Intake, Keeper, mailbox_of
from bot.redaction import redacted
from bot.request import AiohttpRequest
from storage import inbox
from storage.engine import Database, Work
from tests.machine.world import Answer, Call, Line, TestClock, refusal

CHAT = {"id": -5, "type": "group"}
OLENA = {"id": 7, "is_bot": False, "first_name": "Olena"}


@pytest.mark.parametrize(
    ("raw", "mailbox"),
    [
        ({"message": {"chat": {"id": 7}, "from": OLENA}}, 7),
        ({"message": {"chat": CHAT, "from": OLENA}}, -5),
        ({"edited_message": {"chat": CHAT}}, -5),
        ({"callback_query": {"from": OLENA, "message": {"chat": CHAT}}}, -5),
        ({"callback_query": {"from": OLENA, "inline_message_id": "x"}}, 7),
        ({"inline_query": {"from": OLENA}}, 7),
        ({"my_chat_member": {"chat": CHAT, "from": OLENA}}, -5),
        ({"something_new": {"chat": "odd"}}, 0),
        ({"callback_query": None}, 0),
        ({}, 0),
    ],
)
def test_whose_turn_it_is(raw: dict[str, Any], mailbox: int) -> None:
    assert mailbox_of({"update_id": 1} | raw) == mailbox


class Feed:
    """Telegram's side: what it still holds, and what it was told."""

    def __init__(self, *updates: Any, batch: int = 2) -> None:
        self.updates = list(updates)
        self.batch = batch
        self.offsets: list[int] = []
        self.drained = asyncio.Event()
        self.trouble: list[Answer] = []

    def __call__(self, call: Call) -> Answer:
        if self.trouble:
            return self.trouble.pop(0)
        asked = parse_qs(urlsplit(call.values["url"]).query)
        offset = int(asked.get("offset", ["0"])[0])
        self.offsets.append(offset)
        self.updates = [
            each for each in self.updates if not isinstance(each, dict) or each.get("update_id", 0) >= offset
        ]
        if offset:
            self.drained.set()
        return 200, {"ok": True, "result": self.updates[: self.batch]}


class OverLine(AiohttpRequest):
    """The poll's pool, with the line in place of the network."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self._line = line

    async def do_request(self, *args: Any, **kw: Any) -> tuple[int, bytes]:
        await asyncio.get_running_loop().run_in_executor(None, int)  # a real call lets others run
        return await self._line.do_request(*args, **kw)


@asynccontextmanager
async def listening(
    db: Database, line: Line, clock: TestClock, stored: Callable[[], None]
) -> AsyncIterator[None]:
    bot: ExtBot[None] = line.bot()
    polling = asyncio.create_task(Intake(Keeper(db, clock, stored), bot, OverLine(line), clock).run())
    try:
        async with asyncio.timeout(10):
            yield
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


def update(number: int, chat: int = 7) -> dict[str, Any]:
    return {"update_id": number, "message": {"chat": {"id": chat}, "text": f"лист {number} \ud800 \u0000"}}


async def test_everything_is_stored_and_then_acknowledged(
    file_db: Database, line: Line, clock: TestClock
) -> None:
    feed = Feed(*(update(number) for number in range(1, 6)))
    line.answers = feed
    woken: list[int] = []
    async with listening(file_db, line, clock, lambda: woken.append(1)):
        while 6 not in feed.offsets:
            await file_db.write(lambda conn: None)
    rows = await file_db.read(inbox.waiting, 10)
    assert [row.update_id for row in rows] == [1, 2, 3, 4, 5]
    assert json.loads(rows[0].payload) == redacted(update(1))
    assert feed.offsets[:4] == [0, 3, 5, 6]
    assert len(woken) == 3


async def test_what_could_not_be_stored_is_not_acknowledged(
    file_db: Database, line: Line, clock: TestClock
) -> None:
    class Full:
        """A database whose disk is full the first time."""

        dialect = "sqlite"
        again = 0
        tries = 0

        async def write(self, work: Work[..., Any], /, *args: Any, **kw: Any) -> Any:
            self.tries += 1
            if self.tries == 1:
                raise OSError("no space left")
            return await file_db.write(work, *args, **kw)

        async def read(self, work: Work[..., Any], /, *args: Any, **kw: Any) -> Any:
            return await file_db.read(work, *args, **kw)

        async def close(self) -> None:
            pass

    feed = Feed(update(1))
    line.answers = feed
    async with listening(Full(), line, clock, lambda: None):
        await feed.drained.wait()
    assert feed.offsets[:2] == [0, 0], "not acknowledged before it was stored"
    assert [row.update_id for row in await file_db.read(inbox.waiting, 10)] == [1]


@pytest.mark.parametrize(
    "trouble",
    [
        refusal(409, "Conflict: terminated by other getUpdates request"),
        refusal(401, "Unauthorized"),
        refusal(502, "Bad Gateway"),
        refusal(429, "Too Many Requests", retry_after=7),
        (200, {"ok": True, "result": {"odd": 1}}),
        (200, {"ok": True, "result": ["odd", {"update_id": "x"}]}),
    ],
)
async def test_trouble_on_the_line_is_waited_out(
    file_db: Database, line: Line, clock: TestClock, trouble: Answer
) -> None:
    feed = Feed(update(1))
    feed.trouble = [trouble]
    line.answers = feed
    async with listening(file_db, line, clock, lambda: None):
        await feed.drained.wait()
    assert [row.update_id for row in await file_db.read(inbox.waiting, 10)] == [1]


@pytest.mark.parametrize("number", [-1, -7, 0, 2**31 - 1, 2**40, 2**63 - 1, -(2**63) + 1, True, 7.0])
async def test_a_number_that_is_none_of_telegrams_makes_nobody_deaf(
    file_db: Database, line: Line, clock: TestClock, number: Any
) -> None:
    """Neither is everything after it missed, nor is what waits with Telegram thrown away by an offset below zero."""
    feed = Feed(update(1))
    feed.trouble = [(200, {"ok": True, "result": [{"update_id": number, "message": {"text": "x"}}]})]
    line.answers = feed
    async with listening(file_db, line, clock, lambda: None):
        await feed.drained.wait()
    assert [row.update_id for row in await file_db.read(inbox.waiting, 10)] == [1]
    assert len(await file_db.read(inbox.dead_letters)) == 1
    assert all(0 <= offset <= 2 for offset in feed.offsets)


async def test_in_a_flood_telegram_keeps_what_nobody_has_time_for(
    file_db: Database, line: Line, clock: TestClock
) -> None:
    await file_db.write(inbox.store, clock.now(), [(number, 9, "{}") for number in range(1, 1002)])
    feed = Feed(*(update(number, -number) for number in range(2001, 2251)), batch=100)
    line.answers = feed
    async with listening(file_db, line, clock, lambda: None):
        while 2251 not in feed.offsets:
            await file_db.write(lambda conn: None)
    assert round(clock.elapsed, 3) == 2, (
        "a second behind each full batch, and no longer: it may be one person's"
    )
    assert await file_db.read(inbox.more_wait, 1250)


async def test_who_keeps_up_fetches_without_a_pause(file_db: Database, line: Line, clock: TestClock) -> None:
    feed = Feed(*(update(number) for number in range(1, 251)), batch=100)
    line.answers = feed
    async with listening(file_db, line, clock, lambda: None):
        while 251 not in feed.offsets:
            await file_db.write(lambda conn: None)
    assert clock.elapsed == 0
