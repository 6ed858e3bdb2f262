"""The line to Telegram: its client, made from the settings, and a patient first call."""

import structlog
from telegram.error import InvalidToken, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.dispatcher import App
from bot.proxy import proxy_for
from bot.request import AiohttpRequest
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


async def introduce(app: App, clock: Clock) -> None:
    """getMe, patiently: the line may be down when the server comes up. A refused token is final."""
    misses = 0
    while True:
        try:
            await app.initialize()
            return
        except InvalidToken:
            await app.bot.shutdown()
            raise
        except NetworkError as error:
            misses += 1
            log.warning("no_line_yet", error=str(error), misses=misses)
            await clock.sleep(min(2**misses, 30))


async def set_menus(telegram: "ExtBot[None]") -> None:
    """The commands behind the menu button; English is also everybody else's."""
    try:
        for language in LANGUAGES:
            code = None if language == "en" else language
            await telegram.set_my_commands(default_commands(language), language_code=code)
    except TelegramError as error:
        log.warning("menus_not_set", error=str(error))
