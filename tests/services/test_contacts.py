"""Contacts are of whoever acts now, from acceptance until some time after the receipt."""

from datetime import timedelta

from sqlalchemy import Connection

from domain.actor import Actor
from domain.model import Person
from domain.notices import Lane
from domain.words import OrganisationState
from handlers.reader import House
from handlers.render import render
from services import consignments, contacts, pledges
from services import people as services
from storage import giving, people
from tests.services.company import TERMS, Company, heard
from tests.story.attempts import waiting

GENERATOR = "energy.generator-diesel"


def sees(company: Company, name: str, pledge_id: int) -> str:
    """The pledge as this person reads it now."""
    row = waiting("pledge", {"pledge_id": pledge_id}, company.account(name), Lane.REPLY)
    view = render(company.conn, row, company.now, House("bridge_bot"))
    assert view is not None
    return view.text.unescape()


def accepted(company: Company) -> int:
    """Marek's two generators for Olena."""
    pledge = company.promises("Marek", company.asks((GENERATOR, 4)), 2)
    pledges.accept(company.conn, company["Olena"], pledge.id)
    return pledge.id


def received(company: Company) -> int:
    """The same, signed for now."""
    pledge_id = accepted(company)
    row = giving.pledge_lines_of(company.conn, pledge_id)[0]
    truck = consignments.pack(company.conn, company["Marek"], {row.id: 2000})
    consignments.dispatch(company.conn, company["Marek"], truck.id)
    counts = {each.id: consignments.Count(2000, 0, 0) for each in giving.goods(company.conn, truck.id)}
    consignments.sign_receipt(company.conn, company["Olena"], truck.id, counts)
    return pledge_id


def newcomer(company: Company, name: str, like: str) -> Person:
    """A colleague with a phone and a street of their own, verified."""
    person = services.meet(company.conn, company.now, 3000 + len(name), name, "en")
    company.ids[name] = person.id
    services.set_contacts(
        company.conn, Actor(person.id, company.now), phone="+380 44 999 99 99", address=f"{name}'s street"
    )
    place = company[like].organisation_id
    facts = {"person_id": person.id, "organisation_id": place, "asked_at": company.now}
    member = people.add_member(company.conn, state="pending", **facts)
    services.verify(company.conn, company["Ihor"], member.id)
    people.change_person(company.conn, person.id, acting_for=place)
    return person


def test_nobody_s_before_acceptance_and_nobody_s_long_after_the_receipt(company: Company) -> None:
    pledge = company.promises("Marek", company.asks((GENERATOR, 4)), 2)
    assert "+380" not in sees(company, "Olena", pledge.id)
    pledge_id = received(company)
    assert "+380 44 000 00 02" in sees(company, "Olena", pledge_id)
    company.later(days=29, hours=23)
    assert "+380 44 000 00 00" in sees(company, "Marek", pledge_id)
    company.later(hours=2)
    assert "+380" not in sees(company, "Olena", pledge_id)
    assert "street" not in sees(company, "Marek", pledge_id)


def test_it_is_counted_from_the_receipt_whatever_happens_later(company: Company, conn: Connection) -> None:
    found = giving.pledge(conn, received(company))
    assert found is not None
    last = company.now + TERMS.contacts - timedelta(seconds=1)
    assert contacts.are_open(conn, found, last, TERMS)
    assert not contacts.are_open(conn, found, last + timedelta(seconds=1), TERMS)


def test_two_sides_may_call_each_other_by_any_accepted_pledge(company: Company, conn: Connection) -> None:
    found = giving.pledge(conn, accepted(company))
    assert found is not None
    for name, may in (("Marek", True), ("Greta", False)):
        partner_id = company[name].organisation_id
        assert partner_id is not None
        assert contacts.are_open_between(conn, found.need_id, partner_id, company.now, TERMS) is may


def test_they_are_of_the_people_who_act_now(company: Company) -> None:
    """Not of whoever promised or accepted once: somebody who was suspended is not called any more."""
    pledge_id = accepted(company)
    newcomer(company, "Ivan", "Olena")
    place = company["Olena"].organisation_id
    assert place is not None
    member = people.membership(company.conn, company.ids["Olena"], place)
    assert member is not None
    assert sees(company, "Marek", pledge_id).index("Olena") < sees(company, "Marek", pledge_id).index("Ivan")
    services.suspend(company.conn, company["Ihor"], member.id)
    text = sees(company, "Marek", pledge_id)
    assert "👤 Olena" not in text
    assert "+380 44 000 00 00" not in text
    assert "+380 44 999 99 99" in text


def test_the_address_is_the_organisation_s(company: Company) -> None:
    """Of whoever gave one first; a colleague's own street is never shown."""
    pledge_id = accepted(company)
    newcomer(company, "Ivan", "Olena")
    assert "Olena's street" in sees(company, "Marek", pledge_id)
    assert "Ivan's street" not in sees(company, "Marek", pledge_id)
    heard(company, "Olena")
    services.set_contacts(company.conn, company["Ivan"], address="Warehouse 3")
    assert "Warehouse 3" in sees(company, "Marek", pledge_id)
    assert "Olena's street" not in sees(company, "Marek", pledge_id)
    assert heard(company, "Olena") == ["address_changed"]


def test_nobody_is_named_where_nobody_acts(company: Company, conn: Connection) -> None:
    pledge_id = accepted(company)
    place = company["Olena"].organisation_id
    assert place is not None
    people.set_organisation_state(conn, place, OrganisationState.SUSPENDED)
    text = sees(company, "Marek", pledge_id)
    assert "nobody acts for it" in text
    assert "+380" not in text
    assert "street" not in text
