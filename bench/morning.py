"""Eight o'clock: how long until every digest that is due stands in the outbox. `python -m bench.morning`

The ticker is the bot's own; the database is one of the generator's, with so many chats whose hour has come.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta

from bench.generator import END, Generator
from bench.million import ENGINES, databases
from bench.seed import fill
from bench.tools import ROOT, Result
from bot.clock import Clock
from bot.ticker import Ticker
from domain.schedule import Terms
from services.schedule import jobs
from storage.engine import open_database

NEEDS = 2_000
GOAL, GREW = 60.0, 20.0
"""Seconds; megabytes that ten times as many chats may take more."""


async def one(url: str) -> dict[str, float]:
    """Seconds and megabytes of one tick."""
    db = open_database(url)
    eight = Clock(lambda: END + timedelta(minutes=1))
    ticker = Ticker(db, eight, jobs(Terms()), lambda: None, seconds=30)
    before = _peak()
    began = time.perf_counter()
    await ticker.tick()
    took = time.perf_counter() - began
    await db.close()
    return {"seconds": took, "megabytes": _peak() - before}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def morning(engine: str, chats: int) -> dict[str, float]:
    """In a process of its own, so that memory is the tick's alone."""
    with databases(engine) as fresh:
        url = fresh()
        asyncio.run(fill(url, Generator(NEEDS, digests=chats)))
        command = [sys.executable, "-m", "bench.morning", url]
        done = subprocess.run(
            command,
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        found["rows"] = asyncio.run(_queued(url))
        return found


async def _queued(url: str) -> int:
    db = open_database(url)
    try:
        return await db.read(lambda conn: conn.exec_driver_sql(_COUNT).scalar_one())
    finally:
        await db.close()


_COUNT = "SELECT count(*) FROM outbox WHERE screen = 'digest'"


def results(quick: bool) -> list[Result]:
    """Both engines, and ten times as many chats."""
    few, many = (200, 2_000) if quick else (10_000, 100_000)
    found = []
    for engine in ENGINES:
        small, large = morning(engine, few), morning(engine, many)
        work = f"{engine}: {many:,} digests at eight"
        found += [
            Result(f"{work}, all queued", large["seconds"], "s", GOAL, least=False),
            Result(f"{work}: queued", large["rows"], "rows", many),
            Result(
                f"{work}: memory more than with {few:,}",
                large["megabytes"] - small["megabytes"],
                "MB",
                GREW,
                least=False,
            ),
        ]
    return found


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] != "quick":
        print(json.dumps(asyncio.run(one(sys.argv[1]))))
    else:
        for each in results("quick" in sys.argv):
            print("  ".join(each.row()), flush=True)
