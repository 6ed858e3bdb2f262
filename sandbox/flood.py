"""Telegram's flood limits as bots meet them: overall, in one chat, in one group."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

from telegram.constants import FloodLimit

from sandbox.errors import too_many_requests

# A chat forgives a few quick messages before it insists on one a second.
CHAT_BURST = 3


class FloodGate:
    """Sliding windows over what was sent; refuses what comes too soon."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._overall: deque[float] = deque()
        self._chats: defaultdict[int, deque[float]] = defaultdict(deque)

    def admit(self, chat_id: int | None) -> None:
        """Count one message to this chat, or raise 429 with the time to wait; an inline message has no chat."""
        now = self._now()
        chat = deque[float]() if chat_id is None else self._chats[chat_id]
        waits = [
            _wait(self._overall, now, 1.0, FloodLimit.MESSAGES_PER_SECOND),
            _wait(chat, now, 60.0, FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP)
            if (chat_id or 0) < 0
            else _wait(chat, now, float(CHAT_BURST), CHAT_BURST),
        ]
        if max(waits) > 0:
            raise too_many_requests(math.ceil(max(waits)))
        self._overall.append(now)
        chat.append(now)


def _wait(sent: deque[float], now: float, window: float, limit: int) -> float:
    while sent and sent[0] <= now - window - 60:
        sent.popleft()
    recent = [moment for moment in sent if moment > now - window]
    return recent[-limit] + window - now if len(recent) >= limit else 0.0
