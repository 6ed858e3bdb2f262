"""The web chat in a real browser: what a visitor sees and presses."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, Locator, Page, expect
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from sandbox import SandboxServer
from sandbox.cast import NEWS, PARTNERS
from sandbox.client import People
from tests.browser import PHONE, WIDE, chromium, needs_browser
from tests.sandbox.echo import EchoBot, png

pytestmark = needs_browser


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def page(browser: Browser, server: SandboxServer) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport=WIDE)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(server.url)
    await page.locator(".column").first.wait_for()
    yield page
    assert [text for text in complaints if "status of 400" not in text] == []


def column(page: Page, person: int) -> Locator:
    return page.locator(f'[data-person="{person}"]')


async def says(person: Locator, text: str) -> None:
    await person.locator(".composer textarea").fill(text)
    await person.locator(".composer textarea").press("Enter")


async def test_a_visitor_sees_four_people_and_one_thing_to_press(page: Page) -> None:
    await expect(page.locator(".column")).to_have_count(4)
    await expect(page.locator(".what")).to_contain_text("Press START as Olena")
    for person in (1001, 1002, 1003, 1004):
        await expect(column(page, person).locator(".start")).to_be_in_viewport()
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_start_press_edit_toast_and_alert(page: Page, echo: EchoBot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await expect(olena.locator(".message.bot")).to_contain_text("You said: /start")
    await olena.get_by_role("button", name="Toast").click()
    await expect(olena.locator(".toast")).to_have_text("This is the toast")
    await olena.get_by_role("button", name="Alert").click()
    await expect(olena.get_by_role("alertdialog")).to_contain_text("This is the alert")
    await olena.get_by_role("button", name="OK").click()
    await olena.get_by_role("button", name="Edit", exact=True).click()
    await expect(olena.locator(".message.bot .text b")).to_have_text("now")
    await expect(olena.locator(".message.bot")).to_have_count(1)
    await expect(olena.locator(".message.bot")).not_to_contain_text("edited")


async def test_words_of_people_are_never_markup(page: Page, echo: EchoBot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await olena.locator(".message.bot").first.wait_for()
    await says(olena, "<img src=x onerror=alert(1)> <b>not bold</b>")
    await expect(olena.locator(".message.own .text").last).to_have_text(
        "<img src=x onerror=alert(1)> <b>not bold</b>"
    )
    await expect(olena.locator(".message img")).to_have_count(0)


async def test_a_deep_link_opens_in_the_same_chat(page: Page, echo: EchoBot) -> None:
    marek = column(page, 1002)
    await marek.locator(".start").click()
    await marek.get_by_role("button", name="t.me/hromada_bridge_bot?start=n_K7F3").click()
    await expect(marek.locator(".message.own").last).to_contain_text("/start n_K7F3")


async def test_photos_albums_and_files_go_both_ways(page: Page, echo: EchoBot, bot: Bot) -> None:
    greta = column(page, 1003)
    await greta.locator(".start").click()
    await greta.locator(".message.bot").first.wait_for()
    picture: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": png(120, 90)}
    await greta.locator("input.photos").set_input_files([picture])
    await expect(greta.locator(".message.own.with-photo img")).to_have_js_property("naturalWidth", 120)
    await expect(greta.locator(".album .message.bot")).to_have_count(2)
    await bot.send_document(1003, b"%PDF-", filename="Urkunde.pdf")
    async with page.expect_download() as download:
        await greta.get_by_text("Urkunde.pdf").click()
    assert (await download.value).suggested_filename == "Urkunde.pdf"


async def test_the_command_menu_lists_what_the_bot_set(page: Page, echo: EchoBot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await olena.get_by_role("button", name="Commands").click()
    await olena.get_by_role("button", name="/help").click()
    await expect(olena.locator(".message.own").last).to_contain_text("/help")


async def test_own_words_can_be_mended(page: Page, echo: EchoBot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await olena.locator(".message.bot").first.wait_for()
    await says(olena, "4 шт")
    mine = olena.locator(".message.own").last
    await mine.hover()
    await mine.get_by_role("button", name="Edit this message").click()
    await says(olena, "5 шт")
    await expect(mine).to_contain_text("5 шт")
    await expect(mine).to_contain_text("edited")


async def test_the_group_has_a_tab_with_a_badge(page: Page, bot: Bot) -> None:
    ihor, greta = column(page, 1004), column(page, 1003)
    await bot.send_message(-5001, "Digest: 2 of 4 generators in")
    tab = ihor.get_by_role("tab", name="Coordination HQ")
    await expect(tab).to_have_attribute("data-unread", "1")
    await tab.click()
    await expect(tab).not_to_have_attribute("data-unread", "1")
    await expect(ihor.locator(".message.bot")).to_contain_text("Digest")
    await says(ihor, "I will call Lublin")
    await greta.get_by_role("tab", name="Coordination HQ").click()
    await expect(greta.locator(".message.other")).to_contain_text("Ihor Bondar")


async def test_a_group_that_becomes_a_supergroup_stays_in_view(page: Page, people: People) -> None:
    ihor = column(page, 1004)
    await ihor.get_by_role("tab", name="Coordination HQ").click()
    await ihor.locator("summary").click()
    await ihor.get_by_role("button", name="Make it a supergroup").click()
    await expect(ihor.locator(".message.service")).to_contain_text("supergroup now")
    await expect(ihor.get_by_role("tab")).to_have_count(3)
    await says(ihor, "still here")
    await expect(ihor.locator(".message.own")).to_contain_text("still here")


async def test_typing_is_shown_until_the_message_comes(page: Page, bot: Bot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await bot.send_chat_action(1001, "typing")
    await expect(olena.locator(".typing")).to_be_visible()
    await bot.send_message(1001, "Here")
    await expect(olena.locator(".typing")).to_be_hidden()


async def test_blocking_and_unblocking(page: Page, echo: EchoBot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await olena.locator(".message.bot").first.wait_for()
    await olena.locator("summary").click()
    await olena.get_by_role("button", name="Block the bot").click()
    await olena.get_by_role("button", name="UNBLOCK", exact=True).click()
    await expect(olena.locator("textarea")).to_be_visible()


async def test_the_clock_moves_and_the_world_starts_over(
    page: Page, server: SandboxServer, echo: EchoBot
) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    await olena.locator(".message.bot").first.wait_for()
    await page.get_by_role("button", name="to 08:00").click()
    await expect(page.locator(".now")).to_contain_text("08:00")
    await says(olena, "good morning")
    await expect(olena.locator(".message.own time").last).to_have_text("08:00")
    await page.get_by_role("button", name="Start over").click()
    await page.get_by_role("button", name="Wipe everything?").click()
    await expect(olena.locator(".message")).to_have_count(0)
    await expect(olena.locator(".start")).to_be_visible()


async def test_on_a_phone_one_person_is_shown_and_the_others_have_badges(
    page: Page, echo: EchoBot, bot: Bot, people: People
) -> None:
    await page.set_viewport_size(PHONE)
    await expect(page.locator(".column:visible")).to_have_count(1)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
    await people["Marek"].says("/start")
    marek = page.locator('[data-person-tab="1002"]')
    await expect(marek).to_have_attribute("data-unread", "1")
    await marek.click()
    await expect(column(page, 1002).locator(".message.bot")).to_be_in_viewport()
    await expect(marek).not_to_have_attribute("data-unread", "1")
    await page.locator(".tools-toggle").click()
    await expect(page.get_by_role("button", name="+1 day")).to_be_visible()


async def test_the_newest_message_stays_in_sight_unless_one_reads_above(page: Page, bot: Bot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    for number in range(30):
        await bot.send_message(1001, f"line {number}")
    await expect(olena.get_by_text("line 29")).to_be_in_viewport()
    await olena.locator(".messages").evaluate("list => { list.scrollTop = 0; }")
    await expect(olena.get_by_text("line 0", exact=True)).to_be_in_viewport()
    await bot.send_message(
        1001,
        "the newest",
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("OK", callback_data="x")]]),
    )
    await olena.get_by_role("button", name="To the newest message").click()
    await expect(olena.get_by_text("the newest")).to_be_in_viewport()


async def test_a_page_opened_later_shows_what_was_said(
    browser: Browser, page: Page, server: SandboxServer, echo: EchoBot
) -> None:
    await column(page, 1001).locator(".start").click()
    await column(page, 1001).locator(".message.bot").wait_for()
    second = await browser.new_page(viewport=PHONE)
    await second.goto(server.url)
    await expect(column(second, 1001).locator(".message.bot")).to_contain_text("You said: /start")


async def answers_inline(bot: Bot, *names: str, next_offset: str = "") -> str:
    """Wait for somebody to type the bot's name, and offer these; what they typed."""
    while not (updates := await bot.get_updates(timeout=5, allowed_updates=["inline_query"])):
        pass
    await bot.get_updates(offset=updates[-1].update_id + 1)
    query = updates[-1].inline_query
    assert query is not None
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Share", switch_inline_query="0K3XQ4")]])
    results = [
        InlineQueryResultArticle(
            name, name, InputTextMessageContent(f"{name} 2/4"), keyboard, description="Urgent"
        )
        for name in names
    ]
    button = InlineQueryResultsButton("Open the bot", start_parameter="needs")
    await bot.answer_inline_query(query.id, results, next_offset=next_offset, button=button)
    return query.query


async def test_a_result_is_picked_in_any_chat_and_shared_on(page: Page, bot: Bot) -> None:
    marek = column(page, 1002)
    await marek.get_by_role("tab", name=PARTNERS.title).click()
    await marek.locator("textarea").fill("@hromada_bridge_bot gener")
    assert await answers_inline(bot, "Generator", next_offset="1") == "gener"
    await expect(marek.get_by_role("option")).to_have_count(1)
    await marek.get_by_role("button", name="More results").click()
    assert await answers_inline(bot, "Blanket") == "gener"
    await marek.get_by_role("option", name="Blanket").click()
    await expect(marek.locator(".message.own").last).to_contain_text("via @hromada_bridge_bot")
    await expect(marek.locator(".results")).to_be_hidden()
    await expect(marek.locator("textarea")).to_have_value("")
    greta = column(page, 1003)
    await greta.get_by_role("tab", name=PARTNERS.title).click()
    await expect(greta.locator(".message.other")).to_contain_text("Marek Nowak")
    await marek.locator(".inline-keyboard button", has_text="Share").click()
    await marek.locator(".popup button", has_text=PARTNERS.title).click()
    assert await answers_inline(bot, "Blanket") == "0K3XQ4"
    await expect(marek.get_by_role("option")).to_have_count(1)


async def test_topics_stand_apart(page: Page, bot: Bot) -> None:
    marek = column(page, 1002)
    await marek.get_by_role("tab", name=PARTNERS.title).click()
    await bot.send_message(PARTNERS.id, "For all")
    await bot.send_message(PARTNERS.id, "For those who heat", message_thread_id=2)
    await expect(marek.locator(".message.bot")).to_have_text([re.compile("For all")])
    winter = marek.get_by_role("button", name="# Winter")
    await expect(winter).to_have_attribute("data-unread", "1")
    await winter.click()
    await expect(marek.locator(".message.bot")).to_have_text([re.compile("For those who heat")])
    await says(marek, "We can")
    await expect(marek.locator(".message.own")).to_contain_text("We can")
    await marek.get_by_role("button", name="# General").click()
    await expect(marek.locator(".message")).to_have_count(1)


async def test_a_channel_is_read_by_all_and_written_by_its_administrators(page: Page, bot: Bot) -> None:
    ihor, olena = column(page, 1004), column(page, 1001)
    await ihor.get_by_role("tab", name=NEWS.title).click()
    await ihor.locator("summary").click()
    await ihor.get_by_role("button", name="Make the bot an administrator").click()
    await ihor.locator("summary").click()
    await expect(ihor.get_by_role("button", name="Remove the bot from the channel")).to_be_visible()
    await bot.send_message(NEWS.id, "Two generators are in")
    await says(ihor, "Thank you, Lublin")
    await olena.get_by_role("tab", name=NEWS.title).click()
    await expect(olena.locator(".message")).to_have_count(2)
    await expect(olena.locator(".author").first).to_have_text(NEWS.title)
    await expect(olena.get_by_role("button", name="Only administrators post here")).to_be_disabled()


async def test_a_message_is_passed_on_by_hand(page: Page, echo: EchoBot) -> None:
    olena = column(page, 1001)
    await olena.locator(".start").click()
    said = olena.locator(".message.bot").first
    await said.hover()
    await said.get_by_role("button", name="Forward this message").click()
    await olena.locator(".popup button", has_text="private").click()
    await expect(olena.locator(".message.own .forwarded")).to_have_text("Forwarded from Hromada Bridge")
