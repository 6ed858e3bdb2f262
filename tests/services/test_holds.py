"""Nobody holds everything for ever, by whatever order of presses."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from domain.errors import ExtendedBefore, NotWhole, Resting
from domain.model import Need, Pledge
from domain.words import MemberState, PledgeState
from services import changes, heartbeat, needs, pledges
from storage import giving, people
from tests.databases import inside
from tests.services.company import TERMS, Company

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"
DAY = timedelta(hours=24)


@pytest.fixture
def need(company: Company) -> Need:
    """Four generators, ten blankets."""
    return inside(company.conn, company.asks, (GENERATOR, 4), (BLANKET, 10))


def lapsed(company: Company, need: Need, *counts: int) -> Pledge:
    """Marek holds, and lets it lapse."""
    hold = company.promises("Marek", need, *counts, firm=False)
    company.later(hours=72)
    heartbeat.lapse_holds(company.conn, company.now, TERMS)
    assert company.pledge(hold).state is PledgeState.LAPSED
    return hold


def test_after_a_hold_lapsed_others_have_a_day(company: Company, need: Need) -> None:
    lapsed(company, need, 4)
    with pytest.raises(Resting) as refused:
        company.promises("Marek", need, 1, firm=False)
    assert refused.value.until == company.now + DAY
    company.promises("Greta", need, 1, firm=False)
    company.promises("Marek", need, 0, 5, firm=False)  # another line
    company.promises("Marek", need, 1)  # a firm promise is welcome
    company.later(hours=24)
    company.promises("Marek", need, 1, firm=False)


@pytest.mark.parametrize("how", ["withdrawn", "made firm first"])
def test_letting_go_in_whichever_way_does_not_begin_anew(company: Company, need: Need, how: str) -> None:
    standing = company.promises("Marek", need, 1, firm=False)
    hold = company.promises("Marek", need, 3, firm=False)
    if how == "made firm first":
        pledges.make_firm(company.conn, company["Marek"], hold.id)
    pledges.withdraw(company.conn, company["Marek"], hold.id, TERMS)
    row = giving.pledge_lines_of(company.conn, standing.id)[0]
    with pytest.raises(Resting):
        company.promises("Marek", need, 3, firm=False)
    with pytest.raises(Resting):
        changes.change_amount(company.conn, company["Marek"], row.id, 4000, TERMS)


def test_nobody_rests_for_others_who_could_not(company: Company, need: Need, conn: Connection) -> None:
    lapsed(company, need, 4)
    for name in ("Greta", "Rūta"):
        place = company[name].organisation_id
        assert place is not None
        member = people.membership(conn, company.ids[name], place)
        assert member is not None
        people.move_member(conn, member.id, [MemberState.VERIFIED], state=MemberState.SUSPENDED)
    company.promises("Marek", need, 4, firm=False)


def test_declined_is_not_let_go(company: Company, need: Need) -> None:
    hold = company.promises("Marek", need, 2, firm=False)
    pledges.decline(company.conn, company["Olena"], hold.id, "another model, please")
    company.promises("Marek", need, 2, firm=False)


def test_a_hold_is_kept_longer_once_over_all_holds_of_the_line(company: Company, need: Need) -> None:
    first = company.promises("Marek", need, 2, firm=False)
    changes.extend_hold(company.conn, company["Marek"], first.id, TERMS)
    beside = company.promises("Marek", need, 1, firm=False)
    with pytest.raises(ExtendedBefore):
        changes.extend_hold(company.conn, company["Marek"], beside.id, TERMS)
    pledges.withdraw(company.conn, company["Marek"], first.id, TERMS)
    company.later(hours=24)
    again = company.promises("Marek", need, 1, 1, firm=False)
    with pytest.raises(ExtendedBefore):
        changes.extend_hold(company.conn, company["Marek"], again.id, TERMS)
    blankets = company.promises("Marek", need, 0, 2, firm=False)
    changes.extend_hold(company.conn, company["Marek"], blankets.id, TERMS)
    hers = company.promises("Greta", need, 1, firm=False)
    changes.extend_hold(company.conn, company["Greta"], hers.id, TERMS)


def test_nobody_waits_for_what_they_hold_to_have_it_offered_again(company: Company, need: Need) -> None:
    """Whoever held it all and waits for it, too, is behind everybody else when it lapses."""
    line = company.line(need)
    company.promises("Marek", need, 4, firm=False)
    pledges.wait_for(company.conn, company["Marek"], line.id)
    company.later(hours=72)
    heartbeat.lapse_holds(company.conn, company.now, TERMS)
    assert company.line(need).open == 4000
    taken = company.promises("Rūta", need, 4)
    pledges.wait_for(company.conn, company["Greta"], line.id)
    pledges.withdraw(company.conn, company["Rūta"], taken.id, TERMS)
    [offer] = giving.pledges_of_need(company.conn, need.id, [PledgeState.HELD])
    assert offer.organisation_id == company["Greta"].organisation_id, "behind whoever waits since later"


def test_coordinators_see_who_holds_and_gives_nothing(company: Company, need: Need, conn: Connection) -> None:
    lapsed(company, need, 4)
    company.promises("Marek", need, 0, 1, firm=False)
    company.promises("Greta", need, 1, firm=False)
    [first, second] = giving.holders(conn)
    assert (first.organisation_id, first.held, first.let_go, first.delivered) == (
        company["Marek"].organisation_id,
        1,
        1,
        0,
    )
    assert second.held == 1


def test_half_a_generator_is_neither_asked_for_nor_given(
    company: Company, need: Need, conn: Connection
) -> None:
    line = company.line(need)
    with pytest.raises(NotWhole):
        pledges.pledge(conn, company["Marek"], need.id, {line.id: 2500}, TERMS, firm=True)
    with pytest.raises(NotWhole):
        needs.resize_line(conn, company["Olena"], line.id, 4500)
    made = company.promises("Marek", need, 2)
    row = giving.pledge_lines_of(conn, made.id)[0]
    with pytest.raises(NotWhole):
        changes.change_amount(conn, company["Marek"], row.id, 1500, TERMS)
