"""Killed again and again, lied to and cut off, the bot loses nothing and does nothing twice.

`make test` runs a short form. `make chaos` runs the long one: KILLS=200. Telegram is the sandbox's server in this
process, which remembers the truth; the bot is another process, which does not survive.
"""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from domain.actor import Actor
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import OrganisationKind, Urgency
from sandbox import Cast, Group, Person, SandboxServer, World
from sandbox.client import People
from sandbox.world import Failure
from services import digests, needs
from services import people as services
from services.start import coordination_chat
from storage import chats, people
from storage.engine import Database, open_database
from storage.outbox import RowState, outbox
from storage.schema.chats import subscriptions
from tests.chaos.doomed import POINTS
from tests.chaos.players import HASTY, LONGEST_LIST, Giver, Player, Writer
from tests.chaos.process import BotProcess
from tests.chaos.truth import books, messages_by_chat, needs_of, promised_on_lines, repeats, unsettled

KILLS = int(os.environ.get("KILLS", "8"))
SEED = int(os.environ.get("SEED", "7"))
HEADQUARTERS = -5001
FAULTS: tuple[Failure, ...] = ("server", "gateway", "drop_before", "drop_after", "flood")

OLENA = Person(1001, "Olena", language_code="uk")
GIVERS = tuple(Person(1010 + at, name, language_code="en") for at, name in enumerate(("Ada", "Ben", "Cleo")))
IHOR = Person(1004, "Ihor", language_code="en")
CAST = Cast(
    people=(OLENA, *GIVERS, IHOR), groups=(Group(HEADQUARTERS, "HQ", members=(IHOR.id,), admins=(IHOR.id,)),)
)


def settle_in(conn: Connection, now: datetime) -> str:
    """Everybody is verified; Olena's hromada needs blankets without end; the group has a digest."""
    ihor = people.add_person(
        conn, account=IHOR.id, name="Ihor", language="en", coordinator=True, created_at=now
    )
    coordination_chat(conn, now, HEADQUARTERS)
    chats.see(conn, HEADQUARTERS, title="HQ", language="en", seen_at=now)
    digests.subscribe(conn, Actor(ihor.id, now, coordinator=True), HEADQUARTERS, 8, "Europe/Kyiv")
    for person in (OLENA, *GIVERS):
        known = people.add_person(
            conn, account=person.id, name=person.name, language=person.language_code, created_at=now
        )
        chats.see(conn, person.id, kind="private", person_id=known.id, seen_at=now)
        services.set_contacts(conn, Actor(known.id, now), phone="+380 44 000 00 00", address=None)
        if person is OLENA:
            asked = services.register_hromada(conn, Actor(known.id, now), "UA48080130000028458", "")
        else:
            kind = OrganisationKind.NGO.value
            asked = services.register_partner(conn, Actor(known.id, now), kind, person.name, "PL", "Lublin")
        services.verify(conn, Actor(ihor.id, now, coordinator=True), asked.id)
    olena = services.actor_of(conn, _known(conn, OLENA), now)
    line = WantedLine(sector="winter", item="winter.blanket")
    need = needs.post_need(conn, olena, WantedNeed(lines=[line], urgency=Urgency.NORMAL), "uk", Terms())
    conn.execute(update(outbox).values(state=RowState.SKIPPED))
    return need.code


def _known(conn: Connection, person: Person):  # type: ignore[no-untyped-def]
    found = people.by_account(conn, person.id)
    assert found is not None
    return found


def oversleep(conn: Connection) -> None:
    """Every digest was due an hour ago."""
    past = datetime.now(UTC) - timedelta(hours=1)
    conn.execute(update(subscriptions).where(subscriptions.c.kind == "digest").values(next_run_at=past))


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(port=0, state=World(CAST))
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def db(sqlite_url: str) -> AsyncIterator[Database]:
    found = open_database(sqlite_url)
    yield found
    await found.close()


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
    process: BotProcess, server: SandboxServer, db: Database, chance: random.Random
) -> tuple[int, int]:
    """Kill it KILLS times, at random moments and at chosen points; returns digests made due and faults thrown."""
    due = faults = 0
    for number in range(KILLS):
        doom = f"{POINTS[number % len(POINTS)]}:{chance.randint(1, 6)}" if number % 2 else ""
        await process.starts(doom)
        faults += troubles(server, chance)
        if not await process.dies(chance.uniform(1.2, 3.0)):
            await process.is_killed()
        if number % 4 == 3:
            await db.write(oversleep)
            due += 1
    return due, faults


async def settles(server: SandboxServer, db: Database) -> None:
    """Until nothing waits any more, with Telegram, in the inbox or in the outbox."""
    async with asyncio.timeout(60):
        while True:
            if not len(server.state.updates) and not await db.read(unsettled):
                return
            await asyncio.sleep(0.05)


async def test_killed_again_and_again_it_loses_nothing_and_does_nothing_twice(
    server: SandboxServer, db: Database, sqlite_url: str
) -> None:
    code = await db.write(settle_in, datetime.now(UTC))
    stop = asyncio.Event()
    async with BotProcess(server.url, sqlite_url) as process, People(server.url) as found:
        for person in (OLENA, *GIVERS):
            found[person.first_name].patience = HASTY
            await found[person.first_name].tells_start()
        writer = Writer(found["Olena"])
        givers = [Giver(found[person.first_name], code) for person in GIVERS]
        await found["Olena"].tells("/new")
        players: list[Player] = [writer, *givers]
        playing = [asyncio.create_task(each.plays(stop)) for each in players]
        try:
            due, faults = await strikes(process, server, db, random.Random(SEED))
            await process.starts()
            stop.set()
            await asyncio.gather(*playing)
            await settles(server, db)
        finally:
            for task in playing:
                task.cancel()
            await asyncio.gather(*playing, return_exceptions=True)
            took = await process.ends(signal.SIGTERM)

        for each in givers:
            await each.person.looks()
        said = await db.read(books)
        promised, given_up = sum(each.promised for each in givers), sum(each.given_up for each in givers)
        again = repeats(server, said)
        print(
            f"\n{KILLS} kills, {faults} faults on the line: {sum(said.updates.values())} updates, "
            f"{sum(messages_by_chat(server).values())} messages of which {again} repeats, "
            f"{writer.published} needs posted, {promised} promises ({given_up} begun again), "
            f"{said.digests} digests of {due} due; SIGTERM drained in {took:.1f} s"
        )
        whole = list(range(1, LONGEST_LIST + 1))
        assert await db.read(needs_of, "winter.blanket") == [whole] * writer.published
        assert writer.rows == list(range(1, writer.said + 1)), "every row once, in order"
        assert said.updates == {"done": sum(said.updates.values())}
        assert said.missing_updates == 0
        assert set(said.rows) <= {"sent", "skipped"}
        made = sum(said.promised.values())
        assert made == sum(len(each.cards()) for each in givers), "every promise was shown to whoever made it"
        assert promised <= made <= promised + given_up, "and none was made twice"
        assert said.reserved == 1000 * made
        assert await db.read(promised_on_lines) == said.reserved
        assert said.broken_chains == []
        assert again <= KILLS * 4 + faults
        assert said.digests <= due
        assert took < 10
