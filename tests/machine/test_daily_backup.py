"""Every day a copy, whatever happens in between; and a drill: the copy is put in place and serves."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot import world
from bot.app import Bot
from bot.cli import main
from bot.clock import Clock
from bot.daily_backup import DailyBackup
from bot.settings import Settings, load_settings
from sandbox import SandboxServer
from sandbox.client import People
from storage import backup as copies
from storage import events
from storage.engine import open_database
from tests.machine.world import TestClock


@pytest.fixture
def settings(sqlite_url: str, tmp_path: Path) -> Settings:
    return load_settings(
        _env_file=None,
        bot_token="1:SANDBOX",
        database_url=sqlite_url,
        backup_dir=str(tmp_path / "copies"),
        backup_hour=3,
        backup_keep_days=2,
    )


def names(settings: Settings) -> list[str]:
    folder = Path(settings.backup_dir)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


async def test_once_a_day_at_its_hour_and_the_old_ones_go(settings: Settings, clock: TestClock) -> None:
    clock.set_offset(timedelta(hours=-12))  # midnight in UTC, two o'clock in Kyiv
    daily = DailyBackup(settings, clock)
    assert not await daily.look()
    made = []
    for _hour in range(24 * 5):
        clock.elapsed += 3600
        if await daily.look():
            made.append(clock.now().hour)
    assert made == [1] * 5, "three o'clock in Kyiv is one o'clock in UTC"
    assert names(settings) == ["bridge-2026-03-05.db", "bridge-2026-03-06.db"]


async def test_a_restart_neither_repeats_nor_skips(settings: Settings, clock: TestClock) -> None:
    assert await DailyBackup(settings, clock).look(), "the hour passed while it was off: made up at once"
    assert not await DailyBackup(settings, clock).look()
    clock.elapsed += 24 * 3600
    assert await DailyBackup(settings, clock).look()


def put(settings: Settings, *files: str) -> None:
    folder = Path(settings.backup_dir)
    folder.mkdir()
    for name in files:
        (folder / name).write_text("x")


async def test_nothing_of_others_is_thrown_away(settings: Settings, clock: TestClock) -> None:
    put(settings, "bridge-2020-01-01.db", "bridge-2020-01-01.db.gz", "mine.db", "bridge-notes.db")
    assert await DailyBackup(settings, clock).look()
    assert names(settings) == [
        "bridge-2020-01-01.db.gz",
        "bridge-2026-03-02.db",
        "bridge-notes.db",
        "mine.db",
    ]


async def test_where_there_is_no_room_it_says_so_and_tries_again_in_an_hour(
    settings: Settings, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = DailyBackup(settings, clock)
    assert await daily.look()
    clock.elapsed += 24 * 3600

    def full(*_args: Any, **_kw: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        assert not await daily.look()
    assert names(settings) == ["bridge-2026-03-02.db"], "the old one stays, and no half of a new one"
    clock.elapsed += 1800
    assert not await daily.look()
    clock.elapsed += 1801
    assert await daily.look()


async def test_the_drill(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = SandboxServer(port=0)
    await server.start()
    db = open_database(settings.database_url)
    await db.write(world.build, datetime.now(UTC))
    await db.close()
    live = settings.model_copy(update={"bot_api_url": server.url, "backup_hour": 0, "tick_seconds": 3600.0})
    async with Bot(live, Clock()), People(server.url) as people:
        await people["Olena"].says("/start")
        for _ in range(200):
            await people["Olena"].says("/help")
            made = names(settings)
            if made and not made[0].endswith(".part"):
                break
        copied = Path(settings.backup_dir) / made[0]
    new = tmp_path / "elsewhere" / "bridge.db"
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{new}")
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["restore", str(copied)])
    assert said.exit_code == 0, said.output
    copies.check(new)
    with closing(sqlite3.connect(copied)) as one, closing(sqlite3.connect(new)) as other:
        for query in ("SELECT count(*) FROM needs", "SELECT max(id), count(*) FROM events"):
            assert one.execute(query).fetchall() == other.execute(query).fetchall() != [(0,)]
    server.state.wipe()
    again = live.model_copy(update={"database_url": f"sqlite+aiosqlite:///{new}", "backup_dir": ""})
    async with Bot(again, Clock()) as bot, People(server.url) as people:
        await people["Marek"].says("/start")
        assert people["Marek"].buttons
        assert await bot.db.read(events.broken_chains) == []
    await server.stop()
    shutil.rmtree(new.parent)
