"""One wish in one line: name, spec, quantity, unit, notes - in any usual order and spelling."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

from domain.catalogue import Item, unit_spellings
from domain.lists.shape import BULLET
from domain.numbers import BadQuantity, parse_quantity

_I = re.IGNORECASE
_NUM = r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,3})?"
_AMBIGUOUS = {"l", "m", "g", "kg", "m3", "ml", "km"}
"""Units that are as often a size as an amount; the item decides."""

_TECHNICAL = re.compile(
    r"\+?38\s?\(?0\d{2}\)?[\d\s-]{7,12}|\b0\d{2}[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}\b"  # phones
    r"|\b\d{1,2}\.\d{1,2}\.(?:19|20)?\d{2}\b(?:\s*р\.?)?"  # dates
    r"|№\s?[\w/-]+|\bDN\s?\d+\b|\bØ\s?\d+|\bR\d{2}C?\b"
    r"|\b\d+(?:[.,]\d+)?\s?[xх×*]\s?\d+(?:[.,]\d+)?(?:\s?[xх×*]\s?\d+(?:[.,]\d+)?)?\s?(?:мм2?|см|м|mm2?|cm|m)?\b"  # 2х1,5
    r"|\b\d+/\d+(?:[/ ]?R?\d+(?:[.,]\d+)?)*\b|\b\d+(?:-\d+){2,}\b"  # 195/65 R15, 8-25-100
    r"|\b\d{2}\s?[-–]\s?\d{2}\s+(?:розмір|size|rozmiar|р-р)\w*"
    r"|\b(?:розмір\w*|р-р|size|rozmiar|gr(?:öße|\.))\s*(?:\d{1,3}(?:\s?[-–]\s?\d{1,3})?|X{0,3}[SML])\b"
    r"|\b\d+(?:[.,]\d+)?\s?(?:[-–]\s?\d+(?:[.,]\d+)?\s?)?"
    r"(?:кВт[·*]?год|кВт|kWh|kW|кВА|kVA|ква|Вт[·*]?год|Вт|Wh|W|мА[·*]?год|мАг|mAh|А[·*]?год|Ah|А\b|В\b|V\b|вольт|Гц|Hz|мм2|мм²|mm²|мм|mm|см|cm"
    r"|дюйм\w*|inch|″|\"|бар|bar|атм|°C?|ГБ|GB|ТБ|TB|МП|Mpx|к\.с\.|кс\b|hp|KM\b|PS\b|грам\b|%|м3/год|м³/год|m³/h|років|рік|року|years?|місць|місць|осіб)"
    r"(?![^\W\d_])",
    _I,
)
_MODEL = re.compile(
    r"\b[A-ZА-ЯІЇЄҐ]{1,6}[- ]?\d+(?:[-/]\d+(?:[.,]\d+)?){1,3}\b|\b[A-ZА-ЯІЇЄҐ]{1,5}-?\d{1,4}[A-ZА-ЯІЇЄҐ]?\b"
)
_PARENS = re.compile(r"\(([^()]{0,300})\)")
_RATE = re.compile(
    r"\bпо\s+(?P<each>\d{1,5})\s*(?:[^\W\d]{1,10}\.?\s+)?(?:на|в|для|у|до)\s+(?:кожн\w+\s+)?[^\W\d]+,?\s*\(?(?P<times>\d{1,4})\s+[^\W\d]+\)?"
    r"|\b(?P<each2>\d{1,5})\s+(?:per|for\s+each|je|na)\s+[^\W\d]+,?\s*\(?(?P<times2>\d{1,4})\s+[^\W\d]+\)?",
    _I,
)
_RATE_OPEN = re.compile(r"\bпо\s+(?P<each>\d{1,5})\s*(?:шт\.?|од\.?)?\s*(?:на\s+[^\W\d]+)?\s*$", _I)
_USED = re.compile(
    r"\b(?:можна\s+|можливо\s+|або\s+)?(?:б/в|б/у|бу\b|вживан\w+|used(?:\s+(?:is\s+)?(?:ok|fine))?|second[- ]hand|używan\w+|gebraucht\w*)",
    _I,
)
_EQUAL = re.compile(
    r"\b(?:або\s+)?(?:аналог\w*|еквівалент\w*)|\bor\s+(?:similar|equivalent)|\blub\s+(?:podobn\w+|odpowiednik)|\boder\s+(?:ähnlich\w*|gleichwertig\w*)",
    _I,
)
_TOLERANCE = re.compile(
    r"\b(?:до|не\s+старш\w+(?:\s+за)?|up\s+to|max\.?)\s+\d{1,2}\s+(?:рок\w+|years?)|правостороннє[^,;]*|лівосторонн\w+|праве\s+кермо[^,;]*|ліве\s+кермо",
    _I,
)
_NEW = re.compile(r"\bтільки\s+нов\w+|\bnew\s+only", _I)
_EDGES = ' \t-–—:=,;.•*+|/\\«»"“”'


@cache
def _unit_pattern() -> str:
    spellings = sorted((each for each in unit_spellings() if each != "x"), key=len, reverse=True)
    return "|".join(re.escape(each) for each in spellings)


@cache
def _amount() -> re.Pattern[str]:
    """A number with a unit: '4 шт', '20 мішків', '10-15 шт'."""
    return re.compile(
        rf"(?<![\w.,/-])(?P<low>{_NUM})(?:\s?[-–—]\s?(?P<high>\d+(?:[.,]\d+)?))?\s?(?P<thousand>тис\.?|тыс\.?|tys\.?|tsd\.?)?\s?"
        rf"(?P<unit>{_unit_pattern()})(?![^\W_])\.?",
        _I,
    )


_BARE_END = re.compile(
    rf"(?:^|[\s:=–—-])(?P<low>{_NUM})(?:\s?[-–—]\s?(?P<high>\d+))?\s?(?P<thousand>тис\.?|tys\.?)?\s*\.?$", _I
)
_BARE_START = re.compile(rf"^(?P<low>{_NUM})\s*(?:[xх×]\s*)?(?=[^\W\d_])", _I)
_TIMES = re.compile(r"(?:^|\s)[xх×]\s?(?P<low>\d{1,6})\b|\b(?P<low2>\d{1,6})\s?[xх×](?=\s)", _I)
_ANY_NUMBER = re.compile(r"(?<![\w])\d+(?:[.,]\d+)?(?![\w])")


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
    rest = _unglue(BULLET.sub("", text[:600])).strip()
    rest = _take_flags(found, rest)
    rest = _take_parens(found, rest)
    rest = _take_rate(found, rest)
    rest, masked = _mask_technical(found, rest)
    if found.quantity is None and found.range is None:
        rest = _take_amount(found, rest, masked, find)
    _finish(found, rest, find)
    return found


def _unglue(text: str) -> str:
    """бойлер80л2шт -> бойлер 80л 2шт."""
    text = re.sub(r"(?<=[а-яіїєґ]{4})(?=\d)", " ", text, flags=_I)
    return re.sub(r"(?<=\d)(л|кг|кВт|м)(?=\d)", r"\1 ", text, flags=_I)


def _take_flags(found: Reading, rest: str) -> str:
    for pattern, flag in ((_USED, "used_ok"), (_EQUAL, "equivalents")):
        if pattern.search(rest):
            setattr(found, flag, True)
            rest = pattern.sub(" ", rest)
    for pattern in (_TOLERANCE, _NEW):
        for match in pattern.finditer(rest):
            found.notes.append(match.group(0).strip(_EDGES))
        rest = pattern.sub(" ", rest)
    return rest


def _take_parens(found: Reading, rest: str) -> str:
    for inner in _PARENS.findall(rest):
        inner = inner.strip()
        if not inner:
            continue
        whole = _amount().fullmatch(inner.strip(_EDGES))
        outside = _PARENS.sub(" ", rest)
        if whole and not _amount().search(outside) and not _BARE_END.search(outside.strip()):
            continue  # the only amount stands in parentheses: it is the quantity
        (found.specs if _TECHNICAL.fullmatch(inner) else found.notes).append(inner)
        rest = rest.replace(f"({inner})", " ", 1)
    return rest.replace("(", " ").replace(")", " ")


def _take_rate(found: Reading, rest: str) -> str:
    """'по 2 на заклад, 6 закладів' is multiplied, shown and asked about."""
    match = _RATE.search(rest)
    if match:
        each = int(match.group("each") or match.group("each2"))
        times = int(match.group("times") or match.group("times2"))
        found.quantity, found.problem = each * times * 1000 or None, "rate"
        found.notes.append(match.group(0).strip(_EDGES))
        return rest.replace(match.group(0), " ", 1)
    match = _RATE_OPEN.search(rest)
    if match:
        found.problem = "several_numbers"
        found.notes.append(match.group(0).strip(_EDGES))
        return rest.replace(match.group(0), " ", 1)
    return rest


_MASK = "\x00"


def _mask_technical(found: Reading, rest: str) -> tuple[str, list[str]]:
    """Take powers, sizes, models, phones and dates out of the way: they are never a quantity."""
    masked: list[str] = []

    def hide(match: re.Match[str]) -> str:
        masked.append(match.group(0).strip())
        return f" {_MASK} "

    rest = _MODEL.sub(hide, rest)
    return _TECHNICAL.sub(hide, rest), masked


def _milli(number: str, thousand: str | None) -> int | None:
    try:
        return parse_quantity(f"{number} тис" if thousand else number)
    except BadQuantity:
        return None


def _take_amount(found: Reading, rest: str, masked: list[str], find: Callable[[str], Item | None]) -> str:
    sure: list[tuple[re.Match[str], str]] = []
    sizes: list[tuple[re.Match[str], str]] = []
    for match in _amount().finditer(rest):
        unit = unit_spellings()[match.group("unit").lower()]
        (sizes if unit in _AMBIGUOUS else sure).append((match, unit))
    item = find(_name_of(_amount().sub(" ", rest))) if sizes else None
    for match, unit in sizes:
        if not sure and (item is None or unit in item.units):
            sure.append((match, unit))
        else:
            masked.append(match.group(0).strip())
            rest = rest.replace(match.group(0), " ", 1)
    found.specs += masked
    if sure:
        return _use(found, rest, sure)
    for pattern in (_TIMES, _BARE_END, _BARE_START):
        bare = pattern.search(rest.strip(" .;"))
        if bare:
            return _use_bare(found, rest.strip(" .;"), bare)
    return rest


def _use(found: Reading, rest: str, sure: list[tuple[re.Match[str], str]]) -> str:
    match, unit = sure[0]
    for other, _ in sure[1:]:
        found.notes.append(other.group(0).strip())  # dual measures: the second is kept as a note
    _set(found, match.group("low"), match.group("high"), match.group("thousand"))
    found.unit = unit
    for each, _ in sure:
        rest = rest.replace(each.group(0), " ", 1)
    return rest


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
    name = re.sub(r"\s+", " ", rest.replace(_MASK, " ")).strip(_EDGES)
    return re.sub(
        r"^(?:потрібн\w+|треба|необхідн\w+|ще|need(?:ed)?|we need|potrzeba|brauchen)\s+", "", name, flags=_I
    )


def _finish(found: Reading, rest: str, find: Callable[[str], Item | None]) -> None:
    left = _ANY_NUMBER.findall(rest)
    name = _name_of(_ANY_NUMBER.sub(" ", rest) if left else rest)
    if left:
        found.notes += left
        if found.quantity is not None or found.range or len(left) > 1:
            found.problem = found.problem or "several_numbers"
    found.name = name[:200]
    found.item = _find_item(name, found.specs, find)
    found.spec = ", ".join(dict.fromkeys(filter(None, found.specs)))[:200]
    found.note = "; ".join(dict.fromkeys(filter(None, found.notes)))[:500]
    if not any(letter.isalpha() for letter in name):
        found.problem, found.quantity, found.range = "no_name", None, None
    elif len(name) > 160 and found.item is None:
        found.problem = "not_understood"


def _find_item(name: str, specs: list[str], find: Callable[[str], Item | None]) -> Item | None:
    """The whole name first, then with the letters of its model, then without brands and what follows a comma."""
    if not name:
        return None
    letters = " ".join(re.findall(r"[^\W\d_]{2,}", " ".join(specs)))
    tries = [name, f"{name} {letters}" if letters else "", name.split(",")[0], _without_models(name)]
    return next((item for each in tries if each.strip() and (item := find(each))), None)


def _without_models(name: str) -> str:
    """Brand names and models: words in capitals, or in Latin letters after a Ukrainian name."""
    words = name.split()
    plain = [word for word in words if not (word.isupper() and len(word) > 1)]
    cyrillic = [word for word in plain if re.search(r"[\u0400-\u04ff]", word)]
    return " ".join(cyrillic or plain)


def split_quantity_unit(text: str) -> tuple[str, str | None]:
    """'200 шт' -> ('200', 'pcs'); the number is not parsed yet, so that its own error can be told."""
    plain = text.strip()
    match = re.fullmatch(rf"(?P<number>.*?\d.*?|½|¼|¾)\s*(?P<unit>{_unit_pattern()})\.?", plain, _I)
    if match and not match.group("unit").isdigit():
        return match.group("number").strip(), unit_spellings()[match.group("unit").lower()]
    return plain, None
