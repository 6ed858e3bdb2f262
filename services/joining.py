"""Asking to act for an organisation, with a link or without one."""

from datetime import timedelta

from domain import naming
from domain.actor import Actor
from domain.errors import (
    AlreadyDone,
    Changed,
    EnoughRequests,
    Forbidden,
    InviteUsed,
    NotFound,
    OneRequest,
    RestAfterRefusal,
)
from domain.model import Invite, Member, Organisation
from domain.notices import Happening
from domain.words import EventKind, MemberState, OrganisationKind, OrganisationState
from domain.words import member as word
from services import history, invites, standing
from services.notices import Concerned, tell
from services.verifying import enter
from storage import directory, people
from storage.engine import Connection

REST_AFTER_REFUSAL = timedelta(hours=24)
"""How long a refused person waits before asking again."""
MOST_REQUESTS = 3
"""In the same time: each of them is told to all who coordinate, also one that is taken back at once."""


def may_ask(conn: Connection, actor: Actor, but: int | None = None) -> None:
    """One request waits at a time, three are made a day, and after a refusal one rests; raises what stands in the way."""
    if any(each.organisation_id != but for each in people.requests_of(conn, actor.person_id)):
        raise OneRequest
    refused_at = people.last_refusal(conn, actor.person_id)
    if refused_at is not None and actor.at < refused_at + REST_AFTER_REFUSAL:
        raise RestAfterRefusal(refused_at + REST_AFTER_REFUSAL)
    asked_at = directory.asked_since(conn, actor.person_id, actor.at - REST_AFTER_REFUSAL)
    if len(asked_at) >= MOST_REQUESTS:
        raise EnoughRequests(asked_at[-MOST_REQUESTS] + REST_AFTER_REFUSAL)


def register_hromada(conn: Connection, actor: Actor, katottg: str, name: str, invite_id: int = 0) -> Member:
    """Ask to act for a hromada of the state's register; pending until verified, at once with an open link."""
    invite = invites.open_link(conn, actor, invite_id) if invite_id else None
    organisation = people.organisation_of(conn, katottg) or _founded(
        conn, actor, kind=OrganisationKind.HROMADA, name=name, country="UA", katottg=katottg
    )
    return _join(conn, actor, organisation, invite)


def register_partner(
    conn: Connection, actor: Actor, kind: str, name: str, country: str, city: str, invite_id: int = 0
) -> Member:
    """Ask to act for a partner; a second person of the same organisation joins it instead of doubling it."""
    partner_kind = word(OrganisationKind, kind)
    name = name.strip()
    if partner_kind is None or partner_kind is OrganisationKind.HROMADA or not naming.fits(name):
        raise NotFound
    invite = invites.open_link(conn, actor, invite_id) if invite_id else None
    organisation = people.similar_partner(conn, name, country) or _founded(
        conn, actor, kind=partner_kind, name=name, country=country, city=city
    )
    return _join(conn, actor, organisation, invite)


def _founded(conn: Connection, actor: Actor, **values: object) -> Organisation:
    organisation = people.add_organisation(
        conn, state=OrganisationState.PENDING, created_by=actor.person_id, created_at=actor.at, **values
    )
    history.of_organisation(conn, actor, EventKind.ORGANISATION_REGISTERED, organisation.id)
    return organisation


def _join(conn: Connection, actor: Actor, organisation: Organisation, invite: Invite | None) -> Member:
    if actor.suspended or organisation.state is OrganisationState.SUSPENDED:
        raise Forbidden
    earlier = people.membership(conn, actor.person_id, organisation.id)
    if earlier and earlier.state in (MemberState.PENDING, MemberState.VERIFIED):
        people.change_person(conn, actor.person_id, acting_for=organisation.id)
        if not (invite and earlier.state is MemberState.PENDING):
            raise AlreadyDone
    if earlier and earlier.state is MemberState.SUSPENDED:
        raise Forbidden
    vouched = invite is not None and _vouches(conn, invite, organisation)
    if not vouched:
        may_ask(conn, actor, but=organisation.id)
    member = _request(conn, actor, organisation, earlier)
    people.change_person(conn, actor.person_id, acting_for=organisation.id)
    if invite:
        invites.spend(conn, actor, invite)
    if invite and vouched:
        enter(conn, actor, member, organisation, decided_by=invite.created_by)
    else:
        _ask_for_a_voice(conn, actor, member, invite)
    return people.member(conn, member.id) or member


def _request(conn: Connection, actor: Actor, organisation: Organisation, earlier: Member | None) -> Member:
    """The request itself; whoever was refused or left asks anew."""
    if earlier and earlier.state is MemberState.PENDING:
        return earlier
    again = {"state": MemberState.PENDING, "asked_at": actor.at}
    forget = {"reason": None, "decided_by": None, "decided_at": None, "invite_id": None}
    if earlier and not people.move_member(conn, earlier.id, [earlier.state], **again, **forget):
        raise Changed
    member = earlier or people.add_member(
        conn, person_id=actor.person_id, organisation_id=organisation.id, **again
    )
    history.of_organisation(conn, actor, EventKind.MEMBER_ASKED, organisation.id, member=member.id)
    return member


def _vouches(conn: Connection, invite: Invite, organisation: Organisation) -> bool:
    """Whether a link lets somebody in at once: into one's own organisation, or into one where nobody is yet.

    Nobody but its own people lets somebody into a house that is lived in, and nobody founds one under another's name.
    """
    if invite.organisation_id is not None:
        if invite.created_by is None or invites.acts_for(conn, invite.created_by, organisation.id):
            return True
        return not directory.had_members(conn, organisation.id)
    return not directory.had_members(conn, organisation.id) and not _bears_anothers_name(conn, organisation)


def _bears_anothers_name(conn: Connection, organisation: Organisation) -> bool:
    if organisation.kind is OrganisationKind.HROMADA:
        return False  # its name is the register's
    name = organisation.name
    alike = naming.hromada_like(name) or naming.like_our_own(name)
    return bool(alike or directory.called_like(conn, name, but=organisation.id))


def _ask_for_a_voice(conn: Connection, actor: Actor, member: Member, invite: Invite | None) -> None:
    """A coordinator has to say yes; where somebody came by a link, the organisation's own people may as well."""
    tell(conn, actor.at, Happening.MEMBER_ASKED, Concerned(), member_id=member.id)
    if invite is not None:
        people.move_member(conn, member.id, [MemberState.PENDING], invite_id=invite.id)
        concerned = Concerned(own=member.organisation_id, doer=member.person_id)
        tell(conn, actor.at, Happening.COLLEAGUE_ASKED, concerned, member_id=member.id)


def accept_invite(conn: Connection, actor: Actor, token: str) -> Invite:
    """Open a link. One that names an organisation (or the coordinators) is used up at once; an open one when the
    person registers.
    """
    invite = invites.presented(conn, actor, token)
    if invite.organisation_id is not None:
        organisation = people.organisation(conn, invite.organisation_id)
        if organisation is None:
            raise InviteUsed
        _join(conn, actor, organisation, invite)
    elif invite.coordinator:
        invites.spend(conn, actor, invite)
    if invite.coordinator:
        standing.appoint(conn, actor, actor.person_id)
    return invite
