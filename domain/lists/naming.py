"""Which item of the catalogue a name means, with brands, models and adjectives around it."""

import re
from collections.abc import Callable

from domain.catalogue import Item
from domain.lists import patterns


def find_item(name: str, specs: list[str], find: Callable[[str], Item | None]) -> tuple[Item | None, str]:
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
