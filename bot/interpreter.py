"""Fetches translations that somebody waits for, one request each, outside of every transaction."""

from collections.abc import Callable
from datetime import datetime

import structlog

from bot.clock import Clock
from bot.loop import Loop
from bot.translators import Refused, Translator, Unavailable
from domain.contacts import masked
from domain.talking import Translation
from services import translations as services
from storage import translations
from storage.engine import Connection, Database

log = structlog.get_logger(__name__)

_AT_ONCE = 4


class Interpreter(Loop):
    """The database is its queue, as it is the sender's."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        translator: Translator,
        told: Callable[[], None],
        net: float | None = None,
    ) -> None:
        """``told``: somebody should look, a message is to be edited."""
        super().__init__(clock, net)
        self._db = db
        self._translator = translator
        self._told = told

    async def run(self) -> None:
        """Until :meth:`stop`; then hang up."""
        try:
            await super().run()
        finally:
            await self._translator.close()

    async def _round(self) -> float | None:
        now = self._clock.now()
        free = _AT_ONCE - len(self._busy)
        if free <= 0:
            return self._pauses()
        rows, later = await self._db.read(_look, now, free, self._rested())
        for row in rows:
            self._begin(row.id, self._fetch(row), f"translate-{row.id}")
        return self._pauses([] if later is None else [(later - now).total_seconds()])

    async def _fetch(self, row: Translation) -> None:
        words = await self._db.read(services.words_of, row.owner, row.owner_id)
        if services.mark_of(words) != row.source:  # whoever wants the new ones asks again
            await self._db.write(translations.give_up, row, "the words have changed")
            return
        try:
            text = await self._translator.translate(masked(words), row.language)
        except Unavailable as error:
            await self._failed(row, str(error), final=False)
        except Refused as error:
            await self._failed(row, str(error), final=True)
        else:
            await self._db.write(services.arrived, self._clock.now(), row, text, self._translator.name)
            self._told()

    async def _failed(self, row: Translation, why: str, *, final: bool) -> None:
        say = log.error if final else log.warning
        say("not_translated", row=row.id, owner=row.owner, error=why, attempts=row.attempts + 1)
        await self._db.write(services.failed, self._clock.now(), row, why, final=final)


def _look(
    conn: Connection, now: datetime, free: int, busy: list[int]
) -> tuple[list[Translation], datetime | None]:
    return translations.due(conn, now, free, busy), translations.next_due(conn, now)
