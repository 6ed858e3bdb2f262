"""What somebody left behind: colleagues hear of it, the other side of a promise decides, coordinators know."""

from markupsafe import Markup

from domain.errors import Refusal
from domain.model import Need, Pledge
from domain.words import PledgeState
from handlers.forms.engine import resume
from handlers.parts import organisation
from handlers.reader import Reader, clip
from handlers.registry import (
    Show,
    a_coordinator,
    a_member,
    action,
    an_official,
    anyone,
    does,
    notice,
    opens,
)
from handlers.screens.pledges import pledge_text, side
from handlers.turn import Turn
from handlers.view import Button, View
from services import settling as services
from storage import chats, giving, needs, people
from storage.engine import Connection


@notice("colleague_gone", a_member)
def colleague_gone(reader: Reader, conn: Connection, member_id: int) -> View | None:
    """Somebody no longer acts for us; what was open is ours."""
    member = people.member(conn, member_id)
    ours = reader.actor.acts_for if reader.actor else None
    if member is None or member.organisation_id != ours or reader.person is None:
        return None
    text = reader.t(
        "👋 {name} no longer acts for <b>{organisation}</b>. What was open stays with you.",
        name=clip(people.person(conn, member.person_id).name, 80),
        organisation=reader.organisation(organisation(conn, member.organisation_id)),
    )
    rows: list[tuple[Button, ...]] = []
    if an_official(reader.actor):
        if chats.draft(conn, reader.person.id, services.HANDED) is not None:
            rows.append((does(reader.label("📝 A draft of a colleague"), "take_up_draft"),))
        elif chats.draft(conn, reader.person.id, services.NEED) is not None:
            rows.append((does(reader.label("📝 Continue the draft"), "resume", services.NEED),))
        rows.append(
            (opens(reader.label("📋 Our needs"), "mine"), opens(reader.label("🚚 Coming to us"), "coming"))
        )
    else:
        rows.append((opens(reader.label("🤝 Our pledges"), "pledges"),))
    rows.append((opens(reader.label("💬 Conversations"), "threads"),))
    return View(text, tuple(rows))


@action("take_up_draft", an_official, fresh=lambda params: Show("home"))
def take_up_draft(turn: Turn, conn: Connection) -> Show:
    """A colleague's draft; one's own waits meanwhile."""
    services.take_up_draft(conn, turn.actor)
    return resume(turn, conn, services.NEED) or Show("home")


def _left_with(reader: Reader, conn: Connection, pledge_id: int) -> tuple[Pledge, Need] | None:
    """A promise the other side of which nobody acts for, where its reader is left."""
    try:
        return services.other_side(conn, reader.actor, pledge_id) if reader.actor else None
    except Refusal:
        return None


@notice("unattended", a_member)
def unattended(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """Nobody acts for the other side any more: does it stand?"""
    found = _left_with(reader, conn, pledge_id)
    if found is None:
        return None
    pledge, need = found
    to_us = side(reader, pledge, need) == "hromada"
    gone = organisation(conn, pledge.organisation_id if to_us else need.organisation_id)
    name = reader.organisation(gone)
    rows: list[tuple[Button, ...]] = []
    if services.can_end(conn, pledge):
        head = reader.t(
            "🕯 <b>{organisation}</b>: nobody acts for it any more. Does this promise stand?",
            organisation=name,
        )
        if to_us and pledge.unattended_at:
            until = reader.words.day((pledge.unattended_at + reader.house.terms.unattended).date())
            head += Markup(" ") + reader.t(
                "Without an answer it is open to others again on {day}.", day=until
            )
        keep = does(reader.label("👍 Keep it"), "keep_pledge", pledge_id)
        rows.append((keep, does(reader.label("✖️ End it"), "end_pledge", pledge_id)))
    else:
        head = reader.t(
            "🕯 <b>{organisation}</b>: nobody acts for it any more. These goods are on the road already.",
            organisation=name,
        )
    rows.append((opens(reader.label("Open"), "pledge", pledge_id),))
    return View(Markup("{}\n\n{}").format(head, pledge_text(reader, conn, pledge, need)), tuple(rows))


def _again(params: dict[str, int]) -> Show:
    return Show("pledge", {"pledge_id": params["pledge_id"]})


@action("keep_pledge", a_member, fresh=_again)
def keep_pledge(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """It stands all the same."""
    services.keep(conn, turn.actor, pledge_id, turn.house.terms)
    toast = turn.reader.label("It stands. I will ask again in some weeks.")
    return Show("pledge", {"pledge_id": pledge_id}, toast=toast)


@action("end_pledge", a_member, fresh=_again)
def end_pledge(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """It does not."""
    services.end(conn, turn.actor, pledge_id, turn.house.terms)
    return Show("pledge", {"pledge_id": pledge_id}, toast=turn.reader.label("It is over."))


@notice("unattended_ended", a_member)
def unattended_ended(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A promise nobody spoke for is over."""
    pledge = giving.pledge(conn, pledge_id)
    need = needs.need(conn, pledge.need_id) if pledge else None
    if pledge is None or need is None or not side(reader, pledge, need):
        return None
    if pledge.state in (PledgeState.DISPATCHED, PledgeState.RECEIVED):
        head = reader.t("🕯 The rest of this promise will not come: nobody acts for one side any more.")
    else:
        head = reader.t(
            "🕯 This promise is over: nobody acts for one side any more. It is open to others again."
        )
    rows = ((opens(reader.label("‹ To the need"), "need", need.id),),)
    return View(Markup("{}\n\n{}").format(head, pledge_text(reader, conn, pledge, need)), rows)


@notice("nobody_left", anyone)
def nobody_left(reader: Reader, conn: Connection, organisation_id: int) -> View | None:
    """To the coordinators: an organisation without anybody."""
    ours = reader.chat_id in chats.coordination_chats(conn)
    if not (a_coordinator(reader.actor) if reader.private else ours):
        return None
    if people.verified_people(conn, organisation_id):
        return None
    name = reader.organisation(organisation(conn, organisation_id))
    owed = [*giving.owed_by(conn, organisation_id), *giving.owed_to(conn, organisation_id)]
    text = reader.t("🕯 <b>{organisation}</b>: nobody acts for it any more.", organisation=name)
    if owed:
        asked = reader.n(
            "{n} open promise: the other side is asked whether it stands.",
            "{n} open promises: the other sides are asked whether they stand.",
            len(owed),
        )
        text = Markup("{}\n{}").format(text, asked)
    return View(text)
