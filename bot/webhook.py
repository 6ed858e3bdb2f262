"""Updates that Telegram brings: stored first, and only then answered with 200.

Telegram brings one chat's updates one after another (telegram-bot-api's WebhookActor keeps a queue for each), so that
several web processes keep a person's order; presses and messages of one person are two of its queues.
"""

import asyncio
import hashlib
import hmac
import json
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram.error import RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.ear import Ear
from bot.intake import KINDS, Keeper
from bot.refusals import pause_of
from bot.request import call
from bot.settings import Settings
from storage.database import Trouble

log = structlog.get_logger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOK_AGAIN = 60.0
"""Seconds between two looks whether our webhook still stands."""
LARGEST = 1 << 20
"""Bytes of a body; the largest update Telegram can make is a small part of it."""


def secret_of(settings: Settings) -> str:
    """What Telegram must show. Without WEBHOOK_SECRET it follows from the token: the same in every process."""
    if settings.webhook_secret is not None:
        return settings.webhook_secret.get_secret_value()
    assert settings.bot_token is not None
    key = settings.bot_token.get_secret_value().encode()
    return hmac.new(key, b"hromada-bridge webhook", hashlib.sha256).hexdigest()


def webhook_route(settings: Settings, keeper: Keeper) -> Route:
    """The one address at which Telegram's updates are taken."""
    secret = secret_of(settings).encode()

    async def take(request: Request) -> Response:
        shown = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(shown, secret):
            log.warning("webhook_refused", hint="the secret header is missing or wrong")
            return PlainTextResponse("wrong secret", 403)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        return await _keep(keeper, body)

    return Route(urlsplit(settings.webhook_url).path or "/", take, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """No more than an update can hold; None where somebody sends more."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > LARGEST:
            return None
    return bytes(found)


async def _keep(keeper: Keeper, body: bytes) -> Response:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        return PlainTextResponse("not JSON", 400)
    try:
        await keeper.keep([raw])
    except Trouble as error:
        log.error("database_away", loop="webhook", error=str(error)[:300])
        return PlainTextResponse("not stored, come again", 503)
    return PlainTextResponse("")


class WebhookWatch:
    """Tells Telegram where we are, and looks whether it still knows: a poller started elsewhere with our token takes it away."""

    def __init__(self, telegram: "ExtBot[None]", settings: Settings, clock: Clock, ear: Ear) -> None:
        self._telegram = telegram
        self._settings = settings
        self._clock = clock
        self._ear = ear
        self._lost = asyncio.Event()

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._announce()
            self._lost.clear()
            while not self._lost.is_set():
                await self._clock.wait(self._lost, LOOK_AGAIN)
                await self.look()

    async def look(self) -> None:
        """Ask Telegram what it knows. While the line is down, nothing is known to be wrong."""
        try:
            info = await call(self._telegram, "getWebhookInfo")
        except TelegramError as error:
            log.info("webhook_not_looked_at", error=str(error))
            return
        url = info.get("url") if isinstance(info, dict) else None
        if isinstance(url, str) and url != self._settings.webhook_url and self._ear.hears:
            self._ear.hears = False
            log.error(
                "webhook_taken_away",
                hint="Another process polls with this BOT_TOKEN, or set another webhook. It is set again.",
            )
            self._lost.set()

    async def _announce(self) -> None:
        misses = 0
        while True:
            try:
                await self._telegram.set_webhook(
                    self._settings.webhook_url,
                    secret_token=secret_of(self._settings),
                    allowed_updates=KINDS,
                    max_connections=self._settings.webhook_connections,
                )
            except TelegramError as error:
                misses += 1
                self._ear.hears = False
                log.error("webhook_not_set", error=str(error), misses=misses)
                pause = pause_of(error) if isinstance(error, RetryAfter) else float(min(2**misses, 60))
                await self._clock.sleep(pause)
            else:
                self._ear.hears = True
                log.info("webhook_set", host=urlsplit(self._settings.webhook_url).netloc)
                return
