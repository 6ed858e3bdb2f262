"""Only a clock. What is due stands in the database and is claimed by the services themselves."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.clock import Clock
from bot.metrics import Metrics
from domain.schedule import BATCH
from storage.engine import Connection, Database

log = structlog.get_logger(__name__)

_SOON = 1.0
"""Seconds."""

Job = Callable[[Connection, datetime], int]


class Ticker:
    """Runs every due service now and then, each in a transaction of its own."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        jobs: Mapping[str, Job],
        ticked: Callable[[], None],
        seconds: float,
        metrics: Metrics | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._jobs = jobs
        self._ticked = ticked
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._stop = asyncio.Event()
        self._metrics = metrics or Metrics()
        self.turned_at = clock.monotonic()

    async def run(self) -> None:
        """Soon, and then every so many seconds, until :meth:`stop`.

        Whoever waits for an answer since before we started goes first: much may be due by now.
        """
        self._stop.clear()
        await self._clock.wait(self._stop, min(self._seconds, _SOON))
        if not self._stop.is_set():
            await self.tick()
        scheduler = AsyncIOScheduler(timezone=UTC)
        scheduler.add_job(self.tick, "interval", seconds=self._seconds, coalesce=True, max_instances=1)
        scheduler.start()
        try:
            await self._stop.wait()
        finally:
            scheduler.shutdown(wait=False)
        async with self._lock:
            return

    async def stop(self, patience: float = 4.0) -> None:
        """No tick begins any more; the one under way finishes."""
        self._stop.set()

    def wake(self) -> None:
        """It goes by the clock alone."""

    async def tick(self) -> None:
        """Everything that is due, once. A job that breaks is logged; the others still run."""
        async with self._lock:
            for name, job in self._jobs.items():
                await self._run(name, job)
            self._ticked()
            self.turned_at = self._clock.monotonic()

    async def _run(self, name: str, job: Job) -> None:
        """Again at once as long as it did a full batch: what is due at eight must not wait for ten ticks."""
        while await self._once(name, job) >= BATCH and not self._stop.is_set():
            self._ticked()
            self.turned_at = self._clock.monotonic()

    async def _once(self, name: str, job: Job) -> int:
        try:
            did = await self._db.write(job, self._clock.now())
        except Exception as error:  # broad: one broken service must not silence the others
            log.error("job_broke", job=name, exc_info=error)
            self._metrics.job(name, None)
            return 0
        self._metrics.job(name, did)
        if did:
            log.info("job", job=name, did=did)
        return did
