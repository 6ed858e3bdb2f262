"""What filters look at (domain/filters.py), read for many needs at once; and which needs the history tells of."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select

from domain.filters import Facts
from domain.words import LIVE_PLEDGES, EventKind
from storage.schema.giving import pledges
from storage.schema.history import events
from storage.schema.needs import lines, needs
from storage.schema.people import organisations

_AT_ONCE = 500
"""Needs a statement: SQLite looks up a list of values, and no driver likes an endless one."""


def of_needs(conn: Connection, need_ids: Collection[int]) -> dict[int, Facts]:
    """The facts of these needs; those that only their hromada's partners see yet are left out."""
    ids = sorted(need_ids)
    found: dict[int, Facts] = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= _some(conn, ids[start : start + _AT_ONCE])
    return found


def _some(conn: Connection, ids: Sequence[int]) -> dict[int, Facts]:
    wanted: dict[int, set[tuple[str, str | None]]] = defaultdict(set)
    for need_id, sector, item in conn.execute(
        select(lines.c.need_id, lines.c.sector, lines.c.item).where(lines.c.need_id.in_(ids))
    ):
        wanted[need_id].add((sector, item))
    givers: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for need_id, organisation_id, country in conn.execute(_givers(ids)):
        givers[need_id].add((organisation_id, country))
    query = select(
        needs.c.id, needs.c.organisation_id, needs.c.urgency, organisations.c.katottg, needs.c.oblast
    )
    query = query.join(organisations, organisations.c.id == needs.c.organisation_id)
    rows = conn.execute(query.where(needs.c.id.in_(ids), needs.c.public_from.is_(None)))
    return {row.id: _facts(row, wanted[row.id], givers[row.id]) for row in rows}


def _givers(ids: Sequence[int]) -> Select[Any]:
    query = select(pledges.c.need_id, pledges.c.organisation_id, organisations.c.country)
    query = query.join(organisations, organisations.c.id == pledges.c.organisation_id)
    return query.where(pledges.c.need_id.in_(ids), pledges.c.state.in_(LIVE_PLEDGES))


def _facts(
    row: Any,
    wanted: set[tuple[str, str | None]],
    givers: set[tuple[int, str]],
) -> Facts:
    return Facts(
        need_id=row.id,
        katottg=row.katottg or row.oblast,
        urgency=row.urgency,
        sectors=frozenset(sector for sector, _ in wanted),
        items=frozenset(item for _, item in wanted if item),
        organisations=frozenset({row.organisation_id, *(giver for giver, _ in givers)}),
        countries=frozenset(country for _, country in givers),
    )


def told(
    conn: Connection,
    after: int,
    until: int,
    kinds: Collection[EventKind] = tuple(EventKind),
    limit: int = 5000,
) -> list[tuple[EventKind, int]]:
    """(kind, need) of events with after < id <= until, oldest first; events of no need are left out."""
    query = select(events.c.kind, events.c.need_id).where(events.c.id > after, events.c.id <= until)
    query = query.where(events.c.need_id.is_not(None), events.c.kind.in_(kinds))
    return [(kind, need_id) for kind, need_id in conn.execute(query.order_by(events.c.id).limit(limit))]
