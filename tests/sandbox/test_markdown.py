"""Both kinds of Markdown as the real server reads them: what becomes of the words, and what is refused."""

from typing import Any

import pytest
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest

from sandbox.client import People

OLENA = 1001


def shape(message: Any) -> list[tuple[str, str]]:
    return [(entity.type, message.parse_entity(entity)) for entity in message.entities]


@pytest.fixture
async def olena(people: People) -> int:
    await people["Olena"].tells_start()
    return OLENA


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        (
            "*bold* _italic_ `code`",
            "bold italic code",
            [("bold", "bold"), ("italic", "italic"), ("code", "code")],
        ),
        ("🔴 *жирний*", "🔴 жирний", [("bold", "жирний")]),
        ("```py\nx = 1```", "x = 1", [("pre", "x = 1")]),
        ("[words](https://example.org/a)", "words", [("text_link", "words")]),
        ("[nowhere](no link)", "nowhere", []),
        (r"\*not bold\*", "*not bold*", []),
        ("2 > 1. - fine!", "2 > 1. - fine!", []),
        ("**", "", []),
    ],
)
async def test_old_markdown(
    bot: Bot, olena: int, source: str, text: str, entities: list[tuple[str, str]]
) -> None:
    sent = await bot.send_message(olena, f"{source} end", parse_mode=ParseMode.MARKDOWN)
    assert sent.text == f"{text} end".strip()
    assert shape(sent) == entities


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*bold _both_*", "bold both", [("bold", "bold both"), ("italic", "both")]),
        ("__under__ ~gone~ ||hidden||", "under gone hidden", [
            ("underline", "under"), ("strikethrough", "gone"), ("spoiler", "hidden"),
        ]),
        (r"1\. done\!", "1. done!", []),
        ("`a*b` ```\nraw *text*```", "a*b raw *text*", [("code", "a*b"), ("pre", "raw *text*")]),
        ("[a *b*](https://example.org/\\))", "a b", [("text_link", "a b"), ("bold", "b")]),
        (">one\n>two\nthree", "one\ntwo\nthree", [("blockquote", "one\ntwo\n")]),
        (">one\n>two||", "one\ntwo", [("expandable_blockquote", "one\ntwo")]),
        ("🔴 *жирний*", "🔴 жирний", [("bold", "жирний")]),
    ],
)  # fmt: skip
async def test_markdown_v2(
    bot: Bot, olena: int, source: str, text: str, entities: list[tuple[str, str]]
) -> None:
    sent = await bot.send_message(olena, source, parse_mode=ParseMode.MARKDOWN_V2)
    assert sent.text == text
    assert shape(sent) == entities


@pytest.mark.parametrize(
    ("mode", "source", "why"),
    [
        ("Markdown", "a *b", "Can't find end of the entity starting at byte offset 2"),
        ("Markdown", "й _b", "Can't find end of the entity starting at byte offset 3"),
        ("MarkdownV2", "1. done", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "a | b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "й *b", "Can't find end of Bold entity at byte offset 3"),
        ("MarkdownV2", "*a _b* c_", "Can't find end of Italic entity at byte offset 8"),
        ("MarkdownV2", "[a](b", "Can't find end of a URL at byte offset 4"),
        ("MarkdownV2", "![a](b)", "Invalid tg://emoji or tg://time URL specified"),
    ],
)
async def test_broken_markdown_is_refused(bot: Bot, olena: int, mode: str, source: str, why: str) -> None:
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(olena, source, parse_mode=mode)
    assert caught.value.message.casefold() == f"can't parse entities: {why}".casefold()
