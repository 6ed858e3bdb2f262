"""Killed again and again, lied to and cut off, the bot loses nothing and does nothing twice.

`make test` runs a short form. `make chaos` runs the long one: KILLS=200. Telegram is the sandbox's server in this
process, which remembers the truth; the bot is another process, or eight, and they do not survive.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sandbox import SandboxServer, World
from sandbox.client import People
from sandbox.world import Failure
from storage.engine import Database
from tests.chaos.fleet import ALONE, SEVERAL, Fleet
from tests.chaos.players import HASTY, LONGEST_LIST, Crowd, Driver, Giver, Player, Writer
from tests.chaos.players import PHONE as SAID_PHONE
from tests.chaos.scene import CAST, DRIVER, GIVERS, NEWCOMERS, OLENA, PHONE, TARAS, oversleep, settle_in
from tests.chaos.truth import Books, books, messages_by_chat, needs_of, repeats, unsettled

KILLS = int(os.environ.get("KILLS", "6"))
SEED = int(os.environ.get("SEED", "7"))
FAULTS: tuple[Failure, ...] = ("server", "gateway", "drop_before", "drop_after", "flood")
IN_FLIGHT = 8
"""Messages a process may have said and not yet marked when it dies: as many as people talk at once here."""


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(port=0, state=World(CAST))
    await running.start()
    yield running
    await running.stop()


@dataclass
class Load:
    """Everybody who talks while the bot dies."""

    writer: Writer
    givers: list[Giver]
    driver: Driver
    crowd: Crowd

    @property
    def players(self) -> list[Player]:
        return [self.writer, *self.givers, self.driver, self.crowd]


async def gather(people: People, code: str, other: str) -> Load:
    """They have pressed START, and are hasty: who gets no answer presses again."""
    for person in (OLENA, TARAS, DRIVER, *GIVERS, *NEWCOMERS):
        people[person.first_name].patience = HASTY
    for person in (OLENA, TARAS, DRIVER, *GIVERS):
        await people[person.first_name].tells_start()
    await people["Olena"].tells("/new")
    return Load(
        Writer(people["Olena"]),
        [Giver(people[person.first_name], code) for person in GIVERS],
        Driver(people["Dora"], people["Taras"], other),
        Crowd([people[person.first_name] for person in NEWCOMERS]),
    )


def troubles(server: SandboxServer, chance: random.Random) -> int:
    """A few faults on the line; what the last run did not meet is taken back, or they would pile up."""
    methods = ("sendMessage", "editMessageText")
    unmet = 0
    for method in methods:
        while server.state.take_failure(method):
            unmet += 1
    new = chance.randint(0, 3)
    for _ in range(new):
        server.state.fail_next(chance.choice(methods), chance.choice(FAULTS))
    return new - unmet


async def strikes(
    fleet: Fleet, server: SandboxServer, db: Database, chance: random.Random
) -> tuple[int, int]:
    """KILLS deaths, at random moments and at chosen points; returns digests made due and faults thrown."""
    due = faults = 0
    await fleet.begins()
    for number in range(KILLS):
        faults += troubles(server, chance)
        await fleet.strike(db)
        if number % 4 == 3:
            await db.write(oversleep)
            due += 1
    return due, faults


async def settles(server: SandboxServer, db: Database) -> None:
    """Until nothing waits any more, with Telegram, in the inbox or in the outbox."""
    async with asyncio.timeout(90):
        while True:
            if not len(server.state.updates) and not await db.read(unsettled):
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("database_url", "roles", "by_webhook"),
    [
        pytest.param("sqlite", ALONE, False, id="sqlite"),
        pytest.param("postgres", ALONE, False, id="postgres", marks=pytest.mark.postgres),
        pytest.param("postgres", SEVERAL, False, id="several", marks=pytest.mark.postgres),
        pytest.param("postgres", SEVERAL, True, id="webhooks", marks=pytest.mark.postgres),
    ],
    indirect=["database_url"],
)
async def test_killed_again_and_again_it_loses_nothing_and_does_nothing_twice(
    server: SandboxServer,
    db: Database,
    database_url: str,
    roles: tuple[str, ...],
    by_webhook: bool,
    tmp_path: Path,
) -> None:
    codes = await db.write(settle_in, datetime.now(UTC))
    log, chance, stop = tmp_path / "bot.log", random.Random(SEED), asyncio.Event()
    fleet = Fleet(roles, server.url, database_url, log, chance, by_webhook=by_webhook)
    async with fleet, People(server.url) as found:
        load = await gather(found, *codes)
        playing = [asyncio.create_task(each.plays(stop)) for each in load.players]
        try:
            due, faults = await strikes(fleet, server, db, chance)
            await fleet.recovers()
            stop.set()
            await asyncio.gather(*playing)
            await settles(server, db)
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            took = await fleet.ends(signal.SIGTERM)
        for each in load.givers:
            await each.person.looks()
        said = await db.read(books)
        again = repeats(server, said)
        slowest = max(fleet.takeovers, default=0.0)
        processes = f"{len(roles)} process{'es' * (len(roles) > 1)}{' with webhooks' * by_webhook}"
        takeovers = f"; a sender's seat was taken over within {slowest:.1f} s" if slowest else ""
        print(
            f"\n{KILLS} kills ({processes} on {db.dialect}), {faults} faults on the line: "
            f"{sum(said.updates.values())} updates, {sum(messages_by_chat(server).values())} messages of which "
            f"{again} repeats, {load.writer.published} needs posted, {sum(said.pledges.values())} promises, "
            f"{said.receipts} receipts signed, {said.members} people registered, "
            f"{said.digests} digests of {due} due; SIGTERM drained in {took:.1f} s{takeovers}"
        )
        await everything_holds(db, said, load)
        assert again <= KILLS * IN_FLIGHT + faults
        assert said.digests <= due
        assert took < 10
        assert fleet.door is None or fleet.door.passed >= sum(said.updates.values())
    nothing_leaked(log)


async def everything_holds(db: Database, said: Books, load: Load) -> None:
    """The table of docs/reliability.md, line by line."""
    whole = list(range(1, LONGEST_LIST + 1))
    assert await db.read(needs_of, "winter.blanket") == [whole] * load.writer.published
    assert load.writer.rows == list(range(1, load.writer.said + 1)), "every row once, in order"
    assert said.updates == {"done": sum(said.updates.values())}
    assert said.missing_updates == 0
    assert set(said.rows) <= {"sent", "skipped"}
    for person, giver in zip(GIVERS, load.givers, strict=True):
        made = said.pledges.get(person.id, 0)
        assert made == len(giver.cards()), "every promise was shown to whoever made it"
        assert giver.promised <= made <= giver.promised + giver.given_up, "and none was made twice"
    brought = load.driver
    assert brought.signed <= said.receipts <= brought.signed + brought.given_up
    assert said.pledges.get(DRIVER.id, 0) <= brought.signed + brought.given_up
    assert load.crowd.came <= said.members <= load.crowd.came + load.crowd.given_up
    assert said.on_lines == said.on_pledges
    assert said.broken_chains == []


def nothing_leaked(log: Path) -> None:
    """Every line of every process: no token, no phone number."""
    text = log.read_text("utf-8")
    assert "update_out" in text
    for secret in ("1:SANDBOX", PHONE, SAID_PHONE, PHONE.replace(" ", ""), SAID_PHONE.replace(" ", "")):
        assert secret not in text, f"the log tells {secret}"
