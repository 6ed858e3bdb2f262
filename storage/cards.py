"""Cards of needs that people shared by inline mode: in chats we may not know, under the messenger's own name for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.base import columns_for, find_one
from storage.outbox import ELSEWHERE
from storage.prepared import Prepared
from storage.schema.chats import inline_cards


@dataclass(frozen=True, slots=True)
class InlineCard:
    """A message somebody sent through the bot, which shows a need in the language it was posted in."""

    id: int
    inline_message_id: str
    need_id: int
    language: str
    posted_at: datetime

    @property
    def place(self) -> int:
        """Stands for its chat in the outbox: each such message is in order by itself, and waits for no other."""
        return ELSEWHERE - self.id


def add(conn: Connection, inline_message_id: str, need_id: int, language: str, now: datetime) -> InlineCard:
    """Remember where it stands, so that it stays true; a second time it is the one remembered already."""
    known = card(conn, inline_message_id)
    if known is not None:
        return known
    values = {
        "inline_message_id": inline_message_id,
        "need_id": need_id,
        "language": language,
        "posted_at": now,
    }
    conn.execute(insert(inline_cards), values)
    made = card(conn, inline_message_id)
    assert made is not None
    return made


def card(conn: Connection, inline_message_id: str) -> InlineCard | None:
    """The card of this name."""
    return find_one(conn, InlineCard, inline_cards, inline_message_id=inline_message_id)


def drop(conn: Connection, inline_message_id: str) -> None:
    """It can no longer be edited."""
    _DROP.count(conn, of_message=inline_message_id)


def of_need(conn: Connection, need_id: int) -> list[InlineCard]:
    """Every such card of a need, in the order they were posted."""
    return _OF_NEED.rows(conn, need_id=need_id)


_DROP: Prepared[Any] = Prepared(
    delete(inline_cards).where(inline_cards.c.inline_message_id == bindparam("of_message"))
)
_OF_NEED = Prepared(
    select(*columns_for(InlineCard, inline_cards))
    .where(inline_cards.c.need_id == bindparam("need_id"))
    .order_by(inline_cards.c.id),
    InlineCard,
)
