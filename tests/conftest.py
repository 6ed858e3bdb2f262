"""Shared ground: a fresh database on each engine, a clock that runs ahead by itself, a line to Telegram."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.engine import Database, open_database
from tests.databases import Fresh, inside, make_tables, postgres_server
from tests.machine.world import Line, TestClock

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make test` tells the stories on SQLite and asks the storage on both; `make test-postgres` is the other way round."""
    parser.addoption(
        "--engine", choices=("both", "postgres"), default="both", help="where the stories happen"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """`database_url` is each engine in turn, `story_url` one of them."""
    only = metafunc.config.getoption("--engine") == "postgres"
    chosen = [each for mark in metafunc.definition.iter_markers("parametrize") for each in mark.args[0]]
    if "database_url" in metafunc.fixturenames and "database_url" not in chosen:
        both = [POSTGRES] if only else ["sqlite", POSTGRES]
        metafunc.parametrize("database_url", both, indirect=True)
    if "story_engine" in metafunc.fixturenames:
        engines = [POSTGRES] if only else ["sqlite"]
        metafunc.parametrize("story_engine", engines, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A plain story on a connection of asyncpg runs in that connection's loop."""
    found = [each for each in pyfuncitem.funcargs.values() if isinstance(each, Connection)]
    if not found or "runner" not in found[0].info:
        return None
    names = pyfuncitem._fixtureinfo.argnames
    inside(found[0], pyfuncitem.obj, **{name: pyfuncitem.funcargs[name] for name in names})
    return True


@pytest.fixture(scope="session")
def story_engine(request: pytest.FixtureRequest) -> str:
    """Where the stories happen."""
    return str(request.param)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, made once and copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.db"
    make_tables(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Fresh]:
    """A real PostgreSQL server for this worker; each call makes a fresh database in it."""
    with postgres_server() as fresh:
        yield fresh


@pytest.fixture(scope="session")
def fresh_url(
    request: pytest.FixtureRequest, story_engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Fresh:
    """Makes databases where the stories happen."""
    if story_engine == "postgres":
        made: Fresh = request.getfixturevalue("postgres")
        return made
    empty: Path = request.getfixturevalue("empty_file")

    def fresh(template: str = "") -> str:
        path = tmp_path_factory.mktemp("fresh") / "bridge.db"
        shutil.copy(template or empty, path)
        return f"sqlite+aiosqlite:///{path}"

    return fresh


@pytest.fixture
def story_url(fresh_url: Fresh) -> str:
    """A fresh database with every table, on one engine."""
    return fresh_url()


@pytest.fixture
def postgres_blank(postgres: Fresh) -> str:
    """A fresh PostgreSQL database without a table."""
    return postgres("template1")


@pytest.fixture
def sqlite_url(empty_file: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with every table."""
    path = tmp_path / "bridge.db"
    shutil.copy(empty_file, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with every table, on each engine in turn."""
    if request.param == "sqlite":
        found: str = request.getfixturevalue("sqlite_url")
        return found
    fresh: Fresh = request.getfixturevalue("postgres")
    return fresh()


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
