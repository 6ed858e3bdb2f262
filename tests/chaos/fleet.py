"""The processes of a run, and how they die."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, text

from storage.engine import Database
from tests.chaos.doomed import PLACES
from tests.chaos.door import Door, free_ports
from tests.chaos.process import BotProcess

ALONE = ("all",)
SEVERAL = ("web", "web", "worker", "worker", "sender", "sender", "ticker", "ticker")
WRONG_CLOCKS = (0, 0, 0, 7200, -7200)
"""Seconds by which the clock of a life is wrong."""
TAKEOVER = 5.0
_GROWN_UP = 6.0
"""Seconds after which a process certainly serves."""
_IN_ITS_CRADLE = 0.2
"""How many die while they start."""


class Fleet:
    """One process with every role, or several with one each."""

    def __init__(
        self,
        roles: Sequence[str],
        api_url: str,
        url: str,
        log: Path,
        chance: random.Random,
        *,
        by_webhook: bool = False,
    ) -> None:
        self._roles = roles
        self._chance = chance
        front, *ports = free_ports(len(roles) + 1)
        behind = [port for port, role in zip(ports, roles, strict=True) if role == "web"]
        self.door = Door(front, behind) if by_webhook else None
        found = [{"web_port": port, "webhook_url": self.door.url} if self.door else {} for port in ports]
        self._processes = [BotProcess(api_url, url, log, **settings) for settings in found]
        self._lives = 0
        self._born: dict[int, float] = {}
        self._stack = AsyncExitStack()
        self.takeovers: list[float] = []

    async def __aenter__(self) -> Self:
        if self.door is not None:
            await self._stack.enter_async_context(self.door)
        for process in self._processes:
            await self._stack.enter_async_context(process)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def begins(self) -> None:
        """Those that stand beside each other all start; a lone one starts with each strike."""
        if len(self._roles) > 1:
            for at in range(len(self._roles)):
                await self._lives_again(at, doomed=False)
            for process in self._processes:
                await process.is_ready()

    async def strike(self, db: Database) -> None:
        """One death, by its own hand at a chosen point or by ours at a random moment."""
        at = self._chance.randrange(len(self._roles))
        process = self._processes[at]
        if len(self._roles) == 1:
            await self._lives_again(at)
            if self._chance.random() < _IN_ITS_CRADLE or await process.serves():
                await process.dies(self._chance.uniform(0.1, 1.5))
            await process.is_killed()
            return
        await asyncio.sleep(self._chance.uniform(0.2, 1.0))
        await self._revives()
        before = await db.read(whose_seat) if self._has_a_deputy(at) else None
        await process.is_killed()
        if before is not None:
            await self._taken_over(db, before)
        await self._lives_again(at)

    async def _revives(self) -> None:
        """As a service manager does with those that died by their own hand."""
        for at, process in enumerate(self._processes):
            if not process.is_alive:
                await self._lives_again(at)

    def _has_a_deputy(self, at: int) -> bool:
        """Whether it is a sender, and another one has stood by for long enough to have started."""
        now = asyncio.get_running_loop().time()
        others = [other for other, role in enumerate(self._roles) if role == "sender" and other != at]
        stands_by = any(
            self._processes[each].is_alive and now - self._born[each] > _GROWN_UP for each in others
        )
        return self._roles[at] == "sender" and stands_by

    async def _lives_again(self, at: int, *, doomed: bool = True) -> None:
        self._lives += 1
        self._born[at] = asyncio.get_running_loop().time()
        role = self._roles[at]
        point = self._chance.choice(PLACES[role])
        doom = f"{point}:{self._chance.randint(1, 6)}" if doomed and self._lives % 2 else ""
        ahead = self._chance.choice(WRONG_CLOCKS) if doomed else 0
        await self._processes[at].starts(doom, role, ahead)

    async def _taken_over(self, db: Database, before: int) -> None:
        """How long until another one sits in the sender's seat; if the one we killed stood by, nothing changed."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(TAKEOVER):
            while True:
                holder = await db.read(whose_seat)
                if holder not in (None, before):
                    self.takeovers.append(loop.time() - began)
                    return
                if holder == before and loop.time() - began > 1.0:
                    return
                if not any(self._has_sender(each) for each in range(len(self._roles))):
                    return  # the deputy had a bullet too
                await asyncio.sleep(0.02)

    def _has_sender(self, at: int) -> bool:
        return self._roles[at] == "sender" and self._processes[at].is_alive

    async def recovers(self) -> None:
        """Everybody alive again, without a bullet and with the right time."""
        for at, process in enumerate(self._processes):
            await process.is_killed_if_alive()
            await process.starts(role=self._roles[at])

    async def ends(self, number: int) -> float:
        """Ask all of them to stop; the longest that one took."""
        return max(await asyncio.gather(*[process.ends(number) for process in self._processes]))


def whose_seat(conn: Connection) -> int | None:
    """The server's name for whoever holds the sender's seat."""
    query = (
        "SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database "
        "WHERE d.datname = current_database() AND locktype = 'advisory' AND classid = 18498 AND objid = 1 AND granted"
    )
    return conn.execute(text(query)).scalar_one_or_none()
