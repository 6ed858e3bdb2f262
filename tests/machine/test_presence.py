"""Several processes at one PostgreSQL: who holds what, and what becomes of it when one of them dies."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from storage import inbox
from storage.engine import Database, open_database
from storage.presence import Alone, Heard, Presence, Together, open_presence
from tests.databases import Fresh
from tests.machine.world import NOON

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(postgres: Fresh) -> str:
    return postgres()


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    found = open_database(url)
    yield found
    await found.close()


@asynccontextmanager
async def process(url: str, heard: Heard | None = None) -> AsyncIterator[Together]:
    """One that is in touch with the server."""
    found = open_presence(url)
    assert isinstance(found, Together)
    running = asyncio.create_task(found.run(heard or {}))
    try:
        await until(lambda: found.claim([-1]), {-1})
        await found.release(-1)
        yield found
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await found.close()


async def until(ask: Callable[[], Awaitable[object]], answer: object) -> None:
    async with asyncio.timeout(10):
        while await ask() != answer:  # noqa: ASYNC110 - the server tells nobody when a lock is free
            await asyncio.sleep(0.01)


async def seated(presence: Presence, seat: str) -> bool:
    return await presence.sit(seat) is not None


async def test_who_leaves_while_joining_leaves_no_line_behind(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[asyncpg.Connection] = []
    listening = asyncio.Event()

    async def never(conn: asyncpg.Connection, channel: str, heard: object) -> None:
        opened.append(conn)
        listening.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncpg.Connection, "add_listener", never)
    presence = Together(url)
    joining = asyncio.create_task(presence.run({"inbox": lambda: None}))
    await listening.wait()
    joining.cancel()
    with suppress(asyncio.CancelledError):
        await joining
    await presence.close()
    assert [conn.is_closed() for conn in opened] == [True]


async def test_a_mailbox_is_in_one_hand_at_a_time(url: str) -> None:
    async with process(url) as first, process(url) as second:
        assert await first.claim([1, 2, -5_000_000_000]) == {1, 2, -5_000_000_000}
        assert await second.claim([1, 2, 3]) == {3}
        await first.release(2)
        assert await second.claim([1, 2]) == {2}


async def test_what_a_dead_process_held_is_free_at_once(url: str) -> None:
    async with process(url) as survivor:
        async with process(url) as doomed:
            assert await doomed.claim([7]) == {7}
            lost = await doomed.sit("sender")
            assert lost is not None
            assert await survivor.sit("sender") is None
            assert doomed._conn is not None
            doomed._conn.terminate()  # the line is cut, nobody says goodbye
            await until(lambda: survivor.claim([7]), {7})
            async with asyncio.timeout(5):
                await until(lambda: seated(survivor, "sender"), True)
                await lost.wait()
        assert await survivor.sit("ticker") is not None


async def test_everybody_hears_what_one_stores(url: str, db: Database) -> None:
    heard = asyncio.Event()
    async with process(url, {"inbox": heard.set}):
        heard.clear()
        await db.write(inbox.store, NOON, [(1, 7, "{}")])
        async with asyncio.timeout(5):
            await heard.wait()


async def test_alone_everything_is_ours(sqlite_url: str) -> None:
    presence: Presence = open_presence(sqlite_url)
    assert isinstance(presence, Alone)
    assert await presence.claim([1, 2]) == {1, 2}
    assert await presence.sit("sender") is not None


async def test_an_update_is_done_once(db: Database) -> None:
    await db.write(inbox.store, NOON, [(1, 7, "{}")])
    outcomes = await asyncio.gather(*(db.write(inbox.done, 1) for _ in range(4)), return_exceptions=True)
    assert [type(each) for each in outcomes].count(inbox.DoneElsewhere) == 3
