"""What a screen returns: text and buttons, before anything knows about Telegram's types."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button with one deed.

    A press (callback data, at most 64 bytes), a link, words to type behind our name in a chat that is chosen
    then (``inline``) or in this one (``here``), or a text for the clipboard (``copy``).
    """

    label: str
    press: str | None = None
    url: str | None = None
    inline: str | None = None
    here: str | None = None
    copy: str | None = None


FILES = "_files"
"""The parameter of a row that shows files of a message said before: their kind and the messenger's ids."""

BELOW = "_below"
"""The number of that message."""

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class View:
    """A message as it should stand in a chat: HTML text (escaped already) and rows of buttons.

    ``photos`` and ``documents`` are file ids shown as albums of their own, below the text's message. A ``picture`` is
    made for this view (its bytes, or how to draw it: in a thread of its own, when it is sent): it is the message then, and
    the text stands below it, cut to what Telegram takes there.
    ``file`` is the name and the bytes of a file made for its reader alone: a message of its own, with the text below it.
    ``asks_contact`` and ``asks_text`` ask the client for a contact button or a reply field.
    """

    text: Markup
    rows: Rows = ()
    photos: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    picture: bytes | Callable[[], bytes] | None = None
    commands: tuple[tuple[str, str], ...] = ()
    file: tuple[str, bytes] | None = None
    kind: Literal["message", "album", "commands", "file"] = "message"
