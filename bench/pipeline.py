"""`/help` through the whole durable pipeline, against bots that store nothing: `python -m bench.pipeline`.

Each bot is a process on one core, Telegram another on the other; runs are interleaved, figures are medians, and what
counts are ratios: the machine may be busy with other things.
"""

import itertools
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.pledges import MESSAGES, presses
from bench.telegram import message
from bench.tools import BOT_CORE, Line, Result, program, quantile, telegram

GOALS = {"bare": 0.75, "stock": 2.0, "stock256": 10.0, "aiogram": 1.3}
NAMES = {
    "bare": "bare PTB on the same transport",
    "stock": "stock PTB, one by one",
    "stock256": "stock PTB, concurrent_updates=256",
    "aiogram": "aiogram",
}
_PEOPLE = 200_000
_TICK = os.sysconf("SC_CLK_TCK")


def updates(first: int, count: int, text: str = "/help") -> list[dict[str, Any]]:
    """So many people, always the same, each of whom says it."""
    return [{"update_id": first + at, "message": message(_PEOPLE + at, at, text)} for at in range(count)]


def cpu(pid: int) -> float:
    """Seconds of processor time so far."""
    with open(f"/proc/{pid}/stat") as stat:
        words = stat.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / _TICK


@dataclass(frozen=True)
class Running:
    """A bot that serves."""

    pid: int
    folder: Path

    def commits(self) -> int:
        """Of ours: how many so far."""
        found = self.folder / "commits"
        found.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        while not (found.exists() and found.read_text()):
            time.sleep(0.01)
        return int(found.read_text())

    def memory(self) -> float:
        """Megabytes in use."""
        with open(f"/proc/{self.pid}/statm") as pages:
            return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def bot(name: str, line: Line, **settings: object) -> Iterator[Running]:
    """One of them."""
    with (
        tempfile.TemporaryDirectory() as folder,
        program("bench.peers", name, line.url, str(BOT_CORE), folder, **settings) as process,
    ):
        yield Running(process.pid, Path(folder))


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


@dataclass(frozen=True)
class Burst:
    """How it went when everybody asked at once: answers a second, CPU seconds and commits an answer."""

    speed: float
    cpu: float
    commits: float = 0.0


def burst(name: str, count: int, *, strangers: bool = False) -> Burst:
    """From people who said something before, or whom the bot never saw."""
    with telegram() as line, bot(name, line) as running:
        warm = 50 if strangers else count
        line.bring(updates(1_000, warm))
        answered(line, warm)
        line.report(forget=True)
        asked = updates(100_000, count + (warm if strangers else 0))[-count:]
        return _measured(line, running, asked, count, name in ("ours", "careless"))


def pledges(count: int) -> Burst:
    """Messages a second where everybody presses the last button of a pledge at once."""
    with telegram() as line, bot("pledges", line, presses=count) as running:
        return _measured(line, running, presses(100_000, count), count * MESSAGES, True)


def _measured(line: Line, running: Running, asked: list[dict[str, Any]], due: int, is_ours: bool) -> Burst:
    before, commits = cpu(running.pid), running.commits() if is_ours else 0
    line.bring(asked)
    report = answered(line, due)
    used = cpu(running.pid) - before
    took = max(call[1] for call in report["calls"]) - min(report["born"].values())
    more = running.commits() - commits if is_ours else 0
    return Burst(due / took, used / due, more / due)


def steady(name: str, seconds: int, rate: int = 100) -> list[float]:
    """Milliseconds from an update at Telegram's to the answer there, 40 ms of latency on the answer's way."""
    with telegram(latency=0.04) as line, bot(name, line):
        line.bring(updates(1_000, seconds * rate))
        answered(line, seconds * rate)
        line.report(forget=True)
        began = time.perf_counter()
        asked = updates(100_000, seconds * rate)
        for at, update in enumerate(asked):
            time.sleep(max(0.0, began + at / rate - time.perf_counter()))
            line.bring([update])
        report = answered(line, seconds * rate)
        born = {int(key) - 100_000 + _PEOPLE: value for key, value in report["born"].items()}
        return [(done - born[chat]) * 1000 for _, done, chat, _ in report["calls"]]


@dataclass(frozen=True)
class Flood:
    """Ours under more than it can do."""

    speed: float
    grew: float
    in_order: bool
    seconds: float


def flood(capacity: float, seconds: float, people: int = 500) -> Flood:
    """Three times as much as it can do; what it does meanwhile, and whether everything is answered in the end."""
    with telegram() as line, bot("ours", line) as running:
        line.bring(updates(1_000, people))
        answered(line, people)
        line.report(forget=True)
        memory, began, brought = running.memory(), time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < seconds:
            due = int(passed * capacity * 3)
            line.bring([_alternately(at, people) for at in range(brought, due)])
            brought = due
            time.sleep(0.05)
        report = answered(line, brought, patience=60 + 6 * seconds)
        grew = running.memory() - memory
    ends = [call[1] for call in report["calls"]]
    meanwhile = sum(end - began <= seconds for end in ends) / seconds
    return Flood(meanwhile, grew, _in_order(report["calls"]), max(ends) - began)


def _alternately(at: int, people: int) -> dict[str, Any]:
    """Each person says one thing and then the other, so that an answer out of its turn shows."""
    text = ("/help", "/language")[at // people % 2]
    return {"update_id": 1_000_000 + at, "message": message(_PEOPLE + at % people, at, text)}


def _in_order(calls: list[tuple[float, float, int, str]]) -> bool:
    heard: dict[int, list[str]] = {}
    for _, _, chat, text in calls:
        heard.setdefault(chat, []).append(text)
    return all(one != other for texts in heard.values() for one, other in itertools.pairwise(texts))


def _middle(runs: Sequence[Burst]) -> float:
    return statistics.median(run.speed for run in runs)


def throughput(rounds: int, count: int, names: Sequence[str] = tuple(NAMES)) -> list[Result]:
    """Ours against each peer, run after run in turns."""
    seen: dict[str, list[Burst]] = {name: [] for name in ("ours", *names)}
    for _ in range(rounds):
        for name in seen:
            seen[name].append(burst(name, count if name != "stock256" else max(20, count // 4)))
    mine = seen["ours"]
    found = [Result("/help, the whole durable pipeline", _middle(mine), "updates/s")]
    found += [_against(f"against {NAMES[name]}", mine, seen[name], GOALS[name]) for name in names]
    if "stock" in names:
        costs = [own.cpu / other.cpu for own, other in zip(mine, seen["stock"], strict=True)]
        note = f"{statistics.median(run.cpu for run in mine) * 1000:.2f} ms"
        found.append(
            Result(
                "CPU an answer, against stock PTB", statistics.median(costs), "x", 0.5, least=False, note=note
            )
        )
    return found


def _against(work: str, mine: Sequence[Burst], others: Sequence[Burst], goal: float) -> Result:
    ratios = [own.speed / other.speed for own, other in zip(mine, others, strict=True)]
    note = f"{_middle(mine):.0f} and {_middle(others):.0f}/s; {min(ratios):.2f} to {max(ratios):.2f}"
    return Result(work, statistics.median(ratios), "x", goal, note=note)


def ours_alone(rounds: int, count: int) -> list[Result]:
    """Pledges, strangers, and what the safest commits cost."""
    runs: dict[str, list[Burst]] = {"press": [], "stock": [], "full": [], "normal": [], "strangers": []}
    for _ in range(rounds):
        runs["press"].append(pledges(max(10, count // 5)))
        runs["stock"].append(burst("stock", count))
        runs["full"].append(burst("ours", count))
        runs["normal"].append(burst("careless", count))
        runs["strangers"].append(burst("ours", count, strangers=True))
    commits = statistics.median(run.commits for run in runs["full"])
    return [
        _against("messages of pledges, against stock PTB's echo", runs["press"], runs["stock"], 2.0),
        _against("synchronous FULL against NORMAL", runs["full"], runs["normal"], 0.85),
        Result("commits an update, in a burst", commits, "", 0.1, least=False),
        Result("/help from people never seen before", _middle(runs["strangers"]), "updates/s"),
    ]


def overload(capacity: float, seconds: float) -> list[Result]:
    """Offered three times as much."""
    found = flood(capacity, seconds)
    return [
        Result(
            f"3 x capacity for {seconds:g} s: of peak",
            found.speed / capacity,
            "x",
            0.9,
            note=f"{found.speed:.0f} of {capacity:.0f}/s; all answered after {found.seconds:.0f} s",
        ),
        Result("3 x capacity: memory grew by", found.grew, "MB", 100, least=False),
        Result("3 x capacity: order kept", float(found.in_order), "", 1),
    ]


def latency(rounds: int, seconds: int) -> list[Result]:
    """100 updates a second, 40 ms to Telegram. The middle of several runs: one moment in which the machine stood still is not ours."""
    bare, mine = [], []
    for _ in range(rounds):
        bare.append(steady("bare", seconds))
        mine.append(steady("ours", seconds))
    halves = [(quantile(own, 0.5), quantile(other, 0.5)) for own, other in zip(mine, bare, strict=True)]
    own, other = (statistics.median(each) for each in zip(*halves, strict=True))
    tails, others = (sorted(quantile(each, 0.99) for each in runs) for runs in (mine, bare))
    note = f"{tails[0]:.0f} to {tails[-1]:.0f} ms; bare PTB {others[0]:.0f} to {others[-1]:.0f} ms"
    return [
        Result(
            "100 updates/s, 40 ms: p50 against bare PTB",
            statistics.median(one / another for one, another in halves),
            "x",
            2.5,
            least=False,
            note=f"{own:.1f} ms against {other:.1f} ms",
        ),
        Result("100 updates/s, 40 ms: p99", statistics.median(tails), "ms", 65, least=False, note=note),
    ]


def results(quick: bool) -> list[Result]:
    """All of them."""
    rounds, count = (1, 300) if quick else (5, 2000)
    found = throughput(rounds, count)
    found += ours_alone(1 if quick else 3, count)
    found += latency(1 if quick else 5, 2 if quick else 20)
    return found + overload(found[0].figure, 3 if quick else 60)


if __name__ == "__main__":
    for each in results("quick" in sys.argv):
        print("  ".join(each.row()), flush=True)
