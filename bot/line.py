"""The line to Telegram: its client, made from the settings, and a patient first call."""

import asyncio

import structlog
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.dispatcher import App
from bot.proxy import proxy_for
from bot.refusals import pause_of
from bot.request import AiohttpRequest, call
from bot.settings import Settings
from handlers.menu import default_commands
from locales import LANGUAGES

log = structlog.get_logger(__name__)


def make_telegram(settings: Settings) -> tuple["ExtBot[None]", AiohttpRequest]:
    """The client of the Bot API, and the second pool on which long polls hang without holding up a send."""
    assert settings.bot_token is not None
    setting = None if settings.proxy is None else settings.proxy.get_secret_value()
    proxy = proxy_for(settings.bot_api_url, setting)
    polls = AiohttpRequest(pool=2, proxy=proxy)
    bot: ExtBot[None] = ExtBot(
        settings.bot_token.get_secret_value(),
        base_url=f"{settings.bot_api_url}/bot",
        base_file_url=f"{settings.bot_api_url}/file/bot",
        request=AiohttpRequest(proxy=proxy),
        get_updates_request=polls,
    )
    return bot, polls


class NotStarted(Exception):
    """Told to stop while the start still waited for Telegram."""


async def introduce(app: App, clock: Clock, stop: asyncio.Event) -> None:
    """getMe, patiently: whatever comes instead of an answer is waited out. Only Telegram's own "no such token" is final."""
    try:
        await _introduce(app, clock, stop)
    except BaseException:
        await app.bot.shutdown()
        await app.bot.request.shutdown()  # which the line above does only for a bot that has a name
        raise


async def _introduce(app: App, clock: Clock, stop: asyncio.Event) -> None:
    misses, said = 0, ""
    while True:
        try:
            await _ask_who_we_are(app)
        except InvalidToken:
            raise
        except TelegramError as error:
            misses += 1
            pause = pause_of(error) if isinstance(error, RetryAfter) else float(min(2**misses, 30))
            if str(error) != said:  # one sentence, however long it takes
                said = str(error)
                log.warning(
                    "telegram_is_waited_for", error=said, hint="The start goes on as soon as it answers."
                )
            await clock.wait(stop, pause)
            if stop.is_set():
                raise NotStarted from None
        else:
            return


async def _ask_who_we_are(app: App) -> None:
    await app.bot.request.initialize()
    me = await call(app.bot, "getMe")
    named = isinstance(me, dict) and type(me.get("id")) is int and isinstance(me.get("username"), str)
    if not named or not isinstance(me.get("first_name"), str):
        raise NetworkError("getMe was answered with something that is no bot")
    await app.initialize()


async def set_menus(telegram: "ExtBot[None]", clock: Clock) -> None:
    """The commands behind the menu button, tried until they are set; English is also everybody else's."""
    for language in LANGUAGES:
        commands = [{"command": name, "description": said} for name, said in default_commands(language)]
        spoken = None if language == "en" else language
        misses = 0
        while True:
            try:
                await call(telegram, "setMyCommands", commands=commands, language_code=spoken)
                break
            except TelegramError as error:
                misses += 1
                pause = pause_of(error) if isinstance(error, RetryAfter) else float(min(2**misses, 600))
                log.warning("menu_not_set_yet", language=language, error=str(error), again_in=pause)
                await clock.sleep(pause)
