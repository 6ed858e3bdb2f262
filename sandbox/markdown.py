"""Telegram's two kinds of Markdown, read as strictly as Telegram reads them, into text and entities."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.errors import ApiError, bad_request
from sandbox.shapes import Json
from sandbox.utf16 import units

_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_LINK = re.compile(r"(https?|tg|ton|mailto|tel):", re.IGNORECASE)
_HOST = re.compile(r"[^\s/]+\.[^\s/.]{2,}(/\S*)?")
_EMOJI = re.compile(r"tg://emoji\?id=(\d+)")


def refusal(why: str) -> ApiError:
    """What Telegram says of markup it cannot read."""
    return bad_request(f"can't parse entities: {why}")


def link_of(url: str) -> str | None:
    """The address of a link; None where it leads nowhere, and the words stay plain."""
    if _LINK.match(url):
        return url
    return f"http://{url}/".replace("//", "/").replace(":/", "://", 1) if _HOST.fullmatch(url) else None


@dataclass
class _Source:
    """The letters with one more of nothing behind them, and what was read of them."""

    source: str
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    entities: list[Json] = field(default_factory=list)

    def sees(self, ahead: int = 0) -> str:
        return self.source[self.at + ahead : self.at + ahead + 1]

    def follows(self, sign: str) -> bool:
        return self.source.startswith(sign, self.at)

    def put(self, letter: str) -> None:
        self.text.append(letter)
        self.length += units(letter)

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def add(self, kind: str, offset: int, **more: str) -> None:
        if self.length > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.length - offset, **more})

    def fence(self) -> str:
        """Behind three backticks: the language, if one is named, and one line break, which is no part of the code."""
        end = self.at
        while end < len(self.source) and not self.source[end].isspace() and self.source[end] != "`":
            end += 1
        language = ""
        if end > self.at and end < len(self.source) and self.source[end] != "`":
            language, self.at = self.source[self.at : end], end
        if self.sees() and self.sees() in "\r\n":
            both = self.sees(1) and self.sees(1) in "\r\n" and self.sees(1) != self.sees()
            self.at += 2 if both else 1
        return language

    def url(self) -> str:
        """Up to the closing bracket, which is where we stand afterwards."""
        begin, found = self.at, []
        while self.sees() and self.sees() != ")":
            if self.sees() == "\\" and self.sees(1).isascii() and self.sees(1):
                self.at += 1
            found.append(self.sees())
            self.at += 1
        if not self.sees():
            raise refusal(f"Can't find end of a URL at byte offset {self.byte(begin)}")
        return "".join(found)

    def add_link(self, url: str, offset: int) -> None:
        link = link_of(url)
        if link is not None:
            self.add("text_link", offset, url=link)

    def add_code(self, offset: int, language: str | None) -> None:
        if language is None:
            self.add("code", offset)
        elif language:
            self.add("pre", offset, language=language)
        else:
            self.add("pre", offset)


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """The old kind: nothing inside of anything, and no way to write a sign inside of an entity."""
    read = _Source(source)
    while read.sees():
        sign = read.sees()
        if sign == "\\" and read.sees(1) and read.sees(1) in "_*`[":
            read.put(read.sees(1))
            read.at += 2
        elif sign in "_*`[":
            _old_entity(read, sign)
        else:
            read.put(sign)
            read.at += 1
    return "".join(read.text), read.entities


def _old_entity(read: _Source, sign: str) -> None:
    begin, offset = read.at, read.length
    end, language = "]" if sign == "[" else sign, None
    read.at += 1
    if sign == "`" and read.follows("``"):
        read.at += 2
        end, language = "```", read.fence()
    words = read.at
    while read.sees() and not read.follows(end):
        read.put(read.sees())
        read.at += 1
    if not read.sees():
        raise refusal(f"Can't find end of the entity starting at byte offset {read.byte(begin)}")
    shown = read.source[words : read.at]
    read.at += len(end)
    if sign == "`":
        read.add_code(offset, language)
    elif sign == "[":
        if read.sees() == "(":
            read.at += 1
            close = read.source.find(")", read.at)
            close = len(read.source) if close < 0 else close
            shown, read.at = read.source[read.at : close], close + 1
        read.add_link(shown, offset)
    else:
        read.add("bold" if sign == "*" else "italic", offset)


@dataclass
class _Open:
    """An entity that has begun."""

    name: str
    sign: str
    offset: int
    begin: int
    argument: str = ""
    words: int = 0


class _Second:
    """MarkdownV2: entities inside of entities, and every sign that could be one is escaped."""

    def __init__(self, source: str) -> None:
        self.read = _Source(source)
        self.open: list[_Open] = []
        self.quote = False
        self.line_begins = True

    def parse(self) -> tuple[str, list[Json]]:
        read = self.read
        while read.sees():
            sign = read.sees()
            if sign == "\\" and read.sees(1) and ord(read.sees(1)) <= 126:
                self._letter(read.sees(1))
                read.at += 2
            elif sign not in ("`" if self._in_code() else _RESERVED):
                self._letter(sign)
                read.at += 1
            elif self.quote and sign == "\n" and read.sees(1) != ">":
                self._end_quote()
            elif self.open and self._closes(self.open[-1]):
                self._close(self.open.pop())
            else:
                self._begin(sign)
        return self._finish()

    def _letter(self, letter: str) -> None:
        self.read.put(letter)
        if letter != "\r":
            self.line_begins = letter == "\n"

    def _in_code(self) -> bool:
        return bool(self.open) and self.open[-1].sign in ("`", "```")

    def _closes(self, opened: _Open) -> bool:
        if opened.sign == "_":
            return self.read.sees() == "_" and self.read.sees(1) != "_"
        return opened.sign != ">" and self.read.follows("]" if opened.sign in ("[", "![") else opened.sign)

    def _begin(self, sign: str) -> None:
        read = self.read
        if sign == "\n":
            self._letter(sign)
            read.at += 1
            return
        if sign == ">" and self.line_begins:
            if not self.quote:
                self.quote = True
                self._push("BlockQuote", ">")
            read.at += 1
            return
        for name, mark in (
            ("Underline", "__"),
            ("Italic", "_"),
            ("Bold", "*"),
            ("Strikethrough", "~"),
            ("Spoiler", "||"),
            ("TextUrl", "["),
            ("CustomEmoji", "!["),
            ("Pre", "```"),
            ("Code", "`"),
        ):
            if read.follows(mark):
                opened = self._push(name, mark)
                read.at += len(mark)
                opened.words = len(read.text)
                if mark == "```":
                    opened.argument = read.fence()
                    opened.name = "PreCode" if opened.argument else "Pre"
                return
        raise refusal(f"Character '{sign}' is reserved and must be escaped with the preceding '\\'")

    def _push(self, name: str, mark: str) -> _Open:
        self.open.append(_Open(name, mark, self.read.length, self.read.at, words=len(self.read.text)))
        return self.open[-1]

    def _close(self, opened: _Open) -> None:
        read, offset = self.read, opened.offset
        kinds = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
        read.at += 1 if opened.sign in ("[", "![") else len(opened.sign)
        if opened.sign in kinds:
            read.add(kinds[opened.sign], offset)
        elif opened.sign in ("`", "```"):
            read.add_code(offset, opened.argument if opened.sign == "```" else None)
        elif opened.sign == "[":
            url = "".join(read.text[opened.words :])
            if read.sees() == "(":
                read.at += 1
                url = read.url()
                read.at += 1
            read.add_link(url, offset)
        else:
            self._close_emoji(offset)

    def _close_emoji(self, offset: int) -> None:
        read = self.read
        if read.sees() != "(":
            raise refusal("The entity must contain a tg://emoji or tg://time URL")
        read.at += 1
        found = _EMOJI.fullmatch(read.url())
        if found is None:
            raise refusal("Invalid tg://emoji or tg://time URL specified")
        read.at += 1
        read.add("custom_emoji", offset, custom_emoji_id=found[1])

    def _end_quote(self) -> None:
        read, kind = self.read, "blockquote"
        if self.open[-1].sign == "||" and self.open[-1].begin == read.at - 2:
            self.open.pop()
            kind = "expandable_blockquote"
        if self.open[-1].sign != ">":
            raise self._unfinished()
        self._letter("\n")
        read.at += 1
        read.add(kind, self.open.pop().offset)
        self.quote = False

    def _finish(self) -> tuple[str, list[Json]]:
        read = self.read
        if self.quote:
            kind = "blockquote"
            if self.open[-1].sign == "||" and self.open[-1].begin == len(read.source) - 2:
                self.open.pop()
                kind = "expandable_blockquote"
            if self.open[-1].sign == ">":
                read.add(kind, self.open.pop().offset)
        if self.open:
            raise self._unfinished()
        return "".join(read.text), sorted(read.entities, key=lambda e: (e["offset"], -e["length"]))

    def _unfinished(self) -> ApiError:
        opened = self.open[-1]
        at = self.read.byte(opened.begin)
        return refusal(f"Can't find end of {opened.name} entity at byte offset {at}")


def parse_markdown_v2(source: str) -> tuple[str, list[Json]]:
    """Text and entities of MarkdownV2; raises Telegram's refusal where it is broken."""
    return _Second(source).parse()
