"""A connection with the company in it, undone after each story."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select

from storage.schema.people import people
from tests.databases import Fresh, connection_to, inside, name_of
from tests.services.company import Company, gather


@pytest.fixture(scope="session")
def company_url(fresh_url: Fresh) -> str:
    """A database in which everybody is registered already."""
    url = fresh_url()
    with connection_to(url) as conn:
        inside(conn, gather, conn)
        inside(conn, conn.commit)
    return url


@pytest.fixture
def conn(company_url: str, fresh_url: Fresh) -> Iterator[Connection]:
    """One transaction, never committed, in a copy of its own."""
    with connection_to(fresh_url(name_of(company_url))) as found:
        yield found


@pytest.fixture
def company(conn: Connection) -> Company:
    """Olena and Taras ask, Marek, Greta and Rūta give, Ihor coordinates."""
    return inside(conn, known, conn)


def known(conn: Connection) -> Company:
    """The company that stands in the database."""
    found = Company(conn)
    found.ids = {name: id_ for id_, name in conn.execute(select(people.c.id, people.c.name))}
    return found
