"""What hromadas wrote to their donors, and which of it everybody may read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from domain.talking import Thanks
from storage.base import find_one, load_all
from storage.schema.giving import consignments
from storage.schema.talking import thanks as table


def add(conn: Connection, **values: Any) -> Thanks:
    """Keep a thank-you; between the two until the donor says otherwise."""
    row_id = conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    found = thanks(conn, row_id)
    assert found is not None
    return found


def thanks(conn: Connection, thanks_id: int) -> Thanks | None:
    """A thank-you by id."""
    return find_one(conn, Thanks, table, id=thanks_id)


def of_consignment(conn: Connection, consignment_id: int) -> Thanks | None:
    """The thank-you for a consignment; there is one at most."""
    return find_one(conn, Thanks, table, consignment_id=consignment_id)


def decide(conn: Connection, thanks_id: int, **values: Any) -> None:
    """What the donor decided."""
    conn.execute(update(table).where(table.c.id == thanks_id).values(**values))


def thanks_to_show(
    conn: Connection,
    after_event: int,
    until_event: int,
    organisations: Sequence[int] | None = None,
    limit: int = 3,
) -> list[Thanks]:
    """What may be shown in a digest since its last one (after < event <= until), newest first.

    It counts from the donor's yes, not from the thank-you: so each is told once, whenever the yes came, and not at
    all once it was taken back. ``organisations`` asks for those to or from some organisations alone.
    """
    query = select(table).where(
        table.c.text != "",
        table.c.shareable,
        table.c.shared_event > after_event,
        table.c.shared_event <= until_event,
    )
    if organisations is not None:
        query = query.join(consignments, consignments.c.id == table.c.consignment_id).where(
            or_(
                consignments.c.organisation_id.in_(organisations),
                consignments.c.hromada_id.in_(organisations),
            )
        )
    return load_all(Thanks, conn.execute(query.order_by(table.c.shared_event.desc()).limit(limit)))
