"""A text that Telegram takes: at most 4,096 characters, whatever people wrote into it."""

import re
from html import unescape

from markupsafe import Markup

LIMIT = 4096
_ROOM = 8
_TAG = re.compile(r"<(/?)([a-z]+)[^>]*>")


def fit(text: Markup) -> Markup:
    """The same text, or its first rows and a sign that there is more: a refused message would be silence."""
    if len(text) * 2 <= LIMIT or length(text) <= LIMIT:
        return text
    kept: list[str] = []
    left = LIMIT - _ROOM
    for row in str(text).split("\n"):
        left -= length(row) + 1
        if left < 0:
            break
        kept.append(row)
    if not kept:  # one row that fills it all: its tags are not worth saving
        return Markup.escape(unescape(_TAG.sub("", str(text)))[: LIMIT // 2] + "…")
    cut = "\n".join(kept)
    return Markup(cut + "\n…" + _closing(cut))


def length(text: str) -> int:
    """As Telegram counts: UTF-16 units of what is read, without the tags."""
    return len(unescape(_TAG.sub("", text)).encode("utf-16-le")) // 2


def _closing(text: str) -> str:
    """The tags still open at the end of a text."""
    still_open: list[str] = []
    for closes, name in _TAG.findall(text):
        if closes:
            still_open.pop()
        else:
            still_open.append(name)
    return "".join(f"</{name}>" for name in reversed(still_open))
