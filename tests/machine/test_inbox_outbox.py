"""The two queues in the database, on both engines."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from storage import inbox, outbox, sweeping
from storage.engine import Database
from storage.inbox import UpdateState
from storage.outbox import Lane, RowState
from tests.machine.world import NOON


def say(conn: Connection, /, chat: int = 7, screen: str = "hello", **kw: Any) -> int | None:
    values: dict[str, Any] = {"chat_id": chat, "screen": screen, "params": {}, "lane": Lane.REPLY}
    return outbox.show(conn, NOON, **values | kw)


def said(conn: Connection, /, row_id: int, message_id: int) -> bool:
    row = outbox.row(conn, row_id)
    assert row
    return outbox.mark_sent(conn, NOON, row, message_id)


async def test_an_update_is_kept_once(db: Database) -> None:
    assert await db.write(inbox.store, NOON, [(1, 7, "{}"), (2, 7, "{}"), (2, 7, "{}")]) == 2
    assert await db.write(inbox.store, NOON, [(2, 7, "{}"), (3, 8, "{}")]) == 1
    assert [row.update_id for row in await db.read(inbox.waiting, 10)] == [1, 2, 3]


async def test_a_busy_or_long_mailbox_hides_nobody(db: Database) -> None:
    rows = [(number, 7, "{}") for number in range(1, 100)] + [(200, 8, "{}"), (201, 9, "{}")]
    await db.write(inbox.store, NOON, rows)
    found, more = await db.read(inbox.oldest, 20, [9])
    assert [row.mailbox for row in found] == [7] * 8
    assert more, "one look is not enough: the long one is busy at the next"
    found, more = await db.read(inbox.oldest, 20, [9, 7])
    assert [row.mailbox for row in found] == [8]
    assert not more


async def test_whether_more_wait_than_there_is_time_for(db: Database) -> None:
    await db.write(inbox.store, NOON, [(number, 7, "{}") for number in range(1, 4)])
    assert await db.read(inbox.more_wait, 2)
    assert not await db.read(inbox.more_wait, 3)
    for lane in (Lane.REPLY, Lane.REPLY, Lane.NOTICE):
        await db.write(say, lane=lane)
    assert await db.read(outbox.more_wait, Lane.REPLY, 1)
    assert not await db.read(outbox.more_wait, Lane.REPLY, 2), "news may wait; it is not what people wait for"


async def test_failures_wait_longer_and_longer_and_end_as_a_dead_letter(db: Database) -> None:
    await db.write(inbox.store, NOON, [(1, 7, "{}")])
    pauses = []
    for _ in range(2):
        assert not await db.write(inbox.failed, NOON, 1, "boom", 3)
        row = (await db.read(inbox.waiting, 1))[0]
        pauses.append((row.next_try_at - NOON).total_seconds())
    assert await db.write(inbox.failed, NOON, 1, "boom", 3)
    assert pauses == [2, 4]
    assert [row.error for row in await db.read(inbox.dead_letters)] == ["boom"]
    assert await db.read(inbox.waiting, 1) == []


async def test_a_dead_letter_can_be_retried_or_dropped_and_nothing_else_can(db: Database) -> None:
    await db.write(inbox.store, NOON, [(1, 7, "{}"), (2, 7, "{}")])
    await db.write(inbox.bury, 1, "not JSON")
    assert not await db.write(inbox.drop, 2)
    assert not await db.write(inbox.retry, NOON, 2)
    assert await db.write(inbox.retry, NOON, 1)
    await db.write(inbox.bury, 1, "still not")
    assert await db.write(inbox.drop, 1)
    assert await db.read(inbox.one, 1) is None


async def test_only_old_done_updates_are_swept(db: Database) -> None:
    await db.write(inbox.store, NOON, [(1, 7, "{}"), (2, 7, "{}")])
    await db.write(inbox.done, 1)
    day = timedelta(days=1)
    assert await db.write(sweeping.handled, NOON + day, day) == 0
    assert await db.write(sweeping.handled, NOON + 2 * day, day) == 1
    left = await db.read(inbox.one, 2)
    assert left
    assert left.state is UpdateState.WAITING


async def test_a_dedupe_key_is_taken_for_ever(db: Database) -> None:
    first = await db.write(say, dedupe="u1")
    assert first is not None
    await db.write(said, first, 55)
    assert await db.write(say, dedupe="u1") is None


async def test_pending_edits_of_one_card_become_the_newest(db: Database) -> None:
    for version in range(3):
        await db.write(say, edit=5, card="need:1", params={"version": version})
    await db.write(say, edit=6, card="need:1")
    due = await db.read(outbox.due, NOON, 10)
    assert [(row.edit_message_id, row.values) for row in due] == [(5, {"version": 2}), (6, {})]


async def test_each_chat_offers_its_first_row_and_answers_lead(db: Database) -> None:
    await db.write(say, 7, "digest", lane=Lane.DIGEST)
    await db.write(say, 7, "news", lane=Lane.NOTICE)
    await db.write(say, 8, "news", lane=Lane.NOTICE)
    await db.write(say, 9, "answer")
    await db.write(say, 10, "later", not_before=NOON + timedelta(minutes=10))
    heads = await db.read(outbox.heads, NOON, 10, [8])
    assert [(row.chat_id, row.screen) for row in heads] == [(9, "answer"), (7, "news")]
    assert await db.read(outbox.next_due, NOON) == NOON + timedelta(minutes=10)


async def test_a_chat_that_moves_takes_its_rows_along(db: Database) -> None:
    await db.write(say, -5, edit=3, card="need:1")
    await db.write(outbox.rekey_chat, -5, -1005)
    row = (await db.read(outbox.due, NOON, 1))[0]
    assert (row.chat_id, row.edit_message_id, row.card) == (-1005, None, None)


async def test_an_update_is_emptied_when_it_is_handled_and_known_all_the_same(db: Database) -> None:
    await db.write(
        inbox.store, NOON, [(1, 7, '{"secret": 1}'), (2, 7, '{"secret": 2}'), (3, 7, '{"secret": 3}')]
    )
    await db.write(inbox.done, 1)
    await db.write(inbox.bury, 2, "broken")
    assert await db.write(inbox.store, NOON, [(1, 7, '{"secret": 1}')]) == 0
    payloads = [(await db.read(inbox.one, number)) for number in (1, 2, 3)]
    assert [row and row.payload for row in payloads] == ["", '{"secret": 2}', '{"secret": 3}']


async def test_what_was_said_is_swept_and_dead_letters_stay_until_their_own_age(db: Database) -> None:
    ids = [await db.write(say) for _ in range(3)]
    assert ids[0]
    assert ids[1]
    await db.write(said, ids[0], 1)
    await db.write(outbox.dead, ids[1], "never")
    day = timedelta(days=1)
    assert await db.write(sweeping.said, NOON + 2 * day, day) == 1
    assert await db.write(sweeping.dead_notices, NOON + day, day) == 0
    kept = await db.read(outbox.row, ids[1])
    assert kept
    assert kept.state is RowState.DEAD
    assert await db.write(sweeping.dead_notices, NOON + 2 * day, day) == 1
    assert await db.read(outbox.row, ids[1]) is None
    assert await db.read(outbox.depth) == 1


async def test_a_clock_that_was_put_back_makes_nobody_wait(db: Database) -> None:
    wrong = NOON + timedelta(hours=2)
    await db.write(inbox.store, wrong, [(1, 7, "{}")])
    await db.write(inbox.failed, wrong, 1, "broke", 5)
    row_id = await db.write(outbox.show, wrong, chat_id=7, screen="a", params={}, lane=Lane.REPLY)
    assert row_id is not None
    await db.write(outbox.postpone, row_id, wrong + timedelta(seconds=4), "no line")
    assert [row.is_due(NOON) for row in await db.read(inbox.waiting, 10)] == [True]
    assert [row.id for row in await db.read(outbox.heads, NOON, 10)] == [row_id]
    assert await db.read(outbox.next_due, NOON) is None
    soon = wrong - timedelta(seconds=1)
    assert [row.is_due(soon) for row in await db.read(inbox.waiting, 10)] == [False]
    assert await db.read(outbox.heads, soon, 10) == []


async def test_an_edit_that_a_newer_answer_overtakes_is_not_said(db: Database) -> None:
    async def edits(message: int, screen: str, lane: Lane = Lane.REPLY, chat: int = 7) -> None:
        about: dict[str, Any] = {
            "chat_id": chat,
            "screen": screen,
            "params": {},
            "lane": lane,
            "edit": message,
        }
        about["overtake"] = lane is Lane.REPLY
        await db.write(lambda conn: outbox.show(conn, NOON, **about))

    await edits(1, "first")
    await edits(2, "another message")
    await edits(1, "of another chat", chat=8)
    await edits(1, "news", Lane.NOTICE)
    await edits(1, "second")
    await edits(1, "third")
    waiting = [row.screen for row in await db.read(outbox.due, NOON, 10)]
    assert waiting == ["another message", "of another chat", "third"]
