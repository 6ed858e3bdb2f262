"""The seal of the history, for the coordinators' group."""

from markupsafe import Markup

from handlers.reader import Reader
from handlers.registry import anyone, notice
from handlers.view import View
from storage import chats, seals
from storage.engine import Connection


@notice("sealed", anyone)
def sealed(reader: Reader, conn: Connection, seal_id: int) -> View | None:
    """The head of the day, to be kept."""
    seal = seals.one(conn, seal_id)
    if seal is None or reader.private or reader.chat_id not in chats.coordination_chats(conn):
        return None
    text = Markup("{}\n\n<code>{}</code>\n\n{}").format(
        reader.t(
            "🔏 The history up to {moment} is sealed:",
            moment=reader.words.moment(seal.at, reader.house.terms.zone),
        ),
        seal.hash,
        reader.t(
            "Keep this message. Whoever has it can show later whether something was changed afterwards."
        ),
    )
    return View(text)
