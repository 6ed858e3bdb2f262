"""The waiting list: what comes back is offered to whoever waits longest, for a day, then to the next."""

import pytest
from sqlalchemy import Connection

from domain.errors import AlreadyDone, Changed, Gone
from domain.words import CloseReason, PledgeState
from services import changes, heartbeat, needs, people, pledges
from storage import events, giving
from storage import needs as stored_needs
from storage import people as stored_people
from tests.databases import inside
from tests.services.company import TERMS, Company, heard

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"


@pytest.fixture
def all_promised(company: Company) -> Company:
    """Marek promised all four; first Greta waits, then Rūta."""
    return inside(company.conn, _all_promised, company)


def _all_promised(company: Company) -> Company:
    need = company.asks((GENERATOR, 4))
    company.promises("Marek", need, 4)
    for name in ("Greta", "Rūta"):
        pledges.wait_for(company.conn, company[name], company.line(need).id)
        company.later(minutes=1)
    for name in ("Olena", "Marek", "Greta", "Rūta"):
        heard(company, name)
    return company


def offer_to(company: Company, name: str) -> int:
    """The pledge that waits for this partner's yes."""
    organisation_id = company[name].partner()
    found = giving.pledges_by(company.conn, organisation_id, [PledgeState.HELD])
    assert [each.offered for each in found] == [True]
    return found[0].id


def the_line(company: Company) -> tuple[int | None, int, int]:
    """Open, held and promised, in whole units."""
    need = stored_needs.need(company.conn, 1)
    assert need is not None
    line = company.line(need)
    return (line.open or 0) // 1000, line.held // 1000, line.promised // 1000


def test_what_comes_back_is_kept_for_the_first_and_passes_on_to_the_next(
    all_promised: Company, conn: Connection
) -> None:
    company = all_promised
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    assert the_line(company) == (0, 4, 0)
    assert heard(company, "Greta") == ["offered"]
    assert heard(company, "Rūta") == []
    assert heard(company, "Olena") == ["withdrawn"]

    assert heartbeat.lapse_holds(conn, company.later(hours=23), TERMS) == 0
    assert heartbeat.lapse_holds(conn, company.later(hours=1), TERMS) == 1
    assert heard(company, "Greta") == ["lapsed"]
    assert heard(company, "Rūta") == ["offered"]
    assert heard(company, "Olena") == []  # nobody had promised her anything
    assert heartbeat.lapse_holds(conn, company.later(hours=24), TERMS) == 1
    assert the_line(company) == (4, 0, 0)
    assert events.broken_chains(conn) == []


def test_one_press_says_yes_and_the_hromada_hears_of_a_promise(
    all_promised: Company, conn: Connection
) -> None:
    company = all_promised
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    heard(company, "Olena")
    offer = offer_to(company, "Greta")
    with pytest.raises(Changed):  # others wait behind it
        changes.extend_hold(conn, company["Greta"], offer, TERMS)
    pledges.make_firm(conn, company["Greta"], offer)
    assert the_line(company) == (0, 0, 4)
    assert heard(company, "Olena") == ["pledged"]
    pledges.accept(conn, company["Olena"], offer)
    assert heartbeat.lapse_holds(conn, company.later(days=2), TERMS) == 0


def test_one_press_says_no_and_the_next_is_asked_at_once(all_promised: Company, conn: Connection) -> None:
    company = all_promised
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    heard(company, "Olena")
    pledges.withdraw(conn, company["Greta"], offer_to(company, "Greta"), TERMS)
    assert heard(company, "Rūta") == ["offered"]
    assert heard(company, "Olena") == []
    pledges.wait_for(conn, company["Greta"], 1)  # and may queue up again
    with pytest.raises(AlreadyDone):
        pledges.wait_for(conn, company["Greta"], 1)


def test_whoever_takes_a_part_leaves_the_rest_to_the_next(all_promised: Company, conn: Connection) -> None:
    company = all_promised
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    heard(company, "Olena"), heard(company, "Greta")
    offer = offer_to(company, "Greta")
    row = giving.pledge_lines_of(conn, offer)[0]
    changes.change_amount(conn, company["Greta"], row.id, 1000, TERMS)
    assert heard(company, "Rūta") == ["offered"]
    assert heard(company, "Olena") == []
    pledges.make_firm(conn, company["Greta"], offer)
    assert the_line(company) == (0, 3, 1)


def test_during_the_offer_nobody_else_gets_it(all_promised: Company, conn: Connection) -> None:
    company = all_promised
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    need = stored_needs.need(conn, 1)
    assert need is not None
    with pytest.raises(Gone):
        company.promises("Marek", need, 1)


def test_a_partner_with_nobody_left_is_passed_over(all_promised: Company, conn: Connection) -> None:
    company = all_promised
    member = stored_people.membership(conn, company.ids["Greta"], company["Greta"].partner())
    assert member is not None
    people.suspend(conn, company["Ihor"], member.id)
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    assert heard(company, "Rūta") == ["offered"]


def test_what_is_asked_for_in_addition_is_offered_too(all_promised: Company, conn: Connection) -> None:
    company = all_promised
    needs.resize_line(conn, company["Olena"], 1, 6000, TERMS)
    assert the_line(company) == (0, 2, 4)
    assert heard(company, "Greta") == ["offered"]
    assert heard(company, "Marek") == []


def test_of_a_closed_line_nothing_is_offered(all_promised: Company, conn: Connection) -> None:
    company = all_promised
    needs.close_line(conn, company["Olena"], 1, CloseReason.NOT_NEEDED)
    pledges.withdraw(conn, company["Marek"], 1, TERMS)
    assert heard(company, "Greta") == []
    assert the_line(company) == (0, 0, 0)


def test_whoever_withdraws_is_not_offered_their_own(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    mine = company.promises("Marek", need, 4)
    pledges.wait_for(conn, company["Marek"], company.line(need).id)
    pledges.withdraw(conn, company["Marek"], mine.id, TERMS)
    assert company.line(need).open == 4000
