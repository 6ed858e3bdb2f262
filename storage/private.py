"""Files that hold what people entrusted to us: their owner alone reads them, whatever the umask."""

import os
from pathlib import Path

_OWNER_ALONE = 0o600


def make_private(path: Path) -> None:
    """Make the file if it is not there, and take everybody else's rights away.

    SQLite gives its -wal and -shm files the rights of the database; those that stand there already get them here.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ALONE))
    for ending in ("", "-wal", "-shm"):
        each = path.with_name(path.name + ending)
        if each.exists() and each.stat().st_mode & 0o077:
            each.chmod(_OWNER_ALONE)
