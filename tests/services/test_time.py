"""What happens by itself: 'still needed?', digests, and what a slept-through hour does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from domain.errors import AlreadyDone, TooLittle
from domain.words import CloseReason, NeedState, Urgency
from services import digests, heartbeat, needs
from services.schedule import jobs
from storage import chats, subscriptions
from tests.services.company import HEADQUARTERS, MORNING, TERMS, Company, heard, told

GENERATOR = "energy.generator-diesel"


def test_a_need_is_asked_about_once_then_leaves_the_lists_and_one_press_brings_it_back(
    company: Company, conn: Connection
) -> None:
    need = company.asks((GENERATOR, 4))
    company.promises("Marek", need, 1)
    heard(company, "Olena")
    assert heartbeat.ask_if_still_needed(conn, company.later(days=7, minutes=-1)) == 0
    assert heartbeat.ask_if_still_needed(conn, company.later(minutes=1)) == 1
    assert heartbeat.ask_if_still_needed(conn, company.later(hours=1)) == 0
    assert heard(company, "Olena") == ["still_needed"]

    assert heartbeat.go_stale(conn, company.later(hours=46), TERMS) == 0
    assert heartbeat.go_stale(conn, company.later(hours=1), TERMS) == 1
    assert company.need(need).state is NeedState.STALE
    assert heard(company, "Olena") == ["gone_stale"]
    assert heard(company, "Marek") == ["pledged_need_stale"]

    needs.confirm(conn, company["Olena"], need.id, TERMS)
    fresh = company.need(need)
    assert fresh.state is NeedState.OPEN
    assert fresh.asked_at is None
    assert fresh.confirm_by == company.now + timedelta(days=7)


def test_an_answered_need_does_not_go_stale(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    heartbeat.ask_if_still_needed(conn, company.later(days=7))
    needs.confirm(conn, company["Olena"], need.id, TERMS)
    assert heartbeat.go_stale(conn, company.later(days=2), TERMS) == 0


@pytest.mark.parametrize(("urgency", "days"), [("critical", 3), ("urgent", 7), ("normal", 14)])
def test_the_more_urgent_the_sooner_it_is_asked(
    company: Company, conn: Connection, urgency: str, days: int
) -> None:
    need = company.asks((GENERATOR, 4), urgency=Urgency(urgency))
    assert company.need(need).confirm_by == company.now + timedelta(days=days)


def test_what_is_closed_short_is_not_forgotten_and_ends_the_need(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    needs.close_line(conn, company["Olena"], company.line(need).id, CloseReason.COVERED_ELSEWHERE)
    line = company.line(need)
    assert (line.open, line.waived, line.close_reason) == (0, 4000, CloseReason.COVERED_ELSEWHERE)
    assert company.need(need).state is NeedState.CLOSED_SHORT


def test_nobody_can_ask_for_less_than_was_promised(company: Company, conn: Connection) -> None:
    need = company.asks((GENERATOR, 4))
    company.promises("Marek", need, 3)
    with pytest.raises(TooLittle) as refused:
        needs.resize_line(conn, company["Olena"], company.line(need).id, 2000)
    assert refused.value.least == 3000
    needs.resize_line(conn, company["Olena"], company.line(need).id, 3000)
    assert company.line(need).open == 0


def kyiv(*moment: int) -> datetime:
    """A moment on the clocks of Kyiv."""
    return datetime(*moment, tzinfo=ZoneInfo("Europe/Kyiv")).astimezone(UTC)  # type: ignore[misc, arg-type]


def subscribed(company: Company, chat_id: int = HEADQUARTERS, zone: str = "Europe/Kyiv") -> None:
    chats.see(company.conn, chat_id, kind="group", language="en", seen_at=company.now)
    digests.subscribe(company.conn, company["Ihor"], chat_id, 8, zone)


def mornings(company: Company, until: datetime, step: timedelta = timedelta(minutes=15)) -> list[datetime]:
    """Let the ticker run until then; the moments at which the group had a digest."""
    found = []
    while company.now < until:
        company.now += step
        if digests.send_due(company.conn, company.now) and "digest" in told(company, HEADQUARTERS):
            found.append(company.now)
    return found


def test_a_digest_comes_at_eight_when_something_happened_and_not_otherwise(company: Company) -> None:
    subscribed(company)
    company.asks((GENERATOR, 4))
    told(company, HEADQUARTERS)
    assert mornings(company, MORNING + timedelta(days=3)) == [kyiv(2026, 3, 3, 8)]


def test_what_happens_after_a_quiet_morning_is_told_the_next_one(company: Company) -> None:
    subscribed(company)
    told(company, HEADQUARTERS)
    assert mornings(company, kyiv(2026, 3, 3, 14)) == []
    company.asks((GENERATOR, 4))
    told(company, HEADQUARTERS)
    assert mornings(company, kyiv(2026, 3, 5, 8)) == [kyiv(2026, 3, 4, 8)]


def test_a_server_that_slept_three_days_sends_one_digest(company: Company, conn: Connection) -> None:
    subscribed(company)
    company.asks((GENERATOR, 4))
    told(company, HEADQUARTERS)
    company.later(days=3, hours=5)
    assert digests.send_due(conn, company.now) == 1
    assert digests.send_due(conn, company.now) == 0
    due = subscriptions.subscription(conn, HEADQUARTERS, "digest")
    assert due is not None
    assert due.next_run_at == kyiv(2026, 3, 6, 8)


@pytest.mark.parametrize(
    "eve",
    [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)],
    ids=["spring", "autumn"],
)
def test_summer_time_neither_skips_nor_repeats_a_morning(company: Company, eve: datetime) -> None:
    company.now = eve
    subscribed(company)
    found = []
    for _ in range(3):
        company.asks((GENERATOR, 1))
        told(company, HEADQUARTERS)
        found += mornings(company, company.now + timedelta(days=1))
    hours = [moment.astimezone(ZoneInfo("Europe/Kyiv")).hour for moment in found]
    assert hours == [8, 8, 8]


def test_two_workers_who_see_the_same_digest_send_it_once(company: Company, conn: Connection) -> None:
    subscribed(company)
    company.asks((GENERATOR, 4))
    due = subscriptions.subscription(conn, HEADQUARTERS, "digest")
    assert due is not None
    tomorrow = MORNING + timedelta(days=2)
    assert subscriptions.claim_digests(conn, [due], tomorrow, 10) == {due.id}
    assert subscriptions.claim_digests(conn, [due], tomorrow, 10) == set()


def test_a_blocked_chat_gets_no_digest_and_loses_none_it_could_read(
    company: Company, conn: Connection
) -> None:
    subscribed(company)
    company.asks((GENERATOR, 4))
    told(company, HEADQUARTERS)
    chats.see(conn, HEADQUARTERS, reachable=False)
    assert digests.send_due(conn, company.later(days=2)) == 0
    chats.see(conn, HEADQUARTERS, reachable=True)
    assert digests.send_due(conn, company.now) == 1


def test_unsubscribed_twice_is_said_kindly(company: Company, conn: Connection) -> None:
    subscribed(company)
    digests.unsubscribe(conn, HEADQUARTERS)
    with pytest.raises(AlreadyDone):
        digests.unsubscribe(conn, HEADQUARTERS)
    assert digests.send_due(conn, company.later(days=2)) == 0


def test_everything_that_is_due_has_a_name(company: Company, conn: Connection) -> None:
    for job in jobs(TERMS).values():
        assert job(conn, company.now) == 0
