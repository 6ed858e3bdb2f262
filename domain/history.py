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
