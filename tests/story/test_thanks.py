"""Olena says thank you with a photo; Marek keeps it, or lets it be shown."""

import pytest
from sqlalchemy import Connection

from domain.actor import Actor
from domain.schedule import Terms
from handlers.refusals import MISREAD
from sandbox.client import People, Person
from services import consignments, pledges
from services import people as services
from storage import events, giving, needs, people, thanks
from storage.engine import Database
from tests.story.conftest import TODAY
from tests.story.pictures import PHOTO, png
from tests.story.says import pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.story.test_translation import sandbox as sandbox
from tests.story.test_translation import service as service
from tests.translators import Service


def _actor(conn: Connection, account: int) -> Actor:
    known = people.by_account(conn, account)
    assert known is not None
    return services.actor_of(conn, known, TODAY)


def truck(conn: Connection, need_id: int) -> None:
    """Marek's two generators stand in the yard."""
    olena, marek = _actor(conn, 1001), _actor(conn, 1002)
    line = needs.lines_of(conn, need_id)[0]
    made = pledges.pledge(conn, marek, need_id, {line.id: 2000}, Terms(), firm=True)
    pledges.accept(conn, olena, made.id)
    row = giving.pledge_lines_of(conn, made.id)[0]
    consignment = consignments.pack(conn, marek, {row.id: 2000})
    consignments.dispatch(conn, marek, consignment.id)


def newest_need(conn: Connection) -> int:
    return max(each.id for each in needs.find(conn, needs.Search(), None, 50))


@pytest.fixture
async def olena(people: People, db: Database) -> Person:
    """She has just signed for what came."""
    await olena_is_verified(db)
    olena = people["Olena"]
    await olena.starts()
    await olena_asks_for_generators(db, 4000)
    await db.write(truck, await db.read(newest_need))
    await olena.waits_for(uk("🚚 <b>Something is on its way to you.</b>"))
    await olena.presses(uk("Open"))
    await olena.presses(uk("✍️ Count and sign"))
    await olena.presses(uk("All of it: {amount}", amount="2 шт."))
    await olena.presses(uk("Skip"))
    await olena.presses(uk("✍️ Sign"))
    await olena.waits_for(uk("💛 A few words and a photo would make the donor's day."))
    return olena


async def says_thank_you(olena: Person) -> None:
    await olena.presses(uk("💛 Say thank you"))
    await olena.says("Лікарня знову зі світлом. Дякуємо!")
    await olena.sends_photo(PHOTO)
    await olena.presses(uk("💛 Send"))


def to_show(conn: Connection) -> list[str]:
    return [each.text for each in thanks.thanks_to_show(conn, 0, events.latest(conn))]


async def test_a_thank_you_the_donor_lets_others_read(
    people: People, db: Database, olena: Person, service: Service
) -> None:
    await says_thank_you(olena)
    marek = people["Marek"]
    told = await marek.waits_for("Лікарня знову зі світлом. Дякуємо!")
    assert pl("in Ukrainian") in told
    whole = await marek.waits_for("[pl] Лікарня знову зі світлом. Дякуємо!")
    assert whole.index("Лікарня") < whole.index("[pl]"), "the original first"
    for _ in range(20):
        if await marek.shown_photos():
            break
    assert await marek.shown_photos() == 1
    assert await db.read(to_show) == []
    said = await marek.presses(pl("📣 Let it be shown in the digest"))
    assert said == pl("Thank you! It comes with the next digest.")
    assert await db.read(to_show) == ["Лікарня знову зі світлом. Дякуємо!"]
    await marek.waits_for(pl("📣 The donor lets it be shown in the digest."))
    await marek.waits_for_button("✓ " + pl("📣 Let it be shown in the digest"))
    assert await marek.shown_photos() == 1, "the photo is not sent again with every press"


async def test_a_thank_you_that_is_kept(people: People, db: Database, olena: Person) -> None:
    await says_thank_you(olena)
    marek = people["Marek"]
    await marek.waits_for("Дякуємо!")
    assert await marek.presses(pl("🔒 Keep it between us")) == pl("It stays between the two of you.")
    assert await db.read(to_show) == []
    assert "Дякуємо!" not in people["Greta"].screen


async def test_thanks_that_name_a_contact_are_asked_about(people: People, olena: Person) -> None:
    await olena.presses(uk("💛 Say thank you"))
    await olena.says("Дякуємо! Приїздіть на вул. Шевченка, 5, дзвоніть 067 123 45 67")
    assert "• вул. Шевченка, 5" in olena.sees
    assert "• 067 123 45 67" in olena.sees
    await olena.presses(uk("✏️ Change it"))
    await olena.says("Дякуємо! Приїздіть.")
    await olena.presses(uk("💛 Send"))
    assert "Приїздіть" in await people["Marek"].waits_for("Дякуємо!")
    assert "Шевченка" not in people["Marek"].screen


async def test_three_photos_are_the_most_and_a_file_is_none(people: People, olena: Person) -> None:
    await olena.presses(uk("💛 Say thank you"))
    await olena.sends_photo(PHOTO)
    assert uk(MISREAD["text"]) in olena.sees
    await olena.says("Дякуємо!")
    await olena.sends_document(b"%PDF-1.4", "thanks.pdf")
    assert uk(MISREAD["not_a_photo"]) in olena.sees
    await olena.sends_document(b"x", "IMG_0001.HEIC")
    assert uk(MISREAD["picture_file"]) in olena.sees
    for size in range(8, 12):
        await olena.sends_photo(png(size))
    assert uk(MISREAD["three_photos"]) in olena.sees
    await olena.presses(uk("💛 Send"))
    await olena.presses(uk("🖼 Photos ({n})", n=3))
    for _ in range(20):
        if await olena.shown_photos() == 3:
            break
    assert await olena.shown_photos() == 3
