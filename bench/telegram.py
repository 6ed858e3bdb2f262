"""Telegram as far as a bench needs it, in a process of its own: `python -m bench.telegram PORT CORE SCENE.json`.

It answers every call after a given latency, brings the updates it was told to bring by getUpdates, and notes when
each call arrived. With ``strict`` it keeps Telegram's limits as sliding windows, measured at arrival, and answers
429 where one is broken.
"""

import asyncio
import json
import os
import random
import sys
import time
from collections import defaultdict, deque
from typing import Any

import orjson
from aiohttp import web

_SENDING = ("sendMessage", "editMessageText")
ME = {"id": 1, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


def message(chat_id: int, number: int, text: str = "") -> dict[str, Any]:
    """A message of a person in a private chat."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Olena", "language_code": "uk"}
    chat = {"id": chat_id, "type": "private", "first_name": "Olena"}
    body: dict[str, Any] = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    return body


class Limits:
    """Strict windows: no second with more than so many, no second in a chat with two, no minute in a group with 21."""

    def __init__(self, total: int = 30) -> None:
        self._total: deque[float] = deque(maxlen=total)
        self._chats: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=1))
        self._groups: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=20))

    def broken(self, chat_id: int, now: float) -> bool:
        """Whether this arrival is one too many."""
        chat, span = (self._groups[chat_id], 60.0) if chat_id < 0 else (self._chats[chat_id], 1.0)
        found = any(
            len(window) == window.maxlen and now - window[0] < seconds
            for window, seconds in ((self._total, 1.0), (chat, span))
        )
        self._total.append(now)
        chat.append(now)
        return found


class Telegram:
    """One bot's server."""

    def __init__(self, scene: dict[str, Any]) -> None:
        self._latency: float = scene.get("latency", 0.0)
        self._spread: float = scene.get("spread", 0.0)
        self._chance = random.Random(7)
        self._limits = Limits() if scene.get("strict") else None
        self._updates: deque[dict[str, Any]] = deque()
        self._came = asyncio.Event()
        self._sent = 0
        self.calls: list[tuple[float, float, int, str]] = []
        self.refused = 0
        self.born: dict[int, float] = {}

    def bring(self, updates: list[dict[str, Any]]) -> None:
        """Let them be fetched."""
        now = time.perf_counter()
        for update in updates:
            self.born[update["update_id"]] = now
        self._updates.extend(updates)
        self._came.set()

    async def call(self, request: web.Request) -> web.Response:
        """Any method of the Bot API."""
        arrived, method = time.perf_counter(), request.match_info["method"]
        values = await _values(request)
        if method == "getUpdates":
            return _fine(await self._fetch(values))
        if method == "getMe":
            return _fine(ME)
        if method not in _SENDING:
            return _fine(True)
        chat_id = int(values["chat_id"])
        refused = self._limits is not None and self._limits.broken(chat_id, arrived)
        if self._latency:
            await asyncio.sleep(self._latency * self._chance.uniform(1 - self._spread, 1 + self._spread))
        if refused:
            self.refused += 1
            error = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
            return web.json_response(error | {"parameters": {"retry_after": 1}}, status=429)
        self._sent += 1
        text = str(values.get("text", ""))[:12]
        self.calls.append((arrived, time.perf_counter(), chat_id, text))
        return _fine(message(chat_id, self._sent) | {"from": ME})

    async def _fetch(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(values.get("offset") or 0)
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), min(float(values.get("timeout") or 0), 5.0))
            except TimeoutError:
                return []
        return [self._updates[at] for at in range(min(100, len(self._updates)))]

    async def told(self, request: web.Request) -> web.Response:
        """The bench's own door: bring updates, or report."""
        body = await request.json()
        if "bring" in body:
            self.bring(body["bring"])
            return web.json_response({})
        if body.get("forget"):
            self.calls.clear()
            self.born.clear()
        report = {"calls": self.calls, "refused": self.refused, "born": self.born, "now": time.perf_counter()}
        return web.Response(body=orjson.dumps(report, option=orjson.OPT_NON_STR_KEYS))


async def _values(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    if request.content_type == "application/json":
        found: dict[str, Any] = orjson.loads(raw)
        return found | dict(request.query)
    return dict(await request.post()) | dict(request.query)


def _fine(result: Any) -> web.Response:
    return web.Response(body=orjson.dumps({"ok": True, "result": result}), content_type="application/json")


async def serve(port: int, scene: dict[str, Any]) -> None:
    """Until killed."""
    telegram = Telegram(scene)
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/bot{token}/{method}", telegram.call)
    app.router.add_post("/bench", telegram.told)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[2]) % (os.cpu_count() or 1)})
    asyncio.run(serve(int(sys.argv[1]), json.loads(sys.argv[3])))
