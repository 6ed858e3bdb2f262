"""What is due to be asked about, and what stays stuck: one index a kind, whatever else there is."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, exists, or_, select, update

from domain.followups import AT_MOST, ENOUGH, FOLLOWUPS, REST, Followup, FollowupKind, Thing
from domain.model import Consignment, Need, Pledge
from domain.schedule import BATCH, Terms
from domain.words import NeedState
from storage.base import load_all, plain
from storage.schema.giving import consignments, pledge_lines, pledges
from storage.schema.needs import needs

Subject = Pledge | Consignment | Need
_TABLES: dict[Thing, tuple[Table, type[Pledge] | type[Consignment] | type[Need]]] = {
    Thing.PLEDGE: (pledges, Pledge),
    Thing.CONSIGNMENT: (consignments, Consignment),
    Thing.NEED: (needs, Need),
}


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something nobody resolved though they were asked: what, and since when."""

    kind: FollowupKind
    thing: Subject
    since: datetime | date


def due(
    conn: Connection,
    rule: Followup,
    told: int,
    since: datetime | date,
    now: datetime,
    limit: int = BATCH,
) -> list[Subject]:
    """Things told of so often whose time was then or earlier, the oldest first; not those just told of."""
    table, _ = _TABLES[rule.thing]
    rested = or_(table.c.told_at.is_(None), table.c.told_at <= now - REST)
    return _oldest(conn, rule, limit, table.c.told == told, table.c[rule.since] <= since, rested)


def _oldest(conn: Connection, rule: Followup, limit: int, *where: ColumnElement[bool]) -> list[Subject]:
    table, kind = _TABLES[rule.thing]
    since = table.c[rule.since]
    query = select(*(table.c[field.name] for field in fields(kind)))
    query = query.where(_in_states(table, rule), since.is_not(None), *where)
    if table is pledges and rule.kind is not FollowupKind.UNATTENDED:
        query = query.where(
            pledges.c.unattended_at.is_(None)
        )  # nobody is there to answer: the other side is asked
    if rule.unpacked:
        rest = pledge_lines.c.pledge_id == pledges.c.id, pledge_lines.c.quantity > pledge_lines.c.packed
        query = query.where(exists().where(*rest))
    found: list[Any] = load_all(kind, conn.execute(query.order_by(since).limit(limit)))
    return found


def _in_states(table: Table, rule: Followup) -> ColumnElement[bool]:
    """In the statement itself, for the index that knows the state."""
    return or_(*(table.c.state == plain(state) for state in rule.states))


def claim(conn: Connection, rule: Followup, thing_id: int, told: int, times: int, now: datetime) -> bool:
    """Count it as told; False where it moved meanwhile or another process told of it."""
    table, _ = _TABLES[rule.thing]
    mine = table.c.id == thing_id, table.c.state.in_(rule.states), table.c.told == told
    return conn.execute(update(table).where(*mine).values(told=times, told_at=now)).rowcount == 1


def enough(conn: Connection, consignment_id: int) -> None:
    """Ask no more about a receipt's photo."""
    conn.execute(update(consignments).where(consignments.c.id == consignment_id).values(told=ENOUGH))


def stuck(conn: Connection, now: datetime, terms: Terms, limit: int = BATCH) -> Iterator[Stuck]:
    """What was asked about in vain, kind by kind, the oldest of each first: for the coordinators.

    Stale needs among them: their question stayed unanswered, too.
    """
    for kind, rule in FOLLOWUPS.items():
        if not rule.stuck:
            continue
        found = [
            Stuck(kind, thing, getattr(thing, rule.since))
            for thing in _in_vain(conn, rule, now, terms, limit)
        ]
        yield from sorted(found, key=lambda each: each.since)[:limit]
    for need in _stale(conn, limit):
        yield Stuck(FollowupKind.UNCONFIRMED, need, need.asked_at or need.confirm_by)


def _in_vain(conn: Connection, rule: Followup, now: datetime, terms: Terms, limit: int) -> Iterator[Subject]:
    """Told of as often as the settings say, or more often by older ones: each count in the order of its index."""
    table, _ = _TABLES[rule.thing]
    late = table.c[rule.since] <= rule.stuck_since(terms, now)
    for told in range(len(rule.moments(terms)), AT_MOST + 1):
        yield from _oldest(conn, rule, limit, table.c.told == told, late)


def _stale(conn: Connection, limit: int) -> list[Need]:
    query = select(*(needs.c[field.name] for field in fields(Need)))
    query = query.where(needs.c.state == NeedState.STALE).order_by(needs.c.id).limit(limit)
    return load_all(Need, conn.execute(query))
