"""Half a generator in a pasted list: marked, asked about, never published; half a tonne is fine."""

import pytest

from domain.errors import Misread
from domain.lists import parse_list
from handlers.forms.rows import NeedData, add_rows, amount_of, chose_row, first_problem, problem_of
from handlers.reader import House, Reader
from locales import words
from tests.story.small_world import NOW

READER = Reader(words("en"), 1, NOW, House("b"))


@pytest.mark.parametrize("text", ["генератор - 2,5 шт", "ковдри - 10,5 шт", "bread 0.5 pcs"])
def test_a_pasted_row_with_a_part_of_a_piece_is_asked_about(text: str) -> None:
    data = NeedData()
    add_rows(data, parse_list(text))
    data.row = 0
    assert first_problem(data) == 0
    with pytest.raises(Misread):
        chose_row(None, None, data, "ok")  # type: ignore[arg-type]  # needs neither
    data.line.needed = 2000
    assert problem_of(data.line) is None


@pytest.mark.parametrize("text", ["цемент 2,5 т", "кабель 10,5 м", "олія 0,5 л"])
def test_what_can_be_parted_is_taken(text: str) -> None:
    data = NeedData()
    add_rows(data, parse_list(text))
    assert first_problem(data) is None


@pytest.mark.parametrize(
    ("text", "unit", "amount"), [("2", "pcs", 2000), ("1,5", "kg", 1500), ("2,0", "set", 2000)]
)
def test_amounts_are_read_with_their_unit(text: str, unit: str, amount: int) -> None:
    assert amount_of(READER, text, unit) == amount
    with pytest.raises(Misread) as refused:
        amount_of(READER, "½", "pcs")
    assert refused.value.hint == "whole_units"
