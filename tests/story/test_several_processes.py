"""The same bot in pieces: a process each for polling, working, sending and ticking, at one PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from bot import world
from sandbox import SandboxServer
from sandbox.client import People
from storage import inbox
from storage.engine import open_database
from tests.chaos.process import READY, BotProcess
from tests.databases import Fresh
from tests.story.says import uk

pytestmark = pytest.mark.postgres

ROLES = ("web", "worker", "worker", "sender", "sender", "ticker")


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(port=0)
    await running.start()
    yield running
    await running.stop()


async def test_killing_a_worker_and_the_sender_costs_nobody_an_answer(
    server: SandboxServer, postgres: Fresh
) -> None:
    url = postgres()
    db = open_database(url)
    await db.write(world.build, datetime.now(UTC))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(db.close)
        people = await stack.enter_async_context(People(server.url))
        processes = [await stack.enter_async_context(BotProcess(server.url, url)) for _ in ROLES]
        for process, role in zip(processes, ROLES, strict=True):
            await process.starts(role=role)
        olena = people["Olena"]
        olena.patience = READY
        await olena.starts()
        await olena.says("/help")
        await processes[1].is_killed()
        await processes[3].is_killed()
        await olena.presses(uk("Menu"))
        await olena.says("/help")
        await processes[4].is_killed()
        await processes[3].starts(role="sender")
        await olena.says("/start")
        assert await db.read(inbox.dead_letters) == []
        assert await db.read(inbox.waiting, 10) == []
