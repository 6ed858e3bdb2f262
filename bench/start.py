"""From the command to the first answer, with a large database: `python -m bench.start`."""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.generator import Generator
from bench.seed import fill
from bench.telegram import message
from bench.tools import ROOT, Line, Result, telegram

NEEDS = 300_000
"""A little more than a gigabyte."""
GOAL = 3.0
PATIENCE = 60.0
ASKS = 7
"""Somebody the database does not know yet."""


def first_answer(database: str, number: int) -> float:
    """Seconds from the command until Telegram has the answer to what was said before it, update by this number."""
    with telegram() as line:
        line.bring([{"update_id": number, "message": message(ASKS, number, "/help")}])
        settings = {
            "BOT_TOKEN": "1:bench",
            "BOT_API_URL": line.url,
            "DATABASE_URL": database,
            "BACKUP_DIR": "",
            "PYTHONPATH": str(ROOT),
        }
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"],
                env=os.environ | settings,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                return _answered(line, began) - began
            finally:
                process.terminate()
                process.wait()


def _answered(line: Line, began: float) -> float:
    while time.perf_counter() < began + PATIENCE:
        for _, answered, chat, _ in line.report()["calls"]:
            if chat == ASKS:
                return float(answered)
        time.sleep(0.02)
    raise RuntimeError("no answer")


def results(quick: bool) -> list[Result]:
    """With a gigabyte, and with nothing."""
    times = 1 if quick else 5
    with tempfile.TemporaryDirectory(prefix="hb-start-") as folder:
        large, empty = Path(folder) / "large.db", Path(folder) / "empty.db"
        asyncio.run(fill(f"sqlite+aiosqlite:///{large}", Generator(2_000 if quick else NEEDS)))
        size = large.stat().st_size / 1e9
        took: dict[Path, list[float]] = {empty: [], large: []}
        for number in range(times + 1):
            for path, found in took.items():
                found.append(first_answer(f"sqlite+aiosqlite:///{path}", 1 + number))
        del took[empty][0], took[large][0]  # the first one makes the tables, or the file's pages warm
    middle = {path: statistics.median(found) for path, found in took.items()}
    note = f"empty: {middle[empty]:.2f} s; worst of {times}: {max(took[large]):.2f} s"
    return [Result(f"start to first answer, {size:.2g} GB", middle[large], "s", GOAL, least=False, note=note)]


if __name__ == "__main__":
    for each in results("quick" in sys.argv):
        print("  ".join(each.row()))
