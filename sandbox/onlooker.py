"""What a person in a test sees of a chat, and how they wait for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from sandbox.link import Link
from sandbox.shapes import Json

# How long a person looks at a chat for an edit after a press was answered.
GLANCE = 0.5


class Onlooker:
    """One person's eyes on one chat; `patience` bounds every wait, in seconds."""

    def __init__(self, link: Link, shown: Json, chat_id: int | None = None, patience: float = 5.0) -> None:
        self.link = link
        self.id: int = shown["id"]
        self.name: str = shown["name"]
        self.chat_id: int = self.id if chat_id is None else chat_id
        self.patience = patience
        self.messages: list[Json] = []
        self._shown = shown
        self._rev = 0

    @property
    def last(self) -> Json:
        """The last message of the bot."""
        return next((m for m in reversed(self.messages) if of_the_bot(m)), {})

    @property
    def sees(self) -> str:
        """The text of the bot's last message, as of the last look."""
        return text_of(self.last)

    @property
    def screen(self) -> str:
        """All texts of the chat, as of the last look."""
        return "\n".join(text_of(message) for message in self.messages)

    @property
    def buttons(self) -> list[str]:
        """The labels under the bot's last message, row by row."""
        rows = self.last.get("reply_markup", {}).get("inline_keyboard", [])
        return [plain(button["text"]) for row in rows for button in row]

    async def looks(self) -> str:
        """Look at the chat now; returns what `.sees` says."""
        await self._fetch()
        return self.sees

    async def waits_for(self, text: str) -> str:
        """Wait until some message of the bot shows this text; returns that message's text."""
        await self._until(lambda: self._showing(text) is not None, f"the text {text!r}")
        return text_of(self._showing(text) or {})

    async def waits_for_button(self, label: str) -> None:
        """Wait until some message has a button whose label contains this."""
        await self._until(lambda: self._button(label) is not None, f"the button {label!r}")

    async def shown_photos(self) -> int:
        """How many photos of the bot stand in the chat now."""
        await self._fetch()
        return sum(1 for message in self._bots() if message.get("photo"))

    async def _reaction(self, seconds: float | None = None) -> str:
        """Look until the bot did something in this chat; a silent bot is no error here."""
        before = self._bots()
        with contextlib.suppress(TimeoutError):
            await self._until(lambda: self._bots() != before, "an answer of the bot", seconds)
        return self.sees

    async def _until(self, happened: Callable[[], bool], what: str, seconds: float | None = None) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (self.patience if seconds is None else seconds)
        await self._fetch()
        while not happened():
            left = deadline - loop.time()
            if left <= 0:
                raise TimeoutError(f"{self.name} waited for {what} and sees:\n{self.screen}")
            await self._fetch(after=self._rev, seconds=left)

    async def _fetch(self, **query: Any) -> None:
        answer = await self.link.get(f"/chats/{self.chat_id}", **query)
        self._rev = answer["rev"]
        self.messages = answer["chat"]["messages"]

    def _bots(self) -> list[Json]:
        return [message for message in self.messages if of_the_bot(message)]

    def _mine(self) -> Json:
        return next(m for m in reversed(self.messages) if m.get("from", {}).get("id") == self.id)

    def _showing(self, text: str) -> Json | None:
        return next((m for m in reversed(self._bots()) if text in text_of(m)), None)

    def _button(self, label: str) -> tuple[int, int, int] | None:
        for fits in (lambda text: text == label, lambda text: label in text):
            for message in reversed(self.messages):
                rows = message.get("reply_markup", {}).get("inline_keyboard", [])
                for y, row in enumerate(rows):
                    for x, button in enumerate(row):
                        if fits(plain(button["text"])):
                            return message["message_id"], y, x
        return None


def of_the_bot(message: Json) -> bool:
    """Whether the bot said it, or somebody through it; in a channel nobody can tell."""
    return "via_bot" in message or bool(message.get("from", {"is_bot": True})["is_bot"])


def text_of(message: Json) -> str:
    """What a message says, as text or as caption; a space that does not break looks like any other."""
    return plain(str(message.get("text") or message.get("caption") or ""))


def plain(text: str) -> str:
    """As the eye reads it."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
