"""The whole bot in the sandbox's world, over real HTTP, and people who talk to it."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.sandbox_run import Sandbox
from bot.settings import load_settings
from sandbox.client import People
from storage.engine import Database
from storage.outbox import RowState, outbox
from tests.browser import WIDE, chromium, needs_browser
from tests.databases import Fresh, connection_to, inside
from tests.story.cast import Cast, LinePeople
from tests.story.page import PagePeople
from tests.story.small_world import SmallWorld, build

TODAY = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
"""A Tuesday morning, so that the dates people type mean the same in every year."""


@pytest.fixture
async def sandbox(
    tmp_path: Path, story_engine: str, request: pytest.FixtureRequest
) -> AsyncIterator[Sandbox]:
    """A sandbox on a free port, with its believable world in it."""
    url = request.getfixturevalue("story_url") if story_engine == "postgres" else None
    made = Sandbox(load_settings(_env_file=None, port=0), tmp_path, TODAY, url)
    await made.start()
    yield made
    in_vain = await made.bot.db.read(refused_by_telegram) if made.bot else []
    await made.stop()
    assert in_vain == []


def refused_by_telegram(conn: Connection) -> list[str]:
    """Screens that no one will ever see, because Telegram would not take them; a story leaves none."""
    query = select(outbox.c.screen, outbox.c.error).where(outbox.c.state == RowState.DEAD)
    return [f"{screen}: {error}" for screen, error in conn.execute(query)]


@pytest.fixture
async def people(sandbox: Sandbox) -> AsyncIterator[People]:
    """Olena, Marek, Greta and Ihor, each having pressed START."""
    async with People(sandbox.url) as found:
        await _everybody_starts(found)
        yield found


@pytest.fixture
def db(sandbox: Sandbox) -> Database:
    """The bot's own database, to look behind the words."""
    assert sandbox.bot is not None
    return sandbox.bot.db


@pytest.fixture(params=["line", pytest.param("page", marks=needs_browser)])
async def cast(request: pytest.FixtureRequest, sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Cast]:
    """The same four people, over HTTP and at the web page in a real browser."""
    if request.param == "line":
        async with LinePeople(sandbox.url) as found:
            await _everybody_starts(found)
            yield found
        return
    async with chromium() as browser:
        page = await browser.new_page(viewport=WIDE)
        await page.goto(sandbox.url)
        await page.locator(".column").first.wait_for()
        folder = Path(os.environ.get("PICTURES") or tmp_path / "pictures")
        visitors = PagePeople(page, folder)
        await _everybody_starts(visitors)
        yield visitors


async def _everybody_starts(people: People | PagePeople) -> None:
    for name in ("Olena", "Marek", "Greta", "Ihor"):
        await people[name].starts()


@pytest.fixture(scope="module")
def small_conn(fresh_url: Fresh) -> Iterator[Connection]:
    """One transaction that is never committed; every attempt is undone in it."""
    with connection_to(fresh_url()) as opened:
        yield opened


@pytest.fixture(scope="module")
def small_world(small_conn: Connection) -> SmallWorld:
    """One person of every role, and something of everything."""
    return inside(small_conn, build, small_conn)
