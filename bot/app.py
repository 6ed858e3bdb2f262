"""The whole bot: opened, run, and drained."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from types import TracebackType
from typing import Self

import structlog
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot import wiring
from bot.clock import Clock
from bot.dispatcher import App, Dispatcher
from bot.intake import Intake, Keeper
from bot.pace import Pace
from bot.request import AiohttpRequest
from bot.seat import Part, Seated
from bot.sender import Sender
from bot.settings import Settings
from bot.systemd import notify
from bot.ticker import Ticker
from handlers.context import Context
from handlers.menu import default_commands
from handlers.reader import House
from handlers.routes import add_handlers
from locales import LANGUAGES
from storage.engine import Database, open_database
from storage.migrate import upgrade
from storage.presence import open_presence

log = structlog.get_logger(__name__)


def make_telegram(settings: Settings) -> tuple["ExtBot[None]", AiohttpRequest]:
    """The client of the Bot API, and the second pool on which long polls hang without holding up a send."""
    assert settings.bot_token is not None
    polls = AiohttpRequest(pool=2)
    bot: ExtBot[None] = ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=AiohttpRequest(),
        get_updates_request=polls,
    )
    return bot, polls


class Role(StrEnum):
    """What a process does; on PostgreSQL there may be several processes."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"
    TICKER = "ticker"


class Bot:
    """Everything that runs, as one thing to start and stop: ``async with Bot(settings, clock) as bot``."""

    def __init__(self, settings: Settings, clock: Clock, role: Role = Role.ALL) -> None:
        self._settings = settings
        self._clock = clock
        self._role = role
        self._parts: list[Part] = []
        self._tasks: list[asyncio.Task[None]] = []
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
            await self.db.close()
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
        await self._introduce()
        wiring.load_screens()
        house = House(telegram.username, settings.terms, settings.coordination_chat)
        add_handlers(self.app, house)
        self.ticker = Ticker(self.db, clock, wiring.jobs_of(settings), self._wake, settings.tick_seconds)
        self._parts = self._parts_of(telegram, polls, house)
        self._tasks = [asyncio.create_task(part.run()) for part in self._parts]
        heard = {"inbox": self._stored, "outbox": self._queued}
        self._extra = [
            asyncio.create_task(self._presence.run(heard)),
            asyncio.create_task(self._set_menus(telegram)),
        ]
        log.info("serving", username=telegram.username, role=self._role.value)

    def _parts_of(self, telegram: "ExtBot[None]", polls: AiohttpRequest, house: House) -> list[Part]:
        """In the order in which they are stopped: nothing new comes in while the rest is finished."""
        settings, db, clock = self._settings, self.db, self._clock
        keeper = Keeper(db, clock, self._stored)
        script, net = wiring.script_of(house), settings.tick_seconds

        def alone(seat: str, make: Callable[[], Part]) -> Part:
            return Seated(seat, self._presence, clock, make)

        makers: dict[Role, Callable[[], Part]] = {
            Role.WEB: lambda: alone("poller", lambda: Intake(keeper, telegram, polls, clock)),
            Role.TICKER: lambda: alone("ticker", lambda: self.ticker),
            Role.WORKER: lambda: Dispatcher(
                db, self.app, clock, self._queued, settings.max_attempts, presence=self._presence, net=net
            ),
            Role.SENDER: lambda: alone(
                "sender",
                lambda: Sender(db, telegram, clock, Pace(settings.rates), script, settings.max_attempts, net),
            ),
        }
        return [make() for role, make in makers.items() if self._role in (role, Role.ALL)]

    async def _introduce(self) -> None:
        """getMe, patiently: the line may be down when the server comes up. A refused token is final."""
        misses = 0
        while True:
            try:
                await self.app.initialize()
                return
            except InvalidToken:
                await self.app.bot.shutdown()
                raise
            except NetworkError as error:
                misses += 1
                log.warning("no_line_yet", error=str(error), misses=misses)
                await self._clock.sleep(min(2**misses, 30))

    def _wake(self) -> None:
        """Something is due, or time was moved."""
        for part in self._parts:
            part.wake()

    def _stored(self) -> None:
        """An update waits."""
        for part in self._parts:
            if isinstance(part, Dispatcher):
                part.wake()

    def _queued(self) -> None:
        """There is something to say."""
        for part in self._parts:
            if not isinstance(part, Dispatcher):
                part.wake()

    async def _set_menus(self, telegram: "ExtBot[None]") -> None:
        """The commands behind the menu button; English is also everybody else's."""
        if self._role not in (Role.ALL, Role.SENDER):
            return
        try:
            for language in LANGUAGES:
                code = None if language == "en" else language
                await telegram.set_my_commands(default_commands(language), language_code=code)
        except TelegramError as error:
            log.warning("menus_not_set", error=str(error))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drain: finish what is in hand, leave the rest in the database."""
        for part, task in zip(self._parts, self._tasks, strict=True):
            await part.stop(patience=4.0)
            await asyncio.gather(task, return_exceptions=True)
        for task in self._extra:
            task.cancel()
        await asyncio.gather(*self._extra, return_exceptions=True)
        await self._presence.close()
        await self.app.shutdown()
        await self.db.close()
        log.info("stopped")

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
    async with Bot(settings, clock or Clock(), role) as bot:
        notify("READY=1")
        await bot.wait(stop)
        notify("STOPPING=1")


def stop_on_signals() -> asyncio.Event:
    """An event that Ctrl-C and the service manager set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    return stop
