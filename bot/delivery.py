"""From a view to calls of the Bot API, and from Telegram's refusals to what they mean for us."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Literal

from markupsafe import Markup
from telegram import (
    Bot,
    BotCommandScopeChat,
    InputMediaDocument,
    InputMediaPhoto,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.request import call
from handlers.view import Button, View
from storage.outbox import OutboxRow

_SAME = "message is not modified"
_MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message to edit",
    "message identifier is not specified",
)
_CHAT_GONE = (
    "chat not found",
    "peer_id_invalid",
    "group chat was deactivated",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "chat_write_forbidden",
)


MOST = 10
"""Files of an album."""
_NO_TEXT = Markup("")


@dataclass(frozen=True, slots=True)
class Album:
    """Files that go together, by the messenger's ids."""

    kind: Literal["photo", "document"]
    files: tuple[str, ...]


class Fate(Enum):
    """What a refusal means for the row that met it."""

    MESSAGE_GONE = auto()
    CHAT_GONE = auto()
    MIGRATED = auto()
    WAIT = auto()
    RETRY = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A refusal understood: how long to wait, or where the chat went."""

    fate: Fate
    seconds: float = 0.0
    new_chat_id: int = 0


def judge(error: TelegramError) -> Verdict:
    """Permanent or passing, the chat's fault or the message's."""
    match error:
        case RetryAfter():
            pause = error.retry_after
            return Verdict(Fate.WAIT, pause.total_seconds() if isinstance(pause, timedelta) else float(pause))
        case ChatMigrated():
            return Verdict(Fate.MIGRATED, new_chat_id=error.new_chat_id)
        case Forbidden():
            return Verdict(Fate.CHAT_GONE)
        case BadRequest():
            return Verdict(_bad_request(error.message.casefold()))
        case NetworkError() | InvalidToken() | Conflict():
            return Verdict(Fate.RETRY)
        case _:
            return Verdict(Fate.RETRY)


def _bad_request(text: str) -> Fate:
    if any(sign in text for sign in _MESSAGE_GONE):
        return Fate.MESSAGE_GONE
    return Fate.CHAT_GONE if any(sign in text for sign in _CHAT_GONE) else Fate.NEVER


async def deliver(bot: Bot, row: OutboxRow, view: View) -> int | None:
    """Say the view where the row wants it; returns the id of the message that carries it."""
    if view.kind == "commands":
        await bot.set_my_commands(view.commands, scope=BotCommandScopeChat(row.chat_id))
        return None
    if view.kind == "album":
        return await send_album(bot, row, Album("photo", view.photos[:MOST]), view.text)
    if row.edit_message_id is not None:
        await _edit(bot, row, row.edit_message_id, view)
        return row.edit_message_id
    message = await call(
        bot, "sendMessage", chat_id=row.chat_id, message_thread_id=row.thread_id, **_message(view)
    )
    return int(message["message_id"])


async def _edit(bot: Bot, row: OutboxRow, message_id: int, view: View) -> None:
    try:
        await call(bot, "editMessageText", chat_id=row.chat_id, message_id=message_id, **_message(view))
    except BadRequest as error:
        if _SAME not in error.message.casefold():
            raise


def albums_of(view: View) -> list[Album]:
    """What follows a view's text: its photos, its documents; Telegram does not mix the two."""
    if view.kind != "message":
        return []
    photos = [Album("photo", view.photos[at : at + MOST]) for at in range(0, len(view.photos), MOST)]
    files = [Album("document", view.documents[at : at + MOST]) for at in range(0, len(view.documents), MOST)]
    return photos + files


async def send_album(bot: Bot, row: OutboxRow, album: Album, text: Markup = _NO_TEXT) -> int | None:
    """Files as one album; only an album of its own carries a text too."""
    if not album.files:
        return None
    caption = str(text) or None
    if len(album.files) == 1:
        send = bot.send_photo if album.kind == "photo" else bot.send_document
        sent = await send(
            row.chat_id,
            album.files[0],
            caption=caption,
            parse_mode=ParseMode.HTML,
            message_thread_id=row.thread_id,
        )
        return sent.message_id
    media_of = InputMediaPhoto if album.kind == "photo" else InputMediaDocument
    media = [
        media_of(file, caption=caption if place == 0 else None, parse_mode=ParseMode.HTML)
        for place, file in enumerate(album.files)
    ]
    messages = await bot.send_media_group(row.chat_id, media, message_thread_id=row.thread_id)
    return messages[0].message_id


def _message(view: View) -> dict[str, Any]:
    """The text and the rows of buttons as Telegram wants them."""
    rows = [[_button(button) for button in row] for row in view.rows]
    return {
        "text": str(view.text),
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": rows} if rows else None,
        "link_preview_options": {"is_disabled": True},
    }


def _button(button: Button) -> dict[str, str]:
    does = {"callback_data": button.press, "url": button.url}
    return {"text": button.label, **{name: value for name, value in does.items() if value is not None}}
