"""What an official does with an open need: change it, confirm it, close a line short, cancel it."""

from datetime import date

from markupsafe import Markup
from pydantic import BaseModel

from domain.actor import Actor
from domain.errors import Misread, NotFound
from domain.model import Line, Need
from domain.words import CloseReason, Urgency, member
from handlers import calendar, names
from handlers.forms import rows as need_rows
from handlers.forms.engine import NEXT, Form, Question, Step, begin, form, text_of
from handlers.incoming import Incoming
from handlers.parts import item_of, line_row, need_title
from handlers.reader import Reader, clip
from handlers.registry import Show, action, an_official, does, opens, screen
from handlers.turn import Turn
from handlers.view import Button, View
from services import needs as services
from storage import needs
from storage.engine import Connection


def _own(reader: Reader, need: Need | None) -> bool:
    return need is not None and reader.actor is not None and need.organisation_id == reader.actor.acts_for


@screen("manage", an_official)
def manage(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """Everything that can be changed in an open need."""
    need = needs.need(conn, need_id)
    if need is None or not _own(reader, need):
        return None
    lines = needs.lines_of(conn, need_id)
    buttons: list[tuple[Button, ...]] = [
        (opens(f"✏️ {clip(item_of(reader, line), 50)}", "manage_line", line.id),) for line in lines[:40]
    ]
    buttons += [
        (
            opens(reader.label("✏️ Urgency"), "change_urgency", need_id),
            does(reader.label("✏️ Date"), "change", need_id, "date"),
        ),
        (
            does(reader.label("✏️ Why"), "change", need_id, "why"),
            does(reader.label("✏️ Settlement"), "change", need_id, "place"),
        ),
        (opens(reader.label("✖️ Cancel this need"), "cancel_need", need_id),),
        (opens(reader.label("‹ Back"), "need", need_id),),
    ]
    text = Markup("{}\n\n{}").format(need_title(reader, conn, need), reader.t("What shall we change?"))
    return View(text, tuple(buttons))


@screen("manage_line", an_official)
def manage_line(reader: Reader, conn: Connection, line_id: int) -> View | None:
    """One line of an open need."""
    line = needs.line(conn, line_id)
    need = needs.need(conn, line.need_id) if line else None
    if line is None or need is None or not _own(reader, need):
        return None
    equal = (
        reader.label("☑ Equivalents are fine") if line.equivalents else reader.label("☐ Exactly this only")
    )
    used = reader.label("☑ Used is fine") if line.used_ok else reader.label("☐ New only")
    size = () if line.closed else (does(reader.label("✏️ Quantity"), "change", line_id, "quantity"),)
    buttons: list[tuple[Button, ...]] = [
        (*size, does(reader.label("✏️ Specification"), "change", line_id, "spec")),
        (does(equal, "flip", line_id, "equivalents"), does(used, "flip", line_id, "used_ok")),
        (does(reader.label("✏️ Note"), "change", line_id, "note"),),
        (opens(reader.label("‹ Back"), "manage", need.id),),
    ]
    if not line.closed:
        buttons.insert(3, (opens(reader.label("🏁 Enough, close this line"), "close_line", line_id),))
    return View(line_row(reader, line), tuple(buttons))


class ChangeData(BaseModel):
    """One fact of a need or a line that is being changed."""

    id: int
    what: str
    month: str = ""


LINE_FACTS = ("quantity", "spec", "note")
NEED_FACTS = ("date", "why", "place")


def _ask_change(reader: Reader, conn: Connection, data: ChangeData) -> Question:
    sentences = {
        "quantity": reader.t("How many do you ask for now? Type the number."),
        "spec": reader.t("Which size, power or model?"),
        "note": reader.t("What should a partner know about it? Condition, age, which side the wheel is on."),
        "why": reader.t("What happened, what is it for? No street and no names, please."),
        "place": reader.t("<b>Where in the hromada?</b>\nThe settlement only, never a street."),
    }
    if data.what != "date":
        return Question(sentences[data.what])
    shown = date.fromisoformat(data.month) if data.month else reader.today.date()
    text = reader.t("<b>Needed by when?</b>\nPress a day, or type it: <code>24.12</code>")
    return Question(text, calendar.month(shown, reader.today.date(), reader.language))


def _said_change(turn: Turn, conn: Connection, data: ChangeData, incoming: Incoming) -> str:
    most = {"spec": 200, "note": 500, "why": 1500, "place": 120}
    if data.what == "quantity":
        line = needs.line(conn, data.id)
        if line is None:
            raise NotFound
        number = need_rows.amount_of(turn.reader, text_of(incoming, 60), line.unit)
        services.resize_line(conn, turn.actor, data.id, number, turn.house.terms)
    elif data.what == "date":
        day = calendar.typed(incoming, turn.reader.today.date(), turn.reader.language)
        services.edit_need(conn, turn.actor, data.id, turn.house.terms, needed_by=day)
    elif data.what in LINE_FACTS:
        said = {data.what: text_of(incoming, most[data.what])}
        services.describe_line(conn, turn.actor, data.id, spec=said.get("spec"), note=said.get("note"))
    else:
        fact = {data.what: text_of(incoming, most[data.what])}
        services.edit_need(
            conn, turn.actor, data.id, turn.house.terms, why=fact.get("why"), place=fact.get("place")
        )
    return NEXT


def _chose_change(turn: Turn, conn: Connection, data: ChangeData, value: str) -> str:
    day, month = calendar.pressed(value, turn.reader.today.date())
    if day:
        services.edit_need(conn, turn.actor, data.id, turn.house.terms, needed_by=day)
        return NEXT
    data.month = month.isoformat() if month else data.month
    return "change"


def _must_be_ours(conn: Connection, actor: Actor, data: ChangeData) -> object:
    own = services.own_line if data.what in LINE_FACTS else services.own_live_need
    return own(conn, actor, data.id)


def _after(data: ChangeData) -> Show:
    if data.what in LINE_FACTS:
        return Show("manage_line", {"line_id": data.id})
    return Show("manage", {"need_id": data.id})


form(
    Form(
        "change",
        ChangeData,
        [Step("change", _ask_change, _said_change, _chose_change, public=True)],
        lambda turn, conn, data: _after(data),
        an_official,
        _must_be_ours,
        leave=_after,
    )
)


@action("change", an_official)
def change(turn: Turn, conn: Connection, about: int, what: str) -> Show:
    """Change one fact: first the question."""
    if what in LINE_FACTS:
        services.own_line(conn, turn.actor, about)
    elif what in NEED_FACTS:
        services.own_live_need(conn, turn.actor, about)
    else:
        raise Misread("choose")
    return begin(turn, conn, "change", ChangeData(id=about, what=what))


def _line_again(params: dict[str, int]) -> Show:
    return Show("manage_line", {"line_id": params["line_id"]})


def _need_again(params: dict[str, int]) -> Show:
    return Show("need", {"need_id": params["need_id"]})


@action("flip", an_official, fresh=_line_again)
def flip(turn: Turn, conn: Connection, line_id: int, what: str) -> Show:
    """Equivalents fine or not, used fine or not."""
    _, line = services.own_line(conn, turn.actor, line_id)
    if what == "equivalents":
        services.describe_line(conn, turn.actor, line_id, equivalents=not line.equivalents)
    elif what == "used_ok":
        services.describe_line(conn, turn.actor, line_id, used_ok=not line.used_ok)
    else:
        raise NotFound
    return Show("manage_line", {"line_id": line_id})


@screen("change_urgency", an_official)
def change_urgency(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """How urgent is it now?"""
    if not _own(reader, needs.need(conn, need_id)):
        return None
    rows = [(does(reader.label(names.URGENCY[each]), "urgency", need_id, each.value),) for each in Urgency]
    return View(
        reader.t("<b>How urgent is it?</b>"), (*rows, (opens(reader.label("‹ Back"), "manage", need_id),))
    )


@action("urgency", an_official, fresh=_need_again)
def urgency(turn: Turn, conn: Connection, need_id: int, value: str) -> Show:
    """Change the urgency."""
    chosen = member(Urgency, value)
    if chosen is None:
        raise NotFound
    services.edit_need(conn, turn.actor, need_id, turn.house.terms, urgency=chosen)
    return Show("manage", {"need_id": need_id})


@action("confirm", an_official, fresh=_need_again)
def confirm(turn: Turn, conn: Connection, need_id: int) -> Show:
    """Still needed: brings a stale need back too."""
    services.confirm(conn, turn.actor, need_id, turn.house.terms)
    toast = turn.reader.label("Thank you. Partners see that it is still needed.")
    return Show("need", {"need_id": need_id}, toast=toast)


@screen("close_line", an_official)
def close_line_screen(reader: Reader, conn: Connection, line_id: int) -> View | None:
    """Why close it short?"""
    line = needs.line(conn, line_id)
    if line is None or not _own(reader, needs.need(conn, line.need_id)):
        return None
    rows = [
        (does(reader.label(text), "close_line", line_id, reason.value),)
        for reason, text in names.CLOSE.items()
    ]
    return View(_closing(reader, line), (*rows, (opens(reader.label("‹ Back"), "manage_line", line_id),)))


def _closing(reader: Reader, line: Line) -> Markup:
    text = reader.t("Close <b>{item}</b>? Nobody can promise more of it. Why?", item=item_of(reader, line))
    if not line.unsettled:
        return text
    coming = reader.amount(line.unsettled, line.unit)
    return text + Markup("\n\n") + reader.t("{amount} is promised already and may still come.", amount=coming)


@action("close_line", an_official, fresh=_line_again)
def close_line(turn: Turn, conn: Connection, line_id: int, reason: str) -> Show:
    """Close a line short; the rest is waived, not forgotten."""
    why = member(CloseReason, reason)
    if why is None:
        raise NotFound
    services.close_line(conn, turn.actor, line_id, why)
    line = needs.line(conn, line_id)
    assert line is not None
    return Show("need", {"need_id": line.need_id})


@screen("cancel_need", an_official)
def cancel_screen(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """Really?"""
    if not _own(reader, needs.need(conn, need_id)):
        return None
    text = reader.t(
        "Cancel the whole need? Partners who promised will be told at once that it is no longer needed."
    )
    rows = (
        (does(reader.label("✖️ Yes, cancel it"), "cancel_need", need_id),),
        (opens(reader.label("‹ No, back"), "manage", need_id),),
    )
    return View(text, rows)


@action("cancel_need", an_official, fresh=_need_again)
def cancel_need(turn: Turn, conn: Connection, need_id: int) -> Show:
    """Nothing of it is needed any more."""
    services.cancel_need(conn, turn.actor, need_id)
    return Show("need", {"need_id": need_id})
