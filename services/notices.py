"""Who hears of what. Rows hold a screen and its parameters; the text is made when it is sent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from domain.filters import Filter
from storage import cards, chats, facts, outbox, people, subscriptions
from storage.engine import Connection
from storage.outbox import Lane


def tell(conn: Connection, at: datetime, chat_id: int, screen: str, **params: Any) -> None:
    """One notice to one chat."""
    outbox.show(conn, at, chat_id=chat_id, screen=screen, params=params, lane=Lane.NOTICE)


def tell_person(conn: Connection, at: datetime, person_id: int, screen: str, **params: Any) -> None:
    """A notice in a person's private chat; silent where they blocked the bot."""
    chat_id = chats.private_chat(conn, person_id)
    if chat_id is not None:
        tell(conn, at, chat_id, screen, **params)


def tell_organisation(
    conn: Connection,
    at: datetime,
    organisation_id: int,
    screen: str,
    *,
    but: int | None = None,
    **params: Any,
) -> None:
    """A notice to everybody who may act for an organisation, except the one who did it."""
    for person in people.verified_people(conn, organisation_id):
        if person.id != but:
            tell_person(conn, at, person.id, screen, **params)


def tell_coordinators(conn: Connection, at: datetime, screen: str, **params: Any) -> None:
    """A notice to the coordinators' groups, and where there is none to each coordinator."""
    groups: Iterable[int] = chats.coordination_chats(conn)
    found = list(groups) or [
        chat_id
        for person in people.coordinators(conn)
        if (chat_id := chats.private_chat(conn, person.id)) is not None
    ]
    for chat_id in found:
        tell(conn, at, chat_id, screen, **params)


def refresh_cards(conn: Connection, at: datetime, need_id: int) -> None:
    """Edit every card of a need that stands in some chat; many changes become one edit."""
    for chat_id, message_id in chats.cards_of(conn, need_id):
        outbox.show(
            conn,
            at,
            chat_id=chat_id,
            screen="need",
            params={"need_id": need_id},
            lane=Lane.NOTICE,
            edit=message_id,
            card=f"need:{need_id}",
        )
    for card in cards.of_need(conn, need_id):
        refresh_inline(conn, at, card)


def refresh_inline(conn: Connection, at: datetime, card: cards.InlineCard) -> None:
    """Edit a card that somebody shared into a chat by inline mode."""
    outbox.edit_inline(
        conn,
        at,
        card.place,
        card.inline_message_id,
        "need",
        {"need_id": card.need_id},
        f"need:{card.need_id}",
    )


def announce_need(conn: Connection, at: datetime, need_id: int, *, but: int | None = None) -> None:
    """A new need's card, live, to every chat that asked to hear of its sectors at once."""
    about = facts.of_needs(conn, [need_id])[need_id]
    wanted = [each for each in subscriptions.instant_filters(conn) if Filter.read(each).matches(about)]
    there = {chat_id for chat_id, _ in chats.cards_of(conn, need_id)}  # its partners saw it first
    for order in subscriptions.instant(conn, wanted, at) if wanted else ():
        if order.chat_id in there or order.created_by == but:
            continue
        outbox.show(
            conn,
            at,
            chat_id=order.chat_id,
            thread_id=order.thread_id or None,
            screen="new_need",
            params={"need_id": need_id},
            lane=Lane.NOTICE,
            follow_up="card_posted",
        )
