"""Chats, live cards, drafts and subscriptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.model import Draft
from domain.schedule import quiet_until
from storage.base import change, columns_for, find_one, load, remove
from storage.prepared import Prepared, pair, value
from storage.schema.chats import cards, chats, drafts
from storage.schema.people import people


@dataclass(frozen=True, slots=True)
class Chat:
    """A place messages go to."""

    id: int
    kind: str
    title: str
    person_id: int | None
    language: str | None
    coordination: bool
    reachable: bool
    seen_at: datetime
    quiet_from: int | None
    quiet_to: int | None
    quiet_zone: str | None
    added_by: int | None
    language_chosen: bool
    silent_since: datetime | None

    def quiet_until(self, now: datetime) -> datetime | None:
        """When the quiet hours that are on now will end; None where there are none."""
        if self.quiet_from is None or self.quiet_to is None or self.quiet_zone is None:
            return None
        return quiet_until(now, self.quiet_from, self.quiet_to, self.quiet_zone)


def chat(conn: Connection, chat_id: int) -> Chat | None:
    """A chat by the messenger's id."""
    return find_one(conn, Chat, chats, id=chat_id)


def see(conn: Connection, chat_id: int, **values: Any) -> None:
    """Remember a chat, or what is new about it."""
    if change(conn, chats, {"id": chat_id}, **values) == 0:
        conn.execute(insert(chats), {"id": chat_id, **values})


def private_chat(conn: Connection, person_id: int) -> int | None:
    """Where a person can be written to, if they can."""
    return _PRIVATE_CHAT.one(conn, person_id=person_id)


def coordination_chats(conn: Connection) -> list[int]:
    """Groups where coordinators work together."""
    query = select(chats.c.id).where(chats.c.coordination, chats.c.reachable).order_by(chats.c.id)
    return list(conn.execute(query).scalars())


def coordinate_no_more(conn: Connection, but: int | None) -> None:
    """Groups that coordinated by another setting than this one hear nothing any more."""
    query = update(chats).where(chats.c.coordination)
    query = query if but is None else query.where(chats.c.id != but)
    conn.execute(query.values(coordination=False))


def channels_of(conn: Connection, person_id: int, most: int = 5) -> list[Chat]:
    """Channels a person brought the bot into, and where it still may post."""
    query = select(*columns_for(Chat, chats)).where(
        chats.c.added_by == person_id, chats.c.kind == "channel", chats.c.reachable
    )
    rows = conn.execute(query.order_by(chats.c.title, chats.c.id).limit(most))
    return [Chat(*row) for row in rows]


def add_card(conn: Connection, chat_id: int, message_id: int, need_id: int, now: datetime) -> None:
    """Remember where a need's card stands, so that it stays true."""
    drop_card(conn, chat_id, message_id)
    values = {"chat_id": chat_id, "message_id": message_id, "need_id": need_id, "posted_at": now}
    conn.execute(insert(cards), values)


def drop_card(conn: Connection, chat_id: int, message_id: int) -> None:
    """A message shows something else now, or is gone."""
    _DROP_CARD.count(conn, of_chat=chat_id, of_message=message_id)


def cards_of(conn: Connection, need_id: int) -> list[tuple[int, int]]:
    """(chat, message) of every card of a need in chats that can be reached."""
    return _CARDS_OF.rows(conn, need_id=need_id)


def needs_shown_in(conn: Connection, chat_id: int) -> set[int]:
    """The needs whose cards stand in a chat."""
    return set(conn.execute(select(cards.c.need_id).where(cards.c.chat_id == chat_id)).scalars())


def draft(conn: Connection, person_id: int, form: str) -> Draft | None:
    """A person's draft of one form."""
    query = select(drafts).where(drafts.c.person_id == person_id, drafts.c.form == form)
    return load(Draft, conn.execute(query).one_or_none())


def draft_by_id(conn: Connection, draft_id: int) -> Draft | None:
    """A draft by id."""
    return find_one(conn, Draft, drafts, id=draft_id)


def active_draft(conn: Connection, person_id: int) -> Draft | None:
    """The form a person is in the middle of."""
    return _ACTIVE_DRAFT.one(conn, person_id=person_id)


def save_draft(conn: Connection, person_id: int, form: str, now: datetime, **values: Any) -> Draft:
    """Start or go on with a form; every other form of the person rests meanwhile."""
    conn.execute(
        update(drafts).where(drafts.c.person_id == person_id, drafts.c.form != form).values(active=False)
    )
    mine = drafts.c.person_id == person_id, drafts.c.form == form
    changed = update(drafts).where(*mine).values(active=True, touched_at=now, **values).returning(drafts)
    row = conn.execute(changed).one_or_none()
    if row is None:
        fresh = insert(drafts).values(
            person_id=person_id, form=form, active=True, started_at=now, touched_at=now, **values
        )
        row = conn.execute(fresh.returning(drafts)).one()
    return Draft(**row._mapping)


def doubt_draft(conn: Connection, draft_id: int, now: datetime, words: str) -> None:
    """Words that wait for a second yes before they are taken as the answer."""
    change(conn, drafts, {"id": draft_id}, doubt=words, touched_at=now)


def forget_draft(conn: Connection, person_id: int, form: str) -> None:
    """The form begins afresh: a draft with a new id, so that buttons of the old one do nothing to it."""
    conn.execute(delete(drafts).where(drafts.c.person_id == person_id, drafts.c.form == form))


def drop_drafts(conn: Connection, person_id: int, but: Sequence[str] = ()) -> None:
    """All of a person's drafts, but those of some forms."""
    conn.execute(delete(drafts).where(drafts.c.person_id == person_id, drafts.c.form.not_in(but)))


def hand_draft(conn: Connection, draft_id: int, person_id: int, form: str) -> None:
    """A draft becomes somebody else's; it rests until they take it up."""
    change(conn, drafts, {"id": draft_id}, person_id=person_id, form=form, active=False)


def rest_drafts(conn: Connection, person_id: int) -> None:
    """The person turned to something else; drafts stay, answers no longer go to them."""
    change(conn, drafts, {"person_id": person_id}, active=False)


def drop_draft(conn: Connection, draft_id: int) -> None:
    """A form was sent or thrown away."""
    remove(conn, drafts, id=draft_id)


_PRIVATE_CHAT: Prepared[int] = Prepared(
    select(chats.c.id).where(
        chats.c.person_id == bindparam("person_id"), chats.c.kind == "private", chats.c.reachable
    ),
    value,
)
_ACTIVE_DRAFT = Prepared(
    select(*columns_for(Draft, drafts))
    .where(drafts.c.person_id == bindparam("person_id"), drafts.c.active)
    .order_by(drafts.c.touched_at.desc())
    .limit(1),
    Draft,
)
_CARDS_OF: Prepared[tuple[int, int]] = Prepared(
    select(cards.c.chat_id, cards.c.message_id)
    .join(chats, chats.c.id == cards.c.chat_id)
    .where(cards.c.need_id == bindparam("need_id"), chats.c.reachable),
    pair,
)
_DROP_CARD: Prepared[Any] = Prepared(
    delete(cards).where(
        cards.c.chat_id == bindparam("of_chat"), cards.c.message_id == bindparam("of_message")
    )
)


def language_of(group: Chat) -> str:
    """What a group reads."""
    return group.language or "uk"


def reader(conn: Connection, chat_id: int) -> tuple[Chat, str] | None:
    """A chat and the language it reads: the person's own in private, the group's in a group."""
    known = chat(conn, chat_id)
    if known is None:
        return None
    if known.person_id is None:
        return known, language_of(known)
    language = conn.execute(select(people.c.language).where(people.c.id == known.person_id)).scalar_one()
    return known, language
