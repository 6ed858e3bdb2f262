"""Telegram's HTML, read as strictly as Telegram reads it, into text and entities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.errors import ApiError, bad_request
from sandbox.shapes import Json
from sandbox.utf16 import units

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot));?")
_START = re.compile(r"<([^\s>]*)([^>]*)>")
_END = re.compile(r"</([^\s>]*)\s*>")
_ATTRIBUTE = re.compile(r"""\s*([^\s=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str]


@dataclass
class _Reader:
    source: str
    text: list[str] = field(default_factory=list)
    length: int = 0
    open: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def put(self, text: str) -> None:
        self.text.append(text)
        self.length += units(text)

    def read(self) -> tuple[str, list[Json]]:
        at = 0
        while at < len(self.source):
            if self.source[at] == "<":
                at = self.end_tag(at) if self.source.startswith("</", at) else self.start_tag(at)
                continue
            reference = _REFERENCE.match(self.source, at)
            self.put(_decode(reference) if reference else self.source[at])
            at = reference.end() if reference else at + 1
        if self.open:
            raise self.refusal(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.text), sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def start_tag(self, at: int) -> int:
        found = _START.match(self.source, at)
        if found is None:
            raise self.refusal(f"Unclosed start tag at byte offset {self.byte(at)}")
        tag = found[1].lower()
        attributes = {key.lower(): _plain(value) for key, value in _ATTRIBUTE.findall(found[2])}
        if tag == "span" and attributes.get("class") == "tg-spoiler":
            tag = "tg-spoiler"
        if tag not in TAGS:
            raise self.refusal(f'Unsupported start tag "{tag}" at byte offset {self.byte(at)}')
        self.open.append(_Open(tag, self.length, attributes))
        return found.end()

    def end_tag(self, at: int) -> int:
        if not self.open:
            raise self.refusal(f"Unexpected end tag at byte offset {self.byte(at)}")
        found = _END.match(self.source, at)
        if found is None:
            raise self.refusal(f"Unclosed end tag at byte offset {self.byte(at)}")
        expected, got = self.open[-1].tag, found[1].lower()
        if got != expected and not (expected == "tg-spoiler" and got == "span"):
            where = f"Unmatched end tag at byte offset {self.byte(at)}"
            raise self.refusal(f'{where}, expected "</{expected}>", found "</{got}>"')
        self.close(self.open.pop())
        return found.end()

    def close(self, opened: _Open) -> None:
        length = self.length - opened.offset
        entity: Json = {"type": TAGS[opened.tag], "offset": opened.offset, "length": length}
        if opened.tag == "a":
            entity["url"] = opened.attributes.get("href") or "".join(self.text)[-length:]
            if not re.match(r"(https?|tg|mailto|tel):", entity["url"]):
                return
        elif opened.tag == "blockquote" and "expandable" in opened.attributes:
            entity["type"] = "expandable_blockquote"
        elif opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            self.open[-1].attributes["language"] = opened.attributes.get("class", "")
            return
        elif opened.tag == "pre" and opened.attributes.get("language", "").startswith("language-"):
            entity["language"] = opened.attributes["language"].removeprefix("language-")
        if length:
            self.entities.append(entity)

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode())

    def refusal(self, why: str) -> ApiError:
        return bad_request(f"can't parse entities: {why}")


def _decode(reference: re.Match[str]) -> str:
    hexadecimal, decimal, named = reference.groups()
    if named:
        return _NAMED[named]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code < 0x110000 else reference[0]


def _plain(value: str) -> str:
    return _REFERENCE.sub(_decode, value.strip("\"'"))


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Text and entities of Telegram's HTML; raises Telegram's refusal where it is broken."""
    return _Reader(source).read()
