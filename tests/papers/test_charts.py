"""What a coordinator sees of sectors and of the path of needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers import charts
from papers.charts import PathWords, Sector, SectorWords, Stage
from papers.themes import DARK, LIGHT, Theme
from tests.papers.looking import check_bars, check_words, colours, near, opened, words

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
UK = SectorWords("Чого бракує", "бракує", "обіцяно", "отримано", "потрібно", "Уся Україна, 25 листопада 2026")
LONG = SectorWords(
    "Was in den Hromadas der Oblaste Mykolajiw, Cherson und Saporischschja noch nicht zugesagt worden ist " * 2,
    "noch nicht zugesagt", "verbindlich zugesagt und noch unterwegs", "vollständig erhalten", "insgesamt benötigt",
    "Bedarfe der letzten dreißig Tage, die nicht zurückgezogen wurden, Stand vom 25. November 2026",
)  # fmt: skip
NAMES = (
    "Katastrophenschutzausrüstungsbeschaffungsangelegenheiten e.V",
    "Комунальна техніка, обладнання для розбирання завалів і доріг",
    "Ratownictwo, straż pożarna, obrona cywilna i łączność alarmowa",
    "Енергетика",
)
SIXTEEN = [Sector(f"{at} {NAMES[at % 4]}", 10 ** (at % 8), at, 3 * at) for at in range(16)]
STAGES = [
    Stage("Опубліковано", 120),
    Stage("Обіцяно частково", 80),
    Stage("У дорозі", 80),
    Stage("Отримано", 7),
]
FUNNEL = PathWords("Шлях потреб від публікації до отримання", "Уся Україна")


def percent(share: float) -> str:
    return f"{share:.0%}"


def thousandths(amount: int) -> str:
    return f"{amount / 1000:,.3f}".rstrip("0").rstrip(".")


@BOTH
def test_sectors_are_a_picture_for_a_phone(theme: Theme) -> None:
    rows = [Sector("Енергетика", 40, 10, 5), Sector("Вода", 10, 0, 0)]
    picture = opened(charts.sectors(rows, UK, str, theme))
    assert picture.width == 1080
    assert 400 < picture.height < 900
    seen = colours(picture)
    for colour in (theme.paper, theme.ink, theme.received, theme.promised, theme.hole, theme.missing):
        assert near(colour, seen), colour


def test_the_emptiest_sector_comes_first_with_its_figures() -> None:
    rows = [
        Sector("full", 9, 0, 9),
        Sector("half", 8, 3, 1),
        Sector("bare", 7, 0, 0),
        Sector("unasked", 0, 0, 0),
    ]
    sheet = charts.sectors_sheet(rows, UK, lambda amount: f"{amount} шт", LIGHT)
    assert sheet
    said = words(sheet)
    assert [each for each in said if each in ("full", "half", "bare", "unasked")] == ["bare", "half", "full"]
    assert {"4 шт", " / 8 шт", "7 шт", " / 7 шт", "✓", " / 9 шт"} <= set(said)
    assert {"бракує", "обіцяно", "отримано", "бракує / потрібно"} <= set(said)


@BOTH
@pytest.mark.parametrize("said", [UK, LONG], ids=["short", "long"])
@pytest.mark.parametrize("rows", [SIXTEEN, SIXTEEN[:1], SIXTEEN[3:8]], ids=["16", "1", "5"])
def test_every_word_has_its_place(rows: list[Sector], said: SectorWords, theme: Theme) -> None:
    sheet = charts.sectors_sheet(rows, said, thousandths, theme)
    assert sheet
    check_words(sheet)
    check_bars(sheet)


def test_sixteen_sectors_fit_a_screen() -> None:
    rows = [Sector(f"Реабілітація і доступність {at}", 100, at, at) for at in range(16)]
    picture = opened(charts.sectors(rows, UK, str))
    assert picture.height <= 1.5 * picture.width


@pytest.mark.parametrize(
    ("row", "figure"),
    [
        (Sector("Зима", 10_000_000, 9_999_999, 0), "0.001"),
        (Sector("Зима", 10_000_000, 1, 0), "9,999.999"),
        (Sector("Зима", 1, 0, 0), "0.001"),
        (Sector("Зима", 1, 5, 5), "✓"),
    ],
)
def test_extremes_are_shown_as_they_are(row: Sector, figure: str) -> None:
    sheet = charts.sectors_sheet([row], UK, thousandths, LIGHT)
    assert sheet
    assert figure in words(sheet)
    check_words(sheet)
    check_bars(sheet)
    opened(sheet.png())


@given(st.lists(st.integers(0, 10**10), min_size=3, max_size=3).filter(any))
def test_shares_fill_the_bar_and_none_gets_lost(parts: list[int]) -> None:
    widths = charts._widths(parts, 984)
    assert sum(widths) == pytest.approx(984)
    assert all((width >= 8) if part else width == 0 for part, width in zip(parts, widths, strict=True))


@pytest.mark.parametrize("rows", [[], [Sector("Вода", 0, 0, 0)]])
def test_nothing_needed_is_no_picture(rows: list[Sector]) -> None:
    assert charts.sectors(rows, UK, str) is None


@BOTH
def test_the_path_marks_where_needs_get_stuck(theme: Theme) -> None:
    sheet = charts.path_sheet(STAGES, FUNNEL, str, percent, theme)
    assert sheet
    assert {"120", "100%", "80", "67%", "−40", "7", "6%", "−73"} <= set(words(sheet))
    assert "−0" not in words(sheet)
    check_words(sheet)
    check_bars(sheet)
    picture = opened(sheet.png())
    assert picture.width == 1080
    seen = colours(picture)
    assert near(theme.received, seen)
    assert near(theme.missing, seen)


def test_a_path_without_loss_marks_nothing() -> None:
    picture = opened(charts.path([Stage(name, 4) for name in NAMES], FUNNEL, str, percent))
    assert not near(LIGHT.missing, colours(picture))


@pytest.mark.parametrize(
    "counts", [(1, 0, 0, 0), (10_000_000, 1, 1, 0), (0, 3, 5, 1), (9_999_999, 9_999_998, 9_999_997, 9_999_996), (9_999_999, 0, 0, 0)]
)  # fmt: skip
def test_extreme_paths(counts: tuple[int, ...]) -> None:
    stages = [Stage(name, count) for name, count in zip(NAMES, counts, strict=True)]
    sheet = charts.path_sheet(stages, FUNNEL, lambda count: f"{count:,}", percent, DARK)
    assert sheet
    check_words(sheet)
    check_bars(sheet)
    opened(sheet.png())


@pytest.mark.parametrize("stages", [[], [Stage("Опубліковано", 0), Stage("Отримано", 0)]])
def test_no_needs_are_no_path(stages: list[Stage]) -> None:
    assert charts.path(stages, FUNNEL, str, percent) is None


def test_what_looks_like_markup_is_only_words() -> None:
    rows = [Sector("$x^2$ & <b>_a_</b> \\frac", 10, 1, 1)]
    sheet = charts.sectors_sheet(rows, UK, str, LIGHT)
    assert sheet
    assert rows[0].label in words(sheet)
    opened(sheet.png())
