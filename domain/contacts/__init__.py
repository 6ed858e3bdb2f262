"""Words that lead around the bot or to a person's door: phones, e-mails, accounts, bank accounts, streets.

What such a thing looks like stands here alone: forms ask about it before it is published, conversations before it is sent,
a translator elsewhere and the log never read it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

from domain.contacts.banking import bank_accounts_in
from domain.contacts.phones import phones_in
from domain.contacts.streets import street_patterns

MASK = "•••"


class Kind(StrEnum):
    """What it looks like."""

    PHONE = "phone"
    EMAIL = "email"
    ACCOUNT = "account"
    BANK = "bank"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class Contact:
    """Something of that kind in a text, and where it stands."""

    kind: Kind
    start: int
    end: int


_AT = r"(?:\s?@\s?|\s?[\[({]\s?(?i:at|ет|собака|małpa|malpa|@)\s?[\])}]\s?|\s(?i:собака|małpa)\s)"
_DOT = r"(?:\.|\s?[\[({]\s?(?i:dot|крапка|kropka|punkt|точка)\s?[\])}]\s?|\s(?i:крапка|kropka)\s)"
_EMAIL = re.compile(rf"(?<![\w.+-])[\w.+-]{{0,63}}\w{_AT}\w[\w-]*(?:{_DOT}[\w-]+)*{_DOT}[^\W\d_]{{2,}}")
_SPELT_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s(?i:at|ет)\s\w[\w-]*(?:\s(?i:dot|крапка|точка|kropka|punkt)\s\w[\w-]*){0,3}"
    r"\s(?i:dot|крапка|точка|kropka|punkt)\s[^\W\d_]{2,}"
)
_ACCOUNT = re.compile(
    r"(?<![\w@/.])@[A-Za-z]\w{3,31}\b"
    r"|\b(?:t|telegram|telegra|wa|m|signal|fb|ig|line)\s?\.\s?me\s?/\s?[\w+]\S*"
    r"|\b(?:tg|viber|skype|whatsapp|sgnl)://\S+"
    r"|\b(?:whatsapp|facebook|instagram|tiktok|linkedin|threads|vk|twitter|x|ok)\.(?:com|net|ru)/(?:in/|@)?[\w.@-]{3,}\S*"
    r"|\bfb\.com/\S+"
    r"|(?<!\w)(?:telegram|телеграм\w{0,2}|тг|skype|скайп\w?|instagram|інстаграм\w?|messenger|месенджер\w?)"
    r"(?:\s?[:=–—-]\s?@?[A-Za-z][\w.]{3,31}|\s@?[A-Za-z]\w{0,30}[_\d]\w{1,30})\b",
    re.IGNORECASE,
)
_MAY = re.compile(
    r"[@\d\[({]|\.\s?(?:me|com|net|ru)\b|://|собака|m[aа][łl]pa|крапка|kropka|точка|punkt|\bdot\b|telegram|телеграм|тг|skype|скайп|[іi]nstagr|інстагр|mess|месен",
    re.IGNORECASE,
)
_MAY_STREET = re.compile(
    r"вул|ул\.|улиц|пров|переул|бул|б-р|наб|узв|просп|пр[.\s-]|тупик|шосе|майдан|проїзд|площ|пл\.|буд|vul|ul|al|os|pl|rondo"
    r"|str|gasse|weg|platz|ring|damm|ufer|street|st\b|road|rd|ave|lane|boulev|blvd|square|maps|\.\d{4}|\d{5}|°|apt|apartm|what3|w3w|waze|д\.|дом",
    re.IGNORECASE,
)


def contacts_in(text: str) -> list[Contact]:
    """Everything in a text that leads to a person, in its order; what overlaps counts once, as what comes first in :class:`Kind`."""
    found: list[Contact] = []
    for each in _all(text):
        if not any(each.start < other.end and other.start < each.end for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.start)


def _plainly(text: str) -> str:
    """Wide, circled and other dressed-up signs as the plain ones, each in its place."""
    if text.isascii():
        return text
    return "".join(plain if len(plain := normalize("NFKC", sign)) == 1 else sign for sign in text)


def _all(text: str) -> Iterator[Contact]:
    text = _plainly(text)
    if _MAY.search(text):
        yield from (Contact(Kind.EMAIL, *match.span()) for match in _SPELT_EMAIL.finditer(text))
        yield from (Contact(Kind.EMAIL, *match.span()) for match in _EMAIL.finditer(text))
        yield from (Contact(Kind.ACCOUNT, *match.span()) for match in _ACCOUNT.finditer(text))
        yield from (Contact(Kind.BANK, *span) for span in bank_accounts_in(text))
        yield from (Contact(Kind.PHONE, *span) for span in phones_in(text))
    if _MAY_STREET.search(text):
        for pattern in street_patterns():
            yield from (Contact(Kind.STREET, *match.span()) for match in pattern.finditer(text))


def names_a_contact(text: str) -> bool:
    """Whether it looks as if somebody gives a phone number, an e-mail, an account or a street."""
    return next(_all(text), None) is not None


def masked(text: str, sign: str = MASK) -> str:
    """Without them; ``sign`` may name the kind, as in ``[{kind}]``."""
    for each in reversed(contacts_in(text)):
        text = text[: each.start] + sign.format(kind=each.kind.value) + text[each.end :]
    return text


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
