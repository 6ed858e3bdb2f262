"""From an outbox row to a view, at the last moment, in the reader's language, with today's data."""

from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from domain.words import Urgency
from handlers.fit import CAPTION, LIMIT, fit
from handlers.parts import organisation
from handlers.reader import House, Reader
from handlers.registry import SCREENS, does
from handlers.view import BELOW, FILES, View
from locales import words
from services import people as people_service
from services.notices import ACTING_FOR
from services.translations import CARD
from storage import cards, chats, needs, people, translations
from storage.engine import Connection
from storage.outbox import OutboxRow


def reader_of(conn: Connection, chat_id: int, now: datetime, house: House) -> Reader | None:
    """Who reads in a chat: one person in private, nobody in particular in a group."""
    chat = chats.chat(conn, chat_id)
    if chat is None:
        return None
    if chat.person_id is None:
        in_channel = chat.kind == "channel"
        return Reader(words(chats.language_of(chat)), chat_id, now, house, channel=in_channel)
    person = people.person(conn, chat.person_id)
    actor = people_service.actor_of(conn, person, now)
    return Reader(words(person.language), chat_id, now, house, person, actor)


def render(conn: Connection, row: OutboxRow, now: datetime, house: House) -> View | None:
    """The view of a row; None where there is nothing to say any more."""
    reader = _reader_of(conn, row, now, house)
    route = SCREENS.get(row.screen)
    if reader is None or route is None:
        return None
    if row.inline_message_id is None and row.card and not _stands(conn, row, row.card):
        return None  # the message shows something else by now
    values = row.values
    organisation_id = values.pop(ACTING_FOR, None)
    files = values.pop(FILES, None)
    values.pop(BELOW, None)
    view: View | None
    if organisation_id is None or reader.person is None:
        view = route.call(reader, conn, **values)
    else:
        actor = people_service.actor_of(conn, reader.person, now, organisation_id)
        view = route.call(replace(reader, actor=actor), conn, **values)
        if view and reader.person.acting_for != organisation_id:
            view = _for_another(reader, conn, view, organisation_id)
    if view and files:  # whoever may not see the message any more does not see what belongs to it either
        return _album(files)
    return view and replace(
        view, text=fit(view.text, LIMIT if view.picture is None and view.file is None else CAPTION)
    )


def _album(files: dict[str, list[str]]) -> View:
    """Files of a message that stands there already."""
    shown = {kind: tuple(ids) for kind, ids in files.items()}
    return View(Markup(""), photos=shown.get("photo", ()), documents=shown.get("document", ()), kind="album")


def _for_another(reader: Reader, conn: Connection, view: View, organisation_id: int) -> View:
    """News for an organisation the reader does not act for now: what can be pressed is to act for it."""
    name = reader.organisation(organisation(conn, organisation_id))
    head = reader.t("🔁 For <b>{organisation}</b>:", organisation=name)
    act = does(reader.label("🔁 Act for it"), "act_for", organisation_id)
    return replace(view, text=Markup("{}\n\n{}").format(head, view.text), rows=((act,),))


def _reader_of(conn: Connection, row: OutboxRow, now: datetime, house: House) -> Reader | None:
    if row.inline_message_id is None:
        return reader_of(conn, row.chat_id, now, house)
    card = cards.card(conn, row.inline_message_id)
    return Reader(words(card.language), row.chat_id, now, house) if card else None


def rests(conn: Connection, row: OutboxRow, now: datetime) -> datetime | None:
    """Until when a chat's quiet hours keep this news back.

    Critical needs that were asked for come through, and so does what only changes a card: it wakes nobody.
    """
    if row.edit_message_id is not None or row.inline_message_id is not None:
        return None
    chat = chats.chat(conn, row.chat_id)
    until = chat.quiet_until(now) if chat else None
    if until is None or row.screen != "new_need":
        return until
    need = needs.need(conn, row.values["need_id"])
    return None if need and need.urgency is Urgency.CRITICAL else until


def _stands(conn: Connection, row: OutboxRow, card: str) -> bool:
    if card.startswith(CARD) and row.edit_message_id is not None:
        return translations.place(conn, row.chat_id, row.edit_message_id) is not None
    return (row.chat_id, row.edit_message_id) in _cards(conn, row)


def _cards(conn: Connection, row: OutboxRow) -> list[tuple[int, int | None]]:
    need_id = row.values.get("need_id")
    return [*chats.cards_of(conn, need_id)] if isinstance(need_id, int) else []
