"""From a view to calls of the Bot API."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError

from bot.pictures import Pictures
from bot.request import call
from handlers.view import BELOW, FILES, Button, View
from storage import outbox
from storage.engine import Connection
from storage.outbox import Lane, OutboxRow

_FILE_GONE = ("wrong file identifier", "wrong remote file", "file reference", "file_reference")

MOST = 10
"""Files of an album."""


@dataclass(frozen=True, slots=True)
class Album:
    """Files that go together, by the messenger's ids."""

    kind: Literal["photo", "document"]
    files: tuple[str, ...]


def method_of(row: OutboxRow, view: View) -> str:
    """The method of the Bot API that says it."""
    if view.kind == "commands":
        return "setMyCommands"
    if view.kind == "album":
        return _album_method(_album(view))
    in_place = row.inline_message_id is not None or row.edit_message_id is not None
    if in_place:
        return "editMessageText" if view.picture is None else "editMessageMedia"
    return "sendMessage" if view.picture is None else "sendPhoto"


async def deliver(bot: Bot, row: OutboxRow, view: View, pictures: Pictures) -> int | None:
    """Say the view where the row wants it; returns the id of the message that carries it."""
    if view.kind == "commands":
        commands = [{"command": name, "description": said} for name, said in view.commands]
        scope = {"type": "chat", "chat_id": row.chat_id}
        await call(bot, "setMyCommands", commands=commands, scope=scope)
        return None
    if view.kind == "file":
        return await _send_file(bot, row, view)
    if view.kind == "album":
        return await _send_album(bot, row, _album(view))
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
    return _number(message)


def _number(message: Any) -> int:
    """The id of a message Telegram tells of."""
    number = message.get("message_id") if isinstance(message, dict) else None
    if type(number) is not int:
        raise NetworkError("the Bot API answered with something that is no message")
    return number


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
    if view.picture is None:
        await call(bot, "editMessageText", **which, **_message(view))
    else:
        await _with_picture(bot, "editMessageMedia", which, view, pictures)


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


def queue_files(
    conn: Connection, now: datetime, row: OutboxRow, view: View, message_id: int | None
) -> list[int]:
    """The files of a message that was just said, each album a row of its own; their ids.

    A card that is kept true shows them once, when it is posted.
    """
    in_place = row.edit_message_id is not None or row.inline_message_id is not None
    albums = albums_of(view) if not in_place or row.lane == Lane.REPLY else []
    queued = (
        outbox.show(
            conn,
            now,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            screen=row.screen,
            params={**row.values, FILES: {album.kind: list(album.files)}, BELOW: message_id},
            lane=Lane(row.lane),
            dedupe=f"files:{row.id}:{place}",
        )
        for place, album in enumerate(albums)
    )
    return [row_id for row_id in queued if row_id is not None]


def _album(view: View) -> Album:
    """The files of a view that is nothing but files."""
    files = view.photos or view.documents
    return Album("photo" if view.photos else "document", files[:MOST])


def _album_method(album: Album) -> str:
    if len(album.files) > 1:
        return "sendMediaGroup"
    return "sendPhoto" if album.kind == "photo" else "sendDocument"


async def _send_album(bot: Bot, row: OutboxRow, album: Album) -> int | None:
    """Files as one album; below the text they belong to, also where others came in between."""
    if not album.files:
        return None
    where: dict[str, Any] = {"chat_id": row.chat_id, "message_thread_id": row.thread_id}
    below = row.values.get(BELOW)
    if row.attempts and isinstance(below, int):
        where["reply_parameters"] = {"message_id": below, "allow_sending_without_reply": True}
    method = _album_method(album)
    if method != "sendMediaGroup":
        where[album.kind] = album.files[0]
        return _number(await call(bot, method, **where))
    media = [{"type": album.kind, "media": file} for file in album.files]
    messages = await call(bot, method, **where, media=media)
    return _number(messages[0] if isinstance(messages, list) and messages else None)


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
