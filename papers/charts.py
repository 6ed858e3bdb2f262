"""Two charts: what each sector still lacks, and how far needs have come. Plain data in, a PNG out.

Every label comes translated and without emoji (the font has none); ``number`` writes a figure in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from papers.themes import LIGHT, Theme

if TYPE_CHECKING:
    from papers.sheet import Sheet

_SLIVER = 8
"""Pixels: what is there at all can be seen, though it were one in ten millions."""


@dataclass(frozen=True, slots=True)
class Sector:
    """Quantities (or counts) of one sector. ``promised`` is what was promised and has not been received yet."""

    label: str
    needed: int
    promised: int
    received: int

    @property
    def missing(self) -> int:
        """What nobody has promised."""
        return max(0, self.needed - self.promised - self.received)


@dataclass(frozen=True, slots=True)
class SectorWords:
    """What stands on the chart of sectors."""

    title: str
    missing: str
    promised: str
    received: str
    needed: str
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """How many needs have come at least this far."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class PathWords:
    """What stands on the path of needs."""

    title: str
    subtitle: str = ""


def sectors(
    rows: Sequence[Sector], words: SectorWords, number: Callable[[int], str], theme: Theme = LIGHT
) -> bytes | None:
    """Received, promised and missing of each sector as shares of what it needs; the emptiest first. None without needs.

    Shares, because pieces, litres and tonnes have no common length; the figures stand beside them.
    """
    sheet = sectors_sheet(rows, words, number, theme)
    return sheet.png() if sheet else None


def path(
    stages: Sequence[Stage],
    words: PathWords,
    number: Callable[[int], str],
    percent: Callable[[float], str],
    theme: Theme = LIGHT,
) -> bytes | None:
    """From posted to received: a bar for each stage and what was left behind before it. None without needs.

    The greatest loss is the one that is marked: there needs get stuck. ``percent`` writes 0.67 as the reader does.
    """
    sheet = path_sheet(stages, words, number, percent, theme)
    return sheet.png() if sheet else None


def sectors_sheet(
    rows: Sequence[Sector], words: SectorWords, number: Callable[[int], str], theme: Theme
) -> Sheet | None:
    """The chart of sectors before it is a PNG."""
    from papers.sheet import Sheet

    wanted = sorted(
        (each for each in rows if each.needed > 0),
        key=lambda each: (-each.missing / each.needed, -each.needed, each.label),
    )
    if not wanted:
        return None
    sheet = Sheet(theme)
    sheet.heading(words.title, words.subtitle)
    _sector_legend(sheet, words)
    for each in wanted:
        _sector(sheet, each, number, roomy=len(wanted) <= 8)
    return sheet


def _looks(theme: Theme) -> tuple[tuple[str, str, str], ...]:
    """Fill, edge and pattern of received, promised, missing."""
    return (
        (theme.received, theme.received, ""),
        (theme.promised, theme.received, "/"),
        (theme.hole, theme.missing, ""),
    )


def _sector_legend(sheet: Sheet, words: SectorWords) -> None:
    x = float(sheet.left)
    sheet.bottom += 34
    for name, (fill, edge, hatch) in zip(
        (words.received, words.promised, words.missing), _looks(sheet.theme), strict=True
    ):
        wide = 48 + 12 + sheet.measured(name, 30) + 40
        if x > sheet.left and x + wide - 40 > sheet.left + sheet.inner:
            x, sheet.bottom = float(sheet.left), sheet.bottom + 46
        sheet.box(x, sheet.bottom - 27, 48, 30, fill=fill, edge=edge, hatch=hatch)
        sheet.write(x + 60, sheet.bottom, sheet.cut(name, sheet.inner - 60, 30), 30)
        x += wide
    sheet.bottom += 52
    head = sheet.cut(f"{words.missing} / {words.needed}", sheet.inner, 28)
    sheet.write(sheet.right, sheet.bottom, head, 28, colour=sheet.theme.soft, align="right")
    sheet.bottom += 8


def _sector(sheet: Sheet, row: Sector, number: Callable[[int], str], roomy: bool) -> None:
    size, bar, gap = (34, 36, 26) if roomy else (29, 22, 11)
    total = f" / {number(row.needed)}"
    first = number(row.missing) if row.missing else "✓"
    wide = sheet.measured(total, size)
    lines = sheet.lines(row.label, sheet.inner - wide - sheet.measured(first, size, bold=True) - 32, size)
    for line in lines:
        sheet.bottom += size * 1.2
        sheet.write(sheet.left, sheet.bottom, line, size)
    right = sheet.right
    sheet.write(right, sheet.bottom, total, size, colour=sheet.theme.soft, align="right")
    colour = sheet.theme.missing if row.missing else sheet.theme.received
    sheet.write(right - wide, sheet.bottom, first, size, bold=True, colour=colour, align="right")
    sheet.bottom += 10
    _stacked(sheet, (row.received, row.promised, row.missing), bar)
    sheet.bottom += bar + gap


def _stacked(sheet: Sheet, parts: Sequence[int], height: float) -> None:
    """The parts side by side over the whole width."""
    x = float(sheet.left)
    for wide, (fill, edge, hatch) in zip(_widths(parts, sheet.inner), _looks(sheet.theme), strict=True):
        if wide:
            sheet.box(x, sheet.bottom, wide, height, fill=fill, edge=edge, hatch=hatch)
        x += wide


def _widths(parts: Sequence[int], whole: float) -> list[float]:
    """Each part's share of the whole; none that is there gets lost, and together they fill it."""
    total = sum(parts)
    widths = [max(_SLIVER, whole * part / total) if part else 0.0 for part in parts]
    widths[widths.index(max(widths))] += whole - sum(widths)
    return widths


def path_sheet(
    stages: Sequence[Stage],
    words: PathWords,
    number: Callable[[int], str],
    percent: Callable[[float], str],
    theme: Theme,
) -> Sheet | None:
    """The path of needs before it is a PNG."""
    from papers.sheet import Sheet

    most = max((each.count for each in stages), default=0)
    if most <= 0:
        return None
    sheet = Sheet(theme)
    sheet.heading(words.title, words.subtitle)
    lost = [0, *(max(0, one.count - two.count) for one, two in pairwise(stages))]
    minus = [f"−{number(left)}" for left in lost]
    room = sheet.inner - max(150, *(sheet.measured(each, 36, bold=True) for each in minus)) - 40
    column = sheet.measured(percent(1), 30) + 20
    for stage, left, less in zip(stages, lost, minus, strict=True):
        _stage_words(sheet, stage.label, number(stage.count), percent(stage.count / most), column)
        _stage_bar(sheet, (stage.count, left), less, room / most, worst=left == max(lost))
    return sheet


def _stage_words(sheet: Sheet, label: str, count: str, share: str, column: float) -> None:
    room = sheet.inner - column - sheet.measured(count, 46, bold=True) - 32
    for line in sheet.lines(label, room, 36):
        sheet.bottom += 48
        sheet.write(sheet.left, sheet.bottom, line, 36)
    sheet.write(sheet.right, sheet.bottom, share, 30, colour=sheet.theme.soft, align="right")
    sheet.write(sheet.right - column, sheet.bottom, count, 46, bold=True, align="right")
    sheet.bottom += 14


def _stage_bar(sheet: Sheet, counts: tuple[int, int], minus: str, scale: float, worst: bool) -> None:
    """Those who came so far, and beside them those who did not."""
    theme, (here, left), high = sheet.theme, counts, 54
    wide = max(_SLIVER, here * scale) if here else 0
    if left:
        edge, fill, hatch = (theme.missing, theme.hole, "/") if worst else (theme.line, theme.paper, "")
        rest = max(_SLIVER, left * scale)
        sheet.box(sheet.left + wide, sheet.bottom, rest, high, fill=fill, edge=edge, hatch=hatch)
        colour = edge if worst else theme.soft
        sheet.write(sheet.right, sheet.bottom + 40, minus, 36, bold=worst, colour=colour, align="right")
    if wide:
        sheet.box(sheet.left, sheet.bottom, wide, high, fill=theme.received, edge=theme.received)
    sheet.bottom += high + 24
