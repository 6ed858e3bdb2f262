"""Names of people and organisations: what one may be made of, and what it looks like."""

import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import groupby, islice

from confusable_homoglyphs.categories import unique_aliases
from confusable_homoglyphs.confusables import confusables_data

from domain.places import Hromada, places
from domain.search import fold_latin

LONGEST = 120
PERSON = 64
"""What is kept of a person's name, which comes from the messenger."""
USUAL = frozenset(" .,'’ʼ‘`-–—&()/\"«»„“”№+:;!")
_MARKS = 2
"""Accents above each other that a language may need; more are drawn over other people's words."""
_NOISE = frozenset(
    ["hromada", "terytorialna", "miska", "silska", "selyshchna", "miskarada", "hromady", "otg", "tg"]
)  # as `fold_latin` writes them
RESERVED = frozenset(
    [
        "hromadabridge",
        "coordinator",
        "coordinators",
        "coordination",
        "koordynator",
        "koordynatory",
        "koordynatorka",
        "koordinator",
        "koordinatorin",
        "koordinatoren",
        "koordynatorzy",
        "koordynatsiia",
        "administrator",
        "administratorin",
        "admin",
        "moderator",
        "support",
        "pidtrymka",
        "verified",
        "verifikovano",
    ]
)
"""Words of our own, as :func:`look` writes them in every language."""


def fits(text: str, most: int = LONGEST) -> bool:
    """Whether it may be a name: one line of letters, digits and usual punctuation, with a letter in it."""
    return 0 < len(text) <= most and _tidy(text) == cleaned(text) and any(map(str.isalpha, text))


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split(" "))


def cleaned(text: str) -> str:
    """Without whatever no name has: emoji, signs, line breaks, towers of accents; blanks stand alone."""
    usual = "".join(letter if _is_usual(letter) else " " for letter in unicodedata.normalize("NFC", text))
    return " ".join(_without_towers(usual).split())


_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters by the book, and nothing to the eye."""


def _is_usual(letter: str) -> bool:
    if letter in _BLANK:
        return False
    kind = unicodedata.category(letter)
    return letter in USUAL or kind in ("Nd", "Mn", "Mc") or kind[0] == "L"


def _without_towers(text: str) -> str:
    letters: list[str] = []
    for is_mark, run in groupby(text, lambda letter: unicodedata.category(letter)[0] == "M"):
        letters += islice(run, _MARKS if is_mark else None)
    return "".join(letters)


def person(text: str) -> str:
    """A person's name as it is kept; a dash where nothing of it is one."""
    name = cleaned(text)[:PERSON].strip()
    return name if any(map(str.isalnum, name)) else "-"


@lru_cache(maxsize=20_000)
def look(text: str) -> str:
    """The name as the eye reads it: one alphabet, no case, blanks, accents or signs. Equal for names that look alike."""
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    plain = " ".join(map(_in_one_script, unicodedata.normalize("NFKC", text).split()))
    words = ("".join(filter(str.isalnum, part)) for part in fold_latin(plain).split())
    return [word for word in words if word]


def _in_one_script(word: str) -> str:
    """Letters of other alphabets as those they look like in the alphabet the rest of the word is written in."""
    alphabet = (
        _is_cyrillic if any(_is_cyrillic(each) and not _twin(each, _is_latin) for each in word) else _is_latin
    )
    return "".join(each if alphabet(each) else _twin(each, alphabet) or each for each in word)


def _is_latin(letter: str) -> bool:
    return "a" <= letter.casefold() <= "z"


def _is_cyrillic(letter: str) -> bool:
    return "а" <= letter.casefold() <= "џ" or letter.casefold() == "ґ"


@lru_cache(maxsize=5_000)
def _twin(letter: str, alphabet: Callable[[str], bool]) -> str | None:
    """The letter of an alphabet that looks like this one, by Unicode's table; the same whatever the case in Cyrillic."""
    as_it_is = () if _is_cyrillic(letter) else (letter,)
    for each in (*as_it_is, letter.lower(), letter.upper()):
        for other in confusables_data.get(each, ()):
            if len(other["c"]) == 1 and alphabet(other["c"]):
                return str(other["c"].casefold())
    return None


def key(text: str) -> str:
    """What the directory looks in: how the name looks and how it sounds, each between bars."""
    return "|".join(["", *dict.fromkeys((look(text), heard(text))), ""])


def heard(text: str) -> str:
    """The name as one would spell it in Latin letters after hearing it."""
    return "".join(filter(str.isalnum, fold_latin(text)))


def mixes_scripts(text: str) -> bool:
    """Whether one word of it is written in letters of more than one alphabet."""
    return any(len(unique_aliases(word) - {"COMMON", "INHERITED", "UNKNOWN"}) > 1 for word in text.split())


def core(text: str) -> str:
    """As :func:`look`, without what every hromada is called."""
    words = _words(text)
    return "".join([word for word in words if word not in _NOISE] or words)


@cache
def _hromadas() -> dict[str, Hromada]:
    backwards = places().hromadas[::-1]
    return {spelt(each.name): each for spelt in (_heard_core, core) for each in backwards}


def _heard_core(text: str) -> str:
    words = fold_latin(text).split()
    return "".join([word for word in words if word not in _NOISE] or words)


def hromada_like(text: str) -> Hromada | None:
    """The hromada of the state's register whose name this is, or looks or sounds like; the first of namesakes."""
    return _hromadas().get(core(text)) or _hromadas().get(_heard_core(text))


def like_our_own(text: str, *names: str) -> str | None:
    """The word of ours that it is, or has in it; ``names`` are what the bot is called."""
    own = RESERVED | {look(name) for name in names if look(name)}
    return next((part for part in _parts(text) if part in own), None)


def _parts(text: str) -> Iterator[str]:
    words = _words(text)
    for at in range(len(words)):
        for end in range(at + 1, min(at + 3, len(words)) + 1):
            yield "".join(words[at:end])
