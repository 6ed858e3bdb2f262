"""The sandbox: a local Telegram, the bot connected to it like to any other, and a small world."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import world
from bot.app import Bot, stop_on_signals
from bot.clock import Clock, wall
from bot.settings import Settings
from sandbox import SandboxServer
from sandbox.cast import DEFAULT_CAST
from sandbox.clock import Clock as WorldClock
from sandbox.world import World
from storage.amnesia import forget_messages
from storage.engine import open_database
from storage.migrate import upgrade, within

TOKEN = "1:SANDBOX"
"""What the local Bot API accepts."""
HQ = -5001
"""The coordinators' group of the sandbox's cast."""


class Sandbox:
    """The server with its page, and the bot behind it, which can be started over."""

    def __init__(
        self, settings: Settings, folder: Path, begins: datetime | None = None, database: str | None = None
    ) -> None:
        """``begins`` is what its clock shows at first, by default the real time.

        ``database`` is a fresh one at another server instead of the file; it cannot be started over.
        """
        self._path = folder / "sandbox.db"
        self._database = database or f"sqlite+aiosqlite:///{self._path}"
        self._elsewhere = database is not None
        self._settings = settings
        ahead = begins - wall() if begins else timedelta()
        self._clock = Clock(lambda: wall() + ahead)
        self._bot: Bot | None = None
        self._coming_back: asyncio.Task[None] | None = None
        self._server = SandboxServer(
            state=World(DEFAULT_CAST, token=TOKEN, clock=WorldClock(lambda: wall() + ahead)),
            host=settings.host,
            port=settings.port,
            on_clock=self._move_clock,
            on_start_over=self._start_over,
        )

    @property
    def url(self) -> str:
        """Where the page is."""
        return self._server.url

    @property
    def bot(self) -> Bot | None:
        """The bot behind the page, while it runs."""
        return self._bot

    async def start(self) -> None:
        """The server, the world if there is none yet, the bot."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        await self._server.start()
        try:
            await self._start_bot()
        except BaseException:
            await self._server.stop()
            raise

    async def stop(self) -> None:
        """The bot first, so that nothing it says is lost."""
        await self._stop_bot()
        await self._server.stop()

    async def _start_bot(self) -> None:
        settings = self._settings.model_copy(
            update={
                "bot_token": SecretStr(TOKEN),
                "bot_api_url": self._server.url.rstrip("/"),
                "proxy": SecretStr(""),  # it is on this machine, whatever proxy leads out of it
                "database_url": self._database,
                "coordination_chat": HQ,
                "tick_seconds": 5.0,
                "chat_rate": 30.0,
                "group_rate": 600,
                "guest_rate": 10_000,
            }
        )
        if self._elsewhere:
            await self._fill(self._database)
        elif not self._path.exists():
            await self._build_world(self._database)
        else:
            await within(settings.database_url, forget_messages)
        self._bot = await Bot(settings, self._clock).__aenter__()

    async def _build_world(self, url: str) -> None:
        """Built beside and moved into place, so that a kill halfway leaves no half a world."""
        fresh = self._path.with_suffix(".new")
        _remove(fresh)
        beside = url.replace(str(self._path), str(fresh))
        await self._fill(beside)
        fresh.rename(self._path)

    async def _fill(self, url: str) -> None:
        await upgrade(url)
        db = open_database(url)
        try:
            await db.write(world.build, self._clock.now())
        finally:
            await db.close()

    async def _stop_bot(self) -> None:
        if self._coming_back is not None:
            await self._coming_back
        bot, self._bot = self._bot, None
        if bot is not None:
            await bot.__aexit__(None, None, None)

    async def _move_clock(self, offset: timedelta) -> None:
        self._clock.set_offset(offset)
        if self._bot is not None:
            await self._bot.ticker.tick()

    async def _start_over(self) -> None:
        """The page's world is wiped as soon as this returns; the bot comes back into the new one."""
        await self._stop_bot()
        _remove(self._path)
        self._clock.set_offset(timedelta())
        self._coming_back = asyncio.create_task(self._start_bot())


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


async def run_sandbox(
    settings: Settings,
    say: Callable[..., Any],
    *,
    stop: asyncio.Event | None = None,
    folder: Path = Path("data"),
) -> None:
    """Run until Ctrl-C."""
    stop = stop or stop_on_signals()
    sandbox = Sandbox(settings, folder)
    await sandbox.start()
    try:
        say(f"\nThe sandbox is open: {sandbox.url}")
        say("To go live: get a token from @BotFather, put BOT_TOKEN=... into .env, and run this again.\n")
        await stop.wait()
    finally:
        await sandbox.stop()
