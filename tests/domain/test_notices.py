"""The table of who hears of what is whole, and stands in the docs as it is."""

from pathlib import Path

import pytest

from domain.followups import FollowupKind
from domain.notices import BY_EVENT, ROWS, Happening, Joined, as_markdown
from handlers import everything
from handlers.registry import SCREENS

DOCS = Path(__file__).parents[2] / "docs" / "notices.md"
SERVICES = Path(__file__).parents[2] / "services"


def test_the_docs_show_the_table_as_it_is() -> None:
    assert as_markdown() in DOCS.read_text(), "hromada-bridge notices prints what belongs there"


@pytest.mark.parametrize("event", Happening)
def test_somebody_hears_of_every_event_and_some_service_tells_it(event: Happening) -> None:
    assert BY_EVENT[event]
    followed_up = event.name in FollowupKind.__members__
    said = any(f"Happening.{event.name}" in path.read_text() for path in SERVICES.glob("*.py"))
    assert said or followed_up


def test_every_row_has_a_screen_and_what_stands_for_several_too() -> None:
    assert everything
    assert {row.notice for row in ROWS} | {row.several for row in ROWS if row.several} <= set(SCREENS)
    assert all(bool(row.several) == (row.joined is Joined.WAITING) for row in ROWS)


def test_no_circle_hears_of_one_event_twice() -> None:
    circles = [(row.event, row.role, row.relation) for row in ROWS]
    assert len(circles) == len(set(circles))
