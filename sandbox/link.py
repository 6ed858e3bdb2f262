"""The wire between people in tests and the sandbox."""

from __future__ import annotations

from typing import Any, Self

import aiohttp

from sandbox.errors import PeopleError
from sandbox.shapes import Json


class Link:
    """An open HTTP session to the people's side."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(self.url)
        return self

    async def __aexit__(self, *trouble: object) -> None:
        await self.session.close()

    async def get(self, path: str, **query: Any) -> Json:
        """Read something."""
        async with self.session.get(path, params=query) as answer:
            return await _read(answer)

    async def delete(self, path: str) -> Json:
        """Take something back."""
        async with self.session.delete(path) as answer:
            return await _read(answer)

    async def post(self, path: str, body: Any) -> Json:
        """Do something."""
        if isinstance(body, aiohttp.FormData):
            async with self.session.post(path, data=body) as answer:
                return await _read(answer)
        async with self.session.post(path, json=body) as answer:
            return await _read(answer)


async def _read(answer: aiohttp.ClientResponse) -> Json:
    body: Json = await answer.json()
    if "error" in body:
        raise PeopleError(body["error"])
    return body
