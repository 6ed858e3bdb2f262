"""Who may act for an organisation: let in, refused, suspended, restored, by those who may say so."""

from domain.actor import Actor
from domain.errors import Changed, Forbidden, NotFound, SecondVoice, Suspended
from domain.model import Approval, Member, Organisation
from domain.notices import Happening
from domain.words import ApprovalKind, EventKind, MemberState, OrganisationState
from services import approvals, history
from services.menus import show_commands
from services.notices import Concerned, tell
from services.settling import drop_drafts, settle_member
from storage import directory, invites, people
from storage.engine import Connection

_RESTORABLE = (MemberState.SUSPENDED, MemberState.REFUSED)


def enter(
    conn: Connection, actor: Actor, member: Member, organisation: Organisation, decided_by: int | None
) -> None:
    """Somebody who waited acts for an organisation from now on; the colleagues and the coordinators hear of it."""
    if organisation.state is OrganisationState.SUSPENDED:
        raise Suspended
    _may_act(conn, member)
    values = {"decided_by": decided_by, "decided_at": actor.at}
    if not people.move_member(conn, member.id, [MemberState.PENDING], state=MemberState.VERIFIED, **values):
        raise Changed
    if organisation.state is not OrganisationState.VERIFIED:
        people.set_organisation_state(conn, organisation.id, OrganisationState.VERIFIED)
    address = people.person(conn, member.person_id).address
    if address:  # given before there was an organisation to give it to
        people.set_address(conn, organisation.id, address, first=True)
    act = history.of_organisation(
        conn, actor, EventKind.MEMBER_VERIFIED, organisation.id, member=member.id, by=decided_by
    )
    concerned = Concerned(own=organisation.id, doer=member.person_id)
    tell(conn, actor.at, Happening.MEMBER_ENTERED, concerned, event_id=act)


def _may_act(conn: Connection, member: Member) -> None:
    """Nobody who is suspended is let in anywhere: it would count from the day they are restored. Raises Changed."""
    if people.person(conn, member.person_id).suspended:
        raise Changed


def verify(conn: Connection, actor: Actor, member_id: int) -> None:
    """A coordinator vouches for a person and, with them, for the organisation; never for themselves or their own guest."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    if member.person_id == actor.person_id:
        raise Forbidden
    _must_not_be_their_guest(conn, actor, member)
    _decided(conn, actor, member, organisation)


def _must_not_be_their_guest(conn: Connection, actor: Actor, member: Member) -> None:
    """Whoever brought somebody does not let them in, nor after a refusal of their own. Raises SecondVoice."""
    open_to = (MemberState.PENDING, MemberState.REFUSED)
    if member.state in open_to and _gave_the_link(conn, actor, member):
        raise SecondVoice


def _gave_the_link(conn: Connection, actor: Actor, member: Member) -> bool:
    """Whether somebody would let in their own guest; the link itself may have been swept by now, its use stands in the history."""
    if member.invite_id is None or not actor.person_id:
        return False
    invite = invites.invite(conn, member.invite_id)
    if invite is not None:
        return invite.created_by == actor.person_id
    return directory.giver_of(conn, member.person_id, member.invite_id) == actor.person_id


def let_in(conn: Connection, actor: Actor, member_id: int) -> None:
    """Somebody of the organisation vouches for whoever came by a link."""
    member, organisation = _guest(conn, actor, member_id)
    _decided(conn, actor, member, organisation)


def _decided(conn: Connection, actor: Actor, member: Member, organisation: Organisation) -> None:
    enter(conn, actor, member, organisation, decided_by=actor.person_id or None)
    _tell(conn, actor, Happening.MEMBER_VERIFIED, member)
    show_commands(conn, actor.at, member.person_id)


def _guest(conn: Connection, actor: Actor, member_id: int) -> tuple[Member, Organisation]:
    """Who came by a link into the actor's own organisation."""
    own = actor.official() if actor.is_official else actor.partner()
    member, organisation = _member(conn, member_id)
    if member.organisation_id != own or member.invite_id is None:
        raise Forbidden
    return member, organisation


def refuse(conn: Connection, actor: Actor, member_id: int, reason: str) -> None:
    """A coordinator refuses with a reason the person reads."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    _refused(conn, actor, member, organisation, reason)


def keep_out(conn: Connection, actor: Actor, member_id: int, reason: str) -> None:
    """Somebody of the organisation refuses whoever came by a link."""
    member, organisation = _guest(conn, actor, member_id)
    _refused(conn, actor, member, organisation, reason)


def _refused(conn: Connection, actor: Actor, member: Member, organisation: Organisation, reason: str) -> None:
    moved = people.move_member(
        conn,
        member.id,
        [MemberState.PENDING],
        state=MemberState.REFUSED,
        reason=reason,
        decided_by=actor.person_id or None,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    history.of_organisation(conn, actor, EventKind.MEMBER_REFUSED, organisation.id, member=member.id)
    drop_drafts(conn, member)
    _tell(conn, actor, Happening.MEMBER_REFUSED, member)


def suspend(conn: Connection, actor: Actor, member_id: int) -> None:
    """Stop a person acting for an organisation; what was promised stays on record."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    if member.person_id == actor.person_id:
        raise Forbidden
    moved = people.move_member(
        conn,
        member_id,
        [MemberState.VERIFIED],
        state=MemberState.SUSPENDED,
        decided_by=actor.person_id or None,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    history.of_organisation(conn, actor, EventKind.MEMBER_SUSPENDED, organisation.id, member=member_id)
    settle_member(conn, actor, member)
    _tell(conn, actor, Happening.MEMBER_SUSPENDED, member)
    show_commands(conn, actor.at, member.person_id)


def restore(conn: Connection, actor: Actor, member_id: int) -> Approval | None:
    """Let a refused person in after all, or a suspended one act again: for that another coordinator has to agree."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    if member.person_id == actor.person_id:
        raise Forbidden
    if organisation.state is OrganisationState.SUSPENDED:
        raise Suspended
    if member.state not in _RESTORABLE:
        raise Changed
    _must_not_be_their_guest(conn, actor, member)
    if member.state is MemberState.REFUSED:
        _may_act(conn, member)
    if member.state is MemberState.SUSPENDED and approvals.needs_second(conn, actor):
        return approvals.ask(conn, actor, ApprovalKind.RESTORE_MEMBER, member_id)
    restored(conn, actor, member_id)
    return None


def restored(conn: Connection, actor: Actor, member_id: int) -> None:
    """The deed itself."""
    member, organisation = _member(conn, member_id)
    if member.person_id == actor.person_id:
        raise Forbidden
    if organisation.state is OrganisationState.SUSPENDED:
        raise Suspended
    moved = people.move_member(
        conn,
        member_id,
        _RESTORABLE,
        state=MemberState.VERIFIED,
        reason=None,
        decided_by=actor.person_id or None,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    approvals.settled(conn, actor, ApprovalKind.RESTORE_MEMBER, member_id)
    if organisation.state is not OrganisationState.VERIFIED:
        people.set_organisation_state(conn, organisation.id, OrganisationState.VERIFIED)
    act = history.of_organisation(conn, actor, EventKind.MEMBER_RESTORED, organisation.id, member=member_id)
    concerned = Concerned(own=organisation.id, doer=member.person_id)
    tell(conn, actor.at, Happening.MEMBER_ENTERED, concerned, event_id=act)
    _tell(conn, actor, Happening.MEMBER_VERIFIED, member)
    show_commands(conn, actor.at, member.person_id)


def _tell(conn: Connection, actor: Actor, event: Happening, member: Member) -> None:
    tell(conn, actor.at, event, Concerned(person=member.person_id), member_id=member.id)


def _member(conn: Connection, member_id: int) -> tuple[Member, Organisation]:
    member = people.member(conn, member_id)
    organisation = people.organisation(conn, member.organisation_id) if member else None
    if member is None or organisation is None or not people.is_known(conn, member.person_id):
        raise NotFound
    return member, organisation
