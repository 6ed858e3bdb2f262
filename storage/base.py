"""Column types and naming shared by every table."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    FromClause,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.prepared import Prepared, run, value

T = TypeVar("T")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""Telegram ids need 64 bits; SQLite autoincrements only a column called INTEGER."""


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive datetimes are refused: they are how digests come an hour late."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; SQLite stores it without the offset, so that text order is time order."""
        if value is None:
            return None
        value = _in_utc(value)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite at once as the text that SQLAlchemy would make in two steps: several in each statement."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], datetime | None] | None:
        """The same on the way back."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    """Without the offset."""
    return None if value is None else _in_utc(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""Due without a day of its own: what is to be done at once must not wait for a clock that was put back."""


LONGEST_PAUSE = timedelta(minutes=15)
"""No retry is put off further. What seems to be, was put off by a clock that has been put back since: it is due."""


def is_due(moment: datetime, now: datetime) -> bool:
    """Whether the pause that ends then is over, or cannot be meant."""
    return not now < moment <= now + LONGEST_PAUSE


class Word(TypeDecorator[StrEnum]):
    """An enumeration kept as plain text (checked by :func:`one_of`) and read back as its member."""

    impl = String
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__(max(len(member) for member in kind))
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Only members are let through."""
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member."""
        return None if value is None else self.kind(value)


def insert_new(dialect: str, table: Table, *unique: str) -> Any:
    """An INSERT that leaves rows alone which are there already, by these columns; the same on both engines."""
    made = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return made.on_conflict_do_nothing(index_elements=unique)


def to(table: str) -> ForeignKey:
    """A reference that never deletes silently."""
    return ForeignKey(f"{table}.id", ondelete="RESTRICT")


def plain(word: StrEnum) -> ColumnElement[str]:
    """Into the statement itself: SQLite uses a partial index only where it can read the value."""
    return literal_column(f"'{word.value}'", String)


def find(conn: Connection, kind: Callable[..., T], table: Table, /, **keys: Any) -> list[T]:
    """Rows by plain equality, as dataclasses whose fields are named like columns of the table."""
    return _finding(kind, table, *keys).rows(conn, **keys)


def find_one(conn: Connection, kind: Callable[..., T], table: Table, /, **keys: Any) -> T | None:
    """The only row with these keys, or None."""
    return _finding(kind, table, *keys).one(conn, **keys)


def change(conn: Connection, table: Table, keys: dict[str, Any], **values: Any) -> int:
    """Overwrite columns of the rows with these keys, by a statement made once; how many there were."""
    named = {f"key_{name}": value for name, value in keys.items()}
    return _changing(table, tuple(keys), tuple(values)).count(conn, **values, **named)


def add(conn: Connection, table: Table, **values: Any) -> int:
    """A new row, by a statement made once; its id."""
    found: int | None = _adding(table, tuple(values)).one(conn, **values)
    assert found is not None
    return found


def remove(conn: Connection, table: Table, **keys: Any) -> int:
    """Delete the rows with these keys, by a statement made once; how many there were."""
    return _removing(table, tuple(keys)).count(conn, **keys)


@cache
def _adding(table: Table, given: tuple[str, ...]) -> Prepared[int]:
    row = {name: bindparam(name, type_=table.c[name].type) for name in given}
    return Prepared(insert(table).values(row).returning(table.c.id), value)


@cache
def _removing(table: Table, keys: tuple[str, ...]) -> Prepared[Any]:
    return Prepared(delete(table).where(*(table.c[name] == bindparam(name) for name in keys)))


@cache
def _finding(kind: Callable[..., T], table: Table, *keys: str) -> Prepared[T]:
    mine = (table.c[name] == bindparam(name) for name in keys)
    return Prepared(select(*columns_for(kind, table)).where(*mine), kind)


@cache
def _changing(table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Prepared[Any]:
    mine = (table.c[name] == bindparam(f"key_{name}") for name in keys)
    return Prepared(update(table).where(*mine).values({name: bindparam(name) for name in values}))


def columns_for(kind: Any, table: FromClause) -> list[ColumnElement[Any]]:
    """The columns that a dataclass is made of, in its order."""
    return [table.c[field.name] for field in fields(kind)]


@contextmanager
def savepoint(conn: Connection, name: str) -> Iterator[None]:
    """What breaks in here is undone, and only that. In plain SQL: SQLAlchemy's own savepoints cost ten times as much."""
    run(conn, f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        run(conn, f"ROLLBACK TO SAVEPOINT {name}")
        raise
    finally:
        run(conn, f"RELEASE SAVEPOINT {name}")


def load(kind: Callable[..., T], row: Any) -> T | None:
    """A row as a dataclass whose fields are named like its columns."""
    return None if row is None else kind(**row._mapping)


def load_all(kind: Callable[..., T], rows: Iterable[Any]) -> list[T]:
    """Rows as dataclasses."""
    return [kind(**row._mapping) for row in rows]


def one_of(column: str, kind: type[StrEnum], **kw: Any) -> CheckConstraint:
    """The CHECK that goes with :class:`Word`; text survives renumbering and reads well."""
    allowed = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known", **kw)
