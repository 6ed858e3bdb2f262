"""Quantities as people type them, from every keyboard."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.numbers import MOST, BadQuantity, format_quantity, parse_quantity


def readings(text: str) -> tuple[int, ...]:
    """What a text may mean: one number, two where '1.200' is asked about, none where it is refused."""
    try:
        return (parse_quantity(text),)
    except BadQuantity as refused:
        return refused.choices


NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


@pytest.mark.parametrize(
    ("typed", "thousandths"),
    [
        ("4", 4_000),
        (" 4 ", 4_000),
        ("+4", 4_000),
        ("007", 7_000),
        ("1,5", 1_500),
        ("1.5", 1_500),
        ("0,5", 500),
        ("0.500", 500),
        ("2,50", 2_500),
        ("1,2000", 1_200),
        ("0,001", 1),
        ("½", 500),
        ("¼", 250),
        ("¾", 750),
        ("1 000", 1_000_000),
        (f"1{NBSP}000", 1_000_000),
        (f"1{NARROW}000", 1_000_000),
        (f"1{THIN}000", 1_000_000),
        ("1'000", 1_000_000),
        ("1’000", 1_000_000),
        ("12 000,5", 12_000_500),
        ("1 234 567", 1_234_567_000),
        ("1.000,50", 1_000_500),
        ("1,000.50", 1_000_500),
        ("1.000.000", 1_000_000_000),
        ("1,000,000", 1_000_000_000),
        ("1.234.567,25", 1_234_567_250),
        ("1000", 1_000_000),
        ("0,125", 125),
        ("2 тис", 2_000_000),
        ("2 тис.", 2_000_000),
        ("1,5 тис.", 1_500_000),
        ("3 tys.", 3_000_000),
        ("3 Tsd.", 3_000_000),
        ("5k", 5_000_000),
        ("٤", 4_000),
        ("١٢٫", None),
        ("٢٠٠", 200_000),
        ("۱۲", 12_000),
        ("१२", 12_000),
        ("１２", 12_000),
        ("１,５", 1_500),
        ("10000000", MOST * 1000),
    ],
)
def test_what_is_a_number(typed: str, thousandths: int | None) -> None:
    if thousandths is None:
        with pytest.raises(BadQuantity):
            parse_quantity(typed)
    else:
        assert parse_quantity(typed) == thousandths


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (NBSP, "empty"),
        ("\n\t", "empty"),
        ("dozen", "not_a_number"),
        ("десять", "not_a_number"),
        ("багато", "not_a_number"),
        ("4 шт", "not_a_number"),
        ("1e9", "not_a_number"),
        ("inf", "not_a_number"),
        ("nan", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        ("1/2", "not_a_number"),
        ("1½", "not_a_number"),
        ("10-15", "not_a_number"),
        ("5+5", "not_a_number"),
        ("²", "not_a_number"),
        ("Ⅳ", "not_a_number"),
        ("1 00", "not_a_number"),
        ("1 0000", "not_a_number"),
        ("1,00,00", "not_a_number"),
        ("1.00.000", "not_a_number"),
        ("1,000.000,5", "not_a_number"),
        (",", "not_a_number"),
        ("5,", "not_a_number"),
        (",5", "not_a_number"),
        ("--5", "not_a_number"),
        ("-x", "not_a_number"),
        ("тис", "not_a_number"),
        ("-4", "negative"),
        ("−4", "negative"),
        ("–4", "negative"),
        ("-1,5", "negative"),
        ("-1 000", "negative"),
        ("- 4", "negative"),
        ("-2 тис", "negative"),
        ("0", "zero"),
        ("0,0", "zero"),
        ("000", "zero"),
        ("0 тис", "zero"),
        ("10000001", "too_big"),
        ("10001 тис", "too_big"),
        ("1" + "0" * 30, "too_big"),
        ("9" * 4096, "too_big"),
        ("999 999 999 999", "too_big"),
        ("1,2345", "too_fine"),
        ("0,0001", "too_fine"),
        ("0." + "3" * 4000, "too_fine"),
        ("1." + "0" * 40 + "1", "too_fine"),
    ],
)
def test_what_is_none_says_why(typed: str, reason: str) -> None:
    with pytest.raises(BadQuantity) as refused:
        parse_quantity(typed)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("1.000", (1_000, 1_000_000)),
        ("1,000", (1_000, 1_000_000)),
        ("12.500", (12_500, 12_500_000)),
        ("1.000 тис", (1_000_000, 1_000_000_000)),
        ("１.０００", (1_000, 1_000_000)),
    ],
)
def test_half_of_europe_reads_a_thousand_so_it_is_asked(typed: str, choices: tuple[int, int]) -> None:
    with pytest.raises(BadQuantity) as refused:
        parse_quantity(typed)
    assert refused.value.reason == "ambiguous"
    assert refused.value.choices == choices


@pytest.mark.parametrize(
    ("milli", "uk", "en", "pl", "de"),
    [
        (4_000, "4", "4", "4", "4"),
        (1_500, "1,5", "1.5", "1,5", "1,5"),
        (1, "0,001", "0.001", "0,001", "0,001"),
        (1_200_000, "1 200", "1,200", "1 200", "1.200"),
        (12_000_500, "12 000,5", "12,000.5", "12 000,5", "12.000,5"),
    ],
)
def test_numbers_are_shown_as_each_reader_writes_them(milli: int, uk: str, en: str, pl: str, de: str) -> None:
    for language, expected in {"uk": uk, "en": en, "pl": pl, "de": de}.items():
        shown = format_quantity(milli, language)
        assert shown.replace(NBSP, " ").replace(NARROW, " ") == expected


@given(st.integers(1, MOST * 1000))
@settings(derandomize=True, deadline=None, database=None)
def test_a_shown_number_never_means_another_one(milli: int) -> None:
    for language in ("uk", "en", "pl", "de"):
        assert milli in readings(format_quantity(milli, language))


@given(st.text(max_size=60))
@settings(derandomize=True, deadline=None, database=None)
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    for reading in readings(text):
        assert 0 < reading <= MOST * 1_000_000
