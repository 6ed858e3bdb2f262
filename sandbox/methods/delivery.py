"""The way of every message from the bot into a chat."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.chats import Chat
from sandbox.content import read_markup
from sandbox.errors import bad_request
from sandbox.shapes import Json
from sandbox.world import World


def open_chat(world: World, call: Call, name: str = "chat_id") -> Chat:
    """The chat of a call in which the bot may write."""
    chat = world.chat(call.text(name))
    chat.check_bot_may_write()
    return chat


def message_in(chat: Chat, call: Call, purpose: str, name: str = "message_id") -> Json:
    """The message a call speaks of; `purpose` names it in the refusal, as in 'to edit'."""
    if call.number(name) <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(call.number(name))
    if message is None:
        raise bad_request(f"message {purpose} not found")
    return message


def deliver(world: World, chat: Chat, call: Call, body: Json) -> Json:
    """Send from the bot, with keyboard and reply, within the flood limits."""
    markup = read_markup(call)
    replied = replied_message(chat, call)
    topic = topic_of(chat, call, replied)
    if world.gate is not None:
        world.gate.admit(chat.id)
    extra: Json = topic if replied is None else {"reply_to_message": replied, **topic}
    if markup and markup.get("inline_keyboard"):
        extra["reply_markup"] = {"inline_keyboard": markup["inline_keyboard"]}
    message = world.post(chat, world.bot, body | extra)
    if markup and "inline_keyboard" not in markup:
        show_reply_keyboard(world, chat, message, markup)
    return message


def topic_of(chat: Chat, call: Call, replied: Json | None) -> Json:
    """The topic a message belongs to: the one it names, or that of the message it answers."""
    thread_id = call.number("message_thread_id") or int((replied or {}).get("message_thread_id", 0))
    if thread_id and thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return chat.topic(thread_id)


def show_reply_keyboard(world: World, chat: Chat, message: Json, markup: Json) -> None:
    """The keyboard in place of the letters; a message that brought one cannot be edited."""
    chat.no_edit.add(message["message_id"])
    chat.keyboard = markup if "keyboard" in markup else None
    world.journal.add("keyboard", chat_id=chat.id, keyboard=chat.keyboard)


def replied_message(chat: Chat, call: Call) -> Json | None:
    """The message this one answers, without its own chain of answers."""
    wish: Json = call.data("reply_parameters") or {}
    number = wish.get("message_id") or call.number("reply_to_message_id")
    if not number:
        return None
    message = chat.messages.get(int(number))
    if message is not None:
        return {key: value for key, value in message.items() if key != "reply_to_message"}
    if wish.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")
