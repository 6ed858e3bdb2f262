"""SQLite: one writer with group commit, and read-only readers. `python -m bench.writes` shows why.

One commit for all jobs that wait. Where one of them breaks, the group is run once more with a savepoint a job.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import aiosqlite
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from storage.database import Work, in_safe_words
from storage.prepared import run, snapshot
from storage.private import make_private

P = ParamSpec("P")
T = TypeVar("T")

_GROUP = 256
_TURN = 0.01
"""Seconds of work until the loop has its turn."""
_PATIENCE, _BUSY = 10.0, 0.01
"""Seconds for another process to end its transaction, and between two looks whether it did."""
_PRAGMAS: tuple[str, ...] = ("journal_mode=WAL", "synchronous=FULL")


class SQLite:
    """One file, one writer, a few read-only readers.

    Jobs run in the event loop itself; only BEGIN, which waits for other processes, and COMMIT, which waits for the
    disk, are done in the writer's thread. In a thread of their own they and the loop took turns at the interpreter at every
    statement, five milliseconds a turn (docs/performance.md).
    """

    dialect = "sqlite"
    again = 0

    def __init__(self, url: str, readers: int = 4) -> None:
        path = make_url(url).database or ""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._engine = writing_engine(path)
        self._conn = self._engine.connect()  # creates the file in WAL mode before the readers look for it
        self._readers = _Readers(path, readers)
        self._thread = ThreadPoolExecutor(1, "sqlite-writer")
        self._waiting: deque[_Job] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._closed = False

    async def write(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """Queue for the writer; resolved after the commit of its group."""
        if self._closed:
            raise RuntimeError("the database is closed")
        job = _Job(lambda conn: work(conn, *args, **kw), asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="sqlite-writer")
        try:
            result: T = await job.future
        except SQLAlchemyError as error:
            raise in_safe_words(error) from None
        return result

    async def read(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """A snapshot on a read-only connection."""
        if self._closed:
            raise RuntimeError("the database is closed")
        try:
            return await self._readers.run(lambda conn: work(conn, *args, **kw))
        except SQLAlchemyError as error:
            raise in_safe_words(error) from None

    async def close(self) -> None:
        """Drain the writer, then dispose."""
        self._closed = True
        while self._writing is not None and not self._writing.done():
            await asyncio.wait({self._writing})
        self._thread.shutdown()
        self._conn.close()
        self._engine.dispose()
        await self._readers.close()

    async def _write_all(self) -> None:
        """Group after group, until nobody waits."""
        while self._waiting:
            group: list[_Job] = []
            try:
                await self._begin()
                if not await self._run_group(group, _run_job):
                    self.again += 1
                    await self._begin_again(group)
                    await self._run_group(group, _run_job_alone)
                await self._in_thread(self._conn.commit)
            except Exception as error:  # noqa: BLE001 - whatever breaks a group, every job that waits in it is told
                self._refuse(group, error)
            for job in group:
                job.tell()

    async def _begin(self) -> None:
        """Once no other process writes."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._conn.begin()
                return
            except OperationalError as error:
                self._conn.rollback()
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
            await asyncio.sleep(_BUSY)

    async def _begin_again(self, group: list["_Job"]) -> None:
        """Nothing was done yet, and those who were in the group stand before those who came later."""
        _undo(self._conn)
        self._waiting.extendleft(reversed(group))
        group.clear()
        await self._begin()

    async def _run_group(self, group: list["_Job"], run_job: Callable[[Connection, "_Job"], bool]) -> bool:
        """Every now and then the loop has its turn; whoever comes meanwhile comes along. False where one broke."""
        since = time.monotonic()
        while self._waiting and len(group) < _GROUP:
            job = self._waiting.popleft()
            if not job.future.cancelled():
                group.append(job)
                if not run_job(self._conn, job):
                    return False
            if time.monotonic() - since > _TURN:
                await asyncio.sleep(0)
                since = time.monotonic()
        return True

    def _refuse(self, group: list["_Job"], error: Exception) -> None:
        """Nothing of the group is stored. If not even BEGIN was possible, all who wait are told."""
        _undo(self._conn)
        if not group:
            group += self._waiting
            self._waiting.clear()
        for job in group:
            job.error = job.error or error

    async def _in_thread(self, work: Callable[[], Any]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, work)


class _Readers:
    """A few read-only connections, opened when they are needed first; whoever comes when all are busy waits."""

    def __init__(self, path: str, count: int) -> None:
        self._path = path
        self._open: list[_Reader] = []
        self._free: asyncio.LifoQueue[_Reader | None] = asyncio.LifoQueue()
        for _ in range(count):
            self._free.put_nowait(None)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """In the first one that is free."""
        reader = await self._free.get()
        try:
            if reader is None:
                reader = await self._one_more()
            return await reader.look(work)
        finally:
            self._free.put_nowait(reader)

    async def _one_more(self) -> "_Reader":
        reader = _Reader(self._path)
        await reader
        self._open.append(reader)
        return reader

    async def close(self) -> None:
        """After what is under way."""
        for reader in self._open:
            await reader.leave()


class _Reader(aiosqlite.Connection):
    """A connection of aiosqlite, with a thread of its own in which whole functions run on SQLAlchemy.

    One hop between threads a read: through SQLAlchemy's asynchronous engine each statement would be two, which is
    what reading cost most (docs/performance.md).
    """

    def __init__(self, path: str) -> None:
        super().__init__(lambda: sqlite3.connect(path, check_same_thread=False), iter_chunk_size=64)
        self._engine = create_engine(
            "sqlite://", creator=lambda: self._conn, poolclass=StaticPool, hide_parameters=True
        )
        event.listen(self._engine, "connect", _read_only)
        event.listen(self._engine, "begin", _begin)
        self._ours: Connection | None = None

    async def look(self, work: Callable[[Connection], T]) -> T:
        """What was committed when it began, however many statements it takes."""
        found: T = await self._execute(self._look, work)  # type: ignore[no-untyped-call]
        return found

    def _look(self, work: Callable[[Connection], T]) -> T:
        if self._ours is None:
            self._ours = self._engine.connect()
        with self._ours.begin(), snapshot(self._ours):
            return work(self._ours)

    async def leave(self) -> None:
        """Nothing is read through it any more."""
        await self._execute(self._engine.dispose)  # type: ignore[no-untyped-call]
        await self.close()


@dataclass(slots=True)
class _Job:
    """One function to run, and who waits for it."""

    work: Callable[[Connection], Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Whoever still waits."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def _undo(conn: Connection) -> None:
    """A refused COMMIT leaves SQLite's transaction open, and SQLAlchemy believes it closed."""
    conn.rollback()
    raw = conn.connection.dbapi_connection
    if raw is not None and getattr(raw, "in_transaction", False):
        raw.rollback()


def _run_job(conn: Connection, job: _Job) -> bool:
    """As if it would not break, which is nearly always so: two statements less a job."""
    try:
        job.result = job.work(conn)
    except BaseException:  # noqa: BLE001 - it is met again, and handed over, where every job is alone
        return False
    return True


def _run_job_alone(conn: Connection, job: _Job) -> bool:
    """A savepoint of its own: what one job breaks, the others never see.

    In plain SQL: SQLAlchemy's own savepoints cost ten times as much, more than most jobs do themselves.
    """
    run(conn, "SAVEPOINT job")
    try:
        job.result = job.work(conn)
    except BaseException as error:  # noqa: BLE001 - handed over to whoever waits, never swallowed
        job.error = error
        while (left := conn.get_nested_transaction()) is not None:
            left.rollback()
        run(conn, "ROLLBACK TO SAVEPOINT job")
    run(conn, "RELEASE SAVEPOINT job")
    return True


def writing_engine(path: str, *, foreign_keys: bool = True, patience: float = 0.0) -> Engine:
    """The one engine that writes: BEGIN IMMEDIATE, because a deferred one fails under concurrency.

    Migrations switch ``foreign_keys`` off, which only works before a transaction begins. ``patience``: seconds to
    wait for another process in the driver itself, for whoever has no loop to hold up.
    """
    make_private(Path(path))
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": patience},
        hide_parameters=True,
    )
    event.listen(engine, "connect", partial(_prepare, patience, foreign_keys))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare(patience: float, foreign_keys: bool, raw: Any, _record: Any) -> None:
    raw.isolation_level = None  # SQLAlchemy's own BEGIN below, not the driver's guess
    raw.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
    for pragma in _PRAGMAS:
        raw.execute(f"PRAGMA {pragma}")
    raw.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")


def _begin_immediate(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")


def _read_only(raw: Any, _record: Any) -> None:
    raw.isolation_level = None
    for pragma in ("query_only=ON", "busy_timeout=10000"):
        raw.execute(f"PRAGMA {pragma}")
