"""The one place that asks what time it is, so that tests and the sandbox can move it."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def wall() -> datetime:
    """What this machine believes."""
    return datetime.now(UTC)


class Clock:
    """Wall time with an offset, and the steady time that paces and pauses are measured in."""

    def __init__(self, source: Callable[[], datetime] = wall) -> None:
        self._source = source
        self._offset = timedelta()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._source() + self._offset

    def set_offset(self, offset: timedelta) -> None:
        """Pretend to be so much later: the sandbox's clock."""
        self._offset = offset

    def monotonic(self) -> float:
        """Seconds that never jump."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        """Until the event, or so many seconds; None is for ever."""
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return

    async def sleep(self, seconds: float) -> None:
        """A pause nobody can cut short."""
        await asyncio.sleep(seconds)
