"""What dispatcher and sender have in common: look into the database, begin what may begin, sleep until woken.

The database is the queue. Memory holds only what is in hand, so a flood cannot fill it and a crash loses nothing.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable
from typing import Any

import structlog

from bot.clock import Clock
from storage.database import Trouble

log = structlog.get_logger(__name__)

_DATABASE_AWAY = 1.0
"""Seconds until we look again after the database did not answer."""


class Loop(ABC):
    """Tasks by chat or mailbox: in order inside, side by side across."""

    def __init__(self, clock: Clock, net: float | None = None) -> None:
        """``net``: look at least every so many seconds, should nobody wake us."""
        self._clock = clock
        self._net = net
        self._wake = asyncio.Event()
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._resting: dict[int, float] = {}
        self._stopping = False
        self.turned_at = clock.monotonic()

    def wake(self) -> None:
        """Something was stored, or time was moved."""
        self._wake.set()

    async def run(self) -> None:
        """Until :meth:`stop`; begins with whatever an earlier run left waiting."""
        while not self._stopping:
            self._wake.clear()
            self.turned_at = self._clock.monotonic()
            try:
                pause = await self._round()
            except Trouble as error:
                log.error("database_away", loop=type(self).__name__, error=str(error)[:300])
                pause = _DATABASE_AWAY
            await self._clock.wait(self._wake, self._nap(pause))

    def _nap(self, pause: float | None) -> float | None:
        if pause is None or self._net is None:
            return pause if self._net is None else self._net
        return min(pause, self._net)

    @abstractmethod
    async def _round(self) -> float | None:
        """Begin everything that may begin now; returns how long to wait if nothing wakes us."""

    def _begin(self, key: int, work: Coroutine[Any, Any, None], name: str) -> None:
        self._busy[key] = asyncio.create_task(self._until_done(key, work), name=name)

    async def _until_done(self, key: int, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Trouble as error:
            log.error("database_away", loop=type(self).__name__, key=key, error=str(error)[:300])
            self._rest(key, _DATABASE_AWAY)
        except Exception as error:  # broad: a worker's top: one chat must not stop the others
            log.error("broke", loop=type(self).__name__, key=key, exc_info=error)
            self._rest(key, 4.0)
        finally:
            del self._busy[key]
            self.wake()

    def _rest(self, key: int, seconds: float) -> None:
        """Leave one alone for a while; the others go on."""
        self._resting[key] = self._clock.monotonic() + seconds

    def _rested(self) -> list[int]:
        """Whom to leave alone in this round: who is in hand or has to wait."""
        now = self._clock.monotonic()
        self._resting = {key: until for key, until in self._resting.items() if until > now}
        return [*self._busy, *self._resting]

    def _pauses(self, others: Iterable[float] = ()) -> float | None:
        """Until the first of those who wait may be looked at again."""
        now = self._clock.monotonic()
        pauses = [until - now for until in self._resting.values()]
        pauses += [pause for pause in others if pause < 3600]
        return max(min(pauses), 0.001) if pauses else None

    async def stop(self, patience: float = 8.0) -> None:
        """Begin nothing new and finish what is in hand; the rest stays in the database."""
        self._stopping = True
        self.wake()
        if self._busy:
            _, late = await asyncio.wait(self._busy.values(), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
