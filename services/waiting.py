"""The waiting list of a line: what comes back is kept for whoever waits longest, then for the next.

An offer is a hold that the bot makes for them. So the line's equation, the race for the last one and the lapsing
need nothing of their own: saying yes is making it firm, saying no is withdrawing, and silence lapses.
"""

from datetime import datetime

from domain.actor import Actor
from domain.model import Line
from domain.notices import Happening
from domain.schedule import Terms
from domain.words import Bucket, EventKind, PledgeState
from services import history
from services.notices import Concerned, tell
from storage import giving, needs, people
from storage.engine import Connection

NOBODY = 0


def offer(conn: Connection, at: datetime, line: Line, quantity: int, terms: Terms) -> None:
    """Keep what just became open for the first who waits. Their place in the list is used up by it."""
    if line.needed is None or line.closed:
        return  # a line that takes any amount has nobody waiting
    waiting = _next(conn, line.id)
    if waiting is None or not needs.move(conn, line.id, quantity, Bucket.OPEN, Bucket.HELD):
        return
    organisation_id, person_id = waiting
    made = giving.add_pledge(
        conn,
        {line.id: quantity},
        need_id=line.need_id,
        organisation_id=organisation_id,
        person_id=person_id,
        state=PledgeState.HELD,
        holds_until=at + terms.offer,
        told=terms.told_of(terms.offer),
        offered=True,
        created_at=at,
        moved_at=at,
    )
    figures = {"pledge": made.id, "amounts": {str(line.id): quantity}}
    history.of_need(conn, Actor(NOBODY, at), EventKind.OFFERED, line.need_id, **figures)
    tell(conn, at, Happening.OFFERED, Concerned(giver=organisation_id), pledge_id=made.id)


def _next(conn: Connection, line_id: int) -> tuple[int, int] | None:
    """The first who waits and still has somebody who may act for them."""
    while waiting := needs.first_waiting(conn, line_id):
        needs.stop_waiting(conn, line_id, waiting[0])
        if people.verified_people(conn, waiting[0]):
            return waiting
    return None
