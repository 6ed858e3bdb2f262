"""Messages changed in place."""

from __future__ import annotations

from datetime import timedelta

from sandbox.call import Call
from sandbox.chats import Chat
from sandbox.content import read_caption, read_markup, read_text
from sandbox.errors import NOT_MODIFIED, bad_request
from sandbox.methods.delivery import message_in, open_chat
from sandbox.methods.media import media_body
from sandbox.methods.registry import method
from sandbox.shapes import Json
from sandbox.world import World

_MEDIA = {"photo", "document", "voice", "sticker"}
_CAPTION = {"caption", "caption_entities"}
_TEXT = {"text", "entities"}


def editable(world: World, call: Call) -> tuple[Chat, Json]:
    """The bot's own message a call wants to change, or one that somebody sent through it."""
    if call.text("inline_message_id"):
        return through_the_bot(world, call)
    chat = open_chat(world, call)
    message = message_in(chat, call, "to edit")
    age = timedelta(seconds=world.clock.timestamp() - message["date"])
    too_old = world.edit_age_limit is not None and age > world.edit_age_limit
    author = chat.authors[message["message_id"]]
    not_mine = author != world.cast.bot.id or "forward_origin" in message
    if too_old or not_mine or message["message_id"] in chat.no_edit:
        raise bad_request("message can't be edited")
    return chat, message


def through_the_bot(world: World, call: Call) -> tuple[Chat, Json]:
    """A message in a chat the bot need not be in; no new file can be uploaded into it."""
    if call.uploads:
        raise bad_request("can't use uploaded files to edit inline messages")
    found = world.inline.messages.get(call.text("inline_message_id"))
    if found is None:
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.chats[found[0]]
    return chat, chat.messages[found[1]]


def replace(world: World, call: Call, old: set[str], new: Json) -> Json | bool:
    """Exchange part of a message and its keyboard; refuse when that changes nothing."""
    chat, message = editable(world, call)
    markup = read_markup(call)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("object expected as inline keyboard markup")
    kept = {key: value for key, value in message.items() if key not in old | {"reply_markup"}}
    changed = kept | new
    if markup and markup["inline_keyboard"]:
        changed["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    if changed == message:
        raise bad_request(NOT_MODIFIED)
    inline = bool(call.text("inline_message_id"))
    if world.gate is not None:
        world.gate.admit(None if inline else chat.id)
    changed["edit_date"] = world.clock.timestamp()
    chat.messages[message["message_id"]] = changed
    world.changed(chat, changed)
    return True if inline else changed


@method("editMessageText")
def edit_message_text(world: World, call: Call) -> Json | bool:
    """New words; without a keyboard in the call the old one goes."""
    new = read_text(call)
    if "text" not in editable(world, call)[1]:
        raise bad_request("there is no text in the message to edit")
    return replace(world, call, _TEXT, new)


@method("editMessageCaption")
def edit_message_caption(world: World, call: Call) -> Json | bool:
    """New words under a photo or file."""
    new = read_caption(call)
    if not editable(world, call)[1].keys() & _MEDIA:
        raise bad_request("there is no caption in the message to edit")
    return replace(world, call, _CAPTION, new)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, call: Call) -> Json | bool:
    """Another keyboard, or none."""
    return replace(world, call, set(), {})


@method("editMessageMedia")
def edit_message_media(world: World, call: Call) -> Json | bool:
    """Another photo or file."""
    item = call.data("media")
    if not isinstance(item, dict):
        raise bad_request("can't parse media JSON object")
    editable(world, call)
    return replace(world, call, _MEDIA | _CAPTION | _TEXT, media_body(world, call, item))
