"""Seals the history now and then: reads in a snapshot, which is in nobody's way, and writes one row."""

import asyncio

import structlog

from bot.clock import Clock
from storage import seals
from storage.database import DatabaseRefusal, Trouble
from storage.engine import Database

log = structlog.get_logger(__name__)

EVERY = 300.0
"""Seconds between two looks: so long a cut tail could stay unseen."""
_AT_FIRST = 5.0
_PIECE = 30.0


class Sealer:
    """One row a look at most; nothing to say, no row."""

    def __init__(self, db: Database, clock: Clock, every: float = EVERY) -> None:
        self._db = db
        self._clock = clock
        self._every = every
        self._stop = asyncio.Event()
        self.turned_at = clock.monotonic()

    async def run(self) -> None:
        """Until :meth:`stop`."""
        pause = min(_AT_FIRST, self._every)
        while not self._stop.is_set():
            await self._clock.wait(self._stop, pause)
            self.turned_at = self._clock.monotonic()
            if not self._stop.is_set():
                more = await self.look()
                pause = 0.0 if more else self._every
            # A loop counts as stuck after a minute and a half without a turn, so the long pause is taken in pieces.
            while pause > _PIECE and not self._stop.is_set():
                await self._clock.wait(self._stop, _PIECE)
                self.turned_at = self._clock.monotonic()
                pause -= _PIECE

    async def stop(self, patience: float = 4.0) -> None:
        """A seal that is being computed is not written."""
        self._stop.set()

    def wake(self) -> None:
        """It goes by the clock alone."""

    async def look(self) -> bool:
        """Seal what can be sealed; True where there is more at once."""
        try:
            made = await self._db.read(seals.draft, self._clock.now())
            written = await self._db.write(seals.write, made)
        except (DatabaseRefusal, *Trouble) as error:
            log.error("not_sealed", error=str(error))
            return False
        if not written or made.seal is None:
            return False
        log.info("sealed", events=made.seal.events, until=made.seal.until, head=made.seal.hash[:16])
        return made.seal.events >= seals.AT_MOST
