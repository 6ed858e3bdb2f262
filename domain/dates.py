"""Dates as people type them in four languages."""

import re
from datetime import date, timedelta
from functools import cache

from babel.dates import get_month_names

LANGUAGES = ("uk", "en", "pl", "de")
FURTHEST = timedelta(days=730)

_WORDS = {
    0: ("сьогодні", "today", "dziś", "dzisiaj", "heute"),
    1: ("завтра", "tomorrow", "jutro", "morgen"),
    2: ("післязавтра", "pojutrze", "übermorgen"),
}
_UNITS = {
    7: ("тиждень", "тижні", "тижнів", "week", "weeks", "tydzień", "tygodnie", "tygodni", "woche", "wochen"),
    1: ("день", "дні", "днів", "day", "days", "dzień", "dni", "tag", "tage", "tagen"),
    30: (
        "місяць",
        "місяці",
        "місяців",
        "month",
        "months",
        "miesiąc",
        "miesiące",
        "miesięcy",
        "monat",
        "monaten",
    ),
}
_AHEAD = re.compile(r"(?:через|за|in|za)\s+(?:(\d{1,3}|einer|einem|a|one)\s+)?(\w+)")
_NUMERIC = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})(?:\s*[./-]\s*(\d{4}|\d{2}))?\.?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NAMED = re.compile(r"(?:(\d{1,2})\.?\s+(\w+)|(\w+)\s+(\d{1,2}))\.?,?(?:\s+(\d{4}))?")
_BY = re.compile(r"^(?:до|не пізніше|by|until|do|bis(?: zum)?)\s+(?=\w)")
_YEAR_SIGN = re.compile(r"(?<=\d{4})\s*(?:р|року|r|roku)\.?$")


class BadDate(ValueError):
    """Not a usable date. ``reason`` is empty, not_a_date, does_not_exist, past or too_far."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_date(text: str, today: date, language: str = "uk") -> date:
    """A day from today to two years ahead. A day and month without a year mean the next such day."""
    plain = re.sub(r"\s+", " ", text).strip().casefold()
    if not plain:
        raise BadDate("empty")
    plain = _YEAR_SIGN.sub("", _BY.sub("", plain))
    found = _spoken(plain, today) or _ahead(plain, today) or _written(plain, today)
    if found is None:
        raise BadDate("not_a_date")
    if found < today:
        raise BadDate("past")
    if found > today + FURTHEST:
        raise BadDate("too_far")
    return found


def _spoken(plain: str, today: date) -> date | None:
    for days, spoken in _WORDS.items():
        if plain in spoken:
            return today + timedelta(days=days)
    return None


def _ahead(plain: str, today: date) -> date | None:
    match = _AHEAD.fullmatch(plain)
    if not match:
        return None
    count = int(match.group(1)) if (match.group(1) or "").isdigit() else 1
    for days, spoken in _UNITS.items():
        if match.group(2) in spoken:
            return today + timedelta(days=days * count)
    return None


def _written(plain: str, today: date) -> date | None:
    iso = _ISO.fullmatch(plain)
    if iso:
        return _date(int(iso.group(1)), int(iso.group(2)), int(iso.group(3)))
    numeric = _NUMERIC.fullmatch(plain)
    if numeric:
        return _next(int(numeric.group(1)), int(numeric.group(2)), numeric.group(3), today)
    named = _NAMED.fullmatch(plain)
    if named:
        day, month = (named.group(1), named.group(2)) if named.group(1) else (named.group(4), named.group(3))
        number = _months().get(month)
        return _next(int(day), number, named.group(5), today) if number else None
    return None


def _next(day: int, month: int, year: str | None, today: date) -> date:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    for candidate in range(today.year, today.year + 5):  # 29 February may be years away
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise BadDate("does_not_exist")


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadDate("does_not_exist") from error


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names = get_month_names(width, context=context, locale=language)
                found |= {name.casefold().rstrip("."): number for number, name in names.items()}
    return found
