"""The tables of the code and the tables of the migrations are the same ones."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.migrate import HERE, BrokenReferences, current, differences, newest, upgrade, within

no_versions = pytest.mark.skipif(
    not list((HERE / "versions").glob("[0-9]*.py")), reason="no migration was written yet"
)


@no_versions
async def test_models_match_migrations_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db"
    assert await upgrade(url)
    assert await differences(url) == []
    assert await upgrade(url) == await current(url)


@no_versions
@pytest.mark.postgres
async def test_models_match_migrations_on_postgresql(postgres_blank: str) -> None:
    assert await upgrade(postgres_blank)
    assert await differences(postgres_blank) == []


def orphan(conn: Connection) -> None:
    conn.execute(text("INSERT INTO cards VALUES (1, 1, 404, '2026-01-01')"))


def cards(conn: Connection) -> int:
    return int(conn.execute(text("SELECT count(*) FROM cards")).scalar_one())


async def test_a_migration_that_leaves_orphans_is_rolled_back(sqlite_url: str) -> None:
    with pytest.raises(BrokenReferences):
        await within(sqlite_url, orphan)
    assert await within(sqlite_url, cards) == 0


@pytest.mark.postgres
async def test_processes_that_start_together_do_not_migrate_together(postgres_blank: str) -> None:
    revisions = await asyncio.gather(*[upgrade(postgres_blank) for _ in range(4)])
    assert set(revisions) == {newest()}
