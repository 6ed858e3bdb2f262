"""Telegram counts text in UTF-16 code units; Python counts in characters."""

from __future__ import annotations

import re

# Telegram blanks control characters and drops line separators and direction overrides.
_CONTROLS = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile("[\r\u2028-\u202e]")


def units(text: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, offset: int, length: int) -> str:
    """The part of a text an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def clean(text: str) -> str:
    """Control characters become blanks, as Telegram does before anything else."""
    return _DROPPED.sub("", _CONTROLS.sub(" ", text))


def pieces(text: str, limit: int) -> list[str]:
    """Cut a long text the way Telegram's apps do before they send it."""
    return [text[at : at + limit] for at in range(0, len(text), limit)]
