"""From a view to calls of the Bot API, and from Telegram's refusals to what they mean for us."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from typing import Any, Literal

from markupsafe import Markup
from telegram import (
    Bot,
    BotCommandScopeChat,
    InputFile,
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

from bot.pictures import Pictures
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
_FILE_GONE = ("wrong file identifier", "wrong remote file", "file reference")
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


async def deliver(bot: Bot, row: OutboxRow, view: View, pictures: Pictures) -> int | None:
    """Say the view where the row wants it; returns the id of the message that carries it."""
    if view.kind == "commands":
        await bot.set_my_commands(view.commands, scope=BotCommandScopeChat(row.chat_id))
        return None
    if view.kind == "file":
        return await _send_file(bot, row, view)
    if view.kind == "album":
        return await send_album(bot, row, Album("photo", view.photos[:MOST]), view.text)
    if row.inline_message_id is not None:
        await _edit(bot, {"inline_message_id": row.inline_message_id}, view, pictures)
        return None
    if row.edit_message_id is not None:
        await _edit(bot, {"chat_id": row.chat_id, "message_id": row.edit_message_id}, view, pictures)
        return row.edit_message_id
    where: dict[str, Any] = {"chat_id": row.chat_id, "message_thread_id": row.thread_id}
    if view.picture is None:
        message = await call(bot, "sendMessage", **where, **_message(view))
    else:
        message = await _with_picture(bot, "sendPhoto", where, view, pictures)
    return int(message["message_id"])


async def _send_file(bot: Bot, row: OutboxRow, view: View) -> int:
    """A file made for its reader: carried to Telegram each time, its name never kept."""
    assert view.file is not None
    name, data = view.file
    file = InputFile(data, filename=name, attach=True)
    where: dict[str, Any] = {"chat_id": row.chat_id, "message_thread_id": row.thread_id}
    said = {"document": str(file.attach_uri), "caption": str(view.text), "parse_mode": "HTML"}
    message = await call(bot, "sendDocument", {"file": file}, **where, **said, reply_markup=_markup(view))
    return int(message["message_id"])


async def _edit(bot: Bot, which: dict[str, Any], view: View, pictures: Pictures) -> None:
    """A picture is exchanged with its text, and may take the place of a text without one."""
    try:
        if view.picture is None:
            await call(bot, "editMessageText", **which, **_message(view))
        else:
            await _with_picture(bot, "editMessageMedia", which, view, pictures)
    except BadRequest as error:
        if _SAME not in error.message.casefold():
            raise


async def _with_picture(bot: Bot, method: str, where: dict[str, Any], view: View, pictures: Pictures) -> Any:
    """By its name where Telegram has the picture already, else the picture itself."""
    assert view.picture is not None
    drawn = view.picture if isinstance(view.picture, bytes) else await asyncio.to_thread(view.picture)
    name = pictures.name(drawn)
    if name is not None:
        try:
            return await call(bot, method, **where, **_picture(method, view, name))
        except BadRequest as error:
            if not any(sign in error.message.casefold() for sign in _FILE_GONE):
                raise
            pictures.forget(drawn)
    file = InputFile(drawn, filename="picture.png", attach=True)
    said = _picture(method, view, str(file.attach_uri))
    message = await call(bot, method, {"file": file}, **where, **said)
    pictures.keep(drawn, message)
    return message


def _picture(method: str, view: View, name: str) -> dict[str, Any]:
    below = {"caption": str(view.text), "parse_mode": "HTML"}
    markup = _markup(view)
    if method == "sendPhoto":
        return {"photo": name, **below, "reply_markup": markup}
    return {"media": {"type": "photo", "media": name, **below}, "reply_markup": markup}


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
    return {
        "text": str(view.text),
        "parse_mode": "HTML",
        "reply_markup": _markup(view),
        "link_preview_options": {"is_disabled": True},
    }


def _markup(view: View) -> dict[str, Any] | None:
    rows = [[_button(button) for button in row] for row in view.rows]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Button) -> dict[str, Any]:
    does = {
        "callback_data": button.press,
        "url": button.url,
        "switch_inline_query": button.inline,
        "switch_inline_query_current_chat": button.here,
        "copy_text": button.copy and {"text": button.copy},
    }
    return {"text": button.label, **{name: value for name, value in does.items() if value is not None}}
