"""The whole state of the sandbox: in memory, one event loop, nothing kept on disk."""

from __future__ import annotations

import itertools
from collections import defaultdict, deque
from datetime import timedelta
from typing import Literal

from sandbox.cast import DEFAULT_CAST, Cast, Group, Person
from sandbox.chats import Chat, group_chat, private_chat
from sandbox.clock import Clock
from sandbox.commands import CommandMenu
from sandbox.errors import PeopleError, bad_request
from sandbox.files import FileStore
from sandbox.flood import FloodGate
from sandbox.inline import InlineBook
from sandbox.journal import Journal
from sandbox.queries import Queries
from sandbox.refusing import Orders
from sandbox.shapes import Json, bot_shape, person_shape
from sandbox.updates import UpdateQueue

Failure = Literal["flood", "server", "gateway", "drop_before", "drop_after"]


class World:
    """People, chats, messages, files, updates and the clock.

    `edit_age_limit` makes the bot's own messages uneditable after that long on the sandbox's clock;
    `flood` turns Telegram's limits on; `privacy`, `inline_mode` and `inline_feedback` are BotFather's /setprivacy, /setinline and
    /setinlinefeedback.
    """

    def __init__(
        self,
        cast: Cast = DEFAULT_CAST,
        *,
        token: str = "1:SANDBOX",
        strict: bool = True,
        flood: bool = False,
        privacy: bool = True,
        inline_mode: bool = True,
        inline_feedback: bool = True,
        edit_age_limit: timedelta | None = None,
        query_lifetime: timedelta = timedelta(minutes=15),
        clock: Clock | None = None,
    ) -> None:
        self.cast = cast
        self.token = token
        self.strict = strict
        self.privacy = privacy
        self.inline_mode = inline_mode
        self.inline_feedback = inline_feedback
        self.edit_age_limit = edit_age_limit
        self.query_lifetime = query_lifetime
        self.clock = clock or Clock()
        self.journal = Journal()
        self.updates = UpdateQueue()
        self.commands = CommandMenu()
        self.profile: dict[tuple[str, str], str] = {}
        self.webhook: Json = {"url": ""}
        self.orders = Orders()
        self.gate = FloodGate() if flood else None
        self.latency = 0.0
        self._failures: defaultdict[str, deque[Failure]] = defaultdict(deque)
        self._message_ids = itertools.count(1)
        self._group_ids = itertools.count(-6001, -1)
        self._populate()

    def _populate(self) -> None:
        self.people = {person.id: person for person in self.cast.people}
        self.chats: dict[int, Chat] = {person.id: private_chat(person) for person in self.cast.people}
        self.chats |= {group.id: group_chat(group) for group in self.cast.groups}
        self.files = FileStore()
        self.inline = InlineBook()
        self.queries = Queries(self.clock.now, self.query_lifetime)

    def wipe(self) -> None:
        """Begin again: chats, files and waiting updates go; what the bot set for itself stays."""
        self.clock.offset = timedelta()
        self.updates.clear()
        self.orders.clear()
        self.queries.close()
        self._populate()
        self.journal.add("reset")

    @property
    def bot(self) -> Json:
        """The bot as a User object."""
        return bot_shape(self.cast.bot)

    def person(self, user_id: int) -> Person:
        """Somebody of the cast."""
        if user_id not in self.people:
            raise PeopleError(f"Nobody here has the number {user_id}.")
        return self.people[user_id]

    def user(self, user_id: int) -> Json:
        """The User object of a person or the bot."""
        if user_id == self.cast.bot.id:
            return self.bot
        if user_id not in self.people:
            raise bad_request("user not found")
        return person_shape(self.people[user_id])

    def chat(self, chat_id: str | int) -> Chat:
        """A chat by its id, as the bot asks for it."""
        text = str(chat_id)
        if not text:
            raise bad_request("chat_id is empty")
        found = (
            self.chats.get(int(text)) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else None
        )
        if found is None:
            raise bad_request("chat not found")
        return found

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count their own messages; all other chats share one count."""
        own_count = chat.type in {"supergroup", "channel"}
        chat.last_id = chat.last_id + 1 if own_count else next(self._message_ids)
        return chat.last_id

    def add_group(self, title: str, members: list[int]) -> Chat:
        """A new group without the bot; its first member owns it."""
        group = Group(next(self._group_ids), title, members=tuple(members), admins=tuple(members[:1]))
        chat = group_chat(group)
        chat.bot_status = "left"
        self.chats[chat.id] = chat
        self.journal.add("chat", chat_id=chat.id)
        return chat

    def post(self, chat: Chat, sender: Json, body: Json) -> Json:
        """Put a message into a chat, where everybody in it sees it; a channel speaks with its own name."""
        shown = {"sender_chat": chat.shape()} if chat.type == "channel" else {"from": sender}
        message: Json = {
            "message_id": self.next_message_id(chat),
            **shown,
            "chat": chat.shape(),
            "date": self.clock.timestamp(),
            **body,
        }
        chat.authors[message["message_id"]] = sender["id"]
        chat.messages[message["message_id"]] = message
        self.journal.add("message", chat_id=chat.id, message=message)
        return message

    def changed(self, chat: Chat, message: Json) -> None:
        """Tell the page that a message looks different now."""
        self.journal.add("edited", chat_id=chat.id, message=message)

    def fail_next(self, method: str, kind: Failure) -> None:
        """Let the next call of a method fail in this way; several may be queued up."""
        self._failures[method].append(kind)

    def take_failure(self, method: str) -> Failure | None:
        """The failure this call must suffer, if any."""
        waiting = self._failures.get(method)
        return waiting.popleft() if waiting else None

    def close(self) -> None:
        """Let everybody who waits go home: the server is stopping."""
        self.updates.close()
        self.queries.close()
        self.journal.close()
