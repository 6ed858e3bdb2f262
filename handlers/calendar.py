"""A month as buttons. Values are ``d2026-12-24`` for a day, ``m2026-12`` to turn the page, ``-`` for nothing."""

import calendar
from datetime import date, timedelta

from babel.dates import format_date, get_day_names

from domain.dates import FURTHEST, BadDate, parse_date
from domain.errors import Misread
from handlers.forms.engine import Choice
from handlers.incoming import Incoming

MONTHS_AHEAD = 18


def month(shown: date, today: date, language: str) -> list[list[Choice]]:
    """The page of a month; days that are over are dots, weeks that are over are left out."""
    first = shown.replace(day=1)
    title = format_date(first, "LLLL" if first.year == today.year else "LLL y", locale=language)
    names = get_day_names("narrow", locale=language)
    rows = [_pager(first, today, title), [Choice(names[day], "-") for day in range(7)]]
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return rows + [[_day(each, first, today) for each in week] for week in weeks if week[-1] >= today]


NOTHING = "·"
"""A cell without a day: Telegram refuses a button without a text."""


def _pager(first: date, today: date, title: str) -> list[Choice]:
    before = (first - timedelta(days=1)).replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    last = today.replace(day=1) + timedelta(days=31 * MONTHS_AHEAD)
    earlier = Choice("‹", f"m{before:%Y-%m}") if before >= today.replace(day=1) else Choice(NOTHING, "-")
    later = Choice("›", f"m{after:%Y-%m}") if after <= last else Choice(NOTHING, "-")
    return [earlier, Choice(title, "-"), later]


def _day(each: date, first: date, today: date) -> Choice:
    if each.month != first.month:
        return Choice(NOTHING, "-")
    return Choice(str(each.day), f"d{each:%Y-%m-%d}") if each >= today else Choice(NOTHING, "-")


def pressed(value: str, today: date) -> tuple[date | None, date | None]:
    """(day, None) for a day, (None, month) for a page, (None, None) for a button that does nothing."""
    try:
        day = date.fromisoformat(value[1:] if value[:1] == "d" else f"{value[1:]}-01")
    except ValueError:
        return None, None
    if value[:1] == "d" and day < today:
        raise Misread("past")
    if not today.replace(day=1) <= day <= today + FURTHEST:
        return None, None
    return (day, None) if value[:1] == "d" else (None, day)


def typed(incoming: Incoming, today: date, language: str) -> date:
    """A typed date; raises Misread with the sentence that fits."""
    if incoming.kind != "text":
        raise Misread("text")
    try:
        return parse_date(incoming.text[:100], today, language)
    except BadDate as error:
        raise Misread("not_a_date" if error.reason == "empty" else error.reason) from error
