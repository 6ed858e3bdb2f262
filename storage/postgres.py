"""PostgreSQL: a pool, SERIALIZABLE transactions, and patience where two of them meet.

The services were written for one writer at a time. SERIALIZABLE promises them just that, on any number of
processes; its price is that a transaction may be told to begin again.
"""

import asyncio
import random
from contextlib import suppress
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import QueuePool

from storage.address import address_of
from storage.database import Work, in_safe_words
from storage.prepared import snapshot

P = ParamSpec("P")
T = TypeVar("T")

SERIALIZATION_FAILURE, DEADLOCK, UNIQUE = "40001", "40P01", "23505"
"""https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html names all three as worth another try."""
_MOST = {SERIALIZATION_FAILURE: 30, DEADLOCK: 10, UNIQUE: 3}
_ALONE_AFTER = 3
_PATIENCE = 5.0
"""Seconds for a transaction to be undone when everybody leaves."""
_LIMITS = {"idle_in_transaction_session_timeout": "30000", "application_name": "hromada-bridge"}
"""A process that froze in the middle of a transaction must not hold its rows for ever. Milliseconds."""


class PostgreSQL:
    """A pool of asyncpg connections."""

    dialect = "postgresql"

    def __init__(self, url: str, size: int = 20) -> None:
        self.again = 0
        address = address_of(url)
        self.engine: AsyncEngine = create_async_engine(
            address.url,
            pool_size=size,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="SERIALIZABLE",
            hide_parameters=True,
            connect_args=address.connect_args(**_LIMITS),
        )
        self._one_by_one = asyncio.Lock()

    async def write(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """One transaction, begun again where another one was in its way."""
        tried = 0
        while True:
            tried += 1
            try:
                if tried <= _ALONE_AFTER:
                    return await self._once(work, *args, **kw)
                async with self._one_by_one:  # the unlucky ones at least leave each other alone
                    return await self._once(work, *args, **kw)
            except DBAPIError as error:
                await self._again(error, tried)
            except SQLAlchemyError as error:
                raise in_safe_words(error) from None

    async def _once(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        async with self.engine.begin() as conn:
            return await conn.run_sync(work, *args, **kw)

    async def _again(self, error: DBAPIError, tried: int) -> None:
        """A short pause of random length, or the error itself where another try is not worth it."""
        if tried >= _MOST.get(state_of(error), 0):
            raise in_safe_words(error) from None
        self.again += 1
        await asyncio.sleep(random.uniform(0, min(0.002 * 2**tried, 0.1)))

    async def read(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """One read-only snapshot; it is in nobody's way."""
        try:
            async with self.engine.connect() as conn:
                await conn.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                return await conn.run_sync(_look, work, *args, **kw)
        except SQLAlchemyError as error:
            raise in_safe_words(error) from None

    async def close(self) -> None:
        """Dispose the pool, once those who were told to leave have given their connections back.

        A pool forgets connections that are in somebody's hands; they would stay open until they are collected.
        """
        pool = self.engine.pool
        assert isinstance(pool, QueuePool)
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while pool.checkedout():  # noqa: ASYNC110 - the pool tells nobody
                    await asyncio.sleep(0.01)
        await self.engine.dispose()


def _look(conn: Connection, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
    with snapshot(conn):
        return work(conn, *args, **kw)


def state_of(error: DBAPIError) -> str:
    """PostgreSQL's five letters for what went wrong; empty where it was the line."""
    return str(getattr(error.orig, "sqlstate", None) or "")
