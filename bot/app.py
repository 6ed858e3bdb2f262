"""The whole bot: opened, run, and drained."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import structlog
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

from bot import wiring
from bot.clock import Clock
from bot.dispatcher import App, Dispatcher
from bot.intake import Intake
from bot.pace import Pace
from bot.request import AiohttpRequest
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


class Bot:
    """Everything that runs, as one thing to start and stop: ``async with Bot(settings, clock) as bot``."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        self.db: Database
        self.sender: Sender
        self.dispatcher: Dispatcher
        self.ticker: Ticker
        self.app: App

    async def __aenter__(self) -> Self:
        await upgrade(self._settings.database_url)
        self.db = open_database(self._settings.database_url)
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
        script = wiring.script_of(house)
        self.sender = Sender(self.db, telegram, clock, Pace(settings.rates), script, settings.max_attempts)
        self.dispatcher = Dispatcher(self.db, self.app, clock, self.sender.wake, settings.max_attempts)
        self.ticker = Ticker(self.db, clock, wiring.jobs_of(settings), self._ticked, settings.tick_seconds)
        intake = Intake(self.db, telegram, polls, clock, self.dispatcher.wake)
        for work in (self.sender.run(), self.dispatcher.run(), intake.run(), self._set_menus(telegram)):
            self._begin(work)
        self.ticker.start()
        await self.ticker.tick()
        log.info("serving", username=telegram.username)

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

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    def _ticked(self) -> None:
        """What is due may have changed, also by another process or a moved clock."""
        self.sender.wake()
        self.dispatcher.wake()

    async def _set_menus(self, telegram: "ExtBot[None]") -> None:
        """The commands behind the menu button; English is also everybody else's."""
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
        _, _, polling, menus = self._tasks
        for task in (polling, menus):
            task.cancel()
        await asyncio.gather(polling, menus, return_exceptions=True)
        await self.ticker.stop()
        await self.dispatcher.stop(patience=4.0)
        await self.sender.stop(patience=4.0)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.app.shutdown()
        await self.db.close()
        log.info("stopped")

    async def wait(self, stop: asyncio.Event) -> None:
        """Until told to stop; raises if a part of the bot broke."""
        told = asyncio.create_task(stop.wait())
        loops = self._tasks[:3]
        try:
            done, _ = await asyncio.wait([told, *loops], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            told.cancel()


async def serve(settings: Settings, *, clock: Clock | None = None, stop: asyncio.Event | None = None) -> None:
    """Run until the event, or until the system asks to stop."""
    stop = stop or stop_on_signals()
    async with Bot(settings, clock or Clock()) as bot:
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
