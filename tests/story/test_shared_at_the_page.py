"""A visitor at the web page shares a need into a group, and watches it change there when somebody pledges."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from bot.sandbox_run import Sandbox
from sandbox.cast import PARTNERS
from sandbox.client import People
from storage.engine import Database
from tests.browser import PHONE, WIDE, chromium, needs_browser
from tests.story.says import de, pl
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.story.test_two_at_once import goes_to_the_last_question

pytestmark = needs_browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena's need of four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pictures to look at go; PICTURES says otherwise."""
    found = Path(os.environ.get("PICTURES") or tmp_path)
    found.mkdir(parents=True, exist_ok=True)
    return found


async def types(column: Locator, words: str) -> None:
    await column.get_by_role("tab", name=PARTNERS.title).click()
    await column.locator("textarea").fill(f"@hromada_bridge_bot {words}")


async def greta_pledges(people: People, code: str) -> None:
    greta = people["Greta"]
    await goes_to_the_last_question(greta, code, de("🤝 Pledge"), de("🤝 Firm promise"))
    await greta.presses(de("Skip"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_need_is_shared_into_a_group_and_updates_there(
    browser: Browser, sandbox: Sandbox, people: People, code: str, folder: Path, scheme: str
) -> None:
    page = await browser.new_page(viewport=WIDE, color_scheme="dark" if scheme == "dark" else "light")
    await page.goto(sandbox.url)
    marek, greta = page.locator('[data-person="1002"]'), page.locator('[data-person="1003"]')
    await types(marek, "agregat")
    found = marek.get_by_role("option").filter(has_text=code)
    await expect(found).to_contain_text("Agregat prądotwórczy")
    await page.screenshot(path=folder / f"inline-offered-{scheme}.png")
    await found.click()
    await greta.get_by_role("tab", name=PARTNERS.title).click()
    card = greta.locator(".message.other")
    await expect(card).to_contain_text("0/4")
    await expect(card).to_contain_text("via @hromada_bridge_bot")
    await greta_pledges(people, code)
    await expect(card).to_contain_text("1/4")
    await expect(card).to_have_count(1)
    await marek.get_by_role("tab").first.click()
    await marek.locator("textarea").fill(code)
    await marek.locator("textarea").press("Enter")
    await marek.get_by_role("button", name=pl("📤 Share")).last.click()
    qr = marek.locator(".message.bot.with-photo img").last
    await expect(qr).to_be_visible()
    await page.screenshot(path=folder / f"inline-shared-{scheme}.png")


async def test_on_a_phone_the_offers_fit_the_screen(
    browser: Browser, sandbox: Sandbox, people: People, code: str, folder: Path
) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(sandbox.url)
    await page.locator('[data-person-tab="1002"]').click()
    marek = page.locator('[data-person="1002"]')
    await types(marek, "")
    await expect(marek.get_by_role("option").first).to_be_visible()
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await page.screenshot(path=folder / "inline-offered-phone.png")
    await marek.get_by_role("option").filter(has_text=code).click()
    await expect(marek.locator(".message.own")).to_contain_text(code)
    await marek.locator(".inline-keyboard button").filter(has_text=pl("📤 Share")).click()
    await expect(marek.locator(".popup button", has_text=PARTNERS.title)).to_be_visible()
    await page.screenshot(path=folder / "inline-picked-phone.png")
