"""All hromadas of the state's register, the oblasts, and the countries partners come from."""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from babel import Locale
from rapidfuzz import fuzz, process

from domain.search import fold, fold_latin, translit, uk_key

PARTNER_COUNTRIES = (
    "PL", "DE", "LT", "LV", "EE", "CZ", "SK", "RO", "HU", "MD", "FR", "IT", "ES", "PT", "AT", "CH", "NL", "BE",
    "SE", "NO", "DK", "FI", "GB", "IE", "US", "CA", "JP", "IS", "LU", "SI", "HR", "BG", "GR", "GE", "TR", "IL",
    "KR", "AU", "NZ", "UA",
)  # fmt: skip
"""ISO 3166 codes, neighbours and the most active partners first."""

OCCUPIED = ("UA01", "UA85")
"""Crimea: its hromadas are in the register and come last in a list of equals."""

_KINDS = {"city": "міська", "settlement": "селищна", "village": "сільська"}


@dataclass(frozen=True, slots=True)
class Hromada:
    """A territorial community; ``code`` is its KATOTTG code, ``kind`` that of its centre."""

    code: str
    name: str
    kind: str
    raion: str
    oblast: str

    def title(self, language: str) -> str:
        """'Первомайська міська громада', 'Pervomaiska hromada'."""
        if not self.raion:
            return self.name if language == "uk" else translit(self.name)
        if language == "uk":
            return f"{self.name} {_KINDS[self.kind]} громада"
        if (self.name, self.raion, self.oblast) in _namesakes():  # Покровська сільська and Покровська міська
            return f"{translit(self.name)} {translit(_KINDS[self.kind])} hromada"
        return f"{translit(self.name)} hromada"

    def where(self, language: str) -> str:
        """Raion and oblast."""
        oblast = oblast_name(self.oblast, language)
        if not self.raion:
            return oblast
        raion = f"{self.raion} район" if language == "uk" else f"{translit(self.raion)} raion"
        return f"{raion}, {oblast}"


@dataclass(frozen=True)
class Places:
    """Every hromada, findable by any part of its name in Cyrillic or Latin."""

    hromadas: tuple[Hromada, ...]

    @cached_property
    def by_code(self) -> dict[str, Hromada]:
        """By KATOTTG code."""
        return {each.code: each for each in self.hromadas}

    @cached_property
    def oblasts(self) -> tuple[str, ...]:
        """Codes of the oblasts, in the order of the Ukrainian alphabet."""
        return tuple(sorted(_oblasts(), key=lambda code: uk_key(_oblasts()[code]["uk"])))

    @cached_property
    def _index(self) -> list[tuple[str, str, str, Hromada]]:
        return [
            (
                fold(each.name),
                fold_latin(each.name),
                fold(f"{each.raion} {oblast_name(each.oblast, 'uk')} {each.where('en')}"),
                each,
            )
            for each in self.hromadas
        ]

    @cached_property
    def _names(self) -> Counter[str]:
        return Counter(each.name for each in self.hromadas)

    def ambiguous(self, hromada: Hromada) -> bool:
        """Whether another hromada bears the same name."""
        return self._names[hromada.name] > 1

    def search(self, text: str, limit: int = 8) -> list[Hromada]:
        """By any part of the name; further words narrow by raion or oblast. The best match comes first."""
        words = [word for word in fold(text).split() if word not in _NOISE]
        if not words:
            return []
        found = [
            (rank, hromada.oblast in OCCUPIED, uk_key(hromada.name), hromada.oblast, hromada)
            for cyrillic, latin, where, hromada in self._index
            if (rank := _rank(words, cyrillic, latin, where)) is not None
        ]
        if not found:
            return self._fuzzy(" ".join(words), limit)
        found.sort(key=lambda each: each[:4])
        return [hromada for *_, hromada in found[:limit]]

    def _fuzzy(self, text: str, limit: int) -> list[Hromada]:
        if len(text) < 4:
            return []
        latin = fold_latin(text)
        hits = process.extract(
            latin, [entry[1] for entry in self._index], scorer=fuzz.ratio, limit=limit, score_cutoff=72
        )
        return [self._index[at][3] for _, _, at in hits]


_NOISE = {
    "громада",
    "міська",
    "сільська",
    "селищна",
    "отг",
    "тг",
    "hromada",
    "громади",
    "область",
    "район",
    "miska",
    "selyshchna",
    "silska",
}


def _rank(words: list[str], cyrillic: str, latin: str, where: str) -> int | None:
    """How well a hromada fits: 0 its whole name, 1 its beginning, 2 a word's beginning, 3 somewhere inside."""
    first, rest = words[0], words[1:]
    if any(word not in cyrillic and word not in latin and word not in where for word in rest):
        return None
    for name in (cyrillic, latin):
        joined = " ".join(words)
        if name in (first, joined):
            return 0
        if name.startswith(first):
            return 1
        if any(part.startswith(first) for part in name.split()):
            return 2
        if first in name:
            return 3
    return None


def _rows(name: str) -> list[dict[str, str]]:
    with (files(__package__) / name).open(encoding="utf-8") as source:
        return list(csv.DictReader(source))


@cache
def _namesakes() -> frozenset[tuple[str, str, str]]:
    """Names that two hromadas of one raion share: only the kind of their centre tells them apart."""
    found = Counter((row["name"], row["raion"], row["oblast"]) for row in _rows("hromadas.csv"))
    return frozenset(each for each, times in found.items() if times > 1)


@cache
def places() -> Places:
    """The register, read once."""
    return Places(tuple(Hromada(**row) for row in _rows("hromadas.csv")))


@cache
def _oblasts() -> dict[str, dict[str, str]]:
    return {row["code"]: row for row in _rows("oblasts.csv")}


def oblast_name(code: str, language: str) -> str:
    """An oblast's name in a language; the code itself where it is unknown."""
    row = _oblasts().get(code)
    return row.get(language, row["en"]) if row else code


@cache
def _territories(language: str) -> dict[str, str]:
    return dict(Locale.parse(language).territories)


_NO_COUNTRIES = {"ZZ", "EU", "EZ", "UN", "XA", "XB", "QO"}
"""Two-letter codes of CLDR that are a region, a currency area, or 'unknown'."""


def is_country(code: str) -> bool:
    """Whether it is the ISO 3166 code of a country or territory."""
    return len(code) == 2 and code not in _NO_COUNTRIES and code in _territories("en")


def country_name(code: str, language: str) -> str:
    """A country's name by CLDR; the code itself where it is unknown."""
    return _territories(language).get(code, code)
