"""What other processes must know of this one while it lives, and the database forgets the moment it dies.

Advisory locks of PostgreSQL belong to a connection: a killed process holds none, and nobody waits for a lease to
run out. One connection a process holds them all, and hears by LISTEN what others stored. A process that loses it
gives up its seats; what it has in hand is still safe, because an update can be marked done only once.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

import asyncpg
import structlog
from sqlalchemy import Connection, text

from storage.address import address_of

log = structlog.get_logger(__name__)

SEATS = {"sender": 1, "ticker": 2, "poller": 3, "interpreter": 4, "sealer": 5}
"""Work that only one process may do at a time."""
_SPACE = 0x4842
"""Key space of the seats ("HB"); mailboxes use the space of single 64-bit keys."""
_SPACE_OF_CHECKS = 0x4843
_BEAT = 1.0
_PATIENCE = 2.0
_SETTINGS = {
    "application_name": "hromada-bridge presence",
    "tcp_keepalives_idle": "2",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "2",
}
"""A machine that vanishes without a word is noticed by the server in four seconds, and its seats are free."""

TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

Heard = Mapping[str, Callable[[], None]]


class Presence(Protocol):
    """Claims on mailboxes and seats."""

    shared: bool
    """Whether there may be other processes at all."""

    async def run(self, heard: Heard) -> None:
        """Keep in touch until cancelled, and call back when something was stored (``inbox``, ``outbox``)."""
        ...

    async def claim(self, mailboxes: Sequence[int]) -> set[int]:
        """Those that are ours now; the others are in somebody else's hands."""
        ...

    async def release(self, mailbox: int) -> None:
        """Somebody else may have it."""
        ...

    async def sit(self, seat: str) -> asyncio.Event | None:
        """Take a seat: the event that says it was lost; None while somebody else sits there."""
        ...

    async def close(self) -> None:
        """Leave."""
        ...


def open_presence(url: str) -> Presence:
    """How a process is known at this database; on SQLite it is always alone."""
    return Alone() if address_of(url).is_file else Together(url)


def vacant(conn: Connection, seats: Iterable[str]) -> list[str]:
    """The seats that no process of this database sits in; on SQLite there is only one process, and it has them all."""
    if conn.dialect.name != "postgresql":
        return []
    query = text(
        "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :space AND objsubid = 2"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    taken = set(conn.execute(query, {"space": _SPACE}).scalars())
    return [seat for seat in seats if SEATS[seat] not in taken]


async def keeps_its_session(url: str) -> bool:
    """Whether a lock taken by one statement is still ours at the next: behind a pooler of transactions it is not.

    Raises what :data:`TROUBLE` names. On SQLite there is nothing to ask.
    """
    address = address_of(url)
    if address.is_file:
        return True
    options = address.asyncpg_args(application_name="hromada-bridge check") | {"timeout": 2 * _PATIENCE}
    first = await asyncpg.connect(address.dsn, **options)
    try:
        second = await asyncpg.connect(address.dsn, **options)
        try:
            return await _stay_apart(first, second)
        finally:
            await second.close()
    finally:
        await first.close()


async def _stay_apart(first: "asyncpg.Connection[Any]", second: "asyncpg.Connection[Any]") -> bool:
    """Two sessions of one server: what the first locked the second cannot have, and each stays who it is."""
    ask = "SELECT pg_backend_pid()"
    before = [await first.fetchval(ask), await second.fetchval(ask)]
    await first.execute("SELECT pg_advisory_lock($1, 0)", _SPACE_OF_CHECKS)
    taken = await second.fetchval("SELECT pg_try_advisory_lock($1, 0)", _SPACE_OF_CHECKS)
    after = [await first.fetchval(ask), await second.fetchval(ask)]
    await first.execute("SELECT pg_advisory_unlock($1, 0)", _SPACE_OF_CHECKS)
    return not taken and before == after and before[0] != before[1]


class Alone:
    """One process: everything is ours."""

    shared = False

    async def run(self, heard: Heard) -> None:
        """Nobody else can tell us anything."""
        await asyncio.Event().wait()

    async def claim(self, mailboxes: Sequence[int]) -> set[int]:
        """All of them."""
        return set(mailboxes)

    async def release(self, mailbox: int) -> None:
        """Nothing to do."""

    async def sit(self, seat: str) -> asyncio.Event | None:
        """Always free, never lost."""
        return asyncio.Event()

    async def close(self) -> None:
        """Nothing to do."""


class Together:
    """One of several processes at a PostgreSQL server."""

    shared = True

    def __init__(self, url: str) -> None:
        self._address = address_of(url)
        self._conn: asyncpg.Connection[Any] | None = None
        self._turn = asyncio.Lock()
        self._lost = asyncio.Event()
        self._heard: Heard = {}

    async def run(self, heard: Heard) -> None:
        """Connect, and again whenever the line breaks."""
        self._heard = heard
        while True:
            if await self._answers():
                await asyncio.sleep(_BEAT)
                continue
            await self._leave()
            try:
                await self._join()
            except TROUBLE as error:
                log.warning("presence_not_possible", error=repr(error))
                await asyncio.sleep(_BEAT)

    async def _join(self) -> None:
        options = self._address.asyncpg_args(**_SETTINGS) | {"timeout": _PATIENCE}
        conn = await asyncpg.connect(self._address.dsn, **options)
        try:
            for channel in self._heard:
                await conn.add_listener(f"hromada_bridge_{channel}", self._hear)
        except BaseException:  # a process that leaves while it joins, too, must not leave a line behind
            conn.terminate()
            raise
        self._lost = asyncio.Event()
        self._conn = conn
        for wake in self._heard.values():  # whatever was stored while nobody listened
            wake()

    def _hear(self, _conn: object, _pid: int, channel: str, _payload: object) -> None:
        self._heard[channel.removeprefix("hromada_bridge_")]()

    async def _answers(self) -> bool:
        try:
            return await self._ask("SELECT 1") is not None
        except TROUBLE as error:
            log.warning("presence_lost", error=repr(error))
            return False

    async def _ask(self, query: str, *values: object) -> list[Any] | None:
        """Rows; None while there is no connection."""
        async with self._turn:
            if self._conn is None or self._conn.is_closed():
                return None
            return list(await self._conn.fetch(query, *values, timeout=_PATIENCE))

    async def claim(self, mailboxes: Sequence[int]) -> set[int]:
        """A lock each; none of them where the line is broken."""
        query = "SELECT m FROM unnest($1::bigint[]) AS m WHERE pg_try_advisory_lock(m)"
        return {row["m"] for row in await self._try(query, list(mailboxes))} if mailboxes else set()

    async def release(self, mailbox: int) -> None:
        """Unlock; a lost connection has unlocked it already."""
        await self._try("SELECT pg_advisory_unlock($1::bigint)", mailbox)

    async def sit(self, seat: str) -> asyncio.Event | None:
        """A lock that goes with the connection."""
        lost = self._lost
        rows = await self._try("SELECT pg_try_advisory_lock($1, $2) AS mine", _SPACE, SEATS[seat])
        return lost if rows and rows[0]["mine"] and lost is self._lost else None

    async def _try(self, query: str, *values: object) -> list[Any]:
        try:
            return await self._ask(query, *values) or []
        except TROUBLE as error:
            log.warning("presence_lost", error=repr(error))
            await self._leave()
            return []

    async def _leave(self) -> None:
        conn, self._conn = self._conn, None
        self._lost.set()
        if conn is not None and not conn.is_closed():
            conn.terminate()

    async def close(self) -> None:
        """Leave politely, so that others can take over at once."""
        conn, self._conn = self._conn, None
        self._lost.set()
        if conn is not None and not conn.is_closed():
            with suppress(*TROUBLE):
                await conn.close(timeout=_PATIENCE)
