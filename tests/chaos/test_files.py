"""What happens to files: kills in a migration and in a backup, a full disk, a lock that stays, a torn tail."""

import asyncio
import os
import random
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot import world
from sandbox import SandboxServer
from sandbox.client import People
from storage import backup as copies
from storage import events, inbox
from storage.engine import open_database
from storage.migrate import current, newest, upgrade, within
from storage.outbox import Lane, RowState, outbox
from tests.chaos.process import READY, ROOT, BotProcess
from tests.databases import Fresh
from tests.machine.test_released import counts, fill, frozen
from tests.machine.world import NOON

CHANCE = random.Random(7)


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(port=0)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def people(server: SandboxServer) -> AsyncIterator[People]:
    async with People(server.url) as found:
        found["Olena"].patience = READY
        yield found


@pytest.fixture
async def bot(server: SandboxServer, sqlite_url: str) -> AsyncIterator[BotProcess]:
    """Serving, on a file with the believable world in it."""
    db = open_database(sqlite_url)
    await db.write(world.build, datetime.now(UTC))
    await db.close()
    async with BotProcess(server.url, sqlite_url) as process:
        await process.starts()
        await process.is_ready()
        yield process


async def killed(url: str, seconds: float, *words: str) -> int:
    """`hromada-bridge ...`, killed after so many seconds unless it was through; its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        return await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        process.kill()
        return await process.wait()


def much(conn: Connection) -> None:
    """So much that copying and indexing it takes a while."""
    row = {
        "chat_id": 1,
        "lane": int(Lane.DIGEST),
        "screen": "x",
        "params": "x" * 1000,
        "not_before": NOON,
        "created_at": NOON,
        "state": RowState.SENT,
    }
    conn.execute(insert(outbox), [row | {"id": 100_000 + at} for at in range(30_000)])


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def test_killed_in_a_migration_it_is_the_old_or_the_new_schema_and_whole(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/old.db"
    if engine == "postgres":
        fresh: Fresh = request.getfixturevalue("postgres")
        url = fresh("template1")
    await upgrade(url, "0001")
    await within(url, lambda conn: fill(conn, "0001"))
    await within(url, much)
    for _ in range(5):
        await killed(url, CHANCE.uniform(0.5, 1.3), "migrate")
        assert await current(url) in ("0001", newest())
    assert await killed(url, READY, "migrate") == 0
    found = await within(url, counts)
    for name, rows in frozen("0001").items():
        assert found[name] == len(rows) + 30_000 * (name == "outbox")
    assert await within(url, events.broken_chains) == []


async def test_killed_in_a_backup_there_is_a_whole_copy_or_none(sqlite_url: str, tmp_path: Path) -> None:
    await within(sqlite_url, much)
    made = 0
    for at in range(6):
        copy = tmp_path / f"copy-{at}.db"
        await killed(sqlite_url, CHANCE.uniform(0.4, 1.0), "backup", str(copy))
        if copy.exists():
            made += 1
            copies.check(copy)
    last = tmp_path / "copy-0.db"
    last.unlink(missing_ok=True)
    assert await killed(sqlite_url, READY, "backup", str(last)) == 0
    copies.check(last)
    copies.check(copies.database_path(sqlite_url))
    assert made < 6, "some were killed in time"


@contextmanager
def no_room(pid: int) -> Iterator[None]:
    """The process cannot write a byte to any file, as on a full disk."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_is_waited_out_and_nothing_is_lost(
    bot: BotProcess, people: People, server: SandboxServer
) -> None:
    olena = people["Olena"]
    await olena.starts()
    with no_room(bot.pid):
        await olena.tells("/help")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.exits(), 3)
        assert len(server.state.updates) == 1, "Telegram was not told that it is stored"
    await olena.waits_for("0K3XQ4")


async def test_a_lock_that_outlasts_the_writers_patience(
    bot: BotProcess, people: People, sqlite_url: str
) -> None:
    olena = people["Olena"]
    await olena.starts()
    with closing(sqlite3.connect(copies.database_path(sqlite_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        await olena.tells("/help")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(bot.exits(), 12)
        other.execute("ROLLBACK")
    await olena.waits_for("0K3XQ4")


@pytest.mark.parametrize("harm", ["garbage", "cut", "flipped"])
async def test_a_torn_tail_of_the_log_costs_no_whole_commit(
    bot: BotProcess, people: People, sqlite_url: str, harm: str
) -> None:
    """Garbage behind the last commit, or half a frame of it, is what a power cut leaves."""
    olena = people["Olena"]
    await olena.starts()
    await olena.says("/help")
    await bot.is_killed()
    wal = copies.database_path(sqlite_url).with_name("bridge.db-wal")
    whole = wal.stat().st_size
    assert whole > 4096
    spoil(wal, harm)
    await bot.starts()
    await bot.is_ready()
    await olena.says("/help")
    assert "0K3XQ4" in olena.sees
    await bot.ends()
    db = open_database(sqlite_url)
    copies.check(copies.database_path(sqlite_url))
    assert await db.read(events.broken_chains) == []
    assert await db.read(inbox.dead_letters) == []
    await db.close()


def spoil(wal: Path, harm: str) -> None:
    with wal.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        if harm == "garbage":
            file.write(CHANCE.randbytes(10_000))
        elif harm == "cut":
            file.truncate(size - 2000)
        else:
            file.seek(size - 2000)
            file.write(b"\xff" * 100)
