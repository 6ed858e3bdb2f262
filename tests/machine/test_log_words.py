"""Whatever breaks, the log says which statement of ours and which rule, and not one word that a person wrote.

The whole bot with its log at its most talkative, the real engines, and the trouble itself: a disk that is full, a rule that is
broken, a database that is gone.
"""

import asyncio
import gc
import io
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import structlog
from sqlalchemy import Connection, make_url, text

from bot.app import Bot
from bot.clock import Clock
from bot.intake import Keeper
from bot.logging import set_up
from bot.settings import load_settings
from bot.tracebacks import formatted
from sandbox import SandboxServer
from sandbox.client import People
from storage import inbox
from storage.database import DatabaseAway, DatabaseRefusal
from storage.engine import Database, SQLite, open_database
from storage.inbox import UpdateState
from tests.databases import Fresh

WORDS = ("Мар'яна-Невигадана", "підвал-школи", "Kellergeheimnis", "двадцять-сім-ковдр")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    heard = io.StringIO()
    monkeypatch.setattr("sys.stderr", heard)
    set_up("DEBUG", "json")
    yield heard
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def quoted(log: io.StringIO) -> list[str]:
    text = log.getvalue()
    escaped = text.encode().decode("unicode_escape", "replace")
    return [word for word in WORDS if word in text or word in escaped]


async def heard(log: io.StringIO, event: str) -> None:
    async with asyncio.timeout(20):
        while event not in log.getvalue():  # noqa: ASYNC110 - a log tells nobody that it grew
            await asyncio.sleep(0.05)


def update(number: int) -> dict[str, object]:
    who = {"id": 7001, "is_bot": False, "first_name": WORDS[0], "last_name": WORDS[1], "language_code": "uk"}
    chat = {"id": 7001, "type": "private", "first_name": WORDS[0]}
    text = f"{WORDS[2]} {WORDS[3]}"
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": who, "text": text}
    return {"update_id": number, "message": message}


@asynccontextmanager
async def running(url: str, **more: object) -> AsyncIterator[Bot]:
    server = SandboxServer(port=0)
    await server.start()
    values = {
        "bot_token": "1:SANDBOX",
        "bot_api_url": server.url.rstrip("/"),
        "database_url": url,
        "tick_seconds": 0.5,
        **more,
    }
    try:
        async with Bot(load_settings(_env_file=None, **values), Clock()) as bot:
            yield bot
    finally:
        await server.stop()


async def until(db: Database, state: UpdateState, number: int) -> None:
    async with asyncio.timeout(20):
        while True:
            row = await db.read(inbox.one, number)
            if row is not None and row.state is state:
                return
            await asyncio.sleep(0.05)


def disk_is_full(db: Database, *, full: bool) -> None:
    assert isinstance(db, SQLite)
    raw = db._conn.connection.dbapi_connection
    assert raw is not None
    pages = raw.execute("PRAGMA page_count").fetchone()[0]
    raw.execute(f"PRAGMA max_page_count={pages if full else 1_000_000}")


async def fills(keeper: Keeper) -> None:
    with pytest.raises(DatabaseAway):  # noqa: PT012 - some of them still fit
        for number in range(2, 400):
            await keeper.keep([update(number)])


async def test_a_disk_that_is_full(sqlite_url: str, log: io.StringIO) -> None:
    async with running(sqlite_url) as bot:
        keeper = Keeper(bot.db, bot._clock, bot._stored, guest_rate=10_000)
        await keeper.keep([update(1)])
        await until(bot.db, UpdateState.DONE, 1)
        disk_is_full(bot.db, full=True)
        await fills(keeper)
        async with People(bot._settings.bot_api_url) as people:
            await people["Olena"].tells_start(WORDS[2])
            await heard(log, "database_away")
        disk_is_full(bot.db, full=False)
        await keeper.keep([update(400)])
        await until(bot.db, UpdateState.DONE, 400)
        assert await bot.db.read(inbox.dead_letters) == [], (
            "a full disk is nobody's fault: all of it was done later"
        )
    assert quoted(log) == []


def break_a_rule(conn: Connection) -> None:
    """Its message quotes what was to be stored, as messages of databases do."""
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON people BEGIN SELECT RAISE(ABORT, 'no such name'); END"
        )
        return
    conn.exec_driver_sql(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no % here', NEW.name USING DETAIL = NEW.name, HINT = NEW.name, ERRCODE = '23514'; END $$"
    )
    conn.exec_driver_sql(
        "CREATE TRIGGER broken BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION broken()"
    )


async def test_a_rule_that_is_broken_ends_as_a_dead_letter(database_url: str, log: io.StringIO) -> None:
    db = open_database(database_url)
    await db.write(break_a_rule)
    await db.close()
    async with running(database_url, max_attempts=2) as bot:
        await Keeper(bot.db, bot._clock, bot._stored, guest_rate=10_000).keep([update(1)])
        await until(bot.db, UpdateState.DEAD, 1)
    assert "update_failed" in log.getvalue()
    assert "DatabaseRefusal" in log.getvalue()
    assert quoted(log) == []


@pytest.mark.postgres
async def test_a_database_that_is_gone(postgres: Fresh, log: io.StringIO) -> None:
    url = postgres()
    async with running(url) as bot:
        keeper = Keeper(bot.db, bot._clock, bot._stored, guest_rate=10_000)
        await keeper.keep([update(1)])
        await until(bot.db, UpdateState.DONE, 1)
        await drop(url)
        with pytest.raises((DatabaseAway, OSError)):
            await keeper.keep([update(2)])
        await heard(log, "database_away")
    assert quoted(log) == []


async def drop(url: str) -> None:
    parsed = make_url(url)
    there = parsed.set(drivername="postgresql", database="template1").render_as_string(hide_password=False)
    conn = await asyncpg.connect(there)
    await conn.execute(f'DROP DATABASE "{parsed.database}" WITH (FORCE)')
    await conn.close()


def quotes_a_value() -> None:
    int(WORDS[3])


def quotes_a_key() -> None:
    nothing: dict[str, str] = {}
    nothing[WORDS[2]].strip()


def quotes_by_its_cause() -> None:
    try:
        quotes_a_value()
    except ValueError as error:
        raise RuntimeError(WORDS[0]) from error


def quotes_in_company() -> None:
    raise ExceptionGroup(WORDS[1], [KeyError(WORDS[2]), OSError(5, WORDS[3])])


@pytest.mark.parametrize("broken", [quotes_a_value, quotes_a_key, quotes_by_its_cause, quotes_in_company])
def test_an_exception_says_where_and_what_kind_and_not_its_words(broken: Callable[[], None]) -> None:
    try:
        broken()
    except Exception as error:  # noqa: BLE001 - whichever it is
        text = formatted((type(error), error, error.__traceback__))
        assert broken.__name__ in text
        assert type(error).__name__ in text  # noqa: PT017
        if not isinstance(error, ExceptionGroup):
            assert not [word for word in WORDS if word in text]
        assert text.count("File") >= len(traceback.extract_tb(error.__traceback__))  # noqa: PT017


async def test_a_task_nobody_waits_for_is_not_quoted(log: io.StringIO) -> None:
    async def broken() -> None:
        raise ValueError(WORDS[0])

    task = asyncio.get_running_loop().create_task(broken())
    await asyncio.wait({task})
    del task
    gc.collect()
    assert "never retrieved" in log.getvalue()
    assert quoted(log) == []


@pytest.mark.parametrize(
    ("statement", "values", "kind"),
    [
        ("INSERT INTO people (account, name, language, created_at) VALUES (1, :w, 'uk', '2026-01-01'), (1, :w, 'uk', '2026-01-01')",
         {"w": WORDS[0]}, DatabaseRefusal),
        ("INSERT INTO organisations (kind) VALUES (:w)", {"w": WORDS[1]}, DatabaseRefusal),
        ("SELECT * FROM needs_words WHERE needs_words MATCH :w", {"w": f'"{WORDS[2]}'}, DatabaseRefusal),
        (f"SELECT {WORDS[2]}", {}, DatabaseRefusal),
    ],
)  # fmt: skip
async def test_what_a_database_says_of_a_statement_is_cut_to_class_and_rule(
    file_db: Database, statement: str, values: dict[str, str], kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        await file_db.write(lambda conn: conn.execute(text(statement), values))
    assert not [word for word in WORDS if word in str(caught.value)]
    assert caught.value.__cause__ is None
