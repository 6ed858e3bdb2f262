"""A group becomes a supergroup: whichever word comes first, there is one chat, and nothing anybody chose is lost."""

from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.actor import Actor
from services import chats as services
from services import digests
from services.people import meet
from services.start import coordination_chat
from storage import chat_moves, chats, inbox, outbox, subscriptions
from storage.engine import Database
from storage.outbox import Lane, RowState
from tests.machine.world import NOON

OLD, NEW, NEWER = -5007, -1_002_000_000_007, -1_002_000_000_008
ZONE = "Europe/Kyiv"
LATER = NOON + timedelta(days=1)


def a_group(conn: Connection, /, chat_id: int = OLD, **values: Any) -> Actor:
    """A group with everything a group can have."""
    olena = meet(conn, NOON, 1001, "Olena", "uk")
    actor = Actor(olena.id, NOON)
    facts = {"kind": "group", "title": "Aid", "seen_at": NOON, "language": "pl", "language_chosen": True}
    chats.see(conn, chat_id, **facts | values)
    digests.set_quiet(conn, actor, chat_id, 22, 7, ZONE)
    digests.subscribe(conn, actor, chat_id, 8, ZONE)
    digests.set_days(conn, actor, chat_id, 31)
    return actor


def joins(conn: Connection, chat_id: int = NEW) -> None:
    """What my_chat_member leaves behind: a chat nobody chose anything for yet."""
    chats.see(conn, chat_id, kind="supergroup", title="Aid", language="uk", seen_at=LATER, reachable=True)


def leaves(conn: Connection) -> None:
    """What it leaves of the old one."""
    if chats.chat(conn, OLD):
        chats.see(conn, OLD, reachable=False, seen_at=LATER)
        services.gone(conn, LATER, OLD, None, "the bot was taken out", skip=False)


def is_told(conn: Connection) -> None:
    services.migrated(conn, LATER, OLD, NEW)


SIGNALS = {"left": leaves, "joined": joins, "to": is_told, "from": is_told}


@pytest.mark.parametrize("order", list(permutations(SIGNALS)), ids="-".join)
async def test_in_any_order_one_chat_is_left_with_everything(db: Database, order: tuple[str, ...]) -> None:
    await db.write(a_group, coordination=True)
    await db.write(lambda conn: outbox.show(conn, NOON, chat_id=OLD, screen="a", params={}, lane=Lane.NOTICE))
    await db.write(lambda conn: inbox.store(conn, NOON, [(1, OLD, "{}")]))
    for signal in order:
        if signal == "joined" and await db.read(chat_moves.grew_up, NEW):
            continue  # the chat is known: nothing is new about it
        await db.write(SIGNALS[signal])

    assert await db.read(chats.chat, OLD) is None
    chat = await db.read(chats.chat, NEW)
    assert chat is not None
    assert (chat.kind, chat.language, chat.coordination, chat.reachable) == ("supergroup", "pl", True, True)
    assert (chat.quiet_from, chat.quiet_to, chat.quiet_zone) == (22, 7, ZONE)
    [order_of_it] = await db.read(subscriptions.of_chat, NEW)
    assert (order_of_it.active, order_of_it.hour, order_of_it.days) == (True, 8, 31)
    due = [row for row in await db.read(outbox.due, LATER, 10) if row.screen == "a"]
    assert [row.chat_id for row in due] == [NEW]
    assert [row.mailbox for row in await db.read(inbox.waiting, 5)] == [NEW]
    assert await db.read(chat_moves.current, OLD) == NEW


async def test_the_setting_leads_to_the_new_chat_after_every_restart(db: Database) -> None:
    await db.write(coordination_chat, NOON, OLD)
    await db.write(services.migrated, LATER, OLD, NEW)
    for _ in range(2):
        await db.write(coordination_chat, LATER, OLD)
    assert await db.read(chats.coordination_chats) == [NEW]
    assert await db.read(chats.chat, OLD) is None


async def test_a_chain_of_moves_is_one_step(db: Database) -> None:
    await db.write(a_group)
    await db.write(services.migrated, LATER, NEW, NEWER)
    await db.write(services.migrated, LATER, OLD, NEW)
    assert await db.read(chat_moves.current, OLD) == NEWER
    assert [each.chat_id for each in await db.read(subscriptions.of_chat, NEWER)] == [NEWER]
    await db.write(services.migrated, LATER, NEWER, OLD)
    assert await db.read(chat_moves.current, OLD) == NEWER, "nobody goes back, and nobody goes in a circle"


@pytest.mark.parametrize(("old", "new"), [(OLD, 0), (OLD, 7001), (7001, NEW), (0, NEW), (7001, 7002)])
async def test_nobody_moves_but_groups_into_groups(db: Database, old: int, new: int) -> None:
    """What is said to a person is never said in a group because of a forged word, and a group never ends up nowhere."""
    await db.write(a_group)
    for chat_id in (old, new):
        say = partial(outbox.show, chat_id=chat_id, screen="a", params={}, lane=Lane.REPLY)
        await db.write(say, NOON)
    await db.write(services.migrated, LATER, old, new)
    assert await db.read(chat_moves.current, OLD) == OLD
    assert len(await db.read(subscriptions.of_chat, OLD)) == 1
    assert {row.chat_id for row in await db.read(outbox.due, NOON, 10)} == {old, new}


async def test_what_was_chosen_in_the_new_chat_meanwhile_stays(db: Database) -> None:
    await db.write(a_group)

    def meanwhile(conn: Connection) -> None:
        actor = a_group(conn, NEW, kind="supergroup", language="de")
        digests.set_quiet(conn, actor, NEW, 20, 9, ZONE)
        digests.subscribe(conn, actor, NEW, 12, ZONE)
        subscriptions.tell_again(conn, subscriptions.of_chat(conn, OLD)[0].id, 0)

    await db.write(meanwhile)
    await db.write(services.migrated, LATER, OLD, NEW)
    chat = await db.read(chats.chat, NEW)
    [order] = await db.read(subscriptions.of_chat, NEW)
    assert chat is not None
    assert (chat.language, chat.quiet_from, order.hour, order.watermark) == ("de", 20, 12, 0)


async def test_a_digest_that_waits_follows_the_order_that_lives_on(db: Database) -> None:
    await db.write(a_group)

    def waits(conn: Connection) -> int:
        [order] = subscriptions.of_chat(conn, OLD)
        params = {"after": 1, "until": 2, "order": order.id}
        row = outbox.show(conn, NOON, chat_id=OLD, screen="digest", params=params, lane=Lane.DIGEST)
        a_group(conn, NEW)
        assert row is not None
        return row

    row_id = await db.write(waits)
    await db.write(services.migrated, LATER, OLD, NEW)
    row = await db.read(outbox.row, row_id)
    [order] = await db.read(subscriptions.of_chat, NEW)
    assert row is not None
    assert (row.chat_id, row.values["order"], row.state) == (NEW, order.id, RowState.DUE)


async def test_a_card_of_the_old_group_is_not_edited_into_a_message_of_the_new_one(db: Database) -> None:
    await db.write(a_group)

    def edits(conn: Connection) -> int | None:
        where: dict[str, Any] = {"chat_id": OLD, "edit": 12, "card": "need:1"}
        return outbox.show(conn, NOON, screen="need", params={"need_id": 1}, lane=Lane.NOTICE, **where)

    row_id = await db.write(edits)
    assert row_id is not None
    await db.write(services.migrated, LATER, OLD, NEW)
    row = await db.read(outbox.row, row_id)
    assert row is not None
    assert row.state is RowState.SKIPPED
