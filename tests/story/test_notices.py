"""News for an organisation one does not act for at the moment, and many who want to be let in at once."""

from datetime import datetime

from domain.actor import Actor
from domain.words import MemberState
from sandbox.client import People
from services import people as services
from storage import chats
from storage import people as known
from storage.engine import Connection, Database
from tests.story.conftest import TODAY
from tests.story.says import pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.story.test_two_at_once import goes_to_the_last_question

HEADQUARTERS, OLENA = -5001, 1001
NIKOPOL = "UA12080050000062712"


def _acts_for_nikopol_now(conn: Connection, now: datetime) -> None:
    """Olena helps out in the neighbouring hromada this week."""
    olena = known.by_account(conn, OLENA)
    assert olena is not None
    member = services.register_hromada(conn, Actor(olena.id, now), NIKOPOL, "Nikopolska hromada")
    known.move_member(conn, member.id, [MemberState.PENDING], state=MemberState.VERIFIED)


async def test_news_for_the_organisation_one_does_not_act_for_now(people: People, db: Database) -> None:
    await olena_is_verified(db)
    olena, marek = people["Olena"], people["Marek"]
    await olena.starts()
    code = await olena_asks_for_generators(db, 4000)
    await db.write(_acts_for_nikopol_now, TODAY)
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), pl("🤝 Firm promise"))
    await marek.presses(pl("Skip"))

    await olena.waits_for(uk("🤝 <b>{giver}</b> promises:", giver="Miasto Lublin"))
    assert "Для Первомайська міська громада:" in olena.sees
    assert uk("✅ Accept") not in olena.buttons, "one hromada's officials do not answer for another"
    await olena.presses(uk("🔁 Act for it"))
    await olena.says(code)
    await olena.presses(uk("🤝 Pledges ({n})", n=1))
    await olena.presses(uk("🤝 promised"))
    assert await olena.presses(uk("✅ Accept")) == uk("Accepted. Now you see each other's contacts.")


def _ask_to_be_let_in(conn: Connection, now: datetime, count: int) -> None:
    """Many at once, as after a conference."""
    for at in range(count):
        person = services.meet(conn, now, 9900 + at, f"Guest {at}", "uk")
        chats.see(conn, 9900 + at, reachable=False, seen_at=now)
        services.register_hromada(conn, Actor(person.id, now), NIKOPOL, "Nikopolska hromada")


async def test_many_who_want_to_be_let_in_are_one_list(people: People, db: Database) -> None:
    await db.write(_ask_to_be_let_in, TODAY, 12)
    group = people["Ihor"].in_group(HEADQUARTERS)
    await group.waits_for("12 people wait for verification")
    assert "🪪 Guest 0" in group.buttons
    assert "🪪 Guest 9" in group.buttons
    assert "wants to act for" not in group.screen, "not one message after the other"
