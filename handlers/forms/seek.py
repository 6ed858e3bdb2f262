"""Looking for somebody in the directory: one question."""

from pydantic import BaseModel

from domain.errors import Misread, NotFound
from domain.naming import look
from handlers.forms.engine import NEXT, Form, Question, Step, begin, form, text_of
from handlers.incoming import Incoming
from handlers.reader import Reader
from handlers.registry import Show, a_coordinator, action
from handlers.turn import Turn
from storage.engine import Connection

_LONGEST = 30
"""What a button can carry of it."""


class Search(BaseModel):
    """Where to look, and for what."""

    where: str
    text: str = ""


def _ask(reader: Reader, conn: Connection, data: Search) -> Question:
    if data.where == "people":
        return Question(reader.t("Type a part of the person's name, or the number of their account."))
    return Question(reader.t("Type a part of the organisation's name."))


def _said(turn: Turn, conn: Connection, data: Search, incoming: Incoming) -> str:
    text = text_of(incoming, 100)
    data.text = "".join(letter for letter in look(text) if letter.isascii())[:_LONGEST]
    if not data.text:
        raise Misread("nothing_found", text=text)
    return NEXT


def _finish(turn: Turn, conn: Connection, data: Search) -> Show:
    return Show(data.where, {"text": data.text})


form(
    Form(
        "seek",
        Search,
        [Step("text", _ask, _said)],
        _finish,
        a_coordinator,
        leave=lambda data: Show("directory"),
    )
)


@action("seek", a_coordinator)
def seek(turn: Turn, conn: Connection, where: str) -> Show:
    """Look for people or organisations."""
    if where not in ("people", "organisations"):
        raise NotFound
    return begin(turn, conn, "seek", Search(where=where))
