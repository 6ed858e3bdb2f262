"""Translations by a machine: the original never waits for them, and nothing else changes while the service is down.

Asked for in the transaction of what was written, fetched by a loop in bot/ outside of any, kept for everybody.
"""

import hashlib
import json
from datetime import datetime, timedelta

from domain.talking import Translation
from domain.words import TranslationState
from services import notices
from storage import needs, outbox, talking, thanks, translations
from storage.base import LONGEST_PAUSE
from storage.engine import Connection
from storage.outbox import Lane

TRIES = 8
"""Some three quarters of an hour; whoever wants it later presses again."""
_LATELY = timedelta(seconds=20)
CARD = "place:"
"""How edits of a message that gets its translation begin their coalescing key."""


def words_of(conn: Connection, owner: str, owner_id: int) -> str:
    """What is to be translated; empty where there is nothing any more."""
    if owner == "message":
        message = talking.message(conn, owner_id)
        return message.text if message else ""
    if owner == "thanks":
        found = thanks.thanks(conn, owner_id)
        return found.text if found else ""
    return words_of_need(conn, owner_id)


def words_of_need(conn: Connection, need_id: int) -> str:
    """What an official wrote in her own words: why, what not to send, names and notes of lines."""
    need = needs.need(conn, need_id)
    if need is None:
        return ""
    said = [need.why, need.do_not_send]
    said += [
        ": ".join(filter(None, [None if line.item else line.name, line.note]))
        for line in needs.lines_of(conn, need_id)
    ]
    return "\n".join(filter(None, said))


def mark_of(words: str) -> str:
    """By which a translation knows the words it belongs to."""
    return hashlib.sha256(words.encode()).hexdigest()


def ask(conn: Connection, at: datetime, owner: str, owner_id: int, language: str) -> bool:
    """Ask for a translation; False where there is nothing to translate."""
    words = words_of(conn, owner, owner_id)
    if not words.strip():
        return False
    translations.ask(conn, owner, owner_id, language, mark_of(words), at)
    return True


def known(conn: Connection, owner: str, owner_id: int, language: str) -> Translation | None:
    """The translation of the words as they are today, or the wish for it."""
    found = translations.translation(conn, owner, owner_id, language)
    fits = found is not None and found.source == mark_of(words_of(conn, owner, owner_id))
    return found if fits else None


def arrived(conn: Connection, now: datetime, row: Translation, text: str, service: str) -> None:
    """It came: keep it, and every message that waits for it is edited."""
    if not translations.done(conn, row, now, text, service):
        return
    if row.owner == "need":
        notices.refresh_cards(conn, now, row.owner_id)
        return
    message = talking.message(conn, row.owner_id) if row.owner == "message" else None
    about = f"thread:{message.thread_id}" if message else f"{row.owner}:{row.owner_id}"
    for place in translations.places_about(conn, about, row.language):
        _edit(conn, now, place.chat_id, place.message_id, place.screen, place.params)


def _edit(conn: Connection, now: datetime, chat_id: int, message_id: int, screen: str, params: str) -> None:
    outbox.show(
        conn,
        now,
        chat_id=chat_id,
        screen=screen,
        params=json.loads(params),
        lane=Lane.NOTICE,
        edit=message_id,
        card=f"{CARD}{message_id}",
    )


def card_stands(conn: Connection, now: datetime, need_id: int) -> None:
    """A need's card stands in a chat: a translation that came while it was on its way is brought in."""
    if translations.came_lately(conn, "need", need_id, now - _LATELY):
        notices.refresh_cards(conn, now, need_id)


def failed(conn: Connection, now: datetime, row: Translation, why: str, *, final: bool) -> None:
    """It did not come: tried again after growing pauses, and given up after so many tries."""
    if final or row.attempts + 1 >= TRIES:
        translations.give_up(conn, row, why)
    else:
        pause = min(timedelta(seconds=10 * 2**row.attempts), LONGEST_PAUSE)
        translations.put_off(conn, row, now + pause, why)


def stands(
    conn: Connection, now: datetime, chat_id: int, message_id: int, language: str, screen: str, params: str
) -> None:
    """A message with something of a thread stands in a chat: edited once its translation is there.

    One that came while the message was on its way is brought in at once.
    """
    about = _about(conn, screen, json.loads(params))
    if about is None:
        return
    owner, _, number = about.partition(":")
    since = now - _LATELY
    states = (
        translations.states_in_thread(conn, int(number), language, since)
        if owner == "thread"
        else translations.states_of(conn, owner, int(number), language, since)
    )
    if not states:
        return
    translations.add_place(
        conn,
        chat_id=chat_id,
        message_id=message_id,
        about=about,
        language=language,
        screen=screen,
        params=params,
        at=now,
    )
    if TranslationState.DONE in states:
        _edit(conn, now, chat_id, message_id, screen, params)


def _about(conn: Connection, screen: str, params: dict[str, int]) -> str | None:
    if screen == "talked":
        first = talking.message(conn, params["burst"])
        return f"thread:{first.thread_id}" if first else None
    if screen == "thread":
        return f"thread:{params['thread_id']}"
    return f"thanks:{params['thanks_id']}" if screen in ("thanks", "thanked") else None


def is_done(found: Translation | None) -> bool:
    """Whether there is something to show."""
    return found is not None and found.state is TranslationState.DONE


def is_given_up(found: Translation) -> bool:
    """Whether it did not come and will not by itself."""
    return found.state is TranslationState.GIVEN_UP
