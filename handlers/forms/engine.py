"""One small form engine: a few questions in a row, answered by text, photo or button, ending in an action.

A draft is a validated row in the database: it survives restarts, other workers and a week of blackout. Back,
skip, cancel and 'change one thing from the review' come with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from markupsafe import Markup
from pydantic import BaseModel, ValidationError

from domain.errors import Changed, Forbidden, Misread, Refusal
from domain.model import Draft
from handlers import registry
from handlers.doubts import contacts_of, doubt
from handlers.incoming import Incoming, readable
from handlers.reader import Reader
from handlers.refusals import MISREAD
from handlers.registry import Show, a_person, action, does, screen
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from storage import chats
from storage.engine import Connection

D = TypeVar("D", bound=BaseModel)
NEXT = ""
DONE = "done!"
PUBLISH, CHANGE = "publish!", "change!"
"""The two answers to a doubt."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a question: what it says and which value it gives."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as its reader sees it."""

    text: Markup
    choices: Sequence[Sequence[Choice]] = ()
    leave: str = ""
    """What the button out of the form says, where it is no 'Cancel'."""


@dataclass(frozen=True, slots=True)
class Step(Generic[D]):
    """One question. ``said`` and ``chosen`` change the data and name the next step ("" for the one after).

    They raise Misread for an answer that cannot be understood; the question is asked again, nothing is lost.
    """

    name: str
    ask: Callable[[Reader, Connection, D], Question]
    said: Callable[[Turn, Connection, D, Incoming], str] | None = None
    chosen: Callable[[Turn, Connection, D, str], str] | None = None
    optional: bool = False
    when: Callable[[D], bool] = lambda data: True
    aside: bool = False
    """Reached only by name, not in the row of questions."""
    skipped: Callable[[D], str] = lambda data: NEXT
    """Where skipping leads; an aside must say it, since it has no place in the row."""
    public: bool = False
    """Everybody will read the answer: what looks like a contact in it is asked about once more."""


@dataclass(frozen=True, slots=True)
class Form(Generic[D]):
    """Questions in a row, the data they fill, who may fill it in, and what happens at the end."""

    name: str
    data: type[D]
    steps: Sequence[Step[D]]
    finish: Callable[[Turn, Connection, D], Show]
    who: registry.Rule = a_person
    keep: bool = False
    """Worth keeping when the person turns to something else."""
    leave: Callable[[D], Show] = field(default=lambda data: Show("home"))

    def step(self, name: str) -> Step[D]:
        """A step by name; raises Changed where an older version had other steps."""
        for step in self.steps:
            if step.name == name:
                return step
        raise Changed

    def after(self, name: str, data: D) -> str:
        """The next question that applies."""
        names = [step.name for step in self.steps]
        for step in self.steps[names.index(name) + 1 :]:
            if not step.aside and step.when(data):
                return step.name
        return DONE

    def before(self, name: str, data: D) -> str:
        """The question before; the same one where there is none."""
        found = name
        for step in self.steps:
            if step.name == name:
                return found
            if not step.aside and step.when(data):
                found = step.name
        return found


FORMS: dict[str, Form[Any]] = {}


def form(made: Form[D]) -> Form[D]:
    """Make a form known."""
    FORMS[made.name] = made
    return made


def begin(turn: Turn, conn: Connection, name: str, data: BaseModel, step: str = "") -> Show:
    """Start a form afresh and show its first question."""
    found = FORMS[name]
    if not found.who(turn.actor):
        raise Forbidden
    chats.forget_draft(conn, turn.person.id, name)
    draft = chats.save_draft(
        conn,
        turn.person.id,
        name,
        turn.at,
        step=step or found.steps[0].name,
        back_to=None,
        data=data.model_dump_json(),
    )
    return Show("form", {"draft_id": draft.id})


def resume(turn: Turn, conn: Connection, name: str) -> Show | None:
    """Go on with a kept draft, if there is one."""
    draft = chats.draft(conn, turn.person.id, name)
    if draft is None:
        return None
    _save(turn, conn, draft, draft.step, load_data(draft), draft.back_to)
    return Show("form", {"draft_id": draft.id})


def load_data(draft: Draft) -> Any:
    """The draft's data; raises Changed where it was written by a version that kept other things."""
    try:
        return FORMS[draft.form].data.model_validate_json(draft.data)
    except (KeyError, ValidationError) as error:
        raise Changed from error


def _save(
    turn: Turn, conn: Connection, draft: Draft, step: str, data: BaseModel, back_to: str | None
) -> None:
    chats.save_draft(
        conn,
        turn.person.id,
        draft.form,
        turn.at,
        step=step,
        back_to=back_to,
        data=data.model_dump_json(),
        doubt=None,
    )


def hear(turn: Turn, conn: Connection, draft: Draft) -> Show:
    """A text, photo or contact is the answer to the open question."""
    found, data = FORMS[draft.form], load_data(draft)
    step = found.step(draft.step)
    if step.said is None:
        raise_again = Misread("choose")
        return _again(turn, draft, raise_again)
    words = clean(turn.incoming.text) if turn.incoming.kind in ("text", "command") else ""
    if step.public and contacts_of([words]):
        chats.doubt_draft(conn, draft.id, turn.at, words)
        return Show("form", {"draft_id": draft.id})
    return _hear(turn, conn, draft, found, step, data)


def _hear(turn: Turn, conn: Connection, draft: Draft, found: Form[Any], step: Step[Any], data: Any) -> Show:
    assert step.said is not None
    try:
        target = step.said(turn, conn, data, turn.incoming)
    except Misread as error:
        return _again(turn, draft, error)
    return _go(turn, conn, draft, found, data, target)


def _again(turn: Turn, draft: Draft, error: Misread) -> Show:
    said = turn.reader.label(MISREAD[error.hint], **error.values)
    return Show("form", {"draft_id": draft.id, "problem": said})


def _go(turn: Turn, conn: Connection, draft: Draft, found: Form[Any], data: Any, target: str) -> Show:
    """Move to the next question; from a review one comes back to the review."""
    if target == NEXT:
        target = draft.back_to or found.after(draft.step, data)
    if target == DONE:
        chats.drop_draft(conn, draft.id)
        return found.finish(turn, conn, data)
    back_to = None if target == draft.back_to else draft.back_to
    _save(turn, conn, draft, target, data, back_to)
    return Show("form", {"draft_id": draft.id})


def detour(turn: Turn, conn: Connection, draft_id: int, step: str, back_to: str) -> Show:
    """Change one answer from the review and come back to it."""
    draft = own_draft(turn, conn, draft_id)
    _save(turn, conn, draft, step, load_data(draft), back_to)
    return Show("form", {"draft_id": draft_id})


def own_draft(turn: Turn, conn: Connection, draft_id: int) -> Draft:
    """The draft of the one who pressed; a forged or finished one has changed."""
    draft = chats.draft_by_id(conn, draft_id)
    if draft is None or draft.person_id != turn.person.id or draft.form not in FORMS:
        raise Changed
    return draft


def _open(turn: Turn, conn: Connection, draft_id: int, step: str) -> tuple[Draft, Form[Any], Any]:
    draft = own_draft(turn, conn, draft_id)
    found = FORMS[draft.form]
    if not found.who(turn.actor):
        raise Forbidden
    if draft.step != step:
        chats.save_draft(
            conn, turn.person.id, draft.form, turn.at, step=draft.step, back_to=draft.back_to, data=draft.data
        )
        raise Changed
    return draft, found, load_data(draft)


def _fresh(params: dict[str, Any]) -> Show:
    return Show("form", {"draft_id": params["draft_id"]})


@action("f", a_person, fresh=_fresh)
def choose(turn: Turn, conn: Connection, draft_id: int, step: str, value: str) -> Show:
    """A button under the open question."""
    draft, found, data = _open(turn, conn, draft_id, step)
    if draft.doubt is not None:
        return _settle_doubt(turn, conn, draft, found, data, value)
    handler = found.step(step).chosen
    if handler is None:
        raise Changed
    try:
        target = handler(turn, conn, data, value)
    except Misread as error:
        return _again(turn, draft, error)
    return _go(turn, conn, draft, found, data, target)


def _settle_doubt(
    turn: Turn, conn: Connection, draft: Draft, found: Form[Any], data: Any, value: str
) -> Show:
    """Publish what was asked about, as it was written, or write it anew."""
    if value not in (PUBLISH, CHANGE) or draft.doubt is None:
        raise Changed
    _save(turn, conn, draft, draft.step, data, draft.back_to)
    if value == CHANGE:
        return Show("form", {"draft_id": draft.id})
    said = replace(turn, incoming=replace(turn.incoming, kind="text", text=draft.doubt))
    return _hear(said, conn, draft, found, found.step(draft.step), data)


@action("fs", a_person, fresh=_fresh)
def skip(turn: Turn, conn: Connection, draft_id: int, step: str) -> Show:
    """Leave an optional question unanswered."""
    draft, found, data = _open(turn, conn, draft_id, step)
    if not found.step(step).optional:
        raise Changed
    return _go(turn, conn, draft, found, data, found.step(step).skipped(data))


@action("fb", a_person, fresh=_fresh)
def back(turn: Turn, conn: Connection, draft_id: int, step: str) -> Show:
    """One question back; from the first one out of the form, the draft stays."""
    draft, found, data = _open(turn, conn, draft_id, step)
    target = draft.back_to or found.before(step, data)
    if target == step:
        chats.rest_drafts(conn, turn.person.id)
        return found.leave(data)
    _save(turn, conn, draft, target, data, None)
    return Show("form", {"draft_id": draft_id})


@action("fc", a_person)
def cancel(turn: Turn, conn: Connection, draft_id: int) -> Show:
    """Leave the form. What is worth keeping is kept as a draft, and the toast says so."""
    draft = own_draft(turn, conn, draft_id)
    found = FORMS[draft.form]
    leave = found.leave(load_data(draft))
    if found.keep:
        chats.rest_drafts(conn, turn.person.id)
        toast = turn.reader.label("Your draft is kept. You find it in the menu.")
        return Show(leave.screen, leave.params, toast=toast)
    chats.drop_draft(conn, draft.id)
    return leave


@action("fd", a_person)
def throw_away(turn: Turn, conn: Connection, draft_id: int) -> Show:
    """Delete a kept draft for good."""
    draft = own_draft(turn, conn, draft_id)
    chats.drop_draft(conn, draft.id)
    return Show("home", toast=turn.reader.label("The draft is deleted."))


@screen("form", a_person)
def form_screen(reader: Reader, conn: Connection, draft_id: int, problem: str = "") -> View | None:
    """The open question of a draft, with what went wrong last time above it.

    Nothing once it was sent: the second of two presses on 'Publish' must not cover what the first one brought.
    """
    draft = chats.draft_by_id(conn, draft_id)
    if draft is None or reader.person is None or draft.person_id != reader.person.id:
        return None
    try:
        data = load_data(draft)
        step = FORMS[draft.form].step(draft.step)
        question = _doubt(reader, draft) if draft.doubt else step.ask(reader, conn, data)
    except Refusal:  # what it asks about is gone meanwhile
        return None
    warning = Markup("⚠️ {}\n\n").format(problem) if problem else Markup("")
    return View(warning + question.text, _buttons(reader, draft, step, question))


def _doubt(reader: Reader, draft: Draft) -> Question:
    choices = [
        [Choice(reader.label("✏️ Change it"), CHANGE)],
        [Choice(reader.label("📢 Publish anyway"), PUBLISH)],
    ]
    return Question(doubt(reader, contacts_of([draft.doubt])), choices)


def _buttons(reader: Reader, draft: Draft, step: Step[Any], question: Question) -> Rows:
    rows = [
        tuple(does(choice.label, "f", draft.id, step.name, choice.value) for choice in row)
        for row in question.choices
    ]
    first = FORMS[draft.form].steps[0].name == step.name
    last: list[Button] = []
    if step.optional:
        rows.append((does(reader.label("Skip"), "fs", draft.id, step.name),))
    if not first:
        last.append(does(reader.label("‹ Back"), "fb", draft.id, step.name))
    last.append(does(question.leave or reader.label("✕ Cancel"), "fc", draft.id))
    return (*rows, tuple(last))


def text_of(incoming: Incoming, most: int) -> str:
    """The answer as text, control characters out; raises Misread for anything else or too much of it."""
    if incoming.kind not in ("text", "command"):
        raise Misread("text")
    text = clean(incoming.text)
    if not text:
        raise Misread("empty")
    if len(text) > most:
        raise Misread("too_long", most=str(most))
    return text


def clean(text: str) -> str:
    """Without control characters and blank edges; line breaks stay."""
    return readable(text)


def in_rows(choices: Sequence[Choice], width: int) -> list[list[Choice]]:
    """Buttons side by side."""
    return [list(choices[start : start + width]) for start in range(0, len(choices), width)]
