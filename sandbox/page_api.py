"""What the page reads and what stands in its top bar: state, happenings, files, clock, start over."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.people_api import guarded, read_body
from sandbox.refusing import read_order
from sandbox.view import chat_view, clock_view, world_view
from sandbox.world import World

OnClock = Callable[[timedelta], Awaitable[None]]
OnStartOver = Callable[[], Awaitable[None]]

# Long enough to be cheap, short enough that no proxy or browser hangs up.
HEARTBEAT = 20.0
# Files of people are shown, never run, by the page that shares their address.
SAFE = {"content-security-policy": "sandbox; default-src 'none'", "x-content-type-options": "nosniff"}


def page_api(world: World, on_clock: OnClock | None, on_start_over: OnStartOver | None) -> list[Route]:
    """The routes the page reads from, and those of its top bar."""
    return [*reading(world), *top_bar(world, on_clock, on_start_over)]


def reading(world: World) -> list[Route]:
    """State, one chat, the stream of happenings, files."""

    async def state(request: Request) -> Response:
        return JSONResponse(world_view(world))

    async def chat(request: Request) -> Response:
        query = request.query_params
        after = int(query.get("after", -1))
        await world.journal.wait(after, float(query.get("seconds", 0))) if after >= 0 else None
        shown = chat_view(world, world.chat(request.path_params["chat"]))
        return JSONResponse({"rev": world.journal.rev, "chat": shown})

    async def events(request: Request) -> Response:
        seen = request.headers.get("last-event-id") or request.query_params.get("since", "0")
        return StreamingResponse(stream(world, int(seen)), media_type="text/event-stream")

    async def file(request: Request) -> Response:
        stored = world.files.by_id(request.path_params["file_id"])
        if stored is None:
            return Response("This file is gone.", 404)
        inline = stored.kind == "photo" and stored.upload.mime in {"image/png", "image/jpeg", "image/webp"}
        headers = SAFE | ({} if inline else {"content-disposition": "attachment"})
        return Response(stored.upload.data, media_type=stored.upload.mime, headers=headers)

    return [
        Route("/world", guarded(state)),
        Route("/chats/{chat}", guarded(chat)),
        Route("/events", guarded(events)),
        Route("/files/{file_id}", guarded(file)),
    ]


async def stream(world: World, rev: int) -> AsyncIterator[str]:
    """Happenings as server-sent events; 'reset' tells a page that missed too much to load anew."""
    while world.journal.open:
        found = await world.journal.wait(rev, HEARTBEAT)
        if found is None:
            found = [{"rev": world.journal.rev, "kind": "reset"}]
        for entry in found:
            rev = entry["rev"]
            if entry["kind"] == "chat":
                entry = entry | {"chat": chat_view(world, world.chats[entry["chat_id"]])}
            yield f"id: {rev}\ndata: {json.dumps(entry)}\n\n"
        if not found:
            yield ": still here\n\n"


def top_bar(world: World, on_clock: OnClock | None, on_start_over: OnStartOver | None) -> list[Route]:
    """The clock, ordered answers and the fresh start."""

    async def clock(request: Request) -> Response:
        return JSONResponse(clock_view(world))

    async def forward(request: Request) -> Response:
        body = await read_body(request)
        if "until_hour" in body:
            step = world.clock.until(int(body["until_hour"]))
        else:
            step = timedelta(seconds=float(body["seconds"]))
        offset = world.clock.forward(step)
        if on_clock is not None:
            await on_clock(offset)
        world.journal.add("clock", clock=clock_view(world))
        return JSONResponse(clock_view(world))

    async def start_over(request: Request) -> Response:
        if on_start_over is not None:
            await on_start_over()
        world.wipe()
        return JSONResponse({"rev": world.journal.rev})

    async def refuse(request: Request) -> Response:
        world.orders.add(read_order(await read_body(request)))
        return JSONResponse({"rev": world.journal.rev})

    async def relent(request: Request) -> Response:
        world.orders.clear()
        return JSONResponse({"rev": world.journal.rev})

    return [
        Route("/refusals", guarded(refuse), methods=["POST"]),
        Route("/refusals", guarded(relent), methods=["DELETE"]),
        Route("/clock", clock),
        Route("/clock", guarded(forward), methods=["POST"]),
        Route("/start-over", guarded(start_over), methods=["POST"]),
    ]
