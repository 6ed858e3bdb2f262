"""All hromadas of the register, found by any part of a name in either script."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.places import OCCUPIED, PARTNER_COUNTRIES, country_name, oblast_name, places

ALL = places().hromadas
LANGUAGES = ("uk", "en", "pl", "de")


def names(text: str, limit: int = 8) -> list[str]:
    return [hromada.name for hromada in places().search(text, limit)]


def test_every_hromada_is_there_once() -> None:
    assert len(ALL) == 1_774
    assert len({hromada.code for hromada in ALL}) == 1_774
    assert all(re.fullmatch(r"UA\d{17}", hromada.code) for hromada in ALL)
    assert sum(hromada.oblast not in OCCUPIED for hromada in ALL) == 1_470
    assert all(hromada.oblast == hromada.code[:4] for hromada in ALL)
    assert all(hromada.kind in ("city", "settlement", "village") for hromada in ALL)


def test_27_oblasts_are_named_in_four_languages() -> None:
    assert len(places().oblasts) == 27
    assert {hromada.oblast for hromada in ALL} <= set(places().oblasts)
    for code in places().oblasts:
        assert all(oblast_name(code, language) not in ("", code) for language in LANGUAGES)


@pytest.mark.parametrize("typed", ["Київ", "київ", "Kyiv", "киї", "kyi"])
def test_kyiv_is_there(typed: str) -> None:
    assert places().search(typed)[0].code == "UA80000000000093317"


def test_kyiv_is_a_city_and_no_raion() -> None:
    (kyiv,) = [hromada for hromada in ALL if hromada.name == "Київ"]
    assert (kyiv.title("uk"), kyiv.title("pl"), kyiv.where("uk")) == ("Київ", "Kyiv", "Київ")


@pytest.mark.parametrize(
    "typed", ["перво", "ПЕРВО", "pervo", "Первомайська", "первомайська громада", "pervomaiska hromada"]
)
def test_part_of_a_name_is_enough(typed: str) -> None:
    found = places().search(typed)
    assert "Первомайська" in [hromada.name for hromada in found]
    assert all(hromada.name.startswith("Перво") for hromada in found)


@pytest.mark.parametrize("hromada", ALL[::29], ids=lambda hromada: hromada.code)
def test_a_hromada_is_found_by_its_name_in_either_script(hromada: object) -> None:
    for language in ("uk", "en"):
        title = hromada.title(language)  # type: ignore[attr-defined]
        assert hromada in places().search(title, 20)


def test_ambiguous_names_show_raion_and_oblast() -> None:
    namesakes = [hromada for hromada in places().search("Миколаївська", 20) if hromada.name == "Миколаївська"]
    assert len(namesakes) >= 5
    assert all(places().ambiguous(hromada) for hromada in namesakes)
    assert len({(hromada.title("uk"), hromada.where("uk")) for hromada in namesakes}) == len(namesakes)
    assert "Стрийський район, Львівська область" in {hromada.where("uk") for hromada in namesakes}
    assert "Stryiskyi raion, " in next(each.where("en") for each in namesakes if each.raion == "Стрийський")


def test_a_unique_name_is_not_ambiguous() -> None:
    assert not places().ambiguous(places().search("Згурівська")[0])


def test_in_the_free_oblasts_name_raion_and_oblast_tell_every_hromada_apart() -> None:
    seen = Counter((each.title("uk"), each.where("uk")) for each in ALL if each.oblast not in OCCUPIED)
    assert [title for title, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("typed", ["миколаївська одеська", "Mykolaivska Odesa", "миколаївська березівський"])
def test_a_second_word_narrows(typed: str) -> None:
    assert [hromada.raion for hromada in places().search(typed)] == ["Березівський"]


def test_of_equals_the_occupied_come_last() -> None:
    found = places().search("Первомайська", 4)
    assert [hromada.oblast in OCCUPIED for hromada in found] == [False, True, True, True]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Знам'янська", "Знам'янська"),
        ("знамянська", "Знам'янська"),
        ("Куп’янська", "Куп'янська"),
        ("kupianska", "Куп'янська"),
        ("Первамайська", "Первомайська"),
        ("zgurivska", "Згурівська"),
    ],
)
def test_apostrophes_and_misspellings_are_forgiven(typed: str, meant: str) -> None:
    assert meant.replace("'", "") in [name.replace("'", "").replace("’", "") for name in names(typed)]


@pytest.mark.parametrize("typed", ["", "  ", "громада", "!!!", "zzzzzz", "щ" * 4096, "🙂"])
def test_what_is_nowhere_finds_nothing(typed: str) -> None:
    assert places().search(typed) == []


@given(st.text(max_size=40))
@settings(derandomize=True, deadline=None, database=None, max_examples=50)
def test_any_text_can_be_searched(text: str) -> None:
    assert len(places().search(text, 5)) <= 5


def test_countries_have_names() -> None:
    assert country_name("PL", "uk") == "Польща"
    assert country_name("DE", "de") == "Deutschland"
    assert country_name("??", "en") == "??"
    for language in LANGUAGES:
        assert all(country_name(code, language) != code for code in PARTNER_COUNTRIES)


def test_no_two_hromadas_look_the_same_to_anybody() -> None:
    for language in ("uk", "en"):
        shown = [(each.title(language), each.where(language)) for each in places().hromadas]
        twins = {each for each in shown if shown.count(each) > 1}
        assert all("Крим" in where or "Crimea" in where for _, where in twins)
        assert len(shown) - len(set(shown)) <= 1, "the register itself has one such pair, in occupied Crimea"
