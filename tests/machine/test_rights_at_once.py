"""Two at the same moment: a link is spent once, a second voice counts once, and somebody always coordinates."""

import asyncio
from collections.abc import Awaitable

from domain.actor import Actor
from domain.errors import Refusal
from domain.model import Approval
from domain.words import MemberState
from services import decisions, invites, people, standing
from storage import chats, events
from storage import invites as table
from storage import people as known
from storage.engine import Connection, Database
from tests.machine.world import NOON

SECRET = b"of the house"
HROMADAS = ("UA48080130000028458", "UA12080050000062712")
OPERATOR = Actor(0, NOON, coordinator=True)


def _somebody(conn: Connection, account: int, coordinator: bool = False) -> int:
    person = known.add_person(conn, account=account, name=f"Person {account}", language="en", created_at=NOON)
    chats.see(conn, account, kind="private", person_id=person.id, seen_at=NOON)
    if coordinator:
        standing.appoint(conn, OPERATOR, person.id)
    return person.id


def _actor(conn: Connection, person_id: int) -> Actor:
    return people.actor_of(conn, known.person(conn, person_id), NOON)


async def _how_many_went_well(*deeds: Awaitable[object]) -> int:
    outcomes = await asyncio.gather(*deeds, return_exceptions=True)
    strange = [each for each in outcomes if isinstance(each, BaseException) and not isinstance(each, Refusal)]
    assert strange == []
    return sum(not isinstance(each, BaseException) for each in outcomes)


async def test_two_who_hold_one_link(db: Database) -> None:
    guests = [await db.write(_somebody, account) for account in (1, 2)]
    link = await db.write(invites.make, OPERATOR, SECRET)

    def comes(conn: Connection, person_id: int, katottg: str) -> None:
        people.register_hromada(conn, _actor(conn, person_id), katottg, "Hromada", link.invite.id)

    deeds = (db.write(comes, *each) for each in zip(guests, HROMADAS, strict=True))
    assert await _how_many_went_well(*deeds) == 1

    def verified(conn: Connection) -> list[MemberState]:
        return [member.state for guest in guests for member, _ in known.memberships(conn, guest)]

    assert await db.read(verified) == [MemberState.VERIFIED]


async def test_the_last_two_coordinators_dismiss_each_other(db: Database) -> None:
    one, other = [await db.write(_somebody, account, True) for account in (1, 2)]

    def dismiss(conn: Connection, by: int, whom: int) -> None:
        standing.dismiss(conn, _actor(conn, by), whom)

    assert await _how_many_went_well(db.write(dismiss, one, other), db.write(dismiss, other, one)) == 1
    assert len(await db.read(known.coordinators)) == 1
    assert await db.read(events.broken_chains) == []


async def test_two_who_agree_make_one_link(db: Database) -> None:
    asker, one, other = [await db.write(_somebody, account, True) for account in (1, 2, 3)]

    def asks(conn: Connection) -> Approval:
        answer = invites.invite(conn, _actor(conn, asker), SECRET)
        assert isinstance(answer, Approval)
        return answer

    approval = await db.write(asks)

    def agrees(conn: Connection, person_id: int) -> None:
        decisions.agree(conn, _actor(conn, person_id), approval.id, SECRET)

    assert await _how_many_went_well(db.write(agrees, one), db.write(agrees, other)) == 1
    assert len(await db.read(table.live_of, asker, NOON)) == 1
