"""A mailbox per person (per chat in groups): in order inside, side by side across.

The inbox in the database is the queue. Memory holds only what is being worked on, so a flood cannot fill it
and a crash loses nothing.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from bot.clock import Clock
from handlers.context import IN_HAND, Errand
from storage import inbox, outbox
from storage.engine import Connection, Database
from storage.inbox import InboxRow
from storage.outbox import Lane

log = structlog.get_logger(__name__)

App = Application[Any, Any, Any, Any, Any, Any]

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


class Dispatcher:
    """Hands waiting updates to the handlers, and keeps books on what became of them."""

    def __init__(
        self,
        db: Database,
        app: App,
        clock: Clock,
        queued: Callable[[], None],
        attempts: int = 5,
        active: int = 64,
    ) -> None:
        self._db = db
        self._app = app
        self._clock = clock
        self._queued = queued
        self._attempts = attempts
        self._active = active
        self._wake = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, datetime] = {}
        self._stopping = False

    def wake(self) -> None:
        """Something was stored, or time was moved."""
        self._wake.set()

    async def run(self) -> None:
        """Until :meth:`stop`; begins with whatever an earlier run left waiting."""
        while not self._stopping:
            self._wake.clear()
            pause = await self._round()
            await self._clock.wait(self._wake, pause)

    async def stop(self, patience: float = 8.0) -> None:
        """Finish what is in hand; the rest stays in the inbox."""
        self._stopping = True
        self.wake()
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _round(self) -> float | None:
        now = self._clock.now()
        self._resting = {mailbox: until for mailbox, until in self._resting.items() if until > now}
        free = self._active - len(self._busy)
        if free > 0:
            rows = await self._db.read(inbox.waiting, 8 * free, [*self._busy, *self._resting])
            self._open(rows, now)
        pauses = [(until - now).total_seconds() for until in self._resting.values()]
        return max(min(pauses), 0.001) if pauses else None

    def _open(self, rows: list[InboxRow], now: datetime) -> None:
        """Open the mailboxes whose first update may be handled now, as many as there are hands."""
        mailboxes: dict[int, list[InboxRow]] = defaultdict(list)
        for row in rows:
            mailboxes[row.mailbox].append(row)
        for mailbox, waiting in mailboxes.items():
            if waiting[0].next_try_at > now:
                self._resting[mailbox] = waiting[0].next_try_at
            elif len(self._busy) < self._active:
                self._busy[mailbox] = asyncio.create_task(self._work(mailbox, waiting))

    async def _work(self, mailbox: int, waiting: list[InboxRow]) -> None:
        try:
            for row in waiting:
                if self._stopping or not await self._handle(row):
                    break
        except Exception as error:  # broad: a worker's top: one mailbox must not stop the others
            log.error("mailbox_broke", mailbox=mailbox, exc_info=error)
            self._rest(mailbox, 2)
        finally:
            del self._busy[mailbox]
            self.wake()

    def _rest(self, mailbox: int, attempts: int) -> None:
        self._resting[mailbox] = self._clock.now() + inbox.pause_after(attempts)

    async def _handle(self, row: InboxRow) -> bool:
        """One update; False where the ones behind it must wait."""
        log.info("update_in", update=row.update_id, mailbox=row.mailbox, attempt=row.attempts + 1)
        began = self._clock.monotonic()
        try:
            update = Update.de_json(json.loads(row.payload), self._app.bot)
        except _UNREADABLE as error:
            log.error("update_unreadable", update=row.update_id, error=repr(error))
            await self._db.write(inbox.bury, row.update_id, repr(error))
            return True
        errand = Errand(self._db, row.update_id, self._clock.now())
        IN_HAND.set(errand)
        await self._app.process_update(update)
        outcome = await self._settle(row, errand)
        took = round((self._clock.monotonic() - began) * 1000)
        log.info("update_out", update=row.update_id, outcome=outcome, ms=took)
        return outcome != "retry"

    async def _settle(self, row: InboxRow, errand: Errand) -> str:
        if errand.error is not None and not errand.written:
            return await self._failed(row, errand.error)
        if errand.error is not None:
            log.error("after_the_write", update=row.update_id, exc_info=errand.error)
        if not errand.written:
            await self._db.write(inbox.done, row.update_id)
        self._queued()
        await _afterwards(errand)
        return "done"

    async def _failed(self, row: InboxRow, error: Exception) -> str:
        log.error("update_failed", update=row.update_id, exc_info=error)
        why = f"{type(error).__name__}: {error}"
        dead = await self._db.write(_give_back, self._clock.now(), row, why, self._attempts)
        if dead:
            log.error("dead_letter", update=row.update_id, reference=row.update_id)
            self._queued()
            return "dead"
        self._rest(row.mailbox, row.attempts + 1)
        return "retry"


async def _afterwards(errand: Errand) -> None:
    for call in errand.afterwards:
        try:
            await call()
        except TelegramError as error:
            log.info("afterwards_refused", update=errand.update_id, error=str(error))


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
