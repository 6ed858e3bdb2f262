"""What an update has to look like before any code of ours or of python-telegram-bot reads it.

Telegram's updates have this shape; a middlebox's, a forged webhook's or a broken server's need not. Numbers beyond 64 bits,
moments beyond the calendar, words where lists belong: whatever does not fit becomes a dead letter, and nobody waits behind it.
Types and names of fields: https://core.telegram.org/bots/api#update
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_LARGEST = 2**63 - 1
_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: as far as a calendar goes."""
_DEEPEST = 64
"""Levels of lists and objects in each other; Telegram's own updates have some twelve."""

Id = Annotated[int, Field(strict=True, ge=-_LARGEST - 1, le=_LARGEST)]
Moment = Annotated[int, Field(strict=True, ge=0, le=_LAST_SECOND)]
Text = Annotated[str, Field(strict=True)]
Name = Annotated[str, Field(strict=True, max_length=100)]
"""A name Telegram itself gives to a thing, to be kept and said again: letters and digits, far fewer than that."""
Handle = Annotated[str, Field(strict=True, max_length=512)]
"""The same of a file: some hundred letters, and nobody promises how many."""
Flag = Annotated[bool, Field(strict=True)]


class Unreadable(ValueError):
    """An update that is none; the message names the field and never its value."""


class _Shape(BaseModel):
    """Fields we do not read may be anything that python-telegram-bot can read."""

    model_config = ConfigDict(extra="ignore")


class _User(_Shape):
    id: Id
    is_bot: Flag = False
    first_name: Text = ""
    last_name: Text | None = None
    username: Text | None = None
    language_code: Text | None = None


class _Chat(_Shape):
    id: Id
    type: Name
    title: Text | None = None
    username: Text | None = None


class _Entity(_Shape):
    type: Text
    offset: Id
    length: Id


class _File(_Shape):
    file_id: Handle
    file_unique_id: Handle
    file_name: Text | None = None
    mime_type: Text | None = None
    file_size: Id | None = None


class _Contact(_Shape):
    phone_number: Text
    first_name: Text = ""
    user_id: Id | None = None


class _Message(_Shape):
    message_id: Id
    date: Moment
    chat: _Chat
    sender: _User | None = Field(None, alias="from")
    sender_chat: _Chat | None = None
    message_thread_id: Id | None = None
    is_topic_message: Flag | None = None
    edit_date: Moment | None = None
    via_bot: _User | None = None
    forward_origin: dict[str, Any] | None = None
    media_group_id: Name | None = None
    text: Text | None = None
    caption: Text | None = None
    entities: list[_Entity] = []
    caption_entities: list[_Entity] = []
    photo: list[_File] = []
    document: _File | None = None
    contact: _Contact | None = None
    migrate_to_chat_id: Id | None = None
    migrate_from_chat_id: Id | None = None
    reply_to_message: "_Message | None" = None


class _Press(_Shape):
    id: Name
    sender: _User = Field(alias="from")
    message: _Message | None = None
    inline_message_id: Name | None = None
    chat_instance: Text = ""
    data: Text | None = None


class _Standing(_Shape):
    status: Text
    user: _User


class _Membership(_Shape):
    chat: _Chat
    sender: _User = Field(alias="from")
    date: Moment
    old_chat_member: _Standing
    new_chat_member: _Standing


class _Query(_Shape):
    id: Name
    sender: _User = Field(alias="from")
    query: Text
    offset: Text


class _Chosen(_Shape):
    result_id: Name
    sender: _User = Field(alias="from")
    query: Text
    inline_message_id: Name | None = None


class _Update(_Shape):
    update_id: Id
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Press | None = None
    my_chat_member: _Membership | None = None
    inline_query: _Query | None = None
    chosen_inline_result: _Chosen | None = None


def readable_update(raw: Any) -> dict[str, Any]:
    """The update with what no database keeps taken out of its words; raises :class:`Unreadable`."""
    tidy = _tidy(raw, _DEEPEST)
    try:
        _Update.model_validate(tidy)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Unreadable(f"{'.'.join(map(str, problem['loc'][:6]))[:120]}: {problem['type']}") from None
    update: dict[str, Any] = tidy
    return update


def _tidy(value: Any, levels: int) -> Any:
    """Without NUL and half characters; a name that is missing is empty, as Telegram itself sends it for closed accounts."""
    if levels == 0:
        raise Unreadable("nested too deeply")
    if isinstance(value, str):
        return value if value.isascii() and "\x00" not in value else _clean(value)
    if isinstance(value, dict):
        tidy = {_clean(key): _tidy(each, levels - 1) for key, each in value.items()}
        if "is_bot" in tidy or "language_code" in tidy:
            tidy.setdefault("first_name", "")
            tidy.setdefault("is_bot", False)
        return tidy
    return [_tidy(each, levels - 1) for each in value] if isinstance(value, list) else value


def _clean(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
