"""Invite links: making one, seeing one's own, taking one back."""

from markupsafe import Markup

from domain.model import Invite
from handlers.parts import organisation
from handlers.reader import Reader, clip
from handlers.registry import Show, a_coordinator, a_member, a_person, action, does, notice, opens, screen
from handlers.screens.approvals import second_asked
from handlers.turn import Turn
from handlers.view import Button, View
from services import invites as services
from storage import invites
from storage.engine import Connection


def may_invite(reader: Reader) -> bool:
    """Whether somebody has anybody to invite, or links to look at."""
    return a_member(reader.actor) or a_coordinator(reader.actor)


@screen("invite", a_person)
def invite_screen(reader: Reader, conn: Connection) -> View | None:
    """Whom to invite."""
    if reader.actor is None or not may_invite(reader):
        return None
    rows: list[tuple[Button, ...]] = []
    if a_member(reader.actor) and reader.actor.organisation_id:
        name = reader.organisation(organisation(conn, reader.actor.organisation_id))
        label = reader.label("✉️ A colleague of {name}", name=clip(name, 30))
        rows.append((does(label, "invite", reader.actor.organisation_id),))
    if a_coordinator(reader.actor):
        rows.append((does(reader.label("✉️ Anybody: verified at once"), "invite", 0),))
    live = [link for link in services.live(conn, reader.actor) if services.entitled(conn, link)]
    if live:
        rows.append((opens(reader.label("🔗 My links ({n})", n=len(live)), "links"),))
    text = reader.t(
        "An invite link works once, for seven days, and verifies at once. Give it only to the person it is for."
    )
    return View(text, (*rows, (opens(reader.label("‹ Menu"), "home"),)))


@action("invite", a_person)
def invite(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """Make a link."""
    answer = services.invite(conn, turn.actor, turn.house.secret, organisation_id or None)
    if isinstance(answer, services.Link):
        return Show("invite_link", {"invite_id": answer.invite.id})
    return second_asked(turn, answer)


@notice("invite_link", a_person)
def invite_link(reader: Reader, conn: Connection, invite_id: int) -> View | None:
    """The link, to be forwarded. It is made again for this message and stands in no table."""
    link = invites.invite(conn, invite_id)
    if link is None or reader.person is None or link.created_by != reader.person.id:
        return None
    token = services.token_of(link, reader.house.secret)
    if token is None or not link.is_live(reader.now) or not services.entitled(conn, link):
        return None  # whoever may not invite any more has no link to give
    text = Markup("{}\n\n{}").format(
        reader.t("✉️ Your invite link, good once until {day}:", day=reader.words.day(link.expires_at.date())),
        reader.house.link(f"i_{token}"),
    )
    rows = (
        (does(reader.label("🗑 Revoke"), "revoke", link.id),),
        (
            opens(
                reader.label("🔗 My links ({n})", n=len(invites.live_of(conn, reader.person.id, reader.now))),
                "links",
            ),
        ),
        (opens(reader.label("‹ Menu"), "home"),),
    )
    return View(text, rows)


@screen("links", a_person)
def links(reader: Reader, conn: Connection) -> View | None:
    """One's own links that can still be used, each with the button that ends it."""
    if reader.actor is None or not reader.private:
        return None
    live = [link for link in services.live(conn, reader.actor) if services.entitled(conn, link)]
    if not live and not may_invite(reader):
        return None
    text = [reader.t("<b>Your invite links</b> that nobody used yet")]
    rows: list[tuple[Button, ...]] = []
    for at, each in enumerate(live, 1):
        day = reader.words.day(each.expires_at.date())
        text.append(reader.t("{at}. For {what}, until {day}", at=at, what=_what(reader, conn, each), day=day))
        rows.append((does(reader.label("🗑 Revoke {at}", at=at), "revoke", each.id),))
    if not live:
        text = [reader.t("You have no invite link out.")]
    if may_invite(reader):
        rows.append((opens(reader.label("✉️ Invite"), "invite"),))
    rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("\n").join(text), tuple(rows))


def _what(reader: Reader, conn: Connection, invite: Invite) -> str:
    if invite.organisation_id is not None:
        return clip(reader.organisation(organisation(conn, invite.organisation_id)), 80)
    return reader.label("coordinators") if invite.coordinator else reader.label("any organisation")


@action("revoke", a_person, fresh=lambda params: Show("links"))
def revoke(turn: Turn, conn: Connection, invite_id: int) -> Show:
    """Take a link back; whoever opens it is told to ask for a new one."""
    services.revoke(conn, turn.actor, invite_id)
    return Show("links", toast=turn.reader.label("Revoked: the link works no more."))
