"""DATABASE_URL with everything that operators and hosting services write behind it."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.checks import findings
from bot.settings import load_settings
from storage.address import BadAddress, address_of
from storage.engine import PostgreSQL
from storage.migrate import current, newest, upgrade
from storage.presence import Together, keeps_its_session
from tests.databases import Fresh

SERVER = "postgresql+asyncpg://bot:secret@db.example.org:6432/aid"


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {}),
        ("?ssl=require", {"ssl": "require"}),
        ("?sslmode=require", {"ssl": "require"}),
        ("?sslmode=disable", {"ssl": "disable"}),
        ("?ssl=true", {"ssl": "require"}),
        ("?connect_timeout=7", {"timeout": 7.0}),
        ("?command_timeout=30", {"command_timeout": 30.0}),
        ("?statement_cache_size=0", {"statement_cache_size": 0}),
        ("?host=/run/postgresql&port=5433", {"host": "/run/postgresql", "port": 5433}),
        ("?target_session_attrs=read-write", {"target_session_attrs": "read-write"}),
    ],
)
def test_an_option_reaches_every_kind_of_connection(query: str, options: dict[str, object]) -> None:
    address = address_of(SERVER + query)
    assert {name: address.asyncpg_args()[name] for name in options} == options
    assert {name: address.connect_args()[name] for name in options} == options
    assert address.dsn == "postgresql://bot:secret@db.example.org:6432/aid", (
        "no option is left for asyncpg to guess"
    )


def test_what_a_pooler_wants_is_told_to_whom_it_concerns() -> None:
    address = address_of(f"{SERVER}?prepared_statement_cache_size=0&statement_cache_size=0")
    assert address.connect_args()["prepared_statement_cache_size"] == 0
    assert "prepared_statement_cache_size" not in address.asyncpg_args(), "asyncpg does not know it"
    assert address.asyncpg_args()["statement_cache_size"] == 0


def test_the_operators_own_name_for_a_session_wins() -> None:
    address = address_of(f"{SERVER}?application_name=aid")
    assert address.connect_args(application_name="ours", lock_timeout="1")["server_settings"] == {
        "application_name": "aid",
        "lock_timeout": "1",
    }


def test_certificates_are_looked_at_where_they_are_asked_for() -> None:
    whole = address_of(f"{SERVER}?sslmode=verify-full").options["ssl"]
    assert whole.check_hostname
    part = address_of(f"{SERVER}?sslmode=verify-ca").options["ssl"]
    assert not part.check_hostname


@pytest.mark.parametrize(
    ("url", "why"),
    [
        (f"{SERVER}?sslmode=perhaps", "sslmode is one of"),
        (f"{SERVER}?channel_binding=require", "'channel_binding'"),
        (f"{SERVER}?pool_mode=transaction", "'pool_mode'"),
        (f"{SERVER}?sslmode=require&sslrootcert=/no/such/file", "no file"),
        (f"{SERVER}?sslrootcert=system", "sslmode"),
        (f"{SERVER}?command_timeout=soon", "no number"),
        (f"{SERVER}?statement_cache_size=-1", "no number"),
        ("sqlite+aiosqlite:///aid.db?mode=ro", "'mode'"),
        ("sqlite+aiosqlite://", "no file"),
        ("postgresql://host/aid", "asyncpg"),
        ("postgres+nonsense://x", "begins with"),
        ("postgresql+asyncpg://host:port/aid", "no address"),
        ("", "no address"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(BadAddress, match=why):
        address_of(url)


@pytest.mark.postgres
async def test_each_connection_of_the_bot_takes_the_options(postgres: Fresh) -> None:
    url = postgres("template1")
    url += f"{'&' if '?' in url else '?'}sslmode=prefer&statement_cache_size=0&prepared_statement_cache_size=0&connect_timeout=5"
    assert await upgrade(url) == newest()
    assert await current(url) == newest()
    db, presence = PostgreSQL(url, size=1), Together(url)
    running = asyncio.create_task(presence.run({}))
    try:
        assert await db.read(lambda conn: conn.exec_driver_sql("SELECT 1").scalar_one()) == 1
        async with asyncio.timeout(5):
            while await presence.sit("sender") is None:  # noqa: ASYNC110 - it joins when it can
                await asyncio.sleep(0.02)
        assert await keeps_its_session(url)
    finally:
        running.cancel()
        await presence.close()
        await db.close()


async def test_checking_makes_no_file_and_changes_none(tmp_path: Path) -> None:
    path = tmp_path / "aid.db"
    settings = load_settings(_env_file=None, database_url=f"sqlite+aiosqlite:///{path}")
    assert any("still empty" in finding.says for finding in [each async for each in findings(settings)])
    assert not path.exists()
    await upgrade(settings.database_url)
    before = path.read_bytes()
    assert any(newest() or "" in finding.says for finding in [each async for each in findings(settings)])
    assert path.read_bytes() == before


async def test_a_reader_waits_for_whoever_writes(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'aid.db'}"
    await upgrade(url)
    other = sqlite3.connect(tmp_path / "aid.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    asyncio.get_running_loop().call_later(0.4, other.rollback)
    assert await upgrade(url) == newest(), "busy for a moment is no reason to give up"
    other.close()
