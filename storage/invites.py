"""One-time links, and what a second coordinator has to agree to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from domain.model import Approval, Invite
from domain.words import ApprovalKind
from storage.base import find_one, load, load_all
from storage.schema.people import approvals, invites


def add(conn: Connection, **values: Any) -> Invite:
    """A new one-time link, by the hash of its token."""
    return Invite(**conn.execute(insert(invites).values(**values).returning(invites)).one()._mapping)


def invite(conn: Connection, invite_id: int) -> Invite | None:
    """A link by its id."""
    return find_one(conn, Invite, invites, id=invite_id)


def by_hash(conn: Connection, hashed: str) -> Invite | None:
    """A link by the hash of its token."""
    return find_one(conn, Invite, invites, token=hashed)


def _is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return invites.c.used_at.is_(None), invites.c.revoked_at.is_(None), invites.c.expires_at > now


def use(
    conn: Connection,
    invite_id: int,
    person_id: int,
    now: datetime,
    *,
    organisation_id: int | None,
    coordinator: bool,
) -> bool:
    """Claim a link for this and nothing else; False where it was made for something else, is used, revoked or too old."""
    query = update(invites).where(
        invites.c.id == invite_id,
        invites.c.organisation_id.is_not_distinct_from(organisation_id),
        invites.c.coordinator == coordinator,
        *_is_live(now),
    )
    return conn.execute(query.values(used_by=person_id, used_at=now)).rowcount == 1


def revoke(conn: Connection, invite_id: int, now: datetime) -> bool:
    """End a link that nobody used; False where there is nothing to end."""
    query = update(invites).where(invites.c.id == invite_id, *_is_live(now)).values(revoked_at=now)
    return conn.execute(query).rowcount == 1


def live_of(conn: Connection, person_id: int, now: datetime) -> list[Invite]:
    """The links somebody gave that can still be used, the newest first."""
    query = select(invites).where(invites.c.created_by == person_id, *_is_live(now))
    return load_all(Invite, conn.execute(query.order_by(invites.c.id.desc())))


def live_to(conn: Connection, organisation_id: int, now: datetime) -> list[Invite]:
    """The links into one organisation that can still be used."""
    query = select(invites).where(invites.c.organisation_id == organisation_id, *_is_live(now))
    return load_all(Invite, conn.execute(query.order_by(invites.c.id)))


# --- second voices ------------------------------------------------------------------------------------


def ask(conn: Connection, **values: Any) -> Approval:
    """A new question to the other coordinators."""
    return Approval(**conn.execute(insert(approvals).values(**values).returning(approvals)).one()._mapping)


def approval(conn: Connection, approval_id: int) -> Approval | None:
    """A question by its id."""
    return find_one(conn, Approval, approvals, id=approval_id)


def asked_already(
    conn: Connection, kind: ApprovalKind, subject_id: int | None, asked_by: int, since: datetime
) -> Approval | None:
    """The same question, if it waits for an answer: for a link of the same coordinator, for all else of anybody."""
    query = select(approvals).where(
        approvals.c.kind == kind,
        approvals.c.subject_id.is_not_distinct_from(subject_id),
        approvals.c.decided_at.is_(None),
        approvals.c.asked_at > since,
    )
    if kind is ApprovalKind.OPEN_INVITE:
        query = query.where(approvals.c.asked_by == asked_by)
    return load(Approval, conn.execute(query.order_by(approvals.c.id).limit(1)).one_or_none())


def decide(conn: Connection, approval_id: int, person_id: int | None, now: datetime, *, agreed: bool) -> bool:
    """Answer a question; False if somebody did before."""
    query = update(approvals).where(approvals.c.id == approval_id, approvals.c.decided_at.is_(None))
    return conn.execute(query.values(decided_by=person_id, decided_at=now, agreed=agreed)).rowcount == 1


def end_about(conn: Connection, kind: ApprovalKind, subject_id: int, now: datetime) -> None:
    """Nobody answers any more what was asked about this: it was done, or it is about nobody."""
    about = approvals.c.kind == kind, approvals.c.subject_id == subject_id
    _end(conn, now, *about)


def end_asked_by(conn: Connection, person_id: int, now: datetime) -> None:
    """Nobody answers any more what somebody asked."""
    _end(conn, now, approvals.c.asked_by == person_id)


def _end(conn: Connection, now: datetime, *which: ColumnElement[bool]) -> None:
    conn.execute(update(approvals).where(*which, approvals.c.decided_at.is_(None)).values(decided_at=now))


def waiting(conn: Connection, since: datetime, limit: int, offset: int = 0) -> list[Approval]:
    """Questions nobody answered, the oldest first."""
    query = select(approvals).where(approvals.c.decided_at.is_(None), approvals.c.asked_at > since)
    return load_all(Approval, conn.execute(query.order_by(approvals.c.asked_at).limit(limit).offset(offset)))


def how_many_wait(conn: Connection, since: datetime) -> int:
    """How many there are."""
    query = select(func.count()).where(approvals.c.decided_at.is_(None), approvals.c.asked_at > since)
    return conn.execute(query).scalar_one()
