"""When things are due. Everything is in UTC but a digest's hour, which is local and survives summer time."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.words import Urgency

BATCH = 200
"""How much of what is due one transaction takes; where it was as much, there may be more."""


def hours(*each: float) -> tuple[timedelta, ...]:
    """So many hours after (or before) something."""
    return tuple(timedelta(hours=one) for one in each)


@dataclass(frozen=True, slots=True)
class Terms:
    """The intervals an operator may change in the settings."""

    hold: timedelta = timedelta(hours=72)
    confirm_critical: timedelta = timedelta(days=3)
    confirm_urgent: timedelta = timedelta(days=7)
    confirm_normal: timedelta = timedelta(days=14)
    stale_after: timedelta = timedelta(hours=48)
    remind_hold: tuple[timedelta, ...] = hours(24, 3)
    remind_answer: tuple[timedelta, ...] = hours(48)
    remind_ready: tuple[timedelta, ...] = hours(9, 57)
    remind_arrival: tuple[timedelta, ...] = hours(9, 57)
    remind_sign: tuple[timedelta, ...] = hours(24, 72)
    remind_confirm: tuple[timedelta, ...] = hours(24)
    remind_photo: tuple[timedelta, ...] = hours(24, 72)
    stuck_after: timedelta = timedelta(hours=48)
    offer: timedelta = timedelta(hours=24)
    rest: timedelta = timedelta(hours=24)
    contacts: timedelta = timedelta(days=30)
    remind_unattended: tuple[timedelta, ...] = hours(0, 72)
    unattended: timedelta = timedelta(days=7)
    ask_again: timedelta = timedelta(days=30)
    digest_hour: int = 8
    zone: str = "Europe/Kyiv"

    def confirm_every(self, urgency: Urgency) -> timedelta:
        """How long a need is believed without a word from its hromada."""
        return {
            Urgency.CRITICAL: self.confirm_critical,
            Urgency.URGENT: self.confirm_urgent,
            Urgency.NORMAL: self.confirm_normal,
        }[urgency]

    def told_of(self, hold: timedelta) -> int:
        """How many reminders of a hold this long would come before it was made: those are not sent."""
        return sum(before >= hold for before in self.remind_hold)


USUAL = Terms()
"""What holds where nobody set anything."""


EVERY_DAY = 0b1111111
"""A bit a weekday, Monday first."""


def next_run(after: datetime, hour: int, zone: str, days: int = EVERY_DAY) -> datetime:
    """The first moment later than ``after`` (UTC) at which local clocks in ``zone`` show ``hour``:00 on one of ``days``.

    An hour skipped by summer time is served at the moment after the gap; a doubled hour once.
    """
    tz = ZoneInfo(zone)
    today = after.astimezone(tz).date()
    for offset in range(9):
        day = today + timedelta(days=offset)
        moment = datetime.combine(day, time(hour), tzinfo=tz).astimezone(UTC)
        if moment > after and days >> day.weekday() & 1:
            return moment
    raise ValueError(f"{days} in {zone}")


def quiet_until(now: datetime, begins: int, ends: int, zone: str) -> datetime | None:
    """When quiet hours (local, possibly over midnight) that are on now will end; None where they are not."""
    hour = now.astimezone(ZoneInfo(zone)).hour
    on = begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
    return next_run(now, ends, zone) if on else None
