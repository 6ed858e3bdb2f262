"""Presses and inline queries that wait for the bot's answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Bell
from sandbox.errors import QUERY_TOO_OLD, bad_request
from sandbox.shapes import Json


@dataclass
class Query:
    """One question put to the bot by a press or an inline query."""

    id: str
    asked: datetime
    person_id: int = 0
    text: str = ""
    answer: Json | None = None


class Queries:
    """Open questions; each can be answered once and not too late."""

    def __init__(self, now: Callable[[], datetime], lifetime: timedelta) -> None:
        self._now = now
        self._lifetime = lifetime
        self._numbers = itertools.count(4_000_000_000_001)
        self._open: dict[str, Query] = {}
        self._bell = Bell()
        self.open = True

    def ask(self, person_id: int, text: str = "") -> Query:
        """A new question with its id."""
        query = Query(str(next(self._numbers)), self._now(), person_id, text)
        self._open[query.id] = query
        return query

    def answer(self, query_id: str, answer: Json) -> Query:
        """Answer a question; a second answer or a late one is refused as Telegram does."""
        query = self._open.pop(query_id, None)
        if query is None or self._now() - query.asked > self._lifetime:
            raise bad_request(QUERY_TOO_OLD)
        query.answer = answer
        self._bell.ring()
        return query

    async def wait(self, query: Query, seconds: float) -> Json | None:
        """The answer, or None when the bot stays silent."""
        while self.open and query.answer is None:
            if not await self._bell.heard(seconds):
                break
        return query.answer

    def close(self) -> None:
        """Let go of every presser: the server is stopping, or the world begins again."""
        self.open = False
        self._bell.ring()
