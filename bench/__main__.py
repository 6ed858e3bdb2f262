"""Every bench, one after another: `python -m bench [NAME ...]`, QUICK=1 for a short form.

A table on the screen, and bench-results.json for a machine. A goal that is not met says so.
"""

import asyncio
import inspect
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from bench.tools import Result
from bot.logging import set_up

NAMES = ("writes", "sender", "pipeline", "morning", "hearing", "start", "million")
FILE = Path("bench-results.json")


def run(name: str, quick: bool) -> list[Result]:
    """One of them."""
    found = import_module(f"bench.{name}").results(quick)
    return list(asyncio.run(found) if inspect.iscoroutine(found) else found)


def table(name: str, results: list[Result]) -> Table:
    """As it is shown."""
    shown = Table("work", "figure", "goal", "", "", title=name, title_justify="left")
    for result in results:
        shown.add_row(*result.row(), style="bold red" if result.met is False else "")
    return shown


def chosen(words: list[str]) -> Iterator[str]:
    """The benches that were named, or all; raises SystemExit at a name nobody knows."""
    for word in words or NAMES:
        if word not in NAMES:
            raise SystemExit(f"There is no bench called {word}. There are: {', '.join(NAMES)}.")
        yield word


def main(words: list[str], quick: bool, to: Path = FILE) -> None:
    """Run, show, write down after each, so that what was measured stays when a later one breaks."""
    set_up("WARNING", "console")
    console = Console(width=None if sys.stdout.isatty() else 160)
    found: dict[str, list[Result]] = {}
    for name in list(chosen(words)):
        found[name] = run(name, quick)
        console.print(table(name, found[name]))
        to.write_bytes(orjson.dumps(_written(found, quick), option=orjson.OPT_INDENT_2))
    missed = sum(result.met is False for results in found.values() for result in results)
    console.print(f"{missed} goals not met." if missed else "Every goal met.")


def _written(found: dict[str, list[Result]], quick: bool) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "results": {name: [result.as_json() for result in results] for name, results in found.items()},
    }


if __name__ == "__main__":
    main(sys.argv[1:], bool(os.environ.get("QUICK")))
