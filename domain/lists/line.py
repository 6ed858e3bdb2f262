"""One wish in one line: name, spec, quantity, unit, notes - in any usual order and spelling."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.catalogue import Item, unit_spellings
from domain.lists import patterns
from domain.lists.shape import BULLET
from domain.numbers import MOST, BadQuantity, parse_quantity

LONGEST = 600

_Amount = tuple[re.Match[str], str]


@dataclass(slots=True)
class Reading:
    """What was made of one wish."""

    name: str = ""
    item: Item | None = None
    quantity: int | None = None
    range: tuple[int, int] | None = None
    unit: str | None = None
    spec: str = ""
    note: str = ""
    equivalents: bool = False
    used_ok: bool = False
    problem: str | None = None
    specs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(text: str, find: Callable[[str], Item | None]) -> Reading:
    """Name, quantity and the rest of one wish. Never raises; what is doubtful is a problem."""
    found = Reading()
    rest = _unglue(BULLET.sub("", text[:LONGEST])).strip()
    rest = patterns.ASKING.sub(" ", rest).strip()
    rest = _take_flags(found, patterns.SPELT_OUT.sub(" ", rest))
    rest = _take_rate(found, rest)
    rest = _take_parens(found, rest)
    doubtful = patterns.SIZE_THEN_NUMBER.search(rest)
    rest, masked = _mask_technical(rest)
    if found.quantity is None and found.range is None:
        rest = _take_amount(found, rest, masked, find)
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
        rest = _without(rest, [packed])
    match = patterns.RATE_OPEN.search(rest)
    if patterns.EACH.search(rest) or patterns.REPEATED.search(rest):
        found.problem = "several_numbers" if patterns.EACH.search(rest) else "not_understood"
    if match:
        found.problem = "several_numbers"
        found.notes.append(match.group(0).strip(patterns.EDGES))
        return rest.replace(match.group(0), " ", 1)
    return rest


_MASK = "\x00"


def _mask_technical(rest: str) -> tuple[str, list[str]]:
    """Take powers, sizes, models, phones and dates out of the way: they are never a quantity."""
    masked: list[str] = []

    def hide(match: re.Match[str]) -> str:
        masked.append(match.group(0).strip())
        return f" {_MASK} "

    rest = patterns.MODEL.sub(hide, rest)
    return patterns.TECHNICAL.sub(hide, rest), masked


def _milli(number: str, thousand: str | None) -> int | None:
    try:
        return parse_quantity(f"{number} тис" if thousand else number)
    except BadQuantity:
        return None


def _take_amount(found: Reading, rest: str, masked: list[str], find: Callable[[str], Item | None]) -> str:
    amounts = [
        (match, unit_spellings()[match.group("unit").lower()]) for match in patterns.amount().finditer(rest)
    ]
    sure = [each for each in amounts if each[1] not in patterns.AMBIGUOUS]
    plain = _without(rest, [match for match, _ in amounts])
    if amounts and not sure:
        sure = _choose(found, rest, amounts, find(_name_of(plain)))
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


def _without(rest: str, matches: list[re.Match[str]]) -> str:
    for match in reversed(matches):
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return rest


def _choose(found: Reading, rest: str, sizes: list[_Amount], item: Item | None) -> list[_Amount]:
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


def _use(found: Reading, sure: list[_Amount]) -> None:
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


def _name_of(rest: str) -> str:
    return re.sub(r"\s+", " ", rest.replace(_MASK, " ")).strip(patterns.EDGES)


def _finish(found: Reading, rest: str, find: Callable[[str], Item | None]) -> None:
    left = patterns.ANY_NUMBER.findall(rest)
    name = _name_of(patterns.ANY_NUMBER.sub(" ", rest) if left else rest)
    found.notes += left
    found.problem = found.problem or _doubt(found, name, left)
    found.name = name[:200]
    found.item, more = _find_item(name, found.specs, find)
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


def _find_item(name: str, specs: list[str], find: Callable[[str], Item | None]) -> tuple[Item | None, str]:
    """The item, and the words of the name it does not account for (they are kept as its specification).

    The whole name first, then with the letters of its model, then without brands, without what follows a
    comma, and without its last words.
    """
    letters = " ".join(re.findall(r"[^\W\d_]{2,}", " ".join(specs)))
    if not name:
        mark = next(filter(None, (re.match(r"[^\W\d_]{2,}", each) for each in specs)), None)
        return find(mark.group(0)) if mark else None, ""  # 'OSB-3 10 мм': the mark is the name
    for whole in (f"{name} {letters}" if letters else "", name):
        if whole and (item := find(whole)):
            return item, ""
    first, *others = name.split(",", 8)
    if any(find(each) for each in others if each.strip()):
        return None, ""  # 'матраци, подушки': which of them?
    for part in dict.fromkeys((first, _without_models(name), *_beginnings(name))):
        if part.strip() and part != name and (item := find(part)):
            kept = set(part.split())
            return item, " ".join(word for word in name.split() if word not in kept).strip(patterns.EDGES)
    return None, ""


def _beginnings(name: str) -> list[str]:
    """'Куртки зимові чоловічі' -> 'Куртки зимові'; what a thing is for may make it another thing."""
    words = name.split()
    if len(words) > 5 or any(word.casefold() in _PURPOSE for word in words):
        return []
    return [" ".join(words[:count]) for count in range(len(words) - 1, 1, -1)]


_PURPOSE = {
    "для",
    "до",
    "під",
    "без",
    "та",
    "і",
    "й",
    "або",
    "for",
    "and",
    "or",
    "dla",
    "do",
    "i",
    "für",
    "und",
}


def _without_models(name: str) -> str:
    """Brand names and models: words in capitals, or in Latin letters after a Ukrainian name."""
    words = name.split()
    plain = [word for word in words if not (word.isupper() and len(word) > 1)]
    cyrillic = [word for word in plain if re.search(r"[\u0400-\u04ff]", word)]
    return " ".join(cyrillic or plain)


def split_quantity_unit(text: str) -> tuple[str, str | None]:
    """'200 шт' -> ('200', 'pcs'); the number is not parsed yet, so that its own error can be told."""
    plain = text.strip()
    match = re.fullmatch(
        rf"(?P<number>.*?\d.*?|½|¼|¾)\s*(?P<unit>{patterns.unit_pattern()})\.?", plain, patterns.CASELESS
    )
    if match and not match.group("unit").isdigit():
        return match.group("number").strip(), unit_spellings()[match.group("unit").lower()]
    return plain, None
