"""Brings a database to the newest schema, at start and by ``hromada-bridge migrate``.

A batch migration on SQLite with foreign keys on silently deletes every child that cascades. So they are
switched off before the transaction begins, and checked before it ends.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

import storage.inbox
import storage.outbox
import storage.schema  # noqa: F401 - the three fill the metadata
from storage.address import address_of
from storage.base import metadata
from storage.database import DatabaseAway, DatabaseRefusal, in_safe_words
from storage.engine import writing_engine

T = TypeVar("T")

_PATIENCE = 5.0
"""Seconds for another process to end what it writes."""

Trouble = (DatabaseAway, DatabaseRefusal, OSError)
"""Whatever keeps a database from being opened or brought to the newest schema."""

HERE = Path(__file__).parent / "migrations"


_LOOKED_IN = ("needs_words", "search_words", "ix_needs_words", "listed", "ix_listed", "partnerships")


class BrokenReferences(RuntimeError):
    """A migration left rows that point nowhere; it was rolled back."""


async def upgrade(url: str, revision: str = "head") -> str | None:
    """To the newest revision (or another one, for tests), in one transaction; returns its name."""
    return await within(url, lambda conn: _upgrade(conn, revision))


async def differences(url: str) -> list[object]:
    """What the tables of the code have and the migrated database has not, and the other way round."""
    return await within(url, _differences)


async def current(url: str) -> str | None:
    """The revision a database stands at; None for one that is empty or not there. Makes and changes nothing."""
    if not address_of(url).is_file:
        return await within(url, _current)
    return await asyncio.to_thread(_revision_of_file, Path(address_of(url).path))


def _revision_of_file(path: Path) -> str | None:
    """By a connection that cannot write."""
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent}")
    if not path.exists():
        return None
    try:
        with closing(
            sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=_PATIENCE)
        ) as raw:
            raw.execute("PRAGMA query_only=ON")
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        if "no such table" in str(error):
            return None
        raise DatabaseAway(f"{type(error).__name__} {error}") from None
    return str(row[0]) if row else None


def newest() -> str | None:
    """The revision a fresh database gets."""
    return ScriptDirectory(str(HERE)).get_current_head()


async def within(url: str, work: Callable[[Connection], T]) -> T:
    """Run in one transaction with foreign keys off, whatever the engine. Raises what :data:`Trouble` names."""
    try:
        if address_of(url).is_file:
            return await asyncio.to_thread(_on_sqlite, url, work)
        return await _on_postgres(url, work)
    except SQLAlchemyError as error:
        raise in_safe_words(error) from None


async def _on_postgres(url: str, work: Callable[[Connection], T]) -> T:
    address = address_of(url)
    engine = create_async_engine(address.url, connect_args=address.connect_args(), hide_parameters=True)
    try:
        async with engine.begin() as conn:
            return await conn.run_sync(work)
    finally:
        await engine.dispose()


def _on_sqlite(url: str, work: Callable[[Connection], T]) -> T:
    path = address_of(url).path
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = writing_engine(path, foreign_keys=False, patience=_PATIENCE)
    try:
        with engine.begin() as conn:
            result = work(conn)
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").all()
            if broken:
                raise BrokenReferences(f"{len(broken)} rows point nowhere, the first in {broken[0][0]}")
            return result
    finally:
        engine.dispose()


def configuration(conn: Connection) -> Config:
    """Alembic's settings, independent of where we were started."""
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def _upgrade(conn: Connection, revision: str) -> str | None:
    if conn.dialect.name == "postgresql":  # several processes start at once: one migrates, the others wait
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(18498, 0)")
    command.upgrade(configuration(conn), revision)
    return _current(conn)


def _current(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _differences(conn: Connection) -> list[object]:
    options = {"compare_type": True, "include_object": _is_ours}
    return list(compare_metadata(MigrationContext.configure(conn, opts=options), metadata))


def _is_ours(_object: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
    """Not what lists and searches look in: that belongs to its migrations and to storage/search.py."""
    return not (name or "").startswith(_LOOKED_IN)


def write_revision(conn: Connection, message: str, number: str) -> None:
    """For whoever changed a table: a new revision from the difference. Read it before you commit it."""
    command.upgrade(configuration(conn), "head")
    command.revision(configuration(conn), message, autogenerate=True, rev_id=number)
