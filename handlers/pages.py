"""A conversation in pages: the newest first, whole messages where they fit, a long one in parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from domain.talking import Message
from handlers.fit import length

ROOM = 3300
"""What a page's messages may take of Telegram's 4,096 signs; the rest is for its head."""
PIECE = 3000
MOST = 12

Write = Callable[[Message], list[Markup]]
"""A message as rows that stand below each other; see :func:`in_pieces` for one that is too long."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown, oldest first; ``part`` of ``parts`` of the one message on it, where it is a long one."""

    text: Markup
    messages: Sequence[Message]
    part: int = 0
    parts: int = 1


def page_of(newest_first: Sequence[Message], write: Write, part: int = 0) -> Page:
    """As many messages as fit, from the newest on."""
    shown: list[Markup] = []
    for message in newest_first[:MOST]:
        rows = write(message)
        whole = Markup("\n").join(rows)
        if length("\n\n".join([*shown, whole])) > ROOM:
            if not shown:
                return _part_of(message, rows, part)
            break
        shown.insert(0, whole)
    return Page(_below_each_other(shown), newest_first[: len(shown)][::-1])


def _below_each_other(blocks: list[Markup]) -> Markup:
    """With a row between them; a quote brings its own."""
    text = blocks[0] if blocks else Markup("")
    for block in blocks[1:]:
        gap = "\n" if text.endswith("</blockquote>") else "\n\n"
        text = Markup("{}{}{}").format(text, gap, block)
    return text


def _part_of(message: Message, rows: list[Markup], part: int) -> Page:
    parts = _packed(rows)
    at = min(max(part, 0), len(parts) - 1)
    return Page(parts[at], [message], at, len(parts))


def _packed(rows: list[Markup]) -> list[Markup]:
    parts = [rows[0]]
    for row in rows[1:]:
        together = Markup("{}\n{}").format(parts[-1], row)
        if length(together) <= ROOM:
            parts[-1] = together
        else:
            parts.append(row)
    return parts


def in_pieces(text: str) -> list[str]:
    """A text in pieces that fit a page, cut between words where it can be."""
    pieces = []
    while length(str(Markup.escape(text))) > PIECE:
        at = _longest(text)
        space = max(text.rfind(sign, at // 2, at) for sign in "\n ")
        at = space + 1 if space > 0 else at
        pieces.append(text[:at].rstrip())
        text = text[at:]
    return [*pieces, text]


def _longest(text: str) -> int:
    """How many letters take no more room than a piece has: some take two places."""
    at = PIECE
    while len(text[:at].encode("utf-16-le")) // 2 > PIECE:
        at -= max(1, (len(text[:at].encode("utf-16-le")) // 2 - PIECE) // 2)
    return at
