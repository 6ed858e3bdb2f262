"""What the log says of an exception: which, and where in our code; never its own words, which quote what people wrote.

A ``ValueError`` holds the value, a ``KeyError`` the key, an assertion both sides. So only the classes named here, whose words are
our own or the operating system's, say them.
"""

import traceback
from types import TracebackType
from typing import Any

from telegram.error import TelegramError

from storage.database import DatabaseAway, DatabaseRefusal

_SPEAK = (DatabaseAway, DatabaseRefusal, TelegramError)
_DEEPEST = 5
"""Causes of causes."""

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def summary(error: BaseException) -> str:
    """One line: the class, and its words where they are nobody's."""
    name = type(error).__name__
    if isinstance(error, _SPEAK):
        return f"{name}: {str(error)[:300]}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return name


def formatted(exc_info: Any) -> str:
    """The frames of an exception and of what caused it, in the order in which Python prints them."""
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    return "\n".join(_told(error, _DEEPEST)) if isinstance(error, BaseException) else ""


def _told(error: BaseException, levels: int) -> list[str]:
    lines: list[str] = []
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and levels > 0:
        lines += [*_told(before, levels - 1), "and so:"]
    for frame, number in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        lines.append(f'  File "{code.co_filename}", line {number}, in {code.co_name}')
    lines.append(summary(error))
    if isinstance(error, BaseExceptionGroup) and levels > 0:
        for inner in error.exceptions[:_DEEPEST]:
            lines += ["one of them:", *_told(inner, levels - 1)]
    return lines
