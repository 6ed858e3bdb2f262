"""From a SQLite file to a PostgreSQL server: everything, checked, or nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import BigInteger, Connection, Table, exists, func, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from storage import migrate, seals
from storage.address import BadAddress, address_of
from storage.backup import BackupError, Progress, database_path, nobody_else
from storage.base import metadata
from storage.sqlite import writing_engine

_BATCH = 1000
"""Rows that are in memory at a time."""


class MoveError(Exception):
    """One sentence on what is in the way; nothing was moved."""


async def move(source: str, target: str, progress: Progress | None = None) -> dict[str, int]:
    """Copy every row, verify counts and hash chains, and commit; returns the rows of each table.

    The source is locked meanwhile and not changed. Raises :class:`MoveError`.
    """
    await _refuse_a_source_in_use(source)
    try:
        address = address_of(target)
        await migrate.upgrade(target)
    except BadAddress as error:
        raise MoveError(f"The address after --to is wrong: {error}.") from None
    except migrate.Trouble as error:
        raise MoveError(f"The target cannot be opened ({error}). Check the address after --to.") from None
    engine = create_async_engine(address.url, connect_args=address.connect_args(), hide_parameters=True)
    try:
        with _locked(source) as old:
            async with engine.begin() as conn:
                return await conn.run_sync(lambda new: _move(old, new, progress))
    finally:
        await engine.dispose()


async def _refuse_a_source_in_use(source: str) -> None:
    try:
        path = database_path(source)
        if not path.exists():
            raise MoveError(f"There is no database at {path}.")
        nobody_else(path)
    except BackupError as error:
        raise MoveError(str(error)) from None
    if await migrate.current(source) != migrate.newest():
        raise MoveError("The source is not at the newest schema. Run 'hromada-bridge migrate' with it first.")


@contextmanager
def _locked(source: str) -> Iterator[Connection]:
    """Nobody writes into it while it is copied."""
    engine = writing_engine(str(database_path(source)))
    try:
        with engine.connect() as conn, conn.begin():
            yield conn
    except OperationalError as error:
        raise MoveError(f"The source cannot be locked ({error.orig}). Stop the bot first.") from None
    finally:
        engine.dispose()


def _move(old: Connection, new: Connection, progress: Progress | None) -> dict[str, int]:
    tables = metadata.sorted_tables  # whoever is pointed at comes first
    _refuse_a_full_target(new, tables)
    _refuse_a_broken_history(old)
    counts = {table.name: _count(old, table) for table in tables}
    total, done = sum(counts.values()), 0
    for table in tables:
        for batch in _batches(old, table):
            new.execute(insert(table), batch)
            done += len(batch)
            if progress:
                progress(done, total)
        _go_on_counting(new, table)
    _verify(new, counts)
    return counts


def _refuse_a_full_target(new: Connection, tables: list[Table]) -> None:
    for table in tables:
        if new.execute(select(exists(select(table)))).scalar_one():
            raise MoveError(
                f"The target is not empty: there are rows in '{table.name}'. Take a fresh database."
            )


def _batches(old: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    rows = old.execution_options(yield_per=_BATCH).execute(select(table).order_by(*table.primary_key))
    for part in rows.partitions():
        yield [dict(row._mapping) for row in part]


def _go_on_counting(new: Connection, table: Table) -> None:
    """The next row gets a number nobody had."""
    key = table.autoincrement_column
    if key is None or not isinstance(key.type, BigInteger):
        return
    highest = new.execute(select(func.max(key))).scalar()
    if highest is not None:
        sequence = func.pg_get_serial_sequence(table.name, key.name)
        new.execute(select(func.setval(sequence, highest)))


def _verify(new: Connection, counts: dict[str, int]) -> None:
    new.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for name, count in counts.items():
        arrived = _count(new, metadata.tables[name])
        if arrived != count:
            raise MoveError(f"{arrived} of {count} rows of '{name}' arrived; nothing was moved.")
    _refuse_a_broken_history(new)


def _refuse_a_broken_history(conn: Connection) -> None:
    """Before anything is moved, because a row that somebody spoiled may be none that can be moved; and afterwards."""
    problems = seals.problems(conn)
    if problems:
        raise MoveError(
            f"The history does not verify ({problems[0]}); nothing was moved. "
            "Restore a backup from before the damage, or ask who touched the database."
        )


def _count(conn: Connection, table: Table) -> int:
    return conn.execute(select(func.count()).select_from(table)).scalar_one()
