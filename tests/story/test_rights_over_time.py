"""Rights hold over time: what was begun, queued or opened before is judged by what its reader may do now.

Every row of rights.txt is tried by everybody it lets, after each way of losing that: with the buttons they still have, and
with the very screen still waiting in the outbox, as an answer, as news and as an edit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.redaction import redacted
from domain.notices import Lane
from domain.privacy import VERSION
from domain.wanted import WantedLine, WantedNeed
from domain.words import MemberState, OrganisationState
from handlers import registry
from handlers.forms.contacts import ContactData
from handlers.forms.days import AmountData, DayData
from handlers.forms.engine import FORMS
from handlers.forms.pledge import PledgeData
from handlers.forms.proof import ProofData
from handlers.forms.registration import Guest, HromadaData, PartnerData
from handlers.forms.rows import NeedData
from handlers.forms.seek import Search
from handlers.forms.short import About
from handlers.forms.talk import TalkData
from handlers.forms.thanks import ThanksData
from handlers.forms.travel import ReceiptData, TravelData
from handlers.render import render
from handlers.screens.manage import ChangeData
from services.notices import ACTING_FOR
from storage import chats, people
from storage.schema.people import members, organisations
from tests.story.attempts import HOUSE, NOT_YOURS, attempt, everything_in, pressed, waiting, written
from tests.story.small_world import ACCOUNT, NOW, ROLES, SECRETS, SmallWorld
from tests.story.test_rights import LOSSES, PRESSES, RIGHTS, Right, values_of


@dataclass(frozen=True)
class Loss:
    """A way of losing a right: in which column of rights.txt it stands, whom it can happen to, and what it does."""

    column: str
    whom: str
    happens: Callable[[Connection, int], None]


def _member(state: MemberState) -> Callable[[Connection, int], None]:
    def happens(conn: Connection, person_id: int) -> None:
        conn.execute(update(members).where(members.c.person_id == person_id).values(state=state))

    return happens


def _organisation(conn: Connection, person_id: int) -> None:
    theirs = people.person(conn, person_id).acting_for
    query = update(organisations).where(organisations.c.id == theirs)
    conn.execute(query.values(state=OrganisationState.SUSPENDED))


WAYS = {
    "suspended": Loss("w", "ONGH", _member(MemberState.SUSPENDED)),
    "left": Loss("w", "ONGH", _member(MemberState.LEFT)),
    "refused": Loss("w", "PONGH", _member(MemberState.REFUSED)),
    "organisation suspended": Loss("w", "ONGH", _organisation),
    "person suspended": Loss(
        "b", "SPONGHC", lambda conn, person_id: people.change_person(conn, person_id, suspended=True)
    ),
    "dismissed": Loss(
        "c", "C", lambda conn, person_id: people.change_person(conn, person_id, coordinator=False)
    ),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Loss:
    """Each way of losing something."""
    return WAYS[request.param]


STAYS = {
    ("leaving", "organisation suspended"): True,  # whoever wants to go may go
    ("leave", "organisation suspended"): True,
    ("act", "organisation suspended"): True,  # it is what they are told of it
    ("switch", "left"): False,
    ("act_for", "left"): False,
}
"""Where one way of losing a column's right differs from the others: whether the screen or action stays."""
OWN_WORDS = ("mydata", "mydata_file", "forget")
"""What shows people what they wrote themselves, whatever became of them."""


def stays(right: Right, way: Loss) -> bool:
    """Whether it is left to somebody who lost something in this way."""
    [name] = [name for name, each in WAYS.items() if each is way]
    return STAYS.get((right.name, name), right.since[way.column])


def lose(conn: Connection, letter: str, way: Loss) -> None:
    """They are no longer what they were."""
    known = people.by_account(conn, ACCOUNT[letter])
    assert known is not None
    way.happens(conn, known.id)


def lost_by(conn: Connection, letter: str, way: Loss) -> Any:
    """The same, until the savepoint is rolled back."""
    savepoint = conn.begin_nested()
    lose(conn, letter, way)
    return savepoint


def leaked(texts: list[str], letter: str, way: Loss) -> list[str]:
    """Words that somebody who is nothing any more should not read; their own name, phone and street they may."""
    stranger = LOSSES[way.column]
    own = {f"Secret street {letter}", f"+380 67 000 00 0{'SPONGHCXB'.index(letter)}"}
    own |= {"Piddubny"} if letter == "P" else set()
    hidden = [word for word, who in SECRETS.items() if stranger not in who and word not in own]
    return [word for text in texts for word in hidden if word in text]


@pytest.mark.parametrize("right", PRESSES, ids=str)
def test_an_old_button_knows_what_was_lost_since(
    right: Right, way: Loss, small_conn: Connection, small_world: SmallWorld
) -> None:
    for letter in way.whom:
        if not right.marks[letter]:
            continue
        left = stays(right, way)
        savepoint = lost_by(small_conn, letter, way)
        try:
            found = attempt(small_conn, right.update(small_world, letter), ACCOUNT[letter], compare=not left)
        finally:
            savepoint.rollback()
        who = f"{ROLES[letter]} on {right}: {found.outcome.toast or found.shown}"
        if left:
            assert found.said not in NOT_YOURS, who
        else:
            assert found.said in NOT_YOURS, who
            assert not found.changed, who
        assert right.name in OWN_WORDS or leaked(found.shown, letter, way) == [], who


@pytest.mark.parametrize("right", [each for each in RIGHTS if each.kind in ("screen", "notice")], ids=str)
@pytest.mark.parametrize("lane", [Lane.REPLY, Lane.NOTICE], ids=["answer", "news"])
def test_what_waits_to_be_said_knows_what_was_lost_since(
    right: Right, lane: Lane, way: Loss, small_conn: Connection, small_world: SmallWorld
) -> None:
    for letter in way.whom:
        if not right.marks[letter]:
            continue
        row = waiting(right.name, values_of(right, small_world), ACCOUNT[letter], lane)
        savepoint = lost_by(small_conn, letter, way)
        try:
            view = render(small_conn, row, NOW, HOUSE)
        finally:
            savepoint.rollback()
        who = f"{ROLES[letter]} on {right}: {view and view.text}"
        if stays(right, way):
            assert view is not None, who
        else:
            assert view is None or (lane is Lane.REPLY and says_why(str(view.text))), who
        texts = [everything_in(view)] if view else []
        assert right.name in OWN_WORDS or leaked(texts, letter, way) == [], who


def says_why(text: str) -> bool:
    """A sentence instead of what they waited for."""
    return text.startswith(("🔒", "⚠️", "Your access is suspended"))


def test_everything_the_bot_shows_is_in_the_table() -> None:
    """A new screen that nobody wrote a row for would be tried by nobody."""
    assert {each.name for each in RIGHTS if each.kind in ("screen", "notice")} == set(registry.SCREENS)


# --- forms --------------------------------------------------------------------------------------------


def begun(world: SmallWorld) -> dict[str, tuple[str, Any]]:
    """Something half-written in every form there is, and by whom."""
    ids = world.ids
    need, line, giver = ids["need"], ids["line"], ids["organisation_G"]
    wanted = WantedNeed(lines=[WantedLine(sector="energy", item="energy.generator-diesel", needed=4000)])
    return {
        "need": ("O", NeedData(need=wanted, row=0, sector="energy", typed="x")),
        "pledge": ("G", PledgeData(need_id=need, line_id=line, amounts={line: 1000})),
        "talk": ("O", TalkData(need_id=need, partner_id=giver, text="hello")),
        "thank": ("O", ThanksData(consignment_id=ids["received"])),
        "receipt": ("O", ReceiptData(consignment_id=ids["driving"])),
        "proof": ("O", ProofData(consignment_id=ids["received"])),
        "travel": ("G", TravelData(consignment_id=ids["packing"])),
        "day": ("G", DayData(about="pledge", id=ids["promised"])),
        "amount": ("G", AmountData(pledge_id=ids["edited"], row_id=ids["edited_row"])),
        "decline": ("O", About(id=ids["promised"])),
        "declaration": ("O", About(id=ids["driving"])),
        "change": ("O", ChangeData(id=need, what="why")),
        "refuse": ("C", About(id=ids["member_P"])),
        "contacts": ("O", ContactData()),
        "hromada": ("S", HromadaData()),
        "partner": ("S", PartnerData()),
        "guest": ("S", Guest(invite_id=ids["invite_id"])),
        "seek": ("C", Search(where="people")),
    }


OPEN_TO_ALL = {"contacts", "hromada", "partner", "guest"}
"""Forms about oneself: whoever is not suspended may fill them in."""
STEPS = [(name, step.name) for name, made in FORMS.items() for step in made.steps]


def test_every_form_is_tried(small_world: SmallWorld) -> None:
    assert set(begun(small_world)) == set(FORMS), "begin the new form in begun(), so that it is tried, too"


def half_written(conn: Connection, world: SmallWorld, name: str, step: str) -> tuple[str, int]:
    """The letter of whoever is in the middle of it, and the draft."""
    letter, data = begun(world)[name]
    known = people.by_account(conn, ACCOUNT[letter])
    assert known is not None
    facts = {"step": step, "back_to": None, "data": data.model_dump_json()}
    return letter, chats.save_draft(conn, known.id, name, NOW, **facts).id


@pytest.mark.parametrize(("name", "step"), STEPS, ids=str)
def test_a_form_begun_before_asks_nothing_more(
    name: str, step: str, way: Loss, small_conn: Connection, small_world: SmallWorld
) -> None:
    savepoint = small_conn.begin_nested()
    try:
        letter, draft_id = half_written(small_conn, small_world, name, step)
        if letter not in way.whom or (name in OPEN_TO_ALL and way.column != "b"):
            return
        row = waiting("form", {"draft_id": draft_id}, ACCOUNT[letter], Lane.REPLY)
        lose(small_conn, letter, way)
        view = render(small_conn, row, NOW, HOUSE)
        assert view is not None, "whoever waits for an answer reads why there is none"
        assert says_why(str(view.text)), view.text
        assert leaked([everything_in(view)], letter, way) == []
        typed = attempt(small_conn, written(letter, "12"), ACCOUNT[letter])
        assert [row.screen for row in typed.queued] == ["sorry"], typed.shown
        assert leaked(typed.shown, letter, way) == []
        for press in (f"1af:{draft_id}:{step}:x", f"1afs:{draft_id}:{step}", f"1afb:{draft_id}:{step}"):
            found = attempt(small_conn, pressed(letter, press), ACCOUNT[letter], compare=True)
            assert found.said in NOT_YOURS, press
            assert not found.changed, press
    finally:
        savepoint.rollback()


@pytest.mark.parametrize(("name", "step"), STEPS, ids=str)
def test_a_form_begun_for_one_organisation_tells_nothing_of_it_under_another_hat(
    name: str, step: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    """Somebody lost one organisation, and acts for another of the same kind: the form's own rule would let them."""
    savepoint = small_conn.begin_nested()
    try:
        letter, draft_id = half_written(small_conn, small_world, name, step)
        if name in OPEN_TO_ALL | {
            "need",
            "refuse",
            "pledge",
            "seek",
        }:  # about nobody's papers: a draft of one's own words
            return
        lose(small_conn, letter, WAYS["suspended"])
        known = people.by_account(small_conn, ACCOUNT[letter])
        assert known is not None
        other = small_world.ids["organisation_N" if letter == "O" else "organisation_H"]
        facts = {
            "person_id": known.id,
            "organisation_id": other,
            "state": MemberState.VERIFIED,
            "asked_at": NOW,
        }
        people.add_member(small_conn, **facts)
        people.change_person(small_conn, known.id, acting_for=other)
        row = waiting("form", {"draft_id": draft_id}, ACCOUNT[letter], Lane.REPLY)
        view = render(small_conn, row, NOW, HOUSE)
        assert view is not None
        assert says_why(str(view.text)), view.text
        assert [row.screen for row in attempt(small_conn, written(letter, "12"), 0).queued] == ["sorry"]
    finally:
        savepoint.rollback()


# --- several organisations ----------------------------------------------------------------------------


def test_news_meant_for_one_organisation_is_judged_by_the_standing_in_that_one(
    small_conn: Connection, small_world: SmallWorld
) -> None:
    """The reader acts for another one at the moment, and may; what counts is the one the news is for."""
    values = {"pledge_id": small_world.ids["promised"], ACTING_FOR: small_world.ids["organisation_O"]}
    row = waiting("pledged", values, ACCOUNT["N"], Lane.NOTICE)
    known = people.by_account(small_conn, ACCOUNT["N"])
    assert known is not None
    assert render(small_conn, row, NOW, HOUSE) is None, "no member"
    facts = {"organisation_id": small_world.ids["organisation_O"], "asked_at": NOW}
    savepoint = small_conn.begin_nested()
    try:
        member = people.add_member(small_conn, person_id=known.id, state=MemberState.VERIFIED, **facts)
        assert render(small_conn, row, NOW, HOUSE) is not None
        people.move_member(small_conn, member.id, [MemberState.VERIFIED], state=MemberState.SUSPENDED)
        assert render(small_conn, row, NOW, HOUSE) is None
    finally:
        savepoint.rollback()


# --- whose phone --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "around", "taken"),
    [
        ({"user_id": ACCOUNT["S"]}, {}, True),
        ({"user_id": ACCOUNT["O"]}, {}, False),
        ({}, {}, False),
        (
            {"user_id": ACCOUNT["S"]},
            {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"}},
            False,
        ),
    ],
    ids=["one's own", "somebody else's", "of no account", "one's own, passed on"],
)
def test_only_one_s_own_card_is_one_s_own_phone(
    card: dict[str, Any], around: dict[str, Any], taken: bool, small_conn: Connection, small_world: SmallWorld
) -> None:
    savepoint = small_conn.begin_nested()
    try:
        known = people.by_account(small_conn, ACCOUNT["S"])
        assert known is not None
        facts = {"step": "phone", "back_to": None, "data": ContactData().model_dump_json()}
        chats.save_draft(small_conn, known.id, "contacts", NOW, **facts)
        update = written("S", "x")
        del update["message"]["text"]
        update["message"] |= {
            "contact": {"phone_number": "+380671112233", "first_name": "S", **card},
            **around,
        }
        agreed = {"privacy_version": VERSION, "privacy_agreed": True, "privacy_at": NOW}
        people.change_person(small_conn, known.id, **agreed)
        found = attempt(small_conn, redacted(update), ACCOUNT["S"], compare=True)  # as the intake stores it
        assert ("people" in found.changed) is taken
        asked_again = any("card, and I did not keep it" in text for text in found.shown)
        assert asked_again is not taken
    finally:
        savepoint.rollback()
