"""Translations by a machine: asked for, fetched once, kept; and the messages that wait for them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, select, update

from domain.talking import Place, Translation
from domain.words import TranslationState
from storage.base import AT_ONCE, LONGEST_PAUSE, find, find_one, insert_new, load_all, plain
from storage.schema.talking import messages, places, translations

_IS_DUE = translations.c.state == plain(TranslationState.DUE)
_RESTS = and_(translations.c.not_before > bindparam("now"), translations.c.not_before <= bindparam("far"))


def ask(conn: Connection, owner: str, owner_id: int, language: str, source: str, at: datetime) -> None:
    """Somebody wants it in this language; asked for once, and again where the words are others or it was given up."""
    fresh = {
        "source": source,
        "state": TranslationState.DUE,
        "text": None,
        "attempts": 0,
        "not_before": AT_ONCE,
        "asked_at": at,
        "error": None,
    }
    key = {"owner": owner, "owner_id": owner_id, "language": language}
    made = conn.execute(insert_new(conn.dialect.name, translations, *key), key | fresh)
    if made.rowcount == 1:
        return
    mine = [translations.c[name] == value for name, value in key.items()]
    stale = (translations.c.source != source) | (translations.c.state == TranslationState.GIVEN_UP)
    conn.execute(update(translations).where(*mine, stale).values(**fresh))


def translation(conn: Connection, owner: str, owner_id: int, language: str) -> Translation | None:
    """A translation or the wish for one."""
    return find_one(conn, Translation, translations, owner=owner, owner_id=owner_id, language=language)


def of_messages(conn: Connection, ids: Sequence[int], language: str) -> dict[int, Translation]:
    """Translations of some messages, by message, the wishes too."""
    if not ids:
        return {}
    query = select(translations).where(
        translations.c.owner == "message",
        translations.c.owner_id.in_(ids),
        translations.c.language == language,
    )
    return {each.owner_id: each for each in load_all(Translation, conn.execute(query))}


def due(conn: Connection, now: datetime, limit: int, busy: Sequence[int] = ()) -> list[Translation]:
    """What may be fetched now, oldest first; none of those in hand."""
    query = select(translations).where(_IS_DUE, ~_RESTS, translations.c.id.not_in(busy))
    asked = {"now": now, "far": now + LONGEST_PAUSE}
    return load_all(Translation, conn.execute(query.order_by(translations.c.id).limit(limit), asked))


def next_due(conn: Connection, now: datetime) -> datetime | None:
    """When the first of those that rest may be tried again."""
    query = select(func.min(translations.c.not_before)).where(_IS_DUE, _RESTS)
    return conn.execute(query, {"now": now, "far": now + LONGEST_PAUSE}).scalar_one_or_none()


def done(conn: Connection, row: Translation, now: datetime, text: str, service: str) -> bool:
    """Keep what came; False where the words have changed since it was asked for."""
    return _move(
        conn, row, state=TranslationState.DONE, text=text, service=service, not_before=now, error=None
    )


def put_off(conn: Connection, row: Translation, until: datetime, error: str) -> None:
    """Try again later."""
    _move(conn, row, not_before=until, attempts=row.attempts + 1, error=error[:500])


def give_up(conn: Connection, row: Translation, error: str) -> None:
    """Not any more, unless somebody asks again."""
    _move(conn, row, state=TranslationState.GIVEN_UP, attempts=row.attempts + 1, error=error[:500])


def _move(conn: Connection, row: Translation, **values: Any) -> bool:
    mine = translations.c.id == row.id, translations.c.source == row.source, _IS_DUE
    return conn.execute(update(translations).where(*mine).values(**values)).rowcount == 1


# --- messages that wait -------------------------------------------------------------------------------


def states_in_thread(
    conn: Connection, thread_id: int, language: str, since: datetime
) -> set[TranslationState]:
    """Due, where a thread's translation is still to come; done, where one came so lately that a message may lack it."""
    mine = select(messages.c.id).where(messages.c.thread_id == thread_id)
    return _states(conn, translations.c.owner_id.in_(mine), "message", language, since)


def states_of(
    conn: Connection, owner: str, owner_id: int, language: str, since: datetime
) -> set[TranslationState]:
    """The same for anything else."""
    return _states(conn, translations.c.owner_id == owner_id, owner, language, since)


def came_lately(conn: Connection, owner: str, owner_id: int, since: datetime) -> bool:
    """Whether one came, in any language, while a message may have been on its way."""
    query = select(translations.c.id).where(
        translations.c.owner == owner,
        translations.c.owner_id == owner_id,
        translations.c.state == TranslationState.DONE,
        translations.c.not_before >= since,
    )
    return conn.execute(query.limit(1)).first() is not None


def _states(
    conn: Connection, mine: ColumnElement[bool], owner: str, language: str, since: datetime
) -> set[TranslationState]:
    lately = and_(translations.c.state == TranslationState.DONE, translations.c.not_before >= since)
    query = select(translations.c.state).where(
        mine, translations.c.owner == owner, translations.c.language == language, _IS_DUE | lately
    )
    return set(conn.execute(query.distinct()).scalars())


def add_place(conn: Connection, **values: Any) -> None:
    """Remember where a message stands that gets a translation."""
    drop_place(conn, values["chat_id"], values["message_id"])
    conn.execute(insert(places).values(**values))


def drop_place(conn: Connection, chat_id: int, message_id: int) -> None:
    """The message shows something else now, or is gone."""
    conn.execute(delete(places).where(places.c.chat_id == chat_id, places.c.message_id == message_id))


def place(conn: Connection, chat_id: int, message_id: int) -> Place | None:
    """What is known of a message."""
    return find_one(conn, Place, places, chat_id=chat_id, message_id=message_id)


def places_about(conn: Connection, about: str, language: str) -> list[Place]:
    """The messages about one thing in one language."""
    return find(conn, Place, places, about=about, language=language)


_TOO_OLD = timedelta(hours=47)
"""Telegram lets nobody edit what is older than 48 hours."""


def forget_old_places(conn: Connection, now: datetime) -> int:
    """Messages too old to be edited."""
    return conn.execute(delete(places).where(places.c.at < now - _TOO_OLD)).rowcount
