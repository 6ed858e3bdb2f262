"""One bot on one core, answering /help: `python -m bench.peers NAME URL CORE [FOLDER]`; says `ready` and goes on until killed.

`ours` is the whole bot: stored, committed, rendered, sent. The others keep nothing: they answer from memory.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, CommandHandler, ContextTypes

from bench.pledges import fill
from bot.app import Bot
from bot.clock import Clock
from bot.logging import set_up
from bot.memory import settle
from bot.request import AiohttpRequest
from bot.settings import load_settings
from bot.wiring import load_screens
from storage import sqlite
from storage.engine import open_database
from storage.migrate import upgrade
from storage.outbox import outbox

TOKEN = "1:bench"
TEXT = "Hromada Bridge. " * 20


async def _help(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_chat is not None
    await update.effective_chat.send_message(TEXT)


async def ours(url: str, folder: str, presses: int = 0) -> None:
    """Everything, on SQLite with synchronous=FULL; only Telegram's limits are lifted."""
    database = f"sqlite+aiosqlite:///{Path(folder)}/bench.db"
    if presses:
        await _filled(database, presses)
    settings = load_settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=url,
        database_url=database,
        max_total_rate=100_000,
        chat_rate=1000,
        chat_burst=1000,
        group_rate=1_000_000,
        guest_rate=100_000,
    )
    async with Bot(settings, Clock()) as bot:
        _count_commits(bot, Path(folder))
        settle()
        await _for_ever()


async def careless(url: str, folder: str) -> None:
    """Ours with synchronous=NORMAL: what the last commits' safety costs."""
    sqlite._PRAGMAS = tuple(each.replace("FULL", "NORMAL") for each in sqlite._PRAGMAS)
    await ours(url, folder)


async def pledges(url: str, folder: str) -> None:
    """Ours, with partners one press before the end of a pledge."""
    await ours(url, folder, presses=int(os.environ["PRESSES"]))


async def _filled(database: str, presses: int) -> None:
    load_screens()
    await upgrade(database)
    db = open_database(database)
    await db.write(fill, Clock().now(), presses)
    # What follows from the presses is measured, and nothing of their preparation.
    await db.write(lambda conn: conn.execute(delete(outbox)))
    await db.close()


def _count_commits(bot: Bot, folder: Path) -> None:
    """The bench asks for the number by a signal and reads it from a file."""
    assert isinstance(bot.db, sqlite.SQLite)
    seen: list[None] = []
    event.listen(bot.db._engine, "commit", lambda _: seen.append(None))

    def tell() -> None:
        (folder / "commits").write_text(str(len(seen)))

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, tell)


async def _ptb(builder: "ApplicationBuilder[Any, Any, Any, Any, Any, Any]", url: str) -> None:
    app: Application[Any, Any, Any, Any, Any, Any] = (
        builder.token(TOKEN).base_url(f"{url}/bot").base_file_url(f"{url}/file/bot").build()
    )
    app.add_handler(CommandHandler("help", _help))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(poll_interval=0.0, timeout=5)
        await _for_ever()


async def bare(url: str, _folder: str) -> None:
    """The same library on the same transport as ours, and nothing else."""
    builder = ApplicationBuilder().request(AiohttpRequest()).get_updates_request(AiohttpRequest(pool=2))
    await _ptb(builder.concurrent_updates(64), url)


async def stock(url: str, _folder: str) -> None:
    """As its first page shows it: one update after another."""
    await _ptb(ApplicationBuilder(), url)


async def stock256(url: str, _folder: str) -> None:
    """With concurrent_updates=256 and a pool that has room for them."""
    builder = ApplicationBuilder().concurrent_updates(256).connection_pool_size(512).pool_timeout(120)
    await _ptb(builder, url)


async def aiogram(url: str, _folder: str) -> None:
    """The other library."""
    from aiogram import Bot as OtherBot
    from aiogram import Dispatcher
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.filters import Command
    from aiogram.types import Message

    async def answer(message: Message) -> None:
        await message.answer(TEXT)

    dispatcher = Dispatcher()
    dispatcher.message.register(answer, Command("help"))
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    polling = dispatcher.start_polling(
        OtherBot(TOKEN, session=session), handle_signals=False, polling_timeout=5
    )
    task = asyncio.create_task(polling)
    await _for_ever()
    await task


PEERS: dict[str, Callable[[str, str], Awaitable[None]]] = {
    "ours": ours,
    "careless": careless,
    "pledges": pledges,
    "bare": bare,
    "stock": stock,
    "stock256": stock256,
    "aiogram": aiogram,
}


async def _for_ever() -> None:
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    os.sched_setaffinity(0, {int(sys.argv[3]) % (os.cpu_count() or 1)})
    set_up("ERROR", "console")
    asyncio.run(PEERS[sys.argv[1]](sys.argv[2], sys.argv[4]))  # type: ignore[arg-type]
