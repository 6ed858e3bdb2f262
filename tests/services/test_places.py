"""Places that take nothing for now, or are gone: who hears of it, how often, and what becomes of the day's news."""

from datetime import timedelta

from sqlalchemy import Connection

from domain.actor import Actor
from domain.words import EventKind
from services import chats as services
from services import digests, history
from services.people import meet
from storage import chats, events, outbox, people, subscriptions
from storage.engine import Database
from tests.machine.world import NOON

HQ, TABLE, ZONE = -5001, -1_001_000_000_002, "Europe/Kyiv"


def furnish(conn: Connection) -> dict[str, int]:
    """Two people who ordered, one who coordinates, a group of the coordinators and one of everybody."""
    ids = {}
    for account, name in enumerate(("Olena", "Marek", "Ihor"), 1001):
        ids[name] = meet(conn, NOON, account, name, "en").id
        chats.see(conn, account, kind="private", person_id=ids[name], seen_at=NOON)
    people.change_person(conn, ids["Ihor"], coordinator=True)
    chats.see(conn, HQ, kind="group", title="HQ", coordination=True, seen_at=NOON)
    chats.see(conn, TABLE, kind="supergroup", title="Table", seen_at=NOON)
    for name, topic in (("Olena", 0), ("Marek", 7)):
        digests.subscribe(conn, Actor(ids[name], NOON), TABLE, 8, ZONE, topic)
    return ids


def hears(conn: Connection, account: int) -> list[tuple[str, int]]:
    """What somebody is told of places: the screen and the topic."""
    rows = outbox.of_chat(conn, account, 20)
    return [(row.screen, row.values["topic"]) for row in rows if row.screen.startswith("place_")]


async def test_who_ordered_hears_once_that_a_place_takes_nothing(db: Database) -> None:
    await db.write(furnish)
    for _ in range(3):
        await db.write(services.silenced, NOON, TABLE, 7)
    assert await db.read(hears, 1002) == [("place_silent", 7)]
    assert await db.read(hears, 1001) == [], "another topic is none of theirs"
    await db.write(outbox.skip_chat, 1002, "they read it")
    await db.write(services.said_at_last, TABLE, None)
    await db.write(services.silenced, NOON, TABLE, 7)
    assert len(await db.read(hears, 1002)) == 1, "that the group takes something says nothing of the topic"
    await db.write(services.silenced, NOON, TABLE, None)
    assert await db.read(hears, 1001) == [("place_silent", 0)]
    await db.write(services.heard_again, TABLE)
    await db.write(services.silenced, NOON + timedelta(days=1), TABLE, 7)
    assert [topic for _, topic in await db.read(hears, 1002)].count(7) == 2, "another time is another matter"


async def test_coordinators_hear_what_happens_to_their_own_group(db: Database) -> None:
    await db.write(furnish)
    await db.write(services.silenced, NOON, HQ, None)
    assert await db.read(hears, 1003) == [("place_silent", 0)]
    await db.write(lambda conn: services.gone(conn, NOON, HQ, None, "kicked"))
    assert await db.read(hears, 1003) == [("place_silent", 0), ("place_gone", 0)]
    assert await db.read(chats.coordination_chats) == []


async def test_when_a_chat_is_gone_all_its_orders_end_and_each_owner_hears_once(db: Database) -> None:
    await db.write(furnish)
    for _ in range(2):
        await db.write(lambda conn: services.gone(conn, NOON, TABLE, None, "kicked"))
    orders = await db.read(subscriptions.of_chat, TABLE)
    assert [(each.active, each.gone_at is not None) for each in orders] == [(False, True)] * 2
    for account in (1001, 1002):
        assert await db.read(hears, account) == [("place_gone", 0)]


async def test_a_digest_that_waits_tells_of_the_next_day_too(db: Database) -> None:
    ids = await db.write(furnish)

    def morning(conn: Connection, day: int) -> None:
        at = NOON + timedelta(days=day)
        history.of_person(conn, Actor(ids["Olena"], at), EventKind.PRIVACY_ANSWERED, ids["Olena"])
        digests.send_due(conn, at)
        for row in outbox.digests_waiting(conn, [TABLE]):
            outbox.postpone(conn, row.id, at, "TOPIC_CLOSED")

    begins = [each.watermark for each in await db.read(subscriptions.of_chat, TABLE)]
    for day in (1, 2, 3):
        await db.write(morning, day)
    rows = await db.read(outbox.digests_waiting, [TABLE])
    assert len(rows) == 2, "one for each order, however many days"
    newest = await db.read(events.latest)
    assert [(row.values["after"], row.values["until"]) for row in rows] == [(each, newest) for each in begins]

    await db.write(services.unsaid, rows)
    assert [each.watermark for each in await db.read(subscriptions.of_chat, TABLE)] == begins
