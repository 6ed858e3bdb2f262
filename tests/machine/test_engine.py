"""Where transactions run: the same promises on both engines."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, column, event, select, table, text
from sqlalchemy.pool import QueuePool

from storage.database import DatabaseAway, DatabaseRefusal
from storage.engine import Database, PostgreSQL, SQLite, open_database
from storage.prepared import Prepared
from tests.databases import Fresh


class Spoilt(Exception):
    """Something went wrong in a job."""


def put(conn: Connection, name: str) -> None:
    conn.execute(text("INSERT INTO notes VALUES (:name)"), {"name": name})


def put_and_break(conn: Connection, name: str) -> None:
    put(conn, name)
    raise Spoilt


def names(conn: Connection) -> list[str]:
    return list(conn.execute(text("SELECT name FROM notes ORDER BY name")).scalars())


def make_notes(conn: Connection) -> None:
    conn.execute(text("CREATE TABLE notes (name TEXT)"))


@pytest.fixture
async def db(db: Database) -> Database:
    await db.write(make_notes)
    return db


@pytest.fixture
async def file_db(file_db: Database) -> Database:
    await file_db.write(make_notes)
    return file_db


async def test_a_reader_sees_what_was_committed(db: Database) -> None:
    await db.write(put, "blankets")
    assert await db.read(names) == ["blankets"]


async def test_a_reader_asks_nothing_twice_and_each_look_asks_anew(db: Database) -> None:
    names_of = Prepared(select(column("name")).select_from(table("notes")), str)

    def look(conn: Connection) -> list[str]:
        first = names_of.rows(conn)
        first.clear()  # whoever changes what they were given changes nothing for others
        return names_of.rows(conn)

    await db.write(put, "blankets")
    assert await db.read(look) == ["blankets"]
    await db.write(put, "stoves")
    assert sorted(await db.read(look)) == ["blankets", "stoves"]

    def write_and_look(conn: Connection) -> list[list[str]]:
        before = names_of.rows(conn)
        put(conn, "tents")
        return [before, names_of.rows(conn)]

    before, after = await db.write(write_and_look)
    assert len(after) == len(before) + 1, "who writes sees it"


async def test_a_job_that_breaks_leaves_nothing_and_tells_its_caller(db: Database) -> None:
    with pytest.raises(Spoilt):
        await db.write(put_and_break, "half")
    assert await db.read(names) == []


async def test_one_broken_job_does_not_touch_its_neighbours(db: Database) -> None:
    works = [put, put_and_break, put]
    outcomes = await asyncio.gather(
        *(db.write(work, f"n{place}") for place, work in enumerate(works)), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), Spoilt, type(None)]
    assert await db.read(names) == ["n0", "n2"]


async def test_whoever_stood_with_a_broken_job_comes_in_turn_and_once(file_db: Database) -> None:
    def note(conn: Connection, name: str) -> list[str]:
        put(conn, name)
        return names(conn)

    jobs = [file_db.write(note, "a"), file_db.write(put_and_break, "b"), file_db.write(note, "c")]
    found = await asyncio.gather(*jobs, return_exceptions=True)
    assert found[0] == ["a"]
    assert isinstance(found[1], Spoilt)
    assert found[2] == ["a", "c"]
    assert await file_db.read(names) == ["a", "c"]


async def test_a_reader_may_not_write(db: Database) -> None:
    with pytest.raises((DatabaseAway, DatabaseRefusal)):
        await db.read(put, "sneaked in")
    assert await db.read(names) == []


def make_counter(conn: Connection) -> None:
    conn.execute(text("CREATE TABLE counter (value INTEGER)"))
    conn.execute(text("INSERT INTO counter VALUES (0)"))


def count_one_up(conn: Connection) -> int:
    conn.execute(text("UPDATE counter SET value = value + 1"))
    return int(conn.execute(text("SELECT value FROM counter")).scalar_one())


async def test_a_thousand_concurrent_writes_lose_nothing(db: Database) -> None:
    await db.write(make_counter)
    seen = await asyncio.gather(*(db.write(count_one_up) for _ in range(1000)))
    assert sorted(seen) == list(range(1, 1001))


async def test_jobs_that_wait_together_share_one_commit(file_db: Database) -> None:
    assert isinstance(file_db, SQLite)
    commits = 0

    def count(_: Connection) -> None:
        nonlocal commits
        commits += 1

    event.listen(file_db._engine, "commit", count)
    await asyncio.gather(*(file_db.write(put, f"{number:03}") for number in range(200)))
    assert len(await file_db.read(names)) == 200
    assert commits < 100


async def test_a_failing_commit_fails_every_job_of_its_group(file_db: Database) -> None:
    def orphan(conn: Connection) -> None:
        conn.execute(text("PRAGMA defer_foreign_keys=ON"))
        conn.execute(text("INSERT INTO cards VALUES (1, 1, 404, '2026-01-01')"))

    outcomes = await asyncio.gather(
        file_db.write(put, "neighbour"), file_db.write(orphan), return_exceptions=True
    )
    left = await file_db.read(names)
    assert isinstance(outcomes[1], DatabaseRefusal)
    assert left == ([] if isinstance(outcomes[0], DatabaseRefusal) else ["neighbour"])
    await file_db.write(put, "after")
    assert "after" in await file_db.read(names)


async def test_closing_finishes_what_was_begun(sqlite_url: str) -> None:
    first = open_database(sqlite_url)
    await first.write(make_notes)
    writes = [asyncio.ensure_future(first.write(put, str(number))) for number in range(20)]
    await asyncio.wait(writes, return_when=asyncio.FIRST_COMPLETED)
    await first.close()
    await asyncio.gather(*writes)
    second = open_database(sqlite_url)
    assert len(await second.read(names)) == 20
    await second.close()
    with pytest.raises(RuntimeError, match="closed"):
        await first.write(put, "late")


async def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    database = open_database(f"sqlite+aiosqlite:///{tmp_path}/deep/er/bridge.db")
    assert (tmp_path / "deep/er/bridge.db").exists()
    await database.close()


@pytest.mark.postgres
async def test_whoever_is_hurried_out_leaves_no_connection_open(postgres: Fresh) -> None:
    url = postgres()
    for moment in range(1, 13):
        server = PostgreSQL(url)
        opened: list[Any] = []
        event.listen(
            server.engine.sync_engine, "connect", lambda raw, _, o=opened: o.append(raw.driver_connection)
        )
        asleep = [asyncio.create_task(server.read(_sleep)) for _ in range(3)]
        async with asyncio.timeout(10):
            while len(opened) < 3:  # noqa: ASYNC110 - the driver tells nobody
                await asyncio.sleep(0.01)
        for _ in range(2):
            for each in asleep:
                each.cancel()
            for _ in range(moment):
                await asyncio.sleep(0)
        pool = server.engine.pool
        assert isinstance(pool, QueuePool)
        await server.close()
        assert pool.checkedout() == 0
        await asyncio.gather(*asleep, return_exceptions=True)
        assert [each.is_closed() for each in opened] == [True] * 3


def _sleep(conn: Connection) -> None:
    conn.execute(text("SELECT pg_sleep(0.3)"))
