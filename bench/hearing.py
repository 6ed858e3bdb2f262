"""One morning of ten thousand chats in four languages with forty filters: `python -m bench.hearing`

The ticker is the bot's own; then everything that is due is rendered as the sender would, and how often something was
made is held against how many different things there were to make.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta
from itertools import product

from sqlalchemy import select, update

from bench.generator import END, Generator
from bench.million import ENGINES, databases
from bench.seed import fill
from bench.tools import ROOT, Result
from bot.clock import Clock
from bot.ticker import Ticker
from bot.wiring import load_screens
from domain.catalogue import catalogue
from domain.filters import Filter
from domain.places import places
from domain.schedule import Terms
from handlers.reader import House
from handlers.render import render
from services.schedule import jobs
from storage import outbox
from storage.engine import Connection, open_database
from storage.outbox import RowState
from storage.outbox import outbox as rows_due
from storage.schema.chats import chats, subscriptions

NEEDS = 2_000
LANGUAGES = ("uk", "en", "pl", "de")
GOAL = 60.0
"""Seconds until all of it stands in the outbox."""


def filters() -> list[str]:
    """Forty: by sector, by oblast, by both, and one that lets nothing through."""
    sectors = [each.code for each in catalogue().sectors][:6]
    regions = list(places().oblasts)[:5]
    found = [Filter(sector=frozenset({each})) for each in sectors]
    found += [Filter(oblast=frozenset({each})) for each in regions]
    found += [
        Filter(sector=frozenset({sector}), oblast=frozenset({oblast}))
        for sector, oblast in product(sectors, regions)
    ]
    return [each.written() for each in found[:39]] + [Filter(hromada=frozenset({"UA"})).written()]


def spread(conn: Connection) -> None:
    """Every chat gets one of the languages and one of the filters, every pair as often as any other."""
    wanted = filters()
    ids = list(conn.execute(select(subscriptions.c.chat_id).order_by(subscriptions.c.id)).scalars())
    for at, language in enumerate(LANGUAGES):
        mine = [chat_id for place, chat_id in enumerate(ids) if place // len(wanted) % len(LANGUAGES) == at]
        conn.execute(update(chats).where(chats.c.id.in_(mine)).values(language=language))
    for at, each in enumerate(wanted):
        mine = ids[at :: len(wanted)]
        conn.execute(
            update(subscriptions)
            .where(subscriptions.c.chat_id.in_(mine))
            .values(filters=each, watermark=0, picture="sectors")
        )


def pairs(conn: Connection) -> int:
    """Different (language, filter) among the chats something was queued for."""
    query = select(chats.c.language, subscriptions.c.filters).distinct()
    query = query.join(chats, chats.c.id == subscriptions.c.chat_id)
    query = query.join(rows_due, rows_due.c.chat_id == chats.c.id).where(rows_due.c.screen == "digest")
    return len(conn.execute(query).all())


def render_all(conn: Connection, house: House) -> int:
    """Every queued digest, as the sender does it; how many there are."""
    done, last = 0, 0
    while True:
        query = select(rows_due.c.id).where(rows_due.c.screen == "digest", rows_due.c.id > last)
        query = query.where(rows_due.c.state == RowState.DUE).order_by(rows_due.c.id).limit(500)
        ids = list(conn.execute(query).scalars())
        if not ids:
            return done
        for row_id in ids:
            row = outbox.row(conn, row_id)
            assert row is not None
            done += render(conn, row, END + timedelta(minutes=1), house) is not None
        last = ids[-1]


async def one(url: str) -> dict[str, float]:
    """Seconds, renderings and megabytes of one morning."""
    load_screens()
    db = open_database(url)
    ticker = Ticker(db, Clock(lambda: END + timedelta(minutes=1)), jobs(Terms()), lambda: None, seconds=30)
    house = House("bench_bot")
    before, began = _peak(), time.perf_counter()
    await ticker.tick()
    queued = time.perf_counter() - began
    rendered = await db.read(render_all, house)
    took = time.perf_counter() - began - queued
    found = {
        "queued": queued,
        "rendered": rendered,
        "rendering": took,
        "made": house.renderings.made,
        "pairs": await db.read(pairs),
        "megabytes": _peak() - before,
    }
    await db.close()
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def prepare(url: str, count: int) -> None:
    """A database whose chats all have their digest now."""
    await fill(url, Generator(NEEDS, digests=count))
    db = open_database(url)
    await db.write(spread)
    await db.close()


def morning(engine: str, count: int) -> dict[str, float]:
    """In a process of its own, so that memory is the morning's alone."""
    with databases(engine) as fresh:
        url = fresh()
        asyncio.run(prepare(url, count))
        done = subprocess.run(
            [sys.executable, "-m", "bench.hearing", url],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def results(quick: bool) -> list[Result]:
    """Both engines."""
    count = 1_000 if quick else 10_000
    found = []
    for engine in ENGINES:
        seen = morning(engine, count)
        work = f"{engine}: {count:,} chats, 4 languages, 40 filters"
        note = f"{seen['rendered']:.0f} rendered in {seen['rendering']:.1f} s"
        found += [
            Result(f"{work}: all due queued", seen["queued"], "s", GOAL, least=False, note=note),
            Result(f"{work}: made more often than needed", seen["made"] - seen["pairs"], "", 0, least=False),
            Result(f"{work}: renderings made", seen["made"], ""),
            Result(f"{work}: memory", seen["megabytes"], "MB"),
        ]
    return found


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1] != "quick":
        print(json.dumps(asyncio.run(one(sys.argv[1]))))
    else:
        for each in results("quick" in sys.argv):
            print("  ".join(each.row()), flush=True)
