"""What comes in whole pieces is asked for and given in whole numbers; the rest can be parted."""

import pytest

from domain.catalogue import comes_whole
from domain.errors import NotWhole
from domain.whole import broken, must_be_whole


@pytest.mark.parametrize("unit", ["pcs", "set", "pair", "pack", "box", "pallet", "bag", "ampoule", "person"])
def test_nobody_gives_half_a_piece(unit: str) -> None:
    assert comes_whole(unit)
    with pytest.raises(NotWhole):
        must_be_whole(2500, unit)
    must_be_whole(2000, unit)
    must_be_whole(None, unit)


@pytest.mark.parametrize("unit", ["kg", "t", "g", "l", "ml", "m", "km", "m2", "m3"])
def test_weights_and_lengths_can_be_parted(unit: str) -> None:
    assert not broken(2500, unit)


def test_a_rest_that_is_there_already_may_be_taken_as_it_stands() -> None:
    must_be_whole(2500, "pcs", 2500)
    with pytest.raises(NotWhole):
        must_be_whole(1500, "pcs", 2500)
