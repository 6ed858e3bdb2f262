"""One thing a person did, free of Telegram's types, so that a turn can be tested without it."""

from dataclasses import dataclass
from typing import Literal

_BREAKS = "\n\r\v\f\x85\u2028\u2029"

Kind = Literal[
    "text", "command", "press", "photo", "document", "contact", "other", "edited", "membership", "migrated"
]


@dataclass(frozen=True, slots=True)
class Incoming:
    """What arrived, from whom, where. Every field but the first four may be missing or hostile."""

    update_id: int
    kind: Kind
    chat_id: int
    chat_kind: Literal["private", "group", "supergroup", "channel"]
    account: int | None = None
    name: str = ""
    language: str | None = None
    message_id: int | None = None
    thread_id: int | None = None
    text: str = ""
    command: str = ""
    press: str = ""
    file_id: str = ""
    file_unique_id: str = ""
    file_name: str = ""
    file_type: str = ""
    file_size: int = 0
    album: str = ""
    phone: str = ""
    forwarded: bool = False
    chat_title: str = ""
    member: Literal["", "member", "administrator", "left", "kicked"] = ""
    new_chat_id: int | None = None
    posts: bool = True
    """Whether the bot may post in a channel it is an administrator of."""
    message_is_old: bool = False
    admin: bool = False
    """Telegram says that whoever acts looks after this group; asked only where it matters."""


def readable(text: str) -> str:
    """Without what nobody sees but everybody suffers from: controls, marks that turn the direction, zero widths."""
    return "".join(map(_visible, text.replace("\r\n", "\n"))).strip()


def _visible(letter: str) -> str:
    if letter in _BREAKS:
        return "\n"
    if letter.isspace():
        return " "
    return letter if letter.isprintable() else ""
