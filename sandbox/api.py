"""The Bot API over HTTP."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from sandbox.call import Call, lower_names, read_call
from sandbox.errors import ApiError, bad_request, too_many_requests
from sandbox.methods import METHODS
from sandbox.world import Failure, World


class LostAnswer(Response):
    """A connection that dies in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Promise more bytes than are sent, so that the server cuts the connection."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


async def carry_out(world: World, call: Call) -> Any:
    """Check a call and do what it says."""
    if world.strict:
        call.check_names()
    method = METHODS.get(call.method)
    if method is None:
        raise bad_request(f"the sandbox does not carry out {call.method}")
    result = method(world, call)
    return await result if inspect.isawaitable(result) else result


def injected(kind: Failure | None) -> None:
    """Raise the failure a test asked for."""
    if kind == "flood":
        raise too_many_requests(1)
    if kind == "server":
        raise ApiError(500, "Internal Server Error")
    if kind == "gateway":
        raise ApiError(502, "Bad Gateway")


def bot_api(world: World) -> list[Route]:
    """The routes a bot talks to."""

    async def answer(request: Request) -> Response:
        if request.path_params["token"] != world.token:
            raise ApiError(401, "Unauthorized")
        call = await read_call(request, str(request.path_params.get("method", "")))
        name = lower_names().get(call.method.lower())
        if name is None:
            raise ApiError(404, "Not Found")
        call.method = name
        failure = world.take_failure(name)
        if world.latency:
            await asyncio.sleep(world.latency)
        injected(failure)
        if failure == "drop_before":
            return LostAnswer()
        ordered = world.orders.take(call)
        if ordered is not None:
            return ordered.response()
        result = await carry_out(world, call)
        if failure == "drop_after":
            return LostAnswer()
        return JSONResponse({"ok": True, "result": result})

    async def endpoint(request: Request) -> Response:
        try:
            return await answer(request)
        except ApiError as refusal:
            return JSONResponse(refusal.answer(), refusal.code)

    async def download(request: Request) -> Response:
        stored = world.files.by_path(request.path_params["path"])
        if request.path_params["token"] != world.token or stored is None:
            return JSONResponse(ApiError(404, "Not Found").answer(), 404)
        return Response(stored.upload.data, media_type=stored.upload.mime)

    return [
        Route("/file/bot{token}/{path:path}", download),
        Route("/bot{token}/{method}", endpoint, methods=["GET", "POST"]),
        Route("/bot{token}/", endpoint, methods=["GET", "POST"]),
        Route("/bot{token}", endpoint, methods=["GET", "POST"]),
    ]
