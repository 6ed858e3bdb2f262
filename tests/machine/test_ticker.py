import asyncio
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.ticker import Job, Ticker
from domain.schedule import BATCH
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


async def test_a_job_that_did_a_full_batch_goes_on_at_once_and_wakes_the_sender(
    file_db: Database, clock: TestClock
) -> None:
    left = [BATCH, BATCH, 7, 0, BATCH]
    ticked: list[int] = []

    def works(conn: Connection, now: datetime) -> int:
        return left.pop(0)

    ticker = Ticker(file_db, clock, {"works": works}, lambda: ticked.append(len(left)), seconds=3600)
    await ticker.tick()
    assert left == [0, BATCH], "what is less than a batch was the last of it"
    assert ticked == [4, 3, 2]


async def test_a_long_job_stops_between_two_batches(file_db: Database, clock: TestClock) -> None:
    ran: list[int] = []

    def never_done(conn: Connection, now: datetime) -> int:
        ran.append(1)
        return BATCH

    ticker = Ticker(file_db, clock, {"works": never_done}, lambda: None, seconds=3600)
    running = asyncio.create_task(ticker.run())
    async with asyncio.timeout(10):
        while len(ran) < 3:  # noqa: ASYNC110 - the job runs in a thread and tells nobody
            await asyncio.sleep(0)
        await ticker.stop()
        await running


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


async def test_whoever_waits_for_an_answer_goes_before_what_fell_due_meanwhile(
    file_db: Database, clock: TestClock
) -> None:
    ran: list[float] = []

    def works(conn: Connection, now: datetime) -> int:
        ran.append(clock.elapsed)
        return 0

    ticker = Ticker(file_db, clock, {"works": works}, lambda: None, seconds=3600)
    running = asyncio.create_task(ticker.run())
    async with asyncio.timeout(10):
        while not ran:
            await file_db.read(lambda conn: None)
    await ticker.stop()
    await running
    assert ran == [1.0]
