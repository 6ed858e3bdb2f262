"""Texts made comparable: the official transliteration, look-alike letters, apostrophes, the alphabet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.search import fold, fold_latin, translit, uk_key

# The examples printed in the Resolution of the Cabinet of Ministers No. 55 of 27 January 2010
OFFICIAL = """
Алушта Alushta, Андрій Andrii, Борщагівка Borshchahivka, Борисенко Borysenko, Вінниця Vinnytsia,
Володимир Volodymyr, Гадяч Hadiach, Богдан Bohdan, Згурський Zghurskyi, Ґалаґан Galagan, Ґорґани Gorgany,
Донецьк Donetsk, Дмитро Dmytro, Рівне Rivne, Олег Oleh, Есмань Esman, Єнакієве Yenakiieve, Гаєвич Haievych,
Короп’є Koropie, Житомир Zhytomyr, Жанна Zhanna, Жежелів Zhezheliv, Закарпаття Zakarpattia,
Казимирчук Kazymyrchuk, Медвин Medvyn, Михайленко Mykhailenko, Іванків Ivankiv, Іващенко Ivashchenko,
Їжакевич Yizhakevych, Кадиївка Kadyivka, Мар’їне Marine, Йосипівка Yosypivka, Стрий Stryi, Олексій Oleksii,
Київ Kyiv, Коваленко Kovalenko, Лебедин Lebedyn, Леонід Leonid, Миколаїв Mykolaiv, Маринич Marynych,
Ніжин Nizhyn, Наталія Nataliia, Одеса Odesa, Онищенко Onyshchenko, Полтава Poltava, Петро Petro,
Решетилівка Reshetylivka, Рибчинський Rybchynskyi, Суми Sumy, Соломія Solomiia, Тернопіль Ternopil,
Троць Trots, Ужгород Uzhhorod, Уляна Uliana, Фастів Fastiv, Філіпчук Filipchuk, Харків Kharkiv,
Христина Khrystyna, Біла Bila, Церква Tserkva, Стеценко Stetsenko, Чернівці Chernivtsi,
Шевченко Shevchenko, Шостка Shostka, Кишеньки Kyshenky, Щербухи Shcherbukhy, Гоща Hoshcha,
Гаращенко Harashchenko, Юрій Yurii, Корюківка Koriukivka, Яготин Yahotyn, Ярошенко Yaroshenko,
Костянтин Kostiantyn, Знам’янка Znamianka, Феодосія Feodosiia, Згорани Zghorany, Розгон Rozghon
"""
PAIRS = [(pair.split()[0], pair.split()[1]) for pair in OFFICIAL.replace("\n", " ").split(",")]


@pytest.mark.parametrize(("ukrainian", "latin"), PAIRS)
def test_the_official_table(ukrainian: str, latin: str) -> None:
    assert translit(ukrainian) == latin


@pytest.mark.parametrize("apostrophe", "'’ʼ`")
def test_any_apostrophe_is_dropped_and_the_letter_after_it_is_no_first_letter(apostrophe: str) -> None:
    assert translit(f"Знам{apostrophe}янка") == "Znamianka"
    assert translit(f"Куп{apostrophe}янськ, Слов{apostrophe}янськ") == "Kupiansk, Sloviansk"


@pytest.mark.parametrize(
    ("ukrainian", "latin"),
    [
        ("Юр'ївка Їх Ярова Єва Йод", "Yurivka Yikh Yarova Yeva Yod"),
        ("Івано-Франківськ", "Ivano-Frankivsk"),
        ("Новоодеська - Явір", "Novoodeska - Yavir"),
        ("Пункт №5 (Ямпіль)", "Punkt №5 (Yampil)"),
        ("Lublin 2026", "Lublin 2026"),
        ("", ""),
    ],
)
def test_every_word_has_its_own_first_letter_and_other_letters_stay(ukrainian: str, latin: str) -> None:
    assert translit(ukrainian) == latin


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ОSB", "OSB"),  # a Cyrillic О
        ("OSB", "ОSВ"),
        ("гeнeрaтoр", "генератор"),  # Latin e, a, o
        ("Кoвдра", "ковдра"),
        ("ВLАNКЕТ", "blanket"),
        ("з'єднання", "зʼєднання"),
        ("з’єднання", "зєднання"),
        ("Ґалаґан", "галаган"),
        ("  Ковдра,  тепла! ", "ковдра тепла"),
        ("ПОДУШКА", "подушка"),
        ("під-гузки", "під гузки"),
        ("5\u00a0кВт", "5 кВт"),
        ("ｂｌａｎｋｅｔ", "blanket"),
        ("ков\u200bдра", "ковдра"),
    ],
)
def test_people_mean_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Pervomaiska", "Первомайська"),
        ("Lodz", "Łódź"),
        ("Strasse", "Straße"),
        ("Zghurivska", "Згурівська"),
        ("Kuche", "Küche"),
    ],
)
def test_a_latin_keyboard_finds_what_is_written_otherwise(typed: str, meant: str) -> None:
    assert fold_latin(typed) == fold_latin(meant)


def test_different_words_stay_different() -> None:
    assert len({fold(word) for word in ("кава", "кавун", "кабель", "cable", "КТП", "KTM")}) == 6


def test_names_are_sorted_as_in_a_ukrainian_dictionary() -> None:
    words = ["Ясна", "Їжа", "Ива", "Іва", "Ґанок", "Ганок", "Дім", "Єва", "Ева", "Юрта", "Щука", "Шум"]
    assert sorted(words, key=uk_key) == [
        *("Ганок", "Ґанок", "Дім", "Ева", "Єва", "Ива", "Іва", "Їжа", "Шум", "Щука", "Юрта", "Ясна")
    ]


@given(st.text(max_size=80))
@settings(derandomize=True, deadline=None, database=None)
def test_folding_is_stable_and_takes_anything(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    fold_latin(text)
    uk_key(text)
