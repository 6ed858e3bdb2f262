"""A need that one of our hromadas shows to us before everybody, and the press that opens it to all."""

from markupsafe import Markup

from handlers.reader import Reader
from handlers.registry import Show, a_partner, action, an_official, notice
from handlers.screens.needs import need_screen
from handlers.turn import Turn
from handlers.view import View
from services import twins
from storage.engine import Connection


@notice("shown_first", a_partner)
def shown_first(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """The card of a need that one of our hromadas shows to us before everybody."""
    if not a_partner(reader.actor):
        return None
    view = need_screen(reader, conn, need_id)
    return view and View(Markup("👥 ") + view.text, view.rows)


@action("open_now", an_official, fresh=lambda params: Show("need", {"need_id": params["need_id"]}))
def open_now(turn: Turn, conn: Connection, need_id: int) -> Show:
    """Everybody may see it from now on."""
    twins.open_now(conn, turn.actor, need_id)
    return Show("need", {"need_id": need_id}, toast=turn.reader.label("Everybody sees it now."))
