"""Pledging: which lines, how much of each, firm or on hold, ready by when."""

from datetime import date, datetime

from markupsafe import Markup
from pydantic import BaseModel

from domain.errors import Changed, Gone, Misread
from domain.lists import split_quantity_unit
from domain.model import Line
from domain.numbers import format_quantity
from handlers import calendar
from handlers.forms.engine import DONE, Choice, Form, Question, Step, begin, form, in_rows, text_of
from handlers.forms.rows import amount_of
from handlers.incoming import Incoming
from handlers.parts import item_of, lines_by_id, progress
from handlers.reader import Reader, clip
from handlers.registry import Show, a_partner, action
from handlers.turn import Turn
from services import pledges
from services.rests import rests_until
from storage import needs
from storage.engine import Connection


class PledgeData(BaseModel):
    """What a partner promises, line by line, in thousandths."""

    need_id: int
    line_id: int = 0
    amounts: dict[int, int] = {}
    firm: bool = True
    ready_by: date | None = None
    month: str = ""
    page: int = 0


PAGE = 8


def _takers(conn: Connection, data: PledgeData) -> list[Line]:
    return [line for line in needs.lines_of(conn, data.need_id) if line.takes_pledges]


def _basket(reader: Reader, conn: Connection, data: PledgeData) -> Markup:
    lines = lines_by_id(conn, data.need_id)
    rows = [
        Markup("• {} — <b>{}</b>").format(
            item_of(reader, lines[line_id]), reader.amount(amount, lines[line_id].unit)
        )
        for line_id, amount in data.amounts.items()
        if line_id in lines
    ]
    return Markup("\n").join(rows)


def _ask_line(reader: Reader, conn: Connection, data: PledgeData) -> Question:
    lines = _takers(conn, data)
    shown = lines[data.page * PAGE : (data.page + 1) * PAGE]
    choices = [[Choice(_line_label(reader, line, data), str(line.id))] for line in shown]
    pager = [Choice("‹", "p-")] if data.page else []
    if (data.page + 1) * PAGE < len(lines):
        pager.append(Choice("›", "p+"))
    if pager:
        choices.append(pager)
    if not data.amounts:
        return Question(reader.t("<b>What can you give?</b>"), choices)
    text = Markup("{}\n{}\n\n{}").format(
        reader.t("<b>You promise</b>"), _basket(reader, conn, data), reader.t("Anything else, or go on?")
    )
    return Question(text, [[Choice(reader.label("Go on ›"), "on")], *choices])


def _line_label(reader: Reader, line: Line, data: PledgeData) -> str:
    tick = "☑ " if line.id in data.amounts else ""
    left = "" if line.open is None else f" · {reader.amount(line.open, line.unit)}"
    return f"{tick}{clip(item_of(reader, line), 40)}{left}"


def _chose_line(turn: Turn, conn: Connection, data: PledgeData, value: str) -> str:
    if value == "on" and data.amounts:
        return "firm"
    if value in ("p+", "p-"):
        last = max(0, (len(_takers(conn, data)) - 1) // PAGE)
        data.page = min(last, max(0, data.page + (1 if value == "p+" else -1)))
        return "line"
    if not value.isdecimal() or int(value) not in lines_by_id(conn, data.need_id):
        raise Misread("choose")
    data.line_id = int(value)
    return "amount"


def _line(conn: Connection, data: PledgeData) -> Line:
    line = needs.line(conn, data.line_id)
    if line is None or line.need_id != data.need_id:
        raise Changed
    return line


def _ask_amount(reader: Reader, conn: Connection, data: PledgeData) -> Question:
    line = _line(conn, data)
    head = Markup("<b>{}</b>\n{}").format(item_of(reader, line), progress(reader, line))
    text = head + Markup("\n\n") + reader.t("How much can you give? Press, or type the number.")
    choices = [Choice(reader.amount(each, line.unit), str(each)) for each in _usual(line)]
    return Question(text, in_rows(choices, 2))


def _usual(line: Line) -> list[int]:
    """A quarter, half, all of what is open, in whole units."""
    if not line.open:
        return []
    parts = [max(1000, line.open // part // 1000 * 1000) for part in (4, 2)]
    return sorted({each for each in [*parts, line.open] if each <= line.open})


def _said_amount(turn: Turn, conn: Connection, data: PledgeData, incoming: Incoming) -> str:
    number, _ = split_quantity_unit(text_of(incoming, 60))
    line = _line(conn, data)
    return _take(turn, conn, data, amount_of(turn.reader, number, line.unit, line.open))


def _chose_amount(turn: Turn, conn: Connection, data: PledgeData, value: str) -> str:
    if not value.isdecimal() or not 0 < int(value) <= 10**10:
        raise Misread("choose")
    return _take(turn, conn, data, int(value))


def _take(turn: Turn, conn: Connection, data: PledgeData, amount: int) -> str:
    line = _line(conn, data)
    if line.open is not None and amount > line.open:
        raise Misread("more_than_open", left=format_quantity(line.open, turn.reader.language))
    data.amounts[line.id] = amount
    return "firm" if len(_takers(conn, data)) == 1 else "line"


def _ask_firm(reader: Reader, conn: Connection, data: PledgeData) -> Question:
    hours = int(reader.house.terms.hold.total_seconds() // 3600)
    text = Markup("{}\n\n{}").format(
        _basket(reader, conn, data),
        reader.t(
            "<b>Is it certain?</b>\n"
            "A firm promise stands. A hold keeps it for you for {hours} hours, then it is open to others again.",
            hours=hours,
        ),
    )
    firm = [Choice(reader.label("🤝 Firm promise"), "firm")]
    until = _resting(reader, conn, data)
    if until is not None:
        moment = reader.words.moment(until, reader.house.terms.zone)
        why = reader.t(
            "You held it until a short while ago: others may hold it until {moment}.", moment=moment
        )
        return Question(Markup("{}\n\n{}").format(text, why), [firm])
    return Question(text, [firm, [Choice(reader.label("⏳ Hold for {hours} hours", hours=hours), "hold")]])


def _resting(reader: Reader, conn: Connection, data: PledgeData) -> datetime | None:
    """Until when a hold would be refused."""
    need, ours = needs.need(conn, data.need_id), reader.actor.acts_for if reader.actor else None
    if need is None or ours is None:
        return None
    terms = reader.house.terms
    found = [rests_until(conn, need, line_id, ours, reader.now, terms) for line_id in data.amounts]
    return max((until for until in found if until), default=None)


def _chose_firm(turn: Turn, conn: Connection, data: PledgeData, value: str) -> str:
    if value not in ("firm", "hold"):
        raise Misread("choose")
    data.firm = value == "firm"
    return "ready"


def _ask_ready(reader: Reader, conn: Connection, data: PledgeData) -> Question:
    today = reader.today.date()
    shown = date.fromisoformat(data.month) if data.month else today
    text = reader.t("<b>When will it be ready to go?</b>\nPress a day, or type it: <code>24.12</code>")
    return Question(text, calendar.month(shown, today, reader.language))


def _said_ready(turn: Turn, conn: Connection, data: PledgeData, incoming: Incoming) -> str:
    data.ready_by = calendar.typed(incoming, turn.reader.today.date(), turn.reader.language)
    return DONE


def _chose_ready(turn: Turn, conn: Connection, data: PledgeData, value: str) -> str:
    day, month = calendar.pressed(value, turn.reader.today.date())
    if day:
        data.ready_by = day
        return DONE
    data.month = month.isoformat() if month else data.month
    return "ready"


def _pledge(turn: Turn, conn: Connection, data: PledgeData) -> Show:
    made = pledges.pledge(
        conn,
        turn.actor,
        data.need_id,
        data.amounts,
        turn.house.terms,
        firm=data.firm,
        ready_by=data.ready_by,
    )
    toast = turn.reader.label("Thank you! The hromada is told now.")
    return Show("pledge", {"pledge_id": made.id}, toast=toast)


form(
    Form(
        "pledge",
        PledgeData,
        [
            Step("line", _ask_line, None, _chose_line),
            Step("amount", _ask_amount, _said_amount, _chose_amount, aside=True),
            Step("firm", _ask_firm, None, _chose_firm),
            Step("ready", _ask_ready, _said_ready, _chose_ready, optional=True),
        ],
        _pledge,
        a_partner,
        lambda conn, actor, data: pledges.may_pledge(conn, actor, data.need_id),
        leave=lambda data: Show("need", {"need_id": data.need_id}),
    )
)


def _need_again(params: dict[str, int]) -> Show:
    return Show("need", {"need_id": params["need_id"]})


@action("pledge", a_partner, fresh=_need_again)
def start_pledge(turn: Turn, conn: Connection, need_id: int) -> Show:
    """Promise something of a need: straight to the amount where there is one line only."""
    pledges.may_pledge(conn, turn.actor, need_id)
    need = needs.need(conn, need_id)
    data = PledgeData(need_id=need_id)
    lines = _takers(conn, data)
    if need is None or not need.live:
        raise Changed
    if not lines:
        raise Gone(needs.lines_of(conn, need_id)[0].id, 0)
    if len(lines) == 1:
        data.line_id = lines[0].id
        return begin(turn, conn, "pledge", data, "amount")
    return begin(turn, conn, "pledge", data)
