"""Whom the sandbox lets in: nobody whose name merely leads to this machine.

A page of a stranger can let its own name point to 127.0.0.1, and is then of "the same origin" as the sandbox for its visitor's
browser. Such a request shows the stranger's name as Host: addresses and this machine's own names are none.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def name_of(host: str) -> str:
    """A Host header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".").lower()


def is_ours(host: str, names: Iterable[str]) -> bool:
    """Whether a Host header names an address, this machine, or one of the names it was given."""
    name = name_of(host)
    try:
        ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost") or name in {each.lower() for each in names}
    return True


class OwnNames:
    """In front of everything the sandbox serves, its Bot API too."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        self._app = app
        self._names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it through or say where to knock."""
        if scope["type"] == "http":
            hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if any(not is_ours(host, self._names) for host in hosts):
                said = "This is not my address. Open the sandbox as 127.0.0.1 or localhost, or give it this name."
                await JSONResponse({"ok": False, "error": said}, 403)(scope, receive, send)
                return
        await self._app(scope, receive, send)
