"""Chats and who is in them."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.membership import set_bot_status
from sandbox.methods.delivery import open_chat
from sandbox.methods.registry import method
from sandbox.shapes import Json, member_shape
from sandbox.world import World


@method("getChat")
def get_chat(world: World, call: Call) -> Json:
    """A chat in full."""
    chat = open_chat(world, call)
    full = chat.shape() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _GIFTS}
    if chat.pinned in chat.messages:
        full["pinned_message"] = chat.messages[chat.pinned]
    return full


_GIFTS = dict.fromkeys(
    (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ),
    False,
)


@method("getChatMember")
def get_chat_member(world: World, call: Call) -> Json:
    """How somebody stands in a chat."""
    chat = open_chat(world, call)
    user_id = call.number("user_id")
    status = status_of(world, chat, user_id)
    return member_shape(world.user(user_id), status, channel=chat.type == "channel")


def status_of(world: World, chat: Chat, user_id: int) -> str:
    """Membership in Telegram's words."""
    if user_id == world.cast.bot.id:
        return chat.bot_status
    if chat.is_private:
        if user_id != chat.id:
            raise bad_request("member not found")
        return "member"
    return chat.members.get(user_id, "left")


@method("getChatAdministrators")
def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """Who looks after a group."""
    chat = open_chat(world, call)
    if chat.is_private:
        raise bad_request("there are no administrators in the private chat")
    admins = [(user, status) for user, status in chat.members.items() if status != "member"]
    if chat.bot_status == "administrator":
        admins.append((world.cast.bot.id, "administrator"))
    channel = chat.type == "channel"
    return [member_shape(world.user(user), status, channel=channel) for user, status in admins]


@method("getChatMemberCount")
def get_chat_member_count(world: World, call: Call) -> int:
    """How many are in a chat, the bot included."""
    chat = open_chat(world, call)
    return 2 if chat.is_private else len(chat.members) + 1


@method("leaveChat")
def leave_chat(world: World, call: Call) -> bool:
    """The bot goes by itself."""
    chat = open_chat(world, call)
    if chat.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    set_bot_status(world, chat, "left", world.bot)
    return True
