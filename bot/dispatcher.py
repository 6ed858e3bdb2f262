"""A mailbox per person (per chat in groups): in order inside, side by side across, also across workers."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import structlog
from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import Application

from bot import wire
from bot.clock import Clock
from bot.loop import Loop
from bot.metrics import Metrics
from bot.refusals import Verdict, judge, pause_of
from bot.shape import Unreadable, readable_update
from handlers.context import IN_HAND, Errand
from storage import inbox, outbox
from storage.database import Trouble
from storage.engine import Connection, Database
from storage.inbox import InboxRow
from storage.outbox import Lane
from storage.presence import Alone, Presence

log = structlog.get_logger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]

_NOT_OURS = (inbox.DoneElsewhere, *Trouble)
"""Neither the update's fault nor the handler's: it is no failed attempt."""
_ELSEWHERE = 0.5
"""Seconds until we look again whether another worker still has a mailbox; it hears of new updates itself."""
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError, RecursionError)
"""What python-telegram-bot raises where a field that we do not read has a shape it does not expect."""
_LINE_PAUSE = 3.0
"""Seconds until what needs Telegram's answer is tried again."""
_WORTH_IT = 15.0
"""Seconds for which somebody looks at a button that spins."""


class Dispatcher(Loop):
    """Hands waiting updates to the handlers, and keeps books on what became of them."""

    def __init__(
        self,
        db: Database,
        app: App,
        clock: Clock,
        queued: Callable[[], None],
        attempts: int = 5,
        active: int = 64,
        presence: Presence | None = None,
        net: float | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__(clock, net)
        self._db = db
        self._app = app
        self._queued = queued
        self._attempts = attempts
        self._active = active
        self._presence = presence or Alone()
        self._metrics = metrics or Metrics()
        self._late: set[asyncio.Task[None]] = set()

    async def _round(self) -> float | None:
        now = self._clock.now()
        away = self._rested()
        free = self._active - len(self._busy)
        if free >= self._active // 2:  # a look costs the same for one hand as for many; who ends wakes us
            mailboxes, more = await self._mine(free, away)
            for mailbox, waiting in mailboxes.items():
                await self._open(mailbox, waiting, now)
            if more:  # one mailbox may have hidden others; it is busy now
                self.wake()
        return self._pauses()

    async def _mine(self, free: int, away: list[int]) -> tuple[dict[int, list[InboxRow]], bool]:
        """The mailboxes nobody else has in hand, as many as there are hands; and whether to look again at once."""
        rows, more = await self._db.read(inbox.oldest, free, away)
        found = list({row.mailbox for row in rows})
        mine = await self._presence.claim(found)
        if (
            self._presence.shared and mine
        ):  # what another worker did in the meantime is seen only under the claim
            rows = await self._db.read(inbox.waiting_in, list(mine))
        for mailbox in set(found) - mine:
            self._rest(mailbox, _ELSEWHERE)
        for mailbox in mine - {row.mailbox for row in rows}:
            await self._presence.release(mailbox)
        mailboxes: dict[int, list[InboxRow]] = defaultdict(list)
        for row in rows:
            if row.mailbox in mine:
                mailboxes[row.mailbox].append(row)
        return mailboxes, more and bool(mine)

    async def _open(self, mailbox: int, waiting: list[InboxRow], now: datetime) -> None:
        """Begin with its first update, unless that has to wait, and all behind it."""
        if not waiting[0].is_due(now):
            self._rest(mailbox, (waiting[0].next_try_at - now).total_seconds())
            await self._presence.release(mailbox)
        else:
            self._begin(mailbox, self._work(mailbox, waiting), f"mailbox-{mailbox}")

    async def _work(self, mailbox: int, waiting: list[InboxRow]) -> None:
        try:
            for row in waiting:
                if self._stopping or not await self._handle(row):
                    break
        finally:
            await self._presence.release(mailbox)

    async def _handle(self, row: InboxRow) -> bool:
        """One update; False where the ones behind it must wait."""
        log.info("update_in", update=row.update_id, mailbox=row.mailbox, attempt=row.attempts + 1)
        began = self._clock.monotonic()
        try:
            update = Update.de_json(readable_update(wire.read(row.payload)), self._app.bot)
        except _UNREADABLE as error:
            why = str(error) if isinstance(error, Unreadable) else type(error).__name__
            log.error("update_unreadable", update=row.update_id, why=why)
            await self._db.write(inbox.bury, row.update_id, f"unreadable: {why}")
            self._metrics.handled("unreadable", 0.0)
            return True
        errand = Errand(self._db, row.update_id, self._clock.now())
        IN_HAND.set(errand)
        await self._app.process_update(update)
        try:
            outcome = await self._settle(row, errand)
        except inbox.DoneElsewhere:
            outcome = "elsewhere"
        took = self._clock.monotonic() - began
        self._metrics.handled(outcome, took)
        log.info("update_out", update=row.update_id, outcome=outcome, ms=round(took * 1000))
        return outcome in ("done", "dead")

    async def _settle(self, row: InboxRow, errand: Errand) -> str:
        if isinstance(errand.error, _NOT_OURS) and not errand.written:
            raise errand.error
        if errand.error is not None and not errand.written:
            pause = _nobodys_fault(errand.error, row.mailbox)
            if pause is not None:  # no attempt is counted: it is tried again for as long as it takes
                log.warning("telegram_is_waited_for", update=row.update_id, error=str(errand.error))
                self._rest(row.mailbox, pause)
                return "later"
            return await self._failed(row, errand.error)
        if errand.error is not None:
            log.error("after_the_write", update=row.update_id, exc_info=errand.error)
        if not errand.written:
            await self._db.write(inbox.done, row.update_id)
        self._queued()
        await self._afterwards(errand)
        return "done"

    async def _afterwards(self, errand: Errand) -> None:
        """Answers to presses and inline queries. What Telegram wants later is said later, while somebody may still wait."""
        for call in errand.afterwards:
            pause = await _try(errand, call)
            if pause is not None and pause <= _WORTH_IT:
                late = asyncio.create_task(self._once_more(errand, call, pause))
                self._late.add(late)
                late.add_done_callback(self._late.discard)

    async def _once_more(self, errand: Errand, call: Callable[[], Awaitable[Any]], pause: float) -> None:
        await self._clock.sleep(pause)
        await _try(errand, call)

    async def stop(self, patience: float = 8.0) -> None:
        """Nobody gets an answer to a press after we are gone; the deed itself is done."""
        await super().stop(patience)
        for late in tuple(self._late):
            late.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    async def _failed(self, row: InboxRow, error: Exception) -> str:
        log.error("update_failed", update=row.update_id, exc_info=error)
        why = f"{type(error).__name__}: {error}"
        dead = await self._db.write(_give_back, self._clock.now(), row, why, self._attempts)
        if dead:
            log.error("dead_letter", update=row.update_id, reference=row.update_id)
            self._queued()
            return "dead"
        self._rest(row.mailbox, inbox.pause_after(row.attempts + 1).total_seconds())
        return "retry"


async def _try(errand: Errand, call: Callable[[], Awaitable[Any]]) -> float | None:
    """One call; the pause Telegram asks for instead, or None."""
    try:
        await call()
    except RetryAfter as error:
        log.info("afterwards_later", update=errand.update_id, seconds=pause_of(error))
        return pause_of(error)
    except TelegramError as error:
        log.info("afterwards_refused", update=errand.update_id, error=str(error))
    return None


def _nobodys_fault(error: Exception, mailbox: int) -> float | None:
    """The seconds to wait where Telegram is away or asked for a pause; None for everything else."""
    if not isinstance(error, TelegramError):
        return None
    judged = judge(error, "", private=mailbox > 0)
    if judged.verdict is Verdict.PAUSE:
        return judged.seconds
    return _LINE_PAUSE if judged.verdict is Verdict.LINE else None


def _give_back(conn: Connection, now: datetime, row: InboxRow, error: str, most: int) -> bool:
    dead = inbox.failed(conn, now, row.update_id, error, most)
    if dead and row.mailbox:
        outbox.show(
            conn,
            now,
            chat_id=row.mailbox,
            screen="trouble",
            params={"reference": str(row.update_id)},
            lane=Lane.REPLY,
            dedupe=f"trouble:{row.update_id}",
        )
    return dead
