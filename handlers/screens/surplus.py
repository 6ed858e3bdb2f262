"""Goods promised for an item that was closed: who else needs the same, nearest first, and one press to move them."""

from dataclasses import dataclass

from markupsafe import Markup

from domain.model import Line, Need, Pledge, PledgeLine
from handlers import names
from handlers.parts import item_of, organisation, progress
from handlers.reader import Reader, clip
from handlers.registry import Show, a_partner, a_person, action, does, notice, opens, screen
from handlers.screens.pledges import pledge_rows, pledge_text, side
from handlers.turn import Turn
from handlers.view import Button, View
from services import pledges
from services import surplus as services
from storage import giving, needs, surplus
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Left:
    """What of a pledge is promised for a closed line."""

    row: PledgeLine
    pledge: Pledge
    need: Need
    line: Line


def _ours(reader: Reader, conn: Connection, row_id: int) -> Left | None:
    row = giving.pledge_line(conn, row_id)
    pledge = giving.pledge(conn, row.pledge_id) if row else None
    need = needs.need(conn, pledge.need_id) if pledge else None
    line = needs.line(conn, row.line_id) if row else None
    if row is None or pledge is None or need is None or line is None:
        return None
    movable = line.closed and row.left and pledge.state in pledges.OPEN_STATES
    return Left(row, pledge, need, line) if movable and side(reader, pledge, need) == "giver" else None


@screen("surplus", a_partner)
def surplus_screen(reader: Reader, conn: Connection, row_id: int) -> View | None:
    """Who else needs it, as it stands now."""
    found = _ours(reader, conn, row_id)
    if found is None:
        return None
    head = reader.t("<b>{item}</b>: no more is asked for here.", item=item_of(reader, found.line))
    return _view(reader, conn, found, head)


@notice("line_closed", a_person)
def line_closed(reader: Reader, conn: Connection, row_id: int) -> View | None:
    """The hromada asks for no more of it; what is promised may still come, or serve somebody else."""
    found = _ours(reader, conn, row_id)
    if found is None:
        return None
    head = reader.t(
        "🏁 The hromada closed an item you promised: no more is asked for. Your promise stands; "
        "ask whether it is still welcome."
    )
    text = Markup("{}\n\n{}").format(head, pledge_text(reader, conn, found.pledge, found.need))
    return _view(reader, conn, found, text)


def _view(reader: Reader, conn: Connection, found: Left, head: Markup) -> View:
    others = surplus.who_else(conn, found.line)
    text = [head]
    rows: list[tuple[Button, ...]] = []
    if others:
        text.append(
            reader.t("<b>Others need the same</b>, the nearest first. One press moves your promise there:")
        )
    for line, need in others:
        hromada = organisation(conn, need.organisation_id)
        name = reader.organisation(hromada)
        text.append(
            Markup("{} <b>{}</b>, {}\n{} {}").format(
                reader.label(names.URGENCY[need.urgency]).partition(" ")[0],
                name,
                reader.where(hromada),
                item_of(reader, line),
                progress(reader, line),
            )
        )
        amount = found.row.left if line.open is None else min(found.row.left, line.open)
        label = f"↪️ {reader.amount(amount, line.unit)} → {clip(name, 34)}"
        rows.append((does(label, "move_pledge", found.row.id, line.id, amount),))
    rows += pledge_rows(reader, conn, found.pledge, found.need, "giver")
    return View(Markup("\n\n").join(text), tuple(rows))


def _again(params: dict[str, int]) -> Show:
    return Show("surplus", {"row_id": params["row_id"]})


@action("move_pledge", a_partner, fresh=_again)
def move_pledge(turn: Turn, conn: Connection, row_id: int, line_id: int, quantity: int) -> Show:
    """There instead of here."""
    made = services.move(conn, turn.actor, row_id, line_id, quantity, turn.house.terms)
    toast = turn.reader.label("Moved. Both hromadas are told now.")
    return Show("pledge", {"pledge_id": made.id}, toast=toast)


@notice("moved_on", a_person)
def moved_on(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """What was promised for an item we closed goes to others who need it."""
    pledge = giving.pledge(conn, pledge_id)
    need = needs.need(conn, pledge.need_id) if pledge else None
    if pledge is None or need is None or side(reader, pledge, need) != "hromada":
        return None
    giver = reader.organisation(organisation(conn, pledge.organisation_id))
    text = reader.t(
        "↪️ <b>{giver}</b> gives what you no longer need to another hromada that asks for the same. Thank you!",
        giver=giver,
    )
    return View(text, ((opens(reader.label("‹ To the need"), "need", need.id),),))
