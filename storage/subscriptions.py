"""Standing orders of chats and topics: a digest, and hearing of new needs at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from domain.model import Subscription
from domain.schedule import BATCH
from storage.base import columns_for, find, find_one
from storage.schema.chats import chats, subscriptions

_ROW = columns_for(Subscription, subscriptions)


def subscription(conn: Connection, chat_id: int, kind: str, thread_id: int = 0) -> Subscription | None:
    """The standing order of one kind, of a chat or a topic of it."""
    return find_one(conn, Subscription, subscriptions, chat_id=chat_id, thread_id=thread_id, kind=kind)


def by_id(conn: Connection, subscription_id: int) -> Subscription | None:
    """A standing order by id."""
    return find_one(conn, Subscription, subscriptions, id=subscription_id)


def of_chat(conn: Connection, chat_id: int) -> list[Subscription]:
    """All orders of a chat and its topics."""
    return find(conn, Subscription, subscriptions, chat_id=chat_id)


def how_many(conn: Connection, chat_id: int) -> int:
    """Orders of a chat and its topics, those aside whose place is gone."""
    mine = subscriptions.c
    query = select(func.count()).where(mine.chat_id == chat_id, mine.gone_at.is_(None))
    return int(conn.execute(query).scalar_one())


def save(conn: Connection, chat_id: int, kind: str, thread_id: int = 0, **values: Any) -> None:
    """Place or change a standing order."""
    mine = {"chat_id": chat_id, "thread_id": thread_id, "kind": kind}
    values = values | (dict.fromkeys(("gone_at", "silent_since")) if values.get("active") else {})
    at = [subscriptions.c[name] == value for name, value in mine.items()]
    if conn.execute(update(subscriptions).where(*at).values(**values)).rowcount == 0:
        conn.execute(insert(subscriptions).values(**mine, **values))


def _has_come(now: datetime) -> ColumnElement[bool]:
    mine = subscriptions.c
    return and_(mine.active, mine.kind == "digest", mine.next_run_at <= now)


def due_digests(conn: Connection, now: datetime, newest: int, limit: int = BATCH) -> list[Subscription]:
    """Digests whose hour has come and that may have something to tell, in chats that can be reached; equal ones together."""
    query = select(*_ROW).join(chats, chats.c.id == subscriptions.c.chat_id)
    query = query.where(_has_come(now), subscriptions.c.watermark < newest, chats.c.reachable)
    query = query.order_by(subscriptions.c.filters, subscriptions.c.watermark, subscriptions.c.id)
    return [Subscription(*row) for row in conn.execute(query.limit(limit))]


def quiet_hours(conn: Connection, now: datetime, newest: int) -> list[tuple[int, str, int]]:
    """(hour, zone, days) of digests whose hour has come and that have nothing to tell."""
    mine = subscriptions.c
    query = select(mine.hour, mine.zone, mine.days).distinct()
    found = conn.execute(query.where(_has_come(now), mine.watermark >= newest))
    return [(hour, zone, days) for hour, zone, days in found]


def skip_quiet(
    conn: Connection, now: datetime, newest: int, when: tuple[int, str, int], next_run_at: datetime
) -> None:
    """Digests of one hour that have nothing to tell wait for their next one."""
    mine = subscriptions.c
    hour, zone, days = when
    query = update(subscriptions).where(_has_come(now), mine.watermark >= newest)
    query = query.where(mine.hour == hour, mine.zone == zone, mine.days == days)
    conn.execute(query.values(next_run_at=next_run_at))


def claim_digests(
    conn: Connection, due: Sequence[Subscription], next_run_at: datetime, watermark: int | None
) -> set[int]:
    """Take due digests; the ids of those no other worker took. Moves their hour and their watermark together.

    ``watermark`` None leaves it: what happens during a pause is told afterwards.
    """
    query = update(subscriptions).where(subscriptions.c.id.in_([each.id for each in due]))
    query = query.where(subscriptions.c.next_run_at < next_run_at)
    values = {"next_run_at": next_run_at} | ({} if watermark is None else {"watermark": watermark})
    return set(conn.execute(query.values(**values).returning(subscriptions.c.id)).scalars())


def instant_filters(conn: Connection) -> list[str]:
    """What is asked for at once, each filter once, however many chats share it."""
    query = select(subscriptions.c.filters).distinct()
    return list(
        conn.execute(query.where(subscriptions.c.active, subscriptions.c.kind == "instant")).scalars()
    )


def instant(conn: Connection, filters: Sequence[str], now: datetime) -> list[Subscription]:
    """Everybody who wants to hear at once of what one of these filters lets through, pauses heeded."""
    mine = subscriptions.c
    query = select(*_ROW).join(chats, chats.c.id == mine.chat_id)
    query = query.where(mine.active, mine.kind == "instant", mine.filters.in_(filters), chats.c.reachable)
    query = query.where(mine.paused_until.is_(None) | (mine.paused_until <= now))
    return [Subscription(*row) for row in conn.execute(query.order_by(mine.id))]


def tell_again(conn: Connection, order_id: int, after: int) -> None:
    """What happened since then was not heard: the next digest begins there."""
    mine = subscriptions.c
    query = update(subscriptions).where(mine.id == order_id, mine.watermark > after)
    conn.execute(query.values(watermark=after))


def fall_silent(conn: Connection, now: datetime, chat_id: int, thread_id: int) -> list[int]:
    """A topic takes nothing for now; those who ordered for it and were not told of it yet."""
    mine = subscriptions.c
    query = update(subscriptions).where(mine.chat_id == chat_id, mine.thread_id == thread_id, mine.active)
    query = query.where(mine.silent_since.is_(None)).values(silent_since=now)
    return sorted(set(conn.execute(query.returning(mine.created_by)).scalars()))


def hear_again(conn: Connection, chat_id: int, thread_id: int | None = None) -> None:
    """A topic takes what we say again, or every topic of a chat does."""
    mine = subscriptions.c
    query = update(subscriptions).where(mine.chat_id == chat_id, mine.silent_since.is_not(None))
    query = query if thread_id is None else query.where(mine.thread_id == thread_id)
    conn.execute(query.values(silent_since=None))


def end(conn: Connection, now: datetime, chat_id: int, thread_id: int | None = None) -> None:
    """The chat, or a topic of it, is gone: nothing is sent there any more. What was chosen is kept for another time."""
    mine = subscriptions.c
    query = update(subscriptions).where(mine.chat_id == chat_id, mine.active)
    query = query if thread_id is None else query.where(mine.thread_id == thread_id)
    conn.execute(query.values(active=False, gone_at=now))


def ended(conn: Connection, chat_id: int, thread_id: int, person_id: int) -> bool:
    """Whether orders of somebody ended because their place was gone; topic 0 stands for the whole chat."""
    mine = subscriptions.c
    query = select(mine.id).where(mine.chat_id == chat_id, mine.created_by == person_id)
    query = query if thread_id == 0 else query.where(mine.thread_id == thread_id)
    return conn.execute(query.where(mine.gone_at.is_not(None)).limit(1)).first() is not None
