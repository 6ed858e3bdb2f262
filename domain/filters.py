"""What a chat wants to hear of: filters joined by AND across kinds and by OR within a kind."""

import json
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from domain.words import Urgency

AXES = ("oblast", "raion", "hromada", "sector", "item", "urgency", "country")
"""The kinds that are chosen from lists, as they stand in presses."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What filters look at in a need. Places are KATOTTG codes: 4 letters an oblast, 6 a raion, all of them a hromada."""

    need_id: int
    katottg: str
    urgency: Urgency
    sectors: frozenset[str]
    items: frozenset[str]
    organisations: frozenset[int]
    countries: frozenset[str]

    @property
    def pledged(self) -> bool:
        """Whether anybody gives towards it: besides the hromada somebody else has to do with it."""
        return len(self.organisations) > 1


@dataclass(frozen=True, slots=True)
class Filter:
    """An empty set filters nothing."""

    oblast: frozenset[str] = frozenset()
    raion: frozenset[str] = frozenset()
    hromada: frozenset[str] = frozenset()
    sector: frozenset[str] = frozenset()
    item: frozenset[str] = frozenset()
    urgency: frozenset[str] = frozenset()
    country: frozenset[str] = frozenset()
    organisation: frozenset[int] = frozenset()
    unpledged: bool = False

    def matches(self, facts: Facts) -> bool:
        """Whether a need is of those that were asked for."""
        return (
            _one_of(self.oblast, facts.katottg[:4])
            and _one_of(self.raion, facts.katottg[:6])
            and _one_of(self.hromada, facts.katottg)
            and _one_of(self.urgency, facts.urgency.value)
            and _some_of(self.sector, facts.sectors)
            and _some_of(self.item, facts.items)
            and _some_of(self.country, facts.countries)
            and _some_of(self.organisation, facts.organisations)
            and not (self.unpledged and facts.pledged)
        )

    def toggled(self, axis: str, value: str) -> Self:
        """With a value of one of :data:`AXES` added, or without it."""
        return replace(self, **{axis: getattr(self, axis) ^ {value}})

    @property
    def empty(self) -> bool:
        """Whether everything passes."""
        return self == type(self)()

    def written(self) -> str:
        """As it is stored: the same filter is always the same text, so that chats with the same one can share."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        plain = {name: sorted(each) if isinstance(each, frozenset) else each for name, each in values.items()}
        return json.dumps(
            {name: each for name, each in plain.items() if each}, sort_keys=True, separators=(",", ":")
        )

    @classmethod
    def read(cls, text: str) -> Self:
        """Back from :meth:`written`; what today's version does not know is left out."""
        stored: dict[str, Any] = json.loads(text or "{}")
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: each if isinstance(each, bool) else frozenset(each)
            for name, each in stored.items()
            if name in known
        }
        return cls(**values)


def _one_of(wanted: frozenset[str], value: str) -> bool:
    return not wanted or value in wanted


def _some_of(wanted: frozenset[Any], values: frozenset[Any]) -> bool:
    return not wanted or not wanted.isdisjoint(values)
