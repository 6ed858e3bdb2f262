"""The main job from end to end, as the four people live it: from a posted need to a signed receipt."""

from storage import events
from storage.engine import Database
from tests.story.cast import Cast, Someone
from tests.story.pictures import PHOTO
from tests.story.says import en, pl, uk

HEADQUARTERS = -5001


async def olena_joins(people: Cast) -> Someone:
    """She finds her hromada by a part of its name; a coordinator verifies her in the group."""
    olena, group = people["Olena"], people["Ihor"].in_group(HEADQUARTERS)
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.says("перво")
    await olena.presses("Первомайська · Миколаївська")
    await olena.presses(uk("👍 I agree"))
    await olena.says("+380 44 000 10 01")
    await olena.says("вул. Грушевського, 3")
    assert "Первомайська міська громада" in olena.sees
    await group.waits_for("Pervomaiska hromada")
    assert await group.presses(en("✅ Verify")) == en("Verified.")
    await olena.waits_for("🎉")
    await people.picture("1-who-am-i")
    return olena


async def olena_asks(people: Cast) -> str:
    """Generators and blankets; returns the need's code."""
    olena = await olena_joins(people)
    await olena.says("/start")
    await olena.presses(uk("➕ Post a need"))
    await olena.presses("⚡ Енергетика")
    await olena.says("генератор")
    await olena.presses("Генератор дизельний")
    await olena.presses("5 кВт")
    await olena.says("4")
    assert "4 шт." in olena.sees
    await olena.says("ковдри - 200 шт")
    assert "200 шт." in olena.sees
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟠 Urgent"))
    await olena.says("24.12")
    await olena.says("1 200")
    await olena.says("Лікарня без світла по 8 годин на добу.")
    await olena.sends_photo(PHOTO)
    await olena.presses(uk("Go on ›"))
    assert "200 шт." in olena.sees
    assert "24 груд. 2026" in olena.sees
    await people.picture("2-a-need")
    assert await olena.presses(uk("✅ Publish")) == uk("Published")
    await olena.waits_for("0/4 шт.")
    return olena.sees.split("·")[1].strip()


async def marek_pledges(people: Cast, code: str) -> None:
    """Two generators, firm, from a card in Polish."""
    marek = people["Marek"]
    card = await marek.waits_for(code)
    assert "Agregat prądotwórczy, diesel, 5 kW" in card
    assert "Pervomaiska hromada" in card
    assert "obwód mikołajowski" in card
    await marek.presses(pl("🤝 Pledge"))
    await marek.presses("Agregat prądotwórczy")
    await marek.says("2")
    await marek.presses(pl("Go on ›"))
    await marek.presses(pl("🤝 Firm promise"))
    await marek.says("1.12")
    assert pl("🤝 promised") in marek.sees


async def test_from_a_posted_need_to_a_signed_receipt(cast: Cast, db: Database) -> None:
    code = await olena_asks(cast)
    olena, marek, greta = cast["Olena"], cast["Marek"], cast["Greta"]
    assert "Dieselgenerator" in await greta.waits_for(code)

    await marek_pledges(cast, code)
    await olena.waits_for("Miasto Lublin")
    await olena.waits_for("2/4 шт.")
    assert "▓▓▓░░░" in olena.screen
    assert "+00" not in olena.screen
    await cast.picture("3-a-promise")

    await olena.presses(uk("✅ Accept"))
    await olena.waits_for("+00 000 00 00")
    contact = await marek.waits_for("+380 44 000 10 01")
    assert "Грушевського" in contact

    await marek.presses(pl("🚚 Send it"))
    await marek.says("LU 12345")
    await marek.says("Jan Kowalski")
    await marek.presses("Dorohusk")
    await marek.says("3.12")
    await marek.presses(pl("Skip"))
    await marek.waits_for("LU 12345")
    await marek.presses(pl("🚚 It drives now"))
    await cast.picture("4-on-the-way")

    await olena.waits_for(uk("🚚 <b>Something is on its way to you.</b>"))
    await olena.presses(uk("Open"))
    await olena.presses(uk("✍️ Count and sign"))
    await olena.presses(uk("All of it: {amount}", amount="2 шт."))
    await olena.sends_photo(PHOTO)
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("✍️ Sign"))
    await marek.waits_for("Olena Kovalenko")
    assert await marek.shown_photos()
    await cast.picture("5-signed-for")

    await olena.says(code)
    assert "2/4 шт." in olena.sees
    assert uk("received {amount}", amount="2") in olena.sees
    assert await db.read(events.broken_chains) == []

    ihor = cast["Ihor"].in_group(HEADQUARTERS)
    await cast.moves_clock(until_hour=8)
    digest = await ihor.waits_for("📰")
    assert en("✍️ goods came for {n} need", n=1) in digest
    assert code in digest
    assert "Dieselgenerator" not in digest
    await cast.picture("6-the-digest")
