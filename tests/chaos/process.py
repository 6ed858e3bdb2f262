"""The bot as a process of its own, which may be killed and started again on the same database."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]
READY = 30.0
"""Seconds a process may take to start, or to end when asked."""

_NUMBERS = count(1)


class BotProcess:
    """`python -m bot run`, as on a server; who leaves its block ends it, cleanly or with an error."""

    def __init__(self, api_url: str, database_url: str, log: Path | None = None, **settings: object) -> None:
        self._hears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._hears.setblocking(False)
        address = f"hromada-bridge-{os.getpid()}-{next(_NUMBERS)}"
        self._hears.bind("\0" + address)
        self._is_ready = False
        self._log = log
        self._env = os.environ | {
            "NOTIFY_SOCKET": "@" + address,
            "BOT_TOKEN": "1:SANDBOX",
            "BOT_API_URL": api_url,
            "DATABASE_URL": database_url,
            "COORDINATORS": "1004",
            "COORDINATION_CHAT": "-5001",
            "TICK_SECONDS": "0.2",
            "CHAT_RATE": "30",
            "GROUP_RATE": "600",
            "GUEST_RATE": "10000",
            "LOG_LEVEL": "DEBUG" if log else "WARNING",
            "PYTHONPATH": str(ROOT),
            **{name.upper(): str(value) for name, value in settings.items()},
        }
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.ends()
        finally:
            if self._process is not None:
                await self.is_killed()
            self._hears.close()

    async def starts(self, doom: str = "", role: str = "all", ahead: float = 0) -> None:
        """Start; with a ``doom`` it kills itself at that point, ``ahead`` is by how many seconds its clock is wrong.

        See :mod:`tests.chaos.doomed` for both.
        """
        self._silence()
        program = ["-m", "tests.chaos.doomed", doom or "-"] if doom or ahead else ["-m", "bot", "run"]
        env = self._env | {"AHEAD": str(ahead)}
        with self._log.open("ab") if self._log else nullcontext() as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *program,
                "--role",
                role,
                env=env,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )

    def _silence(self) -> None:
        """Whatever an earlier life said does not count for this one."""
        self._is_ready = False
        while True:
            try:
                self._hears.recv(4096)
            except BlockingIOError:
                return

    async def is_ready(self) -> None:
        """Until it says so, as it would to systemd; who asks it to stop earlier meets Python, not the bot."""
        async with asyncio.timeout(READY):
            while not self._is_ready:
                said = await asyncio.get_running_loop().sock_recv(self._hears, 4096)
                self._is_ready = said == b"READY=1"

    async def serves(self) -> bool:
        """Until it is ready; False where it died before."""
        assert self._process is not None
        tasks = [asyncio.create_task(self.is_ready()), asyncio.create_task(self._process.wait())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return self._is_ready

    async def is_killed(self) -> None:
        """SIGKILL: no drain, no goodbye."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    @property
    def is_alive(self) -> bool:
        """Started, and not ended since."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Of the process that runs."""
        assert self._process is not None
        return self._process.pid

    async def exits(self) -> int:
        """Wait for its end, whoever brings it about."""
        assert self._process is not None
        return await self._process.wait()

    async def is_killed_if_alive(self) -> None:
        """It may not have been started yet, or be dead already."""
        if self._process is not None:
            await self.is_killed()

    async def dies(self, patience: float) -> bool:
        """Whether it killed itself before that many seconds were over."""
        assert self._process is not None
        try:
            await asyncio.wait_for(self._process.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def ends(self, number: int = signal.SIGINT) -> float:
        """Ask it to stop once it serves; returns the seconds it took, with exit code 0."""
        if self._process is None or self._process.returncode is not None:
            return 0.0
        await self.is_ready()
        loop = asyncio.get_running_loop()
        began = loop.time()
        self._process.send_signal(number)
        code = await asyncio.wait_for(self._process.wait(), READY)
        assert code == 0
        return loop.time() - began
