"""`/help` through the whole durable pipeline, against bots that store nothing: `python -m bench.pipeline`.

Each bot is a process on one core, Telegram another on the other; runs are interleaved, figures are medians, and what
counts are ratios: the machine may be busy with other things.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.peers import PEERS
from bench.telegram import message
from bench.tools import BOT_CORE, Line, Result, program, quantile, telegram

GOALS = {"bare": 0.75, "stock": 2.0, "stock256": 10.0, "aiogram": 1.3}
NAMES = {
    "bare": "bare PTB on the same transport",
    "stock": "stock PTB, one by one",
    "stock256": "stock PTB, concurrent_updates=256",
    "aiogram": "aiogram",
}
_TICK = os.sysconf("SC_CLK_TCK")


def updates(first: int, count: int) -> list[dict[str, Any]]:
    """So many people, each of whom says /help."""
    return [{"update_id": first + at, "message": message(first + at, at, "/help")} for at in range(count)]


def cpu(pid: int) -> float:
    """Seconds of processor time so far."""
    with open(f"/proc/{pid}/stat") as stat:
        words = stat.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICK


@contextmanager
def bot(name: str, line: Line) -> Iterator[int]:
    """One of them, serving; its process id."""
    with (
        tempfile.TemporaryDirectory() as folder,
        program("bench.peers", name, line.url, str(BOT_CORE), folder) as process,
    ):
        yield process.pid


def answered(line: Line, count: int, patience: float = 120.0) -> dict[str, Any]:
    """The report, once everybody has an answer."""
    until = time.monotonic() + patience
    while True:
        report = line.report()
        if len(report["calls"]) >= count:
            return report
        if time.monotonic() > until:
            raise RuntimeError(f"{len(report['calls'])} of {count} answers after {patience} s")
        time.sleep(0.1)


def burst(name: str, count: int) -> tuple[float, float]:
    """Answers a second, and processor seconds an answer, when everybody asks at once."""
    with telegram() as line, bot(name, line) as pid:
        line.bring(updates(1_000, 50))
        answered(line, 50)
        line.report(forget=True)
        before = cpu(pid)
        line.bring(updates(100_000, count))
        report = answered(line, count)
        calls = report["calls"]
        took = max(call[1] for call in calls) - min(report["born"].values())
        return count / took, (cpu(pid) - before) / count


def steady(name: str, seconds: int, rate: int = 100) -> list[float]:
    """Milliseconds from an update at Telegram's to the answer there, 40 ms of latency on the answer's way."""
    with telegram(latency=0.04) as line, bot(name, line) as _pid:
        line.bring(updates(1_000, 20))
        answered(line, 20)
        line.report(forget=True)
        began = time.perf_counter()
        for at in range(seconds * rate):
            time.sleep(max(0.0, began + at / rate - time.perf_counter()))
            line.bring(updates(100_000 + at, 1))
        report = answered(line, seconds * rate)
        born = {int(key): value for key, value in report["born"].items()}
        return [(done - born[chat]) * 1000 for _, done, chat, _ in report["calls"]]


def throughput(rounds: int, count: int, names: Sequence[str]) -> list[Result]:
    """Ours against each peer, run after run in turns."""
    seen: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            seen[name].append(burst(name, count if name != "stock256" else max(100, count // 5)))
    speed = {name: [figure for figure, _ in runs] for name, runs in seen.items()}
    mine = statistics.median(speed["ours"])
    found = [Result("/help, the whole durable pipeline", mine, "updates/s")]
    for name in names[1:]:
        ratios = [ours / theirs for ours, theirs in zip(speed["ours"], speed[name], strict=True)]
        note = f"{statistics.median(speed[name]):.0f}/s; {min(ratios):.2f} to {max(ratios):.2f}"
        found.append(Result(f"against {NAMES[name]}", statistics.median(ratios), "x", GOALS[name], note=note))
    if "stock" in names:
        costs = [own[1] / other[1] for own, other in zip(seen["ours"], seen["stock"], strict=True)]
        milliseconds = statistics.median(cost for _, cost in seen["ours"]) * 1000
        found.append(
            Result(
                "CPU an answer, against stock PTB",
                statistics.median(costs),
                "x",
                0.5,
                least=False,
                note=f"{milliseconds:.2f} ms",
            )
        )
    return found


def latency(seconds: int) -> list[Result]:
    """100 updates a second, 40 ms to Telegram."""
    bare, mine = steady("bare", seconds), steady("ours", seconds)
    return [
        Result(
            "100 updates/s, 40 ms: p50 against bare PTB",
            quantile(mine, 0.5) / quantile(bare, 0.5),
            "x",
            2.5,
            least=False,
            note=f"{quantile(mine, 0.5):.1f} ms against {quantile(bare, 0.5):.1f} ms",
        ),
        Result("100 updates/s, 40 ms: p99", quantile(mine, 0.99), "ms", 65, least=False),
    ]


def results(quick: bool) -> list[Result]:
    """All of them."""
    found = throughput(1 if quick else 5, 300 if quick else 2000, list(PEERS))
    return found + latency(2 if quick else 20)


if __name__ == "__main__":
    for each in results("quick" in sys.argv):
        print("  ".join(each.row()), flush=True)
