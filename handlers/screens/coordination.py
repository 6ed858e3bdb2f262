"""Verification: who asks to act for whom, who decides, and what whoever asked hears."""

from markupsafe import Markup

from domain.model import Member, Organisation, Person
from domain.words import MemberState, OrganisationState
from handlers import looks, names
from handlers.parts import head, organisation
from handlers.reader import Reader, clip
from handlers.registry import (
    Show,
    a_coordinator,
    a_member,
    a_person,
    action,
    anyone,
    does,
    notice,
    opens,
    screen,
)
from handlers.screens.approvals import second_asked
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from locales import words
from services import people as services
from storage import chats, invites, people
from storage.engine import Connection

_LISTED = 10
"""People named at once; who waits longer than them is in the queue."""


@screen("verification", anyone)
def verification(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """Who wants to act for whom. In groups and for coordinators only; it shows no phone."""
    member = people.member(conn, member_id)
    if member is None or not _decides(reader, conn):
        return None
    person = people.person(conn, member.person_id)
    acts_for = organisation(conn, member.organisation_id)
    text = [
        reader.t("🪪 <b>{name}</b> wants to act for", name=reader.called(person, 80)),
        head(reader, acts_for),
        *_look_twice(reader, conn, member, person, acts_for),
        _decision(reader, conn, member.state, member.decided_by, member.reason),
    ]
    return View(Markup("\n").join(part for part in text if part), _decision_rows(reader, member))


def _look_twice(
    reader: Reader, conn: Connection, member: Member, person: Person, acts_for: Organisation
) -> list[Markup]:
    """By whose link, who is there already, and what the names look like."""
    rows = []
    invite = invites.invite(conn, member.invite_id) if member.invite_id else None
    if invite is not None and invite.created_by is not None:
        giver = people.person(conn, invite.created_by)
        rows.append(reader.t("✉️ With a link from: {who}", who=reader.called(giver, 60)))
    there = len(people.verified_people(conn, acts_for.id))
    if there and member.state is MemberState.PENDING:
        rows.append(reader.n("👥 {n} person acts for it already", "👥 {n} people act for it already", there))
    return rows + [Markup.escape(each) for each in looks.warnings(reader, conn, person, acts_for)]


@notice("verifications", anyone)
def verifications(reader: Reader, conn: Connection) -> View | None:
    """Several wait for the same answer: one list, the longest waiting first."""
    total = people.how_many_pending(conn)
    if not total or not _decides(reader, conn):
        return None
    waiting = people.pending_members(conn, _LISTED)
    rows: list[tuple[Button, ...]] = []
    for member in waiting:
        label = f"🪪 {reader.called(people.person(conn, member.person_id), 40)}"
        link = Button(label, url=reader.house.link(f"v_{member.id}"))
        rows.append((opens(label, "verification", member.id) if reader.private else link,))
    return View(
        reader.n(
            "🪪 {n} person waits for verification",
            "🪪 {n} people wait for verification",
            total,
        ),
        (*rows, _all(reader)) if total > _LISTED else tuple(rows),
    )


def _all(reader: Reader) -> tuple[Button, ...]:
    label = reader.label("🧭 Who and what waits")
    return (opens(label, "queue") if reader.private else Button(label, url=reader.house.link("queue")),)


def _decides(reader: Reader, conn: Connection) -> bool:
    """A coordinator alone, or the coordinators' own group; no other group."""
    if reader.private:
        return a_coordinator(reader.actor)
    return reader.chat_id in chats.coordination_chats(conn)


def _decision(
    reader: Reader, conn: Connection, state: MemberState, decided_by: int | None, reason: str | None
) -> Markup:
    who = reader.called(people.person(conn, decided_by)) if decided_by else reader.label("the operator")
    match state:
        case MemberState.VERIFIED:
            return reader.t("✅ Verified by {who}", who=clip(who, 60))
        case MemberState.REFUSED:
            said = reader.t("✖️ Refused by {who}", who=clip(who, 60))
            return said + Markup(": {}").format(clip(reason, 300)) if reason else said
        case MemberState.LEFT:
            return reader.t("🚪 Left the organisation")
        case MemberState.SUSPENDED:
            return reader.t("⏸ Suspended by {who}", who=clip(who, 60))
        case _:
            return Markup("")


def _decision_rows(reader: Reader, member: Member) -> Rows:
    rows: list[tuple[Button, ...]] = []
    member_id, state = member.id, member.state
    if state is MemberState.PENDING:
        refuse = (
            does(reader.label("✖️ Refuse"), "refuse", member_id)
            if reader.private
            else Button(reader.label("✖️ Refuse"), url=reader.house.link(f"v_{member_id}"))
        )
        rows.append((does(reader.label("✅ Verify"), "verify", member_id), refuse))
    elif state is MemberState.VERIFIED and reader.private:
        rows.append((does(reader.label("⏸ Suspend"), "suspend", member_id),))
    elif reader.private and state is not MemberState.LEFT:
        rows.append((does(reader.label("✅ Let in after all"), "restore", member_id),))
    if reader.private:
        rows.append(
            (
                opens(reader.label("👤 The person"), "person", member.person_id),
                opens(reader.label("🏛 The organisation"), "organisation", member.organisation_id),
            )
        )
        rows.append((opens(reader.label("‹ Who and what waits"), "queue"),))
    return tuple(rows)


def _again(params: dict[str, int]) -> Show:
    return Show("verification", {"member_id": params["member_id"]})


@action("verify", a_coordinator, fresh=_again)
def verify(turn: Turn, conn: Connection, member_id: int) -> Show:
    """Vouch for a person."""
    services.verify(conn, turn.actor, member_id)
    return Show("verification", {"member_id": member_id}, toast=turn.reader.label("Verified."))


@action("suspend", a_coordinator, fresh=_again)
def suspend(turn: Turn, conn: Connection, member_id: int) -> Show:
    """Stop a person acting for an organisation."""
    services.suspend(conn, turn.actor, member_id)
    return Show("verification", {"member_id": member_id})


@action("restore", a_coordinator, fresh=_again)
def restore(turn: Turn, conn: Connection, member_id: int) -> Show:
    """Let somebody in after all."""
    approval = services.restore(conn, turn.actor, member_id)
    if approval is not None:
        return second_asked(turn, approval)
    return Show("verification", {"member_id": member_id})


# --- whoever came by an open link, asked of the people who are there -----------------------------------


@screen("colleague", a_member)
def colleague(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """Somebody wants to join us; by a link that a coordinator gave."""
    member = people.member(conn, member_id)
    ours = reader.actor.acts_for if reader.actor else None
    if member is None or member.invite_id is None or member.organisation_id != ours:
        return None
    person = people.person(conn, member.person_id)
    acts_for = organisation(conn, member.organisation_id)
    text = [
        reader.t("🪪 <b>{name}</b> wants to join you:", name=reader.called(person, 80)),
        head(reader, acts_for),
        *_look_twice(reader, conn, member, person, acts_for),
        _decision(reader, conn, member.state, member.decided_by, None),
    ]
    rows: Rows = ()
    if member.state is MemberState.PENDING:
        text.append(reader.t("Let in only somebody you know."))
        let_in = does(reader.label("✅ Let in"), "let_in", member_id)
        rows = ((let_in, does(reader.label("✖️ Refuse"), "keep_out", member_id)),)
    return View(
        Markup("\n").join(part for part in text if part), (*rows, (opens(reader.label("‹ Menu"), "home"),))
    )


@notice("colleague_asks", a_person)
def colleague_asks(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """The same, told."""
    return colleague(reader, conn, member_id)


def _colleague(params: dict[str, int]) -> Show:
    return Show("colleague", {"member_id": params["member_id"]})


@action("let_in", a_member, fresh=_colleague)
def let_in(turn: Turn, conn: Connection, member_id: int) -> Show:
    """Vouch for a colleague."""
    services.let_in(conn, turn.actor, member_id)
    return Show("colleague", {"member_id": member_id}, toast=turn.reader.label("Verified."))


@action("keep_out", a_member, fresh=_colleague)
def keep_out(turn: Turn, conn: Connection, member_id: int) -> Show:
    """Nobody here knows them."""
    member = people.member(conn, member_id)
    reads = words(people.person(conn, member.person_id).language) if member else turn.reader.words
    reason = names.REFUSE["unknown"]
    services.keep_out(conn, turn.actor, member_id, reads.label(reason))
    return Show("colleague", {"member_id": member_id})


# --- what whoever asked hears -------------------------------------------------------------------------


def _own(reader: Reader, conn: Connection, member_id: int) -> Member | None:
    member = people.member(conn, member_id)
    return member if member and reader.person and member.person_id == reader.person.id else None


@notice("verified", a_person)
def verified(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """You are in."""
    member = _own(reader, conn, member_id)
    place = organisation(conn, member.organisation_id) if member else None
    if member is None or place is None or place.state is not OrganisationState.VERIFIED:
        return None
    if member.state is not MemberState.VERIFIED:
        return None
    name = reader.organisation(place)
    text = reader.t("🎉 Welcome! You now act for <b>{name}</b>.", name=name)
    return View(text, ((opens(reader.label("Menu ›"), "home"),),))


@notice("refused", a_person)
def refused(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """Not this time, and why."""
    member = _own(reader, conn, member_id)
    if member is None or member.state is not MemberState.REFUSED:
        return None
    text = reader.t("Your request was refused: {reason}", reason=clip(member.reason or "—", 500))
    return View(text, ((opens(reader.label("Menu ›"), "home"),),))


@notice("suspended", anyone)
def suspended(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """Access stopped; not said any more to somebody who was let in again."""
    member = _own(reader, conn, member_id)
    if member is None or member.state is not MemberState.SUSPENDED:
        return None
    return View(reader.t("Your access is suspended. Please ask your coordinator."))
