"""Lines as hromadas and partners write them, with what a careful human reads in each.

``*.tsv``: line, kind, item, quantity, unit, problem. ``-`` is none, ``*`` is anything; a row without a line
belongs to the line above it. A range is ``10-15``; a tab inside a line is written as backslash and t.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from domain.lists import Row

LANGUAGES = ("uk", "en", "pl", "de")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a careful human reads."""

    kind: str
    item: str
    quantity: str
    unit: str
    problem: str

    def fits(self, row: Row) -> bool:
        """Whether the parser read the very same."""
        return (
            row.kind == self.kind
            and self.item in ("*", row.item_code or "-")
            and self.quantity in ("*", shown(row))
            and self.unit in ("*", row.unit or "-")
            and self.problem in ("*", row.problem or "-")
        )

    def harmed_by(self, row: Row) -> bool:
        """Whether a wrong quantity, unit or item would go out without anybody being asked."""
        if row.kind not in ("item", "unclear") or (row.problem and row.problem != "rate"):
            return False
        wrong_item = self.item != "*" and row.item_code not in (None, self.item)
        wrong_unit = self.unit != "*" and row.quantity is not None and row.unit not in (None, self.unit)
        return wrong_item or wrong_unit or self.quantity not in ("*", shown(row))


@dataclass(frozen=True, slots=True)
class Example:
    """A line and its wishes."""

    line: str
    wishes: list[Wish] = field(default_factory=list)

    def fits(self, rows: tuple[Row, ...]) -> bool:
        """Whether all was read."""
        return len(rows) == len(self.wishes) and all(
            wish.fits(row) for wish, row in zip(self.wishes, rows, strict=True)
        )

    def harmed_by(self, rows: tuple[Row, ...]) -> bool:
        """Whether anything wrong would go out unasked."""
        if len(rows) != len(self.wishes):
            return any(row.quantity is not None and row.problem is None for row in rows)
        return any(wish.harmed_by(row) for wish, row in zip(self.wishes, rows, strict=True))


def shown(row: Row) -> str:
    """A row's quantity as the corpus writes it."""
    if row.quantity_range:
        return "-".join(_plain(each) for each in row.quantity_range)
    return "-" if row.quantity is None else _plain(row.quantity)


def _plain(milli: int) -> str:
    return f"{(Decimal(milli) / 1000).normalize():f}"


def corpus(language: str) -> list[Example]:
    """All examples of a language."""
    found: list[Example] = []
    for line, wish in _rows(Path(__file__).parent / f"{language}.tsv"):
        if line:
            found.append(Example(line.replace("\\t", "\t")))
        found[-1].wishes.append(wish)
    return found


def _rows(path: Path) -> Iterator[tuple[str, Wish]]:
    with path.open(encoding="utf-8", newline="") as source:
        for row in csv.reader(source, "excel-tab", quoting=csv.QUOTE_NONE):
            if row[0] != "line":
                yield row[0], Wish(*row[1:])
