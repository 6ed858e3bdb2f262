"""A promise that changes: what the hromada edited, what the partner answers, another amount, another day."""

from markupsafe import Markup

from domain.model import Need, Pledge
from handlers.parts import item_of, line_row
from handlers.reader import Reader, clip
from handlers.registry import Show, a_partner, a_person, action, does, notice, opens, screen
from handlers.screens.pledges import pledge_rows, pledge_text, side
from handlers.turn import Turn
from handlers.view import Rows, View
from services import changes as services
from services import pledges
from storage import giving, needs
from storage.engine import Connection


def _ours(reader: Reader, conn: Connection, pledge_id: int, mine: str) -> tuple[Pledge, Need] | None:
    pledge = giving.pledge(conn, pledge_id)
    need = needs.need(conn, pledge.need_id) if pledge else None
    return (pledge, need) if pledge and need and side(reader, pledge, need) == mine else None


@notice("line_edited", a_person)
def line_edited(reader: Reader, conn: Connection, pledge_id: int, row_id: int) -> View | None:
    """The hromada changed what we promised for: does it still fit?"""
    found = _ours(reader, conn, pledge_id, "giver")
    row = giving.pledge_line(conn, row_id)
    line = needs.line(conn, row.line_id) if row else None
    if found is None or row is None or line is None or row.pledge_id != pledge_id or row.asked is None:
        return None
    pledge, need = found
    head = reader.t("✏️ <b>The hromada changed an item you promised.</b> Does it still fit?")
    text = Markup("{}\n\n{}\n\n{}").format(
        head, line_row(reader, line), pledge_text(reader, conn, pledge, need)
    )
    return View(text, _answers(reader, pledge, row_id, row.asked, packed=bool(row.packed)))


def _answers(reader: Reader, pledge: Pledge, row_id: int, version: int, *, packed: bool) -> Rows:
    yes = (does(reader.label("👍 It still fits"), "still_fits", row_id, version),)
    ask = (does(reader.label("❓ Ask"), "ask", pledge.need_id),)
    if packed or pledge.state not in pledges.OPEN_STATES:
        return yes, ask
    change = (does(reader.label("✏️ Change my pledge"), "change_pledge", row_id),)
    withdraw = (opens(reader.label("↩️ Withdraw"), "withdraw", pledge.id),)
    return yes, change, withdraw, ask


@action("still_fits", a_partner)
def still_fits(turn: Turn, conn: Connection, row_id: int, version: int) -> Show:
    """Yes to what the line says now."""
    found = services.still_fits(conn, turn.actor, row_id, version)
    toast = turn.reader.label("Thank you! The hromada is told now.")
    return Show("pledge", {"pledge_id": found.id}, toast=toast)


@screen("change_which", a_partner)
def change_which(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """Which item's amount?"""
    found = _ours(reader, conn, pledge_id, "giver")
    if found is None or found[0].state not in pledges.OPEN_STATES:
        return None
    rows = []
    for row in giving.pledge_lines_of(conn, pledge_id):
        line = needs.line(conn, row.line_id)
        assert line is not None
        label = f"{clip(item_of(reader, line), 40)} · {reader.amount(row.quantity, line.unit)}"
        rows.append((does(label, "change_pledge", row.id),))
    back = (opens(reader.label("‹ Back"), "pledge", pledge_id),)
    return View(reader.t("<b>Which amount changes?</b>"), (*rows, back))


def _to_hromada(reader: Reader, conn: Connection, pledge_id: int, head: Markup) -> View | None:
    found = _ours(reader, conn, pledge_id, "hromada")
    if found is None:
        return None
    text = Markup("{}\n\n{}").format(head, pledge_text(reader, conn, *found))
    return View(text, pledge_rows(reader, conn, *found, "hromada"))


@notice("confirmed", a_person)
def confirmed(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """The partner says yes to our change."""
    return _to_hromada(
        reader, conn, pledge_id, reader.t("👍 The partner confirms: it still fits after your change.")
    )


@notice("pledge_changed", a_person)
def pledge_changed(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """The partner gives more or less."""
    return _to_hromada(reader, conn, pledge_id, reader.t("✏️ The partner changed the amount of a pledge."))


@notice("postponed", a_person)
def postponed(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """The partner needs longer."""
    return _to_hromada(reader, conn, pledge_id, reader.t("📅 The partner names a new day for a pledge."))
