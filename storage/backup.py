"""Copies of a SQLite database, taken while the bot runs, and believed only after they were checked.

A copy may be encrypted to a public key of age (https://age-encryption.org): whoever gets hold of it reads nothing, the bot
included, and restoring asks for the secret key.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyrage
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from domain.history import Seal
from storage import seals
from storage.address import BadAddress, address_of
from storage.private import make_private

Progress = Callable[[int, int], None]

_AGE = b"age-encryption.org/v1"


class BackupError(Exception):
    """One sentence on what is wrong and what to do about it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that was made: how large, up to which seal, and what is wrong with the history in it."""

    path: Path
    size: int
    seal: Seal | None
    problems: tuple[str, ...] = ()


def database_path(url: str) -> Path:
    """The file behind a setting."""
    try:
        address = address_of(url)
    except BadAddress as error:
        raise BackupError(f"DATABASE_URL is wrong: {error}.") from None
    if not address.is_file:
        raise BackupError("DATABASE_URL is not a SQLite file: use pg_dump and pg_restore for PostgreSQL.")
    return Path(address.path)


def recipient(key: str) -> pyrage.x25519.Recipient:
    """A public key of age; raises :class:`BackupError`."""
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise BackupError("That is no public key of age: it begins with age1.") from None


def identity(key: str) -> pyrage.x25519.Identity:
    """A secret key of age, or the file that holds it; raises :class:`BackupError`."""
    lines = [line.strip() for line in key.splitlines() if line.strip() and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(lines[0] if lines else "")
    except pyrage.IdentityError:
        raise BackupError("That is no secret key of age: it begins with AGE-SECRET-KEY-1.") from None


def backup(
    url: str,
    to: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
    public_key: str = "",
    name: Callable[[Path, Seal | None], Path] = lambda path, _seal: path,
) -> Copy:
    """Write a checked copy to a file that its owner alone can read.

    ``public_key``: encrypt it to that key of age. ``name`` may give the file its last name, by the seal it holds.
    """
    source = database_path(url)
    if not source.exists():
        raise BackupError(f"There is no database at {source} yet.")
    _refuse_a_place_of_the_database(to, source)
    if to.exists() and not force:
        raise BackupError(f"{to} exists. Choose another name, or add --force to replace it.")
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = to.with_name(to.name + ".part")
    try:
        _copy(source, fresh, progress)
        head, problems = look_at_history(fresh)
        target = name(to, head)
        if public_key:
            _encrypt(fresh, recipient(public_key))
        os.replace(fresh, target)
    finally:
        fresh.unlink(missing_ok=True)
    return Copy(target, target.stat().st_size, head, tuple(problems))


def look_at_history(path: Path) -> tuple[Seal | None, list[str]]:
    """The newest seal in a file, and what shows that its history is not as it was written."""
    engine = create_engine("sqlite://", creator=lambda: _open(path, "ro"), hide_parameters=True)
    try:
        with engine.connect() as conn:
            if not conn.dialect.has_table(conn, "seals"):
                return None, []  # a copy of before there were seals
            return seals.newest(conn), seals.problems(conn)
    except (
        SQLAlchemyError,
        ValueError,
    ) as error:  # a copy of a spoilt history is worth keeping, and must be spoken of
        return None, [f"the history cannot be read ({type(error).__name__})"]
    finally:
        engine.dispose()


def _encrypt(path: Path, to: pyrage.x25519.Recipient) -> None:
    """In place; the plain copy never has another name."""
    secret = path.with_name(path.name + ".age")
    make_private(secret)
    try:
        with path.open("rb") as plain, secret.open("wb") as hidden:
            pyrage.encrypt_io(plain, hidden, [to])
            hidden.flush()
            os.fsync(hidden.fileno())
        os.replace(secret, path)
    finally:
        secret.unlink(missing_ok=True)


def is_encrypted(path: Path) -> bool:
    """Whether a file is one of age."""
    with path.open("rb") as file:
        return file.read(len(_AGE)) == _AGE


@contextmanager
def _decrypted(source: Path, beside: Path, secret_key: str | None) -> Iterator[Path]:
    """The copy in plain, for as long as it is needed."""
    if not is_encrypted(source):
        yield source
        return
    if not secret_key:
        raise BackupError(f"{source} is encrypted: restoring it needs the secret key.")
    plain = beside.with_name(beside.name + ".plain")
    plain.unlink(missing_ok=True)
    make_private(plain)
    try:
        with source.open("rb") as hidden, plain.open("wb") as opened:
            pyrage.decrypt_io(hidden, opened, [identity(secret_key)])
        yield plain
    except pyrage.DecryptError:
        raise BackupError(f"{source} was not encrypted to that key, or it is damaged.") from None
    finally:
        plain.unlink(missing_ok=True)


def restore(
    url: str,
    source: Path,
    now: datetime,
    *,
    force: bool = False,
    progress: Progress | None = None,
    secret_key: str | None = None,
) -> Path | None:
    """Put a checked copy in place; the file that stood there is kept aside and returned."""
    target = database_path(url)
    if not source.exists():
        raise BackupError(f"There is no file {source}.")
    _refuse_a_place_of_the_database(source, target)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _decrypted(source, target, secret_key) as plain:
        check(plain)
        if target.exists():
            if not force:
                raise BackupError(f"{target} exists. Add --force to replace it; it will be kept aside.")
            nobody_else(target)
        fresh = target.with_name(target.name + ".part")
        _copy(plain, fresh, progress)
    aside = _put_aside(target, now) if target.exists() else None
    for ending in ("-wal", "-shm"):  # of a database that is gone: SQLite would write them into this one
        target.with_name(target.name + ending).unlink(missing_ok=True)
    os.replace(fresh, target)
    return aside


_OF_THE_DATABASE = ("", "-wal", "-shm", "-journal", ".part", ".plain")
"""Endings of the files that belong to a database, or are made and removed beside it."""


def _refuse_a_place_of_the_database(copy: Path, database: Path) -> None:
    """A copy that lies there would replace the database, or be removed as what an earlier try left."""
    if not copy.name or (copy.exists() and not copy.is_file()):
        raise BackupError(f"{copy} is no file.")
    if copy.resolve() in {database.with_name(database.name + each).resolve() for each in _OF_THE_DATABASE}:
        raise BackupError(f"{copy} belongs to the database itself. Choose another name.")


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
    make_private(to)

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
