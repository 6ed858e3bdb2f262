"""A sandbox on a free port, the library's own bot, and the people."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from sandbox import SandboxServer
from sandbox.client import People
from tests.sandbox.echo import EchoBot, bot_at


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    server = SandboxServer(port=0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator[Bot]:
    async with bot_at(server.url) as bot:
        yield bot


@pytest.fixture
async def people(server: SandboxServer) -> AsyncIterator[People]:
    async with People(server.url) as people:
        yield people


@pytest.fixture
async def echo(bot: Bot) -> AsyncIterator[EchoBot]:
    async with EchoBot(bot) as echo:
        yield echo
