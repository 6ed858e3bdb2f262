"""Everything the bot still has to say: rows of *screen and parameters*, rendered when they are sent.

Telegram has no idempotency key, so a row is marked only after the answer to its call: a crash in between
repeats at most what was in flight, and nothing is ever lost.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from domain.notices import Lane as Lane
from storage.base import (
    AT_ONCE,
    LONGEST_PAUSE,
    BigKey,
    UTCDateTime,
    Word,
    change,
    columns_for,
    insert_new,
    load,
    load_all,
    metadata,
    one_of,
    plain,
)
from storage.prepared import Prepared, pair, places, room_for, seated, value

ELSEWHERE = -(2**60)
"""Chats have no number that small. Below it each message that people sent through us has a place of its own."""


class RowState(StrEnum):
    """Life of a row."""

    DUE = "due"
    SENT = "sent"
    SKIPPED = "skipped"
    DEAD = "dead"


outbox = Table(
    "outbox",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    Column("lane", Integer, nullable=False),
    Column("screen", String(40), nullable=False),
    Column("params", Text, nullable=False),
    Column("edit_message_id", BigInteger),
    Column("card", String(40), comment="coalescing key: several pending edits of one card become one"),
    Column("dedupe_key", String(80), unique=True),
    Column("follow_up", String(40), comment="what to do in the database with the message's id"),
    Column("not_before", UTCDateTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("state", Word(RowState), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
    Column("message_id", BigInteger),
    Column("error", Text),
    Column("inline_message_id", String(100)),
    Column(
        "rank",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="1 for accounts without standing: within a lane others do not wait behind them",
    ),
    one_of("state", RowState),
    Index(
        "ix_outbox_due",
        "lane",
        "rank",
        "id",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
    Index(
        "ix_outbox_later",
        "not_before",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
    Index(
        "ix_outbox_over",
        "created_at",
        sqlite_where=text("state IN ('sent', 'skipped')"),
        postgresql_where=text("state IN ('sent', 'skipped')"),
    ),
    Index(
        "ix_outbox_dead", "id", sqlite_where=text("state = 'dead'"), postgresql_where=text("state = 'dead'")
    ),
    Index(
        "ix_outbox_given_up",
        "created_at",
        sqlite_where=text("state = 'dead'"),
        postgresql_where=text("state = 'dead'"),
    ),
    Index("ix_outbox_chat", "chat_id", "state"),
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing to say."""

    id: int
    chat_id: int
    thread_id: int | None
    lane: int
    screen: str
    params: str
    edit_message_id: int | None
    card: str | None
    dedupe_key: str | None
    follow_up: str | None
    not_before: datetime
    attempts: int
    state: RowState
    created_at: datetime
    sent_at: datetime | None
    message_id: int | None
    error: str | None
    inline_message_id: str | None

    @property
    def values(self) -> dict[str, Any]:
        """The screen's parameters."""
        decoded: dict[str, Any] = json.loads(self.params)
        return decoded


IS_DUE = outbox.c.state == plain(RowState.DUE)
"""In the statement itself: SQLite uses a partial index only where it can read the value."""
_IS_OVER = text("state IN ('sent', 'skipped')")
_ROW = columns_for(OutboxRow, outbox)
_GIVEN = (
    *(
        "chat_id",
        "thread_id",
        "lane",
        "screen",
        "params",
        "edit_message_id",
        "card",
        "dedupe_key",
        "rank",
    ),
    *("follow_up", "not_before", "state", "created_at", "inline_message_id"),
)
"""What a new row is told; the rest begins as the schema says."""


def show(
    conn: Connection,
    now: datetime,
    *,
    chat_id: int,
    screen: str,
    params: dict[str, Any],
    lane: Lane,
    edit: int | None = None,
    thread_id: int | None = None,
    card: str | None = None,
    dedupe: str | None = None,
    follow_up: str | None = None,
    not_before: datetime | None = None,
    rank: int = 0,
    overtake: bool = False,
) -> int | None:
    """Queue a screen for a chat; None where the same thing is queued already. ``rank`` 1: others of the lane go first.

    ``edit`` names the message to change instead of sending a new one. Rows with the same ``card`` and message
    collapse into the newest, and where this one is to ``overtake`` whatever still waits to change the message is not said; a ``dedupe`` key is taken once for ever.
    """
    if card and edit is not None:
        _collapse(conn, chat_id, edit, card)
    elif edit is not None and overtake:
        _OVERTAKEN.count(conn, of_chat=chat_id, edit=edit)
    values = {
        "chat_id": chat_id,
        "thread_id": thread_id,
        "lane": int(lane),
        "screen": screen,
        "params": json.dumps(params, sort_keys=True),
        "edit_message_id": edit,
        "card": card,
        "dedupe_key": dedupe,
        "follow_up": follow_up,
        "not_before": not_before or AT_ONCE,
        "state": RowState.DUE,
        "created_at": now,
        "inline_message_id": None,
        "rank": rank,
    }
    return _adding(conn.dialect.name, dedupe is not None).one(conn, **values)


_CHANGES: Prepared[int] = Prepared(
    select(func.count()).where(
        outbox.c.chat_id == bindparam("of_chat"), outbox.c.edit_message_id == bindparam("edit"), IS_DUE
    ),
    value,
)


def will_change(conn: Connection, chat_id: int, message_id: int) -> bool:
    """Whether something waits to be said in place of a message."""
    return bool(_CHANGES.one(conn, of_chat=chat_id, edit=message_id))


def edit_inline(
    conn: Connection,
    now: datetime,
    place: int,
    inline_message_id: str,
    screen: str,
    params: dict[str, Any],
    card: str,
) -> None:
    """Show a screen in a message somebody sent through us; what still waited for it is part of that."""
    _OLDER_INLINE_EDITS.count(conn, of_chat=place, of_card=card)
    values = dict.fromkeys(_GIVEN) | {
        "rank": 0,
        "chat_id": place,
        "inline_message_id": inline_message_id,
        "lane": int(Lane.NOTICE),
        "screen": screen,
        "params": json.dumps(params, sort_keys=True),
        "card": card,
        "not_before": AT_ONCE,
        "state": RowState.DUE,
        "created_at": now,
    }
    _adding(conn.dialect.name, False).one(conn, **values)


def show_each(
    conn: Connection, now: datetime, screen: str, params: Mapping[int, dict[str, Any]], lane: Lane
) -> None:
    """Queue a screen for many chats at once, with parameters for each."""
    rows = [
        {
            "chat_id": chat_id,
            "lane": int(lane),
            "screen": screen,
            "params": json.dumps(each, sort_keys=True),
            "not_before": AT_ONCE,
            "state": RowState.DUE,
            "created_at": now,
        }
        for chat_id, each in params.items()
    ]
    conn.execute(insert(outbox), rows)


def taken(conn: Connection, keys: Sequence[str]) -> set[str]:
    """Which of these ``dedupe`` keys are taken."""
    return set(conn.execute(select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.in_(keys))).scalars())


@cache
def _adding(dialect: str, once: bool) -> Prepared[int]:
    made = insert_new(dialect, outbox, "dedupe_key") if once else insert(outbox)
    return Prepared(made.values({name: bindparam(name) for name in _GIVEN}).returning(outbox.c.id), value)


_OLDER_EDITS: Prepared[Any] = Prepared(
    update(outbox)
    .where(outbox.c.chat_id == bindparam("of_chat"), outbox.c.edit_message_id == bindparam("edit"))
    .where(outbox.c.card == bindparam("of_card"), IS_DUE)
    .values(state=RowState.SKIPPED, error="collapsed into a newer edit")
)

_OVERTAKEN: Prepared[Any] = Prepared(
    update(outbox)
    .where(outbox.c.chat_id == bindparam("of_chat"), outbox.c.edit_message_id == bindparam("edit"), IS_DUE)
    .values(state=RowState.SKIPPED, error="overtaken by a newer answer")
)

_OLDER_INLINE_EDITS: Prepared[Any] = Prepared(
    update(outbox)
    .where(outbox.c.chat_id == bindparam("of_chat"), outbox.c.card == bindparam("of_card"), IS_DUE)
    .values(state=RowState.SKIPPED, error="collapsed into a newer edit")
)


def _collapse(conn: Connection, chat_id: int, edit: int, card: str) -> None:
    _OLDER_EDITS.count(conn, of_chat=chat_id, edit=edit, of_card=card)


def due(conn: Connection, now: datetime, limit: int, busy: Sequence[int] = ()) -> list[OutboxRow]:
    """Due rows, answers first, oldest first; none of the rows that are in flight (``busy``)."""
    query = select(*_ROW).where(outbox.c.state == RowState.DUE, outbox.c.not_before <= now)
    if busy:
        query = query.where(outbox.c.id.not_in(busy))
    return load_all(OutboxRow, conn.execute(query.order_by(outbox.c.lane, outbox.c.id).limit(limit)))


_RESTS = and_(outbox.c.not_before > bindparam("now"), outbox.c.not_before <= bindparam("far"))
"""Put off, and not by a clock that was wrong; see :data:`storage.base.LONGEST_PAUSE`."""


@cache
def _next_of_chats(away: int) -> Prepared[tuple[int, int]]:
    query = select(outbox.c.chat_id, outbox.c.id).where(IS_DUE, ~_RESTS)
    query = query.where(outbox.c.chat_id.not_in(places("away", away))) if away else query
    query = query.order_by(outbox.c.lane, outbox.c.rank, outbox.c.id).limit(bindparam("look", type_=Integer))
    return Prepared(query, pair)


@cache
def _these(count: int) -> Prepared[OutboxRow]:
    query = select(*_ROW).where(outbox.c.id.in_(places("id", count)))
    return Prepared(query.order_by(outbox.c.lane, outbox.c.rank, outbox.c.id), OutboxRow)


_NEXT_DUE: Prepared[datetime] = Prepared(
    select(outbox.c.not_before).where(IS_DUE, _RESTS).order_by(outbox.c.not_before).limit(1), value
)


def heads(conn: Connection, now: datetime, limit: int, busy: Sequence[int] = ()) -> list[OutboxRow]:
    """The next due row of each chat that is not ``busy``, answers first, oldest first.

    One row a chat keeps its order, and a chat with a long queue cannot hide the others.
    """
    found: dict[int, int] = {}
    while len(found) < limit:  # a second look only where a few chats fill the first
        look = max(32, 2 * (limit - len(found)))
        away = [*busy, *found]
        asked = {"now": now, "far": now + LONGEST_PAUSE, "look": look, **seated("away", away)}
        rows = _next_of_chats(room_for(away)).rows(conn, **asked)
        for chat_id, row_id in rows:
            if len(found) < limit:
                found.setdefault(chat_id, row_id)
        if len(rows) < look:
            break
    ids = list(found.values())
    return _these(room_for(ids)).rows(conn, **seated("id", ids)) if ids else []


def joint(notice: str, *about: object) -> str:
    """What rows have in common that become one message: the same notice about the same thing."""
    return f"told:{notice}:{'.'.join(map(str, about))}"[:40]


def joint_of(chat_id: int, at: datetime, joins: str, *about: object) -> str:
    """The ``dedupe`` key of such a row, at most 80 letters. It is this row's alone: what comes later is told again."""
    microseconds = int(at.timestamp() * 1_000_000)
    return f"{joins}|{chat_id:x}|{microseconds:x}|{'.'.join(map(str, about))[:10]}"


_WAITING_WITH: Prepared[int] = Prepared(
    select(func.min(outbox.c.id)).where(
        outbox.c.chat_id == bindparam("chat_id"),
        IS_DUE,
        func.substr(outbox.c.dedupe_key, 1, bindparam("size", type_=Integer)) == bindparam("begins"),
    ),
    value,
)


def waiting_with(conn: Connection, chat_id: int, joins: str) -> int | None:
    """The row of a chat that waits to be said and has this in common, if one does."""
    begins = f"{joins}|"
    return _WAITING_WITH.one(conn, chat_id=chat_id, size=len(begins), begins=begins)


def join(conn: Connection, row_id: int, now: datetime, several: str = "") -> None:
    """A row stands for one thing more, by its own screen or by one that lists several.

    It may be on its way this very moment, without that: so it counts as made now, and :func:`mark_sent` leaves it due.
    """
    other = {"screen": several, "params": "{}"} if several else {}
    change(conn, outbox, {"id": row_id}, created_at=now, **other)


_BEYOND: Prepared[int] = Prepared(
    select(outbox.c.id).where(IS_DUE, outbox.c.lane == bindparam("of_lane"), outbox.c.rank == 0)
    .order_by(outbox.c.id).limit(1).offset(bindparam("most", type_=Integer)), value,
)  # fmt: skip


def more_wait(conn: Connection, lane: Lane, most: int) -> bool:
    """Whether a lane holds more than that."""
    return _BEYOND.one(conn, of_lane=int(lane), most=most) is not None


def next_due(conn: Connection, now: datetime) -> datetime | None:
    """When the earliest postponed row is due, for the sender's nap."""
    return _NEXT_DUE.one(conn, now=now, far=now + LONGEST_PAUSE)


def row(conn: Connection, row_id: int) -> OutboxRow | None:
    """A row by id."""
    return load(OutboxRow, conn.execute(select(*_ROW).where(outbox.c.id == row_id)).one_or_none())


def of_chat(conn: Connection, chat_id: int, limit: int) -> list[OutboxRow]:
    """The newest that was to be said in a chat, whatever became of it, the newest last."""
    query = select(*_ROW).where(outbox.c.chat_id == chat_id).order_by(outbox.c.id.desc()).limit(limit)
    return load_all(OutboxRow, conn.execute(query))[::-1]


def mark_sent(conn: Connection, now: datetime, said: OutboxRow, message_id: int | None) -> bool:
    """It was said as it was read; False where something joined it meanwhile, which has to be said, too."""
    values = {"state": RowState.SENT, "sent_at": now, "message_id": message_id, "error": None}
    return change(conn, outbox, {"id": said.id, "created_at": said.created_at}, **values) == 1


def skip(conn: Connection, row_id: int, why: str) -> None:
    """There is nothing to say any more."""
    _finish(conn, row_id, state=RowState.SKIPPED, error=why)


def skip_as_read(conn: Connection, read: OutboxRow, why: str) -> None:
    """There was nothing to say; unless something joined it meanwhile."""
    keys = {"id": read.id, "created_at": read.created_at}
    change(conn, outbox, keys, state=RowState.SKIPPED, error=why)


def dead(conn: Connection, row_id: int, error: str) -> None:
    """Telegram will never take it."""
    _finish(conn, row_id, state=RowState.DEAD, error=error[:500])


def postpone(conn: Connection, row_id: int, until: datetime, error: str, *, tried: bool = True) -> None:
    """Try again later. A pause Telegram asked for is no attempt that failed."""
    values: dict[str, Any] = {"not_before": until, "error": error[:500]}
    if tried:
        values["attempts"] = outbox.c.attempts + 1
    conn.execute(update(outbox).where(outbox.c.id == row_id).values(**values))


def wait(conn: Connection, row_id: int, until: datetime) -> None:
    """A row has somebody before it who is tried again."""
    _finish(conn, row_id, not_before=until)


def try_again(conn: Connection, chat_id: int) -> None:
    """What was refused in a chat need not wait any longer."""
    query = update(outbox).where(outbox.c.chat_id == chat_id, IS_DUE, outbox.c.attempts > 0)
    conn.execute(query.values(not_before=AT_ONCE))


def postpone_lane(conn: Connection, behind: OutboxRow, until: datetime) -> None:
    """What waits in its lane, and in its topic, stays behind a row that is tried again; everything else goes on."""
    query = update(outbox).where(outbox.c.chat_id == behind.chat_id, IS_DUE, outbox.c.lane == behind.lane)
    topic = outbox.c.thread_id
    query = query.where(topic.is_(None) if behind.thread_id is None else topic == behind.thread_id)
    conn.execute(query.where(outbox.c.id > behind.id, outbox.c.not_before < until).values(not_before=until))


def _finish(conn: Connection, row_id: int, **values: Any) -> None:
    change(conn, outbox, {"id": row_id}, **values)


def send_new(conn: Connection, row_id: int) -> None:
    """The message to edit is gone: send a new one instead."""
    _finish(conn, row_id, edit_message_id=None)


def postpone_chat(conn: Connection, chat_id: int, until: datetime) -> None:
    """Telegram asked for a pause in one chat: everything due there waits, in order."""
    query = update(outbox).where(
        outbox.c.chat_id == chat_id, outbox.c.state == RowState.DUE, outbox.c.not_before < until
    )
    conn.execute(query.values(not_before=until))


def rest_news(conn: Connection, chat_id: int, until: datetime) -> None:
    """A chat has quiet hours: its news waits, in order; answers, digests and edits of cards do not."""
    query = update(outbox).where(outbox.c.chat_id == chat_id, outbox.c.lane == int(Lane.NOTICE), IS_DUE)
    query = query.where(outbox.c.edit_message_id.is_(None))
    conn.execute(query.where(outbox.c.not_before < until).values(not_before=until))


def skip_chat(conn: Connection, chat_id: int, why: str, thread_id: int | None = None) -> int:
    """The chat, or a topic of it, cannot be reached: what was due there is not said."""
    query = update(outbox).where(outbox.c.chat_id == chat_id, IS_DUE)
    query = query if thread_id is None else query.where(outbox.c.thread_id == thread_id)
    return conn.execute(query.values(state=RowState.SKIPPED, error=why)).rowcount


def digests_waiting(conn: Connection, chat_ids: Sequence[int], *, refused: bool = False) -> list[OutboxRow]:
    """Digests that wait in these chats; only those that were tried in vain, if asked for them."""
    query = select(*_ROW).where(outbox.c.chat_id.in_(chat_ids), IS_DUE, outbox.c.lane == int(Lane.DIGEST))
    query = query.where(outbox.c.attempts > 0) if refused else query
    return load_all(OutboxRow, conn.execute(query.order_by(outbox.c.id)))


def rewrite(conn: Connection, row_id: int, now: datetime, params: dict[str, Any]) -> None:
    """A row says more than it did; it may be on its way this very moment, see :func:`join`."""
    change(conn, outbox, {"id": row_id}, params=json.dumps(params, sort_keys=True), created_at=now)


def rekey_chat(conn: Connection, old: int, new: int) -> None:
    """A group became a supergroup: answers and news go there as new messages, its cards stand in a message that is gone."""
    here = outbox.c.chat_id == old, IS_DUE
    a_card = (
        outbox.c.card.is_not(None),
        outbox.c.edit_message_id.is_not(None),
        outbox.c.lane != int(Lane.REPLY),
    )
    gone = {"state": RowState.SKIPPED, "error": "its message is in the group that was"}
    conn.execute(update(outbox).where(*here, *a_card).values(**gone))
    fresh = {"chat_id": new, "edit_message_id": None, "card": None, "not_before": AT_ONCE}
    later = (
        outbox.c.attempts == 0,
        outbox.c.not_before > AT_ONCE,
    )  # what joins others within a minute goes on waiting
    conn.execute(update(outbox).where(*here, *later).values(chat_id=new, edit_message_id=None, card=None))
    conn.execute(update(outbox).where(*here).values(**fresh))


def point_digests(conn: Connection, chat_id: int, orders: Mapping[int, int]) -> None:
    """Digests that wait in a chat, of an order that lives on as another one."""
    query = select(outbox.c.id, outbox.c.params).where(outbox.c.chat_id == chat_id, IS_DUE)
    for row_id, params in conn.execute(query.where(outbox.c.lane == int(Lane.DIGEST))).all():
        values = json.loads(params)
        if values.get("order") in orders:
            written = json.dumps(values | {"order": orders[values["order"]]}, sort_keys=True)
            _finish(conn, row_id, params=written)


def lately(conn: Connection, since: datetime, now: datetime, most: int = 4000) -> list[tuple[int, datetime]]:
    """(chat, moment) of what was said since then, oldest first; looks at the newest rows only.

    What a wrong clock says was said in times to come is left out: it would keep us silent until then.
    """
    newest = select(outbox.c.id).order_by(outbox.c.id.desc()).limit(most).subquery()
    query = select(outbox.c.chat_id, outbox.c.sent_at).join(newest, newest.c.id == outbox.c.id)
    query = query.where(outbox.c.sent_at > since, outbox.c.sent_at <= now)
    found = conn.execute(query.order_by(outbox.c.sent_at))
    return [(chat_id, sent_at) for chat_id, sent_at in found]


def depth(conn: Connection) -> int:
    """How many rows are due."""
    return conn.execute(select(func.count()).select_from(outbox).where(IS_DUE)).scalar_one()
