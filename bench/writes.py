"""Why SQLite has one writer: durable read-then-write transactions a second, three ways, in turns.

    .venv/bin/python -m bench.writes

`thread` is storage/engine.py: one thread, a savepoint a job, one commit for all that wait. `async` is the usual
asynchronous engine with one connection and BEGIN IMMEDIATE. `deferred` is the same with ten connections and a
plain BEGIN: its failures are counted. All three with WAL and synchronous=FULL.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bench.tools import Result
from storage.engine import SQLite

JOBS = 600
AT_ONCE = 64
ROUNDS = 5
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000")


def job(conn: Connection) -> None:
    """Read a counter, write it back: what a reservation does."""
    value = conn.execute(text("SELECT n FROM counter WHERE id = 1")).scalar_one()
    conn.execute(text("UPDATE counter SET n = :n WHERE id = 1"), {"n": value + 1})
    conn.execute(text("INSERT INTO log (n) VALUES (:n)"), {"n": value})


def tables(conn: Connection) -> None:
    """A counter and a log."""
    conn.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, n INTEGER)"))
    conn.execute(text("CREATE TABLE log (id INTEGER PRIMARY KEY, n INTEGER)"))
    conn.execute(text("INSERT INTO counter VALUES (1, 0)"))


def asynchronous(path: Path, connections: int, immediate: bool) -> AsyncEngine:
    """The usual engine on the same file."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=connections, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(raw, _record) -> None:  # type: ignore[no-untyped-def]
        raw.isolation_level = None  # or the driver begins only at the first write
        for pragma in PRAGMAS:
            raw.execute(f"PRAGMA {pragma}")

    begin = "BEGIN IMMEDIATE" if immediate else "BEGIN"
    event.listen(engine.sync_engine, "begin", lambda conn: conn.exec_driver_sql(begin))
    return engine


async def timed(work: Callable[[], Awaitable[object]]) -> tuple[float, int]:
    """Jobs a second, and how many failed."""
    hands = asyncio.Semaphore(AT_ONCE)

    async def one() -> bool:
        async with hands:
            try:
                await work()
            except OperationalError:
                return False
            return True

    began = time.perf_counter()
    done = await asyncio.gather(*[one() for _ in range(JOBS)])
    return sum(done) / (time.perf_counter() - began), JOBS - sum(done)


async def results(quick: bool) -> list[Result]:
    """Medians, against the usual asynchronous engine, and how often each way failed."""
    rates: dict[str, list[float]] = {"thread": [], "async": [], "deferred": []}
    failures = dict.fromkeys(rates, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        ours = SQLite(f"sqlite+aiosqlite:///{path}")
        await ours.write(tables)
        engines = {"async": asynchronous(path, 1, True), "deferred": asynchronous(path, 10, False)}

        def through(engine: AsyncEngine) -> Callable[[], Awaitable[object]]:
            async def run() -> None:
                async with engine.begin() as conn:
                    await conn.run_sync(job)

            return run

        ways: dict[str, Callable[[], Awaitable[object]]] = {
            "thread": lambda: ours.write(job),
            **{name: through(engine) for name, engine in engines.items()},
        }
        for _ in range(1 if quick else ROUNDS):
            for name, work in ways.items():
                rate, failed = await timed(work)
                rates[name].append(rate)
                failures[name] += failed
        for engine in engines.values():
            await engine.dispose()
        await ours.close()
    middle = {name: statistics.median(found) for name, found in rates.items()}
    asked = JOBS * len(rates["thread"])
    return [
        Result(
            f"durable transactions, {name}",
            rate / middle["async"],
            "x async",
            note=f"{rate:.0f}/s; {failures[name]} of {asked} failed",
        )
        for name, rate in middle.items()
    ]


if __name__ == "__main__":
    for each in asyncio.run(results(False)):
        print("  ".join(each.row()))
