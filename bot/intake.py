"""Polls getUpdates, stores what came, and only then tells Telegram 'got it'.

python-telegram-bot's own Updater keeps updates in memory and loses them in a crash; here the offset is raised
after the commit, so an update is either stored with us or still with Telegram.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot import wire
from bot.clock import Clock
from bot.crowd import MOST, Crowd
from bot.ear import Ear
from bot.metrics import Metrics
from bot.redaction import KEPT, redacted
from bot.refusals import pause_of
from bot.request import AiohttpRequest
from storage import chats, inbox, outbox, people
from storage.database import DatabaseRefusal, Trouble
from storage.engine import Connection, Database

log = structlog.get_logger(__name__)

KINDS = (
    "message",
    "edited_message",
    "callback_query",
    "my_chat_member",
    "inline_query",
    "chosen_inline_result",
)
"""The kinds of updates we ask Telegram for."""

_PERSONAL = ("callback_query", "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query")


_BATCH = 100
"""Telegram hands over no more at once."""
_PLENTY = 1000
"""Updates that wait with us, or answers that wait to be said: half a second's work. More are as safe with Telegram, and cost us nothing there."""
_CROWD = 10_000
"""Updates that wait with us at all: those of accounts without standing must not keep the others with Telegram."""
_END_OF_COUNT = 2**31 - 1
"""Telegram's numbers of updates are int32, and so is the offset: https://github.com/tdlib/telegram-bot-api, `Client.cpp`."""
_LOOK, _LOOKS = 0.02, 50
"""Seconds between two looks whether they got fewer; how many looks until some are fetched all the same."""


def mailbox_of(raw: dict[str, Any]) -> int:
    """Whose turn it is: the chat of the update (a person in private), else who pressed; 0 where nobody can be told."""
    for kind, body in raw.items():
        if not isinstance(body, dict):
            continue
        chat_id = _id_of(body.get("chat")) or _id_of(_inside(body.get("message"), "chat"))
        if chat_id is not None:
            return chat_id
        account = _id_of(body.get("from"))
        if kind in _PERSONAL and account is not None:
            return account
    return 0


def _inside(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _id_of(value: Any) -> int | None:
    """The id that a chat or a person is known by, if it is one that a database can keep."""
    number = _inside(value, "id")
    return number if _is_id(number) else None


def _is_id(value: Any) -> bool:
    return type(value) is int and abs(value) < 2**63


def _update_id_of(raw: Any) -> int | None:
    """The number Telegram counts an update by. It becomes the offset of the next question: a huge one would make us deaf to
    everything after it, and one below zero throws away what waits with Telegram."""
    number = _inside(raw, "update_id")
    return number if type(number) is int and 0 < number < _END_OF_COUNT else None


def _letter_of(raw: Any) -> tuple[int, int, str, str]:
    """(update id, mailbox, payload, what is wrong with it) as the inbox keeps it.

    What came without an id that can be kept gets one that follows from what it says, below all of Telegram's own: so the
    same thing that comes again is known.
    """
    wrong = _problem(raw)
    try:
        payload = wire.write(redacted(raw) if isinstance(raw, dict) else type(raw).__name__)
    except (ValueError, RecursionError):
        payload, wrong = "{}", wrong or "nested too deeply to be kept"
    number = _update_id_of(raw)
    if number is not None:
        return number, mailbox_of(raw), payload, wrong
    return -int.from_bytes(hashlib.sha256(payload.encode()).digest()[:7]) - 1, 0, payload, wrong


def _problem(raw: Any) -> str:
    """Why it is no update at all; the finer points are looked at when it is read (bot/shape.py)."""
    if _update_id_of(raw) is None:
        return "no update id"
    odd = [kind for kind in KEPT if kind in raw and not isinstance(raw[kind], dict)]
    return f"{odd[0]} is no object" if odd else ""


def _store(conn: Connection, now: datetime, raws: Sequence[Any], over: Sequence[bool]) -> int:
    letters = [_letter_of(raw) for raw in raws]
    inbox.store_dead(conn, now, [(number, body, wrong) for number, _, body, wrong in letters if wrong])
    kept = [
        (number, box, body, much)
        for (number, box, body, wrong), much in zip(letters, over, strict=True)
        if not wrong
    ]
    standing = people.with_standing(conn, [box for _, box, _, _ in kept])
    passed = [(number, box) for number, box, _, much in kept if much and box not in standing]
    if passed:
        inbox.pass_over(conn, now, passed)
        _ask_for_patience(conn, now, {box for _, box in passed})
    left = {number for number, _ in passed}
    return inbox.store(
        conn, now, [(number, box, body) for number, box, body, _ in kept if number not in left], standing
    )


def _ask_for_patience(conn: Connection, now: datetime, mailboxes: set[int]) -> None:
    """Once a minute each: what was passed over is not read, and whoever wrote it knows."""
    for mailbox in mailboxes:
        if chats.chat(conn, mailbox) is not None:
            once = f"patience:{mailbox}:{int(now.timestamp()) // 60}"
            outbox.show(
                conn,
                now,
                chat_id=mailbox,
                screen="patience",
                params={},
                lane=outbox.Lane.REPLY,
                dedupe=once,
                rank=1,
            )


def _has_plenty(conn: Connection) -> bool:
    of_members = inbox.more_wait(conn, _PLENTY, everybody=False)
    return of_members or inbox.more_wait(conn, _CROWD) or outbox.more_wait(conn, outbox.Lane.REPLY, _PLENTY)


class Keeper:
    """Puts raw updates into the inbox; only then may anybody say 'got it' to Telegram."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        stored: Callable[[], None],
        metrics: Metrics | None = None,
        guest_rate: int = MOST,
    ) -> None:
        self._db = db
        self._clock = clock
        self._stored = stored
        self._metrics = metrics or Metrics()
        self._crowd = Crowd(guest_rate)

    async def keep(self, raws: Sequence[Any]) -> int | None:
        """Store them, and return the highest id; raises what the database raises, and nothing is stored.

        What is no update becomes a dead letter; what the database itself refuses is let go, so that the line goes on.
        """
        if not raws:
            return None
        try:
            stored = await self._kept(raws)
        except DatabaseRefusal:
            stored = await self._one_by_one(raws)
        log.debug("stored", updates=len(raws), fresh=stored)
        self._metrics.received(stored)
        ids = [number for number in map(_update_id_of, raws) if number is not None]
        if ids:  # what is no update is dead already, and nobody has to look
            self._stored()
        return max(ids, default=None)

    async def _kept(self, raws: Sequence[Any]) -> int:
        # A cancelled intake finishes its commit: nothing is ever half stored.
        mailboxes = [mailbox_of(raw) if isinstance(raw, dict) else 0 for raw in raws]
        over = self._crowd.too_much(mailboxes, self._clock.monotonic())
        stored = await asyncio.shield(self._db.write(_store, self._clock.now(), raws, over))
        self._crowd.count(mailboxes, over, self._clock.monotonic())
        return stored

    async def _one_by_one(self, raws: Sequence[Any]) -> int:
        stored = 0
        for raw in raws:
            try:
                stored += await self._kept([raw])
            except DatabaseRefusal as error:
                log.error("update_not_kept", mailbox=_letter_of(raw)[1], error=str(error))
        return stored

    async def has_plenty(self) -> bool:
        """Whether the house has enough to do for now; raises what the database raises."""
        return await self._db.read(_has_plenty)


class Intake:
    """The loop that fetches."""

    def __init__(
        self,
        keeper: Keeper,
        bot: "ExtBot[None]",
        request: AiohttpRequest,
        clock: Clock,
        hold: int = 25,
        ear: Ear | None = None,
    ) -> None:
        self._keeper = keeper
        self._bot = bot
        self._request = request
        self._clock = clock
        self._hold = hold
        self._ear = ear or Ear()
        self._offset = 0
        self._misses = 0
        self._polling: asyncio.Task[None] | None = None
        self.turned_at = clock.monotonic()

    async def run(self) -> None:
        """Until :meth:`stop`; trouble on the line and in the database is waited out."""
        self._polling = asyncio.create_task(self._poll())
        try:
            await asyncio.wait({self._polling})
        finally:
            self._polling.cancel()
        if not self._polling.cancelled():
            self._polling.result()

    async def stop(self, patience: float = 4.0) -> None:
        """Hang up."""
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait({self._polling}, timeout=patience)

    def wake(self) -> None:
        """Telegram wakes it."""

    async def _poll(self) -> None:
        while True:
            self.turned_at = self._clock.monotonic()
            try:
                raws = await self._fetch()
                last = await self._keeper.keep(raws)
                if len(raws) >= _BATCH:
                    await self._wait_for_room()
            except TelegramError as error:
                await self._clock.sleep(await self._pause(error))
            except Trouble as error:
                log.error("database_away", loop="Intake", error=str(error)[:300])
                await self._clock.sleep(1.0)
            else:
                self._misses = 0
                self._ear.hears = True
                self._offset = self._offset if last is None else last + 1

    async def _wait_for_room(self) -> None:
        """In a flood, storing what cannot be answered yet would take the time from answering.

        Not for ever: what waits may be one person's, behind something that is tried again later.
        """
        for _ in range(_LOOKS):
            if not await self._keeper.has_plenty():
                return
            await self._clock.sleep(_LOOK)

    async def _fetch(self) -> list[Any]:
        values = {"timeout": self._hold, "limit": _BATCH, "allowed_updates": json.dumps(KINDS)}
        if self._offset:
            values["offset"] = self._offset
        url = f"{self._bot.base_url}/getUpdates?{urlencode(values)}"
        raws = await self._request.post(url, read_timeout=self._hold + 10)
        if not isinstance(raws, list):
            raise NetworkError("getUpdates was answered with something that is no list of updates")
        return raws

    async def _pause(self, error: TelegramError) -> float:
        """A clear line in the log, and how long to wait."""
        self._misses += 1
        match error:
            case Conflict() if "webhook" in str(error).lower():
                self._ear.hears = False
                log.warning("webhook_removed", hint="WEBHOOK_URL is not set, so this bot polls.")
                with suppress(TelegramError):
                    await self._bot.delete_webhook()
                return 1.0
            case Conflict():
                self._ear.hears = False
                log.error(
                    "another_bot_polls",
                    hint="Another process polls with this BOT_TOKEN. Stop one of the two.",
                )
                return 5.0
            case InvalidToken():
                self._ear.hears = False
                log.error(
                    "token_refused", hint="Telegram refuses BOT_TOKEN. Get the right one from @BotFather."
                )
                return 30.0
            case RetryAfter():
                return pause_of(error)
            case TimedOut():
                return 0.0 if self._misses < 3 else 1.0
            case _:
                log.warning("no_line", error=str(error), misses=self._misses)
                return float(min(2**self._misses, 30))
