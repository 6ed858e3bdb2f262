"""Who else asks for the same item, nearest first."""

from sqlalchemy import Connection, select, text

from domain.model import Line, Need
from domain.places.near import nearness
from domain.words import NeedState
from storage import needs as stored
from storage.base import plain
from storage.schema.needs import lines, needs
from storage.schema.people import organisations

NEWEST = 2000
"""Open lines of an item that are compared: of a blanket there may be a hundred thousand, and near ones among these."""
_IS_WANTED = text("NOT closed AND (open IS NULL OR open > 0)")
"""As the partial index has it, so that SQLite sees that it is the same."""


def who_else(conn: Connection, line: Line, limit: int = 5) -> list[tuple[Line, Need]]:
    """Lines of other needs that ask for the same item and still take some, nearest first; nothing for free text."""
    if line.item is None:
        return []
    wanted = select(lines.c.id, lines.c.need_id).where(_IS_WANTED, lines.c.item == line.item)
    wanted = wanted.where(lines.c.unit == line.unit, lines.c.need_id != line.need_id)
    newest = wanted.order_by(lines.c.id.desc()).limit(NEWEST).subquery()
    query = (
        select(newest.c.id, newest.c.need_id, organisations.c.katottg)
        .join(needs, needs.c.id == newest.c.need_id)
        .join(organisations, organisations.c.id == needs.c.organisation_id)
        .where(needs.c.state == plain(NeedState.OPEN), needs.c.public_from.is_(None))
    )
    here = _code_of(conn, line.need_id)
    found = sorted(conn.execute(query).all(), key=lambda row: (nearness(here, row.katottg or ""), row.id))
    return [pair for row in found[:limit] if (pair := _pair(conn, row.id, row.need_id))]


def _code_of(conn: Connection, need_id: int) -> str:
    query = select(organisations.c.katottg).join(needs, needs.c.organisation_id == organisations.c.id)
    return conn.execute(query.where(needs.c.id == need_id)).scalar() or ""


def _pair(conn: Connection, line_id: int, need_id: int) -> tuple[Line, Need] | None:
    line, need = stored.line(conn, line_id), stored.need(conn, need_id)
    return (line, need) if line and need else None
