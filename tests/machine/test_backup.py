"""Copies are checked, nothing is overwritten by accident, and what was replaced is kept."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage import backup as copies
from storage import inbox
from storage.backup import BackupError
from storage.engine import open_database
from tests.machine.world import NOON


async def put(url: str, update_id: int) -> None:
    db = open_database(url)
    await db.write(inbox.store, NOON, [(update_id, 7, "{}")])
    await db.close()


def ids(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as raw:
        return [row[0] for row in raw.execute("SELECT update_id FROM inbox ORDER BY 1")]


async def test_a_copy_is_taken_while_the_bot_writes(sqlite_url: str, tmp_path: Path) -> None:
    db = open_database(sqlite_url)
    await db.write(inbox.store, NOON, [(1, 7, "{}")])
    steps: list[tuple[int, int]] = []
    copy = copies.backup(sqlite_url, tmp_path / "copies/today.db", progress=lambda *step: steps.append(step))
    await db.write(inbox.store, NOON, [(2, 7, "{}")])
    await db.close()
    assert ids(tmp_path / "copies/today.db") == [1]
    assert copy.size > 0
    assert steps[-1][0] == steps[-1][1]
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["today.db"]


async def test_there_and_back_with_the_old_one_kept(sqlite_url: str, tmp_path: Path) -> None:
    await put(sqlite_url, 1)
    copies.backup(sqlite_url, tmp_path / "copy.db")
    await put(sqlite_url, 2)
    aside = copies.restore(sqlite_url, tmp_path / "copy.db", NOON, force=True)
    assert ids(copies.database_path(sqlite_url)) == [1]
    assert aside == tmp_path / "bridge.before-20260302-120000.db"
    assert ids(aside) == [1, 2]
    await put(sqlite_url, 3)


def test_nothing_is_overwritten_unasked(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with pytest.raises(BackupError, match="--force"):
        copies.backup(sqlite_url, tmp_path / "copy.db")
    copies.backup(sqlite_url, tmp_path / "other.db")
    with pytest.raises(BackupError, match="--force"):
        copies.restore(sqlite_url, tmp_path / "other.db", NOON)
    assert (tmp_path / "copy.db").read_text() == "precious"


async def test_a_running_bot_is_not_pulled_from_under(sqlite_url: str, tmp_path: Path) -> None:
    copies.backup(sqlite_url, tmp_path / "copy.db")
    db = open_database(sqlite_url)
    try:
        with pytest.raises(BackupError, match="Stop the bot"):
            copies.restore(sqlite_url, tmp_path / "copy.db", NOON, force=True)
    finally:
        await db.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough " * 40, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_damaged_copy_is_refused_and_the_database_stays(
    sqlite_url: str, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "bad.db").write_bytes(content)
    with pytest.raises(BackupError):
        copies.restore(sqlite_url, tmp_path / "bad.db", NOON, force=True)
    assert ids(copies.database_path(sqlite_url)) == []


def test_postgresql_has_tools_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="pg_dump"):
        copies.backup("postgresql+asyncpg://u@h/n", tmp_path / "x")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database"):
        copies.backup(f"sqlite+aiosqlite:///{tmp_path}/none.db", tmp_path / "x")
    with pytest.raises(BackupError, match="no file"):
        copies.restore(f"sqlite+aiosqlite:///{tmp_path}/none.db", tmp_path / "x", NOON)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal", ".part", ".plain"])
async def test_a_copy_and_the_database_never_share_a_file(
    sqlite_url: str, tmp_path: Path, ending: str
) -> None:
    await put(sqlite_url, 1)
    copies.backup(sqlite_url, tmp_path / "copy.db")
    place = tmp_path / f"bridge.db{ending}"
    with pytest.raises(BackupError, match="belongs to the database"):
        copies.backup(sqlite_url, place, force=True)
    if ending:
        place.write_bytes((tmp_path / "copy.db").read_bytes())
    with pytest.raises(BackupError, match="belongs to the database"):
        copies.restore(sqlite_url, place, NOON, force=True)
    assert place.exists(), "what somebody wanted to restore is not removed"


@pytest.mark.parametrize("place", [".", "/", "/dev/null"])
async def test_what_is_no_file_is_neither_replaced_nor_read(sqlite_url: str, place: str) -> None:
    await put(sqlite_url, 1)
    with pytest.raises(BackupError, match="no file"):
        copies.backup(sqlite_url, Path(place), force=True)
    with pytest.raises(BackupError, match="no file"):
        copies.restore(sqlite_url, Path(place), NOON, force=True)


async def test_what_a_lost_database_left_beside_it_is_not_written_into_the_restored_one(
    sqlite_url: str, tmp_path: Path
) -> None:
    await put(sqlite_url, 1)
    copies.backup(sqlite_url, tmp_path / "copy.db")
    (tmp_path / "bridge.db").unlink()
    (tmp_path / "bridge.db-wal").write_bytes(b"of another database")
    copies.restore(sqlite_url, tmp_path / "copy.db", NOON)
    assert not (tmp_path / "bridge.db-wal").exists()
    assert ids(tmp_path / "bridge.db") == [1]
