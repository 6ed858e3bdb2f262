"""How a thread's messages look: who, when, in which language, what came with it."""

from collections.abc import Sequence

from markupsafe import Markup

from domain.contacts import names_a_contact
from domain.model import Need, Person
from domain.talking import File, Message, Thread, Translation
from handlers.pages import Page, Write, in_pieces, page_of
from handlers.parts import organisation, titled
from handlers.reader import Reader, clip
from locales import mark
from services.translations import is_done, is_given_up
from storage import giving, people, talking, translations
from storage.engine import Connection

LANGUAGE = {
    "uk": mark("in Ukrainian"),
    "en": mark("in English"),
    "pl": mark("in Polish"),
    "de": mark("in German"),
}


def first_name(reader: Reader, person: Person) -> str:
    """The first name alone; nothing where it would lead around the bot."""
    first = next(iter(reader.called(person).split()), "")
    return "" if names_a_contact(first) else clip(first, 40)


def other_side(reader: Reader, conn: Connection, thread: Thread, need: Need) -> str:
    """How the one is called whom the reader talks with; both, for a coordinator."""
    mine = reader.actor.acts_for if reader.actor else None
    if mine not in (thread.organisation_id, need.organisation_id):
        return both_sides(reader, conn, thread, need)
    other = need.organisation_id if mine == thread.organisation_id else thread.organisation_id
    return clip(reader.organisation(organisation(conn, other)), 80)


def introduced(reader: Reader, conn: Connection, thread: Thread, need: Need) -> str:
    """As :func:`other_side`, with the kind of a partner: the other side has to know with whom it talks."""
    who = other_side(reader, conn, thread, need)
    if reader.actor is None or reader.actor.acts_for != need.organisation_id:
        return who
    return titled(reader, organisation(conn, thread.organisation_id))


def both_sides(reader: Reader, conn: Connection, thread: Thread, need: Need) -> str:
    """The partner and the hromada, for whoever is neither."""
    sides = (thread.organisation_id, need.organisation_id)
    return " ↔ ".join(clip(reader.organisation(organisation(conn, each)), 80) for each in sides)


def page(reader: Reader, conn: Connection, messages: Sequence[Message], part: int = 0) -> Page:
    """The newest of some messages, as many as fit."""
    return page_of(messages, _writer(reader, conn, messages), part)


def _writer(reader: Reader, conn: Connection, messages: Sequence[Message]) -> Write:
    ids = [each.id for each in messages]
    came: dict[int, list[File]] = {}
    for file in talking.files_of(conn, ids):
        came.setdefault(file.message_id, []).append(file)
    found = translations.of_messages(conn, ids, reader.language)
    return lambda message: _rows(reader, conn, message, came.get(message.id, []), found.get(message.id))


def _rows(
    reader: Reader,
    conn: Connection,
    message: Message,
    files: Sequence[File],
    translation: Translation | None,
) -> list[Markup]:
    rows = [_head(reader, conn, message)]
    if message.text:
        rows += _quoted(message.text)
    elif not files and people.person(conn, message.person_id).forgotten_at:
        rows.append(reader.t("<i>Whoever wrote this asked to be forgotten: it is gone.</i>"))
    if message.language != reader.language:
        rows += translated(reader, translation)
    photos = sum(file.kind == "photo" for file in files)
    if photos:
        rows.append(reader.n("🖼 {n} photo", "🖼 {n} photos", photos))
    rows += [Markup("📎 {}").format(clip(file.name, 80)) for file in files if file.kind != "photo"]
    return rows


def _quoted(text: str) -> list[Markup]:
    return [Markup("<blockquote>{}</blockquote>").format(each) for each in in_pieces(text)]


def translated(reader: Reader, found: Translation | None) -> list[Markup]:
    """Below the original, and marked: who translated it, and that it was a machine."""
    if found is None or found.text is None or not is_done(found):
        return []
    head = reader.t("<i>🌐 Translated by a machine ({service}):</i>", service=found.service or "")
    return [head, *_quoted(found.text)]


def may_be_translated(reader: Reader, conn: Connection, messages: Sequence[Message]) -> bool:
    """Whether a machine could help this reader with one of them, and nobody asked it yet."""
    if not reader.house.translator:
        return False
    foreign = [each.id for each in messages if each.text and each.language != reader.language]
    known = translations.of_messages(conn, foreign, reader.language)
    return any(each not in known or is_given_up(known[each]) for each in foreign)


def _head(reader: Reader, conn: Connection, message: Message) -> Markup:
    facts = [
        first_name(reader, people.person(conn, message.person_id)),
        reader.words.moment(message.at, reader.house.terms.zone),
    ]
    if message.language != reader.language and message.language in LANGUAGE and message.text:
        facts.append(reader.label(LANGUAGE[message.language]))
    pledge = giving.pledge(conn, message.pledge_id) if message.pledge_id else None
    if pledge:
        facts.append(reader.label("about pledge {code}", code=pledge.code))
    who = clip(reader.organisation(organisation(conn, message.organisation_id)), 60)
    return Markup("<b>{}</b> · {}").format(who, " · ".join(filter(None, facts)))
