"""What is kept of an update. Everything else is cut out before anything is stored: places, other people's cards, voices.

One table: a name stands in it, or it is not kept. So what Telegram will invent tomorrow is not kept either. The only contact
card that stays is the sender's own, and of it the number.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = "Mapping[str, Shape | bool] | list[Shape | bool]"
"""Which names stay; ``True`` keeps a plain value, a list keeps each of its values."""

_PERSON: Shape = {"id": True, "is_bot": True, "first_name": True, "last_name": True, "language_code": True}
_BOT: Shape = {"id": True, "is_bot": True, "first_name": True, "username": True}
_CHAT: Shape = {"id": True, "type": True, "title": True, "is_forum": True}
_ENTITIES: Shape = [{"type": True, "offset": True, "length": True}]
_PICTURE: Shape = {"file_id": True, "file_unique_id": True, "width": True, "height": True, "file_size": True}
_FILE: Shape = {
    "file_id": True,
    "file_unique_id": True,
    "file_name": True,
    "mime_type": True,
    "file_size": True,
}
_WHERE: "dict[str, Shape | bool]" = {
    "message_id": True,
    "date": True,
    "chat": _CHAT,
    "message_thread_id": True,
    "is_topic_message": True,
}
_MESSAGE: Shape = {
    **_WHERE,
    "from": _PERSON,
    "sender_chat": _CHAT,
    "edit_date": True,
    "media_group_id": True,
    "text": True,
    "entities": _ENTITIES,
    "caption": True,
    "photo": [_PICTURE],
    "document": _FILE,
    "via_bot": _BOT,
    "reply_to_message": {**_WHERE, "from": _BOT},
    "is_automatic_forward": True,
    "migrate_to_chat_id": True,
    "migrate_from_chat_id": True,
}
_MEMBER: Shape = {"status": True, "until_date": True, "user": _BOT}
"""And every yes or no: what the bot may do in a chat. Words are never in them."""
KEPT: Mapping[str, Shape] = {
    "message": _MESSAGE,
    "edited_message": _MESSAGE,
    "callback_query": {
        "id": True,
        "from": _PERSON,
        "chat_instance": True,
        "data": True,
        "inline_message_id": True,
        "message": _WHERE,
    },
    "my_chat_member": {
        "chat": _CHAT,
        "from": _PERSON,
        "date": True,
        "old_chat_member": _MEMBER,
        "new_chat_member": _MEMBER,
    },
    "inline_query": {"id": True, "from": _PERSON, "query": True, "offset": True, "chat_type": True},
    "chosen_inline_result": {"result_id": True, "from": _PERSON, "query": True, "inline_message_id": True},
}
"""By kind of update: what is kept of it."""

UNREAD = (
    *("animation", "audio", "checklist", "contact", "dice", "game", "invoice", "location", "paid_media", "passport_data"),
    *("poll", "sticker", "story", "successful_payment", "venue", "video", "video_note", "voice"),
)  # fmt: skip
"""What people can send and the bot does not read: only that it came is kept, under the name ``unread``."""


def redacted(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The update as it may be stored; never raises, whatever it is made of."""
    cut: dict[str, Any] = {"update_id": raw.get("update_id")}
    for kind, body in raw.items():
        if kind == "update_id":
            continue
        cut[kind] = _cut(body, KEPT.get(kind, {}))
        if KEPT.get(kind) is _MESSAGE and isinstance(body, dict):
            cut[kind].update(_of_message(body))
    return cut


def _of_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """What is not kept as it came: a forward's origin, a card, and the kind of whatever is not read."""
    found: dict[str, Any] = {}
    if "forward_origin" in message:
        origin = message["forward_origin"]
        date = origin.get("date") if isinstance(origin, dict) else None
        found["forward_origin"] = {"type": "hidden_user", "date": _plain(date) or 0, "sender_user_name": ""}
    unread = next((name for name in UNREAD if name in message), None)
    if unread == "contact":
        found["contact"] = {"phone_number": _own_number(message), "first_name": ""}
    elif unread is not None:
        found["unread"] = unread
    return found


def _own_number(message: Mapping[str, Any]) -> str:
    """The number on the sender's own card, sent by themselves; nothing of anybody else's."""
    card, sender = message.get("contact"), message.get("from")
    if not isinstance(card, dict) or not isinstance(sender, dict) or "forward_origin" in message:
        return ""
    number, owner = card.get("phone_number"), card.get("user_id")
    own = type(owner) is int and owner == sender.get("id")
    return number if own and isinstance(number, str) else ""


def _cut(value: Any, shape: "Shape | bool") -> Any:
    if isinstance(shape, list):
        return [_cut(each, shape[0]) for each in value] if isinstance(value, list) else _plain(value)
    if isinstance(shape, bool) or not isinstance(value, dict):
        return _plain(value)
    cut = {name: _cut(value[name], kept) for name, kept in shape.items() if name in value}
    if shape is _MEMBER:
        cut.update((name, each) for name, each in value.items() if isinstance(each, bool))
    return cut


def _plain(value: Any) -> Any:
    """Only what has nothing in it."""
    return value if isinstance(value, str | int | float | bool) or value is None else None
