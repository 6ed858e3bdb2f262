"""Words that would lead around the bot: phone numbers, addresses of accounts. Found for a warning, masked for strangers."""

import re

_DAY = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b\d{4}-\d{2}-\d{2}\b")
_PHONE = re.compile(r"(?<![\w+])(?:\+|00)?\(?\d(?:[ \u00a0().\-–/]{0,2}\d){8,14}(?!\w)")
_ACCOUNT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@/])@[A-Za-z]\w{4,31}\b"
    r"|\b(?:t|telegram|wa|m)\.me/\S+"
    r"|\btg://\S+|\bviber://\S+|\bwhatsapp\.com/\S+",
    re.IGNORECASE,
)
MASK = "•••"


def names_a_contact(text: str) -> bool:
    """Whether it looks as if somebody gives a phone number, an e-mail or an account."""
    return bool(_ACCOUNT.search(text) or _PHONE.search(_DAY.sub(" | ", text)))


def masked(text: str) -> str:
    """Without phone numbers, e-mails and accounts: what a service elsewhere may read."""
    without = _ACCOUNT.sub(MASK, text)
    days = [found.span() for found in _DAY.finditer(without)]

    def hide(found: re.Match[str]) -> str:
        return found[0] if _only_a_day(found, days) else MASK

    return _PHONE.sub(hide, without)


def _only_a_day(found: re.Match[str], days: list[tuple[int, int]]) -> bool:
    """'24.12.2026 10' is a day and an hour: without the day there are too few digits for a phone."""
    rest = "".join(
        letter
        for at, letter in enumerate(found[0], found.start())
        if not any(start <= at < end for start, end in days)
    )
    return sum(letter.isdigit() for letter in rest) < 9


_LETTERS = {"pl": "ąćęłńśźż", "de": "äöüß"}


def language_of(text: str, told: str) -> str:
    """The language of a text, by its letters where they tell, else the one its writer reads the bot in."""
    letters = [letter for letter in text.casefold() if letter.isalpha()]
    if not letters:
        return told
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in letters)
    if 2 * cyrillic > len(letters):
        return "uk"
    for language, own in _LETTERS.items():
        if language != told and any(letter in own for letter in letters):
            return language
    return "en" if told == "uk" else told
