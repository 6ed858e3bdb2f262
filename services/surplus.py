"""Goods promised for a line that was closed go to another hromada that asks for the same, in one press."""

from domain.actor import Actor
from domain.errors import Changed, Empty, NotFound
from domain.model import Line, Pledge, PledgeLine
from domain.notices import Happening
from domain.schedule import Terms
from domain.words import Bucket, EventKind, PledgeState
from services import history
from services.changes import own_row
from services.needs import settle
from services.notices import Concerned, refresh_cards, tell
from services.pledges import OPEN_STATES, own_pledge, pledge
from storage import giving, needs
from storage.engine import Connection


def move(conn: Connection, actor: Actor, row_id: int, line_id: int, quantity: int, terms: Terms) -> Pledge:
    """Waive it in the closed line and promise it to the other one, all or nothing.

    Raises Gone when somebody was faster there; then everything stands as before. The new hromada has to accept.
    """
    row = own_row(conn, actor, row_id)
    found = own_pledge(conn, actor, row.pledge_id)
    source, target = needs.line(conn, row.line_id), needs.line(conn, line_id)
    if source is None or target is None:
        raise NotFound
    if quantity <= 0:
        raise Empty
    if not source.closed or found.state not in OPEN_STATES or not _the_same(source, target):
        raise Changed
    held = found.state is PledgeState.HELD
    _take(conn, actor, found, row, quantity)
    if not needs.move(conn, source.id, quantity, Bucket.HELD if held else Bucket.PROMISED, Bucket.WAIVED):
        raise Changed
    amounts = {target.id: quantity}
    made = pledge(
        conn, actor, target.need_id, amounts, terms, firm=not held, ready_by=found.ready_by, note=found.note
    )
    _tell(conn, actor, found, made, quantity)
    return made


def _the_same(source: Line, target: Line) -> bool:
    return source.item is not None and (source.item, source.unit) == (target.item, target.unit)


def _take(conn: Connection, actor: Actor, found: Pledge, row: PledgeLine, quantity: int) -> None:
    """Out of the old pledge; one of which nothing is left has ended."""
    if quantity > row.left:
        raise Changed
    if quantity < row.quantity:
        if not giving.resize_row(conn, row, row.quantity - quantity):
            raise Changed
    elif len(giving.pledge_lines_of(conn, found.id)) > 1:
        giving.trim(conn, row)
    elif not giving.move_pledge(
        conn, found.id, OPEN_STATES, state=PledgeState.WITHDRAWN, holds_until=None, moved_at=actor.at
    ):
        raise Changed


def _tell(conn: Connection, actor: Actor, found: Pledge, made: Pledge, quantity: int) -> None:
    figures = {"pledge": found.id, "to": made.id, "need": made.need_id, "quantity": quantity}
    history.of_need(conn, actor, EventKind.PLEDGE_MOVED, found.need_id, **figures)
    need = needs.need(conn, found.need_id)
    assert need is not None
    hromada = Concerned(hromada=need.organisation_id)
    tell(conn, actor.at, Happening.PLEDGE_MOVED_ON, hromada, pledge_id=found.id)
    refresh_cards(conn, actor.at, found.need_id)
    settle(conn, actor, found.need_id)
