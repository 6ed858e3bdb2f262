"""A tiny bot for the tests: it repeats, edits, sends photos back, and remembers what it received."""

from __future__ import annotations

import asyncio
import struct
import zlib
from typing import Self

from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    Update,
)
from telegram.error import NetworkError


def bot_at(url: str) -> Bot:
    return Bot("1:SANDBOX", base_url=f"{url}/bot", base_file_url=f"{url}/file/bot")


def keys(*rows: list[tuple[str, str]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    )


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = b"".join(b"\0" + bytes((40, 120, 180)) * width for _ in range(height))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


MENU = keys([("Edit", "edit"), ("Toast", "toast")], [("Alert", "alert")])


class EchoBot:
    """Runs in the background of a test, on real long polls."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.received: list[Update] = []

    async def __aenter__(self) -> Self:
        await self.bot.set_my_commands([BotCommand("start", "Begin"), BotCommand("help", "Help")])
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *trouble: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        offset = 0
        while True:
            try:
                updates = await self.bot.get_updates(offset=offset, timeout=20)
            except NetworkError:
                return
            for update in updates:
                offset = update.update_id + 1
                self.received.append(update)
                await self._answer(update)

    async def _answer(self, update: Update) -> None:
        query, message = update.callback_query, update.message
        if query is not None:
            if query.data == "edit":
                await query.edit_message_text(
                    "Edited <b>now</b>", parse_mode="HTML", reply_markup=keys([("Again", "toast")])
                )
                await query.answer()
            else:
                await query.answer(f"This is the {query.data}", show_alert=query.data == "alert")
        elif message is not None and message.photo:
            await message.reply_media_group(
                [InputMediaPhoto(png(8, 6)), InputMediaPhoto(png(6, 8), caption="Yours")]
            )
        elif message is not None and message.text:
            await self._repeat(message)

    async def _repeat(self, message: Message) -> None:
        link = "https://t.me/hromada_bridge_bot?start=n_K7F3"
        await message.reply_text(f"You said: {message.text}\n{link}", reply_markup=MENU)
