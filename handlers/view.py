"""What a screen returns: text and buttons, before anything knows about Telegram's types."""

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: either a press (callback data, at most 64 bytes) or a link."""

    label: str
    press: str | None = None
    url: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A message as it should stand in a chat: HTML text (escaped already) and rows of buttons.

    ``photos`` and ``documents`` are file ids shown as albums of their own, below the text's message.
    ``asks_contact`` and ``asks_text`` ask the client for a contact button or a reply field.
    """

    text: Markup
    rows: Rows = ()
    photos: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    kind: Literal["message", "album", "commands"] = "message"
