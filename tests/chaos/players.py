"""People who keep talking whatever happens to the bot, and remember what they truly did."""

import asyncio
import contextlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.client import Person
from sandbox.onlooker import text_of
from sandbox.shapes import Json
from tests.story.says import en, uk

PHONE = "+48 600 700 800"
PATIENT = 60.0
"""Seconds a player waits for the bot to come back and answer."""
LONGEST_LIST = 12
HASTY = 4.0
"""Seconds after which a press without an answer is taken as lost on the line; the text decides."""


class LostThread(AssertionError):
    """Somebody waited in vain: for a writer a failure of the bot; a giver may have pressed a repeated message."""


class Player(Protocol):
    """Whoever keeps talking until told to stop."""

    async def plays(self, stop: asyncio.Event) -> None: ...


@dataclass
class Writer:
    """An official who adds one row after another to a draft, one blanket, two blankets, three..., and publishes."""

    person: Person
    said: int = 0
    published: int = 0

    async def plays(self, stop: asyncio.Event) -> None:
        """Say something every now and then; some of it without waiting for the answer to what went before."""
        while not stop.is_set():
            if self.said == LONGEST_LIST:
                await self._publishes()
            for _ in range(min(1 + self.said % 3, LONGEST_LIST - self.said)):
                self.said += 1
                await self.person.tells(f"ковдри - {self.said} шт")
            await until(
                self.person,
                lambda: self.rows[-1:] == [self.said] and len(self.rows) >= self.said,
                f"row {self.said}",
            )

    async def _publishes(self) -> None:
        for label in ("Go on ›", "🟢 Normal", "Skip", "Skip", "Skip", "Skip"):
            await presses(self.person, uk(label))
        await presses(self.person, uk("✅ Publish"), twice=True)
        await until(self.person, lambda: f"0/{LONGEST_LIST} шт." in self.person.screen, "the need")
        self.published += 1
        self.said = 0
        before = newest(self.person)
        await self.person.tells("/new")
        await until(self.person, lambda: newest(self.person, of_bot=True) > before, "a fresh form")

    @property
    def rows(self) -> list[int]:
        """The quantities of the draft, as the newest list shows them; notices come in between."""
        lists = [
            text for text in map(text_of, self.person.messages) if text.startswith(uk("<b>Your list</b>"))
        ]
        found = re.findall(r"^\d+\. .* (\d+) шт\.$", lists[-1], re.MULTILINE) if lists else []
        return [int(quantity) for quantity in found]


@dataclass
class Giver:
    """A partner who promises one piece after another of a need, pressing the last button twice."""

    person: Person
    code: str
    promised: int = 0
    given_up: int = 0
    seen: set[str] = field(default_factory=set)

    async def plays(self, stop: asyncio.Event) -> None:
        """One promise after another; who loses the thread begins again, as people do."""
        while not stop.is_set():
            try:
                await self._promises()
            except LostThread:
                self.given_up += 1

    async def _promises(self) -> None:
        person = self.person
        already = newest(person)
        await person.tells_start(f"n_{self.code}")
        await until(person, lambda: newest(person, of_bot=True) > already, "the card")
        await presses(person, en("🤝 Pledge"))
        already = newest(person)
        await person.tells("1")
        await until(person, lambda: newest(person, of_bot=True) > already, "the question")
        await presses(person, en("🤝 Firm promise"))
        before = len(self.cards())
        await presses(person, en("Skip"), twice=True)
        await until(person, lambda: len(self.cards()) > before, "the new promise")
        self.promised += 1

    def cards(self) -> set[str]:
        """The codes of the promises this partner was shown so far."""
        heads = (message.get("text", "").split("\n")[0] for message in self.person.messages)
        self.seen |= {head.split(" · ")[1] for head in heads if head.startswith(en("🤝 promised"))}
        return self.seen


async def presses(person: Person, label: str, *, twice: bool = False) -> None:
    """Press the newest such button once it is there, and wait for what becomes of its message."""
    await until(person, lambda: _newest(person, label) is not None, label)
    message = _newest(person, label)
    assert message is not None
    number, data = message["message_id"], _data(message, label)
    await asyncio.gather(*[_press(person, number, data) for _ in range(1 + twice)])
    await until(person, lambda: _data(_by_number(person, number), label) != data, f"what follows {label!r}")


async def _press(person: Person, message_id: int, data: str) -> None:
    with contextlib.suppress(TimeoutError):  # the answer to a press may die with the bot; its effect may not
        await person.presses_data(data, message_id)


def _newest(person: Person, label: str) -> Json | None:
    """Where a message was said twice, an older form may stand below a newer one: drafts are numbered."""
    having = [each for each in person.messages if _data(each, label)]
    return max(having, key=lambda each: (_draft(_data(each, label)), each["message_id"]), default=None)


def _draft(data: str) -> int:
    parts = data.split(":")
    return int(parts[1]) if parts[0][2:] in ("f", "fs", "fb", "fc") else 0


def _by_number(person: Person, number: int) -> Json:
    return next(each for each in person.messages if each["message_id"] == number)


def _data(message: Json, label: str) -> str:
    """What the button would send; it names its step, so that an edit to the next one is noticed."""
    for row in message.get("reply_markup", {}).get("inline_keyboard", []):
        for button in row:
            if label in button["text"]:
                return str(button["callback_data"])
    return ""


def newest(person: Person, *, of_bot: bool = False) -> int:
    """The number of the last message; a chat shows only so many, so counting them would not do."""
    return max((m["message_id"] for m in person.messages if m["from"]["is_bot"] or not of_bot), default=0)


async def until(person: Person, happened: Callable[[], bool], what: str) -> None:
    """Look again and again; a bot that does not come back is a failure of the lab."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENT
    await person.looks()
    while not happened():
        if loop.time() > deadline:
            raise LostThread(f"{person.name} waited for {what!r} and sees:\n{person.sees}")
        await asyncio.sleep(0.03)
        await person.looks()


@dataclass
class Driver:
    """A partner who promises a piece, brings it, and has it signed for by the official, over and over."""

    person: Person
    official: Person
    code: str
    signed: int = 0
    given_up: int = 0

    async def plays(self, stop: asyncio.Event) -> None:
        """One truck after another; who loses the thread begins again with a new promise."""
        while not stop.is_set():
            try:
                await self._brings()
            except LostThread:
                self.given_up += 1

    async def _brings(self) -> None:
        await self._promises()
        await answers(self.official, en("✅ Accept"), self.person, en("🚚 Send it"))
        await presses(self.person, en("🚚 Send it"))
        for _ in range(5):
            await presses(self.person, en("Skip"))
        await presses(self.person, en("🚚 It drives now"), twice=True)
        await answers(self.official, en("Open"), self.official, en("✍️ Count and sign"))
        for label in (
            en("✍️ Count and sign"),
            "All of it",
            en("Skip"),
        ):
            await presses(self.official, label)
        await presses(self.official, en("✍️ Sign"), twice=True)
        self.signed += 1

    async def _promises(self) -> None:
        person = self.person
        already = newest(person)
        await person.tells_start(f"n_{self.code}")
        await until(person, lambda: newest(person, of_bot=True) > already, "the card")
        await presses(person, en("🤝 Pledge"))
        already = newest(person)
        await person.tells("1")
        await until(person, lambda: newest(person, of_bot=True) > already, "the question")
        await presses(person, en("🤝 Firm promise"))
        await presses(person, en("Skip"), twice=True)


async def answers(one: Person, label: str, other: Person, expected: str) -> None:
    """Press a button of a notice; what it leads to shows up with the same or with another person."""
    before = _last_with(other, expected)
    await until(one, lambda: _newest(one, label) is not None, label)
    message = _newest(one, label)
    assert message is not None
    await _press(one, message["message_id"], _data(message, label))
    await until(other, lambda: _last_with(other, expected) > before, expected)


def _last_with(person: Person, label: str) -> int:
    return max((each["message_id"] for each in person.messages if _data(each, label)), default=0)


@dataclass
class Crowd:
    """New people, one after another: each registers as a partner and is then left waiting for a coordinator."""

    people: list[Person]
    came: int = 0
    given_up: int = 0

    async def plays(self, stop: asyncio.Event) -> None:
        """Everybody begins once; who loses the thread leaves."""
        for person in self.people:
            if stop.is_set():
                return
            try:
                await self._registers(person)
                self.came += 1
            except LostThread:
                self.given_up += 1

    async def _registers(self, person: Person) -> None:
        await person.tells_start()
        await presses(person, en("🤝 I represent a partner"))
        await presses(person, "Poland")
        await presses(person, en("NGO or charity"))
        for said in (f"Fundacja {person.name}", "Chełm", PHONE):
            if said == PHONE:
                await presses(person, en("👍 I agree"))
            already = newest(person)
            await person.tells(said)
            await until(person, lambda last=already: newest(person, of_bot=True) > last, "what follows")  # type: ignore[misc]
        await presses(person, en("Skip"), twice=True)
