"""Amounts of what comes in whole pieces."""

from domain.catalogue import comes_whole
from domain.errors import NotWhole


def broken(quantity: int | None, unit: str) -> bool:
    """Whether it is a part of something that nobody can part. Quantities are thousandths."""
    return quantity is not None and quantity % 1000 != 0 and comes_whole(unit)


def must_be_whole(quantity: int | None, unit: str, *rests: int | None) -> None:
    """Raises NotWhole for half a generator. What an older need left over may be taken as it stands (``rests``)."""
    if broken(quantity, unit) and quantity not in rests:
        raise NotWhole
