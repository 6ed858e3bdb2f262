"""One wish in one line: name, spec, quantity, unit, notes - in any usual order and spelling."""

import re
from collections.abc import Callable

from domain.catalogue import Item, unit_spellings
from domain.lists import patterns
from domain.lists.amounts import mask_technical, take_amount, without
from domain.lists.naming import find_item
from domain.lists.reading import Reading, name_of
from domain.lists.shape import BULLET
from domain.numbers import MOST

LONGEST = 600


def read(text: str, find: Callable[[str], Item | None]) -> Reading:
    """Name, quantity and the rest of one wish. Never raises; what is doubtful is a problem."""
    found = Reading()
    rest = _unglue(BULLET.sub("", text[:LONGEST])).strip()
    rest = patterns.ASKING.sub(" ", rest).strip()
    rest = _take_flags(found, patterns.SPELT_OUT.sub(" ", rest))
    rest = _take_rate(found, rest)
    rest = _take_parens(found, rest)
    doubtful = patterns.SIZE_THEN_NUMBER.search(rest)
    rest, masked = mask_technical(rest)
    if found.quantity is None and found.range is None:
        rest = take_amount(found, rest, masked, find)
    if doubtful:
        found.quantity, found.problem = None, "several_numbers"
        found.notes.append(doubtful.group(0))
    _finish(found, rest, find)
    if len(text) > LONGEST:
        found.problem = found.problem or "not_understood"
    return found


def _unglue(text: str) -> str:
    """бойлер80л2шт -> бойлер 80л 2шт; подушки-20шт -> подушки - 20шт; a table's 'шт 200' -> '200 шт'."""
    text = patterns.UNIT_FIRST.sub(r"\g<gap>\g<low> \g<unit>", re.sub(r"\s+", " ", text))
    text = patterns.glued_dash().sub(" - ", text)
    text = re.sub(r"(?<=[а-яіїєґ]{4})(?=\d)", " ", text, flags=patterns.CASELESS)
    return re.sub(r"(?<=\d)(л|кг|кВт|м(?![23]\b))(?=\d)", r"\1 ", text, flags=patterns.CASELESS)


def _take_flags(found: Reading, rest: str) -> str:
    for match in patterns.NOT_USED.finditer(rest):
        found.notes.append(match.group(0).strip(patterns.EDGES))
    rest = patterns.NOT_USED.sub(" ", rest)
    for pattern, flag in ((patterns.USED, "used_ok"), (patterns.EQUAL, "equivalents")):
        if pattern.search(rest):
            setattr(found, flag, True)
            rest = pattern.sub(" ", rest)
    for pattern in (patterns.TOLERANCE, patterns.NEW):
        for match in pattern.finditer(rest):
            found.notes.append(match.group(0).strip(patterns.EDGES))
        rest = pattern.sub(" ", rest)
    return rest


def _take_parens(found: Reading, rest: str) -> str:
    for inner in patterns.PARENS.findall(rest):
        inner = inner.strip()
        if not inner:
            continue
        whole = patterns.amount().fullmatch(inner.strip(patterns.EDGES))
        outside = patterns.PARENS.sub(" ", rest)
        if whole and not patterns.amount().search(outside) and not patterns.BARE_END.search(outside.strip()):
            continue  # the only amount stands in parentheses: it is the quantity
        (found.specs if patterns.TECHNICAL.fullmatch(inner) else found.notes).append(inner)
        rest = rest.replace(f"({inner})", " ", 1)
    return re.sub(r"[\s()]+", " ", rest)


def _take_rate(found: Reading, rest: str) -> str:
    """'по 2 на заклад, 6 закладів' is multiplied, shown and asked about."""
    match = patterns.RATE.search(rest)
    if match:
        each = int(match.group("each") or match.group("each2"))
        times = int(match.group("times") or match.group("times2"))
        total = each * times
        found.quantity = total * 1000 if 0 < total <= MOST else None
        found.problem = "rate" if found.quantity else "several_numbers"
        found.notes.append(match.group(0).strip(patterns.EDGES))
        each_unit = patterns.amount().search(match.group(0))
        found.unit = unit_spellings()[each_unit.group("unit").lower()] if each_unit else None
        return rest.replace(match.group(0), " ", 1)
    packed = patterns.PACKED.search(rest)
    if packed and patterns.amount().search(rest[: packed.start()]):
        found.notes.append(packed.group(0))
        rest = without(rest, [packed])
    match = patterns.RATE_OPEN.search(rest)
    if patterns.EACH.search(rest) or patterns.REPEATED.search(rest):
        found.problem = "several_numbers" if patterns.EACH.search(rest) else "not_understood"
    if match:
        found.problem = "several_numbers"
        found.notes.append(match.group(0).strip(patterns.EDGES))
        return rest.replace(match.group(0), " ", 1)
    return rest


def _finish(found: Reading, rest: str, find: Callable[[str], Item | None]) -> None:
    left = patterns.ANY_NUMBER.findall(rest)
    name = name_of(patterns.ANY_NUMBER.sub(" ", rest) if left else rest)
    found.notes += left
    found.problem = found.problem or _doubt(found, name, left)
    found.name = name[:200]
    found.item, more = find_item(name, found.specs, find)
    found.specs.append(more)
    found.spec = ", ".join(dict.fromkeys(filter(None, found.specs)))[:200]
    found.note = "; ".join(dict.fromkeys(filter(None, found.notes)))[:500]
    nameless = found.item is None and not any(letter.isalpha() for letter in name)
    if nameless or name.casefold() in _NO_NAMES:
        found.problem, found.quantity, found.range = "no_name", None, None
    elif len(name) > 160 and found.item is None:
        found.problem = "not_understood"


_NO_NAMES = {"до", "від", "з", "на", "р", "шт", "станом на", "by", "until", "do", "bis"}


def _doubt(found: Reading, name: str, left: list[str]) -> str | None:
    """What keeps a quantity from being believed: another number, one in words, one glued to something."""
    stated = found.quantity is not None or found.range is not None
    if (left and stated) or len(left) > 1 or patterns.counted().search(name):
        return "several_numbers"
    alone = any(note.isdigit() for note in found.notes)  # 'генератор (2)'
    if not stated and (left or alone or re.search(r"\d", name) or patterns.IN_WORDS.search(name)):
        return "not_understood"
    return None


def split_quantity_unit(text: str) -> tuple[str, str | None]:
    """'200 шт' -> ('200', 'pcs'); the number is not parsed yet, so that its own error can be told."""
    plain = text.strip()
    match = re.fullmatch(
        rf"(?P<number>.*?\d.*?|½|¼|¾)\s*(?P<unit>{patterns.unit_pattern()})\.?", plain, patterns.CASELESS
    )
    if match and not match.group("unit").isdigit():
        return match.group("number").strip(), unit_spellings()[match.group("unit").lower()]
    return plain, None
