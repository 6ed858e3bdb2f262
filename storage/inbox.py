"""Every update as Telegram sent it, stored before it is acknowledged."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy import delete as delete_from

from storage.base import (
    AT_ONCE,
    UTCDateTime,
    Word,
    change,
    columns_for,
    insert_new,
    is_due,
    load,
    load_all,
    metadata,
    one_of,
    plain,
)
from storage.prepared import Prepared, places, room_for, seated, value


class UpdateState(StrEnum):
    """Life of an update."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"


inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mailbox", BigInteger, nullable=False, comment="whose turn it is: a person, or a group"),
    Column("payload", Text, nullable=False),
    Column("received_at", UTCDateTime, nullable=False),
    Column("state", Word(UpdateState), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_try_at", UTCDateTime, nullable=False),
    Column("error", Text),
    Column(
        "rank",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="1 from accounts without standing: those who have one do not wait behind them",
    ),
    one_of("state", UpdateState),
    Index(
        "ix_inbox_waiting",
        "rank",
        "update_id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_inbox_mailbox",
        "mailbox",
        "update_id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    Index(
        "ix_inbox_dead",
        "update_id",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index(
        "ix_inbox_given_up",
        "received_at",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index(
        "ix_inbox_done",
        "received_at",
        sqlite_where=text("state = 'done'"),
        postgresql_where=text("state = 'done'"),
    ),
)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One update."""

    update_id: int
    mailbox: int
    payload: str
    received_at: datetime
    state: UpdateState
    attempts: int
    next_try_at: datetime
    error: str | None

    def is_due(self, now: datetime) -> bool:
        """Whether it may be tried."""
        return is_due(self.next_try_at, now)


_ROW = columns_for(InboxRow, inbox)


def _is(state: UpdateState) -> ColumnElement[bool]:
    """In the statement itself: SQLite uses a partial index only where it can read the value."""
    return inbox.c.state == plain(state)


def store(
    conn: Connection,
    now: datetime,
    updates: Sequence[tuple[int, int, str]],
    standing: Collection[int] | None = None,
) -> int:
    """Keep (update id, mailbox, raw JSON); a known one is left alone. Returns how many are new.

    ``standing``: the mailboxes that come before the others; None: nobody comes before anybody.
    """
    values = [
        {
            "update_id": update_id,
            "mailbox": mailbox,
            "payload": payload,
            "received_at": now,
            "state": UpdateState.WAITING,
            "next_try_at": AT_ONCE,
            "rank": 0 if standing is None or mailbox in standing else 1,
        }
        for update_id, mailbox, payload in updates
    ]
    if standing:  # what they said before they had it must not be overtaken by what they say now
        conn.execute(
            update(inbox)
            .where(inbox.c.mailbox.in_(standing), _is(UpdateState.WAITING), inbox.c.rank > 0)
            .values(rank=0)
        )
    keep = _storing(conn.dialect.name)
    return sum(keep.count(conn, **each) for each in values)


def store_dead(conn: Connection, now: datetime, letters: Sequence[tuple[int, str, str]]) -> None:
    """Keep (id, raw JSON, what is wrong) for a person to look at; nothing waits for it."""
    for update_id, payload, error in letters:
        store(conn, now, [(update_id, 0, payload)])
        bury(conn, update_id, error)


def pass_over(conn: Connection, now: datetime, updates: Sequence[tuple[int, int]]) -> None:
    """Know (update id, mailbox) without having read it: too much came from there."""
    store(conn, now, [(update_id, mailbox, "") for update_id, mailbox in updates])
    over = [update_id for update_id, _ in updates]
    values = {"state": UpdateState.DONE, "error": "too much at once"}
    conn.execute(update(inbox).where(inbox.c.update_id.in_(over), _is(UpdateState.WAITING)).values(**values))


@cache
def _storing(dialect: str) -> Prepared[Any]:
    given = ("update_id", "mailbox", "payload", "received_at", "state", "next_try_at", "rank")
    query = insert_new(dialect, inbox, "update_id")
    return Prepared(query.values({name: bindparam(name) for name in given}))


def waiting(conn: Connection, most: int, away: Sequence[int] = ()) -> list[InboxRow]:
    """Updates that wait; see :func:`oldest`."""
    return oldest(conn, most, away)[0]


def oldest(
    conn: Connection, most: int, away: Sequence[int] = (), each: int = 8
) -> tuple[list[InboxRow], bool]:
    """Updates of at most so many mailboxes, the first few of each; and whether there may be more.

    Those with standing come before those without, the oldest first.

    An update whose retry is not due yet is returned too: the ones behind it in its mailbox must wait for it.
    Only the oldest updates are looked at: a mailbox that fills all of them hides others until it is ``away``.
    """
    look = max(32, most * 2)
    found: dict[int, list[InboxRow]] = {}
    rows = _oldest(room_for(away)).rows(conn, look=look, **seated("away", away))
    for row in rows:
        if row.mailbox in found or len(found) < most:
            found.setdefault(row.mailbox, []).append(row)
    return [row for mailbox in found.values() for row in mailbox[:each]], len(rows) == look


def waiting_in(conn: Connection, mailboxes: Sequence[int], each: int = 8) -> list[InboxRow]:
    """The first waiting updates of these mailboxes, oldest first."""
    place = func.row_number().over(partition_by=inbox.c.mailbox, order_by=inbox.c.update_id)
    query = select(*_ROW, place.label("place")).where(_is(UpdateState.WAITING))
    ranked = query.where(inbox.c.mailbox.in_(mailboxes)).subquery()
    first = select(*columns_for(InboxRow, ranked)).where(ranked.c.place <= each)
    return load_all(InboxRow, conn.execute(first.order_by(ranked.c.update_id)))


@cache
def _oldest(away: int) -> Prepared[InboxRow]:
    query = select(*columns_for(InboxRow, inbox)).where(_is(UpdateState.WAITING))
    query = query.where(inbox.c.mailbox.not_in(places("away", away))) if away else query
    look = bindparam("look", type_=Integer)
    return Prepared(query.order_by(inbox.c.rank, inbox.c.update_id).limit(look), InboxRow)


@cache
def _beyond(*, everybody: bool) -> Prepared[int]:
    query = select(inbox.c.update_id).where(_is(UpdateState.WAITING))
    query = query if everybody else query.where(inbox.c.rank == 0)
    query = query.order_by(inbox.c.rank, inbox.c.update_id).limit(1)
    return Prepared(query.offset(bindparam("most", type_=Integer)), value)


def more_wait(conn: Connection, most: int, *, everybody: bool = True) -> bool:
    """Whether more updates wait than that; of everybody, or of those with standing alone."""
    return _beyond(everybody=everybody).one(conn, most=most) is not None


class DoneElsewhere(RuntimeError):
    """Somebody marked the update before us: whatever we did for it must not be committed."""


def done(conn: Connection, update_id: int) -> None:
    """Its one effect is committed together with this, and what it said is emptied; raises :class:`DoneElsewhere` where that happened already."""
    keys = {"update_id": update_id, "state": UpdateState.WAITING}
    if change(conn, inbox, keys, state=UpdateState.DONE, error=None, payload="") == 0:
        raise DoneElsewhere(update_id)


def failed(conn: Connection, now: datetime, update_id: int, error: str, most: int) -> bool:
    """Handling broke: try again after a growing pause, or give up for ever; True where it is dead now."""
    row = one(conn, update_id)
    if row is None or row.state is not UpdateState.WAITING:
        return False
    attempts = row.attempts + 1
    dead = attempts >= most
    conn.execute(
        update(inbox)
        .where(inbox.c.update_id == update_id)
        .values(
            attempts=attempts,
            error=error[:2000],
            state=UpdateState.DEAD if dead else UpdateState.WAITING,
            next_try_at=now + pause_after(attempts),
        )
    )
    return dead


def pause_after(attempts: int) -> timedelta:
    """Growing pauses: 2, 4, 8... seconds, five minutes at most."""
    return timedelta(seconds=min(2**attempts, 300))


def bury(conn: Connection, update_id: int, error: str) -> None:
    """An update that cannot even be parsed: kept for a person to look at, never tried again."""
    conn.execute(
        update(inbox).where(inbox.c.update_id == update_id).values(state=UpdateState.DEAD, error=error[:2000])
    )


def one(conn: Connection, update_id: int) -> InboxRow | None:
    """An update by id."""
    return load(InboxRow, conn.execute(select(*_ROW).where(inbox.c.update_id == update_id)).one_or_none())


def rekey(conn: Connection, old: int, new: int) -> None:
    """A chat has another id now: what still waits in its mailbox waits in that one, in order with the rest."""
    conn.execute(update(inbox).where(inbox.c.mailbox == old, _is(UpdateState.WAITING)).values(mailbox=new))


def dead_letters(conn: Connection, limit: int = 100) -> list[InboxRow]:
    """What was given up, newest first."""
    query = select(*_ROW).where(_is(UpdateState.DEAD)).order_by(inbox.c.update_id.desc())
    return load_all(InboxRow, conn.execute(query.limit(limit)))


def retry(conn: Connection, now: datetime, update_id: int) -> bool:
    """Hand a dead letter to the dispatcher once more."""
    query = update(inbox).where(inbox.c.update_id == update_id, inbox.c.state == UpdateState.DEAD)
    values = {"state": UpdateState.WAITING, "attempts": 0, "next_try_at": AT_ONCE}
    return conn.execute(query.values(**values)).rowcount == 1


def drop(conn: Connection, update_id: int) -> bool:
    """Throw a dead letter away."""
    query = delete_from(inbox).where(inbox.c.update_id == update_id, inbox.c.state == UpdateState.DEAD)
    return conn.execute(query).rowcount == 1
