"""Writing the history: every service's last line."""

import hashlib
from collections.abc import Mapping
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


def changed(before: object, after: Mapping[str, object]) -> dict[str, list[str | None]]:
    """What an edit changed, field by field: the beginnings of the hashes of the old and the new value, never the words.

    Whoever has the words can show what stood there; whoever has only the history cannot read them.
    """
    fields = {name: [_mark(getattr(before, name)), _mark(value)] for name, value in sorted(after.items())}
    return {name: marks for name, marks in fields.items() if marks[0] != marks[1]}


def _mark(value: object) -> str | None:
    return None if value is None else hashlib.sha256(str(value).encode()).hexdigest()[:16]
