"""Lists as hromadas really write them. A wrong number sends a truck with the wrong things."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalogue import Item
from domain.lists import Row, parse_list, split_quantity_unit
from tests.domain.lists.corpus import LANGUAGES, Example, corpus

ENOUGH = {"uk": 150, "en": 40, "pl": 20, "de": 20}
steady = settings(derandomize=True, deadline=None, database=None)


def only(line: str) -> Row:
    (row,) = parse_list(line).rows
    return row


def nothing(name: str) -> Item | None:
    """A catalogue that knows no item, so that only the reading itself is measured."""
    return None


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_is_recognised_and_nothing_wrong_goes_out_unasked(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = corpus(language)
    read = [(each, parse_list(each.line).rows) for each in examples]
    right = [each for each, rows in read if each.fits(rows)]
    wrong = [each.line for each, rows in read if each.harmed_by(rows)]
    recall = len(right) / len(examples)
    precision = 1 - len(wrong) / len(examples)
    with capsys.disabled():
        print(f"\n{language}: {len(examples)} lines, precision {precision:.1%}, recognised {recall:.1%}")
    assert len(examples) >= ENOUGH[language]
    assert wrong == []
    assert recall >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_corpus_at_once_keeps_every_line_in_its_order(language: str) -> None:
    lines = [each.line for each in corpus(language)]
    rows = parse_list("\n".join(lines)).rows
    assert [row.line_no for row in rows] == sorted(row.line_no for row in rows)
    assert {row.line_no for row in rows} == set(range(1, len(lines) + 1))
    assert all(row.source == lines[row.line_no - 1] for row in rows)


@pytest.mark.parametrize(
    "example",
    [each for each in corpus("uk") if each.wishes[0].kind == "item"][::11],
    ids=lambda each: each.line,
)
@pytest.mark.parametrize("bullet", ["- ", "• ", "1. ", "12) ", "✔️ ", "▪️", "🔹 ", "  – ", "№3. "])
def test_bullets_and_numbering_are_no_quantities(example: Example, bullet: str) -> None:
    plain = parse_list(example.line).rows
    pointed = parse_list(bullet + example.line).rows
    assert [row.quantity for row in pointed] == [row.quantity for row in plain]
    assert [row.item_code for row in pointed] == [row.item_code for row in plain]


@pytest.mark.parametrize(
    "line",
    [
        "Генератор {q} 5 кВт - 4 шт",
        "Генератор 5 кВт{q}– 4 шт.",
        "Генератор 5 кВт:{q}4 шт",
        "Генератор 5 кВт ={q}4 штуки",
        "4 шт{q}генератор 5 кВт",
    ],
)
@pytest.mark.parametrize("space", [" ", "  ", "\u00a0", "\u202f", "\t"])
def test_spaces_of_every_width_are_spaces(line: str, space: str) -> None:
    row = only(line.replace("{q}", space))
    assert (row.item_code, row.quantity, row.problem) == ("energy.generator-diesel", 4_000, None)


@pytest.mark.parametrize(
    ("line", "used_ok", "equivalents", "note"),
    [
        ("Ліжка функціональні, можна б/в - 12 шт", True, False, ""),
        ("Ліжка функціональні - 12 шт, б/в можна", True, False, ""),
        ("Hospital beds 12 pcs, used is fine", True, False, ""),
        ("Генератор 5 кВт або аналог - 2 шт", False, True, ""),
        ("Hospital beds or similar - 12 pcs", False, True, ""),
        ("Куртки зимові, не б/в - 20 шт", False, False, "не б/в"),
        ("Winter jackets, not used - 20 pcs", False, False, "not used"),
        ("Куртки зимові, тільки нові - 20 шт", False, False, "тільки нові"),
        ("Мікроавтобус пасажирський до 20 років - 1 шт", False, False, "до 20 років"),
        ("Автобус, праве кермо не пропонувати, 1 шт", False, False, "праве кермо не пропонувати"),
    ],
)
def test_condition_and_tolerance_are_kept(line: str, used_ok: bool, equivalents: bool, note: str) -> None:
    row = only(line)
    assert (row.used_ok, row.equivalents) == (used_ok, equivalents)
    assert note in row.note
    assert row.quantity is not None


@pytest.mark.parametrize(
    ("line", "quantity", "unit", "note"),
    [
        ("Цемент М500 20 мішків (500 кг)", 20_000, "bag", "500 кг"),
        ("Шифер 300 листів (525 м²)", 300_000, "sheet", "525 м²"),
        ("Цемент 20 мішків / 1 палета", 20_000, "bag", "1 палета"),
    ],
)
def test_of_two_measures_the_second_is_a_note(line: str, quantity: int, unit: str, note: str) -> None:
    row = only(line)
    assert (row.quantity, row.unit, row.note, row.problem) == (quantity, unit, note, None)


@pytest.mark.parametrize(
    ("line", "spec"),
    [
        ("Генератор 5 кВт - 4 шт", "5 кВт"),
        ("Насос ЕЦВ 8-25-100", "8-25-100"),
        ("Трансформатор ТМГ-630/10/0,4 - 1 шт", "ТМГ-630/10/0,4"),
        ("Шини 195/65 R15 - 8 шт", "195/65 R15"),
        ("Бойлер 80 л - 2 шт", "80 л"),
        ("Бензопила Stihl - 3 шт", "Stihl"),
        ("Вікна металопластикові 1300х1400 - 24 шт", "1300х1400"),
    ],
)
def test_what_tells_one_from_another_is_kept(line: str, spec: str) -> None:
    assert spec in only(line).spec


def test_the_contents_of_a_food_set_are_no_needs() -> None:
    rows = parse_list("Продуктовий набір:\n- рис 1 кг\n- олія 1 л\n\nКовдри - 20 шт").rows
    assert [row.kind for row in rows] == ["item", "contents", "contents", "item"]
    assert rows[3].item_code == "winter.blanket"


def test_a_list_with_everything_in_it_loses_nothing() -> None:
    text = (
        "Добрий день!\nПОТРЕБИ ГРОМАДИ\n\nДля лікарні:\n1. Апарат ШВЛ - 2 шт\n2. щось незрозуміле 5/7 ххх\n"
        "Просимо не надсилати одяг\n~~Ковдри 100 шт~~\nКошти на дах\nДякуємо!"
    )
    rows = parse_list(text).rows
    assert [row.source for row in rows] == [line for line in text.split("\n") if line]
    assert [row.kind for row in rows] == [
        *("heading", "heading", "heading", "item", rows[4].kind, "do_not_send", "closed", "money_or_service"),
        "heading",
    ]
    assert rows[4].problem or rows[4].quantity is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("200 шт", ("200", "pcs")),
        ("200шт.", ("200", "pcs")),
        ("1,5 т", ("1,5", "t")),
        ("½ т", ("½", "t")),
        ("1 000 kg", ("1 000", "kg")),
        ("200", ("200", None)),
        ("багато", ("багато", None)),
        ("", (" ".strip(), None)),
        ("20 szt.", ("20", "pcs")),
        ("-5 шт", ("-5", "pcs")),
    ],
)
def test_an_answer_in_the_form_may_name_its_unit(typed: str, expected: tuple[str, str | None]) -> None:
    assert split_quantity_unit(typed) == expected


PIECES = st.sampled_from(
    [
        *(
            "ковдри",
            "Генератор",
            "OSB",
            "5",
            "кВт",
            "10-15",
            "1.000",
            "шт",
            ",",
            ";",
            "(",
            ")",
            "–",
            ":",
            "=",
        ),
        *("по", "на", "заклад", "№", "+", "~~", "б/в", "х", "2х1,5", "не", "треба", "1", "000", "тис", "½"),
        *("\n", "\t", "л", "м", "та", "розмір", "M", "42", "-"),
    ]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=30).map(" ".join)


@given(TEXTS)
@steady
def test_no_line_is_dropped_or_altered_whatever_is_typed(text: str) -> None:
    rows = parse_list(text, nothing).rows
    lines = text.splitlines()
    assert {row.line_no for row in rows} == {at for at, line in enumerate(lines, 1) if line.strip()}
    for row in rows:
        assert row.source == lines[row.line_no - 1]
        assert row.quantity is None or 0 < row.quantity <= 10_000_000_000
        assert row.quantity_range is None or row.quantity_range[0] < row.quantity_range[1]
        assert row.quantity is None or row.quantity_range is None
        assert len(row.name) <= 200
        assert len(row.spec) <= 200
        assert len(row.note) <= 500


@given(st.lists(PIECES, max_size=12).map(" ".join))
@settings(steady, max_examples=60)
def test_a_number_on_a_line_is_a_quantity_a_note_a_spec_or_a_question(text: str) -> None:
    for row in parse_list(text).rows:
        kept = f"{row.name} {row.spec} {row.note}"
        stated = row.quantity is not None or row.quantity_range is not None
        numbers = [word for word in row.source.split() if word.isdigit() and int(word)]
        if row.kind == "item" and numbers and not stated and row.problem is None:
            assert all(number in kept for number in numbers)


HOSTILE = [
    "1" * 4096,
    "1 " * 2048,
    "1-" * 2048,
    "1/" * 2048,
    "1х" * 2048,
    "(" * 4096,
    "()" * 2048,
    "(1 шт" * 800,
    "а," * 2048,
    "а 1 шт, " * 512,
    "а 1\n" * 1024,
    "\n".join(f"річ{at} {at}" for at in range(400)),
    "по 2 на " * 512,
    "№ " * 2048,
    "ковдри та " * 400,
    "а" * 4096,
    "- " * 2048,
    "1." * 2048,
    " " * 4096,
    "~" * 4096,
    "для " * 1024,
    "не " * 1365,
    "🙂" * 2048,
    "\u0301" * 4096,
    "1 000 " * 682,
    "Шини 195/65 " * 340,
    "for the " + ("a" * 500 + " ") * 8,
    "lista " + ("a" * 500 + " ") * 8,
    "перелік " + ("а" * 500 + " ") * 8,
    "по 1 на " + "а" * 4000,
    "не " + " " * 4000 + "надсил",
    "1" + " 000" * 1000,
    "тел " * 1024,
    "№" + "  \t" * 1365 + "!x",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_4096_hostile_characters_ask_the_catalogue_a_bounded_number_of_times(text: str) -> None:
    asked: list[str] = []

    def find(name: str) -> Item | None:
        asked.append(name)
        return None

    rows = parse_list(text, find).rows
    lines = [line for line in text.splitlines() if line.strip()]
    assert {row.source for row in rows} == set(lines)
    assert len(asked) <= 8 * 32 * max(1, len(lines))
    assert sum(map(len, asked)) <= 60 * len(text) + 2_000


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_twice_the_text_is_about_twice_the_work(text: str) -> None:
    """Counted in questions to the catalogue, not in seconds, so that a busy machine changes nothing."""

    def calls(of: str) -> int:
        count = 0

        def find(name: str) -> Item | None:
            nonlocal count
            count += 1 + len(name) // 50
            return None

        parse_list(of, find)
        return count

    half = text[: len(text) // 2]
    assert calls(text) <= 3 * calls(half) + 300
