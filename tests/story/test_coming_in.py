"""Who comes in, by whose link and with whose yes; who is switched off; and how coordinators find everybody."""

import re
from datetime import datetime

from domain.actor import Actor
from sandbox.client import People, Person
from services import people as services
from services import standing
from storage import chats, events
from storage import people as known
from storage.engine import Connection, Database
from tests.story.conftest import TODAY
from tests.story.says import de, en, pl, uk

HEADQUARTERS, OLENA, MAREK, GRETA = -5001, 1001, 1002, 1003
NIKOPOL = "UA12080050000062712"


def link_in(person: Person) -> str:
    """The token of the newest link somebody sees."""
    found: list[str] = re.findall(r"start=i_([\w-]+)", person.sees)
    return found[-1]


async def marek_invites(people: People) -> str:
    """A link for a colleague in Lublin."""
    marek = people["Marek"]
    await marek.presses(pl("👤 My details"))
    await marek.presses(pl("✉️ Invite a colleague"))
    await marek.presses(pl("✉️ A colleague of {name}", name="Miasto Lublin"))
    await marek.waits_for("start=i_")
    return link_in(marek)


async def greta_coordinates_too(db: Database) -> None:
    """She was appointed by the operator."""

    def appoint(conn: Connection) -> None:
        greta = known.by_account(conn, GRETA)
        assert greta is not None
        standing.appoint(conn, Actor(0, TODAY, coordinator=True), greta.id)

    await db.write(appoint)


async def test_a_colleagues_link_pressed_with_forged_data_opens_no_hromada(
    people: People, db: Database
) -> None:
    token = await marek_invites(people)
    olena = people["Olena"]
    for forged in (f"1aregister_hromada:{token}", f"1aregister_partner:{token}"):
        assert await olena.presses_data(forged) == uk("You may not do this here. Nothing was changed.")
    await olena.starts(f"i_{token}")
    await olena.waits_for("Miasto Lublin")
    await people["Marek"].waits_for("Olena Kovalenko")
    await (
        people["Ihor"]
        .in_group(HEADQUARTERS)
        .waits_for(
            en("✅ Verified for {organisation}: {name}", organisation="Miasto Lublin", name="Olena Kovalenko")
        )
    )
    await people["Greta"].starts(f"i_{token}")
    await people["Greta"].waits_for(de("This invite link works no more. Please ask for a new one."))
    assert await db.read(events.broken_chains) == []


async def test_a_link_is_revoked_and_nobody_comes_in_with_it(people: People) -> None:
    token = await marek_invites(people)
    marek = people["Marek"]
    await marek.presses(pl("🔗 My links ({n})", n=1))
    await marek.waits_for("1. ")
    assert await marek.presses(pl("🗑 Revoke {at}", at=1)) == pl("Revoked: the link works no more.")
    await people["Olena"].starts(f"i_{token}")
    await people["Olena"].waits_for(uk("This invite link works no more. Please ask for a new one."))


async def test_an_open_link_is_agreed_by_two_and_asks_where_somebody_is_already(
    people: People, db: Database
) -> None:
    await greta_coordinates_too(db)
    ihor, greta, olena, marek = (people[name] for name in ("Ihor", "Greta", "Olena", "Marek"))
    await ihor.presses(en("✉️ Invite"))
    said = await ihor.presses(en("✉️ Anybody: verified at once"))
    assert said == en("Another coordinator has to agree. They are asked now.")
    await ihor.waits_for_button(en("↩️ Take it back"))
    await greta.starts()
    await greta.presses(de("🧭 Who and what waits"))
    await greta.presses("🙋")
    await greta.presses(de("✅ I agree"))
    await ihor.waits_for("start=i_")
    await olena.starts(f"i_{link_in(ihor)}")
    await olena.presses(uk("🤝 I represent a partner"))
    await olena.presses("Польща")
    await olena.presses(uk("City or municipality"))
    await olena.says("❤ Lublin")
    await olena.waits_for(uk("A name is one line of letters, digits and usual signs, at most {most} characters. Please write it like that.", most=120))  # fmt: skip
    await olena.says("Miasto Lublin")
    await olena.says("Lublin")
    await marek.waits_for(pl("🪪 <b>{name}</b> wants to join you:", name="Olena Kovalenko"))
    await marek.presses(pl("✅ Let in"))
    await olena.waits_for("🎉")


async def test_a_coordinator_finds_somebody_switches_them_off_and_on(people: People, db: Database) -> None:
    ihor, marek = people["Ihor"], people["Marek"]
    await ihor.presses(en("📇 Directory"))
    await ihor.presses(en("🔎 Find a person"))
    await ihor.says("mаrеk")  # two of the letters are Cyrillic
    await ihor.presses("Marek")
    assert "Miasto Lublin" in ihor.screen
    assert "+00 000 00 00" not in ihor.sees, "no phone in the directory"
    await ihor.presses(en("⏸ Suspend"))
    await ihor.presses(en("⏸ Suspend"))
    await marek.waits_for(pl("Your access is suspended. Please ask your coordinator."))
    assert await marek.presses(pl("🤝 Our pledges")) == pl(
        "Your access is suspended. Please ask your coordinator."
    )
    assert en("⏸ Suspended: {name}", name="Marek Nowak") in ihor.screen
    await ihor.presses(en("▶️ Let act again"))
    await marek.waits_for(pl("You may act again. Welcome back!"))


async def test_whoever_leaves_is_asked_once_and_their_colleagues_hear(people: People, db: Database) -> None:
    token = await marek_invites(people)
    olena, marek = people["Olena"], people["Marek"]
    await olena.starts(f"i_{token}")
    await olena.says("/start")
    await olena.presses(uk("👤 My details"))
    await olena.presses(uk("🚪 Leave"))
    await olena.waits_for_button(uk("‹ Back"))
    assert await olena.presses(uk("🚪 Leave")) == uk("You do not act for it any more.")
    await olena.waits_for_button(uk("🏛 I represent a hromada"))
    left = "👋 {name} no longer acts for <b>{organisation}</b>. What was open stays with you."
    await marek.waits_for(pl(left, organisation="Miasto Lublin", name="Olena Kovalenko"))


async def test_a_request_is_taken_back_and_another_one_made(people: People) -> None:
    olena = people["Olena"]
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.says("перво")
    await olena.presses("Первомайська · Миколаївська")
    await olena.says("/start")
    await olena.presses(uk("👤 My details"))
    await olena.presses(uk("➕ Another organisation"))
    said = await olena.presses(uk("🏛 I represent a hromada"))
    assert said == uk(
        "Your last request still waits for an answer. Wait for it, or take it back in “My details”."
    )
    await olena.says("/start")
    await olena.presses(uk("👤 My details"))
    await olena.presses(uk("↩️ Take it back"))
    await olena.waits_for_button(uk("‹ Back"))
    assert await olena.presses(uk("↩️ Take it back")) == uk("Your request is taken back.")
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.waits_for("перво")


def _many_ask(conn: Connection, now: datetime, count: int) -> None:
    for at in range(count):
        name = {40: "Hromada Bridge Support", 39: "Іhоr Воndаr"}.get(at, f"Guest {at}")
        person = services.meet(conn, now, 9900 + at, name, "uk")
        chats.see(conn, 9900 + at, reachable=False, seen_at=now)
        services.register_hromada(conn, Actor(person.id, now), NIKOPOL, "Nikopolska hromada")


async def test_everybody_who_waits_can_be_reached_and_names_that_mimic_are_told(
    people: People, db: Database
) -> None:
    await db.write(_many_ask, TODAY, 41)
    ihor = people["Ihor"]
    await ihor.presses(en("🧭 Who and what waits"))
    assert en("{first}–{last} of {total}", first=1, last=8, total=41) in ihor.screen
    await ihor.presses("›")
    assert en("{first}–{last} of {total}", first=9, last=16, total=41) in ihor.screen
    for _ in range(4):
        await ihor.presses("›")
    assert en("{first}–{last} of {total}", first=41, last=41, total=41) in ihor.screen
    await ihor.presses("🪪 Hromada Bridge Supp")
    assert en("⚠️ Looks like {name}", name=en("words of this bot")) in ihor.screen
    assert "· Hromada" in ihor.screen, "every head says the kind"
    await ihor.says("/queue")
    for _ in range(4):
        await ihor.presses("›")
    await ihor.presses("🪪 Іhоr Воndаr")
    assert en("⚠️ Looks like {name}", name="Ihor Bondar") in ihor.screen
    assert en("⚠️ Mixes letters of different alphabets") in ihor.screen


async def test_no_link_stands_in_the_outbox(people: People, db: Database) -> None:
    token = await marek_invites(people)

    def everything(conn: Connection) -> str:
        from sqlalchemy import select

        from storage.outbox import outbox

        return "\n".join(str(row) for row in conn.execute(select(outbox)))

    assert token not in await db.read(everything)
