"""The catalogue: real items hromadas ask for, with codes that never change, units, specs and four names.

``items.txt`` is made for people: a ``[sector]`` heading, then one item a line:
``code | units | specs | Ukrainian | English | Polish | German | synonyms, comma separated``.
"""

import csv
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from babel import Locale
from rapidfuzz import fuzz, process

from domain.search import fold, fold_latin

LANGUAGES = ("uk", "en", "pl", "de")


@dataclass(frozen=True, slots=True)
class Sector:
    """A field of aid."""

    code: str
    emoji: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Its name."""
        return self.names.get(language, self.names["en"])


@dataclass(frozen=True, slots=True)
class SpecField:
    """What has to be known of an item, with usual values as buttons."""

    code: str
    suffix: str
    choices: tuple[str, ...]
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """What is asked."""
        return self.names.get(language, self.names["en"])

    def label(self, choice: str) -> str:
        """A value with its unit: '5 kW'. Signs of SI are the same in all our languages' papers."""
        return f"{choice} {self.suffix}" if self.suffix else choice


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of goods."""

    code: str
    sector: str
    units: tuple[str, ...]
    specs: tuple[str, ...]
    names: Mapping[str, str]
    synonyms: tuple[str, ...]

    def name(self, language: str) -> str:
        """Its name."""
        return self.names.get(language, self.names["en"])


@dataclass(frozen=True, slots=True)
class Match:
    """An item found, best score first (100 is the very name)."""

    item: Item
    score: float


@dataclass(frozen=True, slots=True)
class _Name:
    folded: str
    latin: str
    words: tuple[str, ...]
    stems: frozenset[str]
    item: Item
    language: str
    """Of an item's own name, or of a synonym written ``pl:respirator``; empty for any language."""


SURE = 90.0
"""From here on a line's item may be taken without asking; below, a wrong item would be worse than none."""
SAME = 96.0
"""From here on it is the very name, however inflected."""


@dataclass(frozen=True)
class Catalogue:
    """All items."""

    items: tuple[Item, ...]
    sectors: tuple[Sector, ...]

    @cached_property
    def by_code(self) -> dict[str, Item]:
        """By code."""
        return {item.code: item for item in self.items}

    def in_sector(self, sector: str) -> list[Item]:
        """The items of a sector, in the order of the file."""
        return [item for item in self.items if item.sector == sector]

    @cached_property
    def _names(self) -> list[_Name]:
        return [
            _name(item, text, language)
            for item in self.items
            for language, text in [*item.names.items(), *map(_tagged, item.synonyms)]
        ]

    @cached_property
    def _latin(self) -> list[str]:
        return [name.latin for name in self._names]

    def search(
        self, text: str, language: str = "uk", limit: int = 8, sector: str | None = None
    ) -> list[Match]:
        """Search as you type, in any language and script, words in any order, forgiving misspellings."""
        folded, latin = fold(text), fold_latin(text)
        if not latin:
            return []
        best: dict[str, float] = {}
        asked, parts = _stems(latin), latin.split()
        for name in self._names:
            score = _score(folded, latin, asked, parts, name)
            if score:
                score += 1.0 if name.language == language else 0.0
            if score > best.get(name.item.code, 0):
                best[name.item.code] = score
        if max(best.values(), default=0) < SURE and len(latin) >= 4:
            self._forgive(latin, best)
        found = [Match(self.by_code[code], score) for code, score in best.items()]
        found = [match for match in found if sector is None or match.item.sector == sector]
        found.sort(key=lambda match: (-match.score, len(match.item.name(language)), match.item.code))
        return found[:limit]

    @cached_property
    def _vocabulary(self) -> tuple[frozenset[str], frozenset[str], list[str]]:
        stems = frozenset(stem for name in self._names for stem in name.stems)
        return frozenset(name.folded for name in self._names), stems, sorted(self._latin)

    def _likely(self, folded: str, latin: str) -> bool:
        """Whether any name can come near, found out without looking at each: long lists are mostly free text."""
        known, stems, ordered = self._vocabulary
        if not latin or folded in known:
            return bool(latin)
        asked = _stems(latin)
        at = bisect_left(ordered, latin)
        return bool(asked and asked <= stems) or (at < len(ordered) and ordered[at].startswith(latin))

    def _forgive(self, latin: str, best: dict[str, float]) -> None:
        for _, score, at in process.extract(latin, self._latin, scorer=fuzz.ratio, limit=12, score_cutoff=70):
            code = self._names[at].item.code
            best[code] = max(best.get(code, 0), score - 12)

    def match(self, text: str) -> Item | None:
        """The item of a list's line, or None where we are not sure."""
        if not self._likely(fold(text), fold_latin(text)):
            return None
        found = self.search(text, "", limit=2)
        if not found or found[0].score < SURE:
            return None
        second = found[1].score if len(found) > 1 else 0.0
        if found[0].score >= SAME:
            return None if second == found[0].score else found[0].item
        alone = second < SURE and len(_stems(fold_latin(text))) > 1
        return found[0].item if alone else None


def _tagged(synonym: str) -> tuple[str, str]:
    language, colon, text = synonym.partition(":")
    return (language, text) if colon and language in LANGUAGES else ("", synonym)


def _name(item: Item, text: str, language: str) -> _Name:
    latin = fold_latin(text)
    return _Name(fold(text), latin, tuple(latin.split()), _stems(latin), item, language)


def _score(folded: str, latin: str, asked: frozenset[str], parts: list[str], name: _Name) -> float:
    """99 the very name, 98 in the other script, 9x its beginning or all its words, less for words inside."""
    if folded == name.folded:
        return 99.0
    if latin == name.latin:
        return 98.0
    if not asked:
        return 94.0 - _excess(latin, name.latin) if name.latin.startswith(latin) else 0.0
    if asked == name.stems:
        return 96.0
    if name.latin.startswith(latin):
        return 94.0 - _excess(latin, name.latin)
    if asked <= name.stems:
        return 91.0 - _excess(latin, name.latin)
    if all(any(word.startswith(part) for word in name.words) for part in parts):
        return 87.0 - _excess(latin, name.latin)
    if name.stems and name.stems <= asked:
        return 85.0 if len(name.stems) > 1 else 80.0
    return 0.0


def _excess(asked: str, known: str) -> float:
    """Shorter names fit a short question better; never more than a point and a half, never a bonus."""
    return min(1.5, max(0, len(known) - len(asked)) / 40)


_ENDINGS = (
    "iiamy", "iiakh", "iiei", "iia", "iiu", "amy", "iamy", "iv", "iam", "iakh", "akh", "am", "oho", "omu", "ymy", "ykh", "yi", "ia", "iu", "ie", "ii",
    "ow", "ami", "en", "er", "es", "a", "y", "i", "u", "e", "s", "o",
)  # fmt: skip


def _stems(latin: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in latin.split() if word not in _SMALL)


_SMALL = {
    "dlia",
    "dla",
    "for",
    "do",
    "na",
    "z",
    "zi",
    "iz",
    "ta",
    "i",
    "and",
    "und",
    "the",
    "fur",
    "mit",
    "of",
}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


# --- units --------------------------------------------------------------------------------------------


def _rows(name: str) -> list[dict[str, str]]:
    with (files(__package__) / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


@cache
def _units() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _rows("units.csv")}


@cache
def unit_spellings() -> Mapping[str, str]:
    """Every usual spelling of a unit, lower case, to its code."""
    return {spelling: code for code, row in _units().items() for spelling in row["spellings"].split("|")}


def comes_whole(code: str) -> bool:
    """Whether nobody can give half a one: a piece, a set, a box. Kilograms, litres and metres can be parted."""
    row = _units().get(code)
    return row is not None and row["whole"] == "yes"


@cache
def _plural(language: str) -> object:
    return Locale.parse(language).plural_form


_FORMS = {"uk": ("one", "few", "many", "other"), "pl": ("one", "few", "many", "other")}


def unit_label(code: str, language: str, quantity_milli: int) -> str:
    """A unit in the right plural form for a quantity in thousandths: '3 комплекти', '1,5 комплекту'."""
    row = _units().get(code)
    if row is None:
        return code
    forms = row.get(language, row["en"]).split("|")
    if len(forms) == 1:
        return forms[0]
    whole, part = divmod(quantity_milli, 1000)
    kind = Locale.parse(language).plural_form(whole if not part else quantity_milli / 1000)
    names = _FORMS.get(language, ("one", "other"))
    return forms[min(names.index(kind) if kind in names else len(names) - 1, len(forms) - 1)]


@cache
def _specs() -> dict[str, SpecField]:
    return {
        row["code"]: SpecField(
            row["code"],
            row["suffix"],
            tuple(filter(None, row["choices"].split("|"))),
            {language: row[language] for language in LANGUAGES},
        )
        for row in _rows("specs.csv")
    }


def spec_field(code: str) -> SpecField | None:
    """A spec field by its code."""
    return _specs().get(code)


# --- loading ------------------------------------------------------------------------------------------


def _read_items() -> list[Item]:
    found: list[Item] = []
    sector = ""
    for line in (files(__package__) / "items.txt").read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            sector = line.strip("[]")
            continue
        found.append(_item(sector, [part.strip() for part in line.split("|")]))
    return found


def _item(sector: str, parts: list[str]) -> Item:
    code, units, specs, uk, en, pl, de, *synonyms = parts
    return Item(
        f"{sector}.{code}",
        sector,
        tuple(units.split()),
        tuple(specs.split()),
        {"uk": uk, "en": en, "pl": pl, "de": de},
        tuple(each.strip() for each in ",".join(synonyms).split(",") if each.strip()),
    )


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    sectors = tuple(
        Sector(row["code"], row["emoji"], {language: row[language] for language in LANGUAGES})
        for row in _rows("sectors.csv")
    )
    return Catalogue(tuple(_read_items()), sectors)
