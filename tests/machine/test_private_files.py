"""Files that hold what people entrusted to us: their owner alone reads them, and a copy can be for one key alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.clock import Clock
from bot.daily_backup import DailyBackup
from bot.settings import Settings, load_settings
from storage import inbox
from storage.backup import BackupError, backup, restore
from storage.engine import open_database
from storage.migrate import upgrade
from tests.machine.world import NOON

WORDS = "Сумська, 12, третій поверх"


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in folder.rglob("*") if path.is_file()}


async def write_words(url: str) -> None:
    db = open_database(url)
    await db.write(inbox.store, NOON, [(1, 7, f'"{WORDS}"')])
    await db.close()


@pytest.mark.usefixtures("umask")
async def test_nobody_else_reads_the_database_or_what_stands_beside_it(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'data' / 'bridge.db'}"
    await upgrade(url)
    db = open_database(url)
    await db.write(inbox.store, NOON, [(1, 7, "{}")])
    await db.read(inbox.waiting, 1)
    assert {"bridge.db", "bridge.db-wal", "bridge.db-shm"} <= set(modes(tmp_path))
    copy = backup(url, tmp_path / "copies" / "a.db")
    assert set(modes(tmp_path).values()) == {"0o600"}
    await db.close()
    restore(url, copy.path, NOON, force=True)
    assert set(modes(tmp_path).values()) == {"0o600"}, "what was put aside, too"


async def test_a_file_that_others_could_read_is_closed_at_the_next_start(
    sqlite_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "bridge.db"
    path.chmod(0o644)
    await write_words(sqlite_url)
    assert modes(tmp_path)["bridge.db"] == "0o600"


async def test_an_encrypted_copy_says_nothing_and_comes_back_with_its_key(
    sqlite_url: str, tmp_path: Path
) -> None:
    await write_words(sqlite_url)
    key = pyrage.x25519.Identity.generate()
    copy = backup(sqlite_url, tmp_path / "copies" / "a.db.age", public_key=str(key.to_public()))
    assert WORDS.encode() in (tmp_path / "bridge.db").read_bytes()
    assert WORDS.encode() not in copy.path.read_bytes()
    assert [path.name for path in copy.path.parent.iterdir()] == ["a.db.age"], (
        "nothing in plain is left behind"
    )
    target = f"sqlite+aiosqlite:///{tmp_path / 'other' / 'bridge.db'}"
    with pytest.raises(BackupError, match="needs the secret key"):
        restore(target, copy.path, NOON)
    stranger = str(pyrage.x25519.Identity.generate())
    with pytest.raises(BackupError, match="not encrypted to that key"):
        restore(target, copy.path, NOON, secret_key=stranger)
    with pytest.raises(BackupError, match="no secret key"):
        restore(target, copy.path, NOON, secret_key="open sesame")
    restore(target, copy.path, NOON, secret_key=f"# created: today\n{key}\n")
    db = open_database(target)
    [row] = await db.read(inbox.waiting, 9)
    await db.close()
    assert WORDS in row.payload
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["bridge.db"]


async def test_the_daily_copy_is_encrypted_where_a_key_is_set_and_made_once(
    sqlite_url: str, tmp_path: Path
) -> None:
    await write_words(sqlite_url)
    key = pyrage.x25519.Identity.generate()
    settings = load_settings(
        _env_file=None, database_url=sqlite_url, backup_dir=str(tmp_path / "daily"), backup_recipient=str(key.to_public()),
        backup_hour=0,
    )  # fmt: skip
    assert await DailyBackup(settings, Clock()).look()
    assert not await DailyBackup(settings, Clock()).look()
    [path] = (tmp_path / "daily").iterdir()
    assert path.name.endswith(".db.age")
    assert WORDS.encode() not in path.read_bytes()


def test_the_operator_is_asked_for_the_key(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    key = pyrage.x25519.Identity.generate()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("BACKUP_RECIPIENT", str(key.to_public()))
    made = CliRunner().invoke(main, ["backup", "copy.db.age"])
    assert "encrypted" in made.output, made.output
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    back = CliRunner().invoke(main, ["restore", "copy.db.age"], input=f"{key}\n")
    assert "Restored" in back.output, back.output
    assert str(key) not in back.output
    monkeypatch.setenv("BACKUP_RECIPIENT", "age1nonsense")
    assert "BACKUP_RECIPIENT is wrong" in CliRunner().invoke(main, ["backup", "x.db"]).output


def test_a_folder_that_cannot_be_written_is_a_sentence(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    (tmp_path / "file").write_text("no folder")
    said = CliRunner().invoke(main, ["backup", "file/copy.db"])
    assert said.exit_code == 1
    assert "cannot be written" in said.output
