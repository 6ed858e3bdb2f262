"""How near two hromadas are, as far as their codes tell: a raion, an oblast, then from one oblast's centre to the other's.

``centres.csv`` holds the latitude and longitude of each oblast's chief city, to a kilometre: well-known figures, as in
GeoNames (geonames.org, CC BY 4.0). It is enough to say who is nearer.
"""

import csv
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

_EARTH = 6371.0
_OBLAST, _RAION = 4, 6
"""Characters of a KATOTTG code: UA48 is an oblast, UA4808 a raion."""


@cache
def _centres() -> dict[str, tuple[float, float]]:
    with (files(__package__) / "centres.csv").open(encoding="utf-8") as source:
        return {
            row["oblast"]: (radians(float(row["latitude"])), radians(float(row["longitude"])))
            for row in csv.DictReader(source)
        }


@cache
def kilometres(oblast: str, other: str) -> float:
    """Between the centres of two oblasts, as the crow flies; very far for a code nobody knows."""
    if oblast not in _centres() or other not in _centres():
        return 2 * _EARTH
    (north, east), (north2, east2) = _centres()[oblast], _centres()[other]
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))


def nearness(hromada: str, other: str) -> tuple[int, float]:
    """To sort by: the same raion first, then the same oblast, then the nearest oblast. Takes KATOTTG codes."""
    if hromada[:_RAION] == other[:_RAION]:
        return 0, 0.0
    if hromada[:_OBLAST] == other[:_OBLAST]:
        return 1, 0.0
    return 2, kilometres(hromada[:_OBLAST], other[:_OBLAST])
