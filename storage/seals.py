"""Seals: made beside the writers, who never wait for one, and compared with what the history holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, func, insert, select, text, update

from domain.history import Seal, Sealing
from storage import events as history
from storage.base import columns_for, insert_new
from storage.schema.history import events
from storage.schema.seals import seal_marks, seals

AT_MOST = 50_000
"""Events of one seal; what is left over is in the next."""
_BATCH = 2_000
_NONE = Seal(0, 0, 0, 0, "", "", datetime.min.replace(tzinfo=UTC))
"""What stands before the first."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """How far the history went at a moment, and which transactions might still have added to it."""

    until: int
    horizon: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written down next: a seal if something can be sealed, and from where to look the next time."""

    seal: Seal | None
    mark: _Mark


def newest(conn: Connection) -> Seal | None:
    """The head: the seal that vouches for everything before it."""
    row = conn.execute(select(*columns_for(Seal, seals)).order_by(seals.c.id.desc()).limit(1)).one_or_none()
    return Seal(*row) if row else None


def draft(conn: Connection, now: datetime) -> Draft:
    """Look which events have come since the head and can be followed by no earlier one any more; writes nothing.

    On PostgreSQL an event has its number before it is committed. So what is sealed is what stood there at the look
    before this one, once every transaction that ran then is over: nobody is locked out, and nothing is sealed too early.
    """
    head = newest(conn) or _NONE
    mark = _mark(conn)
    here = _here(conn)
    until = here.until if mark is None or conn.dialect.name == "sqlite" else mark.until
    settled = conn.dialect.name == "sqlite" or (mark is not None and _all_over(conn, mark.horizon))
    if not settled or until <= head.until:
        return Draft(None, here if settled or mark is None else mark)
    return Draft(_over(conn, head, until, now), here)


def write(conn: Connection, made: Draft) -> bool:
    """Put it down; False where somebody else was first, or there was nothing to seal."""
    known = update(seal_marks).values(until=made.mark.until, horizon=made.mark.horizon)
    if conn.execute(known).rowcount == 0:
        conn.execute(insert(seal_marks).values(id=1, until=made.mark.until, horizon=made.mark.horizon))
    if made.seal is None:
        return False
    values = {
        name: getattr(made.seal, name) for name in ("after", "until", "events", "previous", "hash", "at")
    }
    query = insert_new(conn.dialect.name, seals, "previous").values(values)
    return bool(conn.execute(query).rowcount)


def claim_news(conn: Connection, today: date) -> Seal | None:
    """The head, if it is another one than coordinators heard of last and they heard of none today; once, whoever asks.

    A day in times to come was written by a clock that was wrong, or by somebody who wants silence: it keeps nobody quiet.
    """
    head = newest(conn)
    if head is None:
        return None
    mine = seal_marks.c
    once = update(seal_marks).where(mine.told != head.id, mine.told_on.is_(None) | (mine.told_on != today))
    return head if conn.execute(once.values(told=head.id, told_on=today)).rowcount else None


def one(conn: Connection, seal_id: int) -> Seal | None:
    """A seal by its number."""
    row = conn.execute(select(*columns_for(Seal, seals)).where(seals.c.id == seal_id)).one_or_none()
    return Seal(*row) if row else None


def by_beginning(conn: Connection, beginning: str) -> Seal | None:
    """The seal whose hash begins so; None where there is none."""
    query = select(*columns_for(Seal, seals)).where(seals.c.hash.startswith(beginning, autoescape=True))
    row = conn.execute(query.limit(1)).one_or_none()
    return Seal(*row) if row else None


def problems(conn: Connection) -> list[str]:
    """What shows that the history is not as it was written; empty is what we want. Reads all of it."""
    wrong = [
        f"{chain} is not as it was written, from its event {seq} on"
        for chain, seq in history.broken_chains(conn)
    ]
    if conn.execute(select(events.c.id).where(events.c.id <= 0).limit(1)).scalar() is not None:
        wrong.append("there are events with numbers that no database gives")
    before = _NONE
    for row in conn.execute(select(*columns_for(Seal, seals)).order_by(seals.c.id)).all():
        seal = Seal(*row)
        wrong += _compared(conn, before, seal)
        before = seal
    return wrong + list(_missing(conn, before))


def _missing(conn: Connection, head: Seal) -> Iterator[str]:
    """What was there when somebody looked, and is not any more: the end was cut off, sealed or not."""
    row = conn.execute(select(seal_marks.c.until, seal_marks.c.told)).one_or_none()
    if row is None:
        if head.id:
            yield "nobody knows any more how far the history went"
        return
    newest_event = history.latest(conn)
    if row.until > newest_event:
        yield f"events up to number {row.until} were there, and the history ends with {newest_event}"
    if row.told > head.id:
        yield f"coordinators were told of seal {row.told}, and the last one is {head.id}"


def _compared(conn: Connection, before: Seal, seal: Seal) -> Iterator[str]:
    if (seal.previous, seal.after) != (before.hash, before.until):
        yield f"seal {seal.id} does not follow the one before it: seals are missing or were changed"
    found = _sealing(conn, seal.previous, seal.after, seal.until)
    if found.events != seal.events:
        yield f"seal {seal.id} of {seal.at:%Y-%m-%d %H:%M} covered {seal.events} events, {found.events} are there"
    elif found.hash() != seal.hash:
        yield f"seal {seal.id} of {seal.at:%Y-%m-%d %H:%M} does not fit: events it covers were changed"


def _over(conn: Connection, head: Seal, until: int, now: datetime) -> Seal:
    place = select(events.c.id).where(events.c.id > head.until, events.c.id <= until)
    last = conn.execute(place.order_by(events.c.id).offset(AT_MOST - 1).limit(1)).scalar()
    until = last or until
    made = _sealing(conn, head.hash, head.until, until)
    return Seal(0, head.until, until, made.events, head.hash, made.hash(), now)


def _sealing(conn: Connection, previous: str, after: int, until: int) -> Sealing:
    made = Sealing(previous)
    row = (events.c.id, events.c.chain, events.c.seq, events.c.hash)
    at = after
    while True:
        query = select(*row).where(events.c.id > at, events.c.id <= until).order_by(events.c.id).limit(_BATCH)
        rows = conn.execute(query).all()
        for event_id, chain, seq, sealed in rows:
            made.add(event_id, chain, seq, sealed)
            at = event_id
        if len(rows) < _BATCH:
            return made


def _mark(conn: Connection) -> _Mark | None:
    row = conn.execute(select(seal_marks.c.until, seal_marks.c.horizon)).one_or_none()
    return _Mark(*row) if row else None


def _here(conn: Connection) -> _Mark:
    until = conn.execute(select(func.max(events.c.id))).scalar_one() or 0
    if conn.dialect.name == "sqlite":
        return _Mark(until, 0)
    horizon = conn.execute(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")).scalar_one()
    return _Mark(until, horizon)


def _all_over(conn: Connection, horizon: int) -> bool:
    oldest = conn.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")).scalar_one()
    return bool(oldest >= horizon)
