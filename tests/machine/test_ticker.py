import asyncio
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.ticker import Job, Ticker
from storage import inbox
from storage.engine import Database
from tests.machine.world import NOON, TestClock


async def test_every_job_runs_at_the_moved_time_and_a_broken_one_stops_nobody(
    file_db: Database, clock: TestClock
) -> None:
    ran: list[datetime] = []

    def breaks(conn: Connection, now: datetime) -> int:
        inbox.store(conn, now, [(1, 7, "{}")])
        raise RuntimeError("a mistake of ours")

    def works(conn: Connection, now: datetime) -> int:
        ran.append(now)
        return inbox.store(conn, now, [(2, 7, "{}")])

    ticked: list[int] = []
    jobs: dict[str, Job] = {"breaks": breaks, "works": works}
    ticker = Ticker(file_db, clock, jobs, lambda: ticked.append(1), seconds=3600)
    clock.set_offset(timedelta(days=3))
    await ticker.tick()
    assert ran == [NOON + timedelta(days=3)]
    assert [row.update_id for row in await file_db.read(inbox.waiting, 10)] == [2]
    assert ticked == [1]


async def test_it_ticks_at_once_and_stops_when_asked(file_db: Database, clock: TestClock) -> None:
    ticked = asyncio.Event()
    ticker = Ticker(file_db, clock, {}, ticked.set, seconds=3600)
    for _ in range(2):  # a seat may be lost and taken again
        running = asyncio.create_task(ticker.run())
        async with asyncio.timeout(10):
            await ticked.wait()
            await ticker.stop()
            await running
        ticked.clear()
