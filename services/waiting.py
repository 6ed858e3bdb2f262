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
from services.rests import rests_until
from storage import giving, needs, people
from storage.engine import Connection

NOBODY = 0


def offer(conn: Connection, at: datetime, line: Line, quantity: int, terms: Terms) -> None:
    """Keep what just became open for the first who waits. Their place in the list is used up by it."""
    if line.needed is None or line.closed:
        return  # a line that takes any amount has nobody waiting
    waiting = _next(conn, at, line, terms)
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


def _next(conn: Connection, at: datetime, line: Line, terms: Terms) -> tuple[int, int] | None:
    """The first who waits and still has somebody who may act for them; who just let it go keeps their place behind others."""
    need = needs.need(conn, line.need_id)
    assert need is not None
    if not people.verified_people(conn, need.organisation_id):
        return None  # nobody would answer a yes
    for organisation_id, person_id in needs.waiting_for(conn, line.id):
        acting = [person.id for person in people.verified_people(conn, organisation_id)]
        if acting and rests_until(conn, need, line.id, organisation_id, at, terms):
            continue
        needs.stop_waiting(conn, line.id, organisation_id)
        if acting:
            return organisation_id, person_id if person_id in acting else acting[0]
    return None
