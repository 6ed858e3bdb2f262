"""On PostgreSQL the bot runs as somebody who may add to the history and never change it."""

import pytest
from sqlalchemy import Connection, text

from bot.app import Bot
from bot.clock import Clock
from bot.settings import load_settings
from bot.world import build
from domain.schedule import Terms
from sandbox import SandboxServer
from sandbox.client import People
from services.seals import tell_head
from storage import events, seals
from storage.database import DatabaseRefusal
from storage.engine import PostgreSQL, open_database
from storage.migrate import upgrade, within
from storage.roles import NoSuchRole, StillMay, grant
from tests.databases import Fresh
from tests.machine.world import NOON

pytestmark = pytest.mark.postgres
ROLE = "hromada_bridge_bot_of_a_test"


def make_role(conn: Connection) -> None:
    known = conn.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": ROLE}).scalar()
    if known is None:
        conn.exec_driver_sql(f"CREATE ROLE {ROLE} LOGIN PASSWORD 'test'")
    grant(conn, ROLE)


@pytest.fixture
async def as_bot(postgres: Fresh) -> str:
    """An address at which the bot is only what it was granted."""
    url = postgres()
    await within(url, make_role)
    return url + f"{'&' if '?' in url else '?'}options=-c%20role%3D{ROLE}"


async def test_the_whole_bot_runs_with_these_rights(as_bot: str) -> None:
    await upgrade(as_bot)  # as every start does; there is nothing to migrate, so no right is needed
    server = SandboxServer(port=0)
    await server.start()
    values = {"bot_token": "1:SANDBOX", "bot_api_url": server.url.rstrip("/"), "database_url": as_bot}
    db = open_database(as_bot)
    await db.write(build, NOON)
    settings = load_settings(_env_file=None, **values)
    async with Bot(settings, Clock()) as bot, People(server.url) as people:
        await people["Marek"].says("/start")
        assert people["Marek"].sees
        await bot.ticker.tick()
        assert await db.read(events.settled) > 0, "digests may lock the history for a moment"
    await db.close()
    await server.stop()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET data = '{}'",
        "DELETE FROM events",
        "TRUNCATE events",
        "DELETE FROM seals",
        "UPDATE seals SET hash = ''",
        "ALTER TABLE events DROP COLUMN hash",
        "DROP TABLE seals",
        "CREATE TABLE mine (id int)",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER TABLE events DISABLE TRIGGER ALL",
    ],
)
async def test_what_the_bot_may_not(as_bot: str, statement: str) -> None:
    db = PostgreSQL(as_bot)
    with pytest.raises(DatabaseRefusal, match="42501"):
        await db.write(lambda conn: conn.exec_driver_sql(statement))
    await db.close()


async def test_what_it_needs_for_seals(as_bot: str) -> None:
    db = PostgreSQL(as_bot)
    await db.write(build, NOON)
    for _ in range(3):
        await db.write(seals.write, await db.read(seals.draft, NOON))
    assert await db.read(seals.newest) is not None
    assert await db.write(tell_head, NOON, Terms()) == 1
    await db.close()


async def test_a_role_that_is_not_there(postgres: Fresh) -> None:
    with pytest.raises(NoSuchRole):
        await within(postgres(), lambda conn: grant(conn, "nobody_of_that_name"))


async def test_a_role_that_could_change_it_all_the_same(postgres: Fresh) -> None:
    def owner(conn: Connection) -> None:
        grant(conn, conn.execute(text("SELECT current_user")).scalar_one())

    with pytest.raises(StillMay):
        await within(postgres(), owner)
