"""What the benches share: processes on a core of their own, a line to the bench's Telegram, and how a result is written down."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TELEGRAM_CORE, BOT_CORE = 0, 1


@dataclass(frozen=True)
class Result:
    """One figure and what it was to be."""

    work: str
    figure: float
    unit: str
    goal: float | None = None
    least: bool = True
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached; None where there was none."""
        if self.goal is None:
            return None
        return self.figure >= self.goal if self.least else self.figure <= self.goal

    def row(self) -> list[str]:
        """For a table."""
        goal = "" if self.goal is None else f"{'>=' if self.least else '<='} {_shown(self.goal)} {self.unit}"
        verdict = {True: "met", False: "NOT MET", None: ""}[self.met]
        return [self.work, f"{_shown(self.figure)} {self.unit}", goal, verdict, self.note]

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self) | {"met": self.met}


def _shown(figure: float) -> str:
    return f"{figure:,.0f}" if abs(figure) >= 1000 else f"{figure:.3g}"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Line:
    """The bench's own door to its Telegram."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def bring(self, updates: Sequence[dict[str, Any]]) -> None:
        """Let these be fetched."""
        self._post({"bring": list(updates)})

    def report(self, *, forget: bool = False) -> dict[str, Any]:
        """(arrived, answered, chat, method) of every call that was carried out, and more."""
        return self._post({"forget": forget})

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.url}/bench", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@contextmanager
def telegram(**scene: Any) -> Iterator[Line]:
    """A server on a core of its own."""
    port = free_port()
    with program("bench.telegram", str(port), str(TELEGRAM_CORE), json.dumps(scene)):
        yield Line(port)


@contextmanager
def program(module: str, *words: str, **settings: object) -> Iterator["subprocess.Popen[str]"]:
    """A process that says `ready` and is killed in the end."""
    env = (
        os.environ | {"PYTHONPATH": str(ROOT)} | {key.upper(): str(value) for key, value in settings.items()}
    )
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tempfile.gettempdir(),
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        if said != "ready":
            raise RuntimeError(f"{module} did not start: {said!r}")
        yield process
    finally:
        process.kill()
        process.wait()


def quantile(values: Sequence[float], share: float) -> float:
    """Of a list, by rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
