"""Who is asked about what by itself, when, and what ends it: one row a kind. The ticker walks this table.

Each thing is asked about at most twice, the second time not soon after the first; whoever slept through both
moments asks once. Then it is left to the coordinators' digest. How often a thing was told of stands in the thing
itself and starts anew whenever it moves, so what was resolved is asked about no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.schedule import Terms
from domain.words import ConsignmentState, NeedState, PledgeState

AT_MOST = 2
"""Times a thing is asked about. More is nagging."""
ENOUGH = 9
"""Stands in a thing nobody is to be asked about any more: a receipt that has its photo, or will have none."""
REST = timedelta(hours=12)
"""Nobody hears of one thing again sooner, whatever was slept through."""


class FollowupKind(StrEnum):
    """What is asked about; the screens of the questions are called the same."""

    HOLD_LAPSES = "hold_lapses"
    UNANSWERED = "unanswered"
    DATE_PASSED = "date_passed"
    REST_LEFT = "rest_left"
    OVERDUE = "overdue"
    UNSIGNED = "unsigned"
    UNCONFIRMED = "unconfirmed"
    NO_PHOTO = "no_photo"
    UNATTENDED = "unattended"


class Thing(StrEnum):
    """What a question is about."""

    PLEDGE = "pledge"
    CONSIGNMENT = "consignment"
    NEED = "need"


class Side(StrEnum):
    """Whose move it is."""

    GIVER = "giver"
    HROMADA = "hromada"


@dataclass(frozen=True, slots=True)
class Followup:
    """One kind of question.

    It is due at ``moments`` after the thing's own time ``since`` (negative: before it), while it stands in
    ``state``. A ``since`` that is a day counts from its end, midnight in the operator's zone.
    """

    kind: FollowupKind
    thing: Thing
    state: PledgeState | ConsignmentState | NeedState
    since: str
    moments: Callable[[Terms], tuple[timedelta, ...]]
    asked: tuple[Side, ...]
    resolved_by: str
    a_day: bool = False
    stuck: bool = True
    """Whether it goes to the coordinators once the questions stayed unanswered."""
    unpacked: bool = False
    """Only where a part of the pledge is not packed yet."""
    also: tuple[PledgeState, ...] = ()
    """Further states it is asked about in."""

    @property
    def states(self) -> tuple[PledgeState | ConsignmentState | NeedState, ...]:
        """All the states it is asked about in."""
        return (self.state, *self.also)

    def due_since(self, terms: Terms, now: datetime, moment: timedelta) -> datetime | date:
        """What is due now at this moment has its ``since`` then or earlier."""
        return self._bound(terms, now - moment)

    def passed(self, terms: Terms, now: datetime, since: datetime | date) -> int:
        """How many of the moments are over."""
        bounds = [self.due_since(terms, now, moment) for moment in self.moments(terms)]
        return sum(since <= bound for bound in bounds)

    def stuck_since(self, terms: Terms, now: datetime) -> datetime | date:
        """What nobody resolved has its ``since`` then or earlier."""
        return self._bound(terms, now - self.moments(terms)[-1] - terms.stuck_after)

    def _bound(self, terms: Terms, moment: datetime) -> datetime | date:
        return moment.astimezone(ZoneInfo(terms.zone)).date() - timedelta(days=1) if self.a_day else moment


def _before(terms: Terms) -> tuple[timedelta, ...]:
    return tuple(-each for each in terms.remind_hold)


FOLLOWUPS = {
    each.kind: each
    for each in (
        Followup(
            FollowupKind.HOLD_LAPSES,
            Thing.PLEDGE,
            PledgeState.HELD,
            "holds_until",
            _before,
            (Side.GIVER,),
            "make it firm, keep it once as long again, let it go",
            stuck=False,  # it lapses
        ),
        Followup(
            FollowupKind.UNANSWERED,
            Thing.PLEDGE,
            PledgeState.PROMISED,
            "moved_at",
            lambda terms: terms.remind_answer,
            (Side.HROMADA,),
            "accept, decline",
        ),
        Followup(
            FollowupKind.DATE_PASSED,
            Thing.PLEDGE,
            PledgeState.ACCEPTED,
            "ready_by",
            lambda terms: terms.remind_ready,
            (Side.GIVER,),
            "send it, a new day, withdraw",
            a_day=True,
        ),
        Followup(
            FollowupKind.REST_LEFT,
            Thing.PLEDGE,
            PledgeState.DISPATCHED,
            "ready_by",
            lambda terms: terms.remind_ready,
            (Side.GIVER,),
            "send the rest, a new day, take the rest back",
            a_day=True,
            unpacked=True,
        ),
        Followup(
            FollowupKind.OVERDUE,
            Thing.CONSIGNMENT,
            ConsignmentState.ON_THE_WAY,
            "eta",
            lambda terms: terms.remind_arrival,
            (Side.GIVER, Side.HROMADA),
            "it has arrived, a new day",
            a_day=True,
        ),
        Followup(
            FollowupKind.UNSIGNED,
            Thing.CONSIGNMENT,
            ConsignmentState.ARRIVED,
            "arrived_at",
            lambda terms: terms.remind_sign,
            (Side.HROMADA,),
            "count and sign",
        ),
        Followup(
            FollowupKind.UNCONFIRMED,
            Thing.NEED,
            NeedState.OPEN,
            "asked_at",
            lambda terms: terms.remind_confirm,
            (Side.HROMADA,),
            "still needed, fewer, cancel",
            stuck=False,  # it goes stale, and the stale ones are told of
        ),
        Followup(
            FollowupKind.NO_PHOTO,
            Thing.CONSIGNMENT,
            ConsignmentState.RECEIVED,
            "received_at",
            lambda terms: terms.remind_photo,
            (Side.HROMADA,),
            "add a photo, there is none",
        ),
        Followup(
            FollowupKind.UNATTENDED,
            Thing.PLEDGE,
            PledgeState.PROMISED,
            "unattended_at",
            lambda terms: terms.remind_unattended,
            (Side.GIVER, Side.HROMADA),
            "keep it, end it; without an answer it ends",
            also=(PledgeState.ACCEPTED, PledgeState.DISPATCHED),
        ),
    )
}
"""The table."""
