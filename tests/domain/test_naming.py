"""What a name may be made of, and what it looks like."""

import pytest

from domain import naming

LOOK_ALIKE = [
    ("Первомайська", "Пepвoмaйcькa"),
    ("Первомайська", "ПЕРВОМАЙСЬКА"),
    ("UNHCR", "UΝΗСR"),
    ("UNHCR", "u n h c r"),
    ("UNHCR", "ＵＮＨＣＲ"),
    ("Miasto Lublin", "Міаstо Lublіn"),
    ("Miasto Łódź", "miasto lodz"),
    ("Brücke e. V.", "BRUCKE EV"),
    ("ворон", "ВОРОН"),
    ("Hromada Bridge", "Нromada-Вridge"),
]


@pytest.mark.parametrize(("name", "other"), LOOK_ALIKE)
def test_names_that_look_alike_have_one_look(name: str, other: str) -> None:
    assert naming.look(name) == naming.look(other)


@pytest.mark.parametrize(
    "name", ["Пepвoмaйcькa", "Pervomaiska hromada", "первомайська міська громада", "PERVOMAISKA"]
)
def test_a_hromada_is_recognised_however_it_is_written(name: str) -> None:
    found = naming.hromada_like(name)
    assert found is not None
    assert found.name == "Первомайська"


@pytest.mark.parametrize("name", ["Miasto Lublin", "Олена Коваленко", "Brücke nach Osten e. V.", "", "☂"])
def test_a_name_of_ones_own_is_nobodys(name: str) -> None:
    assert naming.hromada_like(name) is None
    assert naming.like_our_own(name, "bridge_bot") is None


@pytest.mark.parametrize(
    "name",
    [
        "Координатор Ігор",
        "Kооrdynаtor",
        "HROMADA  BRIDGE",
        "Support of Hromada Bridge",
        "Admin",
        "bridge_bot",
        "Координаторка",
    ],
)
def test_our_own_words_are_recognised_inside_a_name(name: str) -> None:
    assert naming.like_our_own(name, "bridge_bot")


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Мiasto", True),
        ("Miasto Люблін", False),
        ("Олена Kovalenko", False),
        ("Raион", True),
        ("ТОВ 'Рух' 24/7", False),
    ],
)
def test_letters_of_two_alphabets_in_one_word_are_seen(name: str, mixed: bool) -> None:
    assert naming.mixes_scripts(name) == mixed


@pytest.mark.parametrize(
    "name",
    [
        "ТОВ «Ромашка» №5",
        "Brücke e. V.",
        "O'Neill & Søn",
        "24 години",
        "Об’єднання",
        "日本赤十字社",
        'Fundacja "Ręka"',
    ],
)
def test_usual_names_fit(name: str) -> None:
    assert naming.fits(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " x",
        "x ",
        "a  b",
        "a\nb",
        "a\tb",
        "❤ Help",
        "A<b>",
        "@admin",
        "12",
        "№",
        "x" * 121,
        "Z\u0330\u0331\u0332\u0333algo",
        "\u3164\u3164",
        "UN\u115fHCR",
        "\u2800",
    ],
)
def test_what_is_no_name_does_not(name: str) -> None:
    assert not naming.fits(name)


def test_a_key_is_findable_by_its_look_and_its_sound() -> None:
    key = naming.key("Товста")
    assert naming.look("Товста") in key
    assert naming.look("tovst") in key


def test_what_the_bot_is_called_is_its_own() -> None:
    assert naming.like_our_own("Допомога  ГРОМАДАМ", "bridge_bot", "Допомога громадам")
    assert naming.like_our_own("Anybody", "", "") is None
