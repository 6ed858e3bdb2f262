"""Needs, lines, the waiting list and photos. Quantities move by one conditional UPDATE, nothing else."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select, update

from domain import codes
from domain.model import Line, Need
from domain.schedule import BATCH
from domain.words import LIVE_NEEDS, LIVE_PLEDGES, Bucket, NeedState, Urgency
from storage.base import columns_for, find_one, load_all, plain, remove
from storage.prepared import Prepared
from storage.schema.giving import pledges
from storage.schema.history import events
from storage.schema.listed import listed
from storage.schema.needs import attachments, lines, needs, waiting
from storage.search import Search as Search
from storage.search import newest

_NEED = [needs.c[field.name] for field in fields(Need)]
_LINES_OF = Prepared(
    select(*columns_for(Line, lines))
    .where(lines.c.need_id == bindparam("need_id"))
    .order_by(lines.c.position, lines.c.id),
    Line,
)


def add_need(conn: Connection, **values: Any) -> Need:
    """A new need with its code."""
    row_id = conn.execute(insert(needs).values(**values).returning(needs.c.id)).scalar_one()
    conn.execute(update(needs).where(needs.c.id == row_id).values(code=codes.encode(row_id)))
    found = need(conn, row_id)
    assert found is not None
    return found


def need(conn: Connection, need_id: int) -> Need | None:
    """A need by id."""
    return find_one(conn, Need, needs, id=need_id)


def by_ids(conn: Connection, need_ids: Sequence[int]) -> list[Need]:
    """Several needs at once, by their ids."""
    return load_all(Need, conn.execute(select(*_NEED).where(needs.c.id.in_(need_ids)).order_by(needs.c.id)))


def change_need(conn: Connection, need_id: int, **values: Any) -> None:
    """Overwrite facts of a need and count up its version."""
    conn.execute(update(needs).where(needs.c.id == need_id).values(version=needs.c.version + 1, **values))


def posted_by(conn: Connection, person_id: int) -> list[Need]:
    """Every need a person posted, oldest first."""
    query = select(*_NEED).where(needs.c.posted_by == person_id).order_by(needs.c.id)
    return load_all(Need, conn.execute(query))


def move_need(conn: Connection, need_id: int, source: Sequence[NeedState], **values: Any) -> bool:
    """Change a need's state only if it still stands where the caller saw it."""
    query = update(needs).where(needs.c.id == need_id, needs.c.state.in_(source))
    return conn.execute(query.values(version=needs.c.version + 1, **values)).rowcount == 1


def add_line(conn: Connection, **values: Any) -> Line:
    """A new line; what is needed is open at first."""
    values.setdefault("open", values["needed"])
    return Line(**conn.execute(insert(lines).values(**values).returning(lines)).one()._mapping)


def line(conn: Connection, line_id: int) -> Line | None:
    """A line by id."""
    return find_one(conn, Line, lines, id=line_id)


def lines_of(conn: Connection, need_id: int) -> list[Line]:
    """The lines of a need in the order of its author."""
    return _LINES_OF.rows(conn, need_id=need_id)


def lines_by_need(conn: Connection, need_ids: Sequence[int]) -> dict[int, list[Line]]:
    """The lines of several needs at once, for lists."""
    query = select(lines).where(lines.c.need_id.in_(need_ids)).order_by(lines.c.position, lines.c.id)
    found: dict[int, list[Line]] = {need_id: [] for need_id in need_ids}
    for each in load_all(Line, conn.execute(query)):
        found[each.need_id].append(each)
    return found


def change_line(conn: Connection, line_id: int, **values: Any) -> None:
    """Overwrite what a line says (never its quantities)."""
    conn.execute(update(lines).where(lines.c.id == line_id).values(**values))


def move(conn: Connection, line_id: int, quantity: int, source: Bucket, target: Bucket) -> bool:
    """Move a quantity between buckets; False, and nothing moved, where the source holds less.

    A line whose quantity is not stated takes any amount from *open*, which stays unknown.
    """
    return _moving(source, target).count(conn, line_id=line_id, quantity=quantity) == 1


@cache
def _moving(source: Bucket, target: Bucket) -> Prepared[Any]:
    quantity = bindparam("quantity", type_=lines.c.needed.type)
    query = update(lines).where(lines.c.id == bindparam("line_id"))
    if source is Bucket.OPEN:
        query = query.where(lines.c.open.is_(None) | (lines.c.open >= quantity))
        query = query if target is Bucket.WAIVED else query.where(~lines.c.closed)
    else:
        query = query.where(lines.c[source] >= quantity)
    moved = {source.value: lines.c[source] - quantity, target.value: lines.c[target] + quantity}
    return Prepared(query.values(moved))


def resize(conn: Connection, line_id: int, needed: int | None) -> bool:
    """Ask for more or less; False where partners already gave more than that."""
    given = lines.c.held + lines.c.promised + lines.c.on_the_way + lines.c.received + lines.c.waived
    query = update(lines).where(lines.c.id == line_id)
    if needed is None:
        return conn.execute(query.values(needed=None, open=None)).rowcount == 1
    query = query.where(given <= needed)
    return conn.execute(query.values(needed=needed, open=needed - given)).rowcount == 1


def find(conn: Connection, search: Search, before: int | None, limit: int) -> list[Need]:
    """Needs newest first; ``before`` is the id of the last one of the page before (keyset pagination)."""
    query = select(*_NEED).where(needs.c.id.in_(newest(conn, search, before, limit)))
    return load_all(Need, conn.execute(query.order_by(needs.c.id.desc())))


def is_listed(conn: Connection, need: Need) -> bool:
    """Whether everybody finds it in the lists: only such a need is brought to strangers."""
    there = Search(organisation_id=need.organisation_id, states=LIVE_NEEDS)
    return [each.id for each in find(conn, there, need.id + 1, 1)] == [need.id]


def count(conn: Connection, search: Search, cap: int = 100) -> int:
    """How many there are, counted no further than ``cap``."""
    found = newest(conn, search, None, cap).subquery()
    return conn.execute(select(func.count()).select_from(found)).scalar_one()


def touched(conn: Connection, after: int, until: int, limit: int) -> list[Need]:
    """Open needs of which an event with after < id <= until tells: most urgent first, then the oldest."""
    told = select(events.c.need_id).where(events.c.id > after, events.c.id <= until)
    urgent = case({each.value: place for place, each in enumerate(Urgency)}, value=listed.c.urgency)
    query = select(listed.c.need_id).where(listed.c.need_id.in_(told), listed.c.sector == "")
    # An expression, so that no engine begins with all that are open instead of the few that are told of.
    query = query.where(func.coalesce(listed.c.state, "") == NeedState.OPEN.value)
    query = query.order_by(urgent, listed.c.need_id).limit(limit)
    ids = list(conn.execute(query).scalars())
    found = {
        each.id: each for each in load_all(Need, conn.execute(select(*_NEED).where(needs.c.id.in_(ids))))
    }
    return [found[need_id] for need_id in ids]


def oldest_untouched(conn: Connection, limit: int) -> list[Need]:
    """Open needs nobody gives anything towards, longest waiting first."""
    given = select(pledges.c.id).where(pledges.c.need_id == needs.c.id, pledges.c.state.in_(LIVE_PLEDGES))
    query = select(*_NEED).where(needs.c.state == plain(NeedState.OPEN), ~given.exists())
    query = query.where(needs.c.public_from.is_(None))
    return load_all(Need, conn.execute(query.order_by(needs.c.id).limit(limit)))


def due_for_confirmation(conn: Connection, now: datetime, limit: int = BATCH) -> list[Need]:
    """Open needs nobody confirmed in time and nobody was asked about yet."""
    query = select(*_NEED).where(needs.c.state == plain(NeedState.OPEN), needs.c.asked_at.is_(None))
    query = query.where(needs.c.confirm_by <= now).order_by(needs.c.confirm_by)
    return load_all(Need, conn.execute(query.limit(limit)))


def unanswered(conn: Connection, asked_before: datetime, limit: int = BATCH) -> list[Need]:
    """Open needs whose 'still needed?' was asked long ago."""
    query = select(*_NEED).where(needs.c.state == plain(NeedState.OPEN), needs.c.asked_at.is_not(None))
    query = query.where(needs.c.asked_at <= asked_before).order_by(needs.c.asked_at)
    return load_all(Need, conn.execute(query.limit(limit)))


def of_organisation(conn: Connection, organisation_id: int, limit: int = 50) -> list[Need]:
    """A hromada's own needs: live ones first, newest first."""
    own = Search(organisation_id=organisation_id, states=LIVE_NEEDS, reader=organisation_id)
    live = find(conn, own, None, limit)
    query = select(*_NEED).where(needs.c.organisation_id == organisation_id, needs.c.state.not_in(LIVE_NEEDS))
    over = query.order_by(needs.c.id.desc()).limit(limit - len(live))
    return live + load_all(Need, conn.execute(over))


def wait(conn: Connection, line_id: int, organisation_id: int, person_id: int, now: datetime) -> bool:
    """Join the waiting list of a line; False if the organisation waits already."""
    mine = select(waiting.c.id).where(
        waiting.c.line_id == line_id, waiting.c.organisation_id == organisation_id
    )
    if conn.execute(mine).first():
        return False
    conn.execute(
        insert(waiting).values(
            line_id=line_id, organisation_id=organisation_id, person_id=person_id, since=now
        )
    )
    return True


def first_waiting(conn: Connection, line_id: int) -> tuple[int, int] | None:
    """Who waits longest for a line: (organisation id, person id). Whoever the version before told is past."""
    query = select(waiting.c.organisation_id, waiting.c.person_id).where(
        waiting.c.line_id == line_id, waiting.c.told_at.is_(None)
    )
    row = conn.execute(query.order_by(waiting.c.since, waiting.c.id).limit(1)).one_or_none()
    return (row[0], row[1]) if row else None


def stop_waiting(conn: Connection, line_id: int, organisation_id: int) -> None:
    """Leave the waiting list (after a pledge)."""
    remove(conn, waiting, line_id=line_id, organisation_id=organisation_id)


def attach(conn: Connection, owner: str, owner_id: int, **values: Any) -> bool:
    """Keep a photo; False if the same one is there already."""
    mine = attachments.c.owner == owner, attachments.c.owner_id == owner_id
    same = select(attachments.c.id).where(*mine, attachments.c.file_unique_id == values["file_unique_id"])
    if conn.execute(same).first():
        return False
    conn.execute(insert(attachments).values(owner=owner, owner_id=owner_id, **values))
    return True


def photos(conn: Connection, owner: str, owner_id: int) -> list[str]:
    """File ids of the photos of a need or a consignment, in the order they came."""
    query = select(attachments.c.file_id).where(
        attachments.c.owner == owner, attachments.c.owner_id == owner_id
    )
    return list(conn.execute(query.order_by(attachments.c.id)).scalars())
