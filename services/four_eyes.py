"""Four eyes: whoever acted for one side of a promise does not answer for the other one with the same account.

Somebody may belong to a hromada and to a partner. What they did stands in the history, so leaving one of the two, or a
colleague's name on the pledge, changes nothing.
"""

from domain.actor import Actor
from domain.errors import SamePerson
from domain.model import Consignment, Pledge
from domain.words import EventKind
from storage import events, giving, needs
from storage.engine import Connection

GIVING = (
    EventKind.PLEDGE_HELD,
    EventKind.PLEDGE_PROMISED,
    EventKind.PLEDGE_EXTENDED,
    EventKind.PLEDGE_POSTPONED,
    EventKind.PLEDGE_CONFIRMED,
    EventKind.PLEDGE_CHANGED,
    EventKind.CONSIGNMENT_PACKED,
    EventKind.CONSIGNMENT_DISPATCHED,
)
TAKING = (EventKind.PLEDGE_ACCEPTED, EventKind.RECEIPT_SIGNED)


def not_who_promised(conn: Connection, actor: Actor, pledge: Pledge) -> None:
    """Whoever promised it, or packed something of it, does not answer for the hromada. Raises SamePerson."""
    trucks = giving.consignments_of_pledge(conn, pledge.id)
    packed = any(each.person_id == actor.person_id for each in trucks)
    if pledge.person_id == actor.person_id or packed:
        raise SamePerson
    _not_in_history(conn, actor, pledge, pledge.organisation_id, GIVING)


def not_who_packed(conn: Connection, actor: Actor, consignment: Consignment) -> None:
    """Whoever packed or sent it, or promised something in it, does not sign or thank. Raises SamePerson."""
    if consignment.person_id == actor.person_id:
        raise SamePerson
    for pledge in _pledges_in(conn, consignment):
        not_who_promised(conn, actor, pledge)


def not_who_accepted(conn: Connection, actor: Actor, pledge: Pledge) -> None:
    """Whoever accepted it for the hromada does not pack or send it. Raises SamePerson."""
    if pledge.accepted_by == actor.person_id:
        raise SamePerson
    need = needs.need(conn, pledge.need_id)
    assert need is not None
    _not_in_history(conn, actor, pledge, need.organisation_id, TAKING)


def not_who_took(conn: Connection, actor: Actor, consignment: Consignment) -> None:
    """The same for everything that travels together. Raises SamePerson."""
    if consignment.signed_by == actor.person_id:
        raise SamePerson
    for pledge in _pledges_in(conn, consignment):
        not_who_accepted(conn, actor, pledge)


def _pledges_in(conn: Connection, consignment: Consignment) -> list[Pledge]:
    ids = sorted({row.pledge_id for row in giving.goods(conn, consignment.id)})
    return [pledge for each in ids if (pledge := giving.pledge(conn, each))]


def _not_in_history(
    conn: Connection, actor: Actor, pledge: Pledge, side: int, kinds: tuple[EventKind, ...]
) -> None:
    trucks = {each.id for each in giving.consignments_of_pledge(conn, pledge.id)}
    for data in events.acts_of(conn, pledge.need_id, actor.person_id, side, kinds):
        if data.get("pledge") == pledge.id or data.get("consignment") in trucks:
            raise SamePerson
