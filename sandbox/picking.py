"""What people do with inline mode: they type the bot's name in any chat, and pick one of its results."""

from __future__ import annotations

from telegram.constants import InlineQueryLimit

from sandbox.cast import Person
from sandbox.chats import Chat
from sandbox.errors import PeopleError
from sandbox.inline import body_of
from sandbox.people import send
from sandbox.queries import Query
from sandbox.shapes import Json, person_shape
from sandbox.world import World


def ask_inline(world: World, person: Person, chat: Chat, text: str, offset: str = "") -> Query:
    """Type the bot's name and some words in a chat; `offset` asks for what comes after the first results."""
    if not world.inline_mode:
        raise PeopleError("Inline mode of this bot is off.")
    query = world.queries.ask(person.id, text[: InlineQueryLimit.MAX_QUERY_LENGTH])
    payload = {
        "id": query.id,
        "from": person_shape(person),
        "query": query.text,
        "offset": offset,
        "chat_type": "sender" if chat.is_private else chat.type,
    }
    world.updates.push("inline_query", payload)
    return query


def pick(
    world: World, person: Person, chat: Chat, query_id: str, result_id: str, thread_id: int | None = None
) -> Json:
    """Post one of the results; the bot hears of it, and may edit it only if it carries buttons."""
    query = world.inline.offers.get(query_id)
    if query is None or query.person_id != person.id or query.answer is None:
        raise PeopleError("These results are gone. Type the words again.")
    found = next((each for each in query.answer["results"] if str(each["id"]) == result_id), None)
    if found is None:
        raise PeopleError("There is no such result.")
    body = body_of(found)
    message = send(world, person, chat, body | {"via_bot": world.bot} | chat.topic(thread_id or 0))
    chosen: Json = {"result_id": result_id, "from": person_shape(person), "query": query.text}
    if "reply_markup" in body:
        inline_id = world.inline.name(chat.id, message["message_id"])
        chat.inline_ids[message["message_id"]] = inline_id
        chosen["inline_message_id"] = inline_id
    if world.inline_feedback:
        world.updates.push("chosen_inline_result", chosen)
    return message
