"""The bot asks by itself, and one press answers: holds, answers, the waiting list, edits, what is left over, twins."""

from datetime import datetime

import pytest

from bot.world import TERMS
from domain.wanted import WantedLine, WantedNeed
from domain.words import Urgency
from handlers.refusals import MISREAD
from sandbox.client import People, Person
from services import needs as services
from services.people import actor_of
from storage import events, needs
from storage import people as stored
from storage.engine import Connection, Database
from tests.story.conftest import TODAY
from tests.story.pictures import PHOTO
from tests.story.says import de, pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.story.test_two_at_once import goes_to_the_last_question

HOUR = 3600
DUTY_IN_NIKOPOL = 9712


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena asks for four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


async def marek_gives(marek: Person, code: str, how: str) -> None:
    """One generator, firm or on hold, without a day."""
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), how)
    assert await marek.presses(pl("Skip")) == pl("Thank you! The hromada is told now.")


async def test_a_hold_is_kept_longer_then_made_firm_and_an_answer_is_asked_for(
    people: People, code: str, db: Database
) -> None:
    marek, olena = people["Marek"], people["Olena"]
    await marek_gives(marek, code, pl("⏳ Hold for {hours} hours", hours=72))
    await olena.waits_for("Miasto Lublin")
    await people.moves_clock(49 * HOUR)
    await marek.waits_for("Rezerwacja kończy się")
    assert await marek.presses(pl("⏳ Keep it {hours} hours longer", hours=72)) == pl(
        "It is kept for you longer."
    )
    await people.moves_clock(24 * HOUR)  # it would have lapsed by now
    assert await marek.presses(pl("🤝 Make it firm")) == pl("Thank you! The hromada is told now.")

    await olena.waits_for(uk("🤝 <b>{giver}</b> promises:", giver="Miasto Lublin"))
    await people.moves_clock(49 * HOUR)
    await olena.waits_for("чекає на Вашу відповідь")
    assert await olena.presses(uk("✅ Accept")) == uk("Accepted. Now you see each other's contacts.")
    await marek.waits_for("+380 44 000 10 01")
    assert await db.read(events.broken_chains) == []


async def test_what_comes_back_is_offered_to_who_waits(people: People, code: str) -> None:
    marek, greta, olena = people["Marek"], people["Greta"], people["Olena"]
    await greta.says(code)
    await greta.presses(de("🤝 Pledge"))
    await greta.says("4")
    await greta.presses(de("🤝 Firm promise"))
    await greta.presses(de("Skip"))
    await marek.says(code)
    await marek.presses(pl("⏳ Waiting list"))
    await marek.presses("Agregat prądotwórczy")
    await greta.presses(de("↩️ Withdraw"))
    await greta.presses(de("↩️ Yes, withdraw it"))
    await marek.waits_for("Czekaliście na to i jest znów wolne")
    await marek.presses(pl("✏️ Change the amount"))
    await marek.says("3")
    assert await marek.presses(pl("🤝 Make it firm")) == pl("Thank you! The hromada is told now.")
    await olena.waits_for("Miasto Lublin")
    await olena.says(code)
    assert "3/4 шт." in olena.sees


async def test_a_changed_item_asks_its_partner_and_one_press_answers(people: People, code: str) -> None:
    marek, olena = people["Marek"], people["Olena"]
    await marek_gives(marek, code, pl("🤝 Firm promise"))
    await olena.says(code)
    await olena.presses(uk("✏️ Edit"))
    await olena.presses("Генератор дизельний")
    await olena.presses(uk("✏️ Specification"))
    await olena.says("20 кВт")
    await people.moves_clock(61)
    await marek.waits_for("Czy nadal pasuje?")
    assert "20 kW" in marek.sees
    await olena.says(code)
    await olena.presses(uk("🤝 Pledges ({n})", n=1))
    await olena.presses(uk("🤝 promised"))
    assert "чекаємо на підтвердження партнера" in olena.sees
    assert await marek.presses(pl("👍 It still fits")) == pl("Thank you! The hromada is told now.")
    await olena.waits_for(uk("👍 The partner confirms: it still fits after your change."))


def _nikopol_asks(conn: Connection, now: datetime) -> str:
    """The hromada of Nikopol needs generators, too."""
    officer = stored.by_account(conn, DUTY_IN_NIKOPOL)
    assert officer is not None
    line = WantedLine(sector="energy", item="energy.generator-diesel", needed=2000)
    wanted = WantedNeed(lines=[line], urgency=Urgency.CRITICAL)
    need = services.post_need(conn, actor_of(conn, officer, now), wanted, "uk", TERMS)
    assert need.code is not None
    return need.code


async def test_what_one_no_longer_needs_goes_to_another(people: People, code: str, db: Database) -> None:
    marek, olena = people["Marek"], people["Olena"]
    elsewhere = await db.write(_nikopol_asks, TODAY)
    await marek.waits_for(elsewhere)  # so that the newest card is the one he asks for next
    await marek_gives(marek, code, pl("🤝 Firm promise"))
    await olena.says(code)
    await olena.presses(uk("✏️ Edit"))
    await olena.presses("Генератор дизельний")
    await olena.presses(uk("🏁 Enough, close this line"))
    await olena.presses(uk("Covered from elsewhere"))
    await marek.waits_for(pl("🏁 The hromada closed an item you promised: no more is asked for. Your promise stands; ask whether it is still welcome."))  # fmt: skip
    assert "Nikopolska hromada" in marek.sees
    assert await marek.presses("↪️ 1 szt. → Nikopolska") == pl("Moved. Both hromadas are told now.")
    await olena.waits_for("передає те, що Вам уже не потрібно")
    await marek.says(elsewhere)
    await marek.waits_for("1/2 szt.")
    assert await db.read(events.broken_chains) == []


async def test_a_photo_that_was_forgotten(people: People, code: str) -> None:
    marek, olena = people["Marek"], people["Olena"]
    await marek_gives(marek, code, pl("🤝 Firm promise"))
    await olena.presses(uk("✅ Accept"))
    await marek.presses(pl("🚚 Send it"))
    for _ in range(5):
        await marek.presses(pl("Skip"))
    await marek.presses(pl("🚚 It drives now"))
    await olena.presses(uk("Open"))
    await olena.presses(uk("✍️ Count and sign"))
    await olena.presses(uk("All of it: {amount}", amount="1 шт."))
    await olena.presses(uk("Skip"))
    await olena.presses(uk("✍️ Sign"))
    await marek.waits_for("Olena Kovalenko")
    assert not await marek.shown_photos()
    await people.moves_clock(25 * HOUR)
    await olena.waits_for("Чи є фото?")
    await olena.presses(uk("📷 Add a photo"))
    await olena.sends_document(b"x", "IMG_0001.jpeg")
    assert uk(MISREAD["picture_file"]) in olena.sees
    await olena.sends_photo(PHOTO)
    assert await olena.presses(uk("Go on ›")) == uk("Thank you! The donor sees it now.")
    await marek.waits_for("Olena Kovalenko")
    assert await marek.shown_photos()


async def test_partners_see_it_first_then_everybody(people: People, code: str, db: Database) -> None:
    marek, greta, olena = people["Marek"], people["Greta"], people["Olena"]
    await marek_gives(marek, code, pl("🤝 Firm promise"))
    await olena.waits_for("обіцяє")
    await olena.presses(uk("✅ Accept"))
    await olena.says("/new")
    await olena.says("ковдри - 50 шт")
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟢 Normal"))
    for _ in range(4):
        await olena.presses(uk("Skip"))
    await olena.presses(uk("👥 Who sees it first"))
    await olena.presses("24 години")
    assert "Спершу лише для Ваших партнерів: 24 години" in olena.sees
    assert await olena.presses(uk("✅ Publish")) == uk("Published")
    await olena.waits_for("Лише для партнерів громади")
    twin = await db.read(_newest_code)
    await marek.waits_for(twin)
    assert "50 szt." in marek.sees

    await greta.says(twin)
    assert "zeigt die Hromada zuerst ihren Partnern" in greta.sees
    assert "50" not in greta.sees.replace(twin, "")
    await greta.says("/needs")
    assert twin not in greta.sees
    await people.moves_clock(25 * HOUR)
    await greta.waits_for("50 Stk.")
    await greta.says("/needs")
    assert twin in greta.sees


def _newest_code(conn: Connection) -> str:
    found = max(
        (needs.need(conn, need_id) for need_id in range(1, 40)), key=lambda need: need.id if need else 0
    )
    assert found is not None
    return found.code
