"""Carries out the table of domain/notices.py: an event, and whom it concerns, become rows of the outbox.

Rows hold a screen and its parameters; the text is made when it is sent.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.filters import Filter
from domain.notices import BY_EVENT, MINUTE, Happening, Joined, Relation, Role, Row
from storage import cards, chats, facts, first_view, outbox, people, subscriptions
from storage.engine import Connection

ACTING_FOR = "_for"
"""The parameter that says for which of several organisations somebody hears it, where they act for another one now."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom an event concerns. Who is left out does not hear of it."""

    hromada: int | None = None
    giver: int | None = None
    other: int | None = None
    own: int | None = None
    person: int | None = None
    doer: int | None = None
    need: int | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a notice goes: a chat, a message in it to be edited, an organisation it is meant for."""

    chat_id: int
    thread_id: int | None = None
    organisation: int | None = None


def tell(conn: Connection, at: datetime, event: Happening, concerned: Concerned, **about: Any) -> None:
    """Let everybody hear whom the table names. ``about`` are the parameters of the notices' screens."""
    for row in BY_EVENT[event]:
        if row.joined is Joined.EDIT:
            _refresh(conn, at, row, concerned)
            continue
        for place in _HEARERS[row.role](conn, at, row, concerned):
            _queue(conn, at, row, place, about)


def refresh_cards(conn: Connection, at: datetime, need_id: int) -> None:
    """Something about a need changed: its cards say so, wherever they stand."""
    tell(conn, at, Happening.NEED_MOVED, Concerned(need=need_id))


def refresh_inline(conn: Connection, at: datetime, card: cards.InlineCard) -> None:
    """Edit a card that somebody shared into a chat by inline mode."""
    [row] = BY_EVENT[Happening.NEED_MOVED]
    about = {"need_id": card.need_id}
    outbox.edit_inline(
        conn, at, card.place, card.inline_message_id, row.notice, about, f"need:{card.need_id}"
    )


def _refresh(conn: Connection, at: datetime, row: Row, concerned: Concerned) -> None:
    assert concerned.need is not None
    for chat_id, message_id in chats.cards_of(conn, concerned.need):
        outbox.show(
            conn,
            at,
            chat_id=chat_id,
            screen=row.notice,
            params={"need_id": concerned.need},
            lane=row.lane,
            edit=message_id,
            card=f"need:{concerned.need}",
        )
    for card in cards.of_need(conn, concerned.need):
        refresh_inline(conn, at, card)


def _queue(conn: Connection, at: datetime, row: Row, place: _Place, about: dict[str, Any]) -> None:
    joins = _joining(row, about)
    waits = outbox.waiting_with(conn, place.chat_id, joins) if joins else None
    if waits is not None:
        outbox.join(conn, waits, at, row.several)
        return
    meant_for = {} if place.organisation is None else {ACTING_FOR: place.organisation}
    outbox.show(
        conn,
        at,
        chat_id=place.chat_id,
        thread_id=place.thread_id,
        screen=row.notice,
        params={**about, **meant_for},
        lane=row.lane,
        dedupe=outbox.joint_of(place.chat_id, at, joins, *about.values()) if joins else None,
        not_before=at + MINUTE if row.joined is Joined.MINUTE else None,
        follow_up=row.then or None,
    )


def _joining(row: Row, about: dict[str, Any]) -> str | None:
    """What it has in common with those it becomes one message with."""
    match row.joined:
        case Joined.MINUTE:
            return outbox.joint(row.notice, *about.values())
        case Joined.WAITING:
            return outbox.joint(row.notice)
        case _:
            return None


# --- who they are -------------------------------------------------------------------------------------


def _of_organisation(conn: Connection, _at: datetime, row: Row, concerned: Concerned) -> Iterator[_Place]:
    """Everybody who may act for it, in private; also those who act for another of theirs at the moment."""
    of = {
        Relation.ASKS: concerned.hromada,
        Relation.GIVES: concerned.giver,
        Relation.OTHER: concerned.other,
        Relation.SAME: concerned.own,
    }
    organisation_id = of[row.relation]
    if organisation_id is not None:
        yield from _people_of(conn, organisation_id, concerned.doer if row.but_doer else None)


def _people_of(conn: Connection, organisation_id: int, but: int | None = None) -> Iterator[_Place]:
    for person_id, chat_id, acting_for in people.reachable_people(conn, organisation_id):
        if person_id != but:
            elsewhere = acting_for != organisation_id
            yield _Place(chat_id, organisation=organisation_id if elsewhere else None)


def _of_partners(conn: Connection, at: datetime, row: Row, concerned: Concerned) -> Iterator[_Place]:
    if row.relation is not Relation.TWIN:
        yield from _of_organisation(conn, at, row, concerned)
        return
    assert concerned.hromada is not None
    for partner_id in first_view.partners_of(conn, concerned.hromada):
        yield from _people_of(conn, partner_id)


def _coordinators(conn: Connection, _at: datetime, _row: Row, _concerned: Concerned) -> Iterator[_Place]:
    """Their groups, and where there is none each of them."""
    groups = chats.coordination_chats(conn)
    yield from (_Place(chat_id) for chat_id in groups)
    for person in () if groups else people.coordinators(conn):
        chat_id = chats.private_chat(conn, person.id)
        if chat_id is not None:
            yield _Place(chat_id)


def _person(conn: Connection, _at: datetime, _row: Row, concerned: Concerned) -> Iterator[_Place]:
    """In private; silent where they blocked the bot."""
    assert concerned.person is not None
    chat_id = chats.private_chat(conn, concerned.person)
    if chat_id is not None:
        yield _Place(chat_id)


def _ordered(conn: Connection, at: datetime, _row: Row, concerned: Concerned) -> Iterator[_Place]:
    """Chats that asked to hear at once, where their filter lets it through and no card of it stands yet."""
    assert concerned.need is not None
    about = facts.of_needs(conn, [concerned.need])[concerned.need]
    wanted = [each for each in subscriptions.instant_filters(conn) if Filter.read(each).matches(about)]
    there = {chat_id for chat_id, _ in chats.cards_of(conn, concerned.need)}
    for order in subscriptions.instant(conn, wanted, at) if wanted else ():
        theirs = order.created_by == concerned.doer and order.chat_id > 0  # others read along in a group
        if order.chat_id not in there and not theirs:
            yield _Place(order.chat_id, order.thread_id or None)


_Hearers = Callable[[Connection, datetime, Row, Concerned], Iterator[_Place]]

_HEARERS: dict[Role, _Hearers] = {
    Role.OFFICIALS: _of_organisation,
    Role.PARTNERS: _of_partners,
    Role.MEMBERS: _of_organisation,
    Role.COORDINATORS: _coordinators,
    Role.PERSON: _person,
    Role.CHATS: _ordered,
}
