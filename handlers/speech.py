"""What to make of words: a command, the answer to an open question, a code, a list, or a search."""

import re

from domain.errors import Forbidden
from domain.lists import parse_list
from domain.model import Need
from domain.talking import is_picture
from handlers import registry
from handlers.forms.engine import FORMS, clean, hear
from handlers.forms.need import from_list
from handlers.refusals import MISREAD
from handlers.registry import NOTHING, Show
from handlers.screens.needs import by_code, find
from handlers.turn import Turn, allow
from storage import chats
from storage.engine import Connection

LONGEST_SEARCH = 60
_CODE = re.compile(r"\b[0-9A-Z]{6}\b")


def answer(conn: Connection, turn: Turn) -> Show:
    """The answer to anything that is not a press."""
    incoming = turn.incoming
    if incoming.kind == "command":
        return _command(conn, turn)
    if turn.in_group:
        return NOTHING
    if incoming.kind == "edited":
        return _corrected(turn)
    draft = chats.active_draft(conn, turn.person.id)
    if draft is not None and draft.form in FORMS:
        if not FORMS[draft.form].who(turn.actor):
            raise Forbidden
        return hear(turn, conn, draft)
    return _out_of_the_blue(conn, turn)


def _corrected(turn: Turn) -> Show:
    """Words changed after they were heard: they count as they were first. A moving map point says nothing."""
    if not turn.incoming.text:
        return NOTHING
    said = turn.reader.label("I took your words as they were first. To correct them, write once more.")
    return Show("sorry", {"sentence": said})


def _command(conn: Connection, turn: Turn) -> Show:
    route = registry.COMMANDS.get(turn.incoming.command)
    if route is None:
        if turn.in_group:
            return NOTHING
        said = turn.reader.label("I do not know this command. Here is the menu.")
        return Show("sorry", {"sentence": said})
    if not turn.in_group and turn.incoming.command not in ("start", "cancel"):
        chats.rest_drafts(conn, turn.person.id)
    allow(route, turn.actor)
    shown: Show = route.call(turn, conn, turn.incoming.text)
    return shown


def _out_of_the_blue(conn: Connection, turn: Turn) -> Show:
    incoming = turn.incoming
    if incoming.kind == "document" and is_picture(incoming.file_name, incoming.file_type):
        why = MISREAD["picture_file"]
        return Show("sorry", {"sentence": turn.reader.label(why)})
    if incoming.kind in ("photo", "document"):
        said = turn.reader.label(
            "A photo alone I cannot place. Open the need or the receipt first, then send it."
        )
        return Show("sorry", {"sentence": said})
    text = clean(incoming.text)
    if incoming.kind != "text" or not text:
        said = turn.reader.label(
            "I read text and photos. Write a word to search, or press a button in the menu."
        )
        return Show("sorry", {"sentence": said})
    need = by_code(conn, text) or (_named_in(conn, text) if incoming.forwarded else None)
    if need is not None:
        return Show("need", {"need_id": need.id, "fresh": True})
    if registry.an_official(turn.actor) and _looks_like_a_list(text):
        return from_list(turn, conn, incoming)
    if len(text) > LONGEST_SEARCH or "\n" in text:
        said = turn.reader.label(
            "That is a lot of text. To search, write one or two words; for a list, press “Post a need” first."
        )
        return Show("sorry", {"sentence": said})
    return find(text)


def _named_in(conn: Connection, text: str) -> Need | None:
    """The need whose card was forwarded: the first code in it that is one of ours."""
    return next(filter(None, (by_code(conn, word) for word in _CODE.findall(text))), None)


def _looks_like_a_list(text: str) -> bool:
    items = [row for row in parse_list(text).rows if row.kind == "item"]
    return len(items) > 1 or any(row.quantity is not None or row.quantity_range for row in items)
