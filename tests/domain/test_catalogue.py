"""The catalogue: complete in four languages, and found however it is spelt."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import LANGUAGES, Item, catalogue, spec_field, unit_label, unit_spellings
from domain.search import fold

CODES = [item.code for item in catalogue().items]


def first(text: str, language: str = "uk", limit: int = 3) -> list[str]:
    return [match.item.code for match in catalogue().search(text, language, limit)]


def test_there_is_enough_to_ask_for() -> None:
    assert len(CODES) >= 300
    assert len(catalogue().sectors) >= 12
    assert {sector.code for sector in catalogue().sectors} == {item.sector for item in catalogue().items}
    assert all(catalogue().in_sector(sector.code) for sector in catalogue().sectors)


def test_codes_are_unique_and_fit_a_button() -> None:
    assert len(set(CODES)) == len(CODES)
    assert all(code.isascii() and code == code.lower() and len(code) <= 32 for code in CODES)


@pytest.mark.parametrize(
    "code",
    [
        "energy.generator-diesel",
        "winter.blanket",
        "medical.ventilator",
        "medical.respirator",
        "it.fan",
        "food.food-set",
    ],
)
def test_codes_that_stand_in_peoples_databases_stay(code: str) -> None:
    assert code in catalogue().by_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_there_and_means_one_thing(language: str) -> None:
    names = Counter(fold(item.names[language]) for item in catalogue().items)
    assert "" not in names
    assert [name for name, times in names.items() if times > 1] == []
    assert all(len(item.names[language]) <= 60 for item in catalogue().items)
    assert all(sector.names[language] for sector in catalogue().sectors)


def test_names_are_in_the_script_of_their_language() -> None:
    for item in catalogue().items:
        assert any("\u0400" <= letter <= "\u04ff" for letter in item.names["uk"]), item.code
        for language in ("en", "pl", "de"):
            assert not any("\u0400" <= letter <= "\u04ff" for letter in item.names[language]), item.code


@pytest.mark.parametrize("item", catalogue().items, ids=CODES)
def test_units_and_specs_are_known(item: Item) -> None:
    assert item.units
    assert set(item.units) <= set(unit_spellings().values())
    assert len(set(item.units)) == len(item.units)
    for code in item.specs:
        field = spec_field(code)
        assert field is not None
        assert all(field.names[language] for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_finds_its_own_item_among_the_first_three(language: str) -> None:
    lost = [item.code for item in catalogue().items if item.code not in first(item.names[language], language)]
    assert lost == []


def test_shouting_changes_nothing() -> None:
    some = catalogue().items[::9]
    assert [item.code for item in some if item.code not in first(item.names["uk"].upper())] == []


def test_every_synonym_finds_its_item_among_the_first_six() -> None:
    lost = [
        (item.code, synonym)
        for item in catalogue().items
        for synonym in item.synonyms
        if item.code not in first(synonym.partition(":")[2] or synonym, "uk", 6)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("typed", "language", "code"),
    [
        ("respirator", "pl", "medical.ventilator"),
        ("ventilator", "en", "medical.ventilator"),
        ("respirator", "en", "medical.respirator"),
        ("Ventilator", "de", "it.fan"),
        ("wentylator", "pl", "it.fan"),
        ("вентилятор", "uk", "it.fan"),
        ("респіратор", "uk", "medical.respirator"),
        ("апарат ШВЛ", "uk", "medical.ventilator"),
        ("Beatmungsgerät", "de", "medical.ventilator"),
    ],
)
def test_false_friends_mean_what_they_mean_in_the_readers_language(
    typed: str, language: str, code: str
) -> None:
    assert first(typed, language)[0] == code


@pytest.mark.parametrize("typed", ["respirator", "ventilator", "Ventilator"])
def test_a_false_friend_without_a_language_is_never_taken_for_sure(typed: str) -> None:
    assert catalogue().match(typed) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("одіяло", "winter.blanket"),
        ("одеяла", "winter.blanket"),
        ("обігрівач", "winter.heater-electric"),
        ("обогрівач", "winter.heater-electric"),
        ("генаратор", "energy.generator-diesel"),
        ("генератори", "energy.generator-diesel"),
        ("гeнepaтop", "energy.generator-diesel"),
        ("dyzelnyi henerator", "energy.generator-diesel"),
        ("ОSB", "shelter.osb"),
        ("OSB", "shelter.osb"),
        ("осб", "shelter.osb"),
        ("плити ОСБ", "shelter.osb"),
        ("памперси", "hygiene.nappies"),
        ("памперсы для взрослых", "hygiene.nappies-adult"),
        ("спальники", "winter.sleeping-bag"),
        ("тушонка", "food.canned-meat"),
        ("інвалідний візок", "rehab.wheelchair"),
        ("мотопопма", "water.pump-motor"),
        ("старлінк", "it.starlink"),
        ("повербанки", "energy.powerbank"),
        ("agregat", "energy.generator-diesel"),
        ("blankets", "winter.blanket"),
        ("koce", "winter.blanket"),
        ("Decken", "winter.blanket"),
        ("lozko szpitalne", "medical.hospital-bed"),
        ("krankenhausbetten", "medical.hospital-bed"),
    ],
)
def test_it_is_found_as_people_spell_it(typed: str, code: str) -> None:
    assert code in first(typed)


def test_typing_on_brings_it_nearer() -> None:
    for typed in ("генер", "генерат", "генератор д", "генератор диз"):
        assert "energy.generator-diesel" in first(typed, "uk", 6), typed


def test_a_sector_narrows() -> None:
    found = catalogue().search("насос", "uk", 8, sector="water")
    assert found
    assert {match.item.sector for match in found} == {"water"}


@pytest.mark.parametrize("typed", ["", "   ", "!!!", "\x00", "🙂", "’"])
def test_nothing_typed_finds_nothing(typed: str) -> None:
    assert catalogue().search(typed) == []
    assert catalogue().match(typed) is None


@pytest.mark.parametrize("typed", ["щ" * 4096, "генератор " * 409, "a " * 2048, "-" * 4096])
def test_4096_characters_are_no_item(typed: str) -> None:
    assert all(match.score <= 100 for match in catalogue().search(typed))


@given(st.text(max_size=100), st.sampled_from([*LANGUAGES, "xx", ""]))
@settings(derandomize=True, deadline=None, database=None, max_examples=50)
def test_any_text_can_be_searched(text: str, language: str) -> None:
    found = catalogue().search(text, language, 4)
    assert len(found) <= 4
    assert [match.score for match in found] == sorted((match.score for match in found), reverse=True)


@pytest.mark.parametrize(
    ("quantity", "uk", "en", "pl", "de"),
    [
        (1_000, "комплект", "set", "zestaw", "Satz"),
        (3_000, "комплекти", "sets", "zestawy", "Sätze"),
        (5_000, "комплектів", "sets", "zestawów", "Sätze"),
        (21_000, "комплект", "sets", "zestawów", "Sätze"),
        (1_500, "комплекту", "sets", "zestawu", "Sätze"),
    ],
)
def test_units_are_counted_by_cldr(quantity: int, uk: str, en: str, pl: str, de: str) -> None:
    for language, expected in {"uk": uk, "en": en, "pl": pl, "de": de}.items():
        assert unit_label("set", language, quantity) == expected


def test_what_is_unknown_is_shown_as_it_is() -> None:
    assert unit_label("furlong", "uk", 1000) == "furlong"
    assert spec_field("colour") is None
    assert catalogue().match("щось незрозуміле") is None


@pytest.mark.parametrize("spelling", sorted(unit_spellings()))
def test_spellings_of_units_are_written_as_they_are_compared(spelling: str) -> None:
    assert spelling == spelling.lower().strip() != ""
