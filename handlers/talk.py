"""How a thread's messages look: who, when, in which language, what came with it."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from domain.contacts import names_a_contact
from domain.model import Need, Person
from domain.talking import File, Message, Thread
from handlers.pages import Page, Write, in_pieces, page_of
from handlers.parts import organisation
from handlers.reader import Reader, clip
from locales import mark
from storage import giving, people, talking
from storage.engine import Connection

LANGUAGE = {
    "uk": mark("in Ukrainian"),
    "en": mark("in English"),
    "pl": mark("in Polish"),
    "de": mark("in German"),
}


def first_name(person: Person) -> str:
    """The first name alone; nothing where it would lead around the bot."""
    first = next(iter(person.name.split()), "")
    return "" if names_a_contact(first) else clip(first, 40)


def other_side(reader: Reader, conn: Connection, thread: Thread, need: Need) -> str:
    """How the one is called whom the reader talks with; both, for a coordinator."""
    mine = reader.actor.acts_for if reader.actor else None
    sides = [each for each in (thread.organisation_id, need.organisation_id) if each != mine]
    return " ↔ ".join(clip(reader.organisation(organisation(conn, each)), 80) for each in sides)


def page(reader: Reader, conn: Connection, messages: Sequence[Message], part: int = 0) -> Page:
    """The newest of some messages, as many as fit."""
    return page_of(messages, _writer(reader, conn, messages), part)


def _writer(reader: Reader, conn: Connection, messages: Sequence[Message]) -> Write:
    came: dict[int, list[File]] = {}
    for file in talking.files_of(conn, [each.id for each in messages]):
        came.setdefault(file.message_id, []).append(file)
    return lambda message: _rows(reader, conn, message, came)


def _rows(reader: Reader, conn: Connection, message: Message, came: Mapping[int, list[File]]) -> list[Markup]:
    rows = [_head(reader, conn, message)]
    if message.text:
        rows += [Markup("<blockquote>{}</blockquote>").format(each) for each in in_pieces(message.text)]
    files = came.get(message.id, [])
    photos = sum(file.kind == "photo" for file in files)
    if photos:
        rows.append(reader.n("🖼 {n} photo", "🖼 {n} photos", photos))
    rows += [Markup("📎 {}").format(clip(file.name, 80)) for file in files if file.kind != "photo"]
    return rows


def _head(reader: Reader, conn: Connection, message: Message) -> Markup:
    facts = [
        first_name(people.person(conn, message.person_id)),
        reader.words.moment(message.at, reader.house.terms.zone),
    ]
    if message.language != reader.language and message.language in LANGUAGE and message.text:
        facts.append(reader.label(LANGUAGE[message.language]))
    pledge = giving.pledge(conn, message.pledge_id) if message.pledge_id else None
    if pledge:
        facts.append(reader.label("about pledge {code}", code=pledge.code))
    who = clip(reader.organisation(organisation(conn, message.organisation_id)), 60)
    return Markup("<b>{}</b> · {}").format(who, " · ".join(filter(None, facts)))
