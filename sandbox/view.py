"""The world as the page sees it."""

from __future__ import annotations

from sandbox.cast import Person
from sandbox.chats import Chat
from sandbox.shapes import Json
from sandbox.world import World

RECENT = 300


def world_view(world: World) -> Json:
    """Everything at once, with the number from which to follow the happenings."""
    return {
        "rev": world.journal.rev,
        "bot": world.bot,
        "clock": clock_view(world),
        "people": [person_view(person) for person in world.cast.people],
        "chats": [chat_view(world, chat) for chat in world.chats.values()],
        "profile": {f"{field}:{language}": text for (field, language), text in world.profile.items()},
    }


def clock_view(world: World) -> Json:
    """The sandbox's time."""
    offset = world.clock.offset.total_seconds()
    return {"now": world.clock.now().isoformat(), "offset_seconds": offset}


def person_view(person: Person) -> Json:
    """Somebody of the cast."""
    return {
        "id": person.id,
        "name": person.name,
        "first_name": person.first_name,
        "username": person.username,
        "language_code": person.language_code,
        "caption": person.caption,
    }


def chat_view(world: World, chat: Chat) -> Json:
    """A chat with its recent messages and what each member may do."""
    members = [chat.id] if chat.is_private else list(chat.members)
    return {
        **chat.shape(),
        "members": members,
        "admins": [user for user in members if chat.is_admin(user)],
        "topics": [{"id": thread_id, "name": name} for thread_id, name in chat.topics.items()],
        "bot_status": chat.bot_status,
        "started": chat.started,
        "deactivated": chat.deactivated,
        "migrated_to": chat.migrated_to,
        "migrated_from": chat.migrated_from,
        "pinned": chat.pinned,
        "keyboard": chat.keyboard,
        "commands": {str(user): commands_for(world, chat, user) for user in members},
        "messages": list(chat.messages.values())[-RECENT:],
    }


def commands_for(world: World, chat: Chat, user_id: int) -> list[Json]:
    """The command menu of one person in one chat."""
    person = world.people.get(user_id)
    return world.commands.seen_by(chat, user_id, person.language_code if person else "")
