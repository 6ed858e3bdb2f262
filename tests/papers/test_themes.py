"""Both themes can be read, by people who see fewer colours too."""

from itertools import combinations
from math import dist

import pytest

from papers.themes import DARK, LIGHT, Theme, contrast, ink_on

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
# Machado, Oliveira and Fernandes 2009, severity 1
LESS_COLOUR = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}  # fmt: skip


def linear(colour: str) -> list[float]:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    red, green, blue = (min(1.0, max(0.0, each)) for each in rgb)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: str, other: str, sight: str) -> float:
    """How different two colours look: ΔE; 2 is just seen, 10 at a glance."""
    seen = [
        lab([sum(weight * part for weight, part in zip(row, linear(colour), strict=True)) for row in LESS_COLOUR[sight]])
        for colour in (one, other)
    ]  # fmt: skip
    return dist(*seen)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert (ink_on("#FFFF00"), ink_on("#00008B")) == ("#10151C", "#FFFFFF")


@BOTH
def test_words_stand_out(theme: Theme) -> None:
    assert contrast(theme.ink, theme.paper) >= 15
    assert contrast(theme.soft, theme.paper) >= 7
    assert contrast(theme.missing, theme.paper) >= 4.5
    assert contrast(theme.received, theme.paper) >= 4.5
    for colour in (theme.critical, theme.urgent, theme.normal):
        assert contrast(ink_on(colour), colour) >= 4.5


@BOTH
def test_shapes_stand_out(theme: Theme) -> None:
    assert contrast(theme.line, theme.paper) >= 3
    assert contrast(theme.missing, theme.hole) >= 3, "the edge of what is missing"
    assert contrast(theme.received, theme.promised) >= 2, "the stripes of what is promised"


@BOTH
@pytest.mark.parametrize("sight", LESS_COLOUR)
def test_colours_differ_whoever_looks(theme: Theme, sight: str) -> None:
    for together in (
        (theme.received, theme.promised, theme.hole),
        (theme.nothing, theme.normal, theme.urgent, theme.critical),
    ):
        for one, other in combinations(together, 2):
            assert apart(one, other, sight) >= 20, (one, other)
