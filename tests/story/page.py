"""The same people, but at the web page: they see, type and press what a visitor would."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, expect
from playwright.async_api import TimeoutError as TooSlow

from sandbox.onlooker import plain

PATIENCE = 10_000
GLANCE = 500
QUIET = 120
"""Milliseconds: for a text to come, for a press to change something, and until a change is over."""

TEXTS = "list => [...list.querySelectorAll('.message.bot')].map(each => each.innerText).join('\\n')"
CHANGED = """([list, before]) => {
    const now = [...list.querySelectorAll('.message.bot')].map(each => each.innerText).join('\\n');
    if (now === before) return false;
    if (now !== list.lastSeen) { list.lastSeen = now; list.lastChange = performance.now(); return false; }
    return performance.now() - list.lastChange > %d;
}"""


class PagePeople:
    """Everybody on one page: `people["Olena"]`."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self._found: dict[str, PagePerson] = {}

    def __getitem__(self, first_name: str) -> PagePerson:
        if first_name not in self._found:
            column = self.page.locator(".column", has=self.page.get_by_role("heading", name=first_name))
            self._found[first_name] = PagePerson(self, column)
        return self._found[first_name]

    async def moves_clock(self, until_hour: int) -> None:
        """Press the clock in the top bar."""
        await self.page.get_by_role("button", name=f"to {until_hour:02d}:00").click()

    async def picture(self, name: str) -> None:
        """What the whole page looks like now."""
        self.folder.mkdir(parents=True, exist_ok=True)
        await self.page.wait_for_timeout(GLANCE)
        await self.page.screenshot(path=self.folder / f"{name}.png")


class PagePerson:
    """One column of the page, in one of its chats."""

    def __init__(self, people: PagePeople, column: Locator, tab: str | None = None) -> None:
        self._people = people
        self._column = column
        self._tab = tab
        self._list = column.locator(".messages")
        self.screen = ""
        self.sees = ""

    def in_group(self, chat_id: int) -> PagePerson:
        """The same person in a group."""
        return PagePerson(self._people, self._column, f'[data-chat="{chat_id}"]')

    async def starts(self) -> None:
        """Press the big START."""
        await self._opens()
        before = await self._texts()
        await self._column.locator(".composer .start").click()
        await self._reaction(before)

    async def says(self, text: str) -> str:
        """Type and press Enter."""
        await self._opens()
        before = await self._texts()
        area = self._column.locator(".composer textarea")
        await area.fill(text)
        await area.press("Enter")
        return await self._reaction(before)

    async def presses(self, label: str) -> str:
        """Press the newest button with this label, or else one that contains it; returns what popped up."""
        await self._opens()
        buttons = self._list.locator(".inline-keyboard button")
        await expect(buttons.filter(has_text=label).last).to_be_visible(timeout=PATIENCE)
        exact = self._list.get_by_role("button", name=label, exact=True)
        chosen = (exact if await exact.count() else buttons.filter(has_text=label)).last
        before = await self._texts()
        await self._column.locator(".toast").evaluate("toast => { toast.textContent = ''; }")
        await chosen.click()
        await expect(self._list.locator("[aria-busy]")).to_have_count(0, timeout=PATIENCE)
        await self._reaction(before, GLANCE)
        return str(await self._column.locator(".toast").text_content() or "")

    async def sends_photo(self, data: bytes) -> str:
        """Attach a photo."""
        await self._opens()
        before = await self._texts()
        photo: FilePayload = {"name": "photo.png", "mimeType": "image/png", "buffer": data}
        await self._column.locator("input.photos").set_input_files([photo])
        return await self._reaction(before)

    async def waits_for(self, text: str) -> str:
        """Wait until some message of the bot shows this; returns the newest such message's text."""
        await self._opens()
        found = self._list.locator(".message.bot").filter(has_text=text).last
        await expect(found).to_be_visible(timeout=PATIENCE)
        await self._look()
        return plain(await found.inner_text())

    async def shown_photos(self) -> int:
        """How many photos of the bot stand in this chat."""
        await self._opens()
        return await self._list.locator(".message.bot.with-photo img").count()

    async def _opens(self) -> None:
        if self._tab is None and await self._column.get_by_role("tab").count() < 2:
            return
        tabs = self._column.get_by_role("tab")
        tab = self._column.locator(f"[role=tab]{self._tab}") if self._tab else tabs.first
        if await tab.get_attribute("aria-selected") != "true":
            await tab.click()

    async def _texts(self) -> str:
        return str(await self._list.evaluate(TEXTS))

    async def _reaction(self, before: str, patience: int = PATIENCE) -> str:
        handles: list[Any] = [await self._list.element_handle(), before]
        with contextlib.suppress(TooSlow):  # a silent bot is no error here
            await self._people.page.wait_for_function(CHANGED % QUIET, arg=handles, timeout=patience)
        await self._look()
        return self.sees

    async def _look(self) -> None:
        texts = await self._list.locator(".message.bot").all_inner_texts()
        texts = [plain(text) for text in texts]
        self.screen = "\n".join(texts)
        self.sees = texts[-1] if texts else ""
