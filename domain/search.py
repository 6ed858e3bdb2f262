"""Making texts comparable: what people type, in either script, against what we know.

``fold`` is stable: it is stored beside needs, so changing it means folding them anew.
"""

import re
import unicodedata
from functools import lru_cache

_LOOKALIKE = {
    "a": "а", "b": "в", "c": "с", "e": "е", "h": "н", "i": "і", "k": "к", "m": "м", "o": "о", "p": "р",
    "t": "т", "x": "х", "y": "у",
}  # fmt: skip
_TO_LATIN = {cyrillic: latin for latin, cyrillic in _LOOKALIKE.items()}
_APOSTROPHES = re.compile(r"['’ʼ`´‘]")
_NOT_WORDS = re.compile(r"[^\w]+|_+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LATIN = re.compile(r"[a-z]")

# Resolution of the Cabinet of Ministers of Ukraine No. 55, 27 January 2010
_KMU = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh", "з": "z",
    "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ы": "y", "э": "e", "ё": "e", "ъ": "",
}  # fmt: skip
_KMU_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_UKRAINIAN = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
_ORDER = {letter: place for place, letter in enumerate(_UKRAINIAN)}


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case, one alphabet a word, no apostrophes or punctuation: equal for what people mean as equal."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _APOSTROPHES.sub("", text).replace("ґ", "г").replace("ё", "е")
    text = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(_one_script(word) for word in _NOT_WORDS.sub(" ", text).split())


def _one_script(word: str) -> str:
    """Repair look-alike letters: ``ОSB`` and ``гeнератор`` by the script of the letters that give it away."""
    if not (_CYRILLIC.search(word) and _LATIN.search(word)):
        return word
    sure_cyrillic = sum("\u0400" <= letter <= "\u04ff" and letter not in _TO_LATIN for letter in word)
    sure_latin = sum("a" <= letter <= "z" and letter not in _LOOKALIKE for letter in word)
    if sure_cyrillic >= sure_latin and sure_cyrillic:
        return "".join(_LOOKALIKE.get(letter, letter) for letter in word)
    return "".join(_TO_LATIN.get(letter, letter) for letter in word)


def translit(text: str) -> str:
    """Ukrainian in Latin script by the official table; other letters stay as they are."""
    found: list[str] = []
    first = True
    for at, letter in enumerate(text):
        low = letter.lower()
        if _APOSTROPHES.match(letter) and not first:
            continue
        if low not in _KMU:
            found.append(letter)
            first = not letter.isalnum()
            continue
        latin = "gh" if low == "г" and text[at - 1 : at].lower() == "з" else None
        latin = latin or (_KMU_FIRST.get(low) if first else None) or _KMU[low]
        found.append(latin.capitalize() if letter.isupper() else latin)
        first = False
    return "".join(found)


def fold_latin(text: str) -> str:
    """``fold`` of the transliteration, so that ``pervo`` finds ``Первомайська``."""
    latin = unicodedata.normalize("NFKD", fold(translit(text)).replace("ł", "l").replace("ß", "ss"))
    return "".join(letter for letter in latin if not unicodedata.combining(letter))


def uk_key(text: str) -> tuple[int, ...]:
    """Sorts as the Ukrainian alphabet does: ґ after г, і after и."""
    return tuple(_ORDER.get(letter, 1000 + ord(letter)) for letter in text.lower() if letter not in "'’ʼ-")
