"""An event has its number before it is committed. A digest that told a larger number first would never tell it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from domain.words import EventKind
from services import digests
from storage import chats, events, people, subscriptions
from storage.engine import Database, open_database
from storage.outbox import outbox as table
from tests.databases import Fresh
from tests.machine.world import NOON

pytestmark = pytest.mark.postgres
GROUP = -5


@pytest.fixture
async def url(postgres: Fresh) -> str:
    return postgres()


@pytest.fixture
async def server(url: str) -> AsyncIterator[Database]:
    db = open_database(url)
    yield db
    await db.close()


@pytest.fixture
async def another(url: str) -> AsyncIterator[AsyncEngine]:
    """A worker of its own."""
    engine = create_async_engine(url, isolation_level="SERIALIZABLE")
    yield engine
    await engine.dispose()


def subscribe(conn: Connection) -> None:
    person = people.add_person(conn, account=1, name="Ihor", language="uk", created_at=NOON)
    chats.see(conn, GROUP, kind="group", seen_at=NOON)
    values: dict[str, Any] = {
        "hour": 8,
        "zone": "Europe/Kyiv",
        "next_run_at": NOON,
        "watermark": 0,
        "active": True,
    }
    subscriptions.save(conn, GROUP, "digest", created_by=person.id, **values)


def happen(conn: Connection, chain: str) -> int:
    return events.record(conn, chain, EventKind.NEED_POSTED, at=NOON, person_id=None, organisation_id=None)


def told(conn: Connection) -> list[int]:
    """The last event each digest tells of."""
    rows = conn.execute(select(table.c.params).order_by(table.c.id)).scalars()
    return [json.loads(params)["until"] for params in rows]


def somebody_waits(conn: Connection) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass"
    return bool(conn.execute(text(query)).scalar_one())


async def test_a_digest_waits_for_an_event_that_is_not_committed_yet(
    server: Database, another: AsyncEngine
) -> None:
    await server.write(subscribe)
    async with another.connect() as slow:
        first = await slow.run_sync(happen, "need:1")
        second = await server.write(happen, "need:2")
        assert second > first
        digest = asyncio.create_task(server.write(digests.send_due, NOON))
        async with asyncio.timeout(20):
            while not (digest.done() or await server.read(somebody_waits)):  # noqa: ASYNC110 - the server tells nobody who waits for a lock
                await asyncio.sleep(0.01)
        assert not digest.done(), "it would tell of the second, and the first never"
        await slow.commit()
    assert await digest == 1
    assert await server.read(told) == [second]


async def test_nobody_waits_for_a_digest_once_it_knows_the_last_event(
    server: Database, another: AsyncEngine
) -> None:
    await server.write(subscribe)
    await server.write(happen, "need:1")
    async with another.connect() as digest:
        until = await digest.run_sync(events.settled)
        async with asyncio.timeout(20):
            later = await server.write(happen, "need:2")
        assert later > until
        assert await digest.run_sync(events.latest) == until, "it sees what it saw, and tells of no more"
        await digest.rollback()
    assert await server.write(digests.send_due, NOON + timedelta(minutes=1)) == 1
    assert await server.read(told) == [later]
