"""A QR code that a camera can read."""

import pytest
import segno

from papers.qr import qr, qr_sheet
from papers.themes import DARK, LIGHT, Theme
from tests.papers.looking import check_bars, check_words, opened, words

LINK = "https://t.me/hromada_bridge_bot?start=n_7KQ2XM"
BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@BOTH
@pytest.mark.parametrize(
    "link", [LINK, LINK + "x" * 200, "tg://resolve?domain=a"], ids=["usual", "long", "short"]
)
def test_every_module_is_where_the_standard_wants_it(link: str, theme: Theme) -> None:
    picture = opened(qr(link, "7KQ2XM", "Первомайська громада: генератор", theme)).convert("L")
    wanted = segno.make_qr(link, error="m").matrix
    side = len(wanted) + 8
    module = 984 // side
    left, top = (1080 - module * side) // 2, 48
    assert module >= 10
    for line in range(side):
        for column in range(side):
            inside = 4 <= line < side - 4 and 4 <= column < side - 4
            dark = bool(inside and wanted[line - 4][column - 4])
            for x, y in ((0, 0), (module - 1, 0), (module // 2, module // 2), (module - 1, module - 1)):
                shade = picture.getpixel((left + column * module + x, top + line * module + y))
                assert isinstance(shade, int | float)
                assert (shade < 40) if dark else (shade > 240), (line, column)


@BOTH
def test_code_and_caption_stand_below(theme: Theme) -> None:
    sheet = qr_sheet(LINK, "7KQ2XM", "Громада Первомайська: генератор дизельний, ковдри, ліжка", theme)
    assert words(sheet)[0] == "7KQ2XM"
    assert " ".join(words(sheet)[1:]).startswith("Громада Первомайська")
    check_words(sheet)
    check_bars(sheet)


def test_long_codes_and_captions_are_made_to_fit() -> None:
    sheet = qr_sheet(LINK, "7KQ2XM-7KQ2XM-7KQ2XM-7KQ2XM-7KQ2XM", "Довгий підпис " * 40, LIGHT)
    check_words(sheet)
    check_bars(sheet)
    assert words(qr_sheet(LINK, "7KQ2XM", "", LIGHT)) == ["7KQ2XM"]
