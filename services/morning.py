"""What happened, read once for all the digests of one hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.filters import Facts, Filter
from domain.words import EventKind
from storage import events, facts
from storage.engine import Connection

_FRESH = timedelta(minutes=1)
"""So long one view of the history serves: ten thousand digests take several transactions, and must not each read it anew."""


NEW = {EventKind.NEED_PUBLIC: EventKind.NEED_POSTED}
"""What is news of the same kind."""


@dataclass(frozen=True, slots=True)
class History:
    """What happened between two events, and the facts of the needs it happened to."""

    told: list[tuple[EventKind, int]]
    facts: dict[int, Facts]


def read(conn: Connection, after: int, until: int) -> History:
    """Once for all filters."""
    told = facts.told(conn, after, until)
    return History(told, facts.of_needs(conn, {need for _, need in told}))


class Morning:
    """Remembers what it read; it holds nothing that could not be read again."""

    def __init__(self) -> None:
        self._until = 0
        self._looked_at: datetime | None = None
        self._told: dict[tuple[int, int], History] = {}
        self._saw: dict[tuple[str, int, int], bool] = {}

    def until(self, conn: Connection, now: datetime) -> int:
        """The last event the digests of this hour tell of; none with a smaller id can still come in."""
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < _FRESH:
            self._until, self._looked_at = events.settled(conn), now
            self._told, self._saw = {}, {}
        return self._until

    def saw(self, conn: Connection, filters: str, after: int, until: int) -> bool:
        """Whether anything happened that passes a filter."""
        if filters == Filter().written():
            return after < until
        key = filters, after, until
        if key not in self._saw:
            wanted = Filter.read(filters)
            self._saw[key] = bool(happened(self.history(conn, after, until), wanted))
        return self._saw[key]

    def history(self, conn: Connection, after: int, until: int) -> History:
        """Of these events, read once."""
        key = after, until
        if key not in self._told:
            self._told[key] = read(conn, after, until)
        return self._told[key]


def happened(history: History, wanted: Filter) -> dict[EventKind, list[int]]:
    """By kind of event the needs that pass a filter, each once, in the order of what happened.

    A need that opened to everybody after its partners had seen it is new on that day.
    """
    known = history.facts
    found: dict[EventKind, dict[int, None]] = {}
    for kind, need_id in history.told:
        if need_id in known and wanted.matches(known[need_id]):
            found.setdefault(NEW.get(kind, kind), {})[need_id] = None
    return {kind: list(ids) for kind, ids in found.items()}
