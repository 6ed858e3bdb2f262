"""The whole machine on a real port: polls, answers, drains, and comes back after a crash."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from telegram.error import InvalidToken

from bot.app import Bot, serve
from bot.clock import Clock
from bot.settings import Settings, load_settings
from sandbox import SandboxServer
from sandbox.client import People
from storage import inbox, outbox
from storage.engine import open_database
from storage.inbox import UpdateState

TOKEN = "1:SANDBOX"


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(token=TOKEN, port=0)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def settings(server: SandboxServer, story_url: str) -> Settings:
    return load_settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=server.url,
        database_url=story_url,
        coordinators="1004",
        coordination_chat=-5001,
        tick_seconds=3600,
    )


async def test_a_person_is_answered_and_every_update_is_done(
    server: SandboxServer, settings: Settings
) -> None:
    async with Bot(settings, Clock()) as bot, People(server.url) as people:
        olena = people["Olena"]
        await olena.says("/start")
        assert olena.sees
        assert olena.buttons
        await olena.says("/help")
        rows = await bot.db.read(inbox.waiting, 10)
        assert rows == []
        assert await bot.db.read(inbox.dead_letters) == []


async def test_stopped_and_started_again_it_goes_on(server: SandboxServer, settings: Settings) -> None:
    async with People(server.url) as people:
        marek = people["Marek"]
        async with Bot(settings, Clock()):
            await marek.says("/start")
        await marek.tells("/help")
        async with Bot(settings, Clock()):
            await marek.waits_for("0K3XQ4")  # the help's example: what was said while nobody served
            await marek.says("/start")
        db = open_database(settings.database_url)
        try:
            done = [await db.read(inbox.one, 700_000_001 + each) for each in range(3)]
            assert {row.state for row in done if row} == {UpdateState.DONE}
            assert await db.read(outbox.depth) == 0
        finally:
            await db.close()


async def test_serve_ends_when_told(settings: Settings) -> None:
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(settings, stop=stop))
    stop.set()
    async with asyncio.timeout(10):
        await serving


async def test_a_refused_token_ends_it_and_leaves_nothing_open(settings: Settings) -> None:
    wrong = settings.model_copy(update={"bot_token": SecretStr("2:OTHER")})
    with pytest.raises(InvalidToken):
        await serve(wrong, stop=asyncio.Event())


async def test_the_moved_clock_reaches_the_services(
    server: SandboxServer, settings: Settings, tmp_path: Path
) -> None:
    clock = Clock()
    async with Bot(settings, clock) as bot:
        before = clock.now()
        clock.set_offset(timedelta(days=3))
        await bot.ticker.tick()
        assert clock.now() - before >= timedelta(days=3)
