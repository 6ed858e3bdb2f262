"""Nobody holds everything for ever: after a hold others have their turn, and a hold is kept longer once."""

from datetime import datetime

from domain.actor import Actor
from domain.errors import Resting
from domain.model import Need
from domain.schedule import Terms
from storage import giving, people
from storage.engine import Connection


def rests_until(
    conn: Connection, need: Need, line_id: int, organisation_id: int, now: datetime, terms: Terms
) -> datetime | None:
    """Until when an organisation that let a line go leaves it to others; None where it need not, or nobody else could.

    What was promised firmly and withdrawn counts as well: a hold made firm for a moment would begin anew otherwise.
    """
    ended = giving.let_go(conn, line_id, organisation_id)
    if ended is None or ended + terms.rest <= now:
        return None
    partners_only = need.organisation_id if need.public_from and need.public_from > now else None
    if not people.another_gives(conn, organisation_id, partners_only):
        return None
    return ended + terms.rest


def must_have_rested(conn: Connection, actor: Actor, need: Need, line_id: int, terms: Terms) -> None:
    """Raises Resting for a hold too soon after another one."""
    assert actor.organisation_id is not None
    until = rests_until(conn, need, line_id, actor.organisation_id, actor.at, terms)
    if until is not None:
        raise Resting(until)
