"""Inline mode at its rim: whatever results and names of messages come back, only what we offered becomes a card."""

import pytest
from sqlalchemy import Connection

from domain.model import Need
from handlers.offers import Asked, Chosen, choose, offer
from storage import cards, needs
from tests.story.attempts import HOUSE, secrets_in, snapshot
from tests.story.small_world import ACCOUNT, NOW, ROLES, SECRETS, SmallWorld


def chosen(letter: str, result_id: str, name: str | None = "inline-1") -> Chosen:
    return Chosen(ACCOUNT[letter], "en", result_id, name)


@pytest.mark.parametrize(
    "result_id",
    ["", "n", "n-1", "n0", "n404", "n" + "9" * 30, "x1", "n²", "n1 ", "need:1", "n1;drop", "n\x00"],
)
def test_a_result_nobody_was_offered_becomes_no_card(
    result_id: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    before = snapshot(small_conn)
    choose(small_conn, chosen("G", result_id), NOW)
    assert snapshot(small_conn) == before


@pytest.mark.parametrize(("letter", "name"), [("G", None), ("G", ""), ("G", "x" * 101), ("B", "inline-1")])
def test_what_cannot_be_edited_and_who_is_banned_leave_nothing(
    letter: str, name: str | None, small_conn: Connection, small_world: SmallWorld
) -> None:
    before = snapshot(small_conn)
    choose(small_conn, chosen(letter, f"n{small_world.ids['need']}", name), NOW)
    assert snapshot(small_conn) == before


def test_anybody_may_bring_a_need_into_a_chat(small_conn: Connection, small_world: SmallWorld) -> None:
    undone = small_conn.begin_nested()
    choose(small_conn, Chosen(999_999, "pl-PL", f"n{small_world.ids['need']}", "inline-1"), NOW)
    [card] = cards.of_need(small_conn, small_world.ids["need"])
    assert (card.inline_message_id, card.language) == ("inline-1", "pl")
    undone.rollback()


@pytest.mark.parametrize("letter", list(ROLES))
def test_nobody_is_offered_a_word_that_is_not_public(
    letter: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    for text in ("", "blanket", small_world.codes["need_code"], *SECRETS):
        found = offer(small_conn, Asked(ACCOUNT[letter], "en", text, ""), NOW, HOUSE)
        assert (found.found == ()) == (letter == "B" or text in SECRETS)
        assert [word for word in SECRETS if word in str(found.found)] == []
        assert secrets_in([str(found)], "S") == []


@pytest.mark.parametrize("text", ["💥" * 60, "%", "_", "'; DROP TABLE needs", "0" * 256, "\u202e", "*", '"'])
def test_whatever_is_typed_is_only_looked_for(
    text: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    offer(small_conn, Asked(ACCOUNT["G"], None, text, ""), NOW, HOUSE)
    assert need(small_conn, small_world) is not None


def need(conn: Connection, world: SmallWorld) -> Need | None:
    return needs.need(conn, world.ids["need"])


@pytest.mark.parametrize("letter", list(ROLES))
def test_what_partners_see_first_is_brought_nowhere(
    letter: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    """Not even by those who see it: whoever reads in the chat does not."""
    code, first = small_world.codes["first_code"], small_world.ids["first"]
    for text in ("", code, "generator", "blanket", "heater"):
        found = offer(small_conn, Asked(ACCOUNT[letter], "en", text, ""), NOW, HOUSE)
        assert code not in str(found.found)
    before = snapshot(small_conn)
    choose(small_conn, chosen(letter, f"n{first}"), NOW)
    assert snapshot(small_conn) == before
