"""Who may act: verification, refusal, suspension, invites, several organisations, contacts."""

import pytest
from sqlalchemy import Connection

from domain.actor import Actor
from domain.errors import AlreadyDone, Forbidden, NotVerified, RestAfterRefusal, Suspended
from domain.words import Language, MemberState
from services import people
from storage import events
from storage import people as table
from tests.services.company import HEADQUARTERS, NIKOPOL, PERVOMAISK, Company, heard, told


def member_of(company: Company, name: str) -> int:
    """The membership in question."""
    return table.memberships(company.conn, company.ids[name])[0][0].id


def test_a_pending_official_may_not_act_until_a_coordinator_says_so(
    company: Company, conn: Connection
) -> None:
    with pytest.raises(NotVerified):
        company.asks(("winter.blanket", 5), by="Petro")
    people.verify(conn, company["Ihor"], member_of(company, "Petro"))
    assert heard(company, "Petro")[0] == "verified"
    company.asks(("winter.blanket", 5), by="Petro")


def test_a_refusal_has_a_reason_and_another_organisation_can_be_chosen(
    company: Company, conn: Connection
) -> None:
    people.refuse(conn, company["Ihor"], member_of(company, "Petro"), "Надішліть лист із печаткою")
    assert heard(company, "Petro")[0] == "refused"
    with pytest.raises(Forbidden):
        company["Petro"].official()
    with pytest.raises(RestAfterRefusal):
        people.register_hromada(conn, company["Petro"], NIKOPOL, "")
    company.later(hours=24)
    again = people.register_hromada(conn, company["Petro"], NIKOPOL, "")
    assert again.state is MemberState.PENDING


def test_only_coordinators_decide(company: Company, conn: Connection) -> None:
    for name in ("Olena", "Marek", "Petro", "Nobody"):
        for deed in (people.verify, people.suspend, people.restore):
            with pytest.raises(Forbidden):
                deed(conn, company[name], member_of(company, "Petro"))


def test_a_suspended_member_keeps_nothing_but_the_history(company: Company, conn: Connection) -> None:
    need = company.asks(("winter.blanket", 5))
    people.suspend(conn, company["Ihor"], member_of(company, "Olena"))
    with pytest.raises(Suspended):
        company.asks(("winter.blanket", 5))
    assert company.need(need).live
    people.restore(conn, company["Ihor"], member_of(company, "Olena"))
    company.asks(("winter.blanket", 5))
    assert events.broken_chains(conn) == []


def test_whoever_registers_is_shown_to_the_coordinators(company: Company, conn: Connection) -> None:
    people.register_hromada(conn, company["Nobody"], PERVOMAISK, "")
    assert told(company, HEADQUARTERS) == ["verification"]


def test_a_person_may_act_for_several_and_switches(company: Company, conn: Connection) -> None:
    people.register_hromada(conn, company["Olena"], NIKOPOL, "")
    pervomaisk = table.organisation_of(conn, PERVOMAISK)
    nikopol = table.organisation_of(conn, NIKOPOL)
    assert pervomaisk is not None
    assert nikopol is not None
    people.switch(conn, company["Olena"], nikopol.id)
    with pytest.raises(NotVerified):
        company["Olena"].official()
    people.switch(conn, company["Olena"], pervomaisk.id)
    assert company["Olena"].official() == pervomaisk.id
    with pytest.raises(Forbidden):
        people.switch(conn, company["Marek"], pervomaisk.id)


def test_asking_twice_for_the_same_is_answered_kindly(company: Company, conn: Connection) -> None:
    with pytest.raises(AlreadyDone):
        people.register_hromada(conn, company["Olena"], PERVOMAISK, "")


@pytest.mark.parametrize(
    ("code", "spoken"),
    [
        ("uk", "uk"),
        ("pl-PL", "pl"),
        ("de-AT", "de"),
        ("fr", "en"),
        (None, "en"),
        ("", "en"),
        ("xx-very-odd", "en"),
    ],
)
def test_the_bot_speaks_the_nearest_language(code: str | None, spoken: str) -> None:
    assert people.guess_language(code) is Language(spoken)


def test_a_chosen_language_stays(company: Company, conn: Connection) -> None:
    people.set_language(conn, company["Olena"], "pl")
    again = people.meet(conn, company.now, company.account("Olena"), "Olena K.", "uk")
    assert (again.language, again.name) == ("pl", "Olena K.")


def test_nobody_is_nobody() -> None:
    from tests.services.company import MORNING

    stranger = Actor(1, MORNING)
    for ask in (stranger.official, stranger.partner, stranger.must_coordinate):
        with pytest.raises(Forbidden):
            ask()
