"""Groups, topics and channels as Telegram really is: they move, close, forbid, and speak in names that are nobody's."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from bot.sandbox_run import HQ, Sandbox
from bot.settings import load_settings
from bot.wiring import greet
from domain.actor import Actor
from sandbox.cast import NEWS, PARTNERS
from sandbox.client import People
from sandbox.shapes import member_shape, person_shape
from services import digests
from services import people as people_service
from services.people import actor_of
from storage import chat_moves, chats, inbox, outbox, subscriptions
from storage import people as known
from storage.engine import Connection, Database
from storage.outbox import Lane, RowState
from tests.story.conftest import TODAY
from tests.story.says import en, pl
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified

IHOR, OLENA, MAREK = 1004, 1001, 1002
ORDERS = [
    ("to", "from"),
    ("from", "to", "joined", "left"),
    ("left", "joined", "to", "from"),
    ("joined", "left", "from", "to"),
    ("left", "joined"),
    ("none",),
]
"""What the bot hears; every order of all four is in tests/services/test_grown_up.py."""


async def comes_true(db: Database, condition: Any) -> None:
    """Wait for it, however busy the machine is."""
    async with asyncio.timeout(30):
        while not await db.read(condition):
            await db.write(lambda conn: None)


def says(conn: Connection, chat_id: int, thread_id: int | None = None) -> None:
    """News for a group, as any service queues it."""
    where: dict[str, Any] = {"chat_id": chat_id, "thread_id": thread_id}
    outbox.show(conn, TODAY, screen="group_welcome", params={}, lane=Lane.NOTICE, **where)


def asks_to_be_let_in(conn: Connection, now: datetime) -> None:
    """Olena registers, and the coordinators hear of it."""
    olena = known.by_account(conn, OLENA)
    assert olena is not None
    people_service.register_hromada(conn, Actor(olena.id, now), "UA48080130000028458", "Pervomaiska")


def orders(conn: Connection, account: int, chat_id: int, thread_id: int = 0) -> None:
    """A standing order, as its buttons place it."""
    person = known.by_account(conn, account)
    assert person is not None
    digests.subscribe(conn, actor_of(conn, person, TODAY), chat_id, 8, "Europe/Kyiv", thread_id)


@pytest.mark.parametrize("signals", ORDERS, ids="-".join)
async def test_the_coordinators_group_grows_up(
    people: People, sandbox: Sandbox, db: Database, signals: tuple[str, ...]
) -> None:
    await db.write(orders, IHOR, HQ)
    ihor = people["Ihor"].in_group(HQ)
    new = await ihor.upgrades_group(*signals)
    await db.write(says, HQ)  # whatever was said first: what waited for the old one comes, once
    await comes_true(db, lambda conn: chats.chat(conn, HQ) is None)
    await people.moves_clock(90)
    await comes_true(db, lambda conn: outbox.depth(conn) == 0)
    assert "📪" not in await people["Ihor"].looks(), "nothing ended"
    assert await db.read(chats.coordination_chats) == [new]
    assert [each.active for each in await db.read(subscriptions.of_chat, new)] == [True]
    await db.write(asks_to_be_let_in, TODAY)
    await ihor.waits_for("wants to act for")

    again = await started_again(sandbox)
    assert await again.read(chats.coordination_chats) == [new], "the setting still names the old group"
    assert await again.read(chat_moves.current, HQ) == new
    assert await again.read(chats.chat, HQ) is None


async def test_a_group_of_which_telegram_says_only_when_asked_that_it_moved(
    people: People, db: Database
) -> None:
    moved = "Bad Request: group chat was upgraded to a supergroup chat"
    await people.refuses("getChatMember", 400, moved, chat_id=HQ, migrate_to_chat_id=PARTNERS.id)
    await people["Ihor"].in_group(HQ).tells("/subscribe")
    await comes_true(db, lambda conn: chats.chat(conn, HQ) is None)
    await people["Ihor"].in_group(PARTNERS.id).waits_for_button("08:00")
    assert await db.read(inbox.dead_letters) == []


async def started_again(sandbox: Sandbox) -> Database:
    """The database after a restart; where the world cannot be opened twice, after what a start writes into it."""
    if not sandbox._elsewhere:
        await sandbox._stop_bot()
        await sandbox._start_bot()
    assert sandbox.bot is not None
    settings = load_settings(_env_file=None, coordination_chat=HQ)
    await sandbox.bot.db.write(greet, TODAY, settings)
    return sandbox.bot.db


async def digest_is_due(db: Database, chat_id: int, thread_id: int = 0, **values: Any) -> None:
    """What happened since yesterday, or since the watermark, waits to be told there."""
    how = {"picture": "none", "next_run_at": TODAY} | values
    await db.write(lambda conn: subscriptions.save(conn, chat_id, "digest", thread_id, **how))


async def test_a_group_that_forbids_photos_hears_its_digest_as_text(
    people: People, sandbox: Sandbox, db: Database
) -> None:
    await olena_is_verified(db)
    await olena_asks_for_generators(db, 4000)
    await db.write(orders, MAREK, PARTNERS.id)
    await people.refuses(
        "sendPhoto",
        400,
        "Bad Request: not enough rights to send photos to the chat",
        times=0,
        chat_id=PARTNERS.id,
    )
    await digest_is_due(db, PARTNERS.id, picture="sectors", watermark=0)
    assert sandbox.bot is not None
    await sandbox.bot.ticker.tick()
    group = people["Marek"].in_group(PARTNERS.id)
    await group.waits_for_button(en("🔕 No digest any more"))
    assert "photo" not in group.last
    chat = await db.read(chats.chat, PARTNERS.id)
    assert chat is not None
    assert chat.reachable, "nobody is dropped"


async def test_a_closed_topic_keeps_its_digest_until_it_opens(
    people: People, sandbox: Sandbox, db: Database
) -> None:
    await olena_is_verified(db)
    await db.write(orders, MAREK, PARTNERS.id, 1)
    await people.refuses("sendMessage", 400, "Bad Request: TOPIC_CLOSED", times=1, chat_id=PARTNERS.id)
    await olena_asks_for_generators(db, 4000)
    await digest_is_due(db, PARTNERS.id, 1, watermark=0)
    assert sandbox.bot is not None
    await sandbox.bot.ticker.tick()
    await comes_true(
        db, lambda conn: [row.attempts for row in outbox.digests_waiting(conn, [PARTNERS.id])] == [1]
    )

    first = (await db.read(outbox.digests_waiting, [PARTNERS.id]))[0].values
    code = await olena_asks_for_generators(db, 7000)
    await digest_is_due(db, PARTNERS.id, 1)
    await people.moves_clock(90)  # also: a minute later Marek hears that his topic is closed
    group = people["Marek"].in_group(PARTNERS.id, 1)
    told = await group.waits_for(code)
    assert first["after"] == 0
    await comes_true(db, lambda conn: outbox.digests_waiting(conn, [PARTNERS.id]) == [])
    assert code in told, "one digest, of both days"


async def test_who_ordered_for_a_topic_that_is_gone_hears_of_it(
    people: People, sandbox: Sandbox, db: Database
) -> None:
    await db.write(orders, MAREK, PARTNERS.id, 1)
    await db.write(orders, MAREK, PARTNERS.id)
    await people.refuses("sendMessage", 400, "Bad Request: message thread not found", chat_id=PARTNERS.id)
    await db.write(says, PARTNERS.id, 1)
    await comes_true(db, lambda conn: not active(conn, PARTNERS.id, 1))
    assert await db.read(active, PARTNERS.id, 0)
    await people.moves_clock(90)
    marek = people["Marek"]
    await marek.waits_for(
        pl("This topic is gone, and what was ordered for it has ended. You can order anew any time.")
    )
    assert PARTNERS.title in marek.sees


def active(conn: Connection, chat_id: int, thread_id: int) -> bool:
    order = subscriptions.subscription(conn, chat_id, "digest", thread_id)
    return order is not None and order.active


async def test_who_ordered_for_a_group_hears_that_the_bot_was_taken_out(people: People, db: Database) -> None:
    await db.write(orders, MAREK, PARTNERS.id)
    await people["Marek"].in_group(PARTNERS.id).removes_bot()
    await comes_true(db, lambda conn: not active(conn, PARTNERS.id, 0))
    await people.moves_clock(90)
    gone = (
        "I can no longer write there, and what was ordered has ended. Add me again and order anew any time."
    )
    await people["Marek"].waits_for(pl(gone))


async def test_a_channel_that_may_not_be_posted_to_is_told_of(
    people: People, sandbox: Sandbox, db: Database
) -> None:
    ihor = people["Ihor"].in_group(NEWS.id)
    await ihor.adds_bot("administrator")
    await people["Ihor"].waits_for(NEWS.title)
    await people.refuses(
        "sendMessage",
        400,
        "Bad Request: need administrator rights in the channel chat",
        times=0,
        chat_id=NEWS.id,
    )
    await db.write(says, NEWS.id)
    await comes_true(db, lambda conn: silent(conn, NEWS.id))
    await people.moves_clock(61)
    silence = "I may not post in this channel. Please give me the right to post messages there: what waits comes then."
    await people["Ihor"].waits_for(en(silence))
    await people.relents()
    await people.moves_clock(120)
    await comes_true(db, lambda conn: not silent(conn, NEWS.id))
    assert {row.state for row in await db.read(outbox.of_chat, NEWS.id, 9)} <= {RowState.SENT}


async def test_a_bot_brought_into_a_channel_without_the_right_to_post_says_so(
    people: People, sandbox: Sandbox, db: Database
) -> None:
    update = joins_without_posting(sandbox)
    sandbox._server.state.updates.push("my_chat_member", update)
    await comes_true(db, lambda conn: silent(conn, NEWS.id))
    await people.moves_clock(61)
    silence = "I may not post in this channel. Please give me the right to post messages there: what waits comes then."
    await people["Ihor"].waits_for(en(silence))


def joins_without_posting(sandbox: Sandbox) -> dict[str, Any]:
    """Ihor makes the bot an administrator and leaves "Post messages" switched off."""
    world = sandbox._server.state
    chat = world.chats[NEWS.id]
    new = member_shape(world.bot, "administrator", channel=True) | {"can_post_messages": False}
    return {
        "chat": chat.shape(),
        "from": person_shape(world.people[IHOR]),
        "date": world.clock.timestamp(),
        "old_chat_member": member_shape(world.bot, "left", channel=True),
        "new_chat_member": new,
    }


def silent(conn: Connection, chat_id: int) -> bool:
    chat = chats.chat(conn, chat_id)
    return chat is not None and chat.silent_since is not None


def forwarded(sandbox: Sandbox, **sender: Any) -> dict[str, Any]:
    """A post of the linked channel, as Telegram puts it into the discussion group."""
    world = sandbox._server.state
    return {
        "message_id": 900,
        "date": world.clock.timestamp(),
        "chat": world.chats[HQ].shape(),
        "text": "/needs",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        **sender,
    }


CHANNEL = {"id": -1_001_999_999_999, "type": "channel", "title": "City news"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
SPEAKERS: list[dict[str, Any]] = [
    {"from": TELEGRAM, "sender_chat": CHANNEL, "is_automatic_forward": True},
    {"from": TELEGRAM, "sender_chat": CHANNEL},
    {"from": {"id": 136817688, "is_bot": True, "first_name": "Channel"}, "sender_chat": CHANNEL},
]


@pytest.mark.parametrize("speaker", SPEAKERS, ids=["forwarded", "for it", "as it"])
async def test_a_channel_that_speaks_in_a_group_is_nobody(
    people: People, sandbox: Sandbox, db: Database, speaker: dict[str, Any]
) -> None:
    before = len(await db.read(outbox.of_chat, HQ, 9))
    sandbox._server.state.updates.push("message", forwarded(sandbox, **speaker))
    await people["Ihor"].says("/start")
    for account in (777000, 136817688):
        assert await db.read(known.by_account, account) is None
    assert len(await db.read(outbox.of_chat, HQ, 9)) == before


async def test_who_has_no_name_is_somebody_in_the_readers_language(
    people: People, sandbox: Sandbox, db: Database
) -> None:
    nobody = {"id": 4242, "is_bot": False, "first_name": "", "language_code": "de"}
    chat = {"id": 4242, "type": "private"}
    start = {"message_id": 1, "date": sandbox._server.state.clock.timestamp(), "chat": chat, "from": nobody}
    entities = [{"type": "bot_command", "offset": 0, "length": 6}]
    sandbox._server.state.updates.push("message", start | {"text": "/start", "entities": entities})
    await comes_true(db, lambda conn: known.by_account(conn, 4242) is not None)
    person = await db.read(known.by_account, 4242)
    assert person is not None
    await db.write(
        lambda conn: (
            people_service.register_hromada(conn, Actor(person.id, TODAY), "UA48080130000028458", "P")
            and None
        )
    )
    await people["Ihor"].in_group(HQ).waits_for(en("somebody"))
