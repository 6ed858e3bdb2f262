"""Updates on their way to the bot: kept until acknowledged, delivered again until then."""

from __future__ import annotations

import asyncio
from collections import deque

from sandbox.clock import Bell
from sandbox.errors import OTHER_POLLER, conflict
from sandbox.shapes import Json

# Telegram leaves these out unless the bot asks for them by name.
ON_REQUEST_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}


class UpdateQueue:
    """One line of updates for one bot."""

    def __init__(self) -> None:
        self._pending: deque[Json] = deque()
        self._next_id = 700_000_001
        self._allowed: list[str] = []
        self._bell = Bell()
        self._poll = 0
        self._why_ended = OTHER_POLLER
        self.open = True

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for; empty means the usual ones."""
        return self._allowed

    def allow(self, kinds: list[str] | None) -> None:
        """Remember what the bot wants; None leaves the wish as it was, as Telegram does."""
        if kinds is not None:
            self._allowed = kinds

    def push(self, kind: str, payload: Json) -> int | None:
        """Queue one update, unless the bot does not want that kind; returns its id."""
        wanted = kind in self._allowed if self._allowed else kind not in ON_REQUEST_ONLY
        if not wanted:
            return None
        update_id = self._next_id
        self._next_id += 1
        self._pending.append({"update_id": update_id, kind: payload})
        self._bell.ring()
        return update_id

    def first(self) -> Json | None:
        """The oldest update nobody acknowledged."""
        return self._pending[0] if self._pending else None

    def acknowledge(self, below: int) -> None:
        """Forget every update with a smaller id; a negative number keeps that many from the end."""
        if below < 0:
            while len(self._pending) > -below:
                self._pending.popleft()
        while self._pending and self._pending[0]["update_id"] < below:
            self._pending.popleft()

    def clear(self) -> None:
        """Drop what waits; the numbers go on, as a bot may remember its last one."""
        self._pending.clear()

    def interrupt(self, why: str) -> None:
        """End a long poll that is under way with a conflict."""
        self._why_ended = why
        self._poll += 1
        self._bell.ring()

    def close(self) -> None:
        """Answer long polls at once: the server is stopping."""
        self.open = False
        self._bell.ring()

    async def fetch(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """A long poll. As at Telegram a newer poll ends the older one with a conflict."""
        self.interrupt(OTHER_POLLER)
        mine = self._poll
        self.acknowledge(offset)
        deadline = asyncio.get_running_loop().time() + seconds
        while self.open and not self._pending:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await self._bell.heard(left)
            if self._poll != mine:
                raise conflict(self._why_ended)
        return list(self._pending)[:limit]

    async def wait(self) -> None:
        """Return when something may be in the line (for the webhook's worker)."""
        while self.open and not self._pending:
            await self._bell.heard(60)
