"""What a filter would have let through last week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.filters import Filter
from domain.words import EventKind
from storage import events, facts
from storage.engine import Connection

WEEK = timedelta(days=7)
_KINDS = (EventKind.NEED_POSTED, EventKind.NEED_PUBLIC, EventKind.RECEIPT_SIGNED)
_MOST = 3000
"""Events that are looked at; a filter of a country that posts more needs no better figure."""


@dataclass(frozen=True, slots=True)
class Week:
    """Needs posted and receipts signed in seven days."""

    needs: int
    receipts: int


def last_week(conn: Connection, wanted: Filter, now: datetime) -> Week:
    """Counted over what the filter lets through as things stand now."""
    told = facts.told(conn, events.latest_before(conn, now - WEEK), events.latest(conn), _KINDS, _MOST)
    known = facts.of_needs(conn, {need for _, need in told})
    passed = [(kind, need) for kind, need in told if need in known and wanted.matches(known[need])]
    receipts = sum(kind is EventKind.RECEIPT_SIGNED for kind, _ in passed)
    return Week(len({need for kind, need in passed if kind is not EventKind.RECEIPT_SIGNED}), receipts)
