"""From the inbox to the handlers: order, company, retries, dead letters, and being killed."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler

from bot.dispatcher import Dispatcher
from handlers.context import Context, report
from storage import inbox, outbox
from storage.engine import Connection, Database, open_database
from storage.inbox import UpdateState
from storage.outbox import Lane
from tests.machine.world import NOON, Answer, Call, Line, TestClock, refusal

Handler = Callable[[Update, Context], Coroutine[Any, Any, None]]


def message(number: int, chat: int, text: str = "hello") -> tuple[int, int, str]:
    body = {
        "message_id": number,
        "date": 1_700_000_000,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": chat, "is_bot": False, "first_name": "Olena"},
        "text": text,
    }
    return number, chat, json.dumps({"update_id": number, "message": body})


def note(conn: Connection, chat: int, text: str) -> None:
    """An effect: something to say."""
    outbox.show(conn, NOON, chat_id=chat, screen=text, params={}, lane=Lane.REPLY)


@dataclass
class Desk:
    """A dispatcher over a real database, with a handler of the test's own."""

    db: Database
    line: Line
    clock: TestClock
    handler: Handler
    seen: list[int] = field(default_factory=list)

    @asynccontextmanager
    async def working(self, active: int = 64) -> AsyncIterator[Dispatcher]:
        app: Any = (
            Application.builder()
            .bot(self.line.bot())
            .updater(None)
            .job_queue(None)
            .context_types(ContextTypes(context=Context))
            .build()
        )
        app.add_handler(TypeHandler(Update, self.handler))
        app.add_error_handler(report)
        await app.initialize()
        dispatcher = Dispatcher(self.db, app, self.clock, lambda: None, attempts=3, active=active)
        running = asyncio.create_task(dispatcher.run())
        try:
            yield dispatcher
        finally:
            await dispatcher.stop()
            await running
            await app.shutdown()

    async def all_handled(self, active: int = 64) -> None:
        async with self.working(active), asyncio.timeout(20):
            while await self.db.read(inbox.waiting, 1):
                await self.db.write(lambda conn: None)

    async def store(self, *updates: tuple[int, int, str]) -> None:
        await self.db.write(inbox.store, NOON, updates)

    async def effects(self) -> list[tuple[int, str]]:
        return [(row.chat_id, row.screen) for row in await self.db.read(outbox.due, NOON, 1000)]


@pytest.fixture
def desk(file_db: Database, line: Line, clock: TestClock) -> Desk:
    async def write_it_down(update: Update, context: Context) -> None:
        assert update.message
        await context.write(note, update.message.chat.id, update.message.text or "")

    return Desk(file_db, line, clock, write_it_down)


async def test_everybody_is_served_in_order(desk: Desk) -> None:
    await desk.store(*(message(number, number % 5 + 1, str(number)) for number in range(1, 101)))
    await desk.all_handled()
    effects = await desk.effects()
    assert len(effects) == 100
    for chat in range(1, 6):
        mine = [int(text) for each, text in effects if each == chat]
        assert mine == sorted(mine)


async def test_one_slow_person_keeps_nobody_waiting(desk: Desk) -> None:
    others_served = asyncio.Event()
    quick = desk.handler

    async def slow_for_one(update: Update, context: Context) -> None:
        assert update.message
        if update.message.chat.id == 1:
            await others_served.wait()
        await quick(update, context)
        if update.message.chat.id == 3:
            others_served.set()

    desk.handler = slow_for_one
    await desk.store(message(1, 1, "slow"), message(2, 2, "quick"), message(3, 3, "quick"))
    await desk.all_handled(active=2)
    assert [text for _, text in await desk.effects()] == ["quick", "quick", "slow"]


async def test_what_breaks_is_rolled_back_tried_again_and_the_next_one_waits(desk: Desk) -> None:
    tries: list[str] = []

    def write_and_break(conn: Connection, text: str) -> None:
        note(conn, 7, text)
        if len(tries) < 3:
            raise RuntimeError("the weather")

    async def fragile(update: Update, context: Context) -> None:
        assert update.message
        tries.append(update.message.text or "")
        await context.write(write_and_break, update.message.text or "")

    desk.handler = fragile
    await desk.store(message(1, 7, "first"), message(2, 7, "second"))
    await desk.all_handled()
    assert tries == ["first", "first", "first", "second"]
    assert [text for _, text in await desk.effects()] == ["first", "second"]
    assert desk.clock.elapsed >= 2 + 4


async def test_after_some_tries_it_is_a_dead_letter_and_the_person_is_told(desk: Desk) -> None:
    async def hopeless(update: Update, context: Context) -> None:
        raise ZeroDivisionError

    desk.handler = hopeless
    await desk.store(message(1, 7))
    await desk.all_handled()
    row = await desk.db.read(inbox.one, 1)
    assert row
    assert (row.state, row.attempts) == (UpdateState.DEAD, 3)
    told = await desk.db.read(outbox.due, desk.clock.now(), 10)
    assert [(each.chat_id, each.screen, each.values) for each in told] == [(7, "trouble", {"reference": "1"})]


async def test_an_update_nobody_can_read_is_put_aside_at_once(desk: Desk) -> None:
    await desk.store((1, 7, '{"update_id": 1, "message": {"chat": 5}}'), (2, 7, "not json"), message(3, 7))
    await desk.all_handled()
    assert {row.update_id for row in await desk.db.read(inbox.dead_letters)} == {1, 2}
    assert await desk.effects() == [(7, "hello")]


async def test_a_second_write_in_one_update_is_an_error(desk: Desk) -> None:
    once = desk.handler
    errors: list[str] = []

    async def greedy(update: Update, context: Context) -> None:
        await once(update, context)
        try:
            await once(update, context)
        except RuntimeError as error:
            errors.append(str(error))

    desk.handler = greedy
    await desk.store(message(1, 7))
    await desk.all_handled()
    assert errors == ["update 1 wrote already"]
    assert await desk.effects() == [(7, "hello")]


async def test_what_breaks_after_the_write_is_not_done_twice(desk: Desk) -> None:
    once = desk.handler

    async def write_and_fall(update: Update, context: Context) -> None:
        await once(update, context)
        raise RuntimeError("too late to matter")

    desk.handler = write_and_fall
    await desk.store(message(1, 7))
    await desk.all_handled()
    assert await desk.effects() == [(7, "hello")]


async def test_calls_for_afterwards_run_after_the_commit(desk: Desk) -> None:
    once = desk.handler
    seen: list[int] = []

    async def with_an_answer(update: Update, context: Context) -> None:
        async def answer() -> None:
            seen.append(len(await desk.effects()))

        context.after(answer)
        await once(update, context)
        assert seen == []

    desk.handler = with_an_answer
    await desk.store(message(1, 7))
    await desk.all_handled()
    async with asyncio.timeout(5):
        while not seen:
            await desk.db.write(lambda conn: None)
    assert seen == [1]


async def test_killed_in_the_middle_nothing_is_lost_and_nothing_done_twice(
    story_url: str, line: Line, clock: TestClock
) -> None:
    """The first life hangs in the middle of its third update and is torn down without a word."""
    reached = asyncio.Event()

    async def hang_at_three(update: Update, context: Context) -> None:
        assert update.message
        if update.update_id == 3:
            reached.set()
            await asyncio.Event().wait()
        await context.write(note, 7, update.message.text or "")

    async def carry_on(update: Update, context: Context) -> None:
        assert update.message
        await context.write(note, 7, update.message.text or "")

    first = Desk(open_database(story_url), line, clock, hang_at_three)
    await first.store(*(message(number, 7, str(number)) for number in range(1, 6)))
    async with first.working() as dispatcher:
        await reached.wait()
        for task in list(dispatcher._busy.values()):
            task.cancel()
    await first.db.close()

    second = Desk(open_database(story_url), line, clock, carry_on)
    await second.all_handled()
    assert [text for _, text in await second.effects()] == ["1", "2", "3", "4", "5"]
    await second.db.close()


TROUBLES = [
    refusal(429, "Too Many Requests: retry after 40", retry_after=40),
    refusal(500, "Internal Server Error"),
    refusal(401, "Unauthorized"),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
async def test_what_needs_telegrams_answer_waits_for_it_and_no_attempt_is_counted(
    desk: Desk, trouble: Answer
) -> None:
    asked: list[int] = []

    def answers(call: Call) -> Answer | None:
        if call.method != "getChatMember":
            return None
        asked.append(1)
        admin = {
            "status": "creator",
            "is_anonymous": False,
            "user": {"id": 1, "is_bot": False, "first_name": "O"},
        }
        return trouble if len(asked) < 12 else (200, {"ok": True, "result": admin})

    write = desk.handler

    async def asks(update: Update, context: Context) -> None:
        await context.bot.get_chat_member(-5, 1)
        await write(update, context)

    desk.handler, desk.line.answers = asks, answers
    await desk.store(message(1, 1, "first"), message(2, 1, "second"))
    await desk.all_handled()
    assert [text for _, text in await desk.effects()] == ["first", "second"]
    assert await desk.db.read(inbox.dead_letters) == []
    assert desk.clock.elapsed >= (440 if trouble[0] == 429 else 33)


@pytest.mark.parametrize(("pause", "calls"), [(3, 2), (600, 1)])
async def test_an_answer_to_a_press_is_given_after_the_pause_while_somebody_may_look(
    desk: Desk, pause: int, calls: int
) -> None:
    said: list[float] = []

    def answers(call: Call) -> Answer | None:
        if call.method != "answerCallbackQuery":
            return None
        said.append(call.at)
        too_many = refusal(429, f"Too Many Requests: retry after {pause}", retry_after=pause)
        return too_many if len(said) == 1 else (200, {"ok": True, "result": True})

    write = desk.handler

    async def answers_later(update: Update, context: Context) -> None:
        await write(update, context)
        context.after(lambda: context.bot.answer_callback_query("1"))

    desk.handler, desk.line.answers = answers_later, answers
    await desk.store(message(1, 1))
    async with desk.working(), asyncio.timeout(20):
        while len(said) < calls or len(await desk.db.read(inbox.waiting, 1)):
            await desk.db.write(lambda conn: None)
    assert len(said) == calls
    assert said[-1] - said[0] >= (pause if calls == 2 else 0)
