"""Work that only one process may do at a time: whoever sits in the seat does it, the others wait behind."""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from bot.clock import Clock
from storage.presence import Presence

log = structlog.get_logger(__name__)

_ASK_AGAIN = 1.0
"""Seconds; a seat whose holder died is taken over after this at the latest."""
_AT_FIRST = (0.05,) * 20
"""While a process starts it is not connected yet, and its people should not wait a second for that."""


class Part(Protocol):
    """Something that runs until it is stopped."""

    @property
    def turned_at(self) -> float:
        """When its loop went round last, on the steady clock."""
        ...

    async def run(self) -> None:
        """Until :meth:`stop`; raises if it breaks."""
        ...

    async def stop(self, patience: float = 4.0) -> None:
        """Begin nothing new and finish what is in hand."""
        ...

    def wake(self) -> None:
        """Something may have changed: look now."""
        ...


class Seated:
    """A part that works only while it has its seat, and is made anew each time it gets it."""

    def __init__(self, seat: str, presence: Presence, clock: Clock, make: Callable[[], Part]) -> None:
        self._seat = seat
        self._presence = presence
        self._clock = clock
        self._make = make
        self._part: Part | None = None
        self._stop = asyncio.Event()
        self._patience = 4.0
        self._asked_at = clock.monotonic()

    @property
    def turned_at(self) -> float:
        """Of whoever works, else when we asked for the seat."""
        return self._asked_at if self._part is None else self._part.turned_at

    def wake(self) -> None:
        """Passed on to whoever works."""
        if self._part is not None:
            self._part.wake()

    async def run(self) -> None:
        """Wait for the seat, work, and wait again if it was lost."""
        pauses = iter(_AT_FIRST)
        while not self._stop.is_set():
            self._asked_at = self._clock.monotonic()
            lost = await self._presence.sit(self._seat)
            if lost is None:
                await self._clock.wait(self._stop, next(pauses, _ASK_AGAIN))
            else:
                log.info("seat_taken", seat=self._seat)
                await self._work(lost)

    async def _work(self, lost: asyncio.Event) -> None:
        part = self._part = self._make()
        tasks = [asyncio.create_task(each) for each in (part.run(), lost.wait(), self._stop.wait())]
        working, _, told = tasks
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if told.done():  # by now it runs: a part that is told to stop before would not hear it
                await part.stop(self._patience)
            elif not working.done():
                log.warning("seat_lost", seat=self._seat)
                await part.stop(0)
            await working
        finally:
            self._part = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self, patience: float = 4.0) -> None:
        """Finish, and want the seat no longer; it is free when the process leaves."""
        self._patience = patience
        self._stop.set()
