"""Leaving an organisation of one's own accord."""

from markupsafe import Markup

from domain.words import MemberState
from handlers.parts import head, organisation
from handlers.reader import Reader
from handlers.registry import Show, a_person, action, does, opens, screen
from handlers.turn import Turn
from handlers.view import View
from services import standing
from storage import people
from storage.engine import Connection


@screen("leaving", a_person)
def leaving(reader: Reader, conn: Connection, organisation_id: int) -> View | None:
    """What leaving means; one more press does it."""
    if reader.person is None or not reader.private:
        return None
    member = people.membership(conn, reader.person.id, organisation_id)
    if member is None or member.state not in (MemberState.PENDING, MemberState.VERIFIED):
        return None
    who = head(reader, organisation(conn, organisation_id))
    back = opens(reader.label("‹ Back"), "profile")
    if member.state is MemberState.PENDING:
        text = reader.t("Take back your request? You can ask for another organisation then.")
        yes = does(reader.label("↩️ Take it back"), "leave", organisation_id)
    else:
        text = reader.t(
            "You will not act for it any more, and your invite links into it end. Your colleagues hear of it."
        )
        yes = does(reader.label("🚪 Leave"), "leave", organisation_id)
    return View(Markup("{}\n\n{}").format(who, text), ((yes,), (back,)))


@action("leave", a_person)
def leave(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """Act no more for it."""
    member = standing.leave(conn, turn.actor, organisation_id)
    if member.state is MemberState.PENDING:
        return Show("home", toast=turn.reader.label("Your request is taken back."))
    return Show("home", toast=turn.reader.label("You do not act for it any more."))
