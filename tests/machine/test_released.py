"""Every schema that was ever released, with something of everything in it, becomes today's; and old code could run on it."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Date, DateTime, MetaData, func, insert, inspect, select, text

from storage import events
from storage.base import metadata
from storage.migrate import differences, newest, upgrade, within
from tests.databases import Fresh

FOLDER = Path(__file__).parent / "released"
REVISIONS = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/old.db"
    fresh: Fresh = request.getfixturevalue("postgres")
    return fresh("template1")


def frozen(revision: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads((FOLDER / f"{revision}.json").read_text("utf-8"))
    return found


def fill(conn: Connection, revision: str) -> None:
    """As the code of that time had left it."""
    known = MetaData()
    known.reflect(conn)
    for name, rows in frozen(revision).items():
        table = known.tables[name]
        for row in rows:
            conn.execute(insert(table).values({key: _typed(table.c[key].type, row[key]) for key in row}))


def _typed(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, DateTime):
        moment = datetime.fromisoformat(value)
        return moment if getattr(kind, "timezone", False) is False else moment.replace(tzinfo=UTC)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return bool(value) if isinstance(kind, Boolean) else value


def counts(conn: Connection) -> dict[str, int]:
    tables = metadata.sorted_tables
    return {each.name: conn.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}


@pytest.mark.parametrize("revision", REVISIONS)
async def test_it_becomes_todays_with_everything_in_it(revision: str, blank: str) -> None:
    await upgrade(blank, revision)
    await within(blank, lambda conn: fill(conn, revision))
    assert await upgrade(blank) == newest()
    found = await within(blank, counts)
    assert {name: found[name] for name in frozen(revision)} == {
        name: len(rows) for name, rows in frozen(revision).items()
    }
    assert found["events"] > 5
    assert await within(blank, events.broken_chains) == []
    assert await differences(blank) == []


def test_todays_schema_is_frozen_too() -> None:
    assert newest() in REVISIONS, "run tools/freeze_schema.py with the number of the new revision"


@dataclass(frozen=True)
class Column:
    """What old code must know of a column."""

    nullable: bool
    has_default: bool


def schema(conn: Connection) -> dict[tuple[str, str], Column]:
    look = inspect(conn)
    return {
        (table, each["name"]): Column(
            each["nullable"], each["default"] is not None or bool(each.get("autoincrement") is True)
        )
        for table in look.get_table_names()
        for each in look.get_columns(table)
    }


def checks(conn: Connection) -> set[tuple[str, str]]:
    look = inspect(conn)
    return {
        (table, str(each["name"]))
        for table in look.get_table_names()
        for each in [*look.get_check_constraints(table), *look.get_unique_constraints(table)]
    }


def what_old_code_would_miss(
    old: dict[tuple[str, str], Column], new: dict[tuple[str, str], Column]
) -> list[str]:
    """Why the version before could not run beside this one."""
    gone = [f"{table}.{name} is gone" for table, name in old if (table, name) not in new]
    stricter = [
        f"{'.'.join(key)} must not be empty any more"
        for key, column in old.items()
        if key in new and column.nullable and not new[key].nullable
    ]
    tables = {table for table, _ in old}
    wanted = [
        f"{table}.{name} is wanted of whoever does not know it"
        for (table, name), column in new.items()
        if table in tables and (table, name) not in old and not column.nullable and not column.has_default
    ]
    return gone + stricter + wanted


LOOSER = {
    ("subscriptions", "uq_subscriptions_chat_id_kind"): (
        "subscriptions",
        "uq_subscriptions_chat_id_thread_id_kind",
    ),
}
"""Rules that a wider one took the place of: whatever kept the old one keeps the new one."""


async def test_the_version_before_runs_on_todays_schema(tmp_path: Path) -> None:
    seen = []
    for at, revision in enumerate(REVISIONS):
        url = f"sqlite+aiosqlite:///{tmp_path}/{at}.db"
        await upgrade(url, revision)
        seen.append((await within(url, schema), await within(url, checks)))
    for (old, old_checks), (new, new_checks) in pairwise(seen):
        assert what_old_code_would_miss(old, new) == []
        tables = {table for table, _ in old}  # what old code does not know it does not write to
        known = {each for each in new_checks if each[0] in tables}
        assert known == {LOOSER.get(each, each) if each not in known else each for each in old_checks}, (
            "a stricter rule would refuse what old code writes"
        )


async def test_the_guard_itself_sees_what_it_should(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/guard.db"
    await upgrade(url)
    before = await within(url, schema)

    def spoil(conn: Connection) -> None:
        conn.execute(text("ALTER TABLE needs DROP COLUMN why"))
        conn.execute(text("ALTER TABLE needs ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'"))
        conn.execute(text("ALTER TABLE needs ADD COLUMN size TEXT"))

    await within(url, spoil)
    after = await within(url, schema)
    assert what_old_code_would_miss(before, after) == ["needs.why is gone"]
    after["needs", "colour"] = Column(nullable=False, has_default=False)
    after["needs", "needed_by"] = Column(nullable=False, has_default=False)
    assert len(what_old_code_would_miss(before, after)) == 3
