"""What becomes of a place people ordered for: it takes nothing for now, or it is gone."""

from markupsafe import Markup

from handlers.reader import Reader, clip
from handlers.registry import a_person, notice, opens
from handlers.view import View
from storage import chats, subscriptions
from storage.chats import Chat
from storage.engine import Connection


def _title(known: Chat) -> str:
    return clip(known.title or str(known.id), 60)


@notice("place_silent", a_person)
def place_silent(reader: Reader, conn: Connection, chat: int, topic: int) -> View | None:
    """A chat takes nothing for now; nothing to say where it does again."""
    known = chats.chat(conn, chat)
    if known is None or known.silent_since is None or not known.reachable:
        return None
    head = Markup("🔇 <b>{}</b>").format(_title(known))
    if known.kind == "channel":
        said = reader.t(
            "I may not post in this channel. Please give me the right to post messages there: what waits comes then."
        )
    elif topic:
        said = reader.t(
            "I may not write in this topic now, perhaps because it is closed. What waits comes later."
        )
    else:
        said = reader.t(
            "I may not write in this group now. Please ask its administrators to let me: what waits comes then."
        )
    rows = ((opens(reader.label("‹ Menu"), "home"),),)
    return View(head + "\n\n" + said, rows)


@notice("place_gone", a_person)
def place_gone(reader: Reader, conn: Connection, chat: int, topic: int) -> View | None:
    """A chat or a topic is gone, and what was ordered for it ended; nothing to say where it came back meanwhile."""
    known = chats.chat(conn, chat)
    if known is None or reader.person is None:
        return None
    if (known.reachable and topic == 0) or (
        topic and not subscriptions.ended(conn, chat, topic, reader.person.id)
    ):
        return None
    head = Markup("📪 <b>{}</b>").format(_title(known))
    if topic:
        said = reader.t(
            "This topic is gone, and what was ordered for it has ended. You can order anew any time."
        )
    else:
        said = reader.t(
            "I can no longer write there, and what was ordered has ended. Add me again and order anew any time."
        )
    rows = ((opens(reader.label("‹ Menu"), "home"),),)
    return View(head + "\n\n" + said, rows)
