"""Inline mode, free of Telegram's types: what somebody is offered who types our name in any chat, and what they chose.

Anybody may ask, from anywhere, so an offer holds what a need's card shows in a group, and nothing else.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from domain.model import Line, Need
from domain.search import fold
from domain.words import NeedState, Urgency
from handlers import names
from handlers.fit import fit
from handlers.parts import item_of, organisation, progress
from handlers.reader import House, Reader, clip
from handlers.screens.needs import by_code, need_screen, stem
from handlers.view import View
from locales import words
from services import cards as services
from services.people import guess_language
from storage import needs, people
from storage.engine import Connection
from storage.needs import Search

PAGE = 20
_OFFSET = re.compile(r"([012w])\.([0-9]{1,18})")
_RESULT = re.compile(r"n([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed behind our name; every field may be hostile."""

    account: int
    language: str | None
    text: str
    offset: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which result they posted, and how Telegram calls the message."""

    account: int
    language: str | None
    result_id: str
    inline_message_id: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One need: its row in the list, and the card it becomes."""

    id: str
    title: str
    about: str
    card: View


@dataclass(frozen=True, slots=True)
class Offers:
    """A page of them; ``lead`` is the label of a button into the private chat."""

    found: tuple[Offer, ...] = ()
    next_offset: str = ""
    lead: str = ""


def offer(conn: Connection, asked: Asked, now: datetime, house: House) -> Offers:
    """A page of needs that fit the words, in the language of whoever asks; one read, and nothing is written."""
    language, suspended = _who(conn, asked.account, asked.language)
    place = _OFFSET.fullmatch(asked.offset)
    if suspended or (asked.offset and place is None):
        return Offers()
    reader = Reader(words(language), asked.account, now, house)
    found, next_offset = _find(conn, asked.text, place)
    lines = needs.lines_by_need(conn, [need.id for need in found])
    offers = tuple(_offer(reader, conn, need, lines[need.id]) for need in found)
    lead = "" if offers or asked.offset else reader.label("Nothing found. See all open needs")
    return Offers(offers, next_offset, lead)


def _who(conn: Connection, account: int, said: str | None) -> tuple[str, bool]:
    known = people.by_account(conn, account)
    return (known.language, known.suspended) if known else (guess_language(said), False)


def _find(conn: Connection, text: str, place: re.Match[str] | None) -> tuple[list[Need], str]:
    """The needs of one page, and from where the next one goes on."""
    looked_for = tuple(stem(word) for word in fold(text).split()[:6])
    if not looked_for:
        return _most_urgent(
            conn, *((int(place[1]), int(place[2])) if place and place[1] != "w" else (0, None))
        )
    named = by_code(conn, text)
    if named is not None:
        return [named] if needs.is_listed(conn, named) else [], ""
    before = int(place[2]) if place else None
    wanted = Search(words=looked_for, states=(NeedState.OPEN, NeedState.STALE))
    found = needs.find(conn, wanted, before, PAGE + 1)
    return found[:PAGE], f"w.{found[PAGE - 1].id}" if len(found) > PAGE else ""


def _most_urgent(conn: Connection, rank: int, before: int | None) -> tuple[list[Need], str]:
    """Open needs, most urgent first, and among equals the newest; from a need of this rank on."""
    found: list[Need] = []
    ranks = list(Urgency)
    for urgency in ranks[rank:]:
        found += needs.find(conn, Search(urgency=urgency), before, PAGE + 1 - len(found))
        if len(found) > PAGE:
            last = found[PAGE - 1]
            return found[:PAGE], f"{ranks.index(last.urgency)}.{last.id}"
        before = None
    return found, ""


def _offer(reader: Reader, conn: Connection, need: Need, lines: list[Line]) -> Offer:
    card = need_screen(reader, conn, need.id)
    assert card is not None
    sign = reader.label(names.URGENCY[need.urgency]).partition(" ")[0]
    items = ", ".join(item_of(reader, line) for line in lines[:2])
    more = f" +{len(lines) - 2}" if len(lines) > 2 else ""
    where = clip(reader.organisation(organisation(conn, need.organisation_id)), 40)
    given = progress(reader, lines[0]).striptags() if lines else ""
    about = f"{need.code} · {where} · {clip(given, 60)}"
    view = View(fit(card.text), card.rows)
    return Offer(f"n{need.id}", f"{sign} {clip(items, 60)}{more}", about, view)


def choose(conn: Connection, chosen: Chosen, now: datetime) -> None:
    """A card was posted somewhere: keep it true. What nobody was offered, or cannot be edited, is let go."""
    language, suspended = _who(conn, chosen.account, chosen.language)
    named = _RESULT.fullmatch(chosen.result_id)
    if suspended or named is None or not chosen.inline_message_id or len(chosen.inline_message_id) > 100:
        return
    need = needs.need(conn, int(named[1]))
    if need is None or (need.live and not needs.is_listed(conn, need)):
        return
    services.shared(conn, now, chosen.inline_message_id, int(named[1]), language)
