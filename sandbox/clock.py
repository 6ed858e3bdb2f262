"""A clock people may move forward, so that lapses and digests can be seen today."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

KYIV = ZoneInfo("Europe/Kyiv")


def real_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Clock:
    """The wall clock plus an offset that only grows."""

    def __init__(self, source: Callable[[], datetime] = real_now) -> None:
        self._source = source
        self.offset = timedelta()

    def now(self) -> datetime:
        """The time in the sandbox's world."""
        return self._source() + self.offset

    def timestamp(self) -> int:
        """The time as Telegram writes it."""
        return int(self.now().timestamp())

    def forward(self, step: timedelta) -> timedelta:
        """Move forward and return the new total offset; the past stays where it is."""
        if step <= timedelta():
            raise ValueError("The clock only moves forward.")
        self.offset += step
        return self.offset

    def until(self, hour: int, zone: ZoneInfo = KYIV) -> timedelta:
        """How long it is until the next time the clocks of `zone` show this hour."""
        local = self.now().astimezone(zone)
        target = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        if target <= local:
            target = (target + timedelta(days=1)).replace(hour=hour)
        return target.astimezone(UTC) - local.astimezone(UTC)


class Bell:
    """Wakes everybody who waits; whoever starts waiting after the ring waits for the next one."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake the waiting."""
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def heard(self, seconds: float) -> bool:
        """Wait for the next ring; False when the time ran out first."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True
