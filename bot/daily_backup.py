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
from storage.backup import BackupError, backup

log = structlog.get_logger(__name__)

_NAME = re.compile(r"bridge-(\d{4}-\d\d-\d\d)\.db")
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
        if waits or today.hour < self._hour or self._path(today.date()).exists():
            return False
        try:
            size = await asyncio.to_thread(self._make, today.date())
        except _TROUBLE as error:
            self._not_before = now + _TRY_AGAIN
            log.error("backup_failed", error=str(error), hint="Tried again in an hour. Is there room?")
            return False
        log.info("backup_made", file=self._path(today.date()).name, bytes=size)
        return True

    def _path(self, day: date) -> Path:
        return self._folder / f"bridge-{day.isoformat()}.db"

    def _make(self, day: date) -> int:
        path = self._path(day)
        try:
            size = backup(self._url, path)
        finally:
            path.with_name(path.name + ".part").unlink(missing_ok=True)
        for old in self._too_old(day):
            old.unlink(missing_ok=True)
        return size

    def _too_old(self, day: date) -> list[Path]:
        """Only files that we named ourselves; the one of today stays in any case."""
        found = [(path, _NAME.fullmatch(path.name)) for path in self._folder.iterdir()]
        limit = (day - timedelta(days=self._keep)).isoformat()
        return [path for path, match in found if match and match[1] <= limit]
