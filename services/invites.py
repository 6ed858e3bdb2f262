"""One-time links: made, shown once, spent for what they were made for, revoked.

A token is made of a secret that is in no table and of a number that is in one; the table keeps its hash. So a link can be
written into the message at the moment it is sent, and nobody who reads the database can use it.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from domain.actor import Actor
from domain.errors import Forbidden, InviteUsed, NotFound, OwnLink, TooManyLinks
from domain.model import Approval, Invite
from domain.words import ApprovalKind, EventKind, MemberState, OrganisationState
from services import approvals, history
from storage import invites as table
from storage import people
from storage.engine import Connection

INVITE_LIFE = timedelta(days=7)
MOST_LIVE = 10
"""Links of one person that can still be used."""
_LETTERS = 22
"""Of a token: 132 bits."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it leaves our hands."""

    invite: Invite
    token: str


def secret_of(bot_token: str) -> bytes:
    """What tokens are made of: it follows from the bot's own token, so every process has the same."""
    return hmac.digest(bot_token.encode(), b"invites", "sha256")


def token_of(invite: Invite, secret: bytes) -> str | None:
    """The token of a link, made again; None where it was made of another secret or before there was one."""
    if invite.nonce is None:
        return None
    token = _token(invite.nonce, secret)
    return token if _hash(token) == invite.token else None


def _token(nonce: str, secret: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(secret, nonce.encode(), "sha256")).decode()[:_LETTERS]


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def make(
    conn: Connection,
    actor: Actor,
    secret: bytes,
    *,
    organisation_id: int | None = None,
    coordinator: bool = False,
    approved_by: int | None = None,
) -> Link:
    """A link given by the actor, or by the operator at the keyboard of the server."""
    if organisation_id is not None and people.organisation(conn, organisation_id) is None:
        raise NotFound
    giver = actor.person_id or None
    if giver is not None and len(table.live_of(conn, giver, actor.at)) >= MOST_LIVE:
        raise TooManyLinks
    nonce = secrets.token_urlsafe(16)
    token = _token(nonce, secret)
    invite = table.add(
        conn,
        token=_hash(token),
        nonce=nonce,
        organisation_id=organisation_id,
        coordinator=coordinator,
        created_by=giver,
        approved_by=approved_by,
        created_at=actor.at,
        expires_at=actor.at + INVITE_LIFE,
    )
    about = {"invite": invite.id, "organisation": organisation_id, "coordinator": coordinator}
    history.of_person(conn, actor, EventKind.INVITE_MADE, actor.person_id, **about, approved_by=approved_by)
    return Link(invite, token)


def invite(
    conn: Connection, actor: Actor, secret: bytes, organisation_id: int | None = None
) -> Link | Approval:
    """A verified member invites a colleague; a coordinator anybody, for any organisation only with a second one."""
    if not actor.coordinator:
        own = actor.official() if actor.is_official else actor.partner()
        if organisation_id != own:
            raise Forbidden
    if organisation_id is not None:
        organisation = people.organisation(conn, organisation_id)
        if organisation is None:
            raise NotFound
        if organisation.state is OrganisationState.SUSPENDED:
            raise Forbidden
    elif approvals.needs_second(conn, actor):
        if len(table.live_of(conn, actor.person_id, actor.at)) >= MOST_LIVE:
            raise TooManyLinks
        return approvals.ask(conn, actor, ApprovalKind.OPEN_INVITE)
    return make(conn, actor, secret, organisation_id=organisation_id)


# --- spending -----------------------------------------------------------------------------------------


def presented(conn: Connection, actor: Actor, token: str) -> Invite:
    """The link of a token somebody holds, if it can still be used by them. Nothing is spent yet."""
    return _usable(conn, actor, table.by_hash(conn, _hash(token)))


def open_link(conn: Connection, actor: Actor, invite_id: int) -> Invite:
    """A link for any organisation; one that was made for something else is refused, and stays unspent."""
    return _open(conn, actor, table.invite(conn, invite_id))


def presented_open_link(conn: Connection, actor: Actor, token: str) -> Invite:
    """The same, by its token."""
    return _open(conn, actor, table.by_hash(conn, _hash(token)))


def _open(conn: Connection, actor: Actor, invite: Invite | None) -> Invite:
    if invite is not None and not invite.is_open:
        raise Forbidden
    return _usable(conn, actor, invite)


def _usable(conn: Connection, actor: Actor, invite: Invite | None) -> Invite:
    if invite is None or not invite.is_live(actor.at) or actor.suspended:
        raise InviteUsed
    if not entitled(conn, invite):
        raise InviteUsed
    if invite.created_by == actor.person_id:
        raise OwnLink
    return invite


def entitled(conn: Connection, invite: Invite) -> bool:
    """Whether whoever gave it could give it now. The operator always can."""
    if invite.created_by is None:
        return True
    giver = people.person(conn, invite.created_by)
    if giver.suspended:
        return False
    if giver.coordinator:
        return True
    return invite.organisation_id is not None and acts_for(conn, giver.id, invite.organisation_id)


def acts_for(conn: Connection, person_id: int, organisation_id: int) -> bool:
    """Whether somebody is a verified member of a verified organisation."""
    standing = people.standing(conn, person_id, organisation_id)
    return (
        standing is not None
        and standing.state is MemberState.VERIFIED
        and standing.organisation_state is OrganisationState.VERIFIED
    )


def spend(conn: Connection, actor: Actor, invite: Invite) -> None:
    """Use a link up, for exactly what it was made for; raises where somebody was faster."""
    _usable(conn, actor, invite)
    used = table.use(
        conn,
        invite.id,
        actor.person_id,
        actor.at,
        organisation_id=invite.organisation_id,
        coordinator=invite.coordinator,
    )
    if not used:
        raise InviteUsed
    about = {"invite": invite.id, "giver": invite.created_by}
    history.of_person(conn, actor, EventKind.INVITE_USED, actor.person_id, **about)


# --- taking back --------------------------------------------------------------------------------------


def live(conn: Connection, actor: Actor) -> list[Invite]:
    """One's own links that can still be used."""
    return table.live_of(conn, actor.person_id, actor.at)


def revoke(conn: Connection, actor: Actor, invite_id: int) -> None:
    """Take back a link of one's own."""
    link = table.invite(conn, invite_id)
    if link is None or link.created_by != actor.person_id:
        raise NotFound
    if not _revoke(conn, actor, link):
        raise InviteUsed


def revoke_given(conn: Connection, actor: Actor, person_id: int, organisation_id: int | None = None) -> None:
    """End the links somebody gave: into one organisation, or all of them."""
    for each in table.live_of(conn, person_id, actor.at):
        if organisation_id in (None, each.organisation_id):
            _revoke(conn, actor, each)


def revoke_of_coordinator(conn: Connection, actor: Actor, person_id: int) -> None:
    """End the links that only a coordinator could give."""
    for each in table.live_of(conn, person_id, actor.at):
        if not (each.organisation_id and acts_for(conn, person_id, each.organisation_id)):
            _revoke(conn, actor, each)


def revoke_into(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """End all links into an organisation."""
    for each in table.live_to(conn, organisation_id, actor.at):
        _revoke(conn, actor, each)


def _revoke(conn: Connection, actor: Actor, invite: Invite) -> bool:
    if not table.revoke(conn, invite.id, actor.at):
        return False
    giver = invite.created_by or 0
    history.of_person(conn, actor, EventKind.INVITE_REVOKED, giver, invite=invite.id)
    return True
