"""AND across kinds, OR within one; the same filter is the same text."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.filters import AXES, Facts, Filter
from domain.words import Urgency

NEED = Facts(
    need_id=1,
    katottg="UA48080130000028458",
    urgency=Urgency.URGENT,
    sectors=frozenset({"energy", "winter"}),
    items=frozenset({"energy.generator-diesel", "winter.blanket"}),
    organisations=frozenset({1}),
    countries=frozenset(),
)
GIVEN = replace(NEED, organisations=frozenset({1, 7}), countries=frozenset({"PL", "DE"}))


def of(**axes: str) -> Filter:
    """Words of each kind, with spaces between them."""
    values: dict[str, Any] = {axis: frozenset(words.split()) for axis, words in axes.items()}
    return Filter(**values)


@pytest.mark.parametrize(
    ("wanted", "facts", "passes"),
    [
        (Filter(), NEED, True),
        (of(oblast="UA48"), NEED, True),
        (of(oblast="UA12 UA48"), NEED, True),
        (of(oblast="UA12"), NEED, False),
        (of(raion="UA4808"), NEED, True),
        (of(raion="UA4806"), NEED, False),
        (of(hromada="UA48080130000028458"), NEED, True),
        (of(sector="winter medical"), NEED, True),
        (of(sector="medical"), NEED, False),
        (of(item="winter.blanket"), NEED, True),
        (of(item="winter.stove"), NEED, False),
        (of(urgency="critical urgent"), NEED, True),
        (of(urgency="critical"), NEED, False),
        (of(oblast="UA48", sector="energy", urgency="urgent"), NEED, True),
        (of(oblast="UA48", sector="energy", urgency="normal"), NEED, False),
        (of(country="PL"), NEED, False),
        (of(country="PL LT"), GIVEN, True),
        (Filter(organisation=frozenset({7})), GIVEN, True),
        (Filter(organisation=frozenset({7})), NEED, False),
        (Filter(unpledged=True), NEED, True),
        (Filter(unpledged=True), GIVEN, False),
        (Filter(unpledged=True, sector=frozenset({"medical"})), NEED, False),
    ],
)
def test_what_passes(wanted: Filter, facts: Facts, passes: bool) -> None:
    assert wanted.matches(facts) is passes


_WORDS = st.frozensets(st.text(max_size=5), max_size=3)
_FILTERS = st.builds(
    Filter,
    **dict.fromkeys(AXES, _WORDS),
    organisation=st.frozensets(st.integers(1, 99), max_size=3),
    unpledged=st.booleans(),
)


@given(_FILTERS)
def test_it_comes_back_as_it_was_written(wanted: Filter) -> None:
    assert Filter.read(wanted.written()) == wanted


@given(_FILTERS, st.sampled_from(AXES), st.text(max_size=5))
def test_pressing_twice_changes_nothing(wanted: Filter, axis: str, value: str) -> None:
    once = wanted.toggled(axis, value)
    assert once != wanted
    assert once.toggled(axis, value).written() == wanted.written()


def test_what_a_later_version_wrote_is_left_out() -> None:
    assert Filter.read('{"weather":["rain"],"sector":["water"]}') == of(sector="water")
