"""Help of a machine with what people wrote themselves, where the operator configured one."""

from domain.contacts import language_of
from domain.errors import Forbidden, NotFound
from domain.model import Need
from domain.talking import Translation
from handlers import talk
from handlers.pages import MOST
from handlers.reader import Reader
from handlers.registry import Show, a_person, action, does
from handlers.turn import Turn
from handlers.view import Button
from services import talking as talking_services
from services import translations
from storage import needs, talking
from storage.engine import Connection


def written_in(need: Need) -> str:
    """The language of an official's own words: by their letters, or the one she reads the bot in."""
    return language_of(" ".join(filter(None, [need.why, need.do_not_send])), need.language)


def translation_of(reader: Reader, conn: Connection, need: Need) -> Translation | None:
    """What the official wrote, in the reader's language, or the wish for it."""
    if written_in(need) == reader.language:
        return None
    return translations.known(conn, "need", need.id, reader.language)


@action("translate", a_person)
def translate(turn: Turn, conn: Connection, need_id: int) -> Show:
    """Ask the machine for the official's own words; the card is edited when they are there."""
    if needs.need(conn, need_id) is None:
        raise NotFound
    asked = turn.house.translator and translations.ask(conn, turn.at, "need", need_id, turn.reader.language)
    if not asked:
        raise Forbidden
    toast = turn.reader.label("Asked. The translation comes below the original.")
    return Show("need", {"need_id": need_id}, toast=toast)


def translate_button(reader: Reader, conn: Connection, need: Need) -> list[Button]:
    """Shown where a machine could help and nobody asked it yet."""
    if not reader.house.translator or written_in(need) == reader.language:
        return []
    found = translation_of(reader, conn, need)
    asked = found is not None and not translations.is_given_up(found)
    if asked or not translations.words_of_need(conn, need.id):
        return []
    return [does(reader.label("🌐 Translate"), "translate", need.id)]


@action("translate_thread", a_person)
def translate_thread(turn: Turn, conn: Connection, thread_id: int, before: int = 0, part: int = 0) -> Show:
    """Ask the machine for what this reader cannot read on this page; it comes into the same message."""
    talking_services.may_read(conn, turn.actor, thread_id)
    if not turn.house.translator:
        raise Forbidden
    newest = talking.before(conn, thread_id, before or None, MOST + 1)
    for message in talk.page(turn.reader, conn, newest, part).messages:
        if message.language != turn.reader.language:
            translations.ask(conn, turn.at, "message", message.id, turn.reader.language)
    toast = turn.reader.label("Asked. The translation comes below the original.")
    return Show("thread", {"thread_id": thread_id, "before": before, "part": part}, toast=toast)
