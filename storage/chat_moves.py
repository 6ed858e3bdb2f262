"""Groups that became supergroups: two ids of one place, whichever of them we heard of first, and by which word.

Messages of the old group cannot be edited any more and their numbers begin again in the new one, so what stood there is
forgotten; everything people chose, and everything that waits to be said, goes along.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.model import Subscription
from storage import chats as rows
from storage import inbox, outbox
from storage.chats import Chat
from storage.prepared import Prepared, value
from storage.schema.chats import cards, chat_aliases, chats, subscriptions
from storage.schema.talking import places
from storage.subscriptions import of_chat

_CURRENT: Prepared[int] = Prepared(
    select(chat_aliases.c.new_id).where(chat_aliases.c.old_id == bindparam("old_id")), value
)


def current(conn: Connection, chat_id: int) -> int:
    """Where a chat is today. Private chats never move, so nobody is asked about them."""
    if chat_id > 0:
        return chat_id
    new_id = _CURRENT.one(conn, old_id=chat_id)
    return chat_id if new_id is None else new_id


def grew_up(conn: Connection, chat_id: int) -> bool:
    """Whether a supergroup was known as a group before."""
    query = select(chat_aliases.c.old_id).where(chat_aliases.c.new_id == chat_id).limit(1)
    return conn.execute(query).first() is not None


def merge(conn: Connection, now: datetime, old: int, new: int) -> int:
    """Everything that named the old chat names the new one, also where the new one is known already; returns where it is.

    Told twice, or the other way round, it changes nothing; and only groups move, into groups.
    """
    if old >= 0 or new >= 0:
        return old
    new = current(conn, new)
    if old == new:
        return new
    _remember(conn, now, old, new)
    before, after = rows.chat(conn, old), rows.chat(conn, new)
    if before is not None:
        rows.see(conn, new, **_merged(before, after))
        orders = _merge_orders(conn, old, new)
        outbox.point_digests(conn, old, orders)
    outbox.rekey_chat(conn, old, new)
    inbox.rekey(conn, old, new)
    for table in (cards, places):
        conn.execute(delete(table).where(table.c.chat_id == old))
    conn.execute(delete(chats).where(chats.c.id == old))
    return new


def _remember(conn: Connection, now: datetime, old: int, new: int) -> None:
    """A chain of moves is always one step long."""
    conn.execute(update(chat_aliases).where(chat_aliases.c.new_id == old).values(new_id=new))
    moved_on = update(chat_aliases).where(chat_aliases.c.old_id == old).values(new_id=new)
    if conn.execute(moved_on).rowcount == 0:
        conn.execute(insert(chat_aliases).values(old_id=old, new_id=new, at=now))


def _merged(before: Chat, after: Chat | None) -> dict[str, Any]:
    """Field by field: what was chosen in the new chat, else what was chosen in the old one."""
    if after is None:
        choices = {
            name: getattr(before, name)
            for name in ("language", "language_chosen", "quiet_from", "quiet_to", "quiet_zone", "added_by")
        }
        return choices | {
            "kind": "supergroup",
            "title": before.title,
            "coordination": before.coordination,
            "reachable": True,  # the old group is left behind by everybody; nobody threw us out of the new one
            "seen_at": before.seen_at,
        }
    speaks = after if after.language_chosen or before.language is None else before
    quiet = after if after.quiet_from is not None else before
    return {
        "title": after.title or before.title,
        "language": speaks.language,
        "language_chosen": speaks.language_chosen,
        "coordination": before.coordination or after.coordination,
        "quiet_from": quiet.quiet_from,
        "quiet_to": quiet.quiet_to,
        "quiet_zone": quiet.quiet_zone,
        "added_by": after.added_by or before.added_by,
        "seen_at": max(before.seen_at, after.seen_at),
    }


def _merge_orders(conn: Connection, old: int, new: int) -> dict[int, int]:
    """The orders of both; which order of the old chat lives on as which of the new one."""
    there = {(each.thread_id, each.kind): each for each in of_chat(conn, new)}
    lives_on: dict[int, int] = {}
    for order in of_chat(conn, old):
        twin = there.get((order.thread_id, order.kind))
        active = order.active or order.gone_at is not None  # it ended with the old chat alone
        if twin is not None and (twin.active or not active):
            if active:
                _change(conn, twin.id, watermark=min(twin.watermark, order.watermark))
            _drop(conn, order)
            lives_on[order.id] = twin.id
            continue
        if twin is not None:
            _drop(conn, twin)
            lives_on[twin.id] = order.id
        _change(conn, order.id, chat_id=new, active=active, gone_at=None)
    return lives_on


def _change(conn: Connection, order_id: int, **values: Any) -> None:
    conn.execute(update(subscriptions).where(subscriptions.c.id == order_id).values(**values))


def _drop(conn: Connection, order: Subscription) -> None:
    conn.execute(delete(subscriptions).where(subscriptions.c.id == order.id))
