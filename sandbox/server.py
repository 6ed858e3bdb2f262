"""The sandbox on a port, inside whatever event loop is running."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable

import uvicorn

from sandbox.app import create_app
from sandbox.cast import DEFAULT_CAST, Cast
from sandbox.page_api import OnClock, OnStartOver
from sandbox.webhook import deliver_webhooks
from sandbox.world import World


class SandboxServer:
    """Start it, read `.url`, stop it; `.state` is the world for those in the same process."""

    def __init__(
        self,
        token: str = "1:SANDBOX",
        host: str = "127.0.0.1",
        port: int = 8080,
        cast: Cast = DEFAULT_CAST,
        on_clock: OnClock | None = None,
        on_start_over: OnStartOver | None = None,
        strict: bool = True,
        state: World | None = None,
        names: Iterable[str] = (),
    ) -> None:
        self.state = state or World(cast, token=token, strict=strict)
        self.host = host
        self.port = port
        self._app = create_app(
            self.state, on_clock=on_clock, on_start_over=on_start_over, names=(host, *names)
        )
        self._webhooks: asyncio.Task[None] | None = None
        self._server: uvicorn.Server | None = None

    @property
    def url(self) -> str:
        """The address of the page; the Bot API is at `{url}/bot`, files at `{url}/file/bot`."""
        return f"http://{self.host}:{self.port}"

    async def start(self) -> None:
        """Listen; with port 0 the system chooses and `.url` tells. Raises OSError on a taken port."""
        sock = socket.socket()
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((self.host, self.port))
            sock.listen(128)
        except OSError:
            sock.close()
            raise
        self.port = sock.getsockname()[1]
        self._socket = sock
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=2,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)
        # Not serve(): that would take the signals, which belong to whoever runs the sandbox.
        await self._server.startup(sockets=[sock])
        self._webhooks = asyncio.create_task(deliver_webhooks(self.state))

    async def stop(self) -> None:
        """Answer long polls and streams at once, then close."""
        if self._server is None or self._webhooks is None:
            return
        self.state.close()
        self._webhooks.cancel()
        await asyncio.gather(self._webhooks, return_exceptions=True)
        await self._server.shutdown(sockets=[self._socket])
        self._server = None
