"""Who holds much and gives nothing, for coordinators."""

from markupsafe import Markup

from handlers.parts import organisation
from handlers.reader import Reader
from handlers.registry import a_coordinator, opens, screen
from handlers.view import View
from storage import giving
from storage.engine import Connection


@screen("holders", a_coordinator)
def holders(reader: Reader, conn: Connection) -> View:
    """Those first who never delivered anything."""
    head = reader.t("<b>Who holds, and what came of it</b>")
    rows = [
        reader.t(
            "{organisation}: on hold {held}, lapsed or withdrawn {gone}, delivered {came}",
            organisation=reader.organisation(organisation(conn, holder.organisation_id)),
            held=holder.held,
            gone=holder.let_go,
            came=holder.delivered,
        )
        for holder in giving.holders(conn)
    ]
    return View(Markup("\n").join([head, *rows]), ((opens(reader.label("‹ Back"), "queue"),),))
