"""The whole bot: opened, run, and drained."""

import asyncio
import signal
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog
from telegram.ext import Application, ContextTypes

from bot import memory, wiring
from bot.clock import Clock
from bot.dispatcher import App, Dispatcher
from bot.line import NotStarted, introduce, make_telegram, set_menus
from bot.metrics import Metrics
from bot.parts import Bell, Role, Tools, parts_of, routes_of
from bot.seat import Part
from bot.settings import Settings
from bot.systemd import notify
from bot.ticker import Ticker
from bot.web import Web
from bot.webhook import WebhookWatch
from handlers.context import Context
from handlers.reader import House
from handlers.routes import add_handlers
from storage.engine import Database, open_database
from storage.migrate import upgrade
from storage.presence import open_presence

log = structlog.get_logger(__name__)


class Bot:
    """Everything that runs, as one thing to start and stop: ``async with Bot(settings, clock) as bot``."""

    def __init__(
        self, settings: Settings, clock: Clock, role: Role = Role.ALL, stop: asyncio.Event | None = None
    ) -> None:
        """``stop`` also ends a start that waits for Telegram."""
        self._told_to_stop = stop or asyncio.Event()
        self._settings = settings
        self._clock = clock
        self._role = role
        self._parts: dict[str, Part] = {}
        self._web: Web | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._extra: list[asyncio.Task[None]] = []
        self._app: App | None = None
        self.db: Database
        self.ticker: Ticker
        self.app: App

    async def __aenter__(self) -> Self:
        await upgrade(self._settings.database_url)
        self.db = open_database(self._settings.database_url)
        self._presence = open_presence(self._settings.database_url)
        try:
            await self._open()
        except BaseException:
            await self._leave()
            raise
        return self

    async def _open(self) -> None:
        settings, clock = self._settings, self._clock
        await self.db.write(wiring.greet, clock.now(), settings)
        telegram, polls = make_telegram(settings)
        types = ContextTypes(context=Context)
        self.app = (
            Application.builder().bot(telegram).updater(None).job_queue(None).context_types(types).build()
        )
        self._app = self.app
        await introduce(self.app, clock, self._told_to_stop)
        wiring.load_screens()
        house = House(
            telegram.username,
            settings.terms,
            settings.coordination_chat,
            translator=settings.translator,
            title=telegram.first_name,
            secret=settings.link_secret,
            contact=settings.operator_contact,
            ages=settings.ages,
            coordinators=frozenset(settings.coordinators),
        )
        add_handlers(self.app, house)
        metrics = Metrics()
        jobs = wiring.jobs_of(settings)
        self.ticker = Ticker(self.db, clock, jobs, self._wake, settings.tick_seconds, metrics)
        bell = Bell(self._stored, self._queued)
        tools = Tools(
            settings,
            self.db,
            self._presence,
            clock,
            self.app,
            telegram,
            polls,
            house,
            self.ticker,
            bell,
            metrics,
        )
        self._parts = parts_of(self._role, tools)
        self._tasks = [asyncio.create_task(part.run(), name=name) for name, part in self._parts.items()]
        self._extra = [
            asyncio.create_task(self._presence.run({"inbox": self._stored, "outbox": self._queued}))
        ]
        await self._listen(tools)
        if self._role in (Role.ALL, Role.SENDER):
            self._extra.append(asyncio.create_task(set_menus(telegram, clock)))
        log.info("serving", username=telegram.username, role=self._role.value)

    async def _listen(self, tools: Tools) -> None:
        """Over HTTP, where somebody shall ask."""
        settings = self._settings
        if settings.web_port is None:
            return
        routes = routes_of(self._role, tools, self._parts)
        self._web = Web(settings.web_host, settings.web_port, routes)
        await self._web.start()
        if settings.webhook_url and self._role in (Role.ALL, Role.WEB):
            watch = WebhookWatch(tools.telegram, settings, self._clock, tools.ear)
            self._extra.append(asyncio.create_task(watch.run()))

    @property
    def web_port(self) -> int | None:
        """Where it listens; the system chose it if the setting was 0."""
        return self._web.port if self._web else None

    def _wake(self) -> None:
        """Something is due, or time was moved."""
        for part in self._parts.values():
            part.wake()

    def _stored(self) -> None:
        """An update waits."""
        for part in self._parts.values():
            if isinstance(part, Dispatcher):
                part.wake()

    def _queued(self) -> None:
        """There is something to say."""
        for part in self._parts.values():
            if not isinstance(part, Dispatcher):
                part.wake()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drain: finish what is in hand, leave the rest in the database."""
        await self._leave()
        log.info("stopped")

    async def _leave(self) -> None:
        if self._web is not None:
            await self._web.stop()
        for part, task in zip(self._parts.values(), self._tasks, strict=True):
            await part.stop(patience=4.0)
            await asyncio.gather(task, return_exceptions=True)
        for task in self._extra:
            task.cancel()
        await asyncio.gather(*self._extra, return_exceptions=True)
        await self._presence.close()
        if self._app is not None:
            await self._app.shutdown()
        await self.db.close()

    async def wait(self, stop: asyncio.Event) -> None:
        """Until told to stop; raises if a part of the bot broke."""
        told = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([told, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            told.cancel()


async def serve(
    settings: Settings,
    *,
    role: Role = Role.ALL,
    clock: Clock | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run until the event, or until the system asks to stop."""
    stop = stop or stop_on_signals()
    try:
        async with Bot(settings, clock or Clock(), role, stop) as bot:
            memory.settle()
            notify("READY=1")
            await bot.wait(stop)
            notify("STOPPING=1")
    except NotStarted:
        log.info("stopped")


def stop_on_signals() -> asyncio.Event:
    """An event that Ctrl-C and the service manager set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop
