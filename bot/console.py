"""How the command line speaks: plain sentences, no tracebacks."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.settings import Settings, SettingsError, load_settings
from storage.engine import Database, open_database
from storage.migrate import Trouble, current, newest, upgrade

T = TypeVar("T")

out = Console(highlight=False, soft_wrap=True)


def settings() -> Settings:
    """The settings, or one sentence and the end."""
    try:
        return load_settings()
    except SettingsError as error:
        stop(str(error))


def stop(sentence: str) -> NoReturn:
    """End with one sentence."""
    raise click.ClickException(sentence)


def in_database(url: str, work: Callable[[Database], Coroutine[Any, Any, T]], *, changes: bool = False) -> T:
    """Open the database, do one thing, close it; ends with a sentence where it is not at the newest schema.

    Nothing is migrated in order to read; whoever ``changes`` something may be the first at a new database.
    """
    try:
        return asyncio.run(_in_database(url, work, changes))
    except Trouble as error:
        stop(f"The database cannot be used ({error}). Try 'hromada-bridge check'.")


async def _in_database(url: str, work: Callable[[Database], Coroutine[Any, Any, T]], changes: bool) -> T:
    revision = await current(url)
    if revision is None and changes:
        revision = await upgrade(url)
    if revision is None:
        stop("The database is still empty: nothing was ever stored in it.")
    if revision != newest():
        stop(
            f"The database is at revision {revision}, this program wants {newest()}. "
            "Start the bot, or run 'hromada-bridge migrate', first."
        )
    db = open_database(url)
    try:
        return await work(db)
    finally:
        await db.close()


def bar(title: str) -> tuple[Progress, Callable[[int, int], None]]:
    """A progress bar on a terminal; nothing in a log."""
    progress = Progress(TextColumn(title), BarColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    task = progress.add_task(title, total=None)

    def step(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    return progress, step
