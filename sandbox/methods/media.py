"""Messages that carry files: photos, documents, albums, voices, stickers."""

from __future__ import annotations

import uuid

from telegram.constants import MediaGroupLimit

from sandbox.call import Call
from sandbox.content import read_caption
from sandbox.errors import bad_request
from sandbox.files import StoredFile, Upload
from sandbox.methods.delivery import deliver, open_chat
from sandbox.methods.registry import METHODS, method
from sandbox.shapes import Json
from sandbox.world import World

LARGEST_PHOTO = 10_000_000
LARGEST_FILE = 50_000_000


def stored_file(world: World, call: Call, kind: str, name: str) -> StoredFile:
    """The file of a call: uploaded, attached, or one Telegram already keeps."""
    upload = call.upload(name)
    if upload is not None:
        check_size(kind, upload)
        return world.files.keep(kind, upload)
    reference = call.text(name)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    if reference.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content: the sandbox fetches nothing from the internet")
    found = world.files.by_id(reference)
    if found is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if found.kind != kind:
        raise bad_request(f"can't use file of type {found.kind.title()} as {kind.title()}")
    return found


def check_size(kind: str, upload: Upload) -> None:
    """Telegram takes no empty file and nothing beyond its limits."""
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > (LARGEST_PHOTO if kind == "photo" else LARGEST_FILE):
        raise bad_request("file is too big")


def _sender(kind: str) -> None:
    def send(world: World, call: Call) -> Json:
        chat = open_chat(world, call)
        caption = read_caption(call)
        return deliver(world, chat, call, stored_file(world, call, kind, kind).content() | caption)

    METHODS[f"send{kind.title()}"] = send


for _kind in ("photo", "document", "voice", "sticker"):
    _sender(_kind)


@method("sendMediaGroup")
def send_media_group(world: World, call: Call) -> list[Json]:
    """An album: two to ten photos or documents under one number."""
    chat = open_chat(world, call)
    items = call.data("media")
    if not isinstance(items, list):
        raise bad_request("can't parse media JSON object")
    if not MediaGroupLimit.MIN_MEDIA_LENGTH <= len(items) <= MediaGroupLimit.MAX_MEDIA_LENGTH:
        raise bad_request("wrong number of messages in the media group: it must be 2-10")
    bodies = [media_body(world, call, item) for item in items]
    album = {"media_group_id": str(uuid.uuid4().int)[:17]}
    return [deliver(world, chat, call, body | album) for body in bodies]


def media_body(world: World, call: Call, item: Json) -> Json:
    """One InputMedia as the content of a message."""
    kind = str(item.get("type"))
    if kind not in {"photo", "document"}:
        raise bad_request(f"the sandbox does not carry out media of type {kind}")
    part = Call(call.method, dict(item), call.uploads)
    return stored_file(world, part, kind, "media").content() | read_caption(part)
