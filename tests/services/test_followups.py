"""Asked once, asked twice, never thrice; what is resolved is not asked about, and who slept does not make up for it."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, event, update

from domain.errors import AlreadyDone, Changed, Forbidden
from domain.followups import FOLLOWUPS, FollowupKind
from domain.model import Consignment, Pledge
from services import changes, consignments, heartbeat, needs, pledges
from services.consignments import Count
from services.followups import follow_up
from services.schedule import jobs
from storage import followups, giving
from storage.engine import Database
from storage.schema.giving import pledges as stored_pledges
from tests.services.company import TERMS, Company, gather, heard
from tests.services.conftest import known

GENERATOR = "energy.generator-diesel"
READY, ETA = date(2026, 3, 6), date(2026, 3, 10)


def tick(company: Company) -> None:
    """Everything that is due by itself, as the ticker does it."""
    for job in jobs(TERMS).values():
        job(company.conn, company.now)


def days(company: Company, count: float, hours: float = 3) -> list[str]:
    """Let time pass in steps, with a tick each; everything the people of the story heard of, with the hour it came."""
    heard_of = []
    begin, step = company.now, timedelta(hours=hours)
    while company.now < begin + timedelta(days=count):
        company.now += step
        tick(company)
        for name in ("Olena", "Marek"):
            after = int((company.now - begin) / timedelta(hours=1))
            heard_of += [f"{name} {screen} {after}h" for screen in heard(company, name)]
    return heard_of


def quiet(company: Company) -> None:
    """Whatever was said so far is read."""
    heard(company, "Olena"), heard(company, "Marek")


def promised(company: Company, *, firm: bool = True, ready_by: date | None = None) -> Pledge:
    """Two of four generators, by Marek for Olena."""
    need = company.asks((GENERATOR, 4))
    line = company.line(need)
    made = pledges.pledge(
        company.conn, company["Marek"], need.id, {line.id: 2000}, TERMS, firm=firm, ready_by=ready_by
    )
    quiet(company)
    return made


def driving(company: Company, eta: date | None = ETA) -> Consignment:
    """Accepted, packed and on the road."""
    pledge = promised(company)
    pledges.accept(company.conn, company["Olena"], pledge.id)
    row = giving.pledge_lines_of(company.conn, pledge.id)[0]
    truck = consignments.pack(company.conn, company["Marek"], {row.id: row.left})
    consignments.describe(company.conn, company["Marek"], truck.id, eta=eta)
    consignments.dispatch(company.conn, company["Marek"], truck.id)
    quiet(company)
    return truck


def signed(company: Company, *, photo: bool = False) -> Consignment:
    """It came, and was counted."""
    truck = driving(company)
    if photo:
        consignments.add_photo(company.conn, company["Olena"], truck.id, "file", "unique")
    row = giving.goods(company.conn, truck.id)[0]
    counts = {row.id: Count(row.quantity, 0, 0)}
    consignments.sign_receipt(company.conn, company["Olena"], truck.id, counts)
    quiet(company)
    return truck


def stuck(company: Company) -> list[str]:
    """What the coordinators' digest would say is stuck."""
    return [found.kind.value for found in followups.stuck(company.conn, company.now, TERMS)]


# --- each once, twice, never thrice -----------------------------------------------------------------------


def test_a_hold_is_asked_about_a_day_and_three_hours_before_it_ends(company: Company) -> None:
    promised(company, firm=False)
    assert days(company, 4) == [
        "Marek hold_lapses 48h",
        "Marek hold_lapses 69h",
        "Olena lapsed 72h",
        "Marek lapsed 72h",
    ]


def test_a_promise_nobody_answered_is_the_officials_once_then_the_coordinators(company: Company) -> None:
    promised(company)
    assert days(company, 3) == ["Olena unanswered 48h"]
    assert stuck(company) == []
    assert days(company, 1) == []
    assert stuck(company) == ["unanswered"]
    assert [each for each in days(company, 2) if "unanswered" in each] == []


def test_a_day_that_passed_is_asked_about_at_nine_the_next_morning_and_two_days_later(
    company: Company,
) -> None:
    pledge = promised(company, ready_by=READY)
    pledges.accept(company.conn, company["Olena"], pledge.id)
    quiet(company)
    asked = []
    while company.now < datetime(2026, 3, 14, tzinfo=UTC):
        company.later(hours=4)
        tick(company)
        asked += [company.now for screen in heard(company, "Marek") if screen == "date_passed"]
    assert asked == [datetime(2026, 3, 7, 7, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)]  # 9:00 in Kyiv
    company.now = datetime(2026, 3, 11, 6, tzinfo=UTC)  # two days after the last question
    assert "date_passed" not in stuck(company)
    company.later(hours=1)
    assert "date_passed" in stuck(company)


def test_the_rest_of_what_was_sent_in_part_is_asked_about_until_it_has_a_day_or_is_taken_back(
    company: Company, conn: Connection
) -> None:
    need = company.asks(("winter.blanket", 10))
    pledge = company.promises("Marek", need, 6)
    pledges.accept(conn, company["Olena"], pledge.id)
    conn.execute(update(stored_pledges).values(ready_by=READY))
    [row] = giving.pledge_lines_of(conn, pledge.id)
    truck = consignments.pack(conn, company["Marek"], {row.id: 4000})
    consignments.dispatch(conn, company["Marek"], truck.id)
    quiet(company)
    assert [each for each in days(company, 6) if "rest_left" in each] == ["Marek rest_left 120h"]
    changes.postpone(conn, company["Marek"], pledge.id, date(2026, 3, 20))
    assert [each for each in days(company, 9) if "rest_left" in each] == []
    assert len([each for each in days(company, 8) if "rest_left" in each]) == 2, "twice, and no more"
    company.later(days=3)
    assert "rest_left" in stuck(company)
    pledges.withdraw_rest(conn, company["Marek"], pledge.id, TERMS)
    assert "rest_left" not in stuck(company)
    with pytest.raises(Changed):
        changes.postpone(conn, company["Marek"], pledge.id, date(2026, 4, 20))


def test_both_sides_are_asked_about_a_truck_that_is_late(company: Company) -> None:
    driving(company)
    found = [each for each in days(company, 14, hours=12) if "overdue" in each]
    assert found == [
        "Olena overdue 216h",
        "Marek overdue 216h",
        "Olena overdue 264h",
        "Marek overdue 264h",
    ]
    assert "overdue" in stuck(company)


def test_what_stands_in_the_yard_is_the_hromadas_to_sign(company: Company) -> None:
    truck = driving(company)
    consignments.arrive(company.conn, company["Marek"], truck.id)
    quiet(company)
    found = days(company, 6, hours=4)
    assert [each for each in found if "unsigned" in each] == ["Olena unsigned 24h", "Olena unsigned 72h"]
    assert stuck(company) == ["unsigned"]


def test_a_receipt_without_a_photo_is_asked_about_twice(company: Company) -> None:
    signed(company)
    found = [each for each in days(company, 6, hours=4) if "no_photo" in each]
    assert found == ["Olena no_photo 24h", "Olena no_photo 72h"]
    assert stuck(company) == ["no_photo"]


def test_still_needed_is_said_once_more_before_the_need_leaves_the_lists(company: Company) -> None:
    company.asks((GENERATOR, 4))
    quiet(company)
    assert days(company, 12, hours=4) == [
        "Olena still_needed 168h",
        "Olena unconfirmed 192h",
        "Olena gone_stale 216h",
    ]
    assert stuck(company) == ["unconfirmed"]


# --- resolved ---------------------------------------------------------------------------------------------


def test_whoever_made_it_firm_or_let_it_go_is_not_asked(company: Company) -> None:
    firm, gone = promised(company, firm=False), promised(company, firm=False)
    pledges.make_firm(company.conn, company["Marek"], firm.id)
    pledges.withdraw(company.conn, company["Marek"], gone.id, TERMS)
    assert [each for each in days(company, 4) if "hold_lapses" in each] == []


def test_a_hold_is_kept_longer_once_and_asked_about_anew(company: Company, conn: Connection) -> None:
    held = promised(company, firm=False)
    assert days(company, 2) == ["Marek hold_lapses 48h"]
    changes.extend_hold(conn, company["Marek"], held.id, TERMS)
    assert company.pledge(held).holds_until == held.created_at + 2 * TERMS.hold
    with pytest.raises(AlreadyDone):
        changes.extend_hold(conn, company["Marek"], held.id, TERMS)
    with pytest.raises(Forbidden):
        changes.extend_hold(conn, company["Greta"], held.id, TERMS)
    assert [each for each in days(company, 4) if "Marek" in each] == [
        "Marek hold_lapses 72h",
        "Marek hold_lapses 93h",
        "Marek lapsed 96h",
    ]


def test_an_answered_promise_is_not_asked_about(company: Company, conn: Connection) -> None:
    pledge = promised(company)
    pledges.accept(conn, company["Olena"], pledge.id)
    quiet(company)
    assert days(company, 5) == []
    assert stuck(company) == []


def test_a_new_day_begins_anew_and_the_hromada_hears_of_it(company: Company, conn: Connection) -> None:
    pledge = promised(company, ready_by=READY)
    pledges.accept(conn, company["Olena"], pledge.id)
    quiet(company)
    assert [each for each in days(company, 5) if "date_passed" in each] == ["Marek date_passed 120h"]
    changes.postpone(conn, company["Marek"], pledge.id, date(2026, 3, 20))
    assert heard(company, "Olena") == ["postponed"]
    assert [each for each in days(company, 12, hours=12) if "date_passed" in each] == []


def test_a_new_day_does_not_make_the_hromada_asked_twice_for_its_answer(
    company: Company, conn: Connection
) -> None:
    pledge = promised(company)
    assert days(company, 2.5) == ["Olena unanswered 48h"]
    changes.postpone(conn, company["Marek"], pledge.id, date(2026, 3, 20))
    quiet(company)
    assert days(company, 2) == []
    assert stuck(company) == ["unanswered"]


def test_a_truck_with_a_new_day_or_that_arrived_is_not_asked_about(
    company: Company, conn: Connection
) -> None:
    late, there = driving(company), driving(company)
    consignments.describe(conn, company["Marek"], late.id, eta=date(2026, 3, 30))
    consignments.arrive(conn, company["Olena"], there.id)
    assert [each for each in days(company, 14, hours=6) if "overdue" in each] == []


def test_a_receipt_with_a_photo_or_none_to_come_is_not_asked_about(
    company: Company, conn: Connection
) -> None:
    signed(company, photo=True)
    none, late = signed(company), signed(company)
    consignments.no_photo(conn, company["Olena"], none.id)
    consignments.add_photo(conn, company["Olena"], late.id, "file", "unique")
    consignments.show_photos(conn, company["Olena"], late.id)
    assert heard(company, "Marek") == ["proof"]
    assert [each for each in days(company, 6, hours=6) if "no_photo" in each] == []
    assert stuck(company) == []
    with pytest.raises(Forbidden):
        consignments.no_photo(conn, company["Taras"], none.id)
    with pytest.raises(Changed):  # nothing is signed there
        consignments.no_photo(conn, company["Olena"], driving(company).id)


def test_a_confirmed_need_is_not_asked_about_once_more(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    heartbeat.ask_if_still_needed(conn, company.later(days=7))
    needs.confirm(conn, company["Olena"], need.id, TERMS)
    quiet(company)
    assert days(company, 3, hours=4) == []


# --- slept, and two at once -------------------------------------------------------------------------------


def test_a_server_that_slept_three_days_asks_once(company: Company, conn: Connection) -> None:
    promised(company)
    truck = driving(company, eta=date(2026, 3, 1))
    consignments.arrive(conn, company["Marek"], truck.id)
    driving(company, eta=date(2026, 3, 1))
    sleepers = promised(company, ready_by=date(2026, 3, 1))
    pledges.accept(conn, company["Olena"], sleepers.id)
    quiet(company)
    company.later(days=3, hours=4)
    tick(company)
    assert heard(company, "Marek") == ["date_passed", "overdue"]
    assert sorted(heard(company, "Olena")) == ["overdue", "unanswered", "unsigned"]
    for _ in range(3):  # nor in the hours and days after
        company.later(hours=13)
        tick(company)
        assert heard(company, "Marek") == []
        assert heard(company, "Olena") == []


def test_whoever_was_asked_this_morning_is_not_asked_again_at_noon(company: Company) -> None:
    promised(company, firm=False)
    company.later(hours=66)  # slept until six hours before the end
    tick(company)
    assert heard(company, "Marek") == ["hold_lapses"]
    assert days(company, 0.25) == ["Olena lapsed 6h", "Marek lapsed 6h"]


def test_a_short_hold_is_not_asked_about_the_moment_it_is_made(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    line = company.line(need)
    brief = TERMS.__class__(hold=timedelta(hours=12))
    pledges.pledge(conn, company["Marek"], need.id, {line.id: 1000}, brief, firm=False)
    quiet(company)
    assert days(company, 0.5) == ["Marek hold_lapses 9h", "Olena lapsed 12h", "Marek lapsed 12h"]


async def test_two_tickers_at_once_ask_once(db: Database) -> None:
    await db.write(gather)
    rule = FOLLOWUPS[FollowupKind.UNANSWERED]

    def begins(conn: Connection) -> datetime:
        company = known(conn)
        for _ in range(5):
            company.promises("Marek", company.asks((GENERATOR, 4)), 1)
        return company.later(hours=50)

    now = await db.write(begins)
    both = [db.write(follow_up, now, rule, TERMS) for _ in range(4)]
    assert sum(await asyncio.gather(*both)) == 5

    def asked(conn: Connection) -> int:
        return heard(known(conn), "Olena").count("unanswered")

    assert await db.write(asked) == 5


def test_a_claim_loses_against_whoever_moved_the_thing(company: Company, conn: Connection) -> None:
    pledge = promised(company)
    rule = FOLLOWUPS[FollowupKind.UNANSWERED]
    assert followups.claim(conn, rule, pledge.id, 0, 1, company.now)
    assert not followups.claim(conn, rule, pledge.id, 0, 1, company.now)
    pledges.accept(conn, company["Olena"], pledge.id)
    assert not followups.claim(conn, rule, pledge.id, 0, 1, company.now)


@pytest.mark.parametrize("kind", FOLLOWUPS)
def test_the_ticker_finds_what_is_due_by_an_index(
    conn: Connection, company: Company, kind: FollowupKind
) -> None:
    if conn.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables, and these are empty")
    rule = FOLLOWUPS[kind]
    seen: list[str] = []
    conn.exec_driver_sql("ANALYZE")

    def explain(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(conn, "before_cursor_execute", explain)
    followups.due(conn, rule, 0, rule.due_since(TERMS, company.now, rule.moments(TERMS)[0]), company.now)
    event.remove(conn, "before_cursor_execute", explain)
    values = ["0"] * seen[0].count("?")
    plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[0]}", tuple(values)).all()
    detail = " ".join(str(row[3]) for row in plan)
    assert "USING INDEX ix_" in detail, detail
    assert "told=?" in detail, detail
    assert "TEMP B-TREE" not in detail, detail
