"""Whoever is told to stop while the seat is just being given to it stops."""

import asyncio

import pytest

from bot.clock import Clock
from bot.seat import Seated
from bot.ticker import Ticker
from storage.engine import Database
from storage.presence import Alone


class Slow(Alone):
    """The server thinks about it."""

    def __init__(self) -> None:
        self.asked, self.given = asyncio.Event(), asyncio.Event()

    async def sit(self, seat: str) -> asyncio.Event | None:
        self.asked.set()
        await self.given.wait()
        return asyncio.Event()


@pytest.mark.parametrize("steps", range(6))
async def test_told_to_stop_at_whatever_moment_of_its_start(file_db: Database, steps: int) -> None:
    presence, clock = Slow(), Clock()
    seated = Seated("ticker", presence, clock, lambda: Ticker(file_db, clock, {}, lambda: None, 3600))
    running = asyncio.create_task(seated.run())
    await presence.asked.wait()
    if steps:
        presence.given.set()
    for _ in range(steps):
        await asyncio.sleep(0)
    await seated.stop()
    presence.given.set()
    async with asyncio.timeout(5):
        await running
