"""Forms as people use them: back, skip, cancel, away for a while, a list with rows nobody could be sure of."""

import pytest

from handlers.refusals import MISREAD
from sandbox.client import People, Person
from storage.engine import Database
from tests.story.says import en, pl, uk
from tests.story.shortcuts import olena_is_verified

HEADQUARTERS = -5001


@pytest.fixture
async def olena(people: People, db: Database) -> Person:
    """Verified, at the first question of a need."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    await people["Olena"].presses(uk("➕ Post a need"))
    return people["Olena"]


async def test_a_second_organisation_with_a_step_back_and_a_country_typed(people: People) -> None:
    marek, group = people["Marek"], people["Ihor"].in_group(HEADQUARTERS)
    await marek.presses(pl("👤 My details"))
    await marek.presses(pl("➕ Another organisation"))
    await marek.presses(pl("🤝 I represent a partner"))
    await marek.says("Атлантида")
    assert pl(MISREAD["nothing_found"], text="Атлантида") in marek.sees
    await marek.says("jp")
    await marek.presses(pl("‹ Back"))
    await marek.presses("Polska")
    await marek.says("fundacja")
    assert pl(MISREAD["choose"]) in marek.sees
    await marek.presses(pl("NGO or charity"))
    await marek.says("Fundacja <b>Most</b>")
    assert pl(MISREAD["name"], most=120) in marek.sees
    await marek.says('Fundacja "Most" & Przyjaciele')
    await marek.says("Chełm")
    await marek.waits_for('Fundacja "Most" & Przyjaciele')
    assert "Chełm" in await group.waits_for('Fundacja "Most" & Przyjaciele')
    assert await group.presses(en("✅ Verify")) == en("Verified.")
    await marek.waits_for("🎉")


async def test_cancelled_it_is_forgotten_and_a_word_is_a_search_again(people: People) -> None:
    marek = people["Marek"]
    await marek.presses(pl("👤 My details"))
    await marek.presses(pl("📍 Change address"))
    await marek.presses(pl("✕ Cancel"))
    await marek.says("Starlink")
    assert "Starlink" in marek.sees
    assert "ul. " not in marek.screen


async def test_a_draft_waits_through_start_and_through_other_things(olena: Person) -> None:
    await olena.says("ковдри - 200 шт")
    await olena.says("/start")
    await olena.presses(uk("🔎 Find needs"))
    await olena.says("/start")
    await olena.presses(uk("📝 Continue my draft"))
    assert "200 шт." in olena.sees
    assert await olena.presses(uk("✕ Cancel")) == uk("Your draft is kept. You find it in the menu.")
    await olena.presses(uk("➕ Post a need"))
    assert "200 шт." in olena.sees


async def test_a_skipped_specification_still_asks_for_the_quantity(olena: Person) -> None:
    await olena.says("генератор")
    await olena.presses("Генератор дизельний")
    await olena.presses(uk("Skip"))
    await olena.says("4")
    assert "4 шт." in olena.sees


async def test_what_is_unclear_is_asked_about_and_what_is_no_item_is_shown_back(olena: Person) -> None:
    await olena.says("Шановні партнери!\nковдри - 200 шт\nліхтарики 5-10 шт\nГрошова допомога на ремонт")
    assert "200 шт." in olena.sees
    assert "❓" in olena.sees
    assert "Шановні партнери" in olena.sees
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟢 Normal"))
    for _ in range(4):
        await olena.presses(uk("Skip"))
    assert uk("✅ Publish") not in olena.buttons
    await olena.presses(uk("❓ Answer what is unclear"))
    await olena.says("7")
    await olena.presses(uk("Go on ›"))
    assert "7 шт." in olena.sees
    assert await olena.presses(uk("✅ Publish")) == uk("Published")


async def test_a_row_is_changed_from_the_review_and_one_comes_back_to_it(olena: Person) -> None:
    await olena.says("ковдри - 200 шт\nматраци - 50 шт")
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟠 Urgent"))
    for _ in range(4):
        await olena.presses(uk("Skip"))
    await olena.presses(uk("✏️ Items"))
    await olena.presses("✏️ 2")
    await olena.presses(uk("🗑 Remove"))
    await olena.presses(uk("Go on ›"))
    assert uk("<b>Please check it once more</b>") in olena.sees
    assert "50 шт." not in olena.sees
    await olena.presses(uk("✏️ Date"))
    await olena.says("24.12")
    assert uk("✅ Publish") in olena.buttons
    assert "24 груд. 2026" in olena.sees


async def test_sixty_rows_are_kept_and_the_others_are_shown_back(olena: Person) -> None:
    await olena.says("\n".join(f"ковдри розмір {n} - {n} шт" for n in range(101, 163)))
    assert uk("These lines I did not take as items:") in olena.sees
    assert "ковдри розмір 162 - 162 шт" in olena.sees
    await olena.says("матраци - 5 шт")
    assert uk(MISREAD["too_many_lines"]) in olena.sees
