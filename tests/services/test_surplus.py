"""What is promised for a closed line goes to whoever else asks for it, the nearest first, with one press."""

import asyncio

import pytest
from sqlalchemy import Connection

from domain.errors import Changed, Forbidden, Gone, NotFound
from domain.model import Need, Pledge
from domain.places import places
from domain.places.near import kilometres, nearness
from domain.words import CloseReason, EventKind, NeedState, PledgeState
from services import consignments, needs, pledges, surplus
from storage import events, giving
from storage.engine import Database
from storage.needs import lines_of
from storage.surplus import who_else
from tests.databases import inside
from tests.services.company import NIKOPOL, PERVOMAISK, TERMS, Company, gather, heard
from tests.services.conftest import known

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"


def closed(company: Company, pledge_of: Pledge) -> int:
    """Olena closes the first line of it as covered elsewhere; the row that is left over."""
    row = giving.pledge_lines_of(company.conn, pledge_of.id)[0]
    needs.close_line(company.conn, company["Olena"], row.line_id, CloseReason.COVERED_ELSEWHERE)
    return row.id


@pytest.fixture
def left_over(company: Company) -> tuple[Need, Pledge, int, Need]:
    """Olena no longer needs the generators Marek promised; Taras does need some."""
    return inside(company.conn, _left_over, company)


def _left_over(company: Company) -> tuple[Need, Pledge, int, Need]:
    elsewhere = company.asks((GENERATOR, 3), by="Taras")
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 4)
    row_id = closed(company, pledge)
    for name in ("Olena", "Taras", "Marek"):
        heard(company, name)
    return need, pledge, row_id, elsewhere


def test_one_press_moves_it_and_everybody_hears(
    company: Company, conn: Connection, left_over: tuple[Need, Pledge, int, Need]
) -> None:
    need, pledge, row_id, elsewhere = left_over
    target = company.line(elsewhere)
    made = surplus.move(conn, company["Marek"], row_id, target.id, 3000, TERMS)
    assert (company.line(need).promised, company.line(need).waived) == (1000, 3000)
    assert (company.line(elsewhere).open, company.line(elsewhere).promised) == (0, 3000)
    assert made.state is PledgeState.PROMISED  # the new hromada accepts it
    assert company.pledge(pledge).state is PledgeState.PROMISED  # one generator is promised here yet
    assert heard(company, "Taras") == ["pledged"]
    assert heard(company, "Olena") == ["moved_on"]
    here = [event.kind for event in events.of_need(conn, need.id)]
    there = [event.kind for event in events.of_need(conn, elsewhere.id)]
    assert here[0] is EventKind.PLEDGE_MOVED
    assert there[0] is EventKind.PLEDGE_PROMISED
    assert events.broken_chains(conn) == []


def test_when_all_of_it_moves_the_old_promise_ends_and_so_does_the_need(
    company: Company, conn: Connection, left_over: tuple[Need, Pledge, int, Need]
) -> None:
    need, pledge, row_id, elsewhere = left_over
    needs.resize_line(conn, company["Taras"], company.line(elsewhere).id, 9000, TERMS)
    surplus.move(conn, company["Marek"], row_id, company.line(elsewhere).id, 4000, TERMS)
    assert company.pledge(pledge).state is PledgeState.WITHDRAWN
    assert company.need(need).state is NeedState.CLOSED_SHORT
    assert company.line(elsewhere).promised == 4000


def test_a_hold_stays_a_hold_and_other_lines_of_the_pledge_stay(company: Company, conn: Connection) -> None:
    elsewhere = company.asks((GENERATOR, 3), by="Taras")
    need = company.asks((GENERATOR, 2), (BLANKET, 100))
    held = company.promises("Marek", need, 2, 50, firm=False)
    made = surplus.move(
        conn, company["Marek"], closed(company, held), company.line(elsewhere).id, 2000, TERMS
    )
    assert made.state is PledgeState.HELD
    assert company.line(elsewhere).held == 2000
    assert company.pledge(held).state is PledgeState.HELD
    assert [row.quantity for row in giving.pledge_lines_of(conn, held.id)] == [50_000]


def test_what_may_not_be_moved(
    company: Company, conn: Connection, left_over: tuple[Need, Pledge, int, Need]
) -> None:
    _, pledge, row_id, elsewhere = left_over
    target = company.line(elsewhere).id
    other_item = company.line(company.asks((BLANKET, 10), by="Taras")).id
    still_asked = company.promises("Marek", company.asks((GENERATOR, 4)), 1)
    open_row = giving.pledge_lines_of(conn, still_asked.id)[0].id
    marek = company["Marek"]
    for actor, row, line, amount, refusal in (
        (company["Greta"], row_id, target, 1000, Forbidden),
        (company["Olena"], row_id, target, 1000, Forbidden),
        (marek, row_id, target, 5000, Changed),
        (marek, row_id, target, 4000, Gone),
        (marek, row_id, other_item, 1000, Changed),
        (marek, open_row, target, 1000, Changed),
        (marek, row_id, 999_999, 1000, NotFound),
    ):
        savepoint = conn.begin_nested()
        with pytest.raises(refusal):
            surplus.move(conn, actor, row, line, amount, TERMS)
        savepoint.rollback()
    pledges.accept(conn, company["Olena"], pledge.id)
    consignments.pack(conn, marek, {row_id: 4000})
    with pytest.raises(Changed):  # it stands in the truck
        surplus.move(conn, marek, row_id, target, 1000, TERMS)


async def test_two_partners_move_to_the_last_place_at_once(db: Database) -> None:
    await db.write(gather)

    def begins(conn: Connection) -> tuple[int, list[int]]:
        company = known(conn)
        elsewhere = company.asks((GENERATOR, 1), by="Taras")
        need = company.asks((GENERATOR, 4))
        made = [company.promises(name, need, 1) for name in ("Marek", "Greta", "Rūta")]
        rows = [giving.pledge_lines_of(conn, each.id)[0].id for each in made]
        needs.close_line(conn, company["Olena"], company.line(need).id, CloseReason.NOT_NEEDED)
        return company.line(elsewhere).id, rows

    target, rows = await db.write(begins)

    def moves(conn: Connection, name: str, row_id: int) -> int:
        return surplus.move(conn, known(conn)[name], row_id, target, 1000, TERMS).id

    every = [db.write(moves, name, row) for name, row in zip(("Marek", "Greta", "Rūta"), rows, strict=True)]
    found = await asyncio.gather(*every, return_exceptions=True)
    assert sum(isinstance(each, int) for each in found) == 1
    assert sum(isinstance(each, Gone) for each in found) == 2

    def stands(conn: Connection) -> list[tuple[int, int]]:
        return [(line.promised, line.waived) for need in (1, 2) for line in lines_of(conn, need)]

    assert await db.write(stands) == [(1000, 0), (2000, 2000)]


def test_the_nearest_comes_first(company: Company, conn: Connection) -> None:
    far = company.asks((GENERATOR, 3), by="Taras")
    near = company.asks((GENERATOR, 3))
    company.asks((BLANKET, 3))
    gone = company.asks((GENERATOR, 1))
    company.promises("Rūta", gone, 1)
    here = company.asks((GENERATOR, 4))
    found = [need.id for _, need in who_else(conn, company.line(here))]
    assert found == [near.id, far.id]
    needs.cancel_need(conn, company["Olena"], near.id)
    assert [need.id for _, need in who_else(conn, company.line(here))] == [far.id]


def test_distances_are_those_of_the_map() -> None:
    assert 460 < kilometres("UA46", "UA80") < 475  # Lviv, Kyiv
    assert kilometres("UA48", "UA65") < kilometres("UA48", "UA51") < kilometres("UA48", "UA46")
    assert all(kilometres("UA80", code) < 800 for code in places().oblasts)
    assert nearness(PERVOMAISK, PERVOMAISK) == (0, 0.0)
    assert nearness(PERVOMAISK, "UA48060000000000000")[0] == 1
    assert nearness(PERVOMAISK, NIKOPOL)[0] == 2
    assert nearness(PERVOMAISK, "nowhere") > nearness(PERVOMAISK, NIKOPOL)
