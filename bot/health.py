"""Whether this process lives (its loops turn) and is ready (database and Telegram answer)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.ear import Ear
from bot.request import call
from bot.seat import Part
from storage.database import DatabaseRefusal, Trouble
from storage.engine import Connection, Database
from storage.figures import ping
from storage.presence import vacant

STILL = 90.0
"""Seconds without a turn after which a loop counts as stuck. A long poll may hang for 35."""
_PATIENCE = 3.0
_ASK_AGAIN = 15.0
"""Telegram is asked for getMe at most that often, however many probes come."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a probe is told."""

    parts: Mapping[str, bool] = field(default_factory=dict)
    database: bool = True
    telegram: bool = True
    hears: bool = True
    vacant: tuple[str, ...] = ()
    """Work that only one process does, and none does now."""

    @property
    def live(self) -> bool:
        """Whether every loop turns: if not, the process should be started again."""
        return all(self.parts.values())

    @property
    def ready(self) -> bool:
        """Whether it can serve somebody right now."""
        return self.live and self.database and self.telegram and self.hears and not self.vacant

    def as_json(self) -> dict[str, object]:
        """For people who look with curl."""
        loops = {name: "turning" if fine else "stuck" for name, fine in self.parts.items()}
        reach = {True: "reachable", False: "unreachable"}
        return {
            "live": self.live,
            "ready": self.ready,
            "loops": loops,
            "database": reach[self.database],
            "telegram": reach[self.telegram],
            "nobody is": list(self.vacant),
            "updates": "coming" if self.hears else "not coming",
        }


class Health:
    """Looks when asked; nothing runs in between."""

    def __init__(
        self,
        parts: Mapping[str, Part],
        db: Database,
        telegram: "ExtBot[None]",
        clock: Clock,
        still: float = STILL,
        ear: Ear | None = None,
        seats: Sequence[str] = (),
    ) -> None:
        """``seats``: work that some process has to do, this one or another."""
        self._parts = parts
        self._db = db
        self._telegram = telegram
        self._clock = clock
        self._still = still
        self._ear = ear or Ear()
        self._seats = tuple(seats)
        self._asked = -1e9
        self._answered = False
        self._asking = asyncio.Lock()

    def live(self) -> Report:
        """The loops alone; asks nobody."""
        now = self._clock.monotonic()
        return Report({name: now - part.turned_at < self._still for name, part in self._parts.items()})

    async def report(self) -> Report:
        """Everything."""
        empty, telegram = await asyncio.gather(self._vacant(), self._line())
        return Report(self.live().parts, empty is not None, telegram, self._ear.hears, tuple(empty or ()))

    async def _vacant(self) -> list[str] | None:
        """The seats nobody sits in; None where the database does not answer."""
        try:
            async with asyncio.timeout(_PATIENCE):
                return await self._db.read(_look, self._seats)
        except (TimeoutError, DatabaseRefusal, *Trouble):
            return None

    async def _line(self) -> bool:
        async with self._asking:
            if self._clock.monotonic() - self._asked >= _ASK_AGAIN:
                self._answered = await self._get_me()
                self._asked = self._clock.monotonic()
            return self._answered

    async def _get_me(self) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE):
                await call(self._telegram, "getMe")
        except (TelegramError, TimeoutError):
            return False
        return True


def _look(conn: Connection, seats: Sequence[str]) -> list[str]:
    ping(conn)
    return vacant(conn, seats)
