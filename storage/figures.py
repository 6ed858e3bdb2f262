"""How much waits and for how long: what an operator watches."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from storage.base import UTCDateTime, plain
from storage.inbox import UpdateState, inbox
from storage.outbox import Lane, RowState, outbox
from storage.schema.chats import subscriptions


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and since how many seconds the oldest of them could have been done."""

    depth: int = 0
    age: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One moment of the database."""

    inbox: Queue = Queue()
    outbox: dict[Lane, Queue] = field(default_factory=dict)
    dead_updates: int = 0
    dead_messages: int = 0
    digests_late: Queue = Queue()


def look(conn: Connection, now: datetime) -> Figures:
    """Only what stands in partial indexes is counted, so a full archive costs nothing."""
    return Figures(
        inbox=_inbox(conn, now),
        outbox=_outbox(conn, now),
        dead_updates=_count(conn, inbox.c.state == plain(UpdateState.DEAD)),
        dead_messages=_count(conn, outbox.c.state == plain(RowState.DEAD)),
        digests_late=_late(conn, now),
    )


def _inbox(conn: Connection, now: datetime) -> Queue:
    query = select(func.count(), func.min(inbox.c.received_at)).where(
        inbox.c.state == plain(UpdateState.WAITING)
    )
    return _queue(now, *conn.execute(query).one())


def _outbox(conn: Connection, now: datetime) -> dict[Lane, Queue]:
    """A row that was put off on purpose has no age yet."""
    since = case((outbox.c.not_before > outbox.c.created_at, outbox.c.not_before), else_=outbox.c.created_at)
    query = select(outbox.c.lane, func.count(), func.min(since, type_=UTCDateTime))
    found = conn.execute(query.where(outbox.c.state == plain(RowState.DUE)).group_by(outbox.c.lane))
    return {lane: Queue() for lane in Lane} | {Lane(lane): _queue(now, *rest) for lane, *rest in found}


def _late(conn: Connection, now: datetime) -> Queue:
    query = select(func.count(), func.min(subscriptions.c.next_run_at))
    query = query.where(subscriptions.c.active, subscriptions.c.kind == "digest")
    return _queue(now, *conn.execute(query.where(subscriptions.c.next_run_at <= now)).one())


def _queue(now: datetime, depth: int, oldest: datetime | None) -> Queue:
    return Queue(depth, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)


def _count(conn: Connection, condition: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).where(condition)).scalar_one()


def ping(conn: Connection) -> bool:
    """Whether the database answers."""
    return bool(conn.execute(select(literal(1))).scalar_one())
