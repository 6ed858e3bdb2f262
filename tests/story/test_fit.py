"""No text of ours is refused by Telegram for its length."""

from markupsafe import Markup

from handlers.fit import CAPTION, LIMIT, fit
from sandbox.markup import parse_html
from sandbox.utf16 import units


def read(text: Markup) -> str:
    """As Telegram reads it; an open tag would be an error."""
    return parse_html(str(text))[0]


def test_a_text_that_fits_stays_as_it_is() -> None:
    whole = Markup("<b>Needed</b>\n") + "a & b\n" * 600
    assert fit(whole) is whole


def test_tags_and_escapes_do_not_count() -> None:
    whole = Markup("<b>{}</b>").format("&" * 4000)
    assert fit(whole) is whole


def test_a_long_list_ends_with_a_sign_that_there_is_more() -> None:
    whole = Markup("<blockquote>{}</blockquote>").format("💥 one <row>\n" * 900)
    cut = read(fit(whole))
    assert units(cut) <= LIMIT
    assert cut.endswith("💥 one <row>\n…")


def test_one_endless_row_is_cut_too() -> None:
    cut = read(fit(Markup("<b>{}</b>").format("💥<" * 9000)))
    assert 2000 < units(cut) <= LIMIT
    assert cut.endswith("…")


def test_below_a_picture_whole_rows_are_kept_as_far_as_telegram_takes_them() -> None:
    whole = Markup("<b>{}</b>").format("one row of it\n" * 200)
    cut = read(fit(whole, CAPTION))
    assert units(cut) <= CAPTION
    assert cut.endswith("one row of it\n…")
