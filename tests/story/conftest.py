"""The whole bot in the sandbox's world, over real HTTP, and people who talk to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox_run import Sandbox
from bot.settings import load_settings
from sandbox.client import People
from storage.engine import Database


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A sandbox on a free port, with the small world in it."""
    made = Sandbox(load_settings(_env_file=None, port=0), tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def people(sandbox: Sandbox) -> AsyncIterator[People]:
    """Olena, Marek, Greta and Ihor, each having pressed START."""
    async with People(sandbox.url) as found:
        for name in ("Olena", "Marek", "Greta", "Ihor"):
            await found[name].starts()
        yield found


@pytest.fixture
def db(sandbox: Sandbox) -> Database:
    """The bot's own database, to look behind the words."""
    assert sandbox.bot is not None
    return sandbox.bot.db
