"""Quantities as people type them. A quantity is an integer of one thousandth of its unit."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

from babel.numbers import format_decimal

MOST = 10_000_000
_THOUSAND = re.compile(r"^(.*\d)\s*(?:тис|тыс|tys|tsd|k)\.?$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?")
_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75"}


class BadQuantity(ValueError):
    """Not a quantity. ``reason`` is empty, not_a_number, negative, zero, too_big, too_fine or ambiguous.

    ``choices`` holds the two readings (thousandths) of an ambiguous one such as ``1.000``.
    """

    def __init__(self, reason: str, choices: tuple[int, ...] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.choices = choices


def parse_quantity(text: str) -> int:
    """Thousandths of ``1,5``, ``1 000``, ``1.000,50``, ``2 тис``, ``½`` or Arabic-Indic digits.

    Raises BadQuantity; ``1.000`` alone is ambiguous, since half of Europe reads a thousand and half reads one.
    """
    plain = _plain(text)
    if not plain:
        raise BadQuantity("empty")
    thousand = _THOUSAND.match(plain)
    if thousand:
        plain = thousand.group(1)
    if plain.startswith(("-", "−", "–")):
        raise BadQuantity("negative" if re.fullmatch(r"[\d .,'’]*\d", plain[1:]) else "not_a_number")
    try:
        number = _decimal(_FRACTIONS.get(plain, plain))
    except BadQuantity as asked:
        if thousand:
            raise BadQuantity(asked.reason, tuple(each * 1000 for each in asked.choices)) from asked
        raise
    return _checked(number * 1000 if thousand else number)


def _plain(text: str) -> str:
    text = "".join(_digit(letter) for letter in text.strip())
    return re.sub(r"\s+", " ", text).lstrip("+")


def _digit(letter: str) -> str:
    if letter in _FRACTIONS:
        return letter
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)


def _decimal(plain: str) -> Decimal:
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"[ '’]", "", plain)
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", plain):
        raise BadQuantity("not_a_number")
    marks = re.findall(r"[.,]", plain)
    groups = re.split(r"[.,]", plain)
    if len(set(marks)) == 2 and marks[-1] not in marks[:-1] and all(len(each) == 3 for each in groups[1:-1]):
        return _number("".join(groups[:-1]) + "." + groups[-1])
    if len(set(marks)) > 1:
        raise BadQuantity("not_a_number")
    if len(marks) > 1:
        if not all(len(each) == 3 for each in groups[1:]):
            raise BadQuantity("not_a_number")
        return _number("".join(groups))
    if len(marks) == 1 and len(groups[1]) == 3 and 1 <= len(groups[0]) <= 3 and groups[0] != "0":
        small, big = int("".join(groups)), int("".join(groups)) * 1000
        raise BadQuantity("ambiguous", (small, big))
    return _number(plain.replace(",", "."))


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise BadQuantity("not_a_number") from error


def _checked(number: Decimal) -> int:
    if number == 0:
        raise BadQuantity("zero")
    if number > MOST:
        raise BadQuantity("too_big")
    milli, rest = divmod(Fraction(number) * 1000, 1)  # Decimal would round a very long tail away
    if rest:
        raise BadQuantity("too_fine")
    return int(milli)


@lru_cache(4096)
def format_quantity(milli: int, locale: str) -> str:
    """The quantity by CLDR: '1 200', '1,5'; no trailing zeros. Kept: a page of cards says the same few again and again."""
    return str(format_decimal(Decimal(milli) / 1000, format="#,##0.###", locale=locale))
