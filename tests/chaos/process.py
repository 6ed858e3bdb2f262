"""The bot as a process of its own, which may be killed and started again on the same database."""

import asyncio
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READY = 30.0
"""Seconds a process may take to start, or to end when asked."""


class BotProcess:
    """`python -m bot run`, as on a server."""

    def __init__(self, api_url: str, database_url: str, **settings: object) -> None:
        self._env = os.environ | {
            "BOT_TOKEN": "1:SANDBOX",
            "BOT_API_URL": api_url,
            "DATABASE_URL": database_url,
            "COORDINATORS": "1004",
            "COORDINATION_CHAT": "-5001",
            "TICK_SECONDS": "0.2",
            "CHAT_RATE": "30",
            "GROUP_RATE": "600",
            "LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
            **{name.upper(): str(value) for name, value in settings.items()},
        }
        self._process: asyncio.subprocess.Process | None = None

    async def starts(self, doom: str = "") -> None:
        """Start; with a ``doom`` it kills itself at that point (see :mod:`tests.chaos.doomed`)."""
        program = ["-m", "tests.chaos.doomed", doom] if doom else ["-m", "bot", "run"]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *program, env=self._env, stdout=asyncio.subprocess.DEVNULL
        )

    async def is_killed(self) -> None:
        """SIGKILL: no drain, no goodbye."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def dies(self, patience: float) -> bool:
        """Whether it killed itself before that many seconds were over."""
        assert self._process is not None
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def ends(self, number: int = signal.SIGINT) -> float:
        """Ask it to stop; returns the seconds it took, with exit code 0."""
        if self._process is None or self._process.returncode is not None:
            return 0.0
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._process.send_signal(number)
        code = await asyncio.wait_for(self._process.wait(), READY)
        assert code == 0
        return loop.time() - began
