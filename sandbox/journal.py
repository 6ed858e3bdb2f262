"""What happened in the chats, numbered, for the page and for tests that wait."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from sandbox.clock import Bell
from sandbox.shapes import Json


class Journal:
    """A bounded list of happenings with a number each; the number never goes back."""

    def __init__(self, keep: int = 2000) -> None:
        self.rev = 0
        self.open = True
        self._kept: deque[Json] = deque(maxlen=keep)
        self._bell = Bell()

    def add(self, kind: str, **data: Any) -> int:
        """Write down a happening and wake the readers."""
        self.rev += 1
        self._kept.append({"rev": self.rev, "kind": kind, **data})
        self._bell.ring()
        return self.rev

    def since(self, rev: int) -> list[Json] | None:
        """What came after `rev`; None when that is longer ago than is remembered."""
        if rev > self.rev or (self._kept and rev < self._kept[0]["rev"] - 1):
            return None
        return [entry for entry in self._kept if entry["rev"] > rev]

    async def wait(self, rev: int, seconds: float) -> list[Json] | None:
        """Like `since`, but waits up to `seconds` for something to happen."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while self.open:
            found = self.since(rev)
            left = deadline - loop.time()
            if found is None or found or left <= 0:
                return found
            await self._bell.heard(left)
        return []

    def close(self) -> None:
        """Let every reader go home: the server is stopping."""
        self.open = False
        self._bell.ring()
