"""A second voice: what a coordinator does only together with another one, where there is another one."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Actor
from domain.model import Approval, Person
from domain.notices import Happening
from domain.words import ApprovalKind, EventKind
from services import history
from services.notices import Concerned, tell
from storage import chats, directory, people
from storage import invites as table
from storage.engine import Connection

APPROVAL_LIFE = timedelta(days=7)
"""How long a question to the other coordinators stays open."""


def needs_second(conn: Connection, actor: Actor) -> bool:
    """Whether there is another coordinator who could be asked; the operator at the keyboard needs nobody."""
    return actor.person_id != 0 and any(
        person.id != actor.person_id and _can_answer(conn, person) for person in people.coordinators(conn)
    )


def _can_answer(conn: Connection, person: Person) -> bool:
    """Whom the settings name and nobody has met yet cannot, and whoever blocked the bot cannot."""
    seen_at = directory.last_seen(conn, person.id)
    met = person.name != "-" or (seen_at is not None and seen_at > person.created_at)
    return met and chats.private_chat(conn, person.id) is not None


def settled(conn: Connection, actor: Actor, kind: ApprovalKind, subject_id: int) -> None:
    """It was done, by whichever way: a yes to an older question must not undo what comes after."""
    table.end_about(conn, kind, subject_id, actor.at)


def fall_silent(conn: Connection, actor: Actor, person_id: int) -> None:
    """What somebody asked as a coordinator ends with that, also for the day they are one again."""
    table.end_asked_by(conn, person_id, actor.at)


def leave_in_peace(conn: Connection, actor: Actor, person_id: int, member_ids: Iterable[int]) -> None:
    """Somebody is forgotten: nothing is asked by them or about them any more."""
    fall_silent(conn, actor, person_id)
    for kind in (ApprovalKind.RESTORE_PERSON, ApprovalKind.APPOINT):
        settled(conn, actor, kind, person_id)
    for member_id in member_ids:
        settled(conn, actor, ApprovalKind.RESTORE_MEMBER, member_id)


def ask(conn: Connection, actor: Actor, kind: ApprovalKind, subject_id: int | None = None) -> Approval:
    """Ask the other coordinators; the same question is asked once."""
    since = actor.at - APPROVAL_LIFE
    waiting = table.asked_already(conn, kind, subject_id, actor.person_id, since)
    if waiting is not None:
        return waiting
    approval = table.ask(conn, kind=kind, subject_id=subject_id, asked_by=actor.person_id, asked_at=actor.at)
    about = {"approval": approval.id, "subject": subject_id}
    history.of_person(conn, actor, EventKind.SECOND_VOICE_ASKED, actor.person_id, **about)
    tell(conn, actor.at, Happening.SECOND_VOICE_ASKED, Concerned(), approval_id=approval.id)
    return approval
