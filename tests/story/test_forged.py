"""Callback data from anywhere: cut, outdated, random, of somebody else. Never a crash, never a change."""

import random
import string

import pytest
from sqlalchemy import Connection, update

from handlers import registry
from handlers.registry import BadPress, Route, decode
from storage.schema.chats import drafts
from tests.story.attempts import NOT_YOURS, OLD_BUTTON, REFUSALS, attempt, commanded, pressed
from tests.story.small_world import ACCOUNT, VILLAGE, SmallWorld

WORDS = (
    "",
    "-",
    "x",
    "²",
    "٣",
    "%",
    "_",
    "'",
    "--5",
    "1e9",
    "<b>",
    "\u202e",
    "💥",
    "m9999-12",
    "m0001-01",
    "d9999-12-31",
)
NUMBERS = ("0", "-1", "999", str(2**63 - 1), str(1 - 2**63))
ROUTES = [
    route for table in (registry.SCREENS, registry.ACTIONS) for route in table.values() if route.pressed
]


def forgeries(route: Route) -> list[str]:
    """This press with every kind of value it was never given."""
    sign = "a" if registry.ACTIONS.get(route.name) is route else "s"
    found = []
    for number in NUMBERS:
        for word in WORDS if any(kind is str for _, kind in route.values) else ("",):
            values = [number if kind is int else word if kind is str else "1" for _, kind in route.values]
            found.append(":".join([f"1{sign}{route.name}", *values]))
    return [data for data in dict.fromkeys(found) if len(data.encode()) <= registry.LIMIT]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.name}-{route.call.__name__}")
def test_ids_and_words_that_name_nothing(
    route: Route, small_conn: Connection, small_world: SmallWorld
) -> None:
    for data in forgeries(route):
        for letter in "SOGC":
            found = attempt(small_conn, pressed(letter, data), ACCOUNT[letter])
            assert found.shown or found.outcome.toast, f"silence for {data!r} of {letter}"
        attempt(small_conn, pressed("C", data, VILLAGE), VILLAGE)


STEPS = (
    "items", "browse", "pick", "spec", "quantity", "list", "row", "urgency", "date", "photos", "review"
)  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "value", [*WORDS, "r0", "r²", "r99", "p-", "p+", "u", "upcs", "99999999999999999999"]
)
def test_a_form_takes_no_value_it_did_not_offer(
    step: str, value: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    savepoint = small_conn.begin_nested()
    chosen = update(drafts).where(drafts.c.form == "need")
    small_conn.execute(chosen.values(step=step, active=True))
    data = f"1af:{small_world.ids['draft']}:{step}:{value}"
    try:
        found = attempt(small_conn, pressed("O", data), ACCOUNT["O"])
    finally:
        savepoint.rollback()
    assert found.shown, f"silence for {data!r}"


def test_a_press_of_somebody_else_changes_nothing(small_conn: Connection, small_world: SmallWorld) -> None:
    draft = small_world.ids["draft"]
    for data in (f"1af:{draft}:date:d2026-03-20", f"1afs:{draft}:date", f"1afc:{draft}", f"1afd:{draft}"):
        found = attempt(small_conn, pressed("N", data), ACCOUNT["N"], compare=True)
        assert found.said in NOT_YOURS
        assert found.changed == []


@pytest.mark.parametrize(
    "data", ["", "1", "1a", "1x", "0sneed:1", "2sneed:1", "1sneed", "1sneed:", "1sneed:1:0:0", "1sneed:\u0661", "1anope", "1aaccept:--1", "1aaccept:1.0", "1aaccept: 1", "1aaccept:9223372036854775808", "1sneed:1:2"]
)  # fmt: skip
def test_cut_or_outdated_data_leads_back_to_the_menu(
    data: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    found = attempt(small_conn, pressed("O", data), ACCOUNT["O"], compare=True)
    assert found.outcome.toast == OLD_BUTTON
    assert [row.screen for row in found.queued] == ["home"]
    assert [row.edit_message_id for row in found.queued] == [None], "the old message stays as it was"
    assert found.changed == []


def test_random_bytes_are_refused_before_any_code_of_ours_sees_them() -> None:
    chance = random.Random(7)
    letters = string.printable + "їґ💥\u202e\u200b"
    for _ in range(2000):
        data = "1" + chance.choice("sa") + "".join(chance.choices(letters, k=chance.randrange(40)))
        with pytest.raises(BadPress):
            decode(data)


def test_every_button_cut_short_is_refused_or_still_a_press(
    small_conn: Connection, small_world: SmallWorld
) -> None:
    whole = f"1aclose_line:{small_world.ids['line']}:not_needed"
    for cut in range(len(whole)):
        found = attempt(small_conn, pressed("O", whole[:cut]), ACCOUNT["O"], compare=True)
        assert found.outcome.toast == OLD_BUTTON or found.said in REFUSALS, whole[:cut]
        assert found.changed == []


@pytest.mark.parametrize(
    "text", ["/need", "/need ²", "/need 💥", "/need " + "9" * 4000, "/start v_²", "/start n_", "/start i_", "/start i_nobody", "/start " + "x" * 64, "/nosuch", "/new\u0000", "/needs <b>", "/needs %", "/needs " + "слово " * 600]
)  # fmt: skip
@pytest.mark.parametrize("letter", "SOGC")
def test_commands_with_anything_behind_them(
    text: str, letter: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    assert attempt(small_conn, commanded(letter, text), ACCOUNT[letter]).shown
    attempt(small_conn, commanded(letter, text, VILLAGE), VILLAGE)
