"""One answer from a follow-up: a new day, or another amount."""

from datetime import date
from typing import Literal

from markupsafe import Markup
from pydantic import BaseModel

from domain.actor import Actor
from domain.errors import Changed, Misread
from domain.lists import split_quantity_unit
from domain.model import Line, PledgeLine
from domain.numbers import format_quantity
from handlers import calendar
from handlers.forms.engine import DONE, Choice, Form, Question, Step, begin, form, in_rows, text_of
from handlers.forms.rows import amount_of
from handlers.incoming import Incoming
from handlers.parts import item_of, progress
from handlers.reader import Reader
from handlers.registry import Show, a_partner, action
from handlers.turn import Turn
from services import changes, consignments, pledges
from storage import giving, needs
from storage.engine import Connection


class DayData(BaseModel):
    """A new day for a pledge to be ready, or for a consignment to arrive."""

    about: Literal["pledge", "consignment"]
    id: int
    day: date | None = None
    month: str = ""


def _ask_day(reader: Reader, conn: Connection, data: DayData) -> Question:
    today = reader.today.date()
    shown = date.fromisoformat(data.month) if data.month else today
    if data.about == "pledge":
        text = reader.t("<b>When will it be ready to go?</b>\nPress a day, or type it: <code>24.12</code>")
    else:
        text = reader.t("<b>When should it arrive?</b>\nPress a day, or type it: <code>24.12</code>")
    return Question(text, calendar.month(shown, today, reader.language))


def _said_day(turn: Turn, conn: Connection, data: DayData, incoming: Incoming) -> str:
    data.day = calendar.typed(incoming, turn.reader.today.date(), turn.reader.language)
    return DONE


def _chose_day(turn: Turn, conn: Connection, data: DayData, value: str) -> str:
    data.day, month = calendar.pressed(value, turn.reader.today.date())
    data.month = month.isoformat() if month else data.month
    return DONE if data.day else "day"


def _back(data: DayData) -> Show:
    return Show(data.about, {f"{data.about}_id": data.id})


def _keep_day(turn: Turn, conn: Connection, data: DayData) -> Show:
    assert data.day is not None
    if data.about == "pledge":
        changes.postpone(conn, turn.actor, data.id, data.day)
    else:
        consignments.describe(conn, turn.actor, data.id, eta=data.day)
    shown = _back(data)
    toast = turn.reader.label("Thank you! The hromada is told now.")
    return Show(shown.screen, shown.params, toast=toast)


def _must_be_ours(conn: Connection, actor: Actor, data: DayData) -> object:
    own = pledges.own_pledge if data.about == "pledge" else consignments.ours
    return own(conn, actor, data.id)


form(
    Form(
        "day",
        DayData,
        [Step("day", _ask_day, _said_day, _chose_day)],
        _keep_day,
        a_partner,
        _must_be_ours,
        leave=_back,
    )
)


def _pledge_again(params: dict[str, int]) -> Show:
    return Show("pledge", {"pledge_id": params["pledge_id"]})


def _consignment_again(params: dict[str, int]) -> Show:
    return Show("consignment", {"consignment_id": params["consignment_id"]})


@action("postpone", a_partner, fresh=_pledge_again)
def postpone(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """A new day for a promise: first the question."""
    if not changes.has_a_day(conn, pledges.own_pledge(conn, turn.actor, pledge_id)):
        raise Changed
    return begin(turn, conn, "day", DayData(about="pledge", id=pledge_id))


@action("new_eta", a_partner, fresh=_consignment_again)
def new_eta(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """A new day of arrival: first the question."""
    if consignments.ours(conn, turn.actor, consignment_id).state not in consignments.BEFORE_ARRIVAL:
        raise Changed
    return begin(turn, conn, "day", DayData(about="consignment", id=consignment_id))


class AmountData(BaseModel):
    """Another amount for one row of a pledge, in thousandths."""

    pledge_id: int
    row_id: int
    amount: int = 0


def _row(conn: Connection, data: AmountData) -> tuple[PledgeLine, Line]:
    row = giving.pledge_line(conn, data.row_id)
    line = needs.line(conn, row.line_id) if row else None
    if row is None or line is None:
        raise Changed
    return row, line


def _most(row: PledgeLine, line: Line) -> int | None:
    """All we have and all that is open; None where any amount is welcome."""
    if line.closed:
        return row.quantity
    return None if line.open is None else row.quantity + line.open


def _ask_amount(reader: Reader, conn: Connection, data: AmountData) -> Question:
    row, line = _row(conn, data)
    text = Markup("<b>{}</b>\n{}\n\n{}").format(
        item_of(reader, line),
        progress(reader, line),
        reader.t(
            "You promised {amount}. How much will it be? Press, or type the number.",
            amount=reader.amount(row.quantity, line.unit),
        ),
    )
    half = row.quantity // 2 // 1000 * 1000
    usual = {half, _most(row, line) or row.quantity} - {0, row.quantity}
    choices = [
        Choice(reader.amount(each, line.unit), str(each)) for each in sorted(usual) if each >= row.packed
    ]
    return Question(text, in_rows(choices, 2))


def _take(turn: Turn, conn: Connection, data: AmountData, amount: int) -> str:
    row, line = _row(conn, data)
    most = _most(row, line)
    if most is not None and amount > most:
        raise Misread("more_than_open", left=format_quantity(most, turn.reader.language))
    if amount < row.packed:
        raise Misread("less_than_packed", packed=format_quantity(row.packed, turn.reader.language))
    data.amount = amount
    return DONE


def _said_amount(turn: Turn, conn: Connection, data: AmountData, incoming: Incoming) -> str:
    number, _ = split_quantity_unit(text_of(incoming, 60))
    row, line = _row(conn, data)
    return _take(turn, conn, data, amount_of(turn.reader, number, line.unit, row.packed, _most(row, line)))


def _chose_amount(turn: Turn, conn: Connection, data: AmountData, value: str) -> str:
    if not value.isdecimal() or not 0 < int(value) <= 10**10:
        raise Misread("choose")
    return _take(turn, conn, data, int(value))


def _change(turn: Turn, conn: Connection, data: AmountData) -> Show:
    changes.change_amount(conn, turn.actor, data.row_id, data.amount, turn.house.terms)
    toast = turn.reader.label("Thank you! The hromada is told now.")
    return Show("pledge", {"pledge_id": data.pledge_id}, toast=toast)


form(
    Form(
        "amount",
        AmountData,
        [Step("amount", _ask_amount, _said_amount, _chose_amount)],
        _change,
        a_partner,
        lambda conn, actor, data: pledges.own_pledge(conn, actor, data.pledge_id),
        leave=lambda data: Show("pledge", {"pledge_id": data.pledge_id}),
    )
)


@action("change_pledge", a_partner)
def change_pledge(turn: Turn, conn: Connection, row_id: int) -> Show:
    """More or less of one item: first how much."""
    row = changes.own_row(conn, turn.actor, row_id)
    if pledges.own_pledge(conn, turn.actor, row.pledge_id).state not in pledges.OPEN_STATES:
        raise Changed
    return begin(turn, conn, "amount", AmountData(pledge_id=row.pledge_id, row_id=row_id))
