"""The hash chain of the history: each event carries the hash of the one before it.

Events hold ids and figures only, never names, phones or free text, so a person can be erased and the
chain still verifies.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """One event as the chain sees it."""

    chain: str
    seq: int
    kind: str
    person_id: int | None
    organisation_id: int | None
    at: datetime
    data: dict[str, Any]


def seal(previous: str, link: Link) -> str:
    """SHA-256 over the previous hash and the canonical JSON of this event, in hexadecimal."""
    body = [
        previous,
        link.chain,
        link.seq,
        link.kind,
        link.person_id,
        link.organisation_id,
        int(link.at.timestamp() * 1_000_000),
        link.data,
    ]
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_broken(links: Iterable[tuple[Link, str]]) -> int | None:
    """The sequence number of the first event whose hash does not fit, or None for a sound chain."""
    previous, expected = "", 1
    for link, sealed in links:
        if link.seq != expected or seal(previous, link) != sealed:
            return link.seq
        previous, expected = sealed, expected + 1
    return None


@dataclass(frozen=True, slots=True)
class Seal:
    """A hash over every event of every chain since the seal before it."""

    id: int
    after: int
    until: int
    events: int
    previous: str
    hash: str
    at: datetime

    @property
    def short(self) -> str:
        """Enough of it to be recognised by, in a file's name."""
        return f"{self.id}-{self.hash[:16]}"


class Sealing:
    """A seal being made, or made again in order to compare: feed it the events in the order of their ids."""

    def __init__(self, previous: str) -> None:
        self._sum = hashlib.sha256(previous.encode())
        self.events = 0

    def add(self, event_id: int, chain: str, seq: int, sealed: str) -> None:
        """One event: its place and the hash its chain gives it."""
        self._sum.update(f"\n{event_id} {chain} {seq} {sealed}".encode())
        self.events += 1

    def hash(self) -> str:
        """SHA-256 over the seal before and all events so far, in hexadecimal."""
        return self._sum.hexdigest()
