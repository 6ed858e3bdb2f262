"""Somebody who translates, at a door of their own: speaks LibreTranslate's language and DeepL's, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web import Web

Json = dict[str, Any]


@dataclass
class Service:
    """What it was asked, in order, and what it says; at first, the text with its language in front."""

    asked: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    trouble: Callable[[], Response | None] = lambda: None
    silent: bool = False
    port: int = 0
    _leaving: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def _hear(self, request: Request) -> tuple[Json, Response | None]:
        body: Json = await request.json()
        self.asked.append(body)
        if self.silent:
            await self._leaving.wait()
        return body, self.trouble()

    async def libre(self, request: Request) -> Response:
        """POST /translate"""
        body, trouble = await self._hear(request)
        self.keys.append(body.get("api_key", ""))
        return trouble or JSONResponse({"translatedText": f"[{body['target']}] {body['q']}"})

    async def deepl(self, request: Request) -> Response:
        """POST /v2/translate"""
        body, trouble = await self._hear(request)
        self.keys.append(request.headers["authorization"])
        found = [
            {
                "detected_source_language": "UK",
                "text": f"[{body['target_lang']}] {each}",
                "billed_characters": len(each),
            }
            for each in body["text"]
        ]
        return trouble or JSONResponse({"translations": found})

    def leave(self) -> None:
        """Whoever still waits is answered."""
        self._leaving.set()


@asynccontextmanager
async def translating() -> AsyncIterator[Service]:
    """Open for as long as it is needed."""
    service = Service()
    routes = [
        Route("/translate", service.libre, methods=["POST"]),
        Route("/v2/translate", service.deepl, methods=["POST"]),
    ]
    web = Web("127.0.0.1", 0, routes)
    service.port = web.port
    await web.start()
    try:
        yield service
    finally:
        service.leave()
        await web.stop()
