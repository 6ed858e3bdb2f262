"""What the bot says: order, paces, and every way Telegram can refuse."""

import asyncio
import itertools
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from markupsafe import Markup

from bot.pace import Pace, Rates
from bot.sender import Script, Sender
from handlers.view import FILES, Button, View
from storage import outbox
from storage.engine import Connection, Database, Work
from storage.outbox import Lane, OutboxRow, RowState
from tests.machine.world import NOON, Answer, Call, Line, TestClock, refusal


@dataclass
class House:
    """A house whose screens say their parameters, and which writes down what it is told."""

    told: list[tuple[Any, ...]] = field(default_factory=list)
    quiet: dict[int, datetime] = field(default_factory=dict)

    def rests(self, conn: Connection, row: OutboxRow, now: datetime) -> datetime | None:
        until = self.quiet.get(row.chat_id, now)
        return until if until > now else None

    def render(self, conn: Connection, row: OutboxRow, now: datetime) -> View | None:
        values = row.values
        if row.screen == "broken":
            raise KeyError("no such need")
        if row.screen == "nothing":
            return None
        if row.screen == "commands":
            return View(Markup(""), commands=(("start", "Menu"),), kind="commands")
        rows = ((Button("Go", press="1sgo"), Button("Web", url="https://example.org")),)
        if files := values.get(FILES):
            ids = {kind: tuple(each) for kind, each in files.items()}
            return View(
                Markup(""), photos=ids.get("photo", ()), documents=ids.get("document", ()), kind="album"
            )
        photos, documents = tuple(values.get("photos", ())), tuple(values.get("documents", ()))
        return View(Markup(values.get("text", row.screen)), rows, photos, documents)

    def script(self) -> Script:
        return Script(
            self.render,
            {"posted": lambda conn, now, row, message: self.told.append(("posted", row.chat_id, message))},
            lambda conn, row: self.told.append(("lost", row.chat_id, row.edit_message_id)),
            lambda conn, now, chat, why: self.told.append(("unreachable", chat, why)),
            lambda conn, now, old, new: self.told.append(("migrated", old, new)),
            self.rests,
            lambda conn, now, row: self.told.append(("silenced", row.chat_id, row.thread_id)),
            lambda conn, row: self.told.append(("heard", row.chat_id)),
            self.gone,
            lambda conn, rows: self.told.extend(("unsaid", row.id) for row in rows),
        )

    def gone(self, conn: Connection, now: datetime, row: OutboxRow, why: str) -> None:
        self.told.append(("gone", row.chat_id, row.thread_id))
        outbox.skip_chat(conn, row.chat_id, why, row.thread_id)


@dataclass
class Stage:
    """A sender between a real database and the end of the line."""

    db: Database
    line: Line
    clock: TestClock
    house: House
    rates: Rates = field(default_factory=Rates)

    async def say(self, chat: int, text: str = "hello", lane: Lane = Lane.REPLY, **kw: Any) -> int:
        screen = kw.pop("screen", "says")
        params = {"text": text} | kw.pop("params", {})
        row = await self.db.write(
            outbox.show, NOON, chat_id=chat, screen=screen, params=params, lane=lane, **kw
        )
        assert row is not None
        return row

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Sender]:
        sender = Sender(
            self.db, self.line.bot(), self.clock, Pace(self.rates), self.house.script(), attempts=3
        )
        running = asyncio.create_task(sender.run())
        try:
            yield sender
        finally:
            await sender.stop()
            await running

    async def all_said(self) -> None:
        """Run until nothing is due any more."""
        async with self.speaking(), asyncio.timeout(20):
            while await self.db.read(outbox.depth):
                await self.db.write(lambda conn: None)

    async def state(self, row: int) -> OutboxRow:
        found = await self.db.read(outbox.row, row)
        assert found is not None
        return found


@pytest.fixture
def stage(file_db: Database, line: Line, clock: TestClock) -> Stage:
    return Stage(file_db, line, clock, House())


async def test_a_row_is_said_and_its_message_remembered(stage: Stage) -> None:
    row = await stage.say(7, "<b>hello</b>", follow_up="posted")
    await stage.all_said()
    call = stage.line.calls[-1]
    assert call.values["parse_mode"] == "HTML"
    assert call.values["link_preview_options"] == {"is_disabled": True}
    labels = [button["text"] for button in call.values["reply_markup"]["inline_keyboard"][0]]
    assert labels == ["Go", "Web"]
    said = await stage.state(row)
    assert (said.state, said.message_id) == (RowState.SENT, 1)
    assert stage.house.told == [("posted", 7, 1)]


class Busy:
    """A database in which somebody else commits right before us, once."""

    dialect, again = "sqlite", 0

    def __init__(self, db: Database, row_id: int) -> None:
        self._db = db
        self._row_id = row_id
        self.joined = False

    async def write(self, work: Work[..., Any], /, *args: Any, **kw: Any) -> Any:
        if getattr(work, "__name__", "") == "_said" and not self.joined:
            self.joined = True
            await self._db.write(outbox.join, self._row_id, NOON + timedelta(seconds=1), "several")
        return await self._db.write(work, *args, **kw)

    async def read(self, work: Work[..., Any], /, *args: Any, **kw: Any) -> Any:
        return await self._db.read(work, *args, **kw)

    async def close(self) -> None:
        pass


async def test_what_joins_a_notice_on_its_way_is_said_too(stage: Stage) -> None:
    row = await stage.say(7, "one waits", lane=Lane.NOTICE)
    stage.db = Busy(stage.db, row)
    await stage.all_said()
    assert [call.values["text"] for call in stage.line.calls] == ["one waits", "several"]
    assert (await stage.state(row)).state is RowState.SENT


async def test_answers_go_before_news_and_news_before_digests(stage: Stage) -> None:
    stage.rates = Rates(total=1)
    await stage.say(1, "digest", Lane.DIGEST)
    await stage.say(2, "news", Lane.NOTICE)
    await stage.say(3, "answer", Lane.REPLY)
    await stage.all_said()
    assert [text for _, text in stage.line.said()] == ["answer", "news", "digest"]


async def test_news_waits_for_the_end_of_quiet_hours_and_nothing_else_does(stage: Stage) -> None:
    morning = NOON + timedelta(hours=2)
    stage.house.quiet[7] = morning
    for text in ("first news", "second news"):
        await stage.say(7, text, Lane.NOTICE)
    await stage.say(7, "digest", Lane.DIGEST)
    await stage.say(7, "answer", Lane.REPLY)
    await stage.say(8, "news", Lane.NOTICE)
    await stage.all_said()
    said = [text for _, text in stage.line.said()]
    assert set(said[:3]) == {"answer", "news", "digest"}
    assert said[3:] == ["first news", "second news"]
    assert stage.clock.now() >= morning


async def test_who_is_told_to_stop_during_a_look_begins_nothing(stage: Stage) -> None:
    row = await stage.say(7, "news", Lane.NOTICE)
    async with asyncio.timeout(10), stage.speaking() as sender:
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()

        def rests(conn: Connection, row: OutboxRow, now: datetime) -> None:
            asyncio.run_coroutine_threadsafe(sender.stop(), loop).result()
            loop.call_soon_threadsafe(stopped.set)

        stage.house.rests = rests  # type: ignore[method-assign]
        sender._script = stage.house.script()
        await stopped.wait()
    assert stage.line.calls == []
    assert (await stage.state(row)).state is RowState.DUE


async def test_a_chat_hears_everything_in_order(stage: Stage) -> None:
    for number in range(12):
        await stage.say(number % 3, str(number))
    await stage.all_said()
    heard = defaultdict(list)
    for chat, text in stage.line.said():
        heard[chat].append(int(text))
    assert all(texts == sorted(texts) for texts in heard.values())
    assert sum(map(len, heard.values())) == 12


async def test_no_second_hears_more_than_thirty(stage: Stage) -> None:
    stage.line.takes = 0.004
    for chat in range(100):
        await stage.say(chat)
    await stage.all_said()
    starts = [call.at for call in stage.line.calls]
    assert len(starts) == 100
    assert all(later - earlier >= 1.0 for earlier, later in zip(starts, starts[30:], strict=False))


async def test_no_minute_in_a_group_hears_more_than_twenty(stage: Stage) -> None:
    for number in range(45):
        await stage.say(-5, str(number))
    await stage.all_said()
    starts = [call.at for call in stage.line.calls]
    assert all(later - earlier >= 60 for earlier, later in zip(starts, starts[20:], strict=False))
    assert starts[29] < 62, "thirty are heard as soon as two minutes' worth may be"


async def test_no_second_in_a_private_chat_hears_two_pieces_of_news(stage: Stage) -> None:
    for number in range(20):
        await stage.say(5, str(number), lane=Lane.NOTICE)
    await stage.all_said()
    starts = [call.at for call in stage.line.calls]
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(starts))
    assert starts[-1] - starts[0] <= 1.08 * 19


async def test_three_answers_follow_each_other_at_once_and_no_three_seconds_hear_four(stage: Stage) -> None:
    for number in range(20):
        await stage.say(5, str(number))
    await stage.all_said()
    starts = [call.at for call in stage.line.calls]
    assert starts[2] - starts[0] < 0.2
    assert all(later - earlier >= 3 for earlier, later in zip(starts, starts[3:], strict=False))


async def test_where_telegram_asked_for_a_pause_answers_go_one_by_one_for_a_while(stage: Stage) -> None:
    answers = iter([refusal(429, "Too Many Requests", retry_after=2)])
    stage.line.answers = lambda call: next(answers, None)
    for number in range(6):
        await stage.say(5, str(number))
    await stage.all_said()
    starts = [call.at for call in stage.line.calls]
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise(starts[1:]))


async def test_a_pause_for_one_chat_holds_up_no_other(stage: Stage) -> None:
    met = Counter[int]()

    def slow_down(call: Call) -> Answer | None:
        chat = call.values["chat_id"]
        met[chat] += 1
        if chat == 1 and met[1] == 1:
            return refusal(429, "Too Many Requests", retry_after=40)
        return None

    stage.line.answers = slow_down
    for text in ("first", "second"):
        await stage.say(1, text)
    await stage.say(2, "other")
    await stage.all_said()
    again = [call for call in stage.line.calls if call.values["chat_id"] == 1][1:]
    other = next(call for call in stage.line.calls if call.values["chat_id"] == 2)
    assert [call.values["text"] for call in again] == ["first", "second"]
    assert again[0].at >= 40 > other.at


async def test_a_broken_line_is_tried_again_for_as_long_as_it_takes(stage: Stage) -> None:
    stage.line.answers = lambda call: refusal(502, "Bad Gateway") if len(stage.line.calls) < 9 else None
    row = await stage.say(7)
    await stage.all_said()
    said = await stage.state(row)
    assert (said.state, said.attempts) == (RowState.SENT, 8)
    starts = [call.at for call in stage.line.calls]
    assert starts[8] - starts[7] > starts[2] - starts[1]
    assert starts[8] - starts[7] < 12, "whoever waits for an answer has it soon after the line is back"


SAME = "Bad Request: message is not modified: specified new message content is exactly the same"


@pytest.mark.parametrize(
    ("code", "text", "lane", "state", "told"),
    [
        (400, SAME, Lane.NOTICE, RowState.SENT, []),
        (400, "Bad Request: message to edit not found", Lane.NOTICE, RowState.SKIPPED, ["lost"]),
        (400, "Bad Request: message can't be edited", Lane.NOTICE, RowState.SKIPPED, ["lost"]),
        (400, "Bad Request: can't parse entities", Lane.NOTICE, RowState.DEAD, ["unsaid"]),
        (403, "Forbidden: bot was blocked by the user", Lane.NOTICE, RowState.SKIPPED, ["unreachable"]),
        (403, "Forbidden: user is deactivated", Lane.REPLY, RowState.SKIPPED, ["unreachable"]),
        (400, "Bad Request: chat not found", Lane.DIGEST, RowState.SKIPPED, ["unreachable"]),
    ],
)
async def test_refusals(
    stage: Stage, code: int, text: str, lane: Lane, state: RowState, told: list[str]
) -> None:
    stage.line.answers = lambda call: refusal(code, text)
    row = await stage.say(7, lane=lane, edit=55, card="need:1")
    await stage.all_said()
    assert (await stage.state(row)).state is state
    assert [each[0] for each in stage.house.told] == told
    assert len(stage.line.calls) == 1


async def test_an_answer_whose_message_is_gone_comes_as_a_new_one(stage: Stage) -> None:
    def gone(call: Call) -> Answer | None:
        return refusal(400, "Bad Request: message to edit not found") if "message_id" in call.values else None

    stage.line.answers = gone
    await stage.say(7, edit=55)
    await stage.all_said()
    assert [call.method for call in stage.line.calls] == ["editMessageText", "sendMessage"]


async def test_a_group_that_became_a_supergroup_hears_it_there(stage: Stage) -> None:
    def moved(call: Call) -> Answer | None:
        if call.values["chat_id"] == -5:
            return refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1005)
        return None

    stage.line.answers = moved
    await stage.say(-5, "one")
    await stage.say(-5, "two")
    await stage.all_said()
    assert stage.line.said()[1:] == [(-1005, "one"), (-1005, "two")]
    assert stage.house.told == [("migrated", -5, -1005)]


@pytest.mark.parametrize("where", [None, 7, 2**64, -(2**64), "-1005", True])
async def test_a_group_that_moved_nobody_knows_where_is_not_sent_to_nowhere(stage: Stage, where: Any) -> None:
    """Telegram's word came without the new id, or with one that is none: what waits is kept until it is heard."""

    def moved(call: Call) -> Answer | None:
        values = {} if where is None else {"migrate_to_chat_id": where}
        return refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", **values)

    stage.line.answers = lambda call: moved(call) if len(stage.line.calls) < 3 else None
    row = await stage.say(-5, "one")
    await stage.all_said()
    assert stage.line.said()[-1] == (-5, "one")
    assert (await stage.state(row)).state is RowState.SENT
    assert "migrated" not in [each[0] for each in stage.house.told]


async def test_a_screen_that_breaks_our_code_stops_nobody(stage: Stage) -> None:
    broken = await stage.say(7, screen="broken")
    await stage.say(8, "fine")
    await stage.all_said()
    assert stage.line.said() == [(8, "fine")]
    found = await stage.state(broken)
    assert (found.state, found.error) == (RowState.DEAD, "KeyError: 'no such need'")


async def test_nothing_to_say_any_more_is_skipped(stage: Stage) -> None:
    row = await stage.say(7, screen="nothing")
    await stage.all_said()
    assert stage.line.calls == []
    assert (await stage.state(row)).state is RowState.SKIPPED


@pytest.mark.parametrize(("photos", "method"), [(["a"], "sendPhoto"), (["a", "b"], "sendMediaGroup")])
async def test_photos_follow_their_text(stage: Stage, photos: list[str], method: str) -> None:
    await stage.say(7, params={"photos": photos})
    await stage.all_said()
    assert [call.method for call in stage.line.calls] == ["sendMessage", method]


async def test_files_are_tried_for_as_long_as_it_takes_and_their_text_is_not_repeated(stage: Stage) -> None:
    refusals = iter([refusal(502, "Bad Gateway")] * 6)
    stage.line.answers = lambda call: next(refusals, None) if call.method == "sendPhoto" else None
    row = await stage.say(7, params={"photos": ["a"]})
    await stage.say(7, "the next one")
    await stage.all_said()
    methods = [call.method for call in stage.line.calls]
    assert Counter(methods) == {"sendMessage": 2, "sendPhoto": 7}
    assert [text for _, text in stage.line.said()] == ["hello", "the next one"]
    assert (
        stage.line.calls[-1].values["reply_parameters"]["message_id"] == (await stage.state(row)).message_id
    )


async def test_files_outlive_a_process_that_dies_right_after_their_text(stage: Stage) -> None:
    row = await stage.say(7, params={"photos": ["a", "b"], "documents": ["c"]})
    said = await stage.state(row)
    view = stage.house.render(None, said, NOON)  # type: ignore[arg-type]
    assert view is not None
    async with stage.speaking() as sender:  # marked, and nothing more
        await stage.db.write(sender._said, said, view, 55)
        await sender.stop()
    stage.line.calls.clear()
    await stage.all_said()
    assert [call.method for call in stage.line.calls] == ["sendMediaGroup", "sendDocument"]


async def test_documents_follow_the_photos_in_an_album_of_their_own(stage: Stage) -> None:
    await stage.say(7, params={"photos": ["a", "b"], "documents": ["c"]})
    await stage.say(8, params={"documents": ["c", "d"]})
    await stage.all_said()
    mine = [call for call in stage.line.calls if call.values["chat_id"] == 7]
    assert [call.method for call in mine] == ["sendMessage", "sendMediaGroup", "sendDocument"]
    album = [call for call in stage.line.calls if call.values["chat_id"] == 8][-1]
    assert [each["type"] for each in album.values["media"]] == ["document", "document"]


async def test_photos_are_shown_to_whoever_pressed_and_not_again_when_a_card_is_refreshed(
    stage: Stage,
) -> None:
    await stage.say(7, params={"photos": ["a"]}, edit=5)
    await stage.say(8, params={"photos": ["a"]}, edit=5, lane=Lane.NOTICE)
    await stage.all_said()
    assert [call.method for call in stage.line.calls if call.values["chat_id"] == 7][1:] == ["sendPhoto"]
    assert [call.method for call in stage.line.calls if call.values["chat_id"] == 8][1:] == []


async def test_commands_are_set_for_the_chat(stage: Stage) -> None:
    await stage.say(7, screen="commands")
    await stage.all_said()
    call = stage.line.calls[-1]
    assert (call.method, call.values["scope"]) == ("setMyCommands", {"type": "chat", "chat_id": 7})


async def test_what_is_not_due_yet_waits_for_its_moment(stage: Stage) -> None:
    await stage.say(7, not_before=NOON + timedelta(minutes=10))
    await stage.all_said()
    assert stage.line.calls[0].at >= 600


async def test_stopping_begins_nothing_new_and_loses_nothing(stage: Stage) -> None:
    async with stage.speaking() as sender:
        await sender.stop()
        row = await stage.say(7)
        sender.wake()
    assert (await stage.state(row)).state is RowState.DUE
    await stage.all_said()
    assert stage.line.said() == [(7, "hello")]


async def test_what_was_said_by_a_wrong_clock_does_not_keep_us_silent(stage: Stage) -> None:
    for chat in range(40):
        row = await stage.db.read(outbox.row, await stage.say(chat))
        assert row
        await stage.db.write(outbox.mark_sent, NOON + timedelta(hours=2), row, 5)
    await stage.say(7, "answer")
    began = stage.clock.monotonic()
    await stage.all_said()
    assert stage.line.calls[-1].values["text"] == "answer"
    assert stage.line.calls[-1].at - began < 2


async def share(stage: Stage, place: int, text: str) -> None:
    await stage.db.write(
        outbox.edit_inline, NOON, outbox.ELSEWHERE - place, f"inline{place}", "says", {"text": text}, "need:1"
    )


async def test_what_people_shared_is_edited_by_its_own_name_and_many_changes_are_one(stage: Stage) -> None:
    for text in ("1 of 4", "2 of 4", "3 of 4"):
        await share(stage, 1, text)
    await stage.all_said()
    [call] = stage.line.calls
    assert (call.method, call.values["inline_message_id"], call.values["text"]) == (
        "editMessageText",
        "inline1",
        "3 of 4",
    )
    assert not {"chat_id", "message_id"} & call.values.keys()


async def test_what_people_shared_counts_in_the_whole_window_and_for_no_chat(stage: Stage) -> None:
    for place in range(1, 71):
        await share(stage, place, "2 of 4")
    await stage.all_said()
    starts = [call.at for call in stage.line.calls]
    assert len(starts) == 70
    assert all(later - earlier >= 1.0 for earlier, later in zip(starts, starts[30:], strict=False))
    assert starts[-1] < 4, "not one a second, nor twenty a minute"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (400, "Bad Request: MESSAGE_ID_INVALID"),
        (400, "Bad Request: message can't be edited"),
        (403, "Forbidden: bot was blocked by the user"),
        (400, "Bad Request: chat not found"),
    ],
)
async def test_what_people_shared_and_is_gone_is_forgotten(stage: Stage, code: int, text: str) -> None:
    stage.line.answers = lambda call: refusal(code, text)
    await share(stage, 1, "2 of 4")
    await stage.all_said()
    assert [each[0] for each in stage.house.told] == ["lost"]
    assert len(stage.line.calls) == 1
