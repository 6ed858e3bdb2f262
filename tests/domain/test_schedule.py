"""A digest at eight is at eight by the clock on the wall, in summer and in winter."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from domain.schedule import Terms, next_run
from domain.words import Urgency

ZONES = ("Europe/Kyiv", "Europe/Warsaw", "Europe/Lisbon")
CHANGES = [  # the last Sundays of March and October, at 01:00 UTC in all of Europe
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2027, 3, 28, 1, tzinfo=UTC),
    datetime(2027, 10, 31, 1, tzinfo=UTC),
]


def runs(start: datetime, hour: int, zone: str, count: int) -> list[datetime]:
    found = [next_run(start, hour, zone)]
    while len(found) < count:
        found.append(next_run(found[-1], hour, zone))
    return found


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda moment: f"{moment:%Y-%m-%d}")
def test_eight_stays_eight_across_a_change_of_clocks(zone: str, change: datetime) -> None:
    week = runs(change - timedelta(days=3), 8, zone, 7)
    local = [moment.astimezone(ZoneInfo(zone)) for moment in week]
    assert {(moment.hour, moment.minute) for moment in local} == {(8, 0)}
    assert [(after.date() - before.date()).days for before, after in pairwise(local)] == [1] * 6
    odd = [gap for before, after in pairwise(week) if (gap := after - before) != timedelta(days=1)]
    assert odd == [timedelta(hours=23 if change.month == 3 else 25)]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("change", CHANGES, ids=lambda moment: f"{moment:%Y-%m-%d}")
@pytest.mark.parametrize("hour", range(24))
def test_every_hour_is_served_once_a_day(zone: str, change: datetime, hour: int) -> None:
    served = runs(change - timedelta(days=2), hour, zone, 5)
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in served]
    assert len(set(days)) == 5
    assert (days[-1] - days[0]).days == 4


@pytest.mark.parametrize(
    ("zone", "hour", "gap_ends"),
    [("Europe/Kyiv", 3, 4), ("Europe/Warsaw", 2, 3), ("Europe/Lisbon", 1, 2)],
)
def test_an_hour_that_does_not_exist_is_served_right_after_the_gap(
    zone: str, hour: int, gap_ends: int
) -> None:
    for change in (CHANGES[0], CHANGES[2]):
        moment = next_run(change - timedelta(hours=2), hour, zone)
        assert moment == change
        assert moment.astimezone(ZoneInfo(zone)).hour == gap_ends


@pytest.mark.parametrize(("zone", "hour"), [("Europe/Kyiv", 3), ("Europe/Warsaw", 2), ("Europe/Lisbon", 1)])
def test_an_hour_that_comes_twice_is_served_once(zone: str, hour: int) -> None:
    for change in (CHANGES[1], CHANGES[3]):
        first = next_run(change - timedelta(hours=3), hour, zone)
        assert first == change - timedelta(hours=1)
        second = next_run(first, hour, zone)
        assert second - first == timedelta(hours=25)


def test_the_moment_itself_is_over() -> None:
    eight = datetime(2026, 11, 24, 6, tzinfo=UTC)  # 08:00 in Kyiv
    assert next_run(eight - timedelta(microseconds=1), 8, "Europe/Kyiv") == eight
    assert next_run(eight, 8, "Europe/Kyiv") == eight + timedelta(days=1)


def test_29_february_2028_has_its_digest() -> None:
    week = runs(datetime(2028, 2, 27, 12, tzinfo=UTC), 8, "Europe/Kyiv", 3)
    assert [f"{moment:%d.%m %H}" for moment in week] == ["28.02 06", "29.02 06", "01.03 06"]


def test_midnight_belongs_to_the_new_day() -> None:
    assert next_run(datetime(2026, 12, 31, 21, 59, tzinfo=UTC), 0, "Europe/Kyiv") == datetime(
        2026, 12, 31, 22, tzinfo=UTC
    )


def test_the_more_urgent_a_need_the_sooner_it_is_asked_about() -> None:
    terms = Terms()
    asked = [terms.confirm_every(each).days for each in (Urgency.CRITICAL, Urgency.URGENT, Urgency.NORMAL)]
    assert asked == [3, 7, 14]
