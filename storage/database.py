"""What every engine promises. Services and queries are plain functions of a connection and know no more."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

P = ParamSpec("P")
T = TypeVar("T")
Work = Callable[Concatenate[Connection, P], T]

Trouble = (SQLAlchemyError, OSError)
"""What a database that is down, wrongly named or refuses looks like."""


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
