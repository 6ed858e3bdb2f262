"""What becomes of a place people ordered for: it takes nothing for now, or it is gone."""

from markupsafe import Markup

from handlers.reader import Reader, clip
from handlers.registry import a_person, notice, opens
from handlers.view import View
from storage import chats, subscriptions
from storage.chats import Chat
from storage.engine import Connection


def _title(place: Chat) -> str:
    return clip(place.title or str(place.id), 60)


def _concerns(reader: Reader, conn: Connection, place: Chat, topic: int) -> bool:
    """Whether the reader ordered there, brought the bot in, or coordinates in the coordinators' own group."""
    if reader.person is None or reader.actor is None or reader.actor.suspended:
        return False
    if place.added_by == reader.person.id or (place.coordination and reader.actor.coordinator):
        return True
    orders = subscriptions.of_chat(conn, place.id)
    return any(each.created_by == reader.person.id for each in orders if topic in (0, each.thread_id))


def _is_silent(conn: Connection, place: Chat, topic: int) -> bool:
    if topic == 0:
        return place.silent_since is not None
    orders = subscriptions.of_chat(conn, place.id)
    return any(each.thread_id == topic and each.silent_since is not None for each in orders)


@notice("place_silent", a_person)
def place_silent(reader: Reader, conn: Connection, chat: int, topic: int) -> View | None:
    """A chat takes nothing for now; nothing to say where it does again."""
    place = chats.chat(conn, chat)
    if place is None or not place.reachable or not _is_silent(conn, place, topic):
        return None
    if not _concerns(reader, conn, place, topic):
        return None
    head = Markup("🔇 <b>{}</b>").format(_title(place))
    if place.kind == "channel":
        sentence = reader.t(
            "I may not post in this channel. Please give me the right to post messages there: what waits comes then."
        )
    elif topic:
        sentence = reader.t(
            "I may not write in this topic now, perhaps because it is closed. What waits comes later."
        )
    else:
        sentence = reader.t(
            "I may not write in this group now. Please ask its administrators to let me: what waits comes then."
        )
    rows = ((opens(reader.label("‹ Menu"), "home"),),)
    return View(head + "\n\n" + sentence, rows)


@notice("place_gone", a_person)
def place_gone(reader: Reader, conn: Connection, chat: int, topic: int) -> View | None:
    """A chat or a topic is gone, and what was ordered for it ended; nothing to say where it came back meanwhile."""
    place = chats.chat(conn, chat)
    if place is None or reader.person is None or not _concerns(reader, conn, place, topic):
        return None
    if (place.reachable and topic == 0) or (
        topic and not subscriptions.ended(conn, chat, topic, reader.person.id)
    ):
        return None
    head = Markup("📪 <b>{}</b>").format(_title(place))
    if topic:
        sentence = reader.t(
            "This topic is gone, and what was ordered for it has ended. You can order anew any time."
        )
    else:
        sentence = reader.t(
            "I can no longer write there, and what was ordered has ended. Add me again and order anew any time."
        )
    rows = ((opens(reader.label("‹ Menu"), "home"),),)
    return View(head + "\n\n" + sentence, rows)
