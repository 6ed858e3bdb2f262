"""SIGKILL at awkward moments: what a person did is served when the bot comes back, once.

The bot is a process of its own here, as on a server; Telegram is the sandbox's, in this one.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select, update

from bot import world
from sandbox import SandboxServer
from sandbox.client import People
from storage import events
from storage.engine import open_database
from storage.schema.chats import subscriptions
from storage.schema.needs import needs as needs_table
from tests.chaos.process import READY, BotProcess
from tests.story.says import uk

HEADQUARTERS = -5001


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(port=0)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def people(server: SandboxServer) -> AsyncIterator[People]:
    async with People(server.url) as found:
        for name in ("Olena", "Ihor"):
            found[name].patience = READY
        yield found


@pytest.fixture
async def bot(server: SandboxServer, story_url: str) -> AsyncIterator[BotProcess]:
    """On a database with the small world in it."""
    db = open_database(story_url)
    await db.write(world.build, datetime.now(UTC))
    await db.close()
    async with BotProcess(server.url, story_url) as process:
        yield process


async def joins(people: People) -> None:
    """Olena represents her hromada, and Ihor says so."""
    olena, group = people["Olena"], people["Ihor"].in_group(HEADQUARTERS)
    group.patience = READY
    await olena.starts()
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.says("перво")
    await olena.presses("Первомайська · Миколаївська")
    await olena.presses(uk("👍 I agree"))
    await olena.says("+380 44 000 10 01")
    await olena.presses(uk("Skip"))
    await group.presses("✅ Verify")
    await olena.waits_for("🎉")


def posted(conn: Connection) -> int:
    """How many needs there are."""
    return conn.execute(select(func.count()).select_from(needs_table)).scalar_one()


def oversleep(conn: Connection) -> None:
    """Every digest was due an hour ago: the server was dead at that moment."""
    past = datetime.now(UTC) - timedelta(hours=1)
    conn.execute(update(subscriptions).where(subscriptions.c.kind == "digest").values(next_run_at=past))


async def test_a_draft_a_press_and_a_digest_survive_kills(
    bot: BotProcess, people: People, story_url: str
) -> None:
    olena, group = people["Olena"], people["Ihor"].in_group(HEADQUARTERS)
    group.patience = READY
    await bot.starts()
    await joins(people)
    await olena.presses("Меню")
    await olena.presses(uk("➕ Post a need"))
    await olena.says("генератор дизельний 5 кВт - 4 шт\nковдри - 200 шт")
    await olena.waits_for("200 шт.")

    await bot.is_killed()
    olena.patience = 0.2
    with pytest.raises(TimeoutError):
        await olena.presses(uk("Go on ›"))
    olena.patience = READY
    await bot.starts()
    await olena.waits_for_button(uk("🔴 Critical"))  # the press was served by the next process

    await olena.presses(uk("🔴 Critical"))
    for _ in range(3):
        await olena.presses(uk("Skip"))
    await olena.presses(uk("Skip"))
    await olena.waits_for_button(uk("✅ Publish"))
    await olena.tells("/help")
    await bot.is_killed()  # perhaps before, perhaps after it was stored, perhaps answered
    await bot.starts()
    await olena.waits_for("0K3XQ4")
    await olena.says("/start")
    await olena.presses(uk("📝 Continue my draft"))
    await olena.presses(uk("✅ Publish"))
    await olena.waits_for("0/200 шт.")

    await bot.is_killed()
    db = open_database(story_url)
    try:
        before = await db.read(posted)
        await db.write(oversleep)
        await bot.starts()
        await group.waits_for("📰")
        await olena.says("/help")
        await group.looks()
        assert group.screen.count("📰") == 1
        assert await db.read(posted) == before
        assert await db.read(events.broken_chains) == []
        assert before == sum(len(asks) for asks in world.ASKS.values()) + 1
    finally:
        await db.close()


async def test_killed_while_it_works_every_word_is_heard_once(
    bot: BotProcess, people: People, story_url: str
) -> None:
    olena = people["Olena"]
    await bot.starts()
    await joins(people)
    await olena.presses("Меню")
    await olena.presses(uk("➕ Post a need"))
    for round_ in range(1, 5):
        await olena.tells(f"ковдри - {round_}00 шт")
        await olena.tells(f"свічки - {round_}1 шт")
        await asyncio.sleep(0.05 * round_)  # what is varied is the moment of the kill; nothing waits for it
        await bot.is_killed()
        await bot.starts()
        await olena.waits_for(f"{round_}1 шт.")
    rows = [row for row in olena.sees.splitlines() if "шт." in row]
    assert len(rows) == 8
    assert [row.split(". ")[0] for row in rows] == [str(number) for number in range(1, 9)]
