"""Long messages are shown whole, page by page, whatever is in them."""

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from domain.talking import Message
from handlers.fit import LIMIT, length
from handlers.pages import ROOM, in_pieces, page_of
from sandbox.markup import parse_html

AT = datetime(2026, 3, 2, tzinfo=UTC)


def said(number: int, text: str) -> Message:
    return Message(number, 1, 1, 1, None, text, "uk", number, AT, None)


def write(message: Message) -> list[Markup]:
    head = Markup("<b>{}</b>").format(message.id)
    return [head, *(Markup("<blockquote>{}</blockquote>").format(each) for each in in_pieces(message.text))]


@pytest.mark.parametrize("letter", ["a", "ї", "&", "<", "💥", "a ", "💥\n"])
def test_a_message_of_any_length_is_shown_whole(letter: str) -> None:
    whole = (letter * 4096)[:4096]
    assert "".join(in_pieces(whole)).replace(" ", "").replace("\n", "") == whole.replace(" ", "").replace(
        "\n", ""
    )
    pages = [page_of([said(1, whole)], write, part) for part in range(9)]
    assert all(length(page.text) <= ROOM < LIMIT for page in pages)
    assert pages[-1].part == pages[0].parts - 1
    shown = sum(parse_html(str(page.text))[0].count(letter.strip()) for page in pages[: pages[0].parts])
    assert shown == whole.count(letter.strip())


def test_the_newest_come_first_and_stand_in_their_order() -> None:
    page = page_of([said(3, "c"), said(2, "b"), said(1, "a")], write)
    assert [each.id for each in page.messages] == [1, 2, 3]
    assert page.text.index("a<") < page.text.index("c<")


def test_what_does_not_fit_waits_for_the_next_page() -> None:
    page = page_of([said(3, "c" * 2000), said(2, "b" * 2000), said(1, "a")], write)
    assert [each.id for each in page.messages] == [3]
    assert page.parts == 1
    assert [each.id for each in page_of([said(2, "b" * 2000), said(1, "a")], write).messages] == [1, 2]


def test_a_part_nobody_has_is_the_last_one() -> None:
    page = page_of([said(1, "x " * 2000)], write, 99)
    assert page.part == page.parts - 1
