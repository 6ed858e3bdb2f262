"""What stands in front of several web processes: a door that asks the next one where one is gone."""

import itertools
import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web

from bot.webhook import HEADER

PATH = "/telegram"


def free_ports(count: int) -> list[int]:
    """All different: each is held until the last one was found."""
    found = [socket.socket() for _ in range(count)]
    for each in found:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in found]
    for each in found:
        each.close()
    return ports


class Door:
    """A reverse proxy in turns, as simple as they come; the bot's address for Telegram."""

    def __init__(self, port: int, behind: Sequence[int]) -> None:
        self.url = f"http://127.0.0.1:{port}{PATH}"
        self._port = port
        self._behind = behind
        self._turns = itertools.cycle(range(len(behind)))
        self.passed = 0

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        app = web.Application()
        app.router.add_post(PATH, self._pass)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def _pass(self, request: web.Request) -> web.Response:
        body, secret = await request.read(), request.headers[HEADER]
        first = next(self._turns)
        for port in (*self._behind[first:], *self._behind[:first]):
            try:
                async with self._session.post(
                    f"http://127.0.0.1:{port}{PATH}", data=body, headers={HEADER: secret}
                ) as answer:
                    self.passed += answer.ok
                    return web.Response(status=answer.status)
            except aiohttp.ClientConnectorError:  # not there; nobody heard it
                continue
            except (aiohttp.ClientError, TimeoutError):  # it may have heard: Telegram has to ask again
                return web.Response(status=502)
        return web.Response(status=503)
