"""What people do in their chats; each deed becomes what Telegram would tell the bot."""

from __future__ import annotations

import re
import uuid

from sandbox.cast import Person
from sandbox.chats import Chat
from sandbox.content import plain_text
from sandbox.errors import PeopleError
from sandbox.files import Upload
from sandbox.keyboards import button_at
from sandbox.membership import INSIDE, set_bot_status
from sandbox.methods.removing import vanish
from sandbox.methods.sending import content_of, origin_of
from sandbox.queries import Query
from sandbox.shapes import Json, person_shape
from sandbox.utf16 import pieces
from sandbox.world import World

LONGEST_TEXT = 4096


def chat_of(world: World, person: Person, chat_id: int | None) -> Chat:
    """A chat this person is in and can write to."""
    chat = world.chats.get(person.id if chat_id is None else chat_id)
    if chat is None or not chat.holds(person.id):
        raise PeopleError(f"{person.first_name} is not in this chat.")
    if chat.migrated_to is not None:
        raise PeopleError("This group has become a supergroup.")
    if world.chats[person.id].deactivated:
        raise PeopleError(f"The account of {person.first_name} is deleted.")
    return chat


def hears(world: World, chat: Chat, message: Json) -> bool:
    """Whether the bot is told: in groups, privacy mode keeps ordinary talk from it, but not what was sent through it."""
    if chat.bot_status not in INSIDE:
        return False
    if message.get("via_bot", {}).get("id") == world.cast.bot.id:
        return True
    if chat.is_private or not world.privacy or chat.bot_status == "administrator":
        return True
    text = str(message.get("text") or message.get("caption") or "")
    replied = message.get("reply_to_message", {}).get("from", {}).get("id")
    return bool(replied == world.cast.bot.id or addressed(text, world.cast.bot.username))


def addressed(text: str, username: str) -> bool:
    """A command for any bot or for this one, or a mention of it."""
    command = re.match(r"/\w+(?:@(\w+))?", text)
    if command:
        return command[1] is None or command[1].lower() == username.lower()
    return f"@{username}".lower() in text.lower()


def send(world: World, person: Person, chat: Chat, body: Json) -> Json:
    """Put a person's message into a chat and tell the bot if it may hear it."""
    if chat.type == "channel" and not chat.is_admin(person.id):
        raise PeopleError("In a channel only its administrators post.")
    if chat.is_private and not chat.started:
        raise PeopleError("Press START first.")
    if chat.is_private and chat.bot_status == "kicked":
        raise PeopleError("You have blocked the bot. Unblock it first.")
    message = world.post(chat, person_shape(person), body)
    if hears(world, chat, message):
        world.updates.push("channel_post" if chat.type == "channel" else "message", message)
    return message


def start(world: World, person: Person, payload: str = "") -> Json:
    """Press START, perhaps through a link with a payload; this also unblocks."""
    if payload and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload):
        raise PeopleError("A link's payload has at most 64 letters, digits, _ and -.")
    chat = chat_of(world, person, None)
    if chat.bot_status == "kicked":
        unblock(world, person)
    if not chat.started:
        chat.started = True
        world.journal.add("chat", chat_id=chat.id)
    return send(world, person, chat, plain_text(f"/start {payload}"))


def say(
    world: World,
    person: Person,
    chat: Chat,
    text: str,
    reply_to: int | None = None,
    thread_id: int | None = None,
) -> list[Json]:
    """Type a text, perhaps in a topic; like the apps, a very long one goes out in several messages."""
    body = plain_text(text)
    if not body["text"]:
        raise PeopleError("There is nothing to send.")
    extra = chat.topic(thread_id or 0)
    if reply_to in chat.messages:
        extra["reply_to_message"] = chat.messages[reply_to]
    parts = pieces(body["text"], LONGEST_TEXT)
    return [send(world, person, chat, plain_text(part) | extra) for part in parts if part.strip()]


def send_files(
    world: World, person: Person, chat: Chat, kind: str, uploads: list[Upload], caption: str
) -> list[Json]:
    """Photos or documents; several at once are an album with the caption on the first."""
    if not uploads:
        raise PeopleError("Choose a file first.")
    album: Json = {"media_group_id": str(uuid.uuid4().int)[:17]} if len(uploads) > 1 else {}
    bodies = [world.files.keep(kind, upload).content() | album for upload in uploads]
    if caption:
        bodies[0]["caption"] = caption
    return [send(world, person, chat, body) for body in bodies]


def share_contact(world: World, person: Person, chat: Chat) -> Json:
    """Share one's own number."""
    contact = {"phone_number": person.phone, "first_name": person.first_name, "user_id": person.id}
    if person.last_name:
        contact["last_name"] = person.last_name
    return send(world, person, chat, {"contact": contact})


def send_sample(world: World, person: Person, chat: Chat, kind: str) -> Json:
    """A sticker or a voice message, whatever is in it."""
    if kind not in {"sticker", "voice"}:
        raise PeopleError("That cannot be sent here.")
    upload = Upload(kind, "audio/ogg" if kind == "voice" else "image/webp", kind.encode())
    return send(world, person, chat, world.files.keep(kind, upload).content())


def edit(world: World, person: Person, chat: Chat, message_id: int, text: str) -> Json:
    """Change one's own text."""
    message = chat.messages.get(message_id)
    mine = chat.authors.get(message_id) == person.id
    if message is None or not mine or "text" not in message or "via_bot" in message:
        raise PeopleError("Only your own texts can be edited.")
    kept = {key: value for key, value in message.items() if key not in {"text", "entities"}}
    changed = kept | plain_text(text) | {"edit_date": world.clock.timestamp()}
    chat.messages[message_id] = changed
    world.changed(chat, changed)
    if hears(world, chat, changed):
        world.updates.push("edited_channel_post" if chat.type == "channel" else "edited_message", changed)
    return changed


def delete(world: World, person: Person, chat: Chat, message_id: int) -> None:
    """Take a message away: one's own, any in private, and as an administrator anybody's. The bot is not told."""
    if message_id not in chat.messages:
        raise PeopleError("This message is gone.")
    if not (chat.is_private or chat.is_admin(person.id) or chat.authors[message_id] == person.id):
        raise PeopleError("Only your own messages can be deleted.")
    vanish(world, chat, message_id)


def forward(world: World, person: Person, source: Chat, message_id: int, target: Chat) -> Json:
    """Pass a message on, with its origin."""
    message = source.messages.get(message_id)
    if message is None:
        raise PeopleError("This message is gone.")
    return send(world, person, target, content_of(message) | {"forward_origin": origin_of(message)})


def press(world: World, person: Person, chat: Chat, message_id: int, row: int, column: int) -> Query:
    """Press a button under a message; the bot gets a callback query."""
    message = chat.messages.get(message_id)
    button = button_at(message, row, column) if message else None
    if message is None or button is None:
        raise PeopleError("This button is gone.")
    if "callback_data" not in button:
        raise PeopleError("This button only opens something.")
    return press_data(world, person, chat, message, str(button["callback_data"]))


def press_data(world: World, person: Person, chat: Chat, message: Json, data: str) -> Query:
    """A press with any data at all: what a forged client may send."""
    query = world.queries.ask(person.id)
    inline_id = chat.inline_ids.get(message["message_id"])
    payload = {
        "id": query.id,
        "from": person_shape(person),
        "chat_instance": str(8_000_000_000 + abs(chat.id)),
        "data": data,
        **({"inline_message_id": inline_id} if inline_id else {"message": message}),
    }
    world.updates.push("callback_query", payload)
    return query


def block(world: World, person: Person) -> None:
    """Block the bot."""
    set_bot_status(world, world.chats[person.id], "kicked", person_shape(person))


def unblock(world: World, person: Person) -> None:
    """Let the bot in again."""
    set_bot_status(world, world.chats[person.id], "member", person_shape(person))


def deactivate(world: World, person: Person) -> None:
    """Delete the account; Telegram does not tell the bot until it writes."""
    world.chats[person.id].deactivated = True
    world.journal.add("chat", chat_id=person.id)
