"""A code is read from paper, over a bad line, by somebody in a hurry."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.codes import ALPHABET, BadCode, decode, encode

NUMBERS = st.integers(0, 32**5 - 1)
SAMPLE = [0, 1, 2, 31, 32, 1_000, 123_456, 7_654_321, 32**5 - 1]
steady = settings(derandomize=True, deadline=None, database=None)


@given(NUMBERS)
@steady
def test_a_code_leads_back_to_its_number(number: int) -> None:
    code = encode(number)
    assert len(code) == 6
    assert set(code) <= set(ALPHABET)
    assert decode(code) == number


def test_neighbouring_needs_have_codes_that_do_not_tell_how_many_there_are() -> None:
    codes = [encode(number) for number in range(2_000)]
    assert len(set(codes)) == 2_000
    assert all(one[:2] != two[:2] for one, two in pairwise(codes))


@pytest.mark.parametrize("number", SAMPLE)
def test_any_one_wrong_character_is_noticed(number: int) -> None:
    code = encode(number)
    for at, right in enumerate(code):
        for wrong in ALPHABET.replace(right, ""):
            with pytest.raises(BadCode):
                decode(code[:at] + wrong + code[at + 1 :])


@given(NUMBERS, st.integers(0, 4))
@steady
def test_two_swapped_neighbours_are_noticed(number: int, at: int) -> None:
    code = encode(number)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if swapped != code:
        with pytest.raises(BadCode):
            decode(swapped)


def test_every_pair_of_neighbours_is_noticed_when_swapped() -> None:
    seen = set()
    for number in range(4_000):
        code = encode(number * 27_644_437 % 32**5)  # a large prime: far apart
        for at in range(5):
            pair = code[at : at + 2]
            if pair[0] != pair[1]:
                seen.add((at, pair))
                with pytest.raises(BadCode):
                    decode(code[:at] + pair[::-1] + code[at + 2 :])
    assert len(seen) > 4_000  # of the 4,960 there are


def _with(letter: str) -> str:
    return next(code for number in range(10_000) if letter in (code := encode(number)))


@pytest.mark.parametrize(
    ("meant", "typed"),
    [
        *(("0", "O"), ("0", "o"), ("1", "I"), ("1", "i"), ("1", "L"), ("1", "l")),
        *(("0", "О"), ("1", "І")),  # a Ukrainian keyboard has the same shapes under other letters
        *zip("ABCEHKMPTXY", "АВСЕНКМРТХУ", strict=True),
    ],
)
def test_letters_that_look_alike_are_read_as_what_was_meant(meant: str, typed: str) -> None:
    code = _with(meant)
    assert decode(code.replace(meant, typed)) == decode(code)


def test_case_spaces_dashes_and_the_hash_do_not_matter() -> None:
    code = encode(42)
    for typed in (code.lower(), f"#{code}", f" {code} ", f"{code[:3]}-{code[3:]}", f"{code[:3]} {code[3:]}"):
        assert decode(typed) == 42


@pytest.mark.parametrize(
    "typed", ["", "#", "ABC", "ABCDEFG", "!!!!!!", "УУУУУЖ", "ßßß", "\x00" * 6, "A" * 4096]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(BadCode):
        decode(typed)


@pytest.mark.parametrize("number", [-1, 32**5])
def test_numbers_outside_the_space_have_no_code(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        encode(number)
