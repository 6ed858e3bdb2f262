"""The history proves itself: whatever is cut, taken away or rewritten is found, wherever somebody looks."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, delete, select, text, update

from bot.cli import main
from bot.sealer import Sealer
from bot.settings import Settings
from domain.schedule import Terms
from domain.words import EventKind
from services.seals import tell_head
from storage import chats, events, outbox, seals
from storage import move as moving
from storage.backup import backup, database_path
from storage.engine import Database, PostgreSQL, open_database
from storage.schema.history import events as table
from storage.schema.seals import seal_marks
from storage.schema.seals import seals as seal_table
from tests.databases import Fresh
from tests.machine.world import NOON, TestClock


def happen(conn: Connection, chain: str, count: int = 1) -> None:
    about, _, number = chain.partition(":")
    for _ in range(count):
        events.record(
            conn, chain, EventKind.NEED_EDITED, at=NOON, person_id=1, organisation_id=1, data={"line": 1},
            need_id=int(number) if about == "need" else None,
        )  # fmt: skip


async def history(db: Database, sealer: Sealer, parts: int = 3) -> None:
    """Three chains, sealed in several parts."""
    for part in range(parts):
        for chain in ("need:1", "need:2", "organisation:1"):
            await db.write(happen, chain, part + 1)
        await sealer.look()
        await sealer.look()  # on PostgreSQL the first look only marks how far the history goes


@pytest.fixture
async def sealed(db: Database, clock: TestClock) -> Database:
    await history(db, Sealer(db, clock))
    return db


async def problems(db: Database) -> list[str]:
    return await db.read(seals.problems)


async def test_an_untouched_history_verifies(sealed: Database) -> None:
    head = await sealed.read(seals.newest)
    assert head is not None
    assert head.until == await sealed.read(events.latest)
    assert await problems(sealed) == []


async def test_nothing_new_is_no_new_seal(sealed: Database, clock: TestClock) -> None:
    before = await sealed.read(seals.newest)
    for _ in range(3):
        await Sealer(sealed, clock).look()
    assert await sealed.read(seals.newest) == before


def cut_tail(conn: Connection) -> None:
    last = conn.execute(select(table.c.id).order_by(table.c.id.desc()).limit(2)).scalars().all()
    conn.execute(delete(table).where(table.c.id.in_(last)))


def cut_chain(conn: Connection) -> None:
    conn.execute(delete(table).where(table.c.chain == "organisation:1"))


def rewrite_one(conn: Connection) -> None:
    conn.execute(update(table).where(table.c.id == 2).values(data='{"line": 2}'))


def rewrite_a_chain_with_all_its_hashes(conn: Connection) -> None:
    """By somebody who knows how the hashes are made."""
    rows = conn.execute(select(table).where(table.c.chain == "need:2").order_by(table.c.seq)).all()
    conn.execute(delete(table).where(table.c.chain == "need:2"))
    for row in rows:
        events.record(
            conn, "need:2", row.kind, at=row.at, person_id=2, organisation_id=1, need_id=2, data={"line": 1}
        )


def slip_one_in(conn: Connection) -> None:
    free = conn.execute(select(table.c.id).where(table.c.id == 1)).scalar_one() - 1
    row = conn.execute(select(table).where(table.c.id == 1)).one()._mapping
    conn.execute(table.insert().values({**row, "id": free, "chain": "need:9", "seq": 1}))


def drop_the_last_seal_and_what_it_covers(conn: Connection) -> None:
    head = seals.newest(conn)
    assert head is not None
    conn.execute(delete(table).where(table.c.id > head.after))
    conn.execute(delete(seal_table).where(seal_table.c.id == head.id))


def drop_a_seal_in_the_middle(conn: Connection) -> None:
    conn.execute(delete(seal_table).where(seal_table.c.id == 2))


def cut_what_was_not_sealed_yet(conn: Connection) -> None:
    happen(conn, "need:2")
    seals.write(conn, seals.draft(conn, NOON))  # somebody looked
    last = conn.execute(select(table.c.id).order_by(table.c.id.desc()).limit(1)).scalar_one()
    conn.execute(delete(seal_table).where(seal_table.c.until >= last))
    conn.execute(delete(table).where(table.c.id == last))


def drop_the_seal_that_was_told(conn: Connection) -> None:
    head = seals.claim_news(conn, NOON.date())
    assert head is not None
    conn.execute(delete(seal_table).where(seal_table.c.id == head.id))


def tell_it_in_another_story(conn: Connection) -> None:
    conn.execute(update(table).where(table.c.id == 2).values(need_id=1))


def tell_it_in_no_story(conn: Connection) -> None:
    conn.execute(update(table).where(table.c.id == 2).values(need_id=None))


def forget_how_far_it_went(conn: Connection) -> None:
    conn.execute(text("DELETE FROM seal_marks"))


Damage = Callable[[Connection], None]


@pytest.mark.parametrize(
    "damage",
    [
        cut_tail,
        cut_chain,
        rewrite_one,
        rewrite_a_chain_with_all_its_hashes,
        slip_one_in,
        drop_a_seal_in_the_middle,
        drop_the_last_seal_and_what_it_covers,
        cut_what_was_not_sealed_yet,
        drop_the_seal_that_was_told,
        tell_it_in_another_story,
        tell_it_in_no_story,
        forget_how_far_it_went,
    ],
)
async def test_every_way_of_changing_it_is_seen(sealed: Database, damage: Damage) -> None:
    await sealed.write(damage)
    assert await problems(sealed)


async def test_a_history_cut_together_with_its_seal_is_seen_by_who_kept_the_seal(sealed: Database) -> None:
    head = await sealed.read(seals.newest)
    assert head is not None
    await sealed.write(drop_the_last_seal_and_what_it_covers)
    last = await sealed.read(events.latest)
    await sealed.write(lambda conn: conn.execute(update(seal_marks).values(until=last)))
    assert await problems(sealed) == [], "nothing in the database itself shows it"
    assert await sealed.read(seals.by_beginning, head.hash[:16]) is None, "whoever has the head knows"


async def test_two_sealers_make_one_chain(db: Database, clock: TestClock) -> None:
    await db.write(happen, "need:1", 5)
    both = [Sealer(db, clock), Sealer(db, clock)]
    for _ in range(3):
        await asyncio.gather(*(sealer.look() for sealer in both))
    assert await problems(db) == []
    assert await db.read(lambda conn: len(conn.execute(select(seal_table)).all())) == 1


@pytest.mark.postgres
async def test_an_event_that_is_committed_late_is_neither_left_out_nor_a_false_alarm(
    postgres: Fresh, clock: TestClock
) -> None:
    url = postgres()
    db, other = PostgreSQL(url), PostgreSQL(url)
    sealer = Sealer(db, clock)
    async with other.engine.connect() as conn:
        await conn.run_sync(happen, "need:7")  # has its number, and is not committed
        await db.write(happen, "need:8", 3)
        await asyncio.wait_for(sealer.look(), 5)
        await asyncio.wait_for(sealer.look(), 5)
        assert await db.read(seals.newest) is None, "a smaller number may still come"
        await asyncio.wait_for(db.write(happen, "need:8"), 5)  # and no writer waits meanwhile
        await conn.commit()
    for _ in range(3):
        await sealer.look()
    head = await db.read(seals.newest)
    assert head is not None
    assert head.until == await db.read(events.latest)
    assert await problems(db) == []
    await db.close()
    await other.close()


async def test_coordinators_hear_of_the_head_once_a_day_and_only_of_a_new_one(
    sealed: Database, clock: TestClock
) -> None:
    terms, day = Terms(zone="Europe/Kyiv", digest_hour=8), timedelta(days=1)
    early = NOON.replace(hour=4)
    await sealed.write(lambda conn: chats.see(conn, -5, kind="group", coordination=True, seen_at=NOON))
    tell = partial(tell_head, terms=terms)
    assert await sealed.write(tell, early) == 0
    assert [await sealed.write(tell, NOON) for _ in range(3)] == [1, 0, 0]
    assert await sealed.write(tell, NOON + day) == 0, "nothing was sealed since"
    await history(sealed, Sealer(sealed, clock), 1)
    assert await sealed.write(tell, NOON + day) == 1
    [first, second] = await sealed.read(outbox.due, NOON + day, 10)
    assert (first.screen, first.chat_id) == ("sealed", -5)
    assert first.values != second.values


async def test_a_clock_that_was_ahead_for_a_moment_silences_nobody(
    sealed: Database, clock: TestClock
) -> None:
    """Nor somebody who writes a day far away into the table."""
    terms = Terms(zone="Europe/Kyiv", digest_hour=8)
    await sealed.write(lambda conn: chats.see(conn, -5, kind="group", coordination=True, seen_at=NOON))
    tell = partial(tell_head, terms=terms)
    assert await sealed.write(tell, NOON + timedelta(days=4000)) == 1
    await history(sealed, Sealer(sealed, clock), 1)
    assert [await sealed.write(tell, NOON) for _ in range(2)] == [1, 0]


SPOILT = [
    "data = 'no JSON'",
    "data = '[1]'",
    "data = '{\"line\": '",
    f"data = '{'[' * 100_000}'",
    "kind = 'never_heard_of'",
    "at = 'yesterday'",
    "at = 12",
    "seq = 'x'",
    "person_id = 'somebody'",
    "need_id = 1.5",
    "hash = x'00ff'",
    "chain = x'00ff'",
    "chain = 'need:x'",
    "chain = CAST(x'ff' AS TEXT)",
    "data = CAST(x'ff' AS TEXT)",
]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_an_event_that_cannot_even_be_read_is_shown_and_stops_nobody_who_looks(
    at_home: str, clock: TestClock, tmp_path: Path, spoilt: str
) -> None:
    """By a disk or by a hand: the check says so, the daily copy is made and says so, and moving refuses."""
    prepare(at_home, clock)
    with closing(sqlite3.connect(database_path(at_home))) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute(f"UPDATE events SET {spoilt} WHERE id = 2")
        raw.commit()
    broken = CliRunner().invoke(main, ["check"])
    assert broken.exit_code == 1
    assert broken.exception is None or isinstance(broken.exception, SystemExit), broken.output
    assert "✗ History" in broken.output
    assert backup(at_home, tmp_path / "a.db").problems


@pytest.mark.parametrize("spoilt", ["at = 'yesterday'", "until = 'x'", "events = 'x'", "hash = x'ff'"])
def test_a_seal_that_cannot_be_read_is_shown_too(
    at_home: str, clock: TestClock, tmp_path: Path, spoilt: str
) -> None:
    prepare(at_home, clock)
    with closing(sqlite3.connect(database_path(at_home))) as raw:
        raw.execute(f"UPDATE seals SET {spoilt} WHERE id = 2")
        raw.commit()
    broken = CliRunner().invoke(main, ["check"])
    assert isinstance(broken.exception, SystemExit), broken.output
    assert "✗ History" in broken.output
    assert backup(at_home, tmp_path / "a.db").problems


@pytest.mark.postgres
async def test_moving_a_row_that_cannot_be_read_ends_in_a_sentence(
    sqlite_url: str, postgres_blank: str, clock: TestClock
) -> None:
    db = open_database(sqlite_url)
    await history(db, Sealer(db, clock))
    await db.close()
    with closing(sqlite3.connect(database_path(sqlite_url))) as raw:
        raw.execute("UPDATE events SET at = 'yesterday' WHERE id = 2")
        raw.commit()
    with pytest.raises(moving.MoveError, match="history"):
        await moving.move(sqlite_url, postgres_blank)


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> str:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return sqlite_url


def prepare(url: str, clock: TestClock, *damages: Damage) -> str:
    async def go() -> str:
        db = open_database(url)
        await history(db, Sealer(db, clock))
        head = await db.read(seals.newest)
        for damage in damages:
            await db.write(damage)
        await db.close()
        return head.hash if head else ""

    return asyncio.run(go())


def test_check_says_what_is_wrong(at_home: str, clock: TestClock) -> None:
    head = prepare(at_home, clock)
    fine = CliRunner().invoke(main, ["check", "--seal", head[:16]])
    assert fine.exit_code == 0, fine.output
    assert head in fine.output
    foreign = CliRunner().invoke(main, ["check", "--seal", "0" * 16])
    assert foreign.exit_code == 1
    assert "not part of it" in foreign.output
    assert "first eight" in CliRunner().invoke(main, ["check", "--seal", "%_"]).output
    prepare(at_home, clock, cut_chain)
    broken = CliRunner().invoke(main, ["check"])
    assert broken.exit_code == 1
    assert "History:" in broken.output


def test_a_copy_says_its_head_and_what_is_wrong(at_home: str, clock: TestClock, tmp_path: Path) -> None:
    head = prepare(at_home, clock)
    copy = backup(at_home, tmp_path / "a.db")
    assert copy.seal is not None
    assert (copy.seal.hash, copy.problems) == (head, ())
    prepare(at_home, clock, rewrite_one)
    assert backup(at_home, tmp_path / "b.db").problems


@pytest.mark.postgres
async def test_moving_refuses_a_history_that_was_cut(
    sqlite_url: str, postgres_blank: str, clock: TestClock
) -> None:
    db = open_database(sqlite_url)
    await history(db, Sealer(db, clock))
    await db.write(cut_tail)
    await db.close()
    with pytest.raises(moving.MoveError, match="seal"):
        await moving.move(sqlite_url, postgres_blank)


async def test_sealing_goes_by_the_clock_and_ends_when_told(file_db: Database, clock: TestClock) -> None:
    await file_db.write(happen, "need:1")
    sealer = Sealer(file_db, clock)
    running = asyncio.create_task(sealer.run())
    while await file_db.read(seals.newest) is None:
        await file_db.write(lambda conn: conn.execute(text("SELECT 1")))
    await sealer.stop()
    await asyncio.wait_for(running, 5)
    assert clock.now() - NOON < timedelta(hours=12)
