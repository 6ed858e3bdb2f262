"""Days as people type them. Today is Tuesday, 24 November 2026."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dates import FURTHEST, BadDate, parse_date

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("31.12.2026", date(2026, 12, 31)),
        ("31.12.26", date(2026, 12, 31)),
        ("31.12.2026 р.", date(2026, 12, 31)),
        ("31.12.2026 року", date(2026, 12, 31)),
        ("до 31.12.2026", date(2026, 12, 31)),
        ("31/12/2026", date(2026, 12, 31)),
        ("31-12-2026", date(2026, 12, 31)),
        ("31 . 12 . 2026", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        ("  31.12  ", date(2026, 12, 31)),
        ("31.12", date(2026, 12, 31)),
        ("31.12.", date(2026, 12, 31)),
        ("1.1", date(2027, 1, 1)),
        ("24.11", TODAY),
        ("23.11", date(2027, 11, 23)),
        ("29.02", date(2028, 2, 29)),
        ("29.02.2028", date(2028, 2, 29)),
        ("24.11.2026", TODAY),
        ("1 грудня", date(2026, 12, 1)),
        ("до 1 грудня", date(2026, 12, 1)),
        ("1 ГРУДНЯ 2026 р.", date(2026, 12, 1)),
        ("1 грудень", date(2026, 12, 1)),
        ("20 січня 2027 року", date(2027, 1, 20)),
        ("1 December", date(2026, 12, 1)),
        ("December 1", date(2026, 12, 1)),
        ("December 1, 2026", date(2026, 12, 1)),
        ("by 1 Dec 2026", date(2026, 12, 1)),
        ("1 grudnia", date(2026, 12, 1)),
        ("do 1 grudnia 2026 r.", date(2026, 12, 1)),
        ("1. Dezember", date(2026, 12, 1)),
        ("bis 3. März 2027", date(2027, 3, 3)),
        ("1 травня", date(2027, 5, 1)),
        ("1 may", date(2027, 5, 1)),
        ("1 maja", date(2027, 5, 1)),
        ("1. Mai", date(2027, 5, 1)),
        ("сьогодні", TODAY),
        ("Today", TODAY),
        ("dziś", TODAY),
        ("heute", TODAY),
        ("завтра", date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 25)),
        ("jutro", date(2026, 11, 25)),
        ("morgen", date(2026, 11, 25)),
        ("післязавтра", date(2026, 11, 26)),
        ("через тиждень", date(2026, 12, 1)),
        ("через 2 тижні", date(2026, 12, 8)),
        ("через 10 днів", date(2026, 12, 4)),
        ("in 2 weeks", date(2026, 12, 8)),
        ("in a week", date(2026, 12, 1)),
        ("za tydzień", date(2026, 12, 1)),
        ("za 3 dni", date(2026, 11, 27)),
        ("in einer Woche", date(2026, 12, 1)),
        ("in 3 Tagen", date(2026, 11, 27)),
        ("٣١.١٢.٢٠٢٦", date(2026, 12, 31)),
    ],
)
def test_a_day_is_understood(typed: str, expected: date) -> None:
    assert parse_date(typed, TODAY) == expected


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("  \n ", "empty"),
        ("скоро", "not_a_date"),
        ("asap", "not_a_date"),
        ("12", "not_a_date"),
        ("31.12.2", "not_a_date"),
        ("31.12.202", "not_a_date"),
        ("31.12.20261", "not_a_date"),
        ("1.2.3.4", "not_a_date"),
        ("1 брумера", "not_a_date"),
        ("через довго", "not_a_date"),
        ("31.12.2026; DROP TABLE", "not_a_date"),
        ("9" * 4096, "not_a_date"),
        ("31.02", "does_not_exist"),
        ("31.02.2027", "does_not_exist"),
        ("31 лютого", "does_not_exist"),
        ("29.02.2027", "does_not_exist"),
        ("30.02", "does_not_exist"),
        ("31.04", "does_not_exist"),
        ("00.12", "does_not_exist"),
        ("12.31.2026", "does_not_exist"),
        ("0000-00-00", "does_not_exist"),
        ("23.11.2026", "past"),
        ("01.01.2020", "past"),
        ("1 січня 2026", "past"),
        ("2001-01-01", "past"),
        ("25.11.2028", "too_far"),
        ("01.01.2030", "too_far"),
        ("31.12.9999", "too_far"),
        ("через 999 місяців", "too_far"),
    ],
)
def test_another_day_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadDate) as refused:
        parse_date(typed, TODAY)
    assert refused.value.reason == reason


def test_the_next_29_february_may_be_too_far() -> None:
    assert parse_date("29.02", date(2028, 2, 29)) == date(2028, 2, 29)
    with pytest.raises(BadDate, match="too_far"):
        parse_date("29.02", date(2028, 3, 1))


def test_on_the_last_day_of_the_year_the_next_day_is_next_year() -> None:
    assert parse_date("1.1", date(2026, 12, 31)) == date(2027, 1, 1)
    assert parse_date("завтра", date(2026, 12, 31)) == date(2027, 1, 1)


@given(st.dates(TODAY, TODAY + FURTHEST))
@settings(derandomize=True, deadline=None, database=None)
def test_every_day_within_two_years_can_be_typed(day: date) -> None:
    assert parse_date(f"{day:%d.%m.%Y}", TODAY) == day
    assert parse_date(day.isoformat(), TODAY) == day


@given(st.text(max_size=40) | st.from_regex(r"[0-9./ -]{1,12}", fullmatch=True))
@settings(derandomize=True, deadline=None, database=None)
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    try:
        found = parse_date(text, TODAY)
    except BadDate:
        return
    assert TODAY <= found <= TODAY + FURTHEST
