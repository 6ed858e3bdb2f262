"""Copies of a SQLite database, taken while the bot runs, and believed only after they were checked."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

Progress = Callable[[int, int], None]


class BackupError(Exception):
    """One sentence on what is wrong and what to do about it."""


def database_path(url: str) -> Path:
    """The file behind a setting."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BackupError("DATABASE_URL is not a SQLite file: use pg_dump and pg_restore for PostgreSQL.")
    return Path(parsed.database)


def backup(url: str, to: Path, *, force: bool = False, progress: Progress | None = None) -> int:
    """Write a checked copy to a file; returns its size in bytes."""
    source = database_path(url)
    if not source.exists():
        raise BackupError(f"There is no database at {source} yet.")
    if to.exists() and not force:
        raise BackupError(f"{to} exists. Choose another name, or add --force to replace it.")
    to.parent.mkdir(parents=True, exist_ok=True)
    fresh = to.with_name(to.name + ".part")
    _copy(source, fresh, progress)
    os.replace(fresh, to)
    return to.stat().st_size


def restore(
    url: str, source: Path, now: datetime, *, force: bool = False, progress: Progress | None = None
) -> Path | None:
    """Put a checked copy in place; the file that stood there is kept aside and returned."""
    target = database_path(url)
    if not source.exists():
        raise BackupError(f"There is no file {source}.")
    check(source)
    if target.exists():
        if not force:
            raise BackupError(f"{target} exists. Add --force to replace it; it will be kept aside.")
        nobody_else(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".part")
    _copy(source, fresh, progress)
    aside = _put_aside(target, now) if target.exists() else None
    os.replace(fresh, target)
    return aside


def check(path: Path) -> None:
    """Whether a file is a whole database."""
    try:
        with closing(_open(path, "ro")) as raw:
            found = raw.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{path} is not a whole SQLite database ({error}).") from None
    if found != [("ok",)]:
        raise BackupError(f"{path} is damaged: {found[0][0]}.")


def _copy(source: Path, to: Path, progress: Progress | None) -> None:
    to.unlink(missing_ok=True)

    def report(_status: int, remaining: int, total: int) -> None:
        if progress:
            progress(total - remaining, total)

    with closing(_open(source, "ro")) as old, closing(sqlite3.connect(to)) as new:
        old.backup(new, pages=1024, progress=report)
        new.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    check(to)
    with to.open("rb") as written:
        os.fsync(written.fileno())


def _put_aside(path: Path, now: datetime) -> Path:
    aside = path.with_name(f"{path.stem}.before-{now:%Y%m%d-%H%M%S}{path.suffix}")
    _copy(path, aside, None)
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return aside


def nobody_else(path: Path) -> None:
    """A running bot would go on writing into the file we put aside."""
    try:
        with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as raw:
            raw.execute("PRAGMA locking_mode=EXCLUSIVE")
            raw.execute("BEGIN EXCLUSIVE")
            raw.execute("ROLLBACK")
    except sqlite3.OperationalError:
        raise BackupError(f"{path} is in use. Stop the bot first.") from None


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)
