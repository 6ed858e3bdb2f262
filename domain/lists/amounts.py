"""Which of a line's numbers is the quantity. What is not certain becomes a problem to ask about."""

import re
from collections.abc import Callable

from domain.catalogue import Item, unit_spellings
from domain.lists import patterns
from domain.lists.reading import MASK, Reading, name_of
from domain.numbers import BadQuantity, parse_quantity

Amount = tuple[re.Match[str], str]


def mask_technical(rest: str) -> tuple[str, list[str]]:
    """Take powers, sizes, models, phones and dates out of the way: they are never a quantity."""
    masked: list[str] = []

    def hide(match: re.Match[str]) -> str:
        masked.append(match.group(0).strip())
        return f" {MASK} "

    rest = patterns.MODEL.sub(hide, rest)
    return patterns.TECHNICAL.sub(hide, rest), masked


def _milli(number: str, thousand: str | None) -> int | None:
    try:
        return parse_quantity(f"{number} тис" if thousand else number)
    except BadQuantity:
        return None


def take_amount(found: Reading, rest: str, masked: list[str], find: Callable[[str], Item | None]) -> str:
    """Put quantity and unit into ``found``; what is left of the line comes back."""
    amounts = [
        (match, unit_spellings()[match.group("unit").lower()]) for match in patterns.amount().finditer(rest)
    ]
    sure = [each for each in amounts if each[1] not in patterns.AMBIGUOUS]
    plain = without(rest, [match for match, _ in amounts])
    if amounts and not sure:
        sure = _choose(found, rest, amounts, find(name_of(plain)))
    taken = [match for match, _ in sure]
    found.specs += masked + [match.group(0).strip() for match, _ in amounts if match not in taken]
    if sure:
        _use(found, sure)
        return plain
    if found.problem:
        return plain
    plain = plain.strip(" .;")
    for pattern in (patterns.TIMES, patterns.BARE_END, patterns.BARE_START):
        bare = pattern.search(plain)
        if bare:
            return _use_bare(found, plain, bare)
    return plain


def without(rest: str, matches: list[re.Match[str]]) -> str:
    """The text with these matches of it cut out."""
    for match in reversed(matches):
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return rest


def _choose(found: Reading, rest: str, sizes: list[Amount], item: Item | None) -> list[Amount]:
    """Litres, metres and kilograms are amounts where the item is counted in them or a dash says so; else sizes."""
    told = [each for each in sizes if rest[: each[0].start()].rstrip().endswith(_TOLD)]
    if item is not None:
        sizes = [(match, _sheets(unit, item)) for match, unit in sizes]
        fit = [each for each in sizes if each[1] in item.units]
        if told and not fit:
            found.problem = "several_numbers"  # an amount in a unit this item is not counted in
    else:
        fit = sizes
        if not told:
            found.problem = "not_understood"  # '200 л' of what: an amount or a size?
    if len(fit) > 1 and not (len(told) == 1 and told[0][0] is fit[-1][0]):
        found.problem = "several_numbers"
    return fit[-1:]


_TOLD = ("-", "–", "—", ":", "=")


def _sheets(unit: str, item: Item) -> str:
    """'OSB 100 л' are sheets (листів)."""
    return "sheet" if unit == "l" and "l" not in item.units and "sheet" in item.units else unit


def _use(found: Reading, sure: list[Amount]) -> None:
    match, unit = sure[0]
    for other, another in sure[1:]:
        found.notes.append(other.group(0).strip())  # dual measures: the second is kept as a note
        if another == unit:
            found.problem = "several_numbers"  # 'ковдри 50 шт подушки 30 шт'
    _set(found, match.group("low"), match.group("high"), match.group("thousand"))
    found.unit = unit
    if found.problem == "several_numbers":
        found.quantity = found.range = None


def _use_bare(found: Reading, rest: str, match: re.Match[str]) -> str:
    groups = match.groupdict()
    _set(found, groups.get("low") or groups.get("low2") or "", groups.get("high"), groups.get("thousand"))
    start, end = match.span()
    return f"{rest[:start]} {rest[end:]}"


def _set(found: Reading, low: str, high: str | None, thousand: str | None) -> None:
    first = _milli(low, thousand)
    second = _milli(high, thousand) if high else None
    if first is not None and second is not None and first < second:
        found.range, found.problem = (first, second), "range"
    elif first is None or high:
        found.problem = "several_numbers"
        found.notes.append(f"{low}-{high}" if high else low)
    else:
        found.quantity = first
