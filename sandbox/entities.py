"""What Telegram finds in plain text by itself: commands, mentions, links."""

from __future__ import annotations

import re

from sandbox.shapes import Json
from sandbox.utf16 import units

_KINDS = (
    ("url", re.compile(r"\bhttps?://[^\s<>\"]*[^\s<>\".,;:!?)»]|\bt\.me/[\w?=&+/-]+", re.IGNORECASE)),
    ("email", re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]*\w\b")),
    ("bot_command", re.compile(r"(?<![\w/@<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,32}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{8,18}\d\b")),
)
_VERBATIM = {"code", "pre", "text_link"}


def detect(text: str, known: list[Json]) -> list[Json]:
    """The given entities and the detected ones, in order; nothing is detected inside code."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in _VERBATIM]
    found = list(known)
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            start = units(text[: match.start()])
            end = start + units(match[0])
            if all(end <= left or start >= right for left, right in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return sorted(found, key=lambda e: (e["offset"], -e["length"]))


def trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Cut the white space around a text and move the entities with it."""
    shift = units(text) - units(text.lstrip())
    text = text.strip()
    length = units(text)
    moved = []
    for entity in entities:
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, length)
        if end > start:
            moved.append({**entity, "offset": start, "length": end - start})
    return text, moved
