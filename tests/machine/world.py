"""The other end of the line, and a clock that runs ahead instead of making us wait."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.clock import Clock

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestClock(Clock):
    """Whoever waits moves time on to the moment they wait for."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.elapsed) + self._offset

    def monotonic(self) -> float:
        return self.elapsed

    async def wait(self, event: asyncio.Event, seconds: float | None) -> None:
        if seconds is None:
            await event.wait()
            return
        try:  # a moment for what is under way; nothing is asserted about how long it is
            await asyncio.wait_for(event.wait(), 0.01)
        except TimeoutError:
            self.elapsed += seconds

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds


@dataclass(frozen=True)
class Call:
    """One call as Telegram heard it."""

    at: float
    method: str
    values: dict[str, Any]


Answer = tuple[int, Any]
Answers = Callable[[Call], Answer | None]


def refusal(code: int, text: str, **parameters: Any) -> Answer:
    """How Telegram says no."""
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": text}
    return code, body | ({"parameters": parameters} if parameters else {})


class Line(BaseRequest):
    """In place of HTTP, below everything of python-telegram-bot and of ours."""

    def __init__(self, clock: TestClock) -> None:
        self._clock = clock
        self.calls: list[Call] = []
        self.answers: Answers = lambda call: None
        self.takes = 0.0

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **kw: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1].split("?")[0]
        call = Call(self._clock.monotonic(), name, request_data.parameters if request_data else {"url": url})
        self.calls.append(call)
        code, body = self.answers(call) or (200, {"ok": True, "result": self._result(call)})
        self._clock.elapsed += self.takes
        return code, json.dumps(body).encode()

    def _result(self, call: Call) -> Any:
        message = {
            "message_id": len(self.calls),
            "date": 1_700_000_000,
            "chat": {"id": call.values.get("chat_id", 0), "type": "private"},
        }
        match call.method:
            case "getMe":
                return {"id": 1, "is_bot": True, "first_name": "Bridge", "username": "bridge_bot"}
            case "sendMediaGroup":
                return [message]
            case "sendMessage" | "editMessageText" | "sendPhoto" | "sendDocument":
                return message
            case "getUpdates":
                return []
            case _:
                return True

    def said(self) -> list[tuple[int, str]]:
        """(chat, text) of every message sent or edited, in order."""
        return [(call.values["chat_id"], call.values["text"]) for call in self.calls if "text" in call.values]

    def bot(self) -> "ExtBot[None]":
        """A real client at this end."""
        return ExtBot("1:TEST-TOKEN", request=self, get_updates_request=self)
