"""Polls getUpdates, stores what came, and only then tells Telegram 'got it'.

python-telegram-bot's own Updater keeps updates in memory and loses them in a crash; here the offset is raised
after the commit, so an update is either stored with us or still with Telegram.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.delivery import judge
from bot.request import AiohttpRequest
from storage import inbox
from storage.engine import Connection, Database

log = structlog.get_logger(__name__)

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""The kinds of updates we ask Telegram for."""

_PERSONAL = ("callback_query", "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query")


def mailbox_of(raw: dict[str, Any]) -> int:
    """Whose turn it is: the chat of the update (a person in private), else who pressed."""
    for kind, body in raw.items():
        if not isinstance(body, dict):
            continue
        chat = body.get("chat") or (body.get("message") or {}).get("chat")
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return int(chat["id"])
        who = body.get("from")
        if kind in _PERSONAL and isinstance(who, dict) and isinstance(who.get("id"), int):
            return int(who["id"])
    return 0


def _store(conn: Connection, now: datetime, raws: Sequence[dict[str, Any]]) -> int:
    return inbox.store(conn, now, [(raw["update_id"], mailbox_of(raw), json.dumps(raw)) for raw in raws])


class Intake:
    """The loop that fetches."""

    def __init__(
        self,
        db: Database,
        bot: "ExtBot[None]",
        request: AiohttpRequest,
        clock: Clock,
        stored: Callable[[], None],
        hold: int = 25,
    ) -> None:
        self._db = db
        self._bot = bot
        self._request = request
        self._clock = clock
        self._stored = stored
        self._hold = hold
        self._offset = 0
        self._misses = 0

    async def run(self) -> None:
        """Until cancelled; trouble on the line is waited out."""
        while True:
            try:
                raws = await self._fetch()
            except TelegramError as error:
                await self._clock.sleep(self._pause(error))
                continue
            self._misses = 0
            await self._keep(raws)

    async def _fetch(self) -> list[Any]:
        values = {"timeout": self._hold, "limit": 100, "allowed_updates": json.dumps(KINDS)}
        if self._offset:
            values["offset"] = self._offset
        url = f"{self._bot.base_url}/getUpdates?{urlencode(values)}"
        raws = await self._request.post(url, read_timeout=self._hold + 10)
        return list(raws) if isinstance(raws, list) else []

    async def _keep(self, raws: list[Any]) -> None:
        known = [raw for raw in raws if isinstance(raw, dict) and type(raw.get("update_id")) is int]
        if len(known) < len(raws):
            log.error("update_without_id", count=len(raws) - len(known))
        if not known:
            return
        # A cancelled intake finishes its commit: nothing is ever half stored.
        fresh = await asyncio.shield(self._db.write(_store, self._clock.now(), known))
        self._offset = max(raw["update_id"] for raw in known) + 1
        log.debug("stored", updates=len(known), fresh=fresh)
        self._stored()

    def _pause(self, error: TelegramError) -> float:
        """A clear line in the log, and how long to wait."""
        self._misses += 1
        match error:
            case Conflict():
                log.error(
                    "another_bot_polls",
                    hint="Another process polls with this BOT_TOKEN. Stop one of the two.",
                )
                return 5.0
            case InvalidToken():
                log.error(
                    "token_refused", hint="Telegram refuses BOT_TOKEN. Get the right one from @BotFather."
                )
                return 30.0
            case RetryAfter():
                return judge(error).seconds
            case TimedOut():
                return 0.0 if self._misses < 3 else 1.0
            case _:
                log.warning("no_line", error=str(error), misses=self._misses)
                return float(min(2**self._misses, 30))
