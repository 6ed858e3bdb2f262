"""Who reads a screen: their language, what they may do, and how things are called for them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_bytes
from threading import Lock
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.actor import Actor
from domain.catalogue import catalogue, unit_label
from domain.measures import in_script_of
from domain.model import Line, Organisation, Person
from domain.numbers import format_quantity
from domain.personal_data import Ages
from domain.places import country_name, oblast_name, places
from domain.schedule import Terms
from domain.search import translit
from domain.words import OrganisationKind
from locales import Words

T = TypeVar("T")


def clip(text: str, most: int) -> str:
    """At most so many characters, cut with a sign that it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


class Renderings:
    """What many chats read the same is made once. Holds the newest few; whatever it forgot is made again."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._made: dict[Hashable, Any] = {}
        self._making = Lock()
        self.made = 0

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The one under this key, made now if it is not there yet."""
        with self._making:  # several threads read at once
            if key not in self._made:
                made = make()
                self.made += 1
                if len(self._made) >= self._most:
                    del self._made[next(iter(self._made))]
                self._made[key] = made
            found: T = self._made[key]
            return found


@dataclass(frozen=True, slots=True)
class House:
    """What the operator set and every screen may need."""

    username: str
    terms: Terms = field(default_factory=Terms)
    coordination_chat: int | None = None
    renderings: Renderings = field(default_factory=Renderings, compare=False)
    readings: Renderings = field(default_factory=lambda: Renderings(8), compare=False)
    """What renderings of one morning read in common, whatever their filters."""
    translator: str = ""
    """The service that translates, by name; empty where the operator configured none."""
    title: str = ""
    """What the bot is called in the messenger."""
    secret: bytes = field(default_factory=lambda: token_bytes(32), repr=False, compare=False)
    """What the tokens of invite links are made of; it stands in no table."""
    contact: str = ""
    """Who answers for what is kept, and how to reach them."""
    ages: Ages = field(default_factory=Ages)
    coordinators: frozenset[int] = frozenset()
    """Accounts the settings name as coordinators."""

    def link(self, payload: str) -> str:
        """A deep link into the bot."""
        return f"https://t.me/{self.username}?start={payload}"


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader of one screen. ``person`` is None in groups, where nobody in particular reads."""

    words: Words
    chat_id: int
    now: datetime
    house: House
    person: Person | None = None
    actor: Actor | None = None
    channel: bool = False
    """Whether it is a channel: nobody can press anything there, links alone lead on."""

    @property
    def language(self) -> str:
        """The language code."""
        return self.words.language

    def t(self, message: str, **values: object) -> Markup:
        """A sentence as HTML."""
        return self.words.t(message, **values)

    def n(self, one: str, many: str, count: int, **values: object) -> Markup:
        """A sentence with a count."""
        return self.words.n(one, many, count, **values)

    def label(self, message: str, **values: object) -> str:
        """A sentence without HTML."""
        return self.words.label(message, **values)

    @property
    def private(self) -> bool:
        """Whether one person reads alone."""
        return self.person is not None

    @property
    def today(self) -> datetime:
        """Now, on the wall clock of the operator's time zone."""
        return self.now.astimezone(ZoneInfo(self.house.terms.zone))

    def item(self, line: Line) -> str:
        """The name of a line's item: translated from its code, or as the official wrote it."""
        return item_name(self.language, line.item, line.name)

    def named(self, item: str | None, name: str | None, spec: str | None) -> str:
        """'Generator, diesel, 5 kW': translated from its code, or as the official wrote it."""
        shown = clip(item_name(self.language, item, name), 80)
        return f"{shown}, {clip(in_script_of(self.language, spec), 60)}" if spec else shown

    def amount(self, quantity: int | None, unit: str) -> str:
        """A quantity with its unit, or 'not stated'."""
        if quantity is None:
            return self.label("quantity not stated")
        return f"{format_quantity(quantity, self.language)}\N{NO-BREAK SPACE}{unit_label(unit, self.language, quantity)}"

    def organisation(self, organisation: Organisation) -> str:
        """How an organisation is called: a hromada by its official name in the reader's script."""
        known = places().by_code.get(organisation.katottg or "")
        if known:
            return known.title(self.language)
        if organisation.kind is OrganisationKind.HROMADA and self.language != "uk":
            return translit(organisation.name)
        return organisation.name

    def called(self, person: Person, most: int = 120) -> str:
        """A person's name, cut to so many signs; whoever was forgotten, or has a name of signs alone, is somebody."""
        named = any(letter.isalnum() or ord(letter) > 0x2000 for letter in person.name)
        return clip(person.name, most) if named else self.label("somebody")

    def where(self, organisation: Organisation) -> str:
        """Raion and oblast of a hromada; city and country of a partner. Never a street."""
        known = places().by_code.get(organisation.katottg or "")
        if known:
            return known.where(self.language)
        country = country_name(organisation.country, self.language)
        return f"{organisation.city}, {country}" if organisation.city else country

    def oblast(self, code: str) -> str:
        """An oblast's name."""
        return oblast_name(code, self.language)

    def sector(self, code: str) -> str:
        """A sector with its sign."""
        return sector_name(self.language, code) or self.label("Other")


def item_name(language: str, code: str | None, written: str | None) -> str:
    """An item's translated name, or what was written."""
    known = catalogue().by_code.get(code or "")
    return known.name(language) if known else written or code or ""


def sector_name(language: str, code: str) -> str:
    """A sector's sign and translated name; empty for an unknown code."""
    for sector in catalogue().sectors:
        if sector.code == code:
            return f"{sector.emoji} {sector.name(language)}"
    return ""
