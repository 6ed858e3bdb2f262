"""Promising, sending, signing: as the people of the story live it."""

import asyncio

import pytest
from sqlalchemy import Connection

from domain.errors import AlreadyDone, Changed, DoesNotAddUp, Empty, Forbidden, Gone, NotVerified, Suspended
from domain.words import CloseReason, NeedState, PledgeState
from services import consignments, digests, heartbeat, needs, pledges
from services.consignments import Count
from storage import events, giving
from storage.engine import Database
from storage.needs import lines_of
from tests.services.company import TERMS, Company, gather, heard, told
from tests.services.conftest import known

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"


def arrives(company: Company, pledge_id: int, good: int, damaged: int = 0, missing: int = 0) -> int:
    """Accepted, packed, driven and signed for, in whole units of its first line."""
    pledges.accept(company.conn, company["Olena"], pledge_id)
    row = giving.pledge_lines_of(company.conn, pledge_id)[0]
    truck = consignments.pack(company.conn, company["Marek"], {row.id: row.left})
    consignments.dispatch(company.conn, company["Marek"], truck.id)
    goods = giving.goods(company.conn, truck.id)[0]
    counts = {goods.id: Count(good * 1000, damaged * 1000, missing * 1000)}
    consignments.sign_receipt(company.conn, company["Olena"], truck.id, counts)
    return truck.id


def test_two_of_four_generators_come_from_lublin(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4), (BLANKET, 200))
    pledge = company.promises("Marek", need, 2)
    assert (company.line(need).open, company.line(need).promised) == (2000, 2000)
    assert heard(company, "Olena")[-1] == "pledged"

    truck = arrives(company, pledge.id, good=2)
    line = company.line(need)
    assert (line.open, line.received, line.unsettled) == (2000, 2000, 0)
    assert company.pledge(pledge).state is PledgeState.RECEIVED
    assert heard(company, "Marek") == ["accepted", "proof"]
    assert "on_the_way" in heard(company, "Olena")
    signed = giving.consignment(conn, truck)
    assert signed is not None
    assert signed.signed_by == company.ids["Olena"]
    assert company.need(need).state is NeedState.OPEN
    assert events.broken_chains(conn) == []


def test_damaged_and_missing_are_open_again_and_the_waiting_partner_hears(company: Company) -> None:
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 4)
    line = company.line(need)
    pledges.wait_for(company.conn, company["Greta"], line.id)
    company.later(minutes=1)
    pledges.wait_for(company.conn, company["Rūta"], line.id)
    with pytest.raises(AlreadyDone):
        pledges.wait_for(company.conn, company["Greta"], line.id)
    arrives(company, pledge.id, good=2, damaged=1, missing=1)
    line = company.line(need)
    assert (line.received, line.held, line.open) == (2000, 2000, 0)
    assert heard(company, "Greta") == ["offered"]
    assert heard(company, "Rūta") == []


def test_a_count_that_does_not_add_up_is_not_signed(company: Company) -> None:
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 2)
    with pytest.raises(DoesNotAddUp):
        arrives(company, pledge.id, good=3)
    with pytest.raises(Empty):
        consignments.sign_receipt(company.conn, company["Olena"], 1, {})


def test_the_last_generator_goes_to_whoever_pressed_first(company: Company) -> None:
    need = company.asks((GENERATOR, 1))
    company.promises("Marek", need, 1)
    with pytest.raises(Gone) as refused:
        company.promises("Greta", need, 1)
    assert refused.value.left == 0
    assert company.line(need).promised == 1000


async def test_twenty_press_at_once_and_one_gets_it(file_db: Database) -> None:
    await file_db.write(gather)

    def posts(conn: Connection) -> int:
        return known(conn).asks((GENERATOR, 1)).id

    def presses(conn: Connection, need_id: int, name: str) -> int:
        company = known(conn)
        line = lines_of(conn, need_id)[0]
        return pledges.pledge(conn, company[name], need_id, {line.id: 1000}, TERMS, firm=True).id

    need_id = await file_db.write(posts)
    names = ["Marek", "Greta", "Rūta"] * 7
    everybody = [file_db.write(presses, need_id, name) for name in names]
    results = await asyncio.gather(*everybody, return_exceptions=True)
    assert sum(isinstance(each, int) for each in results) == 1
    assert sum(isinstance(each, Gone) for each in results) == len(names) - 1


def test_one_line_that_is_gone_takes_nothing_of_the_others(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 1), (BLANKET, 200))
    company.promises("Greta", need, 1)
    savepoint = conn.begin_nested()
    with pytest.raises(Gone):
        company.promises("Marek", need, 1, 100)
    savepoint.rollback()
    assert company.line(need, 1).promised == 0


def test_a_line_without_a_quantity_takes_any_pledge_until_it_is_closed(company: Company) -> None:
    need = company.asks((BLANKET, None))
    company.promises("Marek", need, 500)
    company.promises("Greta", need, 9_000)
    assert company.line(need).promised == 9_500_000
    needs.close_line(company.conn, company["Olena"], company.line(need).id, CloseReason.COVERED_ELSEWHERE)
    with pytest.raises(Gone):
        company.promises("Rūta", need, 1)


def test_a_hold_lapses_after_three_days_and_both_sides_hear(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    held = company.promises("Marek", need, 3, firm=False)
    assert company.line(need).held == 3000
    heard(company, "Marek"), heard(company, "Olena")
    assert heartbeat.lapse_holds(conn, company.later(hours=71, minutes=59)) == 0
    assert heartbeat.lapse_holds(conn, company.later(minutes=1)) == 1
    assert heartbeat.lapse_holds(conn, company.now) == 0
    assert company.line(need).open == 4000
    assert company.pledge(held).state is PledgeState.LAPSED
    assert heard(company, "Marek") == ["lapsed"]
    assert heard(company, "Olena") == ["lapsed"]


def test_a_hold_made_firm_does_not_lapse(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    held = company.promises("Marek", need, 3, firm=False)
    pledges.make_firm(conn, company["Marek"], held.id)
    assert heartbeat.lapse_holds(conn, company.later(days=30)) == 0
    assert (company.line(need).held, company.line(need).promised) == (0, 3000)
    with pytest.raises(Changed):
        pledges.make_firm(conn, company["Marek"], held.id)


def test_a_hold_cannot_be_accepted_nor_a_promise_twice(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    held = company.promises("Marek", need, 1, firm=False)
    promised = company.promises("Marek", need, 1)
    with pytest.raises(Changed):
        pledges.accept(conn, company["Olena"], held.id)
    pledges.accept(conn, company["Olena"], promised.id)
    with pytest.raises(Changed):
        pledges.accept(conn, company["Olena"], promised.id)


def test_declined_with_a_reason_it_is_open_again(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 4)
    pledges.decline(conn, company["Olena"], pledge.id, "Потрібні трифазні")
    assert company.line(need).open == 4000
    assert company.pledge(pledge).reason == "Потрібні трифазні"
    assert heard(company, "Marek") == ["declined"]


def test_goods_of_several_pledges_travel_together(company: Company, conn: Connection) -> None:
    first, second = company.asks((GENERATOR, 4)), company.asks((BLANKET, 200))
    made = [company.promises("Marek", first, 2), company.promises("Marek", second, 200)]
    for pledge in made:
        pledges.accept(conn, company["Olena"], pledge.id)
    rows = {row.id: row.left for pledge in made for row in giving.pledge_lines_of(conn, pledge.id)}
    truck = consignments.pack(conn, company["Marek"], rows)
    with pytest.raises(Changed):  # nothing is packed twice
        consignments.pack(conn, company["Marek"], rows)
    consignments.dispatch(conn, company["Marek"], truck.id)
    assert company.line(first).on_the_way == 2000
    assert company.line(second).on_the_way == 200_000
    consignments.arrive(conn, company["Olena"], truck.id)
    with pytest.raises(Changed):
        pledges.withdraw(conn, company["Marek"], made[0].id)


def test_goods_for_two_hromadas_do_not_share_a_receipt(company: Company, conn: Connection) -> None:
    ours, theirs = company.asks((GENERATOR, 4)), company.asks((GENERATOR, 4), by="Taras")
    one, two = company.promises("Marek", ours, 1), company.promises("Marek", theirs, 1)
    pledges.accept(conn, company["Olena"], one.id)
    pledges.accept(conn, company["Taras"], two.id)
    rows = {row.id: row.left for each in (one, two) for row in giving.pledge_lines_of(conn, each.id)}
    with pytest.raises(Forbidden):
        consignments.pack(conn, company["Marek"], rows)


def test_a_part_is_sent_and_the_rest_will_not_come(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 4)
    pledges.accept(conn, company["Olena"], pledge.id)
    row = giving.pledge_lines_of(conn, pledge.id)[0]
    truck = consignments.pack(conn, company["Marek"], {row.id: 1000})
    consignments.dispatch(conn, company["Marek"], truck.id)
    pledges.withdraw_rest(conn, company["Marek"], pledge.id)
    line = company.line(need)
    assert (line.open, line.promised, line.on_the_way) == (3000, 0, 1000)
    assert "withdrawn" in heard(company, "Olena")


def test_an_unpacked_truck_leaves_its_pledges_as_they_were(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 2)
    pledges.accept(conn, company["Olena"], pledge.id)
    row = giving.pledge_lines_of(conn, pledge.id)[0]
    truck = consignments.pack(conn, company["Marek"], {row.id: 2000})
    consignments.cancel(conn, company["Marek"], truck.id)
    assert giving.pledge_lines_of(conn, pledge.id)[0].left == 2000
    assert company.line(need).promised == 2000
    pledges.withdraw(conn, company["Marek"], pledge.id)
    assert company.line(need).open == 4000


def test_cancelled_with_a_truck_on_the_road_it_may_still_be_signed_for(
    company: Company, conn: Connection
) -> None:
    need = company.asks((GENERATOR, 4))
    pledge, held = company.promises("Marek", need, 1), company.promises("Greta", need, 2, firm=False)
    pledges.accept(conn, company["Olena"], pledge.id)
    row = giving.pledge_lines_of(conn, pledge.id)[0]
    truck = consignments.pack(conn, company["Marek"], {row.id: 1000})
    consignments.dispatch(conn, company["Marek"], truck.id)
    needs.cancel_need(conn, company["Olena"], need.id)
    assert company.pledge(held).state is PledgeState.DECLINED
    assert "need_gone" in heard(company, "Greta")
    assert "need_gone" in heard(company, "Marek")
    goods = giving.goods(conn, truck.id)[0]
    consignments.sign_receipt(conn, company["Olena"], truck.id, {goods.id: Count(1000, 0, 0)})
    line = company.line(need)
    assert (line.received, line.waived, line.open) == (1000, 3000, 0)


def test_the_wrong_people_are_refused(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    pledge = company.promises("Marek", need, 1)
    for name, error in (
        ("Petro", NotVerified),
        ("Sergei", Suspended),
        ("Nobody", Forbidden),
        ("Taras", Forbidden),
    ):
        with pytest.raises(error):
            pledges.accept(conn, company[name], pledge.id)
    with pytest.raises(Forbidden):
        pledges.withdraw(conn, company["Greta"], pledge.id)
    with pytest.raises(Forbidden):
        pledges.pledge(conn, company["Taras"], need.id, {company.line(need).id: 1000}, TERMS, firm=True)


def test_who_subscribed_hears_of_a_need_at_once(company: Company, conn: Connection) -> None:
    for name, sector in (("Marek", "energy"), ("Greta", "water"), ("Rūta", "")):
        if sector:
            digests.toggle_filter(conn, company[name], company.account(name), "instant", "sector", sector)
        digests.watch(conn, company[name], company.account(name))
    company.asks((GENERATOR, 4))
    assert heard(company, "Marek") == ["new_need"]
    assert heard(company, "Greta") == []
    assert told(company, company.account("Rūta")) == ["new_need"]
