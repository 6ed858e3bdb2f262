"""The bot coming and going, and groups growing up."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from sandbox.chats import Chat
from sandbox.errors import PeopleError
from sandbox.shapes import Json, member_shape
from sandbox.world import World

_supergroup_ids = itertools.count(-1_002_000_000_001, -1)
INSIDE = {"member", "administrator"}


def set_bot_status(world: World, chat: Chat, status: str, by: Json) -> None:
    """Change the bot's membership and tell the bot with my_chat_member."""
    if chat.type == "channel" and status == "member":
        raise PeopleError("In a channel a bot can only be an administrator.")
    old, chat.bot_status = chat.bot_status, status
    if old == status:
        return
    if chat.type in {"group", "supergroup"}:
        _service_message(world, chat, old, status, by)
    world.updates.push("my_chat_member", _change(world, chat, old, status, by))
    world.journal.add("chat", chat_id=chat.id)


def _change(world: World, chat: Chat, old: str, new: str, by: Json) -> Json:
    channel = chat.type == "channel"
    return {
        "chat": chat.shape(),
        "from": by,
        "date": world.clock.timestamp(),
        "old_chat_member": member_shape(world.bot, old, channel=channel),
        "new_chat_member": member_shape(world.bot, new, channel=channel),
    }


def _service_message(world: World, chat: Chat, old: str, new: str, by: Json) -> None:
    if new in INSIDE and old not in INSIDE:
        message = world.post(chat, by, {"new_chat_members": [world.bot]})
        world.updates.push("message", message)
    elif new not in INSIDE:
        world.post(chat, by, {"left_chat_member": world.bot})


USUALLY = ("to", "from")
"""What a bot that is in a group hears of its growing up; servers were seen to say more, less, and in any order."""


def upgrade(world: World, chat: Chat, by: Json, signals: Sequence[str] = ()) -> Chat:
    """Make a supergroup of a group: a new chat with a new id, the old one points to it."""
    if chat.type != "group" or chat.migrated_to is not None:
        raise PeopleError("Only a group can become a supergroup.")
    new = Chat(
        next(_supergroup_ids),
        "supergroup",
        chat.title,
        members=dict(chat.members),
        bot_status=chat.bot_status,
        migrated_from=chat.id,
    )
    chat.migrated_to = new.id
    world.chats[new.id] = new
    world.journal.add("chat", chat_id=new.id)
    world.journal.add("chat", chat_id=chat.id)
    there = world.post(chat, by, {"migrate_to_chat_id": new.id})
    here = world.post(new, by, {"migrate_from_chat_id": chat.id})
    told: dict[str, tuple[str, Json]] = {
        "left": ("my_chat_member", _change(world, chat, chat.bot_status, "left", by)),
        "joined": ("my_chat_member", _change(world, new, "left", new.bot_status, by)),
        "to": ("message", there),
        "from": ("message", here),
    }
    for signal in (signals or USUALLY) if chat.bot_status in INSIDE else ():
        if signal in told:
            world.updates.push(*told[signal])
    return new
