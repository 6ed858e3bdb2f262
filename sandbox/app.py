"""The whole sandbox as one web application."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import PurePath

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.api import bot_api
from sandbox.doors import OwnNames
from sandbox.page_api import OnClock, OnStartOver, page_api
from sandbox.people_api import people_api
from sandbox.world import World

_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'"


def create_app(
    state: World,
    *,
    on_clock: OnClock | None = None,
    on_start_over: OnStartOver | None = None,
    names: Iterable[str] = (),
) -> Starlette:
    """Bot API, people's side and page over one world."""

    async def page(request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        file = files("sandbox") / "static" / name
        if not file.is_file():
            return Response("There is nothing here.", 404)
        headers = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
        return Response(file.read_bytes(), media_type=_TYPES[PurePath(name).suffix], headers=headers)

    static = [Route("/", page), Route("/static/{name}", page)]
    return Starlette(
        routes=[*static, *page_api(state, on_clock, on_start_over), *people_api(state), *bot_api(state)],
        middleware=[Middleware(OwnNames, names=names)],
    )
