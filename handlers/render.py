"""From an outbox row to a view, at the last moment, in the reader's language, with today's data."""

from dataclasses import replace
from datetime import datetime

from handlers.fit import fit
from handlers.reader import House, Reader
from handlers.registry import SCREENS
from handlers.view import View
from locales import words
from services import people as people_service
from services.translations import CARD
from storage import chats, people, translations
from storage.engine import Connection
from storage.outbox import OutboxRow


def reader_of(conn: Connection, chat_id: int, now: datetime, house: House) -> Reader | None:
    """Who reads in a chat: one person in private, nobody in particular in a group."""
    chat = chats.chat(conn, chat_id)
    if chat is None:
        return None
    if chat.person_id is None:
        return Reader(words(chats.language_of(chat)), chat_id, now, house)
    person = people.person(conn, chat.person_id)
    actor = people_service.actor_of(conn, person, now)
    return Reader(words(person.language), chat_id, now, house, person, actor)


def render(conn: Connection, row: OutboxRow, now: datetime, house: House) -> View | None:
    """The view of a row; None where there is nothing to say any more."""
    reader = reader_of(conn, row.chat_id, now, house)
    route = SCREENS.get(row.screen)
    if reader is None or route is None:
        return None
    if row.card and not _stands(conn, row, row.card):
        return None  # the message shows something else by now
    view: View | None = route.call(reader, conn, **row.values)
    return view and replace(view, text=fit(view.text))


def _stands(conn: Connection, row: OutboxRow, card: str) -> bool:
    if card.startswith(CARD) and row.edit_message_id is not None:
        return translations.place(conn, row.chat_id, row.edit_message_id) is not None
    return (row.chat_id, row.edit_message_id) in _cards(conn, row)


def _cards(conn: Connection, row: OutboxRow) -> list[tuple[int, int | None]]:
    need_id = row.values.get("need_id")
    return [*chats.cards_of(conn, need_id)] if isinstance(need_id, int) else []
