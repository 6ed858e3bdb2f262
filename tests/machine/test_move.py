"""A hromada's data goes from the file to a server: all of it, or none."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, func, select, update

from bot import world
from bot.cli import main
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import Urgency
from services import needs
from services import people as services
from storage import events, people
from storage.backup import database_path
from storage.base import metadata
from storage.engine import Database, open_database
from storage.migrate import within
from storage.move import MoveError, move
from storage.schema.history import events as history
from tests.databases import Fresh
from tests.machine.world import NOON
from tests.story.small_world import ACCOUNT, build

pytestmark = pytest.mark.postgres


@pytest.fixture
async def full(sqlite_url: str) -> str:
    """A file with one person of every role and something of everything."""
    db = open_database(sqlite_url)
    await db.write(build)
    await db.close()
    return sqlite_url


def counts(conn: Connection) -> dict[str, int]:
    return {
        table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def rows(conn: Connection) -> dict[str, list[tuple[object, ...]]]:
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
        for table in metadata.sorted_tables
    }


def posts_another(conn: Connection) -> int:
    official = people.by_account(conn, ACCOUNT["O"])
    assert official is not None
    actor = services.actor_of(conn, official, NOON)
    line = WantedLine(sector="winter", item="winter.blanket", needed=1000)
    return needs.post_need(conn, actor, WantedNeed(lines=[line], urgency=Urgency.URGENT), "uk", Terms()).id


async def look(url: str, work):  # type: ignore[no-untyped-def]
    db: Database = open_database(url)
    try:
        return await db.read(work)
    finally:
        await db.close()


async def test_everything_arrives_and_life_goes_on_there(full: str, postgres: Fresh) -> None:
    target, steps = postgres(), []
    moved = await move(full, target, lambda *step: steps.append(step))
    assert await look(target, rows) == await look(full, rows)
    assert moved == await look(full, counts)
    assert moved["events"] > 5
    assert steps[-1] == (sum(moved.values()), sum(moved.values()))
    db = open_database(target)
    before = await db.read(counts)
    assert await db.write(posts_another) > before["needs"]
    assert await db.read(events.broken_chains) == []
    await db.close()


async def test_a_target_with_something_in_it_is_left_alone(full: str, postgres: Fresh) -> None:
    target = postgres()
    db = open_database(target)
    await db.write(world.build, datetime.now(UTC))
    before = await db.read(rows)
    with pytest.raises(MoveError, match="not empty"):
        await move(full, target)
    assert await db.read(rows) == before
    await db.close()


async def test_a_history_somebody_touched_is_not_moved(full: str, postgres: Fresh) -> None:
    def touch(conn: Connection) -> None:
        newest = conn.execute(select(func.max(history.c.id))).scalar_one()
        conn.execute(update(history).where(history.c.id == newest - 1).values(data='{"amount": 9}'))

    await within(full, touch)
    target = postgres()
    with pytest.raises(MoveError, match="does not verify"):
        await move(full, target)
    assert set((await look(target, counts)).values()) == {0}


async def test_a_bot_that_still_runs_is_said(full: str, postgres: Fresh) -> None:
    running = open_database(full)
    await running.read(counts)
    with pytest.raises(MoveError, match="in use"):
        await move(full, postgres())
    await running.close()


async def test_a_source_that_is_not_there_or_old(tmp_path: Path, full: str, postgres: Fresh) -> None:
    with pytest.raises(MoveError, match="no database"):
        await move(f"sqlite+aiosqlite:///{tmp_path}/none.db", postgres())
    await within(full, lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(MoveError, match="hromada-bridge migrate"):
        await move(full, postgres())
    with pytest.raises(MoveError, match="pg_dump"):
        await move("postgresql+asyncpg://nowhere/none", postgres())


def test_at_the_keyboard(full: str, postgres: Fresh) -> None:
    said = CliRunner().invoke(main, ["move", "--from", full, "--to", postgres()])
    assert said.exit_code == 0, said.output
    assert "were moved, counted and verified" in said.output
    wrong = CliRunner().invoke(main, ["move", "--from", full, "--to", full])
    assert wrong.exit_code == 1
    assert "--to is wrong" in wrong.output
    nowhere = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    down = CliRunner().invoke(main, ["move", "--from", full, "--to", nowhere])
    assert down.exit_code == 1
    assert "Check the address after --to" in down.output
    assert database_path(full).exists()
