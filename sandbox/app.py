"""The whole sandbox as one web application."""

from __future__ import annotations

from importlib.resources import files

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.api import bot_api
from sandbox.page_api import OnClock, OnStartOver, page_api
from sandbox.people_api import people_api
from sandbox.world import World

_TYPES = {
    "index.html": "text/html",
    "style.css": "text/css",
    "app.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
_POLICY = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'"


def create_app(
    state: World, *, on_clock: OnClock | None = None, on_start_over: OnStartOver | None = None
) -> Starlette:
    """Bot API, people's side and page over one world."""

    async def page(request: Request) -> Response:
        name = request.path_params.get("name", "index.html")
        if name not in _TYPES:
            return Response("There is nothing here.", 404)
        body = (files("sandbox") / "static" / name).read_bytes()
        headers = {"content-security-policy": _POLICY, "cache-control": "no-cache"}
        return Response(body, media_type=_TYPES[name], headers=headers)

    static = [Route("/", page), Route("/static/{name}", page)]
    return Starlette(
        routes=[*static, *page_api(state, on_clock, on_start_over), *people_api(state), *bot_api(state)]
    )
