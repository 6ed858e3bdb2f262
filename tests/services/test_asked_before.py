"""A question to another coordinator is about how things stood when it was asked; nobody behind a number is let in again."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select

from domain.actor import Actor
from domain.errors import Changed, LastCoordinator, NotFound, SecondVoice
from domain.model import Approval, Invite
from domain.words import MemberState, OrganisationState
from services import decisions, invites, people, privacy, standing
from storage import invites as table
from storage import people as known
from storage.schema.people import approvals
from tests.databases import inside
from tests.services.company import Company

SECRET = b"of the house"


def operator(company: Company) -> Actor:
    return Actor(0, company.now, coordinator=True)


def membership(company: Company, name: str) -> int:
    return known.memberships(company.conn, company.ids[name])[0][0].id


def organisation(company: Company, name: str) -> int:
    return known.memberships(company.conn, company.ids[name])[0][1].id


@pytest.fixture(autouse=True)
def second(company: Company, conn: Connection) -> None:
    """Greta and Rūta coordinate as well."""
    for name in ("Greta", "Rūta"):
        inside(conn, standing.appoint, conn, operator(company), company.ids[name])


Switch = tuple[Callable[[Actor], object], Callable[[Actor], Approval | None], Callable[[], bool]]


def switches(company: Company, what: str) -> Switch:
    """How somebody is switched off, how that is undone, and whether they are off now."""
    conn = company.conn
    if what == "person":
        subject = company.ids["Marek"]
        return (
            lambda by: standing.suspend_person(conn, by, subject),
            lambda by: standing.restore_person(conn, by, subject),
            lambda: known.person(conn, subject).suspended,
        )
    if what == "organisation":
        subject = organisation(company, "Marek")
        return (
            lambda by: standing.suspend_organisation(conn, by, subject),
            lambda by: standing.restore_organisation(conn, by, subject),
            lambda: _state_of(conn, subject) is OrganisationState.SUSPENDED,
        )
    if what == "member":
        subject = membership(company, "Marek")
        return (
            lambda by: people.suspend(conn, by, subject),
            lambda by: people.restore(conn, by, subject),
            lambda: _member_state(conn, subject) is MemberState.SUSPENDED,
        )
    subject = company.ids["Marek"]
    return (
        lambda by: _dismissed(company, by, subject),
        lambda by: standing.propose(conn, by, subject),
        lambda: not known.person(conn, subject).coordinator,
    )


def _dismissed(company: Company, by: Actor, person_id: int) -> None:
    """At first there is nothing to undo."""
    if known.person(company.conn, person_id).coordinator:
        standing.dismiss(company.conn, by, person_id)


def _state_of(conn: Connection, organisation_id: int) -> OrganisationState:
    place = known.organisation(conn, organisation_id)
    assert place is not None
    return place.state


def _member_state(conn: Connection, member_id: int) -> MemberState:
    member = known.member(conn, member_id)
    assert member is not None
    return member.state


@pytest.mark.parametrize("what", ["person", "organisation", "member", "coordinator"])
def test_an_old_question_undoes_no_newer_suspension(company: Company, conn: Connection, what: str) -> None:
    switch_off, switch_on, is_off = switches(company, what)
    switch_off(company["Ihor"])
    asked = switch_on(company["Ihor"])
    assert isinstance(asked, Approval)
    switch_on(operator(company))
    company.later(hours=1)
    switch_off(company["Greta"])
    with pytest.raises(Changed):
        decisions.agree(conn, company["Rūta"], asked.id, SECRET)
    assert is_off()
    again = switch_on(company["Ihor"])
    assert isinstance(again, Approval)
    assert again.id != asked.id, "it is a question of its own"
    decisions.agree(conn, company["Rūta"], again.id, SECRET)
    assert not is_off()


@pytest.mark.parametrize("how", ["dismissed", "suspended"])
def test_what_a_coordinator_asked_ends_with_their_office_for_good(
    company: Company, conn: Connection, how: str
) -> None:
    link = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(link, Approval)
    people.suspend(conn, company["Ihor"], membership(company, "Marek"))
    back = people.restore(conn, company["Ihor"], membership(company, "Marek"))
    assert isinstance(back, Approval)
    if how == "dismissed":
        standing.dismiss(conn, company["Greta"], company.ids["Ihor"])
        standing.appoint(conn, operator(company), company.ids["Ihor"])
    else:
        standing.suspend_person(conn, operator(company), company.ids["Ihor"])
        standing.restore_person(conn, operator(company), company.ids["Ihor"])
    for asked in (link, back):
        with pytest.raises(Changed):
            decisions.agree(conn, company["Rūta"], asked.id, SECRET)
    assert table.waiting(conn, company.now.replace(year=2000), 10) == []


@pytest.mark.parametrize("wish", ["member", "person", "appoint"])
def test_nobody_behind_a_number_is_let_in_again(company: Company, conn: Connection, wish: str) -> None:
    sergei = company.ids["Sergei"]
    if wish == "person":
        standing.suspend_person(conn, company["Ihor"], sergei)
    wishes: dict[str, Callable[[], Approval | None]] = {
        "member": lambda: people.restore(conn, company["Ihor"], membership(company, "Sergei")),
        "person": lambda: standing.restore_person(conn, company["Ihor"], sergei),
        "appoint": lambda: standing.propose(conn, company["Ihor"], sergei),
    }
    ask = wishes[wish]
    asked = ask()
    assert isinstance(asked, Approval)
    privacy.forget(conn, operator(company), sergei)
    with pytest.raises((Changed, NotFound)):
        decisions.agree(conn, company["Greta"], asked.id, SECRET)
    with pytest.raises(NotFound):
        ask()
    row = known.person(conn, sergei)
    assert not row.coordinator
    assert sergei not in {each.id for each in known.verified_people(conn, organisation(company, "Olena"))}
    assert table.waiting(conn, company.now.replace(year=2000), 10) == []


def test_a_number_without_anybody_is_no_coordinator_who_stays(company: Company, conn: Connection) -> None:
    asked = standing.propose(conn, company["Ihor"], company.ids["Nobody"])
    assert isinstance(asked, Approval)
    privacy.forget(conn, operator(company), company.ids["Nobody"])
    with pytest.raises((Changed, NotFound)):
        decisions.agree(conn, company["Greta"], asked.id, SECRET)
    for name in ("Greta", "Rūta"):
        standing.dismiss(conn, company["Ihor"], company.ids[name])
    with pytest.raises(LastCoordinator):
        standing.dismiss(conn, company["Ihor"], company.ids["Ihor"])


def test_nobody_lets_in_their_own_guest_by_refusing_them_first(company: Company, conn: Connection) -> None:
    home = organisation(company, "Olena")
    link = invites.invite(conn, company["Ihor"], SECRET, home)
    assert not isinstance(link, Approval)
    assert isinstance(link.invite, Invite)
    people.accept_invite(conn, company["Nobody"], link.token)
    guest = membership(company, "Nobody")
    with pytest.raises(SecondVoice):
        people.verify(conn, company["Ihor"], guest)
    people.refuse(conn, company["Ihor"], guest, "a slip")
    with pytest.raises(SecondVoice):
        people.restore(conn, company["Ihor"], guest)
    people.restore(conn, company["Greta"], guest)
    assert _member_state(conn, guest) is MemberState.VERIFIED


def test_an_ended_question_is_kept_with_nobodys_answer(company: Company, conn: Connection) -> None:
    asked = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(asked, Approval)
    standing.dismiss(conn, company["Greta"], company.ids["Ihor"])
    row = conn.execute(select(approvals).where(approvals.c.id == asked.id)).one()
    assert (row.decided_by, row.agreed) == (None, None)
    assert row.decided_at == company.now
