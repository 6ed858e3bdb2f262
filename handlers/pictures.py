"""The picture of a digest: figures of open needs in the reader's words, and how to draw them.

What is drawn is decided where the digest is rendered, in one moment of the database; it is drawn when it is sent.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from babel.numbers import format_percent

from domain.catalogue import catalogue
from domain.filters import Facts, Filter
from domain.model import Line
from domain.numbers import format_quantity
from domain.words import NeedState, Urgency
from handlers.reader import Reader
from papers import charts, oblasts
from papers.themes import DARK, LIGHT
from storage import facts, needs
from storage.engine import Connection
from storage.needs import Search

LOOKED_AT = 2000
"""Open needs, the newest: what a picture tells must not take longer the more there are."""
_WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Picture:
    """How to draw it, the first time it is asked for, and what it shows for whoever cannot see it."""

    draw: Callable[[], bytes]
    alt: str


@dataclass(frozen=True, slots=True)
class _Open:
    """An open need and its lines."""

    about: Facts
    lines: Sequence[Line]


def picture(
    reader: Reader, conn: Connection, wanted: Filter, kind: str, theme: str, until: int
) -> Picture | None:
    """The picture a chat chose, of the moment of an event; None where it would say no more than the words do."""
    if kind == "none":
        return None
    every = reader.house.readings.get(("open", until), lambda: _open_needs(conn))
    found = [each for each in every if wanted.matches(each.about)]
    makers = {"sectors": _sectors, "path": _path, "map": _map}
    made = makers[kind](reader, found)
    if made is None:
        return None
    draw, alt = made
    return Picture(cache(partial(_drawn, draw, DARK if theme == "dark" else LIGHT)), alt)


def _drawn(draw: Callable[..., bytes | None], theme: object) -> bytes:
    drawn = draw(theme=theme)
    assert drawn is not None, "only what says something is drawn"
    return drawn


def _open_needs(conn: Connection) -> list[_Open]:
    found = needs.find(conn, Search(states=(NeedState.OPEN,)), None, LOOKED_AT)
    about = facts.of_needs(conn, [need.id for need in found])
    lines = needs.lines_by_need(conn, list(about))
    return [_Open(each, lines[each.need_id]) for each in about.values()]


def _number(reader: Reader) -> Callable[[int], str]:
    """To a tenth of an item: what is finer helps nobody at a glance."""
    return lambda figure: format_quantity(round(figure, -2), reader.language)


def _share(part: int, whole: int) -> int:
    return min(_WHOLE, part * _WHOLE // whole) if whole else 0


def _sectors(reader: Reader, found: Sequence[_Open]) -> tuple[Callable[..., bytes | None], str] | None:
    """Items a sector: each counts as one, whatever it is counted in."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for need in found:
        for line in need.lines:
            if line.needed is None:
                continue
            asked = line.needed - line.waived
            if asked <= 0:
                continue
            sums[line.sector][0] += _WHOLE
            sums[line.sector][1] += _share(line.held + line.promised + line.on_the_way, asked)
            sums[line.sector][2] += _share(line.received, asked)
    if len(sums) < 2:
        return None
    rows = [charts.Sector(_sector(reader, code), *figures) for code, figures in sorted(sums.items())]
    title = reader.label("What is missing, by sector")
    words = charts.SectorWords(
        title=title,
        missing=reader.label("missing"),
        promised=reader.label("promised"),
        received=reader.label("received"),
        needed=reader.label("items asked for"),
    )
    worst = max(rows, key=lambda row: row.missing)
    alt = reader.label("{title}. Most is missing in: {sector}.", title=title, sector=worst.label)
    return partial(charts.sectors, rows, words, _number(reader)), alt


def _sector(reader: Reader, code: str) -> str:
    """Its name without the sign, which no picture's font has."""
    return next((each.name(reader.language) for each in catalogue().sectors if each.code == code), code)


def _path(reader: Reader, found: Sequence[_Open]) -> tuple[Callable[..., bytes | None], str] | None:
    if len(found) < 3:
        return None
    counts = [
        len(found),
        sum(any(line.given for line in need.lines) for need in found),
        sum(all(not line.open for line in need.lines) for need in found),
        sum(any(line.on_the_way or line.received for line in need.lines) for need in found),
        sum(any(line.received for line in need.lines) for need in found),
    ]
    labels = [
        reader.label("posted"),
        reader.label("promised in part"),
        reader.label("promised whole"),
        reader.label("on the way"),
        reader.label("received in part"),
    ]
    stages = [charts.Stage(label, min(counts[: at + 1])) for at, label in enumerate(labels)]
    title = reader.label("How far needs have come")
    alt = reader.label(
        "{title}: {first} posted, {last} received in part.",
        title=title,
        first=str(counts[0]),
        last=str(counts[-1]),
    )
    whole = partial(
        charts.path,
        stages,
        charts.PathWords(title),
        str,
        lambda share: str(format_percent(share, locale=reader.language)),
    )
    return whole, alt


def _map(reader: Reader, found: Sequence[_Open]) -> tuple[Callable[..., bytes | None], str] | None:
    counted: dict[str, Counter[Urgency]] = defaultdict(Counter)
    for need in found:
        if any(line.takes_pledges for line in need.lines):
            counted[need.about.katottg[:4]][need.about.urgency] += 1
    if len(counted) < 2:
        return None
    rows = [
        oblasts.Oblast(
            code,
            reader.oblast(code),
            counts[Urgency.CRITICAL],
            counts[Urgency.URGENT],
            counts[Urgency.NORMAL],
        )
        for code, counts in sorted(counted.items())
    ]
    title = reader.label("Where it is missing")
    words = oblasts.MapWords(
        title=title,
        critical=reader.label("critical"),
        urgent=reader.label("urgent"),
        normal=reader.label("can wait"),
        nothing=reader.label("nothing open"),
    )
    worst = max(rows, key=lambda row: row.counts)
    alt = reader.label("{title}. Most urgent: {oblast}.", title=title, oblast=worst.label)
    return partial(oblasts.unmet, rows, words, str), alt
