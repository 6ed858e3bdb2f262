"""Ordering a digest by pressing: when, of what, with which picture; in private, in a group, in a topic of it."""

import os
from pathlib import Path

import pytest

from bot.sandbox_run import Sandbox
from sandbox.cast import PARTNERS
from sandbox.client import People
from storage import subscriptions
from storage.engine import Database
from tests.browser import PHONE, WIDE, chromium, needs_browser
from tests.story.page import PagePeople
from tests.story.says import en, pl
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified


async def test_marek_reads_at_nine_in_warsaw(people: People) -> None:
    marek = people["Marek"]
    await marek.says("/subscribe")
    await marek.presses("09:00")
    assert "09:00" in marek.sees
    await marek.presses("🕐")
    await marek.presses("Warszawa")
    assert (
        pl("📰 A digest comes here every day at {hour}:00 ({zone}).", hour="09", zone="Warszawa")
        in marek.sees
    )
    await people["Greta"].says("/needs")
    await marek.presses(pl("🔕 No digest any more"))
    assert "09:00" in marek.buttons, "and can be had again"
    assert not any("🕐" in label for label in marek.buttons)


async def test_marek_chooses_what_before_he_orders_and_sees_what_last_week_would_have_been(
    people: People,
) -> None:
    marek = people["Marek"]
    await marek.says("/subscribe")
    everything = last_week(marek.screen)
    await marek.presses(pl("🔎 Choose what"))
    await marek.presses(pl("Sectors"))
    await marek.presses("Woda")
    assert any("☑" in label and "Woda" in label for label in marek.buttons)
    await marek.presses(pl("‹ Back"))
    assert "Woda" in marek.screen
    await marek.presses(pl("Only without any pledge"))
    await marek.presses(pl("‹ Back"))
    assert pl("only without any pledge") in marek.screen
    assert last_week(marek.screen) != everything, "fewer needs than all of them"
    await marek.presses("08:00")
    await marek.presses(pl("📅 Days"))
    await marek.presses("sobota")
    await marek.presses("niedziela")
    await marek.presses(pl("‹ Back"))
    assert "pon" in marek.screen
    assert "sob" not in marek.screen
    await marek.presses(pl("⏸ Pause for a week"))
    assert "⏸" in marek.screen
    await marek.presses(pl("▶️ Go on"))
    assert pl("⏸ Pause for a week") in marek.buttons


def last_week(screen: str) -> str:
    """The row that says what it would have been."""
    return next(row for row in screen.splitlines() if "tygodniu" in row)


async def test_raions_are_offered_once_an_oblast_is_chosen(people: People) -> None:
    marek = people["Marek"]
    await marek.says("/watch")
    await marek.presses(pl("🔎 Choose what"))
    await marek.presses(pl("Raions"))
    assert pl("Oblasts") in marek.sees
    await marek.presses(pl("Oblasts"))
    await marek.presses("›")
    await marek.presses("mikołajowski")
    await marek.presses(pl("‹ Back"))
    await marek.presses(pl("Raions"))
    await marek.presses("Pervomaiskyi raion")
    await marek.presses(pl("‹ Back"))
    await marek.presses(pl("‹ Back"))
    assert "Pervomaiskyi raion" in marek.screen
    assert pl("🔔 <b>New needs come here at once.</b>") in marek.screen


async def test_in_a_group_those_who_look_after_it_decide(people: People, db: Database) -> None:
    marek, greta = people["Marek"].in_group(PARTNERS.id), people["Greta"].in_group(PARTNERS.id)
    await marek.says("/subscribe")
    assert await greta.presses("08:00") != "", "and is told why not"
    assert await db.read(subscriptions.subscription, PARTNERS.id, "digest") is None
    await marek.presses("08:00")
    known = await db.read(subscriptions.subscription, PARTNERS.id, "digest")
    assert known is not None
    assert known.active


async def test_a_topic_has_a_digest_of_its_own(people: People, db: Database) -> None:
    world = await people.world()
    [topics] = [chat["topics"] for chat in world["chats"] if chat.get("topics")]
    topic = int(topics[0]["id"] if isinstance(topics[0], dict) else topics[0])
    marek = people["Marek"].in_group(PARTNERS.id, topic)
    await marek.says("/subscribe")
    await marek.presses("07:00")
    known = await db.read(subscriptions.subscription, PARTNERS.id, "digest", topic)
    assert known is not None
    assert (known.active, known.hour) == (True, 7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pictures to look at go; PICTURES says otherwise."""
    found = Path(os.environ.get("PICTURES") or tmp_path)
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.mark.parametrize("scheme", [pytest.param(each, marks=needs_browser) for each in ("light", "dark")])
async def test_a_digest_with_a_picture_arrives(
    people: People, sandbox: Sandbox, db: Database, folder: Path, scheme: str
) -> None:
    await olena_is_verified(db)
    await olena_asks_for_generators(db, 4000)
    async with chromium() as browser:
        page = await browser.new_page(viewport=WIDE, color_scheme="dark" if scheme == "dark" else "light")
        await page.goto(sandbox.url)
        at_the_page = PagePeople(page, folder)
        for name, words, theme in (("Ihor", en, "light"), ("Marek", pl, scheme)):
            reader = at_the_page[name]
            await reader.says("/subscribe")
            await reader.presses("08:00")
            await reader.presses(words("🖼 Picture"))
            await reader.presses(words("☀️ On white") if theme == "light" else words("🌙 On black"))
            await reader.presses(
                words("🗺 Where it is missing") if name == "Ihor" else words("📊 What is missing, by sector")
            )
            await reader.presses(words("‹ Back"))
            await reader.presses(words("👁 Show one now"))
            column = page.locator(".column", has=page.get_by_role("heading", name=name))
            photo = column.locator(".message.with-photo img").last
            await photo.wait_for()
            await photo.screenshot(path=folder / f"digest-{scheme}-{name}.png")
        await at_the_page.picture(f"digest-{scheme}")
        await page.set_viewport_size(PHONE)
        await at_the_page.picture(f"digest-{scheme}-phone")
        assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
