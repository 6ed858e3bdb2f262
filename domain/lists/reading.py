"""What is made of one wish, filled in step by step."""

import re
from dataclasses import dataclass, field

from domain.catalogue import Item
from domain.lists import patterns

MASK = "\x00"
"""Stands where a technical number was taken out."""


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


def name_of(rest: str) -> str:
    """What is left of a line once its numbers are taken out."""
    return re.sub(r"\s+", " ", rest.replace(MASK, " ")).strip(patterns.EDGES)
