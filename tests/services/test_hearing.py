"""Who hears of what, and when: filters, days, pauses, zones; exactly one digest a due day, none lost, none twice."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from domain.errors import AlreadyDone, NotFound
from domain.filters import Filter
from domain.words import EventKind, Urgency
from services import digests
from services.morning import Morning, happened, read
from services.preview import Week, last_week
from storage import chats, events, subscriptions
from storage.outbox import outbox
from tests.services.company import MORNING, Company, heard, told

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"
GROUP = -7001


def subscribed(company: Company, chat_id: int = GROUP, hour: int = 8, zone: str = "Europe/Kyiv") -> None:
    chats.see(company.conn, chat_id, kind="group", language="en", seen_at=company.now)
    digests.subscribe(company.conn, company["Ihor"], chat_id, hour, zone)


def only(company: Company, *values: tuple[str, str], chat_id: int = GROUP) -> None:
    for axis, value in values:
        digests.toggle_filter(company.conn, company["Ihor"], chat_id, "digest", axis, value)


def mornings(company: Company, days: float, chat_id: int = GROUP, each: str = "") -> list[datetime]:
    """Let the ticker run; the moments at which the chat had a digest. ``each``: what is asked for every noon."""
    found, until = [], company.now + timedelta(days=days)
    while company.now < until:
        company.now += timedelta(minutes=30)
        if each and company.now.hour == 12 and company.now.minute == 0:
            company.asks((each, 1))
        digests.send_due(company.conn, company.now)
        found += [company.now] * told(company, chat_id).count("digest")
    return found


# --- filters ------------------------------------------------------------------------------------------


def test_a_chat_hears_of_what_it_asked_for_and_of_nothing_else(company: Company) -> None:
    subscribed(company)
    only(company, ("sector", "winter"))
    company.asks((GENERATOR, 4))
    assert mornings(company, 2) == []
    company.asks((BLANKET, 200))
    assert len(mornings(company, 2)) == 1


def test_what_did_not_concern_it_is_not_told_later_either(company: Company, conn: Connection) -> None:
    subscribed(company)
    only(company, ("sector", "winter"))
    company.asks((GENERATOR, 4))
    mornings(company, 1)
    order = subscriptions.subscription(conn, GROUP, "digest")
    assert order is not None
    assert order.watermark == events.latest(conn)


def test_a_need_passes_by_who_gives(company: Company, conn: Connection) -> None:
    subscribed(company)
    only(company, ("country", "PL"))
    need = company.asks((GENERATOR, 4))
    assert mornings(company, 1) == []
    company.promises("Marek", need, 1)
    assert len(mornings(company, 1)) == 1


def test_only_without_any_pledge(company: Company, conn: Connection) -> None:
    need, other = company.asks((GENERATOR, 4)), company.asks((BLANKET, 4))
    company.promises("Marek", need, 1)
    found = happened(read(conn, 0, events.latest(conn)), Filter(unpledged=True))
    assert found == {EventKind.NEED_POSTED: [other.id]}


def test_nobody_asks_for_what_does_not_exist(company: Company, conn: Connection) -> None:
    for axis, value in (("sector", "gold"), ("oblast", "UA99"), ("raion", "UA48"), ("weather", "rain")):
        with pytest.raises(NotFound):
            digests.toggle_filter(conn, company["Ihor"], GROUP, "digest", axis, value)


def test_a_filter_chosen_first_is_there_when_the_hour_is(company: Company, conn: Connection) -> None:
    chats.see(conn, GROUP, kind="group", language="en", seen_at=company.now)
    only(company, ("sector", "winter"))
    company.asks((BLANKET, 1))
    assert mornings(company, 2) == [], "nothing is sent before somebody orders it"
    subscribed(company)
    order = subscriptions.subscription(conn, GROUP, "digest")
    assert order is not None
    assert order.filter == Filter(sector=frozenset({"winter"}))


def test_the_last_week_tells_whether_a_filter_is_too_wide(company: Company, conn: Connection) -> None:
    company.asks((BLANKET, 1))
    company.later(days=8)
    company.asks((BLANKET, 1))
    company.asks((GENERATOR, 1))
    assert last_week(conn, Filter(), company.later(hours=1)) == Week(2, 0)
    assert last_week(conn, Filter(sector=frozenset({"winter"})), company.now) == Week(1, 0)
    assert last_week(conn, Filter(sector=frozenset({"water"})), company.now) == Week(0, 0)


def test_topics_of_a_group_have_orders_of_their_own(company: Company, conn: Connection) -> None:
    subscribed(company)
    for topic, sector in ((11, "energy"), (12, "winter")):
        digests.subscribe(conn, company["Ihor"], GROUP, 8, "Europe/Kyiv", topic)
        digests.toggle_filter(conn, company["Ihor"], GROUP, "digest", "sector", sector, topic)
    company.asks((BLANKET, 1))
    told(company, GROUP)
    digests.send_due(conn, company.later(days=1, hours=2))
    rows = conn.execute(select(outbox.c.thread_id).where(outbox.c.screen == "digest").order_by(outbox.c.id))
    assert sorted(thread or 0 for thread in rows.scalars()) == [0, 12]


# --- at once ------------------------------------------------------------------------------------------


def test_new_needs_come_at_once_to_whom_they_concern(company: Company, conn: Connection) -> None:
    wishes = {"Marek": ("oblast", "UA48"), "Greta": ("oblast", "UA12"), "Rūta": ("urgency", "critical")}
    for name, (axis, value) in wishes.items():
        digests.toggle_filter(conn, company[name], company.account(name), "instant", axis, value)
        digests.watch(conn, company[name], company.account(name))
    company.asks((GENERATOR, 4))
    assert [heard(company, name) for name in wishes] == [["new_need"], [], []]
    company.asks((GENERATOR, 4), urgency=Urgency.CRITICAL)
    assert [heard(company, name) for name in wishes] == [["new_need"], [], ["new_need"]]


def test_who_paused_hears_nothing_for_a_week(company: Company, conn: Connection) -> None:
    marek, here = company["Marek"], company.account("Marek")
    digests.watch(conn, marek, here)
    digests.pause(conn, marek, here, "instant")
    with pytest.raises(AlreadyDone):
        digests.pause(conn, company["Marek"], here, "instant")
    company.asks((GENERATOR, 4))
    assert heard(company, "Marek") == []
    company.later(days=7, minutes=1)
    company.asks((GENERATOR, 4))
    assert heard(company, "Marek") == ["new_need"]


# --- days, pauses and clocks --------------------------------------------------------------------------


def test_a_pause_delays_and_loses_nothing(company: Company, conn: Connection) -> None:
    subscribed(company)
    company.asks((GENERATOR, 4))
    before = events.latest(conn)
    digests.pause(conn, company["Ihor"], GROUP, "digest")
    told(company, GROUP)
    [moment] = mornings(company, 9)
    assert moment - MORNING > timedelta(days=7)
    [params] = conn.execute(select(outbox.c.params).where(outbox.c.screen == "digest")).scalars()
    assert json.loads(params)["after"] < before, "what happened just before the pause is in it"


def test_whoever_goes_on_early_hears_tomorrow(company: Company, conn: Connection) -> None:
    subscribed(company)
    digests.pause(conn, company["Ihor"], GROUP, "digest")
    company.asks((GENERATOR, 4))
    digests.resume(conn, company["Ihor"], GROUP, "digest")
    with pytest.raises(AlreadyDone):
        digests.resume(conn, company["Ihor"], GROUP, "digest")
    told(company, GROUP)
    assert len(mornings(company, 1)) == 1


def test_only_on_the_days_that_were_chosen(company: Company, conn: Connection) -> None:
    subscribed(company)
    digests.set_days(conn, company["Ihor"], GROUP, 0b0010001)
    told(company, GROUP)
    days = [moment.strftime("%a") for moment in mornings(company, 14, each=GENERATOR)]
    assert days == ["Fri", "Mon", "Fri", "Mon"]
    with pytest.raises(NotFound):
        digests.set_days(conn, company["Ihor"], GROUP, 0)


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Europe/Warsaw", "Europe/Lisbon"])
@pytest.mark.parametrize("eve", [(2026, 3, 27), (2026, 10, 23), (2028, 2, 27)], ids=str)
@pytest.mark.parametrize("hour", [2, 3, 8])
def test_one_digest_a_day_whatever_the_clocks_do(
    company: Company, zone: str, eve: tuple[int, int, int], hour: int
) -> None:
    """Summer time begins and ends, and there is a 29 February; an hour that does not exist is made up after the gap."""
    company.now = datetime(*eve, 13, tzinfo=UTC)
    subscribed(company, hour=hour, zone=zone)
    company.asks((GENERATOR, 1))
    told(company, GROUP)
    found = [moment.astimezone(ZoneInfo(zone)) for moment in mornings(company, 5, each=GENERATOR)]
    assert len({moment.date() for moment in found}) == len(found) == 5
    gaps = [moment for moment in found if moment.hour != hour]
    assert all(moment.month == 3 and moment.hour == hour + 1 for moment in gaps)
    assert len(gaps) <= 1


def test_a_server_that_slept_three_days_tells_all_of_it_once(company: Company, conn: Connection) -> None:
    subscribed(company)
    for _ in range(3):
        company.asks((GENERATOR, 1))
        company.later(days=1)
    told(company, GROUP)
    assert digests.send_due(conn, company.later(hours=5)) == 1
    assert digests.send_due(conn, company.later(minutes=5)) == 0
    assert told(company, GROUP) == ["digest"]


def test_another_clock_neither_repeats_nor_skips_a_day(company: Company, conn: Connection) -> None:
    subscribed(company, zone="Europe/Kyiv")
    company.asks((GENERATOR, 1))
    told(company, GROUP)
    first = mornings(company, 1, each=GENERATOR)
    digests.subscribe(conn, company["Ihor"], GROUP, 8, "Europe/Lisbon")
    later = mornings(company, 2.1, each=GENERATOR)
    assert [len(first), len(later)] == [1, 2]
    assert all(moment.astimezone(ZoneInfo("Europe/Lisbon")).hour == 8 for moment in later)


def test_what_ten_chats_share_is_looked_up_once(company: Company, conn: Connection) -> None:
    company.asks((BLANKET, 1))
    for at in range(10):
        subscribed(company, GROUP - at)
        only(company, ("sector", ("energy", "winter")[at % 2]), chat_id=GROUP - at)
    company.asks((GENERATOR, 1))
    morning = Morning()
    assert digests.send_due(conn, company.later(days=1, hours=2), morning) == 10
    spoken = [at for at in range(10) if told(company, GROUP - at) == ["digest"]]
    assert spoken == [0, 2, 4, 6, 8]


def test_quiet_hours_are_by_the_clock_on_the_wall(company: Company, conn: Connection) -> None:
    chats.see(conn, GROUP, kind="group", language="en", seen_at=company.now)
    digests.set_quiet(conn, company["Ihor"], GROUP, 22, 7, "Europe/Warsaw")
    chat = chats.chat(conn, GROUP)
    assert chat is not None
    assert chat.quiet_until(datetime(2026, 3, 2, 20, 59, tzinfo=UTC)) is None
    assert chat.quiet_until(datetime(2026, 3, 2, 21, tzinfo=UTC)) == datetime(2026, 3, 3, 6, tzinfo=UTC)
    assert chat.quiet_until(datetime(2026, 3, 3, 5, 59, tzinfo=UTC)) == datetime(2026, 3, 3, 6, tzinfo=UTC)
    digests.set_quiet(conn, company["Ihor"], GROUP, 0, 0, "Europe/Warsaw")
    chat = chats.chat(conn, GROUP)
    assert chat is not None
    assert chat.quiet_until(datetime(2026, 3, 2, 23, tzinfo=UTC)) is None
