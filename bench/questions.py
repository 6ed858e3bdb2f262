"""What people ask of a full database: filtered lists, searches, a card, a digest, and what the ticker asks by itself."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from bench.generator import END
from bot.wiring import load_screens
from domain.schedule import Terms
from domain.search import fold
from domain.words import NeedState, Urgency
from handlers.reader import House, Reader
from handlers.registry import SCREENS
from handlers.screens.needs import PAGE, stem
from locales import words as words_of
from services.schedule import jobs
from storage import events, followups, needs, surplus
from storage.engine import Connection
from storage.needs import Search
from storage.schema.giving import pledges
from storage.schema.needs import lines
from storage.schema.needs import needs as table

Ask = Callable[[Connection], object]
LATER = 49
"""Pages one has leafed through when the fiftieth is asked for."""


@dataclass(frozen=True)
class Scene:
    """What is frequent and what is rare in this database."""

    newest: int
    oblasts: list[str]
    sectors: list[str]
    organisations: list[int]
    partners: list[int]
    last_event: int
    day_before: int


def look(conn: Connection) -> Scene:
    """Most frequent first."""

    def by_count(column: object, source: object) -> list[object]:
        query = select(column).select_from(source).group_by(column)  # type: ignore[call-overload]
        return list(conn.execute(query.order_by(func.count().desc(), column)).scalars())

    last = events.latest(conn)
    return Scene(
        newest=conn.execute(select(func.max(table.c.id))).scalar_one(),
        oblasts=[str(each) for each in by_count(table.c.oblast, table)],
        sectors=[str(each) for each in by_count(lines.c.sector, lines)],
        organisations=[int(str(each)) for each in by_count(table.c.organisation_id, table)],
        partners=[int(str(each)) for each in by_count(pledges.c.organisation_id, pledges)],
        last_event=last,
        day_before=max(0, last - 3000),
    )


def filters(scene: Scene) -> dict[str, Search]:
    """Lists, from 'everything' to what is not there at all."""
    often, rarely = scene.oblasts[0], scene.oblasts[-1]
    sector, rare = scene.sectors[0], scene.sectors[-1]
    everything = Search(
        oblast=often, sector=sector, urgency=Urgency.CRITICAL, open_only=True, partner_of=scene.partners[0]
    )
    return {
        "all open": Search(),
        "an oblast": Search(oblast=often),
        "a rare oblast": Search(oblast=rarely),
        "a sector": Search(sector=sector),
        "a rare sector": Search(sector=rare),
        "a rare sector in a rare oblast": Search(oblast=rarely, sector=rare),
        "urgency": Search(urgency=Urgency.CRITICAL),
        "still open": Search(open_only=True),
        "my partners, of a large one": Search(partner_of=scene.partners[0]),
        "my partners, of a small one": Search(partner_of=scene.partners[-1]),
        "my partners, rare sector": Search(partner_of=scene.partners[0], sector=rare),
        "all open, and what a large partner sees first": Search(reader=scene.partners[0]),
        "one hromada": Search(organisation_id=scene.organisations[0]),
        "everything at once": everything,
    }


TEXTS = {
    "a frequent word": "генератор",
    "two frequent words": "генератор лікарні",
    "an inflected long word": "генераторами",
    "a rare word": "осцилоскоп",
    "in Latin letters": "heneratory",
    "with a figure": "генератор 5",
    "one letter": "к",
    "of another time": "байдарка телескоп",
    "frequent and rare": "лікарня аеростат",
    "a hromada": "Запорізька",
    "words nobody wrote": "кваркоглюон",
}


def page(search: Search, before: int | None) -> Ask:
    """A page of a list, with its lines."""

    def ask(conn: Connection) -> object:
        found = needs.find(conn, search, before, PAGE + 1)
        return needs.lines_by_need(conn, [need.id for need in found])

    return ask


def start_of_fiftieth(conn: Connection, search: Search) -> int | None:
    """Behind the need with which the fiftieth page (or the last one there is) begins."""
    found = needs.find(conn, search, None, PAGE * LATER)
    return found[-1].id if found else None


def sought(text: str) -> Ask:
    """As the screen of a search does."""
    wanted = Search(
        words=tuple(stem(word) for word in fold(text).split()[:6]), states=(NeedState.OPEN, NeedState.STALE)
    )

    def ask(conn: Connection) -> object:
        found = needs.find(conn, wanted, None, 10)
        return needs.lines_by_need(conn, [need.id for need in found])

    return ask


def reader() -> Reader:
    """A group of coordinators."""
    return Reader(words_of("uk"), -1, END, House("bench_bot"))


def shown(screen: str, **params: object) -> Ask:
    """A whole screen, words and buttons too."""

    def ask(conn: Connection) -> object:
        return SCREENS[screen].call(reader(), conn, **params)

    return ask


def cards(scene: Scene, chance: random.Random) -> Ask:
    """Another need each time."""

    def ask(conn: Connection) -> object:
        return shown("need", need_id=chance.randrange(scene.newest) + 1)(conn)

    return ask


def questions(conn: Connection) -> dict[str, Ask]:
    """All that only read, by name."""
    load_screens()
    scene = look(conn)
    found: dict[str, Ask] = {}
    for name, search in filters(scene).items():
        found[f"list, {name}: page 1"] = page(search, None)
        found[f"list, {name}: page 50"] = page(search, start_of_fiftieth(conn, search))
    for name, text in TEXTS.items():
        found[f"search, {name}"] = sought(text)
    rare = replace(Search(words=(stem("генератор"),)), oblast=scene.oblasts[-1], sector=scene.sectors[-1])
    found["search, a frequent word in a rare sector of a rare oblast"] = page(rare, None)
    found["a need's card"] = cards(scene, random.Random(1))
    own = Search(organisation_id=scene.organisations[0])
    assert needs.find(conn, own, None, 1) is not None
    found["a hromada's own needs"] = lambda conn: needs.of_organisation(conn, scene.organisations[0], 15)
    found["a digest of 3,000 events"] = shown("digest", after=scene.day_before, until=scene.last_event)
    line = needs.lines_of(conn, scene.newest)[0]
    found["who else needs the same, the nearest"] = lambda conn: surplus.who_else(conn, line)
    found["what is stuck"] = lambda conn: list(followups.stuck(conn, END, Terms(), 6))
    found["how many are open, up to 100"] = lambda conn: needs.count(conn, Search())
    return found


def chores() -> dict[str, Ask]:
    """What the ticker does every few seconds, when nothing is due."""
    quiet = END - timedelta(days=5 * 365)

    def idle(job: Callable[[Connection, datetime], int]) -> Ask:
        return lambda conn: job(conn, quiet)

    return {f"tick: {name}": idle(job) for name, job in jobs(Terms()).items()}
