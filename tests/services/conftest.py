"""A connection with the company in it, undone after each story."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from storage.engine import writing_engine
from tests.services.company import Company, gather


@pytest.fixture(scope="session")
def company_file(empty_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file in which everybody is registered already."""
    path = tmp_path_factory.mktemp("services") / "company.db"
    shutil.copy(empty_file, path)
    engine = writing_engine(str(path))
    with engine.begin() as conn:
        gather(conn)
    engine.dispose()
    return path


@pytest.fixture
def conn(company_file: Path, tmp_path: Path) -> Iterator[Connection]:
    """One transaction, never committed."""
    path = tmp_path / "story.db"
    shutil.copy(company_file, path)
    engine = writing_engine(str(path))
    with engine.connect() as found:
        yield found
    engine.dispose()


@pytest.fixture
def company(conn: Connection) -> Company:
    """Olena and Taras ask, Marek, Greta and Rūta give, Ihor coordinates."""
    return known(conn)


def known(conn: Connection) -> Company:
    """The company that stands in the database."""
    from sqlalchemy import select

    from storage.schema.people import people

    found = Company(conn)
    found.ids = {name: id_ for id_, name in conn.execute(select(people.c.id, people.c.name))}
    return found
