"""Many accounts without standing cannot keep those waiting who have some, and what is passed over is said."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.crowd import MOST, Crowd
from bot.intake import Keeper
from domain.words import MemberState, OrganisationKind, OrganisationState
from storage import chats, inbox, outbox, people
from storage.database import DatabaseAway
from storage.engine import Database, Work
from storage.inbox import UpdateState
from storage.outbox import Lane
from tests.machine.world import NOON, TestClock

OFFICIAL, SUSPENDED, STRANGER, GROUP = 11, 12, 900, -77


@pytest.fixture
async def peopled(db: Database) -> Database:
    def fill(conn: Connection) -> None:
        first = people.add_person(conn, account=OFFICIAL, name="Olena", language="uk", created_at=NOON)
        place = people.add_organisation(
            conn, kind=OrganisationKind.HROMADA, state=OrganisationState.VERIFIED, name="Pervomaisk", country="UA",
            created_by=first.id, created_at=NOON,
        )  # fmt: skip
        banned = people.add_person(
            conn, account=SUSPENDED, name="X", language="uk", created_at=NOON, suspended=True
        )
        for person in (first, banned):
            people.add_member(
                conn, person_id=person.id, organisation_id=place.id, state=MemberState.VERIFIED, asked_at=NOON
            )
        for account in (OFFICIAL, SUSPENDED, STRANGER):
            chats.see(conn, account, kind="private", seen_at=NOON)

    await db.write(fill)
    return db


def update(number: int, chat: int) -> dict[str, Any]:
    who = {"id": abs(chat), "is_bot": False, "first_name": "A"}
    message = {
        "message_id": number,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "from": who,
        "text": "/help",
    }
    return {"update_id": number, "message": message}


def keeper(db: Database, clock: TestClock) -> Keeper:
    return Keeper(db, clock, lambda: None)


async def waiting(db: Database) -> list[int]:
    return [row.update_id for row in await db.read(inbox.waiting, 100)]


async def test_whoever_has_standing_does_not_wait_behind_those_who_have_none(
    peopled: Database, clock: TestClock
) -> None:
    flood = [update(number, STRANGER + number) for number in range(1, 80)]
    await keeper(peopled, clock).keep(
        [*flood, update(80, SUSPENDED), update(81, OFFICIAL), update(82, GROUP)]
    )
    assert (await waiting(peopled))[0] == 81


async def test_more_than_a_minute_holds_is_passed_over_and_said_once(
    peopled: Database, clock: TestClock
) -> None:
    keep = keeper(peopled, clock)
    await keep.keep([update(number, STRANGER) for number in range(1, MOST + 6)])
    await keep.keep([update(number, STRANGER) for number in range(100, 110)])
    rows = await peopled.read(lambda conn: [inbox.one(conn, number) for number in (1, MOST, MOST + 1, 109)])
    assert [row.state for row in rows if row] == [*[UpdateState.WAITING] * 2, *[UpdateState.DONE] * 2]
    assert [row.payload for row in rows if row][2:] == ["", ""], "what nobody reads is not kept"
    said = await peopled.read(outbox.due, NOON, 10)
    assert [(row.chat_id, row.screen, row.lane) for row in said] == [(STRANGER, "patience", Lane.REPLY)]
    clock.elapsed += 61
    await keep.keep([update(200, STRANGER)])
    again = await peopled.read(inbox.one, 200)
    assert again is not None
    assert again.state is UpdateState.WAITING


@pytest.mark.parametrize("chat", [OFFICIAL, GROUP])
async def test_members_and_groups_are_always_read(peopled: Database, clock: TestClock, chat: int) -> None:
    await keeper(peopled, clock).keep([update(number, chat) for number in range(1, 3 * MOST)])
    assert len(await peopled.read(inbox.waiting_in, [chat], 1000)) == 3 * MOST - 1


async def test_what_was_said_before_standing_came_is_not_overtaken(
    peopled: Database, clock: TestClock
) -> None:
    keep = keeper(peopled, clock)
    await keep.keep([update(1, STRANGER)])

    def let_in(conn: Connection) -> None:
        person = people.add_person(conn, account=STRANGER, name="B", language="uk", created_at=NOON)
        people.add_member(
            conn, person_id=person.id, organisation_id=1, state=MemberState.VERIFIED, asked_at=NOON
        )

    await peopled.write(let_in)
    await keep.keep([update(2, OFFICIAL), update(3, STRANGER)])
    assert await waiting(peopled) == [1, 3, 2]


async def test_an_update_that_was_not_stored_counts_once(peopled: Database, clock: TestClock) -> None:
    class Away:
        """A database that is away again and again."""

        dialect = peopled.dialect
        again = 0
        tries = 0

        async def write(self, work: Work[..., Any], /, *args: Any, **kw: Any) -> Any:
            self.tries += 1
            if self.tries <= MOST:
                raise DatabaseAway("disk full")
            return await peopled.write(work, *args, **kw)

        async def read(self, work: Work[..., Any], /, *args: Any, **kw: Any) -> Any:
            return await peopled.read(work, *args, **kw)

        async def close(self) -> None:
            pass

    keep = Keeper(Away(), clock, lambda: None)
    for _ in range(MOST):
        with pytest.raises(DatabaseAway):
            await keep.keep([update(1, STRANGER)])
    await keep.keep([update(1, STRANGER)])
    assert await waiting(peopled) == [1]


async def test_answers_to_those_with_standing_are_said_first(peopled: Database) -> None:
    async def say(chat: int, rank: int, lane: Lane = Lane.REPLY) -> None:
        await peopled.write(
            lambda conn: outbox.show(conn, NOON, chat_id=chat, screen="help", params={}, lane=lane, rank=rank)
        )

    for stranger in range(STRANGER, STRANGER + 50):
        await say(stranger, 1)
    await say(5, 0, Lane.NOTICE)
    await say(OFFICIAL, 0)
    first = await peopled.read(outbox.heads, NOON, 60)
    assert first[0].chat_id == OFFICIAL
    assert first[-1].chat_id == 5, "an answer to anybody goes before news"


def batches(count: Sequence[int]) -> list[bool]:
    crowd = Crowd(most=3)
    over = crowd.too_much(count, 0.0)
    crowd.count(count, over, 0.0)
    return over + crowd.too_much([7, 8], 30.0)


def test_a_batch_is_counted_like_one_after_another() -> None:
    assert batches([7, 7, 7, 7, 8, -5, -5, -5, -5]) == [False] * 3 + [True] + [False] * 5 + [True, False]
