"""A link is worth what it was made for, as long as whoever gave it could give it, and once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select

from domain.actor import Actor
from domain.errors import (
    AlreadyDone,
    Changed,
    Forbidden,
    InviteUsed,
    NotFound,
    OwnLink,
    SecondVoice,
    TooManyLinks,
)
from domain.model import Approval
from domain.words import MemberState
from services import decisions, invites, people, standing
from storage import directory, events, outbox
from storage import invites as table
from storage import people as known
from storage.base import metadata
from storage.schema.people import invites as rows
from tests.databases import inside
from tests.services.company import HEADQUARTERS, MORNING, NIKOPOL, PERVOMAISK, Company, heard, told

SECRET = b"of the house"
FREE = "UA46080130000077112"
"""A hromada nobody acts for."""


def link(company: Company, by: str, organisation_id: int | None = None) -> invites.Link:
    """A link given by somebody who needs nobody else for it."""
    made = invites.invite(company.conn, company[by], SECRET, organisation_id)
    assert isinstance(made, invites.Link)
    return made


def by_operator(company: Company, **what: Any) -> invites.Link:
    return invites.make(company.conn, Actor(0, company.now, coordinator=True), SECRET, **what)


def unspent(company: Company, made: invites.Link) -> bool:
    found = table.invite(company.conn, made.invite.id)
    return found is not None and found.used_at is None


def standing_of(company: Company, name: str, organisation_id: int) -> MemberState | None:
    found = known.membership(company.conn, company.ids[name], organisation_id)
    return found.state if found else None


# --- scope --------------------------------------------------------------------------------------------


def test_a_link_into_one_organisation_founds_and_joins_no_other(company: Company, conn: Connection) -> None:
    lublin = company["Marek"].partner()
    made = link(company, "Marek", lublin)
    nobody = company["Nobody"]
    for code in (NIKOPOL, FREE):
        with pytest.raises(Forbidden):
            people.register_hromada(conn, nobody, code, "", made.invite.id)
    with pytest.raises(Forbidden):
        people.register_partner(conn, nobody, "ngo", "UNHCR", "CH", "Genève", made.invite.id)
    assert known.memberships(conn, company.ids["Nobody"]) == []
    assert unspent(company, made)
    people.accept_invite(conn, company["Nobody"], made.token)
    assert company["Nobody"].partner() == lublin


def test_a_link_among_the_coordinators_makes_nobody_an_official(company: Company, conn: Connection) -> None:
    made = by_operator(company, coordinator=True)
    with pytest.raises(Forbidden):
        people.register_hromada(conn, company["Nobody"], FREE, "", made.invite.id)
    assert unspent(company, made)
    people.accept_invite(conn, company["Nobody"], made.token)
    assert company["Nobody"].coordinator
    assert known.memberships(conn, company.ids["Nobody"]) == []


@pytest.mark.parametrize(
    "wrong", [{"coordinator": True}, {"organisation_id": 1}, {"coordinator": True, "organisation_id": 1}]
)
def test_the_claim_itself_knows_what_a_link_was_made_for(
    company: Company, conn: Connection, wrong: dict[str, Any]
) -> None:
    made = by_operator(company)
    scope = {"organisation_id": None, "coordinator": False} | wrong
    assert not table.use(conn, made.invite.id, company.ids["Nobody"], company.now, **scope)
    assert unspent(company, made)


def test_a_link_is_spent_once_and_not_after_a_week(company: Company, conn: Connection) -> None:
    made = link(company, "Ihor")
    joined = people.register_hromada(conn, company["Nobody"], FREE, "", made.invite.id)
    assert joined.state is MemberState.VERIFIED
    for again in (made.token, "no such thing", ""):
        with pytest.raises(InviteUsed):
            people.accept_invite(conn, company["Petro"], again)
    late = link(company, "Ihor")
    company.later(days=7)
    with pytest.raises(InviteUsed):
        people.accept_invite(conn, company["Petro"], late.token)


def test_whoever_acts_for_it_already_spends_nothing(company: Company, conn: Connection) -> None:
    made = by_operator(company, organisation_id=company["Marek"].partner())
    with pytest.raises(AlreadyDone):
        people.accept_invite(conn, company["Marek"], made.token)
    assert unspent(company, made)


def test_nobody_uses_their_own_link(company: Company, conn: Connection) -> None:
    made = link(company, "Ihor")
    with pytest.raises(OwnLink):
        people.register_hromada(conn, company["Ihor"], FREE, "", made.invite.id)
    assert unspent(company, made)


def test_a_colleague_is_invited_to_the_own_organisation_only(company: Company, conn: Connection) -> None:
    for wrong in (company["Greta"].partner(), None, company["Olena"].official()):
        with pytest.raises(Forbidden):
            invites.invite(conn, company["Marek"], SECRET, wrong)
    for nobody in ("Petro", "Sergei", "Nobody"):
        with pytest.raises(Forbidden):
            invites.invite(conn, company[nobody], SECRET, company["Olena"].official())


# --- the giver ----------------------------------------------------------------------------------------


def _suspended_member(company: Company) -> None:
    member = known.membership(company.conn, company.ids["Marek"], company["Marek"].partner())
    assert member is not None
    people.suspend(company.conn, company["Ihor"], member.id)


GONE: dict[str, Callable[[Company], object]] = {
    "suspended for it": _suspended_member,
    "suspended": lambda company: standing.suspend_person(company.conn, company["Ihor"], company.ids["Marek"]),
    "left": lambda company: standing.leave(company.conn, company["Marek"], company["Marek"].partner()),
    "organisation suspended": lambda company: standing.suspend_organisation(
        company.conn, company["Ihor"], company["Marek"].partner()
    ),
    "written past the services": lambda company: known.change_person(
        company.conn, company.ids["Marek"], suspended=True
    ),
}


@pytest.mark.parametrize("gone", GONE)
def test_a_link_ends_when_its_giver_could_not_give_it_any_more(
    company: Company, conn: Connection, gone: str
) -> None:
    made = link(company, "Marek", company["Marek"].partner())
    GONE[gone](company)
    with pytest.raises((InviteUsed, Forbidden)):
        people.accept_invite(conn, company["Nobody"], made.token)
    assert unspent(company, made)
    assert known.memberships(conn, company.ids["Nobody"]) == []


@pytest.mark.parametrize("how", ["dismissed", "taken out of the settings", "suspended"])
def test_an_open_link_ends_with_its_coordinator(company: Company, conn: Connection, how: str) -> None:
    made = link(company, "Ihor")
    operator = Actor(0, company.now, coordinator=True)
    standing.appoint(conn, operator, company.ids["Greta"])
    match how:
        case "dismissed":
            standing.dismiss(conn, company["Greta"], company.ids["Ihor"])
        case "suspended":
            standing.suspend_person(conn, operator, company.ids["Ihor"])
        case _:
            standing.forgotten_by_settings(conn, operator, company.ids["Ihor"])
    with pytest.raises(InviteUsed):
        people.register_hromada(conn, company["Nobody"], FREE, "", made.invite.id)
    assert unspent(company, made)


def test_whoever_gave_the_link_let_them_in(company: Company, conn: Connection) -> None:
    lublin = company["Marek"].partner()
    people.accept_invite(conn, company["Nobody"], link(company, "Marek", lublin).token)
    member = known.membership(conn, company.ids["Nobody"], lublin)
    assert member is not None
    assert member.decided_by == company.ids["Marek"]


# --- who hears of it ----------------------------------------------------------------------------------


def test_colleagues_and_coordinators_hear_of_every_entry(company: Company, conn: Connection) -> None:
    lublin = company["Marek"].partner()
    people.accept_invite(conn, company["Nobody"], link(company, "Marek", lublin).token)
    assert heard(company, "Marek") == ["act"]
    assert told(company, HEADQUARTERS) == ["act"]
    assert "act" not in heard(company, "Nobody"), "whoever came in knows"
    assert heard(company, "Greta") == []
    waiting = known.membership(conn, company.ids["Petro"], company["Olena"].official())
    assert waiting is not None
    people.verify(conn, company["Ihor"], waiting.id)
    assert heard(company, "Olena") == ["act"]
    assert told(company, HEADQUARTERS) == ["act"]


# --- a house that is lived in -------------------------------------------------------------------------


def guest(company: Company, made: invites.Link, name: str = "Nobody") -> int:
    """Comes with an open link to a hromada that has its people."""
    joined = people.register_hromada(company.conn, company[name], NIKOPOL, "", made.invite.id)
    assert joined.state is MemberState.PENDING
    return joined.id


def test_an_open_link_opens_no_house_that_is_lived_in(company: Company, conn: Connection) -> None:
    member = guest(company, link(company, "Ihor"))
    with pytest.raises(Forbidden):
        company["Nobody"].official()
    assert heard(company, "Taras") == ["colleague_asks"]
    assert told(company, HEADQUARTERS) == ["verification"]
    with pytest.raises(SecondVoice):
        people.verify(conn, company["Ihor"], member)
    for stranger in ("Olena", "Marek", "Petro", "Sergei", "Nobody"):
        with pytest.raises(Forbidden):
            people.let_in(conn, company[stranger], member)
    people.let_in(conn, company["Taras"], member)
    assert company["Nobody"].official() == company["Taras"].official()


def test_a_second_coordinator_may_say_yes_as_well(company: Company, conn: Connection) -> None:
    made = link(company, "Ihor")
    member = guest(company, made)
    standing.appoint(conn, Actor(0, company.now, coordinator=True), company.ids["Greta"])
    people.verify(conn, company["Greta"], member)
    assert company["Nobody"].is_official


def test_a_coordinators_link_into_a_house_that_is_lived_in_asks_there(
    company: Company, conn: Connection
) -> None:
    made = link(company, "Ihor", company["Taras"].official())
    people.accept_invite(conn, company["Nobody"], made.token)
    assert standing_of(company, "Nobody", company["Taras"].official()) is MemberState.PENDING
    people.keep_out(conn, company["Taras"], known.requests_of(conn, company.ids["Nobody"])[0].id, "No")
    assert heard(company, "Nobody")[-1] == "refused"


def test_nobody_lets_in_whom_no_link_brought(company: Company, conn: Connection) -> None:
    waiting = known.membership(conn, company.ids["Petro"], company["Olena"].official())
    assert waiting is not None
    with pytest.raises(Forbidden):
        people.let_in(conn, company["Olena"], waiting.id)


@pytest.mark.parametrize(
    "name", ["Пеpвомайська гpомада", "MIASTO LUBLIN", "Miastо Lublin", "Hromada Bridge", "Nikopolska"]
)
def test_an_open_link_founds_nothing_under_anothers_name(
    company: Company, conn: Connection, name: str
) -> None:
    joined = people.register_partner(
        conn, company["Nobody"], "ngo", name, "CH", "Bern", link(company, "Ihor").invite.id
    )
    assert joined.state is MemberState.PENDING
    assert told(company, HEADQUARTERS) == ["verification"]


def test_an_open_link_lets_a_new_partner_in_at_once(company: Company, conn: Connection) -> None:
    joined = people.register_partner(
        conn, company["Nobody"], "ngo", "Pomoc Wschód", "PL", "Łódź", link(company, "Ihor").invite.id
    )
    assert joined.state is MemberState.VERIFIED
    assert company["Nobody"].is_partner


# --- second voices ------------------------------------------------------------------------------------


@pytest.fixture
def second(company: Company, conn: Connection) -> None:
    """Greta coordinates as well."""
    inside(conn, _second, company)


def _second(company: Company) -> None:
    standing.appoint(company.conn, Actor(0, company.now, coordinator=True), company.ids["Greta"])
    told(company, HEADQUARTERS)
    heard(company, "Greta")


@pytest.mark.usefixtures("second")
def test_an_open_link_needs_a_second_coordinator(company: Company, conn: Connection) -> None:
    asked = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(asked, Approval)
    assert told(company, HEADQUARTERS) == ["approval"]
    assert invites.live(conn, company["Ihor"]) == []
    with pytest.raises(SecondVoice):
        decisions.agree(conn, company["Ihor"], asked.id, SECRET)
    for nobody in ("Marek", "Olena", "Nobody"):
        with pytest.raises(Forbidden):
            decisions.agree(conn, company[nobody], asked.id, SECRET)
    decisions.agree(conn, company["Greta"], asked.id, SECRET)
    [made] = invites.live(conn, company["Ihor"])
    assert (made.created_by, made.approved_by) == (company.ids["Ihor"], company.ids["Greta"])
    assert heard(company, "Ihor") == ["invite_link"]


@pytest.mark.usefixtures("second")
def test_a_no_and_a_week_end_the_question(company: Company, conn: Connection) -> None:
    first = invites.invite(conn, company["Ihor"], SECRET)
    again = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(first, Approval)
    assert first == again, "asked once"
    decisions.disagree(conn, company["Greta"], first.id)
    late = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(late, Approval)
    company.later(days=7)
    for each in (first, late):
        with pytest.raises(Changed):
            decisions.agree(conn, company["Greta"], each.id, SECRET)


@pytest.mark.usefixtures("second")
def test_whoever_coordinates_no_more_gets_no_link_from_an_old_question(
    company: Company, conn: Connection
) -> None:
    asked = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(asked, Approval)
    standing.dismiss(conn, company["Greta"], company.ids["Ihor"])
    with pytest.raises(Changed):
        decisions.agree(conn, company["Greta"], asked.id, SECRET)


# --- one's own ----------------------------------------------------------------------------------------


def test_ten_links_are_out_at_most(company: Company, conn: Connection) -> None:
    lublin = company["Marek"].partner()
    made = [link(company, "Marek", lublin) for _ in range(invites.MOST_LIVE)]
    with pytest.raises(TooManyLinks):
        link(company, "Marek", lublin)
    with pytest.raises(NotFound):
        invites.revoke(conn, company["Greta"], made[0].invite.id)
    invites.revoke(conn, company["Marek"], made[0].invite.id)
    with pytest.raises(InviteUsed):
        people.accept_invite(conn, company["Nobody"], made[0].token)
    link(company, "Marek", lublin)


# --- what is kept -------------------------------------------------------------------------------------


def test_the_database_holds_no_token(company: Company, conn: Connection) -> None:
    made = [
        link(company, "Ihor"),
        link(company, "Marek", company["Marek"].partner()),
        by_operator(company, coordinator=True),
    ]
    outbox.show(
        conn,
        MORNING,
        chat_id=1,
        screen="invite_link",
        params={"invite_id": made[0].invite.id},
        lane=outbox.Lane.REPLY,
    )
    everything = json.dumps(
        [[str(cell) for cell in row] for each in metadata.sorted_tables for row in conn.execute(select(each))]
    )
    for each in made:
        assert each.token not in everything
        assert each.invite.token in everything


def test_a_token_is_made_again_only_with_the_same_secret(company: Company, conn: Connection) -> None:
    made = link(company, "Ihor")
    assert invites.token_of(made.invite, SECRET) == made.token
    assert invites.token_of(made.invite, b"another") is None
    conn.execute(rows.update().values(nonce=None))
    old = table.invite(conn, made.invite.id)
    assert old is not None
    assert invites.token_of(old, SECRET) is None, "one from before, of which only the hash is there"
    people.register_hromada(conn, company["Nobody"], FREE, "", made.invite.id)


def test_everything_about_a_link_is_an_event(company: Company, conn: Connection) -> None:
    lublin = company["Marek"].partner()
    people.accept_invite(conn, company["Nobody"], link(company, "Marek", lublin).token)
    invites.revoke(conn, company["Marek"], link(company, "Marek", lublin).invite.id)
    by_giver = {str(each.kind) for each in directory.acts_about_person(conn, company.ids["Marek"])}
    by_guest = {str(each.kind) for each in directory.acts_about_person(conn, company.ids["Nobody"])}
    assert {"invite_made", "invite_revoked"} <= by_giver
    assert {"invite_used", "member_asked", "member_verified"} <= by_guest
    assert events.broken_chains(conn) == []


def test_whoever_waits_already_is_let_in_by_those_who_are_there(company: Company, conn: Connection) -> None:
    """The one who waits is not let in by somebody else's link."""
    waiting = known.organisation_of(conn, PERVOMAISK)
    assert waiting is not None
    made = link(company, "Ihor")
    people.register_hromada(conn, company["Petro"], PERVOMAISK, "", made.invite.id)
    assert standing_of(company, "Petro", waiting.id) is MemberState.PENDING
    people.let_in(conn, company["Olena"], known.requests_of(conn, company.ids["Petro"])[0].id)
    assert company["Petro"].is_official


def test_a_swept_link_still_knows_who_gave_it(company: Company, conn: Connection) -> None:
    member = guest(company, link(company, "Ihor"))
    conn.execute(rows.delete())
    with pytest.raises(SecondVoice):
        people.verify(conn, company["Ihor"], member)
    people.let_in(conn, company["Taras"], member)
    assert company["Nobody"].is_official
