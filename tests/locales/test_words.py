"""How sentences are put together."""

import pytest
from markupsafe import Markup

from locales import LANGUAGES, Words


def test_a_unit_with_a_dot_ends_the_sentence() -> None:
    sentence = "Partners already promised more than that. The least you can ask for is {least}."
    assert Words("uk").label(sentence, least="4 шт.").endswith(" 4 шт.")
    assert Words("uk").label(sentence, least="4 л").endswith(" 4 л.")
    assert Words("en").t(sentence, least="4 kg").endswith(" 4 kg.")


def test_what_people_wrote_is_not_touched_and_never_markup() -> None:
    said = Words("uk").t("Please do not send: {what}", what="<b>іграшки</b>...")
    assert said.endswith("&lt;b&gt;іграшки&lt;/b&gt;...")
    assert isinstance(said, Markup)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_finds_its_form(language: str) -> None:
    forms = {
        Words(language).n("🖼 {n} photo", "🖼 {n} photos", count).replace(str(count), "n")
        for count in range(30)
    }
    assert len(forms) == {"uk": 1, "pl": 3, "de": 2, "en": 2}[language]


def test_a_sentence_nobody_translated_is_no_secret() -> None:
    with pytest.warns(UserWarning, match="not in the catalogue"):
        assert Words("uk").label("This was never extracted") == "This was never extracted"
    assert Words("xx").language == "en"
