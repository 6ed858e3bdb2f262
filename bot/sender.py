"""The one scheduler of everything the bot says.

Answers go before news and news before digests; within a chat order is kept, across chats sends run side by
side; the paces of bot/pace.py hold for all of them together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.clock import Clock
from bot.delivery import Album, Fate, albums_of, deliver, judge, send_album
from bot.loop import Loop
from bot.metrics import Metrics
from bot.pace import LONGEST_WINDOW, Pace, Slot
from bot.pictures import Pictures
from handlers.view import View
from storage import outbox
from storage.base import LONGEST_PAUSE
from storage.database import Trouble
from storage.engine import Connection, Database
from storage.outbox import Lane, OutboxRow

log = structlog.get_logger(__name__)

Render = Callable[[Connection, OutboxRow, datetime], View | None]
Rests = Callable[[Connection, OutboxRow, datetime], datetime | None]


@dataclass(frozen=True, slots=True)
class Quiet:
    """The chat does not want to hear news before then."""

    until: datetime


Views = dict[int, View | Quiet | None]
"""By row; None where there is nothing to say any more."""
FollowUp = Callable[[Connection, datetime, OutboxRow, int], None]

_IN_FLIGHT = 64
_LONGEST_PAUSE = {Lane.REPLY: 10, Lane.NOTICE: 60, Lane.DIGEST: 300}
"""Seconds. The longer Telegram is away the rarer we ask; but somebody who waits for an answer sees it soon after."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the sender asks the rest of the house: what a row looks like, and what follows from its fate."""

    render: Render
    follow_ups: Mapping[str, FollowUp]
    lost: Callable[[Connection, OutboxRow], None]
    unreachable: Callable[[Connection, datetime, int, str], None]
    migrated: Callable[[Connection, datetime, int, int], None]
    rests: Rests = lambda *_: None


class Sender(Loop):
    """Takes due rows, says them, and writes down what became of each."""

    def __init__(
        self,
        db: Database,
        bot: Bot,
        clock: Clock,
        pace: Pace,
        script: Script,
        attempts: int = 5,
        net: float | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__(clock, net)
        self._db = db
        self._bot = bot
        self._pace = pace
        self._script = script
        self._attempts = attempts
        self._metrics = metrics or Metrics()
        self._pictures = Pictures()

    async def run(self) -> None:
        """Telegram counts what an earlier sender said a moment ago; so do we."""
        now, steady = self._clock.now(), self._clock.monotonic()
        for chat_id, sent_at in await self._db.read(outbox.lately, now - LONGEST_WINDOW, now):
            moment = steady - (now - sent_at).total_seconds()
            self._pace.take(chat_id, moment).answered(moment)
        await super().run()

    async def _round(self) -> float | None:
        now = self._clock.now()
        free = _IN_FLIGHT - len(self._busy)
        if free < _IN_FLIGHT // 2:  # a look costs the same for one row as for many; who ends wakes us
            return self._pauses()
        rows, later = await self._db.read(_look, now, free, self._rested())
        pauses = [] if later is None else [(later - now).total_seconds()]
        ready: list[tuple[OutboxRow, Slot]] = []
        for row in rows:
            news = row.lane != Lane.REPLY
            ready_at = max(self._pace.ready_at(row.chat_id), self._pace.news_ready_at() if news else 0.0)
            pause = ready_at - self._clock.monotonic()
            if pause <= 0:
                ready.append((row, self._pace.take(row.chat_id, self._clock.monotonic(), news=news)))
            else:
                pauses.append(pause)
        await self._begin_all(ready)
        return self._pauses(pauses)

    async def _begin_all(self, ready: list[tuple[OutboxRow, Slot]]) -> None:
        """One look at the database for all of them."""
        try:
            views = await self._db.read(self._views, [row for row, _ in ready]) if ready else {}
        except Trouble:
            for _, slot in ready:
                slot.give_back()
            raise
        if (
            self._stopping
        ):  # a look may take longer than everybody has left; what was not begun stays in the database
            return
        for row, slot in ready:
            self._begin(row.chat_id, self._guard(row, slot, views), f"send-{row.id}")

    def _views(self, conn: Connection, rows: list[OutboxRow]) -> Views:
        """What can be said of them; from the first that breaks each is tried on its own."""
        views: Views = {}
        for row in rows:
            try:
                views[row.id] = self._view(conn, row)
            except Exception as error:  # broad: it is met again, and judged, where that row is alone
                log.debug("rendered_alone", row=row.id, exc_info=error)
                break
        return views

    def _view(self, conn: Connection, row: OutboxRow) -> View | Quiet | None:
        now = self._clock.now()
        until = self._script.rests(conn, row, now) if row.lane == Lane.NOTICE else None
        return (
            self._script.render(conn, row, now) if until is None else Quiet(min(until, now + LONGEST_PAUSE))
        )

    async def _guard(self, row: OutboxRow, slot: Slot, views: Views) -> None:
        """A row that breaks our own code is set aside; it never stops the line."""
        try:
            await self._say(row, slot, views)
        except Trouble:
            raise
        except Exception as error:  # broad: a worker's top: one row must not stop its chat
            log.error("row_broke", row=row.id, screen=row.screen, exc_info=error)
            await self._put_off(row, f"{type(error).__name__}: {error}", give_up=True)
        finally:
            slot.answered(self._clock.monotonic())

    async def _say(self, row: OutboxRow, slot: Slot, views: Views) -> None:
        if row.id in views:
            view = views[row.id]
        else:
            view = await self._db.read(self._view, row)
        if isinstance(view, Quiet):
            slot.give_back()
            await self._db.write(outbox.rest_news, row.chat_id, view.until)
            self._count(row, "quiet")
            return
        if view is None:
            slot.give_back()
            await self._db.write(outbox.skip_as_read, row, "nothing to say any more")
            self._count(row, "skipped")
            return
        try:
            message_id = await deliver(self._bot, row, view, self._pictures)
        except TelegramError as error:
            slot.answered(self._clock.monotonic())
            await self._refused(row, error)
            return
        slot.answered(self._clock.monotonic())
        self._count(row, "sent")
        await self._write_down(row, message_id)
        log.debug("sent", row=row.id, screen=row.screen, chat=row.chat_id, message=message_id)
        in_place = row.edit_message_id is not None or row.inline_message_id is not None
        if not in_place or row.lane == Lane.REPLY:  # a card that is kept true shows them once
            for album in albums_of(view):
                await self._show_album(row, album)

    def _count(self, row: OutboxRow, result: str) -> None:
        self._metrics.sent(Lane(row.lane).name.lower(), result)

    async def _write_down(self, row: OutboxRow, message_id: int | None) -> None:
        """It stands in the chat: as long as we live it is not said again because the database is away."""
        while True:
            try:
                return await self._db.write(self._said, row, message_id)
            except Trouble as error:
                log.error("sent_not_marked_yet", row=row.id, error=str(error)[:300])
                await self._clock.sleep(1.0)

    def _said(self, conn: Connection, row: OutboxRow, message_id: int | None) -> None:
        now = self._clock.now()
        outbox.mark_sent(conn, now, row, message_id)
        if row.follow_up and message_id is not None:
            self._script.follow_ups[row.follow_up](conn, now, row, message_id)

    async def _show_album(self, row: OutboxRow, album: Album) -> None:
        """Files follow their text, which is said already: a broken album is not worth a repeat of it."""
        for _ in range(3):
            await self._clock.sleep(max(0.0, self._pace.ready_at(row.chat_id) - self._clock.monotonic()))
            slots = [self._pace.take(row.chat_id, self._clock.monotonic()) for _ in album.files]
            pause = 0.0
            try:
                await send_album(self._bot, row, album)
                return
            except TelegramError as error:
                verdict = judge(error)
                log.warning("album_refused", row=row.id, chat=row.chat_id, error=str(error))
                if verdict.fate not in (Fate.WAIT, Fate.RETRY):
                    return
                pause = verdict.seconds or 1.0
            finally:
                for slot in slots:
                    slot.answered(self._clock.monotonic())
            await self._clock.sleep(pause)

    async def _refused(self, row: OutboxRow, error: TelegramError) -> None:
        verdict = judge(error)
        self._count(row, verdict.fate.name.lower())
        log.info(
            "refused",
            row=row.id,
            screen=row.screen,
            chat=row.chat_id,
            fate=verdict.fate.name,
            error=str(error),
        )
        match verdict.fate:
            case Fate.WAIT:
                await self._postpone(row, verdict.seconds, str(error))
            case Fate.RETRY:
                await self._put_off(row, str(error))
            case Fate.MIGRATED:
                await self._db.write(self._moved, row.chat_id, verdict.new_chat_id)
            case Fate.CHAT_GONE if row.inline_message_id is None:
                await self._db.write(self._chat_gone, row.chat_id, str(error))
            case Fate.MESSAGE_GONE | Fate.CHAT_GONE:
                await self._db.write(self._message_gone, row, str(error))
            case Fate.NEVER:
                log.error("never", row=row.id, screen=row.screen, chat=row.chat_id, error=str(error))
                await self._db.write(outbox.dead, row.id, str(error))
            case _:
                assert_never(verdict.fate)

    async def _put_off(self, row: OutboxRow, error: str, *, give_up: bool = False) -> None:
        """A passing trouble; the line being down is no reason to give up, our own mistakes are."""
        if give_up and row.attempts + 1 >= self._attempts:
            await self._db.write(outbox.dead, row.id, error)
        else:
            await self._postpone(row, min(2.0 ** min(row.attempts, 9), _LONGEST_PAUSE[Lane(row.lane)]), error)

    async def _postpone(self, row: OutboxRow, seconds: float, error: str) -> None:
        """The whole chat waits with its row, so that order holds; other chats do not."""
        until = self._clock.now() + timedelta(seconds=seconds)
        self._rest(row.chat_id, seconds)
        await self._db.write(_rest_chat, row, until, error)

    def _moved(self, conn: Connection, old: int, new: int) -> None:
        outbox.rekey_chat(conn, old, new)
        self._script.migrated(conn, self._clock.now(), old, new)

    def _chat_gone(self, conn: Connection, chat_id: int, why: str) -> None:
        outbox.skip_chat(conn, chat_id, why)
        self._script.unreachable(conn, self._clock.now(), chat_id, why)

    def _message_gone(self, conn: Connection, row: OutboxRow, why: str) -> None:
        """An answer is worth a new message; a live card that is gone stays gone."""
        self._script.lost(conn, row)
        if row.lane == Lane.REPLY and row.edit_message_id is not None:
            outbox.send_new(conn, row.id)
        elif row.edit_message_id is not None or row.inline_message_id is not None:
            outbox.skip(conn, row.id, why)
        else:
            outbox.dead(conn, row.id, why)


def _look(
    conn: Connection, now: datetime, free: int, busy: list[int]
) -> tuple[list[OutboxRow], datetime | None]:
    return outbox.heads(conn, now, free, busy), outbox.next_due(conn, now)


def _rest_chat(conn: Connection, row: OutboxRow, until: datetime, error: str) -> None:
    outbox.postpone(conn, row.id, until, error)
    outbox.postpone_chat(conn, row.chat_id, until)
