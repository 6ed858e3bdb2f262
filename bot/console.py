"""How the command line speaks: plain sentences, no tracebacks."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bot.settings import Settings, SettingsError, load_settings
from storage.engine import Database, open_database
from storage.migrate import upgrade

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


def in_database(url: str, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """Open the database at its newest schema, do one thing, close it."""

    async def go() -> T:
        await upgrade(url)
        db = open_database(url)
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(go())


def bar(title: str) -> tuple[Progress, Callable[[int, int], None]]:
    """A progress bar on a terminal; nothing in a log."""
    progress = Progress(TextColumn(title), BarColumn(), TimeRemainingColumn(), console=Console(stderr=True))
    task = progress.add_task(title, total=None)

    def step(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    return progress, step
