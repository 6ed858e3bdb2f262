"""What leads around the bot, and what only looks like it."""

from pathlib import Path
from time import perf_counter

import pytest

from domain.contacts import Kind, contacts_in, language_of, masked, names_a_contact
from domain.talking import may_pass


@pytest.mark.parametrize(
    "text",
    [
        "Call me: +380 67 123 45 67",
        "тел. 067-123-45-67",
        "0671234567",
        "(067) 123 45 67, Olena",
        "Mój numer 600 123 456",
        "0048 600 123 456 proszę",
        "write to m.nowak@lublin.example please",
        "пишіть @marek_nowak",
        "https://t.me/marek_nowak",
        "t.me/+AbCdEf",
        "t . me/olena_k",
        "t.me / olena_k",
        "olena at gmail dot com",
        "olena.k at mail dot lublin dot pl",
        "wa.me/48600123456",
    ],
)
def test_a_contact_is_seen_and_hidden(text: str) -> None:
    assert names_a_contact(text)
    hidden = masked(text)
    assert "•••" in hidden
    assert not names_a_contact(hidden)


@pytest.mark.parametrize(
    "text",
    [
        "4 генератори по 5 кВт, 380 В",
        "насос ЕЦВ 8-25-100, 2 шт",
        "трансформатор ТМГ-630/10/0,4",
        "Ready on 24.12.2026 at 10:30",
        "2026-12-24 or 25.12.26",
        "12 000 000 UAH",
        "UA48080130000028458",
        "EDRPOU 04056612",
        "2 @ 5 kW",
        "Wózki: 10 szt. po 2 na zakład",
        "the tram. Me too",
        "for us. Me / my neighbours need them",
        "a dot at the end, meet at school dot",
    ],
)
def test_a_figure_is_no_contact(text: str) -> None:
    assert not names_a_contact(text)
    assert masked(text) == text


def test_only_the_number_is_hidden() -> None:
    assert masked("Їдемо 24.12.2026, водій +380671234567 (Іван).") == "Їдемо 24.12.2026, водій ••• (Іван)."


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        ("Чи підійде 380 В?", "en", "uk"),
        ("Чи підійде агрегат FOGO?", "pl", "uk"),
        ("Czy może być używany? Część jest nowa.", "en", "pl"),
        ("Passt das für Sie?", "de", "de"),
        ("Für wen?", "uk", "de"),
        ("Is it new?", "uk", "en"),
        ("Czy to nowe?", "pl", "pl"),
        ("380", "uk", "uk"),
        ("", "pl", "pl"),
    ],
)
def test_the_language_is_read_from_the_letters(text: str, told: str, language: str) -> None:
    assert language_of(text, told) == language


@pytest.mark.parametrize(
    ("name", "kind", "passes"),
    [
        ("Lista.PDF", "application/pdf", True),
        ("потреби.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", True),
        ("letter.doc", "application/octet-stream", True),
        ("photo.jpg", "image/jpeg", False),
        ("scan.pdf", "", True),
        ("invoice.pdf.exe", "application/pdf", False),
        ("invoice.pdf", "application/x-msdownload", False),
        ("archive.zip", "application/zip", False),
        ("noname", "application/pdf", False),
        ("", "", False),
    ],
)
def test_which_files_may_pass(name: str, kind: str, passes: bool) -> None:
    assert may_pass(name, kind) is passes


def _corpus(name: str) -> list[str]:
    rows = (Path(__file__).parent / "corpus" / name).read_text(encoding="utf-8").splitlines()
    return [row for row in rows if row.strip() and not row.startswith("#")]


@pytest.mark.parametrize("row", _corpus("contacts.txt"))
def test_every_way_people_type_a_contact_is_seen(row: str) -> None:
    kind, text = row.split(" | ", 1)
    assert kind in [each.kind for each in contacts_in(text)]
    hidden = masked(text)
    assert kind not in [each.kind for each in contacts_in(hidden)], hidden
    assert masked(f"Потрібно: {text}; дякую") != f"Потрібно: {text}; дякую"


@pytest.mark.parametrize("text", _corpus("figures.txt"))
def test_no_figure_size_day_or_code_is_taken_for_one(text: str) -> None:
    assert [text[each.start : each.end] for each in contacts_in(text)] == []
    assert masked(text) == text


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(_corpus("contacts.txt")) >= 120
    assert len(_corpus("figures.txt")) >= 120
    assert {row.split(" | ")[0] for row in _corpus("contacts.txt")} == {kind.value for kind in Kind}


HOSTILE = (
    *(
        "1 " * 2000,
        "0-" * 2000,
        "067 " * 1000,
        "((" * 2000,
        "+1" * 1500,
        "A" * 4000,
        "a@" * 2000,
        "Ab " * 1300,
        "0" * 4000,
    ),
    *(
        "12 Ab Ab " * 400,
        "вул. " * 800,
        "0 " * 2000,
        "тел0" * 1000,
        "Ab. " * 1000,
        "А. " * 1300,
        "380 " * 1000,
        "@a.b" * 900,
    ),
    *(
        "UA12 " * 800,
        "1234 " * 800,
        "вул. А " * 500,
        "12 a " * 800,
        "a." * 2000,
        "a (at) " * 500,
        "5 Ab Street " * 300,
    ),
)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_no_text_a_message_can_hold_makes_it_slow(text: str) -> None:
    began = perf_counter()
    contacts_in(text)
    assert perf_counter() - began < 1
