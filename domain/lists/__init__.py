"""Reading lists as hromadas really write them. Nothing is dropped; a doubtful number is asked about.

A wrong number sends a truck with the wrong things, so whatever is not certain becomes a problem to answer.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from domain.catalogue import Item, catalogue
from domain.lists import line, shape
from domain.lists.line import split_quantity_unit
from domain.lists.reading import Reading

Kind = Literal["item", "unclear", "heading", "do_not_send", "money_or_service", "closed", "contents"]
Find = Callable[[str], Item | None]

SETS = ("food.food-set", "hygiene.hygiene-set", "medical.first-aid-kit")

__all__ = ["Kind", "ParsedList", "Row", "parse_list", "split_quantity_unit"]


@dataclass(frozen=True, slots=True)
class Row:
    """What one line (or a part of it) says. ``quantity`` is in thousandths; None is 'not stated', never 1.

    ``problem`` names what has to be asked: range, rate, several_numbers, not_understood or no_name.
    """

    kind: Kind
    source: str
    line_no: int
    name: str = ""
    item_code: str | None = None
    quantity: int | None = None
    quantity_range: tuple[int, int] | None = None
    unit: str | None = None
    spec: str = ""
    note: str = ""
    equivalents: bool = False
    used_ok: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedList:
    """All rows in the order of the text; every line that is not blank is in one of them."""

    rows: tuple[Row, ...]

    @property
    def items(self) -> tuple[Row, ...]:
        """The rows that ask for something."""
        return tuple(row for row in self.rows if row.kind == "item")


def parse_list(text: str, find: Find | None = None) -> ParsedList:
    """Rows of a pasted list, one or more for every line that is not blank."""
    look_up = find or catalogue().match
    rows: list[Row] = []
    inside_set = False
    for number, source in enumerate(text.splitlines(), 1):
        if not source.strip():
            inside_set = False
            continue
        if inside_set and shape.is_bullet(source):
            rows.append(Row("contents", source, number, note=source.strip()))
            continue
        found = _line_rows(source, number, look_up)
        inside_set = source.rstrip().endswith(":") and found[-1].item_code in SETS
        rows.extend(found)
    return ParsedList(tuple(rows))


def _line_rows(source: str, number: int, find: Find) -> list[Row]:
    plain = " ".join(source.split())  # long runs of blanks would cost time squared
    kind = shape.kind_of(plain)
    if kind is not None:
        row = Row(kind, source, number, name=source.strip())
        item = find(source.strip().rstrip(":")) if kind == "heading" else None
        if item is not None and item.code in SETS:
            return [replace(row, kind="item", item_code=item.code, name=source.strip().rstrip(":"))]
        return [row]
    return [_row(part, reading, source, number) for part, reading in _readings(plain, find)]


def _readings(source: str, find: Find) -> list[tuple[str, Reading]]:
    """A line is taken apart only where every part is a wish of its own: all with a quantity, or all known."""
    whole = line.read(source, find)
    parts = shape.parts_of(source)
    if len(parts) == 1:
        return [(source, whole)]
    read: list[Reading] = []
    common = parts[0].partition(":")[0] if _HEADED.match(parts[0]) else ""
    for part in parts:
        head = read[0].name if read and _SIZE.match(part) else common if read else ""
        read.append(line.read(f"{head} {part}" if head else part, find))
    counted = all(each.name and (each.quantity is not None or each.range) for each in read)
    known = all(each.item and each.problem is None and each.quantity is None for each in read)
    return list(zip(parts, read, strict=True)) if counted or known else [(source, whole)]


_SIZE = re.compile(r"\s*(?:№\s?\d|X{0,3}[SMLХ]\b|р(?:озмір|\.|-р))", re.IGNORECASE)
"""'M - 50 уп' after 'Рукавички S - 20 уп': one item in many sizes is one row each."""

_HEADED = re.compile(r"[^:\d]{3,40}:\s*[^\W\d]")
"""'Ковдри: дорослі - 50, дитячі - 30': what stands before the colon belongs to every part."""


def _row(part: str, reading: Reading, source: str, number: int) -> Row:
    item = reading.item
    lost = reading.problem == "no_name" or (reading.problem == "not_understood" and item is None)
    kind: Kind = "unclear" if lost else "item"
    if item is None and reading.problem != "no_name" and shape.is_service(part):
        kind = "money_or_service"
    return Row(
        kind,
        source,
        number,
        name=reading.name,
        item_code=item.code if item else None,
        quantity=reading.quantity,
        quantity_range=reading.range,
        unit=reading.unit,
        spec=reading.spec,
        note=reading.note,
        equivalents=reading.equivalents,
        used_ok=reading.used_ok,
        problem=reading.problem,
    )
