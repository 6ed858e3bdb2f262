"""Needs that a hromada shows to its partners first: who sees them, and when they open to everybody."""

from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from domain.actor import Actor
from domain.model import Need
from domain.schedule import BATCH
from storage.schema.listed import partnerships
from storage.schema.needs import needs

_ACCEPTED = partnerships.c.accepted


def shown_to(conn: Connection, need: Need, actor: Actor | None, now: datetime) -> bool:
    """Everybody's from ``public_from`` on; before, the hromada's own, its partners' and the coordinators'."""
    if need.public_from is None or need.public_from <= now:
        return True
    if actor is None or actor.suspended:
        return False
    if actor.coordinator:
        return True
    mine = actor.organisation_id if actor.is_official or actor.is_partner else None
    return mine is not None and (
        mine == need.organisation_id or _is_partner(conn, mine, need.organisation_id)
    )


def _is_partner(conn: Connection, partner_id: int, hromada_id: int) -> bool:
    mine = partnerships.c.partner_id == partner_id, partnerships.c.hromada_id == hromada_id, _ACCEPTED
    return bool(conn.execute(select(exists().where(*mine))).scalar())


def has_partners(conn: Connection, hromada_id: int) -> bool:
    """Whether a hromada ever accepted something of anybody."""
    return bool(
        conn.execute(select(exists().where(partnerships.c.hromada_id == hromada_id, _ACCEPTED))).scalar()
    )


def partners_of(conn: Connection, hromada_id: int) -> list[int]:
    """Organisations of which a hromada ever accepted something: a mere promise opens no door."""
    query = select(partnerships.c.partner_id).where(partnerships.c.hromada_id == hromada_id, _ACCEPTED)
    return list(conn.execute(query.order_by(partnerships.c.partner_id)).scalars())


def opening(conn: Connection, now: datetime, limit: int = BATCH) -> list[int]:
    """Needs that everybody is to see from now on."""
    due = needs.c.public_from.is_not(None), needs.c.public_from <= now
    return list(
        conn.execute(select(needs.c.id).where(*due).order_by(needs.c.public_from).limit(limit)).scalars()
    )


def make_public(conn: Connection, need_id: int) -> bool:
    """To everybody's lists; False where it is there already."""
    query = update(needs).where(needs.c.id == need_id, needs.c.public_from.is_not(None))
    return conn.execute(query.values(public_from=None)).rowcount == 1
