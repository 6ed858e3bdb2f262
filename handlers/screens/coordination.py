"""What coordinators see: who waits for verification, what is stuck, invites."""

from datetime import UTC, datetime

from markupsafe import Markup

from domain.followups import FollowupKind
from domain.model import Consignment, Member, Need, Pledge
from domain.words import MemberState, OrganisationState
from handlers import names
from handlers.parts import organisation, short_need
from handlers.reader import Reader, clip
from handlers.registry import (
    Show,
    a_coordinator,
    a_member,
    a_person,
    action,
    anyone,
    command,
    does,
    notice,
    opens,
    screen,
)
from handlers.talk import both_sides
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from locales import mark
from services import people as services
from storage import chats, followups, giving, needs, people, talking
from storage.engine import Connection
from storage.followups import Stuck

STUCK = {
    FollowupKind.UNANSWERED: mark("🤝 {giver} waits since {day} for an answer of {hromada} ({code})"),
    FollowupKind.DATE_PASSED: mark("📅 {giver} meant to be ready by {day} for {hromada} ({code})"),
    FollowupKind.REST_LEFT: mark(
        "📦 {giver} sent a part to {hromada}; the rest was to be ready by {day} ({code})"
    ),
    FollowupKind.OVERDUE: mark("🚚 {code} from {giver} to {hromada}: it should have arrived by {day}"),
    FollowupKind.UNSIGNED: mark("🏁 {code} from {giver} stands in {hromada} since {day}, not signed for yet"),
    FollowupKind.UNATTENDED: mark(
        "🕯 {giver} → {hromada}: nobody acts for one of the two since {day} ({code})"
    ),
    FollowupKind.NO_PHOTO: mark("📷 {code}: {hromada} signed on {day} and sent {giver} no photo"),
}


_LISTED = 10
"""People named at once; who waits longer than them is in the queue."""


@screen("verification", anyone)
def verification(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """Who wants to act for whom. In groups and for coordinators only; it shows no phone."""
    member = people.member(conn, member_id)
    if member is None or not _decides(reader, conn):
        return None
    person = people.person(conn, member.person_id)
    found = organisation(conn, member.organisation_id)
    text = [
        reader.t("🪪 <b>{name}</b> wants to act for", name=clip(person.name, 80)),
        Markup("<b>{}</b> · {}\n{}").format(
            reader.organisation(found), reader.label(names.KIND[found.kind]), reader.where(found)
        ),
        _decision(reader, conn, member.state, member.decided_by, member.reason),
    ]
    return View(
        Markup("\n").join(part for part in text if part), _decision_rows(reader, member_id, member.state)
    )


@notice("verifications", anyone)
def verifications(reader: Reader, conn: Connection) -> View | None:
    """Several wait for the same answer: one list, the longest waiting first."""
    waiting = people.pending_members(conn)
    if not waiting or not _decides(reader, conn):
        return None
    rows: list[tuple[Button, ...]] = []
    for member in waiting[:_LISTED]:
        label = f"🪪 {clip(people.person(conn, member.person_id).name, 40)}"
        link = Button(label, url=reader.house.link(f"v_{member.id}"))
        rows.append((opens(label, "verification", member.id) if reader.private else link,))
    return View(
        reader.n(
            "🪪 {n} person waits for verification",
            "🪪 {n} people wait for verification",
            len(waiting),
        ),
        tuple(rows),
    )


def _decides(reader: Reader, conn: Connection) -> bool:
    """A coordinator alone, or the coordinators' own group; no other group."""
    if reader.private:
        return a_coordinator(reader.actor)
    return reader.chat_id in chats.coordination_chats(conn)


def _decision(
    reader: Reader, conn: Connection, state: MemberState, decided_by: int | None, reason: str | None
) -> Markup:
    who = people.person(conn, decided_by).name if decided_by else ""
    match state:
        case MemberState.VERIFIED:
            return reader.t("✅ Verified by {who}", who=clip(who, 60))
        case MemberState.REFUSED:
            said = reader.t("✖️ Refused by {who}", who=clip(who, 60))
            return said + Markup(": {}").format(clip(reason, 300)) if reason else said
        case MemberState.SUSPENDED:
            return reader.t("⏸ Suspended by {who}", who=clip(who, 60))
        case _:
            return Markup("")


def _decision_rows(reader: Reader, member_id: int, state: MemberState) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if state is MemberState.PENDING:
        refuse = (
            does(reader.label("✖️ Refuse"), "refuse", member_id)
            if reader.private
            else Button(reader.label("✖️ Refuse"), url=reader.house.link(f"v_{member_id}"))
        )
        rows.append((does(reader.label("✅ Verify"), "verify", member_id), refuse))
    elif state is MemberState.VERIFIED and reader.private:
        rows.append((does(reader.label("⏸ Suspend"), "suspend", member_id),))
    elif reader.private:
        rows.append((does(reader.label("✅ Let in after all"), "restore", member_id),))
    if reader.private:
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
    services.restore(conn, turn.actor, member_id)
    return Show("verification", {"member_id": member_id})


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


# --- the queue ----------------------------------------------------------------------------------------


@screen("queue", a_coordinator)
def queue(reader: Reader, conn: Connection) -> View:
    """Who waits for verification and what is stuck, longest first."""
    text: list[Markup] = []
    rows: list[tuple[Button, ...]] = []
    pending = people.pending_members(conn, 8)
    if pending:
        text.append(reader.t("<b>Waiting for verification</b>"))
    for member in pending:
        person = people.person(conn, member.person_id)
        name = reader.organisation(organisation(conn, member.organisation_id))
        text.append(Markup("🪪 {} — {}").format(clip(person.name, 60), name))
        rows.append((opens(f"🪪 {clip(person.name, 20)} · {clip(name, 30)}", "verification", member.id),))
    text += stuck_text(reader, conn)
    for thread in talking.invited(conn):
        need = needs.need(conn, thread.need_id)
        assert need is not None
        who = both_sides(reader, conn, thread, need)
        text.append(reader.t("👁 You were asked to look: {who} ({code})", who=who, code=need.code))
        rows.append((opens(f"👁 {need.code} · {clip(who, 40)}", "thread", thread.id),))
    if not text:
        text = [reader.t("Nobody waits and nothing is stuck. A good day.")]
    if giving.holders(conn, 1):
        rows.append((opens(reader.label("⏳ Who holds, and what came of it"), "holders"),))
    rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("\n").join(text), tuple(rows))


@screen("holders", a_coordinator)
def holders(reader: Reader, conn: Connection) -> View:
    """Who holds much and gives nothing: those first who never delivered anything."""
    head = reader.t("<b>Who holds, and what came of it</b>")
    rows = [
        reader.t(
            "{organisation}: on hold {held}, lapsed or withdrawn {gone}, delivered {came}",
            organisation=reader.organisation(organisation(conn, each.organisation_id)),
            held=each.held,
            gone=each.let_go,
            came=each.delivered,
        )
        for each in giving.holders(conn)
    ]
    return View(Markup("\n").join([head, *rows]), ((opens(reader.label("‹ Back"), "queue"),),))


def stuck_text(reader: Reader, conn: Connection) -> list[Markup]:
    """What nobody resolved though they were asked, kind by kind, the oldest first."""
    found = [_stuck(reader, conn, each) for each in followups.stuck(conn, reader.now, reader.house.terms, 6)]
    return [Markup(""), reader.t("<b>Stuck</b>"), *found] if found else []


def _stuck(reader: Reader, conn: Connection, found: Stuck) -> Markup:
    thing = found.thing
    if isinstance(thing, Need):
        return Markup("💤 {}").format(short_need(reader, conn, thing, needs.lines_of(conn, thing.id)))
    giver = reader.organisation(organisation(conn, thing.organisation_id))
    hromada_id = thing.hromada_id if isinstance(thing, Consignment) else _hromada_of(conn, thing)
    day = found.since.astimezone(UTC).date() if isinstance(found.since, datetime) else found.since
    return reader.t(
        STUCK[found.kind],
        code=thing.code,
        giver=giver,
        hromada=reader.organisation(organisation(conn, hromada_id)),
        day=reader.words.day(day),
    )


def _hromada_of(conn: Connection, pledge: Pledge) -> int:
    need = needs.need(conn, pledge.need_id)
    assert need is not None
    return need.organisation_id


@command("queue", a_coordinator)
def queue_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Who and what waits."""
    return (
        Show("sorry_group", {"sentence": turn.reader.label("Please write that to me in private.")})
        if (turn.in_group)
        else Show("queue")
    )


# --- invites ------------------------------------------------------------------------------------------


@screen("invite", a_person)
def invite_screen(reader: Reader, conn: Connection) -> View | None:
    """Whom to invite."""
    rows: list[tuple[Button, ...]] = []
    if a_member(reader.actor) and reader.actor and reader.actor.organisation_id:
        name = reader.organisation(organisation(conn, reader.actor.organisation_id))
        rows.append(
            (
                does(
                    reader.label("✉️ A colleague of {name}", name=clip(name, 30)),
                    "invite",
                    reader.actor.organisation_id,
                ),
            )
        )
    if a_coordinator(reader.actor):
        rows.append((does(reader.label("✉️ Anybody: verified at once"), "invite", 0),))
    if not rows:
        return None
    text = reader.t(
        "An invite link works once, for seven days, and verifies at once. Give it only to the person it is for."
    )
    return View(text, (*rows, (opens(reader.label("‹ Menu"), "home"),)))


@action("invite", a_person)
def invite(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """Make a link."""
    made = services.invite(conn, turn.actor, organisation_id or None)
    return Show("invite_link", {"token": made.token})


@notice("invite_link", a_person)
def invite_link(reader: Reader, conn: Connection, token: str) -> View | None:
    """The link, to be forwarded."""
    found = people.invite(conn, token)
    if found is None or reader.person is None or found.created_by != reader.person.id:
        return None
    if not a_coordinator(reader.actor) and (
        reader.actor is None or found.organisation_id != reader.actor.acts_for
    ):
        return None  # whoever may not invite any more has no link to give
    link = reader.house.link(f"i_{token}")
    text = Markup("{}\n\n{}").format(
        reader.t("✉️ Your invite link, good once until {day}:", day=reader.words.day(found.expires_at.date())),
        link,
    )
    return View(text, ((opens(reader.label("‹ Menu"), "home"),),))


@notice("invited", a_person)
def invited(reader: Reader, conn: Connection, token: str) -> View:
    """An open invite: for whom does the guest act?"""
    rows: Rows = (
        (does(reader.label("🏛 I represent a hromada"), "register_hromada", token),),
        (does(reader.label("🤝 I represent a partner"), "register_partner", token),),
    )
    return View(
        reader.t("Welcome! You are invited and will be verified at once.\n\n<b>Who are you?</b>"), rows
    )
