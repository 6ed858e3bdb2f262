"""The sandbox as one command runs it: a world that is built once, survives a kill, and can be started over."""

import asyncio
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from sandbox.client import People

pytest.importorskip("bot.world", reason="the sandbox's world is not written yet")

from bot.sandbox_run import Sandbox, run_sandbox


@pytest.fixture
def settings() -> Settings:
    return load_settings(_env_file=None, port=0)


async def test_it_says_where_it_is_and_ends_when_told(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    stop = asyncio.Event()

    def say(text: str) -> None:
        said.append(text)
        if len(said) == 2:
            stop.set()

    async with asyncio.timeout(20):
        await run_sandbox(settings, say, stop=stop, folder=tmp_path)
    assert "http://127.0.0.1:" in said[0]
    assert "BOT_TOKEN" in said[1]


async def test_the_messenger_forgets_and_the_database_does_not(settings: Settings, tmp_path: Path) -> None:
    """Message and update ids begin anew in the second run; nobody is ignored for it."""
    for _ in range(2):
        sandbox = Sandbox(settings, tmp_path)
        await sandbox.start()
        async with People(sandbox.url) as people:
            await people["Olena"].says("/start")
            assert people["Olena"].buttons
        await sandbox.stop()


async def test_starting_over(settings: Settings, tmp_path: Path) -> None:
    sandbox = Sandbox(settings, tmp_path)
    await sandbox.start()
    async with People(sandbox.url) as people:
        await people["Olena"].says("/start")
        await people.moves_clock(seconds=86_400)
        await people.starts_over()
        await people["Olena"].says("/start")
        assert people["Olena"].buttons
    await sandbox.stop()
