"""Messages taken away, and pinned."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.methods.delivery import message_in, open_chat
from sandbox.methods.registry import method
from sandbox.world import World

TWO_DAYS = 48 * 3600


def remove(world: World, chat: Chat, message_id: int) -> None:
    """Delete one message if the bot may: its own or, in private, anybody's, for two days."""
    message = chat.messages[message_id]
    foreign = chat.authors[message_id] != world.cast.bot.id
    may_delete = chat.is_private or not foreign or chat.bot_status == "administrator"
    if not may_delete or world.clock.timestamp() - message["date"] > TWO_DAYS:
        raise bad_request("message can't be deleted for everyone")
    vanish(world, chat, message_id)


def vanish(world: World, chat: Chat, message_id: int) -> None:
    """The message is gone for everybody."""
    del chat.messages[message_id]
    world.inline.forget(chat.inline_ids.pop(message_id, None))
    world.journal.add("deleted", chat_id=chat.id, message_id=message_id)


@method("deleteMessage")
def delete_message(world: World, call: Call) -> bool:
    """Take one message away."""
    chat = open_chat(world, call)
    remove(world, chat, message_in(chat, call, "to delete")["message_id"])
    return True


@method("deleteMessages")
def delete_messages(world: World, call: Call) -> bool:
    """Take several away; those that are gone already are passed over."""
    chat = open_chat(world, call)
    numbers = call.data("message_ids") or []
    if not 1 <= len(numbers) <= 100:
        raise bad_request("message identifiers are not specified")
    for number in numbers:
        if number in chat.messages:
            remove(world, chat, number)
    return True


@method("pinChatMessage")
def pin_chat_message(world: World, call: Call) -> bool:
    """Keep a message in sight."""
    chat = open_chat(world, call)
    message = message_in(chat, call, "to pin")
    if not chat.is_private and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = message["message_id"]
    world.journal.add("pinned", chat_id=chat.id, message_id=chat.pinned)
    return True


@method("unpinChatMessage")
def unpin_chat_message(world: World, call: Call) -> bool:
    """Let it go."""
    chat = open_chat(world, call)
    chat.pinned = None
    world.journal.add("pinned", chat_id=chat.id, message_id=None)
    return True
