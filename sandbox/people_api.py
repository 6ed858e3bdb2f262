"""The people's side over HTTP: what the page and the tests call."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import people, picking
from sandbox.call import read_upload
from sandbox.cast import Person
from sandbox.chats import Chat
from sandbox.errors import ApiError, PeopleError
from sandbox.membership import set_bot_status, upgrade
from sandbox.shapes import Json, person_shape
from sandbox.world import World

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
Deed: TypeAlias = Callable[[World, Person, Chat, Json], Any]

# How long a presser's button spins before the apps give up.
PATIENCE = 15.0

DEEDS: dict[str, Deed] = {
    "say": lambda w, p, c, b: people.say(w, p, c, str(b["text"]), b.get("reply_to"), b.get("thread_id")),
    "contact": lambda w, p, c, b: people.share_contact(w, p, c),
    "location": lambda w, p, c, b: people.send(
        w, p, c, {"location": {"latitude": float(b["latitude"]), "longitude": float(b["longitude"])}}
    ),
    "sticker": lambda w, p, c, b: people.send_sample(w, p, c, "sticker"),
    "voice": lambda w, p, c, b: people.send_sample(w, p, c, "voice"),
    "edit": lambda w, p, c, b: people.edit(w, p, c, int(b["message_id"]), str(b["text"])),
    "delete": lambda w, p, c, b: people.delete(w, p, c, int(b["message_id"])),
    "pick": lambda w, p, c, b: picking.pick(
        w, p, c, str(b["query_id"]), str(b["result_id"]), b.get("thread_id")
    ),
    "forward": lambda w, p, c, b: people.forward(
        w, p, c, int(b["message_id"]), people.chat_of(w, p, b.get("to"))
    ),
    "start": lambda w, p, c, b: people.start(w, p, str(b.get("payload", ""))),
    "block": lambda w, p, c, b: people.block(w, p),
    "unblock": lambda w, p, c, b: people.unblock(w, p),
    "deactivate": lambda w, p, c, b: people.deactivate(w, p),
    "add_bot": lambda w, p, c, b: set_bot_status(w, c, b.get("status", "member"), person_shape(p)),
    "remove_bot": lambda w, p, c, b: set_bot_status(w, c, "kicked", person_shape(p)),
    "upgrade": lambda w, p, c, b: upgrade(w, c, person_shape(p), b.get("signals") or ()).shape(),
    "new_group": lambda w, p, c, b: w.add_group(str(b["title"]), [p.id, *b.get("members", [])]).shape(),
}


def guarded(endpoint: Endpoint) -> Endpoint:
    """Say mistakes as sentences, and take nothing from pages of other addresses."""

    async def guard(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return JSONResponse({"error": "Only the sandbox's own page may do this."}, 403)
        try:
            return await endpoint(request)
        except (PeopleError, ApiError) as refusal:
            return JSONResponse({"error": str(refusal)}, 400)
        except (KeyError, TypeError, ValueError) as mistake:
            return JSONResponse({"error": f"This call is not understood: {mistake}"}, 400)

    return guard


async def read_body(request: Request) -> Json:
    """The JSON object of a call; an empty body is an empty object."""
    body = json.loads(await request.body() or b"{}")
    if not isinstance(body, dict):
        raise PeopleError("A JSON object is expected.")
    return body


def people_api(world: World) -> list[Route]:
    """The routes of the people's side."""

    def whose(request: Request) -> Person:
        return world.person(int(request.path_params["person"]))

    def done(result: Any) -> Response:
        return JSONResponse({"rev": world.journal.rev, "result": result})

    async def deed(request: Request) -> Response:
        person, body = whose(request), await read_body(request)
        act = DEEDS.get(request.path_params["deed"])
        if act is None:
            raise PeopleError("Nobody can do that here.")
        chat = people.chat_of(world, person, body.get("chat_id"))
        return done(act(world, person, chat, body))

    async def files(request: Request) -> Response:
        person = whose(request)
        async with request.form() as form:
            number = str(form.get("chat_id") or person.id)
            chat = people.chat_of(world, person, int(number))
            uploads = [await read_upload(f) for f in form.getlist("files") if isinstance(f, UploadFile)]
            kind, caption = str(form.get("kind") or "document"), str(form.get("caption") or "")
        if kind not in {"photo", "document"}:
            raise PeopleError("Only photos and documents can be sent.")
        return done(people.send_files(world, person, chat, kind, uploads, caption))

    async def press(request: Request) -> Response:
        person, body = whose(request), await read_body(request)
        chat = people.chat_of(world, person, body.get("chat_id"))
        message_id = int(body["message_id"])
        if "data" in body:
            query = people.press_data(world, person, chat, chat.messages[message_id], str(body["data"]))
        else:
            query = people.press(world, person, chat, message_id, int(body["row"]), int(body["column"]))
        return done(await world.queries.wait(query, float(body.get("patience", PATIENCE))))

    async def inline(request: Request) -> Response:
        person, body = whose(request), await read_body(request)
        chat = people.chat_of(world, person, body.get("chat_id"))
        query = picking.ask_inline(world, person, chat, str(body["text"]), str(body.get("offset", "")))
        answer = await world.queries.wait(query, float(body.get("patience", PATIENCE)))
        return done(None if answer is None else answer | {"query_id": query.id})

    def post(path: str, endpoint: Endpoint) -> Route:
        return Route(path, guarded(endpoint), methods=["POST"])

    return [
        post("/people/{person:int}/files", files),
        post("/people/{person:int}/press", press),
        post("/people/{person:int}/inline", inline),
        post("/people/{person:int}/{deed}", deed),
    ]
