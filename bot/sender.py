"""The one scheduler of everything the bot says.

Answers go before news and news before digests; within a lane of a chat order is kept, across chats sends run side by
side; the paces of bot/pace.py hold for all of them together.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from telegram import Bot
from telegram.error import TelegramError

from bot.clock import Clock
from bot.consequences import Script as Script
from bot.consequences import follow, give_up, held_for, line_pause, meaning, put_off
from bot.delivery import deliver, method_of, queue_files
from bot.loop import Loop
from bot.metrics import Metrics
from bot.pace import LONGEST_WINDOW, Pace, Slot
from bot.pictures import Pictures
from bot.refusals import Judgement, Verdict, judge
from handlers.view import View
from storage import outbox
from storage.base import LONGEST_PAUSE
from storage.database import DatabaseRefusal, Trouble
from storage.engine import Connection, Database
from storage.outbox import Lane, OutboxRow, RowState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The chat does not want to hear news before then."""

    until: datetime


Views = dict[int, View | Quiet | None]
"""By row; None where there is nothing to say any more."""

_IN_FLIGHT = 64


_Queue = tuple[int, int, int | None]
"""A lane of a chat, or of a topic of it: what is in order."""


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
        self._saying: set[int] = set()
        self._held: dict[_Queue, tuple[int, float]] = {}

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
        for row in await self._in_order(rows):
            news = row.lane != Lane.REPLY
            ready_at = self._pace.ready_at(row.chat_id, news=news)
            ready_at = max(ready_at, self._pace.news_ready_at()) if news else ready_at
            pause = ready_at - self._clock.monotonic()
            if pause <= 0:
                ready.append((row, self._pace.take(row.chat_id, self._clock.monotonic(), news=news)))
            else:
                pauses.append(pause)
        await self._begin_all(ready)
        return self._pauses(pauses)

    async def _in_order(self, rows: list[OutboxRow]) -> list[OutboxRow]:
        """Without those on their way to a group that moved meanwhile; what came behind a row that is tried again stays there."""
        steady, now = self._clock.monotonic(), self._clock.now()
        self._held = {queue: held for queue, held in self._held.items() if held[1] > steady}
        if not self._held:
            return [row for row in rows if row.id not in self._saying]
        behind = [row for row in rows if row.id > self._held.get(_queue(row), (row.id, 0))[0]]
        for row in behind:
            until = now + timedelta(seconds=self._held[_queue(row)][1] - steady)
            await self._db.write(outbox.wait, row.id, until)
        if behind:  # they hid others of their chats
            self.wake()
        waiting = {row.id for row in behind} | self._saying
        return [row for row in rows if row.id not in waiting]

    def _hold(self, row: OutboxRow, seconds: float) -> None:
        self._held[_queue(row)] = row.id, self._clock.monotonic() + seconds

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
        self._saying.add(row.id)
        try:
            await self._say(row, slot, views)
        except Trouble:
            raise
        except Exception as error:  # broad: a worker's top: one row must not stop its chat
            log.error("row_broke", row=row.id, screen=row.screen, exc_info=error)
            await self._db.write(self._broke, row, f"{type(error).__name__}: {error}")
        finally:
            self._saying.discard(row.id)
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
        await self._try(row, view, slot)

    async def _try(self, row: OutboxRow, view: View, slot: Slot) -> None:
        """Say it, and write down what became of it. A picture that is refused goes again as the text below it."""
        for _ in range(1, len(view.photos or view.documents) if view.kind == "album" else 1):
            self._pace.take(row.chat_id, self._clock.monotonic()).answered(self._clock.monotonic())
        try:
            message_id = await deliver(self._bot, row, view, self._pictures)
        except TelegramError as error:
            slot.answered(self._clock.monotonic())
            judged = judge(error, method_of(row, view), private=row.chat_id > 0)
            if judged.verdict is not Verdict.SAID:
                await self._refused(row, view, judged, str(error))
                return
            message_id = row.edit_message_id
        finally:
            slot.answered(self._clock.monotonic())
        self._count(row, "sent")
        if self._held.get(_queue(row), (0, 0))[0] == row.id:
            del self._held[_queue(row)]
        files = await self._write_down(row, view, message_id)
        log.debug("sent", row=row.id, screen=row.screen, chat=row.chat_id, message=message_id)
        await self._show_files(files)

    async def _next_slot(self, row: OutboxRow) -> Slot:
        """Wait until the chat and all of us may speak again."""
        ready_at = self._pace.ready_at(row.chat_id, news=row.lane != Lane.REPLY)
        await self._clock.sleep(max(0.0, ready_at - self._clock.monotonic()))
        return self._pace.take(row.chat_id, self._clock.monotonic())

    async def _show_files(self, rows: list[int]) -> None:
        """What belongs to a message comes right below it; what cannot be said now stays in the outbox like anything else."""
        for row_id in rows:
            row = None if self._stopping else await self._db.read(outbox.row, row_id)
            if row is None or row.state is not RowState.DUE:
                return
            await self._guard(row, await self._next_slot(row), {})

    def _count(self, row: OutboxRow, result: str) -> None:
        self._metrics.sent(Lane(row.lane).name.lower(), result)

    async def _write_down(self, row: OutboxRow, view: View, message_id: int | None) -> list[int]:
        """It stands in the chat: as long as we live it is not said again because the database is away."""
        while True:
            try:
                return await self._db.write(self._said, row, view, message_id)
            except (
                DatabaseRefusal
            ) as error:  # what follows from it is refused for ever; that it was said is not
                log.error("follow_up_refused", row=row.id, screen=row.screen, error=str(error))
                return await self._db.write(self._only_said, row, message_id)
            except Trouble as error:
                log.error("sent_not_marked_yet", row=row.id, error=str(error)[:300])
                await self._clock.sleep(1.0)

    def _only_said(self, conn: Connection, row: OutboxRow, message_id: int | None) -> list[int]:
        outbox.mark_sent(conn, self._clock.now(), row, message_id)
        return []

    def _said(self, conn: Connection, row: OutboxRow, view: View, message_id: int | None) -> list[int]:
        """Marked, with what follows from it; the rows of the files that belong to it."""
        now = self._clock.now()
        whole = outbox.mark_sent(conn, now, row, message_id)
        if row.follow_up and message_id is not None:
            self._script.follow_ups[row.follow_up](conn, now, row, message_id)
        if row.attempts:
            self._script.heard(conn, row)
        return queue_files(conn, now, row, view, message_id) if whole else []

    async def _refused(self, row: OutboxRow, view: View, judged: Judgement, why: str) -> None:
        verdict = meaning(row, judged.verdict)
        self._count(row, verdict.name.lower())
        log.info("refused", row=row.id, screen=row.screen, chat=row.chat_id, verdict=verdict.name, error=why)
        if view.picture is not None and verdict in (Verdict.CONTENT, Verdict.PLACE_NOW):
            await self._try(row, replace(view, picture=None), await self._next_slot(row))
            return
        if verdict in (Verdict.OURS, Verdict.CONTENT):
            log.error("never", row=row.id, screen=row.screen, chat=row.chat_id, error=why)
        if verdict is Verdict.PAUSE and view.kind != "commands":
            self._rest(row.chat_id, judged.seconds)
            self._pace.refused(row.chat_id, self._clock.monotonic())
        held = held_for(row, view, verdict)
        if held is not None:
            self._hold(row, held)
        await self._db.write(follow, self._script, self._clock.now(), row, view, judged, why)

    def _broke(self, conn: Connection, row: OutboxRow, error: str) -> None:
        """Our own mistake: tried a few times more, in case it passes."""
        if row.attempts + 1 >= self._attempts:
            give_up(conn, self._script, row, error)
        else:
            seconds = line_pause(row)
            self._hold(row, seconds)
            put_off(conn, row, None, self._clock.now() + timedelta(seconds=seconds), error)


def _look(
    conn: Connection, now: datetime, free: int, busy: list[int]
) -> tuple[list[OutboxRow], datetime | None]:
    return outbox.heads(conn, now, free, busy), outbox.next_due(conn, now)


def _queue(row: OutboxRow) -> _Queue:
    return row.chat_id, row.lane, row.thread_id
