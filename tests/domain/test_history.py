"""The history is a chain: whoever changes an old event breaks every link after it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.history import Link, first_broken, seal

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
Sealed = list[tuple[Link, str]]


def link(seq: int, kind: str, **data: Any) -> Link:
    return Link("need:7", seq, kind, 10 + seq, 3, START + timedelta(minutes=seq), data)


def chain() -> Sealed:
    """Four generators: posted, two promised, one sent, one signed for."""
    links = [
        link(1, "need_posted", lines={"5": 4000}),
        link(2, "pledge_promised", line=5, amount=2000),
        link(3, "consignment_dispatched", line=5, amount=2000),
        link(4, "receipt_signed", line=5, good=2000),
    ]
    sealed: Sealed = []
    for each in links:
        sealed.append((each, seal(sealed[-1][1] if sealed else "", each)))
    return sealed


def resealed_at(at: int, **changes: Any) -> Sealed:
    """A forger who changes one row and seals that row anew, but not those after it."""
    forged = chain()
    changed = replace(forged[at][0], **changes)
    forged[at] = (changed, seal(forged[at - 1][1] if at else "", changed))
    return forged


def test_an_untouched_chain_is_sound() -> None:
    assert first_broken(chain()) is None
    assert first_broken([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "pledge_withdrawn"},
        {"person_id": 99},
        {"person_id": None},
        {"organisation_id": 4},
        {"at": START + timedelta(minutes=2, seconds=1)},
        {"chain": "need:8"},
        {"data": {"line": 5, "amount": 2001}},
        {"data": {"line": 5}},
        {"data": {"line": 5, "amount": 2000, "extra": None}},
    ],
    ids=str,
)
def test_a_changed_row_is_found_where_it_stands(change: dict[str, Any]) -> None:
    forged = chain()
    forged[1] = (replace(forged[1][0], **change), forged[1][1])
    assert first_broken(forged) == 2


def test_a_row_changed_and_sealed_anew_breaks_the_next_one() -> None:
    assert first_broken(resealed_at(1, data={"line": 5, "amount": 1000})) == 3


def test_a_dropped_row_is_found() -> None:
    whole = chain()
    assert first_broken(whole[1:]) == 2
    assert first_broken(whole[:1] + whole[2:]) == 3


def test_moved_rows_are_found_even_when_renumbered() -> None:
    one, two, three, four = chain()
    assert first_broken([one, three, two, four]) == 3
    renumbered = [one, (replace(three[0], seq=2), three[1]), (replace(two[0], seq=3), two[1]), four]
    assert first_broken(renumbered) == 2


def test_a_row_said_twice_is_found() -> None:
    one, two, three, four = chain()
    assert first_broken([one, two, two, three, four]) == 2


def test_a_row_slipped_in_is_found() -> None:
    one, two, three, four = chain()
    extra = link(3, "pledge_promised", line=5, amount=1000)
    assert first_broken([one, two, (extra, seal(two[1], extra)), three, four]) == 3


def test_a_row_of_another_need_does_not_fit() -> None:
    one, two, *_ = chain()
    stranger = replace(two[0], chain="need:8")
    assert first_broken([one, (stranger, two[1])]) == 2


def test_the_same_moment_in_another_zone_and_keys_in_another_order_are_the_same_event() -> None:
    there = datetime(2026, 11, 24, 10, 0, tzinfo=UTC) - timedelta(hours=2)
    one = Link("need:7", 1, "asked", 1, 2, START, {"a": 1, "b": 2})
    two = Link("need:7", 1, "asked", 1, 2, there, {"b": 2, "a": 1})
    assert seal("", one) == seal("", two)
    assert len(seal("", one)) == 64
