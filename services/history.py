"""Writing the history: every service's last line."""

from typing import Any

from domain.actor import Actor
from domain.words import EventKind
from storage import events
from storage.engine import Connection


def of_need(conn: Connection, actor: Actor, kind: EventKind, need_id: int, **data: Any) -> int:
    """One event in a need's chain. ``data`` holds ids and figures only."""
    return events.record(
        conn,
        f"need:{need_id}",
        kind,
        at=actor.at,
        person_id=actor.person_id or None,
        organisation_id=actor.organisation_id,
        need_id=need_id,
        data=data,
    )


def of_organisation(
    conn: Connection, actor: Actor, kind: EventKind, organisation_id: int, **data: Any
) -> int:
    """One event in an organisation's chain."""
    return events.record(
        conn,
        f"organisation:{organisation_id}",
        kind,
        at=actor.at,
        person_id=actor.person_id or None,
        organisation_id=organisation_id,
        data=data,
    )


def of_person(conn: Connection, actor: Actor, kind: EventKind, person_id: int, **data: Any) -> int:
    """One event in a person's chain: what was done to them, or what they decided of themselves."""
    return events.record(
        conn,
        f"person:{person_id}",
        kind,
        at=actor.at,
        person_id=actor.person_id or None,
        organisation_id=actor.organisation_id,
        data=data,
    )
