"""Statements that every press runs, handed straight to the driver.

SQLAlchemy makes them, once for each engine, so they are typed and the same on both; but running a small one through it
costs several times what the driver needs for it (docs/performance.md). What is run once in a while stays with SQLAlchemy.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Insert, Select, Update, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

T = TypeVar("T")

_SEEN = "seen"
_MANY, _LONG = 2000, 100
"""Answers that one snapshot remembers, and rows of one: whoever reads the whole database does not keep it."""
_Seen = dict[tuple[Any, tuple[Any, ...]], list[Any]]

Statement = Select[Any] | Insert | Update | Delete


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as one engine's driver wants it."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    bind: tuple[tuple[int, Callable[[Any], Any]], ...]
    result: tuple[tuple[int, Callable[[Any], Any]], ...]

    def parameters(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """In the driver's order and types."""
        given = {**self.fixed, **values} if self.fixed else values
        row = [given[name] for name in self.names]
        for place, process in self.bind:
            row[place] = process(row[place])
        return row

    def row(self, raw: Sequence[Any]) -> Sequence[Any]:
        """With the types of the columns."""
        if not self.result:
            return raw
        row = list(raw)
        for place, process in self.result:
            row[place] = process(row[place])
        return row


class Prepared(Generic[T]):
    """A statement with named parameters, and what its rows become."""

    def __init__(self, statement: Statement, kind: Callable[..., T] | None = None) -> None:
        """``kind`` is called with the columns of a row, in their order."""
        self._statement = statement
        self._kind: Callable[..., T] = kind or _no_rows
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, conn: Connection, **values: Any) -> list[T]:
        """All rows; in a snapshot they are read once."""
        compiled = self._for(conn.dialect)
        parameters = compiled.parameters(values)
        seen: _Seen | None = conn.info.get(_SEEN)
        if seen is None:
            return self._read(conn, compiled, parameters)
        key = (self, tuple(parameters))
        known: list[T] | None = seen.get(key)
        if known is not None:
            return known.copy()
        found = self._read(conn, compiled, parameters)
        if len(seen) < _MANY and len(found) < _LONG:
            seen[key] = found.copy()
        return found

    def _read(self, conn: Connection, compiled: _Compiled, parameters: Sequence[Any]) -> list[T]:
        cursor = run(conn, compiled.sql, parameters)
        try:
            return [self._kind(*compiled.row(raw)) for raw in cursor.fetchall()]
        finally:
            cursor.close()

    def one(self, conn: Connection, **values: Any) -> T | None:
        """The only row, or None."""
        found = self.rows(conn, **values)
        if len(found) > 1:
            raise ValueError(f"{len(found)} rows where one was meant")
        return found[0] if found else None

    def count(self, conn: Connection, **values: Any) -> int:
        """Carry out a change; how many rows it met."""
        compiled = self._for(conn.dialect)
        cursor = run(conn, compiled.sql, compiled.parameters(values))
        met = int(cursor.rowcount)
        cursor.close()
        return met

    def _for(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return found


@contextmanager
def snapshot(conn: Connection) -> Iterator[None]:
    """In here nothing is written and nothing changes, so no statement is asked twice with the same values.

    What is said to many at once reads the same chat, need and organisation again and again.
    """
    conn.info[_SEEN] = {}
    try:
        yield
    finally:
        del conn.info[_SEEN]


def places(name: str, count: int) -> list[BindParameter[Any]]:
    """Room for a list of values in a prepared statement; see :func:`room_for`."""
    return [bindparam(f"{name}_{at}") for at in range(count)]


def room_for(values: Sequence[Any]) -> int:
    """How many places to prepare for so many values: few different numbers, so that few statements are made."""
    return 0 if not values else max(8, 1 << (len(values) - 1).bit_length())


def seated(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """A value for each place; the last one stands in those that are left over."""
    room = room_for(values)
    return {f"{name}_{at}": values[min(at, len(values) - 1)] for at in range(room)}


def value(given: T) -> T:
    """The kind of a row of one column: that column."""
    return given


def _no_rows(*_columns: Any) -> NoReturn:
    raise TypeError("a statement that was prepared for no rows")


def pair(first: Any, second: Any) -> tuple[Any, Any]:
    """The kind of a row of two columns."""
    return first, second


def run(conn: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """On the driver's own cursor, in the connection's transaction; what goes wrong is raised as SQLAlchemy would."""
    if not conn.in_transaction():
        conn.begin()
    cursor = conn.connection.cursor()
    try:
        cursor.execute(sql, parameters)
    except conn.dialect.loaded_dbapi.Error as error:
        gone = conn.dialect.is_disconnect(error, conn.connection, cursor)
        raised = DBAPIError.instance(
            sql, parameters, error, conn.dialect.loaded_dbapi.Error, hide_parameters=True,
            connection_invalidated=gone, dialect=conn.dialect,
        )  # fmt: skip
        if gone:
            conn.invalidate(error)
        raise raised from error
    return cursor


def _compile(statement: Statement, dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect)
    names = tuple(made.positiontup or ())
    kinds: list[TypeEngine[Any]] = [made.binds[name].type for name in names]
    columns = [column.type for column in statement.exported_columns]
    readers = [kind.dialect_impl(dialect).result_processor(dialect, None) for kind in columns]
    writers = [kind.dialect_impl(dialect).bind_processor(dialect) for kind in kinds]
    return _Compiled(
        str(made),
        names,
        {name: made.params[name] for name in names if not made.binds[name].required},
        tuple((place, writer) for place, writer in enumerate(writers) if writer is not None),
        tuple((place, reader) for place, reader in enumerate(readers) if reader is not None),
    )
