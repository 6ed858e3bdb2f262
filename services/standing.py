"""Everybody can be switched off, and on again: people, organisations, coordinators; and whoever wants to leaves."""

from domain.actor import Actor
from domain.errors import (
    BySettings,
    Changed,
    Forbidden,
    LastCoordinator,
    NotFound,
    StillCoordinates,
    Suspended,
)
from domain.model import Approval, Member, Organisation, Person
from domain.notices import Happening
from domain.words import ApprovalKind, EventKind, MemberState, OrganisationState
from services import approvals, history, invites
from services.menus import show_commands
from services.notices import Concerned, tell
from services.settling import settle_member, settle_organisation, settle_person
from storage import chats, people
from storage.engine import Connection


def _person(conn: Connection, person_id: int) -> Person:
    person = people.find_person(conn, person_id)
    if person is None or person.forgotten_at is not None:
        raise NotFound
    return person


def _organisation(conn: Connection, organisation_id: int) -> Organisation:
    organisation = people.organisation(conn, organisation_id)
    if organisation is None:
        raise NotFound
    return organisation


# --- leaving ------------------------------------------------------------------------------------------


def leave(conn: Connection, actor: Actor, organisation_id: int) -> Member:
    """Act no more for an organisation, of one's own accord; a request nobody answered yet is taken back."""
    if actor.suspended:
        raise Forbidden
    member = people.membership(conn, actor.person_id, organisation_id)
    if member is None or member.state not in (MemberState.PENDING, MemberState.VERIFIED):
        raise NotFound
    values = {"decided_by": actor.person_id, "decided_at": actor.at}
    if not people.move_member(conn, member.id, [member.state], state=MemberState.LEFT, **values):
        raise Changed
    act = history.of_organisation(conn, actor, EventKind.MEMBER_LEFT, organisation_id, member=member.id)
    turn_away(conn, actor.person_id, organisation_id)
    settle_member(conn, actor, member)
    if member.state is MemberState.VERIFIED:
        concerned = Concerned(own=organisation_id, doer=actor.person_id)
        tell(conn, actor.at, Happening.MEMBER_LEFT, concerned, event_id=act)
    show_commands(conn, actor.at, actor.person_id)
    return member


def turn_away(conn: Connection, person_id: int, organisation_id: int) -> None:
    """Whoever acted for it acts for another of theirs now, or for none."""
    if people.person(conn, person_id).acting_for != organisation_id:
        return
    others = [member for member, _ in people.memberships(conn, person_id)]
    possible = [
        member.organisation_id
        for state in (MemberState.VERIFIED, MemberState.PENDING)
        for member in others
        if member.state is state and member.organisation_id != organisation_id
    ]
    people.change_person(conn, person_id, acting_for=possible[0] if possible else None)


# --- people -------------------------------------------------------------------------------------------


def suspend_person(conn: Connection, actor: Actor, person_id: int) -> None:
    """Stop a person doing anything at all; what was promised stays on record."""
    actor.must_coordinate()
    person = _person(conn, person_id)
    if person.id == actor.person_id:
        raise Forbidden
    if person.coordinator and actor.person_id:
        raise StillCoordinates
    if person.suspended:
        raise Changed
    people.change_person(conn, person_id, suspended=True)
    act = history.of_person(conn, actor, EventKind.PERSON_SUSPENDED, person_id)
    approvals.fall_silent(conn, actor, person_id)
    settle_person(conn, actor, person_id)
    tell(conn, actor.at, Happening.PERSON_SUSPENDED, Concerned(person=person_id), event_id=act)
    show_commands(conn, actor.at, person_id)


def restore_person(conn: Connection, actor: Actor, person_id: int) -> Approval | None:
    """Let a suspended person act again; another coordinator has to agree, and is asked where there is one."""
    actor.must_coordinate()
    person = _person(conn, person_id)
    if person.id == actor.person_id:
        raise Forbidden
    if not person.suspended:
        raise Changed
    if approvals.needs_second(conn, actor):
        return approvals.ask(conn, actor, ApprovalKind.RESTORE_PERSON, person_id)
    person_restored(conn, actor, person_id)
    return None


def person_restored(conn: Connection, actor: Actor, person_id: int) -> None:
    """The deed itself."""
    if not _person(conn, person_id).suspended:
        raise Changed
    people.change_person(conn, person_id, suspended=False)
    approvals.settled(conn, actor, ApprovalKind.RESTORE_PERSON, person_id)
    act = history.of_person(conn, actor, EventKind.PERSON_RESTORED, person_id)
    tell(conn, actor.at, Happening.PERSON_RESTORED, Concerned(person=person_id), event_id=act)
    show_commands(conn, actor.at, person_id)


# --- organisations ------------------------------------------------------------------------------------


def suspend_organisation(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """Stop everybody acting for an organisation; what was promised stays on record."""
    actor.must_coordinate()
    organisation = _organisation(conn, organisation_id)
    if organisation.state is OrganisationState.SUSPENDED:
        raise Changed
    act = history.of_organisation(conn, actor, EventKind.ORGANISATION_SUSPENDED, organisation_id)
    tell(conn, actor.at, Happening.ORGANISATION_SUSPENDED, Concerned(own=organisation_id), event_id=act)
    people.set_organisation_state(conn, organisation_id, OrganisationState.SUSPENDED)
    settle_organisation(conn, actor, organisation_id)
    _menus(conn, actor, organisation_id)


def restore_organisation(conn: Connection, actor: Actor, organisation_id: int) -> Approval | None:
    """Let an organisation act again; another coordinator has to agree, and is asked where there is one."""
    actor.must_coordinate()
    _must_not_be_ones_own(conn, actor, organisation_id)
    if _organisation(conn, organisation_id).state is not OrganisationState.SUSPENDED:
        raise Changed
    if approvals.needs_second(conn, actor):
        return approvals.ask(conn, actor, ApprovalKind.RESTORE_ORGANISATION, organisation_id)
    organisation_restored(conn, actor, organisation_id)
    return None


def _must_not_be_ones_own(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """Nobody lets act again what they act for themselves, nor agrees to it. Raises Forbidden."""
    member = people.membership(conn, actor.person_id, organisation_id)
    if member is not None and member.state in (MemberState.VERIFIED, MemberState.SUSPENDED):
        raise Forbidden


def organisation_restored(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """The deed itself; one that nobody vouched for yet waits again."""
    _must_not_be_ones_own(conn, actor, organisation_id)
    if _organisation(conn, organisation_id).state is not OrganisationState.SUSPENDED:
        raise Changed
    vouched = _vouched_for(conn, organisation_id)
    state = OrganisationState.VERIFIED if vouched else OrganisationState.PENDING
    people.set_organisation_state(conn, organisation_id, state)
    approvals.settled(conn, actor, ApprovalKind.RESTORE_ORGANISATION, organisation_id)
    act = history.of_organisation(conn, actor, EventKind.ORGANISATION_RESTORED, organisation_id)
    tell(conn, actor.at, Happening.ORGANISATION_RESTORED, Concerned(own=organisation_id), event_id=act)
    _menus(conn, actor, organisation_id)


def _vouched_for(conn: Connection, organisation_id: int) -> list[Member]:
    """Who was let in, whether or not the organisation itself may act at the moment."""
    return [
        member for member in people.members_of(conn, organisation_id) if member.state is MemberState.VERIFIED
    ]


def _menus(conn: Connection, actor: Actor, organisation_id: int) -> None:
    for member in _vouched_for(conn, organisation_id):
        show_commands(conn, actor.at, member.person_id)


# --- coordinators -------------------------------------------------------------------------------------


def propose(conn: Connection, actor: Actor, person_id: int) -> Approval | None:
    """Make somebody a coordinator; another coordinator has to agree, and is asked where there is one."""
    actor.must_coordinate()
    person = _person(conn, person_id)
    if person.coordinator:
        raise Changed
    if person.suspended:
        raise Suspended
    if approvals.needs_second(conn, actor):
        return approvals.ask(conn, actor, ApprovalKind.APPOINT, person_id)
    appoint(conn, actor, person_id)
    return None


def appoint(conn: Connection, actor: Actor, person_id: int) -> None:
    """The deed itself; a link or the operator's word is enough for it."""
    person = _person(conn, person_id)
    if person.appointed:
        raise Changed
    if person.suspended:
        raise Suspended
    people.change_person(conn, person_id, coordinator=True, appointed=True)
    _appointed(conn, actor, person_id, by_settings=False)


def _appointed(conn: Connection, actor: Actor, person_id: int, *, by_settings: bool) -> None:
    approvals.settled(conn, actor, ApprovalKind.APPOINT, person_id)
    act = history.of_person(conn, actor, EventKind.COORDINATOR_APPOINTED, person_id, by_settings=by_settings)
    tell(conn, actor.at, Happening.COORDINATOR_APPOINTED, Concerned(person=person_id), event_id=act)
    show_commands(conn, actor.at, person_id)


def dismiss(conn: Connection, actor: Actor, person_id: int) -> None:
    """Let an appointed coordinator coordinate no more; oneself, too, but never the last one."""
    actor.must_coordinate()
    person = _person(conn, person_id)
    if not person.coordinator:
        raise Changed
    if person.by_settings:
        raise BySettings
    if all(each.id == person_id for each in people.coordinators(conn)):
        raise LastCoordinator
    people.change_person(conn, person_id, coordinator=False, appointed=False)
    _dismissed(conn, actor, person_id, by_settings=False)


def _dismissed(conn: Connection, actor: Actor, person_id: int, *, by_settings: bool) -> None:
    chats.drop_drafts(conn, person_id)
    approvals.fall_silent(conn, actor, person_id)
    invites.revoke_of_coordinator(conn, actor, person_id)
    act = history.of_person(conn, actor, EventKind.COORDINATOR_DISMISSED, person_id, by_settings=by_settings)
    tell(conn, actor.at, Happening.COORDINATOR_DISMISSED, Concerned(person=person_id), event_id=act)
    show_commands(conn, actor.at, person_id)


def named_by_settings(conn: Connection, actor: Actor, person_id: int) -> bool:
    """The settings name somebody; False where they did before."""
    person = _person(conn, person_id)
    if person.by_settings and person.coordinator:
        return False
    people.change_person(conn, person_id, coordinator=True, by_settings=True)
    if not person.coordinator:
        _appointed(conn, actor, person_id, by_settings=True)
    return True


def forgotten_by_settings(conn: Connection, actor: Actor, person_id: int) -> None:
    """The settings name somebody no more: unless appointed they coordinate no more."""
    person = _person(conn, person_id)
    people.change_person(conn, person_id, by_settings=False, coordinator=person.appointed)
    if not person.appointed:
        _dismissed(conn, actor, person_id, by_settings=True)
