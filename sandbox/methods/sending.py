"""New messages without files, forwards and copies."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.content import read_caption, read_text
from sandbox.errors import bad_request
from sandbox.methods.delivery import deliver, message_in, open_chat
from sandbox.methods.registry import method
from sandbox.shapes import Json
from sandbox.world import World

# What a copy takes along; the rest belongs to the message, not to what it says.
CONTENT = [
    "text",
    "entities",
    "caption",
    "caption_entities",
    "photo",
    "document",
    "voice",
    "sticker",
    "location",
    "contact",
    "link_preview_options",
]
ACTIONS = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
]


@method("sendMessage")
def send_message(world: World, call: Call) -> Json:
    """A text with entities and a keyboard."""
    chat = open_chat(world, call)
    return deliver(world, chat, call, read_text(call))


@method("sendChatAction")
def send_chat_action(world: World, call: Call) -> bool:
    """Somebody is typing."""
    chat = open_chat(world, call)
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    world.journal.add("typing", chat_id=chat.id, action=call.text("action"))
    return True


@method("sendLocation")
def send_location(world: World, call: Call) -> Json:
    """A point on the map."""
    chat = open_chat(world, call)
    try:
        place = {key: float(call.text(key)) for key in ("latitude", "longitude")}
    except ValueError:
        raise bad_request("location must be non-empty") from None
    return deliver(world, chat, call, {"location": place})


@method("sendContact")
def send_contact(world: World, call: Call) -> Json:
    """A person's number."""
    chat = open_chat(world, call)
    names = ("phone_number", "first_name", "last_name", "vcard")
    contact = {key: call.text(key) for key in names if call.text(key)}
    if not {"phone_number", "first_name"} <= contact.keys():
        raise bad_request("contact phone number and first name must be non-empty")
    return deliver(world, chat, call, {"contact": contact})


@method("forwardMessage")
def forward_message(world: World, call: Call) -> Json:
    """A message shown again elsewhere, with its origin."""
    chat = open_chat(world, call)
    message = message_in(world.chat(call.text("from_chat_id")), call, "to forward")
    return deliver(world, chat, call, content_of(message) | {"forward_origin": origin_of(message)})


@method("copyMessage")
def copy_message(world: World, call: Call) -> Json:
    """A message said again as one's own; a new caption replaces the old one."""
    chat = open_chat(world, call)
    body = content_of(message_in(world.chat(call.text("from_chat_id")), call, "to copy"))
    if call.values.get("caption") is not None:
        body = {key: value for key, value in body.items() if not key.startswith("caption")}
        body |= read_caption(call)
    return {"message_id": deliver(world, chat, call, body)["message_id"]}


def content_of(message: Json) -> Json:
    """What a message says, without who, where and when."""
    return {key: message[key] for key in CONTENT if key in message}


def origin_of(message: Json) -> Json:
    """Where a forwarded message first stood."""
    if "forward_origin" in message:
        origin: Json = message["forward_origin"]
        return origin
    if "from" not in message:
        where = {"chat": message["sender_chat"], "message_id": message["message_id"]}
        return {"type": "channel", "date": message["date"], **where}
    return {"type": "user", "sender_user": message["from"], "date": message["date"]}
