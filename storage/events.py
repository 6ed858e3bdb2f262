"""The append-only history."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from types import NoneType
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, text, type_coerce
from sqlalchemy.types import NullType

from domain.history import Link, first_broken, seal
from domain.model import Event
from domain.words import EventKind
from storage.base import AT_ONCE, load_all
from storage.prepared import Prepared, pair, value
from storage.schema.history import events

_LAST: Prepared[tuple[int, str]] = Prepared(
    select(events.c.seq, events.c.hash)
    .where(events.c.chain == bindparam("chain"))
    .order_by(events.c.seq.desc())
    .limit(1),
    pair,
)
_GIVEN = ("chain", "seq", "kind", "need_id", "person_id", "organisation_id", "at", "data", "hash")
_ADD: Prepared[int] = Prepared(
    insert(events).values({name: bindparam(name) for name in _GIVEN}).returning(events.c.id), value
)


def record(
    conn: Connection,
    chain: str,
    kind: EventKind,
    *,
    at: datetime,
    person_id: int | None,
    organisation_id: int | None,
    need_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> int:
    """Append one event to its chain and return its id."""
    last, previous = _LAST.one(conn, chain=chain) or (0, "")
    seq = last + 1
    link = Link(chain, seq, kind.value, person_id, organisation_id, at, data or {})
    values = {
        "chain": chain,
        "seq": seq,
        "kind": kind,
        "need_id": need_id,
        "person_id": person_id,
        "organisation_id": organisation_id,
        "at": at,
        "data": json.dumps(link.data, sort_keys=True),
        "hash": seal(previous, link),
    }
    [made] = _ADD.rows(conn, **values)
    return made


def latest(conn: Connection) -> int:
    """The id of the newest event, 0 where there is none."""
    return conn.execute(select(func.max(events.c.id))).scalar_one() or 0


def latest_before(conn: Connection, moment: datetime) -> int:
    """The id of the last event before a moment, found by halving: ids grow with time, and times have no index."""
    low, high = 0, latest(conn)
    while low < high:
        middle = (low + high) // 2
        query = select(events.c.id, events.c.at).where(events.c.id > middle).order_by(events.c.id).limit(1)
        row = conn.execute(query).one_or_none()
        if row is None or row.at >= moment:
            high = middle
        else:
            low = row.id
    return low


def settled(conn: Connection) -> int:
    """As :func:`latest`, and no event with a smaller id can still come in: for whoever tells each event once.

    On PostgreSQL an event has its id before it is committed, so a smaller one may follow a larger one. It has to be asked
    first in a transaction: it waits for every transaction that wrote an event, and lets nobody begin until the
    snapshot is taken, a moment later. A savepoint that is rolled back takes the lock with it and leaves the snapshot.
    """
    if conn.dialect.name != "postgresql":
        return latest(conn)
    savepoint = conn.begin_nested()
    conn.execute(text("LOCK TABLE events IN SHARE MODE"))
    newest = latest(conn)
    savepoint.rollback()
    return newest


def counts(conn: Connection, after: int, until: int) -> dict[EventKind, int]:
    """How many of each kind with after < id <= until."""
    query = select(events.c.kind, func.count()).where(events.c.id > after, events.c.id <= until)
    return {kind: int(count) for kind, count in conn.execute(query.group_by(events.c.kind))}


def of_need(conn: Connection, need_id: int, limit: int = 30) -> list[Event]:
    """The newest events of a need, newest first."""
    query = select(events).where(events.c.need_id == need_id).order_by(events.c.id.desc()).limit(limit)
    return load_all(Event, conn.execute(query))


def acts_of(
    conn: Connection, need_id: int, person_id: int, organisation_id: int, kinds: Sequence[EventKind]
) -> list[dict[str, Any]]:
    """What one person did about a need for one organisation: the figures of those events."""
    query = select(events.c.data).where(
        events.c.need_id == need_id,
        events.c.person_id == person_id,
        events.c.organisation_id == organisation_id,
        events.c.kind.in_(kinds),
    )
    return [json.loads(data) for data in conn.execute(query).scalars()]


def broken_chains(conn: Connection) -> list[tuple[str, int]]:
    """Every chain that does not verify, with the first event that is wrong. Empty is what we want."""
    broken = []
    for chain in conn.execute(select(events.c.chain).distinct()).scalars().all():
        at = first_broken(_links(conn, chain))
        if at is not None:
            broken.append((chain, at))
    return broken


_AS_IT_STANDS = [type_coerce(column, NullType()).label(column.name) for column in events.c]
"""Read without being understood: a row that somebody spoiled must show as one, and stop nobody who looks."""
_SPOILT = (ValueError, TypeError, ArithmeticError, RecursionError)


def _links(conn: Connection, chain: str) -> Iterator[tuple[Link, str]]:
    """The chain in order; an event that nobody could have written comes without a hash, and fits nowhere."""
    query = select(*_AS_IT_STANDS).where(events.c.chain == chain).order_by(events.c.seq)
    for row in conn.execute(query).all():
        try:
            yield _link(row), row.hash
        except _SPOILT:
            yield Link(str(chain), row.seq, "", None, None, AT_ONCE, {}), ""


def _link(row: Any) -> Link:
    """Raises what stands in :data:`_SPOILT` where a column holds what it cannot hold, or contradicts the chain."""
    at = row.at if isinstance(row.at, datetime) else datetime.fromisoformat(row.at).replace(tzinfo=UTC)
    data = json.loads(row.data)
    numbers = (row.person_id, row.organisation_id, row.need_id)
    if not isinstance(data, dict) or any(type(each) not in (int, NoneType) for each in numbers):
        raise TypeError
    if row.need_id != _need_of(row.chain):
        raise ValueError
    return Link(row.chain, row.seq, EventKind(row.kind).value, row.person_id, row.organisation_id, at, data)


def _need_of(chain: str) -> int | None:
    """Whose story an event is told in follows from its chain, which is under the hash; the column beside it is for looking up."""
    about, _, number = chain.partition(":")
    return int(number) if about == "need" else None
