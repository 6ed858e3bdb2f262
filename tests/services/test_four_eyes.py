"""Four eyes: one account that belongs to both sides of a promise answers for one of them only."""

import pytest
from sqlalchemy import Connection

from domain.errors import SamePerson
from domain.model import Consignment, Need, Pledge
from services import changes, consignments, pledges, thanks
from storage import giving, people
from tests.databases import inside
from tests.services.company import TERMS, Company

GENERATOR = "energy.generator-diesel"


@pytest.fixture
def need(company: Company) -> Need:
    """Marek gives; he has a seat in Olena's hromada, and Olena one in his town. Both have colleagues of their own."""
    return inside(company.conn, _prepared, company)


def _prepared(company: Company) -> Need:
    for name, like, account in (("Ivan", "Olena", 3001), ("Ola", "Marek", 3002)):
        person = people.add_person(
            company.conn, account=account, name=name, language="en", created_at=company.now
        )
        company.ids[name] = person.id
        joins(company, name, like)
    joins(company, "Marek", "Olena", stays=True)
    joins(company, "Olena", "Marek", stays=True)
    return company.asks((GENERATOR, 10))


def joins(company: Company, name: str, like: str, *, stays: bool = False) -> None:
    """Becomes a colleague of somebody."""
    organisation_id = company[like].organisation_id
    assert organisation_id is not None
    known = people.membership(company.conn, company.ids[like], organisation_id)
    assert known is not None
    facts = {"organisation_id": organisation_id, "state": known.state, "asked_at": company.now}
    people.add_member(company.conn, person_id=company.ids[name], **facts)
    if not stays:
        people.change_person(company.conn, company.ids[name], acting_for=organisation_id)


def hat(company: Company, name: str, like: str) -> None:
    """Acts for the other one from now on."""
    people.change_person(company.conn, company.ids[name], acting_for=company[like].organisation_id)


def driving(company: Company, need: Need, packer: str = "Marek") -> tuple[Pledge, Consignment]:
    """Marek's generators, accepted by Ivan, packed by somebody of the giver's, on their way."""
    pledge = company.promises("Marek", need, 2)
    pledges.accept(company.conn, company["Ivan"], pledge.id)
    row = giving.pledge_lines_of(company.conn, pledge.id)[0]
    truck = consignments.pack(company.conn, company[packer], {row.id: 2000})
    consignments.dispatch(company.conn, company[packer], truck.id)
    return pledge, truck


def test_whoever_promised_neither_accepts_nor_declines(
    company: Company, conn: Connection, need: Need
) -> None:
    pledge = company.promises("Marek", need, 2)
    hat(company, "Marek", "Olena")
    with pytest.raises(SamePerson):
        pledges.accept(conn, company["Marek"], pledge.id)
    with pytest.raises(SamePerson):
        pledges.decline(conn, company["Marek"], pledge.id, "why")
    pledges.accept(conn, company["Ivan"], pledge.id)


def test_a_colleague_s_name_on_the_pledge_does_not_hide_who_made_it_firm(
    company: Company, conn: Connection, need: Need
) -> None:
    """What somebody did stands in the history: the row may name another one."""
    pledge = company.promises("Ola", need, 2, firm=False)
    pledges.make_firm(conn, company["Marek"], pledge.id)
    hat(company, "Marek", "Olena")
    with pytest.raises(SamePerson):
        pledges.accept(conn, company["Marek"], pledge.id)


def test_whoever_packed_neither_signs_nor_shows_photos_nor_thanks(
    company: Company, conn: Connection, need: Need
) -> None:
    _, truck = driving(company, need, "Ola")
    joins(company, "Ola", "Olena", stays=True)
    hat(company, "Ola", "Olena")
    counts = {row.id: consignments.Count(2000, 0, 0) for row in giving.goods(conn, truck.id)}
    with pytest.raises(SamePerson):
        consignments.add_photo(conn, company["Ola"], truck.id, "x", "x")
    with pytest.raises(SamePerson):
        consignments.sign_receipt(conn, company["Ola"], truck.id, counts)
    hat(company, "Marek", "Olena")
    with pytest.raises(SamePerson):  # who promised what travels in it
        consignments.sign_receipt(conn, company["Marek"], truck.id, counts)
    consignments.sign_receipt(conn, company["Ivan"], truck.id, counts)
    for name in ("Ola", "Marek"):
        with pytest.raises(SamePerson):
            thanks.thank(conn, company[name], truck.id, "thanks", "en")


def test_whoever_accepted_neither_packs_nor_sends_nor_changes_the_amount(
    company: Company, conn: Connection, need: Need
) -> None:
    pledge = company.promises("Marek", need, 2)
    pledges.accept(conn, company["Olena"], pledge.id)
    row = giving.pledge_lines_of(conn, pledge.id)[0]
    hat(company, "Olena", "Marek")
    with pytest.raises(SamePerson):
        consignments.pack(conn, company["Olena"], {row.id: 1000})
    with pytest.raises(SamePerson):
        changes.change_amount(conn, company["Olena"], row.id, 3000, TERMS)
    truck = consignments.pack(conn, company["Ola"], {row.id: 1000})
    with pytest.raises(SamePerson):
        consignments.dispatch(conn, company["Olena"], truck.id)


def test_whoever_thanked_does_not_let_the_thanks_be_shown(
    company: Company, conn: Connection, need: Need
) -> None:
    _, truck = driving(company, need)
    counts = {row.id: consignments.Count(2000, 0, 0) for row in giving.goods(conn, truck.id)}
    consignments.sign_receipt(conn, company["Ivan"], truck.id, counts)
    made = thanks.thank(conn, company["Olena"], truck.id, "thanks", "en")
    hat(company, "Olena", "Marek")
    with pytest.raises(SamePerson):
        thanks.decide(conn, company["Olena"], made.id, share=True)
    thanks.decide(conn, company["Marek"], made.id, share=True)


def test_the_signer_is_named_as_called_when_signing(company: Company, conn: Connection, need: Need) -> None:
    _, truck = driving(company, need)
    counts = {row.id: consignments.Count(2000, 0, 0) for row in giving.goods(conn, truck.id)}
    consignments.sign_receipt(conn, company["Ivan"], truck.id, counts)
    people.change_person(conn, company.ids["Ivan"], name="Somebody else")
    signed = giving.consignment(conn, truck.id)
    assert signed is not None
    assert (signed.signed_by, signed.signed_as) == (company.ids["Ivan"], "Ivan")
