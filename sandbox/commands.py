"""The bot's command lists by scope and language, and which one a person sees."""

from __future__ import annotations

import json
import re

from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.shapes import Json

_NAME = re.compile(r"/?[a-z0-9_]{1,32}")


class CommandMenu:
    """What setMyCommands said, for every scope and language."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], list[Json]] = {}

    def set(self, commands: list[Json], scope: Json | None, language: str) -> None:
        """Remember a list after checking it."""
        if len(commands) > 100:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not _NAME.fullmatch(str(command.get("command", ""))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._lists[scope_key(scope), language] = commands

    def get(self, scope: Json | None, language: str) -> list[Json]:
        """Exactly the list of this scope and language."""
        return self._lists.get((scope_key(scope), language), [])

    def delete(self, scope: Json | None, language: str) -> None:
        """Forget a list, so that a wider one is seen."""
        self._lists.pop((scope_key(scope), language), None)

    def seen_by(self, chat: Chat, user_id: int, language: str) -> list[Json]:
        """The narrowest list that applies, the person's language first."""
        for scope in _scopes(chat, user_id):
            for code in (language, ""):
                if found := self._lists.get((scope_key(scope), code)):
                    return found
        return []


def scope_key(scope: Json | None) -> str:
    """One text for one scope, whatever the order of its fields and the type of its ids."""
    scope = scope or {"type": "default"}
    return json.dumps({key: str(value) for key, value in sorted(scope.items())})


def _scopes(chat: Chat, user_id: int) -> list[Json]:
    here: Json = {"chat_id": chat.id}
    if chat.is_private:
        return [{"type": "chat", **here}, {"type": "all_private_chats"}, {"type": "default"}]
    admin = chat.members.get(user_id) in {"creator", "administrator"}
    scopes: list[Json] = [{"type": "chat_member", "user_id": user_id, **here}]
    if admin:
        scopes.append({"type": "chat_administrators", **here})
    scopes.append({"type": "chat", **here})
    if admin:
        scopes.append({"type": "all_chat_administrators"})
    return [*scopes, {"type": "all_group_chats"}, {"type": "default"}]
