"""The sender against a Telegram that forgives nothing: `python -m bench.sender`.

30 a second in all, one a second in a private chat, 20 a minute in a group, as strict sliding windows measured at
arrival; 40 ms there and back, give or take half of it. Real time, the real sender on a real database.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.tools import Line, Result, quantile, telegram
from bot.clock import Clock
from bot.line import make_telegram
from bot.logging import set_up
from bot.pace import Pace, Rates
from bot.sender import Script, Sender
from bot.settings import load_settings
from handlers.view import View
from storage import outbox
from storage.engine import Connection, Database, open_database
from storage.migrate import upgrade
from storage.outbox import Lane, OutboxRow

ROUND_TRIP = 0.06
"""Seconds: the slowest answer of 40 ms and half of it more."""


def render(_conn: Connection, row: OutboxRow, _now: object) -> View:
    """A line of text."""
    return View(f"{row.values['at']}")  # type: ignore[arg-type]


SCRIPT = Script(render, {}, lambda *_: None, lambda *_: None, lambda *_: None)


def queue(conn: Connection, clock: Clock, chats: list[int], lane: Lane) -> None:
    """Something for each of them."""
    for at, chat_id in enumerate(chats):
        outbox.show(conn, clock.now(), chat_id=chat_id, screen="x", params={"at": at}, lane=lane)


async def _scene(say: Callable[[Database, Sender, Clock], Awaitable[Any]]) -> tuple[Any, dict[str, Any]]:
    """A sender, what it was told to say, and what Telegram heard."""
    with telegram(latency=0.04, spread=0.5, strict=True) as line, tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder)}/bench.db"
        await upgrade(url)
        db, clock = open_database(url), Clock()
        settings = load_settings(_env_file=None, bot_token="1:bench", bot_api_url=line.url)
        bot, _polls = make_telegram(settings)
        await bot.initialize()
        sender = Sender(db, bot, clock, Pace(Rates()), SCRIPT)
        running = asyncio.create_task(sender.run())
        try:
            said = await say(db, sender, clock)
            while await db.read(outbox.depth):  # noqa: ASYNC110 - the sender tells nobody when it is through
                await asyncio.sleep(0.05)
            return said, await asyncio.to_thread(Line.report, line)
        finally:
            await sender.stop()
            await running
            await bot.shutdown()
            await db.close()


def _took(report: dict[str, Any]) -> float:
    """From the first arrival to the last."""
    arrivals: list[float] = [call[0] for call in report["calls"]]
    return max(arrivals) - min(arrivals)


async def broadcast(notices: int) -> list[Result]:
    """Everybody hears a notice while two people a second get an answer."""
    asked: dict[int, float] = {}

    async def say(db: Database, sender: Sender, clock: Clock) -> None:
        await db.write(queue, clock, list(range(1, notices + 1)), Lane.NOTICE)
        sender.wake()
        for at in range(int(notices / 30 * 2)):
            await asyncio.sleep(0.5)
            asked[1_000_000 + at] = clock.monotonic()
            await db.write(queue, clock, [1_000_000 + at], Lane.REPLY)
            sender.wake()

    _, report = await _scene(say)
    calls = report["calls"]
    news = [arrived for arrived, _, chat, _ in calls if chat < 1_000_000]
    waits = [answered - asked[chat] for _, answered, chat, _ in calls if chat >= 1_000_000]
    took = max(news) - min(news)
    ideal, both = (notices - 30) / 30, (notices + len(waits) - 30) / 30
    return [
        Result(f"{notices} notices: 429s", report["refused"], "", 0, least=False),
        Result(
            f"{notices} notices, with 2 answers a second beside them",
            took / both,
            "x ideal",
            1.1,
            least=False,
            note=f"{took:.1f} s; {took / ideal:.2f} x if the answers are not counted",
        ),
        Result(
            "an answer meanwhile, p99",
            quantile(waits, 0.99) * 1000,
            "ms",
            (ROUND_TRIP + 0.1) * 1000,
            least=False,
            note=f"p50 {quantile(waits, 0.5) * 1000:.0f} ms",
        ),
    ]


async def to_one(chat_id: int, count: int) -> tuple[float, int]:
    """Seconds and refusals until the last of them arrived."""

    async def say(db: Database, sender: Sender, clock: Clock) -> None:
        await db.write(queue, clock, [chat_id] * count, Lane.NOTICE)
        sender.wake()

    _, report = await _scene(say)
    return _took(report), int(report["refused"])


async def results(quick: bool) -> list[Result]:
    """All of them."""
    found = await broadcast(120 if quick else 900)
    count = 6 if quick else 20
    took, refused = await to_one(5, count)
    found.append(Result(f"{count} messages to one chat", took / (count - 1), "x ideal", 1.08, least=False))
    if not quick:
        seconds, more = await to_one(-5, 30)
        refused += more
        found.append(Result("30 messages to one group", seconds, "s", 62, least=False))
    found.append(Result("one chat, one group: 429s", refused, "", 0, least=False))
    return found


if __name__ == "__main__":
    set_up("WARNING", "console")
    for each in asyncio.run(results("quick" in sys.argv)):
        print("  ".join(each.row()))
