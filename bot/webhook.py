"""Updates that Telegram brings: stored first, and only then answered with 200.

Telegram brings one chat's updates one after another (telegram-bot-api's WebhookActor keeps a queue for each), so that
several web processes keep a person's order; presses and messages of one person are two of its queues.
"""

import hashlib
import hmac
import json
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.intake import KINDS, Keeper
from bot.settings import Settings
from storage.database import Trouble

log = structlog.get_logger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
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


async def announce(telegram: "ExtBot[None]", settings: Settings, clock: Clock) -> None:
    """Tell Telegram where we are, until it has heard; what waits there is kept."""
    misses = 0
    while True:
        try:
            await telegram.set_webhook(
                settings.webhook_url,
                secret_token=secret_of(settings),
                allowed_updates=KINDS,
                max_connections=settings.webhook_connections,
            )
        except TelegramError as error:
            misses += 1
            log.error("webhook_not_set", error=str(error), misses=misses)
            await clock.sleep(float(min(2**misses, 60)))
        else:
            log.info("webhook_set", host=urlsplit(settings.webhook_url).netloc)
            return
