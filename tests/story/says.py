"""A sentence of the bot in a language, as people read it: found by its English source, tags removed."""

import re

from locales import words


def _said(language: str, message: str, **values: object) -> str:
    return re.sub(r"</?[a-z]+>", "", words(language).label(message, **values))


def uk(message: str, **values: object) -> str:
    """In Ukrainian, as Olena reads."""
    return _said("uk", message, **values)


def pl(message: str, **values: object) -> str:
    """In Polish, as Marek reads."""
    return _said("pl", message, **values)


def de(message: str, **values: object) -> str:
    """In German, as Greta reads."""
    return _said("de", message, **values)


def en(message: str, **values: object) -> str:
    """In English, as Ihor reads."""
    return _said("en", message, **values)
