"""What every engine promises. Services and queries are plain functions of a connection and know no more.

What goes wrong is told by two classes, and by neither in the database's own words: those quote what people wrote.
"""

import re
import sqlite3
from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]


class DatabaseAway(RuntimeError):
    """The database is down, full, busy or out of reach: the same may go well a moment later."""


class DatabaseRefusal(RuntimeError):
    """The database refuses what it was told: the same will go wrong for ever."""


Trouble = (DatabaseAway, OSError)
"""What a database that is away looks like. A refusal is no trouble of the line: whoever waits it out waits for ever."""

_AWAY_STATES = ("08", "40", "53", "55", "57", "58", "25006", "3D000", "28")
"""Classes of PostgreSQL's SQLSTATE: connection, rollback, resources (a full disk), lock, operator, system; a standby that
reads only, a database or a role that is not there (yet). https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_AWAY_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
"""SQLite's primary result codes. https://www.sqlite.org/rescode.html"""
_RULE = re.compile(r"^(?:UNIQUE|CHECK|NOT NULL|FOREIGN KEY) constraint failed(?:: [\w., ]+)?$")
_CLASS = re.compile(r"^<class '[\w.]+'>: ")


def in_safe_words(error: SQLAlchemyError) -> DatabaseAway | DatabaseRefusal:
    """The same error without statement and values: its class, its code, and the rule that was broken."""
    kind = DatabaseAway if _is_away(error) else DatabaseRefusal
    return kind(_safe(error)).with_traceback(error.__traceback__)


def _is_away(error: SQLAlchemyError) -> bool:
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _AWAY_CODES
    state = _state(error)
    return state.startswith(_AWAY_STATES) if state else isinstance(error, InterfaceError) or _is_line(error)


def _is_line(error: DBAPIError) -> bool:
    """asyncpg's words about a connection that broke carry no state."""
    cause = getattr(error.orig, "__cause__", None)
    return isinstance(cause, (OSError, ConnectionError))


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")


def _safe(error: SQLAlchemyError) -> str:
    if not isinstance(error, DBAPIError):
        return type(error).__name__
    words = [type(error).__name__, getattr(error.orig, "sqlite_errorname", None) or _state(error)]
    message = str(error.orig).split("\n")[0]
    if _is_away(error) or _RULE.match(message):  # of a line, a disk, a rule: nobody's words stand in it
        words.append(_CLASS.sub("", message))
    cause = getattr(error.orig, "__cause__", None)
    words += [getattr(cause, name, None) for name in ("table_name", "column_name", "constraint_name")]
    return " ".join(str(word) for word in words if word)


class Database(Protocol):
    """Runs functions of a connection, each in a transaction of its own, as if one after the other."""

    dialect: str
    again: int
    """How many transactions had to be run once more because another one was in their way."""

    async def write(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """Commit before returning; on an exception nothing of this job remains.

        The job may be run more than once before it is committed: it touches nothing but the connection.
        """
        ...

    async def read(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """Sees what was committed, at one moment; writes are refused."""
        ...

    async def close(self) -> None:
        """Finish what was begun, then let go of every connection and thread."""
        ...
