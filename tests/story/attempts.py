"""Forged presses, typed words: a real update through the real door, looked at from every side and undone."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from telegram import Update

from domain import errors
from domain.notices import Lane
from handlers import everything
from handlers.conversation import Outcome, take_turn
from handlers.reader import House
from handlers.refusals import SENTENCES
from handlers.render import render
from handlers.routes import incoming_of
from handlers.view import View
from locales import words
from storage import outbox
from storage.base import metadata
from tests.story.small_world import ACCOUNT, HEADQUARTERS, NOW, ROLES, SECRET, SECRETS

assert everything  # importing it filled the registry
HOUSE = House("bridge_bot", coordination_chat=HEADQUARTERS, translator="DeepL", secret=SECRET)
REFUSALS = {words("en").label(text) for text in SENTENCES.values() if "{" not in text}
NOT_YOURS = {
    words("en").label(SENTENCES[kind])
    for kind in (
        errors.Forbidden,
        errors.NotVerified,
        errors.NotYet,
        errors.Suspended,
        errors.NotFound,
        errors.Changed,
    )
}
OLD_BUTTON = words("en").label("This button is from an older message. Here is the menu.")


@dataclass(frozen=True)
class Attempt:
    """What came of it."""

    outcome: Outcome
    shown: list[str]
    changed: list[str]
    queued: list[outbox.OutboxRow]

    @property
    def said(self) -> str:
        """The refusal, if there was one: in the alert, or as a message."""
        spoken = [row.values["sentence"] for row in self.queued if row.screen in ("sorry", "sorry_group")]
        return next((text for text in [self.outcome.toast, *spoken] if text in REFUSALS), "")


def attempt(conn: Connection, update: dict[str, Any], presser: int, *, compare: bool = False) -> Attempt:
    """A real update through the real door; whatever it did is looked at, rendered and undone.

    ``compare`` looks at every row of every table, which takes its time.
    """
    incoming = incoming_of(Update.de_json(update, None), HOUSE.username, NOW)
    assert incoming is not None
    before = snapshot(conn) if compare else {}
    last = max((row.id for row in outbox.due(conn, NOW, 10_000)), default=0)
    savepoint = conn.begin_nested()
    try:
        outcome = take_turn(conn, incoming, NOW, HOUSE)
        queued = [row for row in outbox.due(conn, NOW, 10_000) if row.id > last]
        views = [render(conn, row, NOW, HOUSE) for row in queued if row.chat_id == presser]
        after = snapshot(conn) if compare else {}
    finally:
        savepoint.rollback()
    changed = [name for name in before if before[name] != after[name]]
    return Attempt(outcome, [everything_in(view) for view in views if view], changed, queued)


def waiting(screen: str, values: dict[str, Any], chat: int, lane: Lane) -> outbox.OutboxRow:
    """A screen that waits in the outbox for its reader."""
    return outbox.OutboxRow(
        id=1,
        chat_id=chat,
        thread_id=None,
        lane=lane,
        screen=screen,
        params=json.dumps(values),
        edit_message_id=None,
        card=None,
        dedupe_key=None,
        follow_up=None,
        not_before=NOW,
        attempts=0,
        state=outbox.RowState.DUE,
        created_at=NOW,
        sent_at=None,
        message_id=None,
        error=None,
        inline_message_id=None,
    )


def snapshot(conn: Connection) -> dict[str, list[Any]]:
    """Every row of every table but the queues of the machine."""
    tables = [table for table in metadata.sorted_tables if table.name not in ("inbox", "outbox")]
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
        for table in tables
    }


def everything_in(view: View) -> str:
    """Its text and all that stands on or behind its buttons."""
    buttons = [str(button) for row in view.rows for button in row]
    return "\n".join([str(view.text), *buttons])


def secrets_in(texts: list[str], letter: str) -> list[str]:
    """Words of others that a role should never have read."""
    return [word for text in texts for word, who in SECRETS.items() if word in text and letter not in who]


def pressed(letter: str, data: str, chat: int | None = None) -> dict[str, Any]:
    """Any callback data at all, pressed by somebody, in private or in a group."""
    message = _message(letter, chat) | {
        "text": "A button",
        "from": {"id": 1, "is_bot": True, "first_name": "B"},
    }
    query = {"id": "1", "from": _person(letter), "chat_instance": "1", "message": message, "data": data}
    return {"update_id": 1, "callback_query": query}


def commanded(letter: str, text: str, chat: int | None = None) -> dict[str, Any]:
    """A command, typed."""
    entity = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
    return {"update_id": 1, "message": _message(letter, chat) | {"text": text, "entities": [entity]}}


def written(letter: str, text: str) -> dict[str, Any]:
    """Words, in private."""
    return {"update_id": 1, "message": _message(letter, None) | {"text": text}}


def _message(letter: str, chat: int | None) -> dict[str, Any]:
    where = ACCOUNT[letter] if chat is None else chat
    place = {"id": where, "type": "private" if where > 0 else "group", "title": "Group"}
    return {"message_id": 5, "date": int(NOW.timestamp()), "chat": place, "from": _person(letter)}


def _person(letter: str) -> dict[str, Any]:
    name = "Petro Piddubny" if letter == "P" else ROLES[letter].capitalize()
    return {"id": ACCOUNT[letter], "is_bot": False, "first_name": name, "language_code": "en"}
