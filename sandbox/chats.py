"""One chat of the sandbox's world and what the bot may do in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.cast import Group, Person
from sandbox.errors import bad_request, forbidden
from sandbox.shapes import Json, person_shape


@dataclass
class Chat:
    """A private chat, a group or a channel; `bot_status` is the bot's membership in Telegram's words.

    `authors` says who wrote which message: in a channel it does not stand in the message. `inline_ids` are the
    bot's names of messages that people sent through it.
    """

    id: int
    type: str
    title: str = ""
    person: Person | None = None
    members: dict[int, str] = field(default_factory=dict)
    bot_status: str = "member"
    started: bool = True
    deactivated: bool = False
    migrated_to: int | None = None
    migrated_from: int | None = None
    messages: dict[int, Json] = field(default_factory=dict)
    no_edit: set[int] = field(default_factory=set)
    keyboard: Json | None = None
    pinned: int | None = None
    last_id: int = 0
    topics: dict[int, str] = field(default_factory=dict)
    authors: dict[int, int] = field(default_factory=dict)
    inline_ids: dict[int, str] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether this is a person alone with the bot."""
        return self.type == "private"

    def shape(self) -> Json:
        """The Chat object as it stands in messages."""
        if self.person is None:
            forum = {"is_forum": True} if self.topics else {}
            return {"id": self.id, "type": self.type, "title": self.title, **forum}
        person = person_shape(self.person)
        kept: Json = {key: person[key] for key in ("first_name", "last_name", "username") if key in person}
        return {"id": self.id, "type": "private", **kept}

    def check_bot_may_write(self) -> None:
        """Raise what Telegram answers to a bot that is not welcome here."""
        if self.migrated_to is not None:
            raise bad_request(
                "group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.migrated_to
            )
        if self.deactivated:
            raise forbidden("user is deactivated")
        if self.is_private and not self.started:
            raise forbidden("bot can't initiate conversation with a user")
        if self.is_private and self.bot_status == "kicked":
            raise forbidden("bot was blocked by the user")
        if self.bot_status == "kicked":
            raise forbidden(f"bot was kicked from the {self.type} chat")
        if self.bot_status == "left":
            raise forbidden(f"bot is not a member of the {self.type} chat")

    def is_admin(self, user_id: int) -> bool:
        """Whether a person looks after this group or channel."""
        return self.members.get(user_id) in {"creator", "administrator"}

    def topic(self, thread_id: int) -> Json:
        """What a message of a topic carries; nothing for the general one."""
        return {"message_thread_id": thread_id, "is_topic_message": True} if thread_id in self.topics else {}

    def holds(self, user_id: int) -> bool:
        """Whether a person sees this chat."""
        return user_id == self.id if self.is_private else user_id in self.members


def private_chat(person: Person) -> Chat:
    """The chat of a person who has not pressed Start yet."""
    return Chat(person.id, "private", person=person, started=False)


def group_chat(group: Group) -> Chat:
    """A group or channel with its people and, if it says so, with the bot."""
    members = {user: "administrator" if user in group.admins else "member" for user in group.members}
    if group.admins:
        members[group.admins[0]] = "creator"
    inside = "administrator" if group.type == "channel" else "member"
    topics = dict(enumerate(group.topics, start=1))
    return Chat(
        group.id,
        group.type,
        group.title,
        members=members,
        bot_status=inside if group.bot_inside else "left",
        topics=topics,
        last_id=len(topics),
    )
