"""Lists, searches, cards and digests with a thousand and with a million needs: `python -m bench.million` (QUICK=1 for a short form).

BENCH_DATABASE_URL names a PostgreSQL server (a role that may create databases); without it one is started for the
bench. The million takes a quarter of an hour and some gigabytes a database, in the folder for temporary files.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.generator import Generator
from bench.questions import chores, questions
from bench.seed import shown
from bench.tools import Result, quantile
from storage.engine import Database, open_database
from tests.databases import postgres_server

ENGINES = ("sqlite", "postgresql")
SIZES, QUICK = (1_000, 100_000, 1_000_000), (1_000, 20_000)
P99, GROWTH = 10.0, 10.0
"""Milliseconds; times the median with a thousand needs."""
TIMES = 200
PATIENCE = 20.0
"""Seconds for one question; a slow one is asked less often."""

Taken = dict[str, list[float]]


async def ask(db: Database) -> Taken:
    """Every question over and over, as the bot asks them; milliseconds."""
    asked = await db.read(questions)
    found: Taken = {}
    for name, question in asked.items():
        found[name] = await _times(lambda question=question: db.read(question))
    for name, job in chores().items():
        found[name] = await _times(lambda job=job: db.write(job))
    return found


async def _times(once: Any) -> list[float]:
    await once()
    taken: list[float] = []
    until = time.monotonic() + PATIENCE
    while len(taken) < TIMES and time.monotonic() < until:
        began = time.perf_counter()
        await once()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def _asked(url: str) -> Taken:
    db = open_database(url)
    try:
        return await ask(db)
    finally:
        await db.close()


@contextmanager
def databases(engine: str) -> Iterator[Any]:
    """Something that makes fresh databases of one engine."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="hb-million-") as folder:
            yield lambda: f"sqlite+aiosqlite:///{folder}/{time.monotonic_ns()}.db"
        return
    named = os.environ.get("BENCH_DATABASE_URL")
    if named:
        os.environ["TEST_DATABASE_URL"] = named
    with postgres_server() as fresh:
        yield lambda: fresh()


def measure(engine: str, sizes: tuple[int, ...]) -> list[Result]:
    """One engine, small to large."""
    filled: list[Result] = []
    urls: dict[int, str] = {}
    with databases(engine) as fresh:
        for size in sizes:
            urls[size] = fresh()
            seconds = shown(urls[size], Generator(size, digests=100))
            filled.append(Result(f"{engine}: filled with {size:,} needs", seconds, "s"))
        taken = {size: asyncio.run(_asked(url)) for size, url in urls.items()}  # one right after the other
    return [*filled, *_compare(engine, taken)]


def _compare(engine: str, taken: dict[int, Taken]) -> list[Result]:
    least, most = min(taken), max(taken)
    found = []
    for name, times in taken[most].items():
        middle = {size: quantile(each[name], 0.5) for size, each in taken.items()}
        note = "p50 " + ", ".join(f"{size:,}: {value:.2f}" for size, value in middle.items())
        work = f"{engine}: {name}"
        found.append(Result(f"{work}, p99", quantile(times, 0.99), "ms", P99, least=False, note=note))
        growth = middle[most] / middle[least]
        found.append(Result(f"{work}, p50 growth", growth, "x", GROWTH, least=False))
    return found


def results(quick: bool, engines: tuple[str, ...] = ENGINES) -> list[Result]:
    """All of them."""
    return [each for engine in engines for each in measure(engine, QUICK if quick else SIZES)]


if __name__ == "__main__":
    chosen = tuple(word for word in sys.argv[1:] if word in ENGINES)
    for each in results(bool(os.environ.get("QUICK")), chosen or ENGINES):
        print("  ".join(each.row()), flush=True)
