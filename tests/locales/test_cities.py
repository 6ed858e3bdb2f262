"""Clocks are named by their city, in the reader's language."""

import pytest

from handlers.screens.order_choices import ZONES
from handlers.screens.orders import city
from locales import LANGUAGES


@pytest.mark.parametrize(
    ("language", "kyiv", "warsaw"),
    [
        ("uk", "Київ", "Варшава"),
        ("pl", "Kijów", "Warszawa"),
        ("de", "Kiew", "Warschau"),
        ("en", "Kyiv", "Warsaw"),
    ],
)
def test_a_clock_is_named_by_its_city(language: str, kyiv: str, warsaw: str) -> None:
    assert (city("Europe/Kyiv", language), city("Europe/Warsaw", language)) == (kyiv, warsaw)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clock_that_is_offered_has_a_name(language: str) -> None:
    names = [city(zone, language) for zone in ZONES]
    assert len(set(names)) == len(ZONES)
    assert all("/" not in name for name in names)
