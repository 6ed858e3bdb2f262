"""Telegram's JSON shapes that several parts build."""

from __future__ import annotations

from typing import Any, TypeAlias

from sandbox.cast import BotAccount, Person

Json: TypeAlias = dict[str, Any]

_ADMIN_RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]
_CHANNEL_RIGHTS = ["can_post_messages", "can_edit_messages"]


def person_shape(person: Person) -> Json:
    """A User object for somebody human."""
    shape: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    if person.last_name:
        shape["last_name"] = person.last_name
    if person.username:
        shape["username"] = person.username
    if person.language_code:
        shape["language_code"] = person.language_code
    return shape


def bot_shape(bot: BotAccount) -> Json:
    """A User object for the bot, as it appears in messages."""
    return {"id": bot.id, "is_bot": True, "first_name": bot.first_name, "username": bot.username}


def member_shape(user: Json, status: str, *, channel: bool = False) -> Json:
    """A ChatMember object with the fields its status requires."""
    shape: Json = {"user": user, "status": status}
    if status == "administrator":
        shape |= {"can_be_edited": False, "is_anonymous": False, "can_promote_members": False}
        shape |= dict.fromkeys(_ADMIN_RIGHTS, True)
        shape |= dict.fromkeys(_CHANNEL_RIGHTS, True) if channel else {}
    elif status == "creator":
        shape["is_anonymous"] = False
    elif status == "kicked":
        shape["until_date"] = 0
    return shape
