"""A copy of the SQLite database every day, checked, with the old ones thrown away.

What was done last is read from the folder: a restart neither skips a day nor repeats one, and a missed hour is made
up at the next start.
"""

import asyncio
import re
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.settings import Settings
from domain.history import Seal
from storage.backup import BackupError, Copy, backup

log = structlog.get_logger(__name__)

_NAME = re.compile(r"bridge-(\d{4}-\d\d-\d\d)(?:\.(\d+)-([0-9a-f]{16}))?\.db(?:\.age)?")
"""The day, and the seal up to which its history is vouched for: whoever has the name can tell a rewritten history."""
_LOOK_AGAIN = 60.0
_TRY_AGAIN = timedelta(hours=1)
_TROUBLE = (BackupError, OSError, sqlite3.Error)


class DailyBackup:
    """Wakes every minute and looks whether today's copy is due."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._url = settings.database_url
        self._folder = Path(settings.backup_dir)
        self._hour, self._keep = settings.backup_hour, settings.backup_keep_days
        self._zone = ZoneInfo(settings.timezone)
        self._clock = clock
        self._key = settings.backup_recipient
        self._not_before: datetime | None = None
        self._stop = asyncio.Event()
        self.turned_at = clock.monotonic()

    async def run(self) -> None:
        """Until :meth:`stop`."""
        while not self._stop.is_set():
            self.turned_at = self._clock.monotonic()
            await self.look()
            await self._clock.wait(self._stop, _LOOK_AGAIN)

    async def stop(self, patience: float = 4.0) -> None:
        """A copy under way is left as a part that the next one replaces."""
        self._stop.set()

    def wake(self) -> None:
        """It goes by the clock alone."""

    async def look(self) -> bool:
        """Make the copy if it is due; False where nothing was to be done or it failed."""
        now = self._clock.now()
        today = now.astimezone(self._zone)
        waits = self._not_before is not None and now < self._not_before
        if waits or today.hour < self._hour or self._copy_of(today.date()) is not None:
            return False
        try:
            copy = await asyncio.to_thread(self._make, today.date())
        except _TROUBLE as error:
            self._not_before = now + _TRY_AGAIN
            log.error("backup_failed", error=str(error), hint="Tried again in an hour. Is there room?")
            return False
        log.info("backup_made", file=copy.path.name, bytes=copy.size)
        if copy.problems:
            log.error("history_broken", problems=copy.problems[:5], hint="See 'hromada-bridge check'.")
        return True

    def _copy_of(self, day: date) -> Path | None:
        named = [path for path, match in self._copies() if match[1] == day.isoformat()]
        return named[0] if named else None

    def _copies(self) -> list[tuple[Path, re.Match[str]]]:
        """Only files that we named ourselves."""
        if not self._folder.is_dir():
            return []
        return [(path, match) for path in self._folder.iterdir() if (match := _NAME.fullmatch(path.name))]

    def _make(self, day: date) -> Copy:
        path = self._folder / f"bridge-{day.isoformat()}.db"
        copy = backup(self._url, path, public_key=self._key, name=self._last_name)
        for old in self._too_old(day):
            old.unlink(missing_ok=True)
        return copy

    def _last_name(self, path: Path, seal: Seal | None) -> Path:
        vouched = f".{seal.short}" if seal else ""
        return path.with_name(f"{path.stem}{vouched}.db{'.age' if self._key else ''}")

    def _too_old(self, day: date) -> list[Path]:
        """The one of today stays in any case."""
        limit = (day - timedelta(days=self._keep)).isoformat()
        return [path for path, match in self._copies() if match[1] <= limit]


def heads_in_names(folder: Path) -> list[tuple[str, int, str]]:
    """(file, number of the seal, beginning of its hash) of every copy in a folder that bears one, the oldest first."""
    if not folder.is_dir():
        return []
    matches = sorted(
        filter(None, (_NAME.fullmatch(path.name) for path in folder.iterdir())), key=lambda match: match[0]
    )
    return [(match[0], int(match[2]), match[3]) for match in matches if match[2]]
