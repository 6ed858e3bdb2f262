"""Who people are: meeting them, registering, verifying, switching, inviting."""

from datetime import datetime, timedelta

from domain import naming
from domain.actor import Actor
from domain.errors import (
    AlreadyDone,
    Changed,
    Empty,
    Forbidden,
    InviteUsed,
    NotFound,
    OneRequest,
    RestAfterRefusal,
    SecondVoice,
    Suspended,
)
from domain.model import Approval, Invite, Member, Organisation, Person
from domain.notices import Happening
from domain.words import ApprovalKind, EventKind, Language, MemberState, OrganisationKind, OrganisationState
from domain.words import member as word
from services import approvals, history, invites, standing
from services.menus import show_commands as show_commands
from services.notices import Concerned, tell
from services.settling import settle_member
from storage import chats, directory, people
from storage import invites as stored_invites
from storage.engine import Connection

REST_AFTER_REFUSAL = timedelta(hours=24)
"""How long a refused person waits before asking again."""


def guess_language(code: str | None) -> Language:
    """The nearest language we speak to what the messenger says; English where there is none."""
    base = (code or "").lower().partition("-")[0]
    return word(Language, base) or Language.EN


def meet(conn: Connection, now: datetime, account: int, name: str, language: str | None) -> Person:
    """The person behind an account, made known on their first message; follows a new name or language."""
    known = people.by_account(conn, account)
    name = naming.person(name)
    if known is None:
        known = people.add_person(
            conn, account=account, name=name, language=guess_language(language), created_at=now
        )
        chats.see(conn, account, kind="private", person_id=known.id, seen_at=now)
    elif known.name != name:
        first_words = known.name == "-" and not known.language_chosen
        said = {"language": guess_language(language)} if first_words and language else {}
        people.change_person(conn, known.id, name=name, **said)
        known = people.person(conn, known.id)
    return known


def actor_of(conn: Connection, person: Person, now: datetime, acting_for: int | None = None) -> Actor:
    """What a person may do now, read afresh at every press; for the organisation they chose, or for another of theirs."""
    organisation_id = acting_for or person.acting_for
    standing = people.standing(conn, person.id, organisation_id) if organisation_id else None
    return Actor(
        person.id,
        now,
        standing,
        coordinator=person.coordinator and not person.suspended,
        suspended=person.suspended,
    )


def set_language(conn: Connection, actor: Actor, language: str) -> None:
    """The reader's own choice; it stays whatever the messenger says later."""
    known = word(Language, language)
    if known is None:
        raise NotFound
    people.change_person(conn, actor.person_id, language=known, language_chosen=True)


def set_contacts(
    conn: Connection, actor: Actor, *, phone: str | None = None, address: str | None = None
) -> None:
    """What the other side of an accepted pledge will see, and nobody else."""
    values = {key: value for key, value in (("phone", phone), ("address", address)) if value is not None}
    if not values:
        raise Empty
    people.change_person(conn, actor.person_id, **values)


def may_ask(conn: Connection, actor: Actor, but: int | None = None) -> None:
    """One request waits at a time, and after a refusal one rests; raises what stands in the way."""
    if any(each.organisation_id != but for each in people.requests_of(conn, actor.person_id)):
        raise OneRequest
    refused_at = people.last_refusal(conn, actor.person_id)
    if refused_at is not None and actor.at < refused_at + REST_AFTER_REFUSAL:
        raise RestAfterRefusal(refused_at + REST_AFTER_REFUSAL)


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
    known = word(OrganisationKind, kind)
    name = name.strip()
    if known is None or known is OrganisationKind.HROMADA or not naming.fits(name):
        raise NotFound
    invite = invites.open_link(conn, actor, invite_id) if invite_id else None
    organisation = people.similar_partner(conn, name, country) or _founded(
        conn, actor, kind=known, name=name, country=country, city=city
    )
    return _join(conn, actor, organisation, invite)


def _founded(conn: Connection, actor: Actor, **values: object) -> Organisation:
    made = people.add_organisation(
        conn, state=OrganisationState.PENDING, created_by=actor.person_id, created_at=actor.at, **values
    )
    history.of_organisation(conn, actor, EventKind.ORGANISATION_REGISTERED, made.id)
    return made


def _join(conn: Connection, actor: Actor, organisation: Organisation, invite: Invite | None) -> Member:
    if actor.suspended or organisation.state is OrganisationState.SUSPENDED:
        raise Forbidden
    known = people.membership(conn, actor.person_id, organisation.id)
    if known and known.state in (MemberState.PENDING, MemberState.VERIFIED):
        people.change_person(conn, actor.person_id, acting_for=organisation.id)
        if not (invite and known.state is MemberState.PENDING):
            raise AlreadyDone
    if known and known.state is MemberState.SUSPENDED:
        raise Forbidden
    vouched = invite is not None and _vouches(conn, invite, organisation)
    if not vouched:
        may_ask(conn, actor, but=organisation.id)
    member = _asks(conn, actor, organisation, known)
    people.change_person(conn, actor.person_id, acting_for=organisation.id)
    if invite:
        invites.spend(conn, actor, invite)
    if invite and vouched:
        _let_in(conn, actor, member, organisation, decided_by=invite.created_by)
    else:
        _ask_for_a_voice(conn, actor, member, invite)
    return people.member(conn, member.id) or member


def _asks(conn: Connection, actor: Actor, organisation: Organisation, known: Member | None) -> Member:
    """The request itself; whoever was refused or left asks anew."""
    if known and known.state is MemberState.PENDING:
        return known
    again = {"state": MemberState.PENDING, "asked_at": actor.at}
    forget = {"reason": None, "decided_by": None, "decided_at": None, "invite_id": None}
    if known and not people.move_member(conn, known.id, [known.state], **again, **forget):
        raise Changed
    member = known or people.add_member(
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


def _let_in(
    conn: Connection, actor: Actor, member: Member, organisation: Organisation, decided_by: int | None
) -> None:
    if organisation.state is OrganisationState.SUSPENDED:
        raise Suspended
    values = {"decided_by": decided_by, "decided_at": actor.at}
    if not people.move_member(conn, member.id, [MemberState.PENDING], state=MemberState.VERIFIED, **values):
        raise Changed
    if organisation.state is not OrganisationState.VERIFIED:
        people.set_organisation_state(conn, organisation.id, OrganisationState.VERIFIED)
    act = history.of_organisation(
        conn, actor, EventKind.MEMBER_VERIFIED, organisation.id, member=member.id, by=decided_by
    )
    concerned = Concerned(own=organisation.id, doer=member.person_id)
    tell(conn, actor.at, Happening.MEMBER_ENTERED, concerned, event_id=act)


def verify(conn: Connection, actor: Actor, member_id: int) -> None:
    """A coordinator vouches for a person and, with them, for the organisation; never for themselves or their own guest."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    if member.person_id == actor.person_id:
        raise Forbidden
    invite = stored_invites.invite(conn, member.invite_id) if member.invite_id else None
    if invite and invite.created_by == actor.person_id and member.state is MemberState.PENDING:
        raise SecondVoice
    _decided(conn, actor, member, organisation)


def let_in(conn: Connection, actor: Actor, member_id: int) -> None:
    """Somebody of the organisation vouches for whoever came by a link."""
    member, organisation = _guest(conn, actor, member_id)
    _decided(conn, actor, member, organisation)


def _decided(conn: Connection, actor: Actor, member: Member, organisation: Organisation) -> None:
    _let_in(conn, actor, member, organisation, decided_by=actor.person_id or None)
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
    settle_member(conn, actor, member)
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
    if member.state is MemberState.SUSPENDED and approvals.needs_second(conn, actor):
        return approvals.ask(conn, actor, ApprovalKind.RESTORE_MEMBER, member_id)
    restored(conn, actor, member_id)
    return None


_RESTORABLE = (MemberState.SUSPENDED, MemberState.REFUSED)


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
    if member is None or organisation is None:
        raise NotFound
    return member, organisation


def switch(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """Act for another of one's organisations from now on."""
    member = people.membership(conn, actor.person_id, organisation_id)
    if member is None or member.state is MemberState.LEFT:
        raise Forbidden
    people.change_person(conn, actor.person_id, acting_for=organisation_id)


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
