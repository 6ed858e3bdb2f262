"""Whom to call, and where to deliver: of whoever acts now, from acceptance until some time after the receipt."""

from datetime import datetime

from domain.model import Person, Pledge
from domain.schedule import Terms
from domain.words import PledgeState
from storage import giving, people
from storage.engine import Connection

SHOWN = 4
"""People of an organisation named at most."""


def are_open(conn: Connection, pledge: Pledge, now: datetime, terms: Terms) -> bool:
    """Whether the two sides of a pledge see each other's contacts."""
    if pledge.state in (PledgeState.ACCEPTED, PledgeState.DISPATCHED):
        return True
    if pledge.state is not PledgeState.RECEIVED:
        return False
    trucks = giving.consignments_of_pledge(conn, pledge.id)
    receipts = [each.received_at for each in trucks if each.received_at]
    return now < max([pledge.moved_at, *receipts]) + terms.contacts


def are_open_between(conn: Connection, need_id: int, partner_id: int, now: datetime, terms: Terms) -> bool:
    """Whether a partner and the hromada of a need see each other's contacts by any pledge."""
    return any(
        each.organisation_id == partner_id and are_open(conn, each, now, terms)
        for each in giving.pledges_of_need(conn, need_id)
    )


def people_of(conn: Connection, organisation_id: int, first: int | None = None) -> list[Person]:
    """Whoever may act for an organisation now, the one who had to do with it before the others."""
    found = people.verified_people(conn, organisation_id)
    return sorted(found, key=lambda each: (each.id != first, not each.phone, each.id))[:SHOWN]
