"""Who people are: meeting them, registering, verifying, switching, inviting."""

import secrets
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.errors import AlreadyDone, Changed, Empty, Forbidden, InviteUsed, NotFound
from domain.model import Invite, Member, Organisation, Person
from domain.notices import Happening
from domain.words import EventKind, Language, MemberState, OrganisationKind, OrganisationState
from domain.words import member as word
from services import history, settling
from services.notices import Concerned, tell
from storage import chats, outbox, people
from storage.engine import Connection
from storage.outbox import Lane

INVITE_LIFE = timedelta(days=7)


def guess_language(code: str | None) -> Language:
    """The nearest language we speak to what the messenger says; English where there is none."""
    base = (code or "").lower().partition("-")[0]
    return word(Language, base) or Language.EN


def meet(conn: Connection, now: datetime, account: int, name: str, language: str | None) -> Person:
    """The person behind an account, made known on their first message; follows a new name or language."""
    known = people.by_account(conn, account)
    name = name.strip()[:120] or "-"
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
    """What the other side of an accepted pledge will see, and nobody else.

    The address is the organisation's. Who does not act for one yet gives it to theirs when they are let in.
    """
    if phone is None and address is None:
        raise Empty
    if phone is not None:
        people.change_person(conn, actor.person_id, phone=phone)
    if address is not None:
        _set_address(conn, actor, address)


def _set_address(conn: Connection, actor: Actor, address: str) -> None:
    organisation_id = actor.acts_for
    if organisation_id is None:
        people.change_person(conn, actor.person_id, address=address)
        return
    people.set_address(conn, organisation_id, address)
    history.of_organisation(conn, actor, EventKind.CONTACTS_CHANGED, organisation_id)
    about = Concerned(own=organisation_id, doer=actor.person_id)
    tell(conn, actor.at, Happening.ADDRESS_CHANGED, about, organisation_id=organisation_id)


def register_hromada(conn: Connection, actor: Actor, katottg: str, name: str, token: str = "") -> Member:
    """Ask to act for a hromada of the state's register; pending until verified, at once with an invite."""
    found = people.organisation_of(conn, katottg) or _found(
        conn, actor, kind=OrganisationKind.HROMADA, name=name, country="UA", katottg=katottg
    )
    return _join(conn, actor, found, token)


def register_partner(
    conn: Connection, actor: Actor, kind: str, name: str, country: str, city: str, token: str = ""
) -> Member:
    """Ask to act for a partner; a second person of the same organisation joins it instead of doubling it."""
    known = word(OrganisationKind, kind)
    if known is None or known is OrganisationKind.HROMADA or not name.strip():
        raise NotFound
    name = name.strip()
    found = people.similar_partner(conn, name, country) or _found(
        conn, actor, kind=known, name=name, country=country, city=city
    )
    return _join(conn, actor, found, token)


def _found(conn: Connection, actor: Actor, **values: object) -> Organisation:
    made = people.add_organisation(
        conn, state=OrganisationState.PENDING, created_by=actor.person_id, created_at=actor.at, **values
    )
    history.of_organisation(conn, actor, EventKind.ORGANISATION_REGISTERED, made.id)
    return made


def _join(conn: Connection, actor: Actor, organisation: Organisation, token: str) -> Member:
    if actor.suspended or organisation.state is OrganisationState.SUSPENDED:
        raise Forbidden
    known = people.membership(conn, actor.person_id, organisation.id)
    if known and known.state in (MemberState.PENDING, MemberState.VERIFIED):
        people.change_person(conn, actor.person_id, acting_for=organisation.id)
        if not (token and known.state is MemberState.PENDING):
            raise AlreadyDone
    if known and known.state is MemberState.SUSPENDED:
        raise Forbidden
    member = known or people.add_member(
        conn,
        person_id=actor.person_id,
        organisation_id=organisation.id,
        state=MemberState.PENDING,
        asked_at=actor.at,
    )
    if known and known.state is MemberState.REFUSED:
        people.move_member(
            conn, known.id, [MemberState.REFUSED], state=MemberState.PENDING, asked_at=actor.at, reason=None
        )
    people.change_person(conn, actor.person_id, acting_for=organisation.id)
    history.of_organisation(conn, actor, EventKind.MEMBER_ASKED, organisation.id, member=member.id)
    if token:
        _claim(conn, actor, token)
        _let_in(conn, actor, member.id, organisation)
    else:
        tell(conn, actor.at, Happening.MEMBER_ASKED, Concerned(), member_id=member.id)
    return people.member(conn, member.id) or member


def _let_in(conn: Connection, actor: Actor, member_id: int, organisation: Organisation) -> None:
    moved = people.move_member(
        conn,
        member_id,
        [MemberState.PENDING],
        state=MemberState.VERIFIED,
        decided_by=actor.person_id,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    if organisation.state is not OrganisationState.VERIFIED:
        people.set_organisation_state(conn, organisation.id, OrganisationState.VERIFIED)
    member = people.member(conn, member_id)
    address = people.person(conn, member.person_id).address if member else None
    if address:
        people.set_address(conn, organisation.id, address, first=True)
    history.of_organisation(conn, actor, EventKind.MEMBER_VERIFIED, organisation.id, member=member_id)


def verify(conn: Connection, actor: Actor, member_id: int) -> None:
    """A coordinator vouches for a person and, with them, for the organisation."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    _let_in(conn, actor, member_id, organisation)
    _tell(conn, actor, Happening.MEMBER_VERIFIED, member)
    show_commands(conn, actor.at, member.person_id)


def refuse(conn: Connection, actor: Actor, member_id: int, reason: str) -> None:
    """A coordinator refuses with a reason the person reads."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    moved = people.move_member(
        conn,
        member_id,
        [MemberState.PENDING],
        state=MemberState.REFUSED,
        reason=reason,
        decided_by=actor.person_id,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    history.of_organisation(conn, actor, EventKind.MEMBER_REFUSED, organisation.id, member=member_id)
    _tell(conn, actor, Happening.MEMBER_REFUSED, member)
    settling.drop_drafts(conn, member)


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
        decided_by=actor.person_id,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    history.of_organisation(conn, actor, EventKind.MEMBER_SUSPENDED, organisation.id, member=member_id)
    _tell(conn, actor, Happening.MEMBER_SUSPENDED, member)
    settling.settle_member(conn, actor, member)


def restore(conn: Connection, actor: Actor, member_id: int) -> None:
    """Let a suspended person act again."""
    actor.must_coordinate()
    member, organisation = _member(conn, member_id)
    moved = people.move_member(
        conn,
        member_id,
        [MemberState.SUSPENDED, MemberState.REFUSED],
        state=MemberState.VERIFIED,
        reason=None,
        decided_by=actor.person_id,
        decided_at=actor.at,
    )
    if not moved:
        raise Changed
    people.set_organisation_state(conn, organisation.id, OrganisationState.VERIFIED)
    history.of_organisation(conn, actor, EventKind.MEMBER_VERIFIED, organisation.id, member=member_id)
    _tell(conn, actor, Happening.MEMBER_VERIFIED, member)


def _tell(conn: Connection, actor: Actor, event: Happening, member: Member) -> None:
    tell(conn, actor.at, event, Concerned(person=member.person_id), member_id=member.id)


def show_commands(conn: Connection, at: datetime, person_id: int) -> None:
    """The messenger's own menu of commands follows what a person may do now."""
    chat_id = chats.private_chat(conn, person_id)
    if chat_id is not None:
        outbox.show(conn, at, chat_id=chat_id, screen="commands", params={}, lane=Lane.NOTICE)


def _member(conn: Connection, member_id: int) -> tuple[Member, Organisation]:
    member = people.member(conn, member_id)
    organisation = people.organisation(conn, member.organisation_id) if member else None
    if member is None or organisation is None:
        raise NotFound
    return member, organisation


def switch(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """Act for another of one's organisations from now on."""
    if people.membership(conn, actor.person_id, organisation_id) is None:
        raise Forbidden
    people.change_person(conn, actor.person_id, acting_for=organisation_id)


def create_invite(
    conn: Connection,
    now: datetime,
    *,
    organisation_id: int | None = None,
    coordinator: bool = False,
    created_by: int | None = None,
) -> Invite:
    """A one-time link; callers at the keyboard of the server need no actor."""
    return people.add_invite(
        conn,
        token=secrets.token_urlsafe(12),
        organisation_id=organisation_id,
        coordinator=coordinator,
        created_by=created_by,
        created_at=now,
        expires_at=now + INVITE_LIFE,
    )


def invite(conn: Connection, actor: Actor, organisation_id: int | None = None) -> Invite:
    """A coordinator invites anyone; a verified member invites colleagues to the own organisation."""
    if not actor.coordinator:
        own = actor.official() if actor.is_official else actor.partner()
        if organisation_id != own:
            raise Forbidden
    if organisation_id is not None and people.organisation(conn, organisation_id) is None:
        raise NotFound
    return create_invite(conn, actor.at, organisation_id=organisation_id, created_by=actor.person_id)


def accept_invite(conn: Connection, actor: Actor, token: str) -> Invite:
    """Open an invite link. One that names an organisation (or the coordinators) is used up at once; an
    open one is used when the person registers.
    """
    found = people.invite(conn, token)
    if found is None or found.used_at is not None or found.expires_at <= actor.at or actor.suspended:
        raise InviteUsed
    if found.coordinator:
        _claim(conn, actor, token)
        people.change_person(conn, actor.person_id, coordinator=True)
    if found.organisation_id is not None:
        organisation = people.organisation(conn, found.organisation_id)
        if organisation is None:
            raise InviteUsed
        _join(conn, actor, organisation, token)
    return found


def _claim(conn: Connection, actor: Actor, token: str) -> None:
    if not people.use_invite(conn, token, actor.person_id, actor.at):
        raise InviteUsed
