"""A map of Ukraine: where needs are unmet, and how urgent the most urgent is. Plain data in, a PNG out.

The outlines are made by tools/make_outlines.py; their source and its licence stand in outlines.json.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from papers.themes import LIGHT, Theme, ink_on

if TYPE_CHECKING:
    from papers.sheet import Sheet

BESIDE = {"UA80": (-29, -136), "UA85": (-77, -15)}
"""Kyiv and Sevastopol are too small for a figure: it stands so far from them, at the end of a line."""

_LISTED = 5
_FIGURE = 32
_NOTHING = 3
_HIGH = 24.0
"""Half of a badge."""


@dataclass(frozen=True, slots=True)
class Oblast:
    """Unmet needs of one oblast. ``code`` is the first four characters of KATOTTG: UA48."""

    code: str
    label: str
    critical: int
    urgent: int
    normal: int

    @property
    def counts(self) -> tuple[int, int, int]:
        """The most urgent first."""
        return self.critical, self.urgent, self.normal


@dataclass(frozen=True, slots=True)
class MapWords:
    """What stands on the map."""

    title: str
    critical: str
    urgent: str
    normal: str
    nothing: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of an oblast: closed rings, and the point where a figure has most room."""

    rings: tuple[tuple[tuple[float, float], ...], ...]
    label: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outlines:
    """All oblasts on one flat sheet, and the border of the state and its coast."""

    width: int
    height: int
    oblasts: dict[str, Outline]
    border: tuple[tuple[tuple[float, float], ...], ...]


def unmet(
    rows: Sequence[Oblast], words: MapWords, number: Callable[[int], str], theme: Theme = LIGHT
) -> bytes | None:
    """The map: an oblast has the colour and shape of its most urgent unmet needs and says how many these are.

    The five worst are listed below with all their counts, the legend has the counts of the whole country. Crimea and
    Sevastopol are in Ukraine. None where nothing is unmet; ``KeyError`` for a code that is no oblast.
    """
    sheet = unmet_sheet(rows, words, number, theme)
    return sheet.png() if sheet else None


def unmet_sheet(
    rows: Sequence[Oblast], words: MapWords, number: Callable[[int], str], theme: Theme
) -> Sheet | None:
    """The map before it is a PNG."""
    from papers.sheet import Sheet

    found = [each for each in rows if any(each.counts)]
    for code in {each.code for each in rows} - outlines().oblasts.keys():
        raise KeyError(code)
    if not found:
        return None
    sheet = Sheet(theme)
    sheet.heading(words.title, words.subtitle)
    _land(sheet, {each.code: each for each in found}, number)
    _legend(sheet, found, words, number)
    for each in sorted(found, key=lambda each: (*(-count for count in each.counts), each.label))[:_LISTED]:
        _worst(sheet, each, number)
    return sheet


@cache
def outlines() -> Outlines:
    """The shapes, read once."""
    read = json.loads((files(__package__) / "outlines.json").read_text(encoding="utf-8"))
    oblasts = {
        code: Outline(tuple(_points(ring) for ring in each["rings"]), tuple(each["label"]))
        for code, each in read["oblasts"].items()
    }
    border = tuple(_points(line) for line in read["border"])
    return Outlines(read["width"], read["height"], oblasts, border)


def _points(flat: list[float]) -> tuple[tuple[float, float], ...]:
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def _level(oblast: Oblast) -> int:
    """0 critical, 1 urgent, 2 normal: the most urgent there is."""
    return next(level for level, count in enumerate(oblast.counts) if count)


def _colour(theme: Theme, level: int) -> str:
    return (theme.critical, theme.urgent, theme.normal, theme.nothing)[level]


def _land(sheet: Sheet, found: dict[str, Oblast], number: Callable[[int], str]) -> None:
    drawn, theme = outlines(), sheet.theme
    left, top = (sheet.width - drawn.width) / 2, sheet.bottom
    for code, outline in drawn.oblasts.items():
        rings = [[(x + left, y + top) for x, y in ring] for ring in outline.rings]
        fill = _colour(theme, _level(found[code]) if code in found else _NOTHING)
        sheet.shape(rings, fill=fill, edge=theme.paper, thick=3)
    for line in drawn.border:
        sheet.stroke([(x + left, y + top) for x, y in line], theme.line, 3)
    for code, oblast in sorted(found.items()):
        x, y = drawn.oblasts[code].label
        _figure(sheet, oblast, x + left, y + top, number)
    sheet.bottom += drawn.height + 20


def _figure(sheet: Sheet, oblast: Oblast, x: float, y: float, number: Callable[[int], str]) -> None:
    """How many of its most urgent needs, on the oblast or beside it."""
    level = _level(oblast)
    aside = BESIDE.get(oblast.code)
    if aside:
        sheet.stroke([(x, y), (x + aside[0], y + aside[1])], sheet.theme.ink, 3)
        x, y = x + aside[0], y + aside[1]
    _badge(sheet, x, y, level, number(oblast.counts[level]), boxed=aside is not None)


def _badge(sheet: Sheet, x: float, y: float, level: int, text: str, boxed: bool = False) -> None:
    """A figure in the shape of its urgency: pointed ends, round ends, or nothing around it."""
    theme, colour = sheet.theme, _colour(sheet.theme, level)
    half = max(_HIGH, sheet.measured(text, _FIGURE, bold=True) / 2 + 8)
    if level == 0:
        tip = half + 14
        upper = ((x - tip, y), (x - half + 8, y - _HIGH), (x + half - 8, y - _HIGH))
        lower = ((x + tip, y), (x + half - 8, y + _HIGH), (x - half + 8, y + _HIGH))
        sheet.shape([(*upper, *lower)], fill=theme.paper, edge=theme.ink, thick=3)
    elif level == 1:
        sheet.pill(x, y, half, _HIGH, fill=theme.paper, edge=theme.ink, thick=3)
    elif boxed:
        sheet.box(x - half, y - _HIGH, 2 * half, 2 * _HIGH, fill=colour, edge=theme.line)
    ink = ink_on(colour) if level == 2 else theme.ink
    if text:
        sheet.write(x, y + _FIGURE * 0.365, text, _FIGURE, bold=True, colour=ink, align="center")


def _legend(sheet: Sheet, found: Sequence[Oblast], words: MapWords, number: Callable[[int], str]) -> None:
    totals = [sum(counts) for counts in zip(*(each.counts for each in found), strict=True)]
    names = [words.critical, words.urgent, words.normal, words.nothing]
    column = sheet.inner / 2
    for level, name in enumerate(names):
        sheet.bottom += 0 if level % 2 else 70
        x = sheet.left + column * (level % 2)
        y = sheet.bottom - 30
        sheet.box(x, y - 28, 96, 56, fill=_colour(sheet.theme, level), edge=sheet.theme.line)
        wide = 0.0
        if level < _NOTHING:
            _badge(sheet, x + 48, y, level, "")
            wide = sheet.write(x + 112, y + 11, f"{number(totals[level])} ", 30, bold=True)
        room = column - 112 - wide - 16
        sheet.write(x + 112 + wide, y + 11, sheet.cut(name, room, 30), 30)
    sheet.bottom += 10


def _worst(sheet: Sheet, oblast: Oblast, number: Callable[[int], str]) -> None:
    """A row of the list: the name, and its counts in their colours and shapes."""
    sheet.bottom += 70
    middle = sheet.bottom - 30
    column = 146
    room = sheet.inner - 3 * column - 10
    size = 32 if sheet.measured(oblast.label, 32) <= room else 28
    sheet.stroke([(sheet.left, middle - 35), (sheet.right, middle - 35)], sheet.theme.nothing, 2)
    sheet.write(sheet.left, middle + 11, sheet.cut(oblast.label, room, size), size)
    for level, count in enumerate(oblast.counts):
        x = sheet.right - column * (3 - level)
        if count:
            sheet.box(
                x + 6, middle - 28, column - 6, 56, fill=_colour(sheet.theme, level), edge=sheet.theme.line
            )
            _badge(sheet, x + 3 + column / 2, middle, level, number(count))
