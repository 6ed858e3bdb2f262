"""The other coordinator's answer, and what follows from a yes."""

from domain.actor import Actor
from domain.errors import Changed, Forbidden, NotFound, SecondVoice
from domain.model import Approval
from domain.notices import Happening
from domain.words import ApprovalKind
from services import invites, standing, verifying
from services.approvals import APPROVAL_LIFE
from services.notices import Concerned, tell
from services.people import actor_of
from storage import invites as table
from storage import people
from storage.engine import Connection


def agree(conn: Connection, actor: Actor, approval_id: int, secret: bytes) -> None:
    """Say yes; what was asked for is done now. Nobody agrees with themselves."""
    approval = _decide(conn, actor, approval_id, agreed=True)
    asker = people.person(conn, approval.asked_by)
    if asker.suspended or not asker.coordinator:
        raise Changed
    if approval.kind is ApprovalKind.OPEN_INVITE:
        giver = actor_of(conn, asker, actor.at)
        link = invites.make(conn, giver, secret, approved_by=actor.person_id or None)
        tell(conn, actor.at, Happening.LINK_AGREED, Concerned(person=asker.id), invite_id=link.invite.id)
        return
    subject = approval.subject_id or 0
    match approval.kind:
        case ApprovalKind.RESTORE_MEMBER:
            verifying.restored(conn, actor, subject)
        case ApprovalKind.RESTORE_PERSON:
            standing.person_restored(conn, actor, subject)
        case ApprovalKind.APPOINT:
            standing.appoint(conn, actor, subject)
        case _:
            standing.organisation_restored(conn, actor, subject)
    _answer(conn, actor, approval)


def disagree(conn: Connection, actor: Actor, approval_id: int) -> None:
    """Say no, or take one's own question back."""
    approval = _decide(conn, actor, approval_id, agreed=False)
    if approval.asked_by != actor.person_id:
        _answer(conn, actor, approval)


def _decide(conn: Connection, actor: Actor, approval_id: int, *, agreed: bool) -> Approval:
    actor.must_coordinate()
    approval = table.approval(conn, approval_id)
    if approval is None:
        raise NotFound
    if approval.decided_at is not None or approval.asked_at <= actor.at - APPROVAL_LIFE:
        raise Changed
    if agreed and approval.asked_by == actor.person_id:
        raise SecondVoice
    if agreed and approval.kind is ApprovalKind.RESTORE_PERSON and approval.subject_id == actor.person_id:
        raise Forbidden
    if not table.decide(conn, approval.id, actor.person_id or None, actor.at, agreed=agreed):
        raise Changed
    return approval


def _answer(conn: Connection, actor: Actor, approval: Approval) -> None:
    concerned = Concerned(person=approval.asked_by)
    tell(conn, actor.at, Happening.SECOND_VOICE_HEARD, concerned, approval_id=approval.id)
