"""Who waits behind a message that is refused, and who does not."""

import asyncio
import itertools
from collections import Counter
from typing import Any

import pytest

from storage import outbox
from storage.engine import Connection, Database
from storage.outbox import Lane, RowState
from tests.machine.test_sender import House, Stage
from tests.machine.world import Answer, Call, Line, TestClock, refusal

TROUBLE = refusal(500, "Internal Server Error")


@pytest.fixture
def stage(file_db: Database, line: Line, clock: TestClock) -> Stage:
    return Stage(file_db, line, clock, House())


def only(text: str, answer: Answer, times: int) -> Any:
    """One message is refused so many times."""
    left = [times]

    def answers(call: Call) -> Answer | None:
        if call.values.get("text") == text and left[0]:
            left[0] -= 1
            return answer
        return None

    return answers


def first_said(stage: Stage, text: str) -> float:
    return next(call.at for call in stage.line.calls if call.values.get("text") == text)


@pytest.mark.parametrize(
    "answer",
    [
        TROUBLE,
        refusal(502, "Bad Gateway"),
        refusal(400, "Bad Request: CHAT_WRITE_FORBIDDEN"),
        refusal(401, "Unauthorized"),
    ],
)
@pytest.mark.parametrize("lane", [Lane.NOTICE, Lane.DIGEST])
async def test_failing_news_holds_up_no_answer(stage: Stage, lane: Lane, answer: Answer) -> None:
    stage.line.answers = only("news", answer, 12)
    await stage.say(-7, "news", lane)
    async with stage.speaking(), asyncio.timeout(20):
        while not stage.line.calls:
            await stage.db.write(lambda conn: None)
        for number in range(5):
            await stage.say(-7, f"answer {number}")
        while await stage.db.read(outbox.depth):
            await stage.db.write(lambda conn: None)
    answers = [call.at for call in stage.line.calls if call.values["text"].startswith("answer")]
    assert len(answers) == 5
    tried = [call.at for call in stage.line.calls if call.values["text"] == "news"]
    assert len(tried) == 13
    assert max(answers) < tried[3], "they did not wait for it"


async def test_commands_that_are_refused_hold_up_nothing(stage: Stage) -> None:
    for trouble in (TROUBLE, refusal(429, "Too Many Requests", retry_after=57)):
        stage.line.calls.clear()
        met = Counter[str]()

        def answers(call: Call, trouble: Answer = trouble, met: Counter[str] = met) -> Answer | None:
            met[call.method] += 1
            return trouble if call.method == "setMyCommands" and met[call.method] < 4 else None

        stage.line.answers = answers
        await stage.say(7, screen="commands", lane=Lane.NOTICE)
        for text in ("one", "two"):
            await stage.say(7, text, Lane.NOTICE)
            await stage.say(7, text)
        began = stage.clock.elapsed
        await stage.all_said()
        said = [call.at - began for call in stage.line.calls if call.method == "sendMessage"]
        assert len(said) == 4
        assert max(said) < 10
        assert met["setMyCommands"] == 4


async def test_only_a_pause_rests_the_answers_too(stage: Stage) -> None:
    stage.line.answers = only("news", refusal(429, "Too Many Requests", retry_after=30), 1)
    await stage.say(7, "news", Lane.NOTICE)
    async with stage.speaking(), asyncio.timeout(20):
        while not stage.line.calls:
            await stage.db.write(lambda conn: None)
        row = await stage.say(7, "answer")
        while await stage.db.read(outbox.depth):
            await stage.db.write(lambda conn: None)
    assert first_said(stage, "answer") >= 30
    assert (await stage.state(row)).attempts == 0


@pytest.mark.parametrize("answer", [TROUBLE, refusal(400, "Bad Request: CHAT_RESTRICTED")])
async def test_order_holds_in_a_lane_also_for_what_is_queued_later(stage: Stage, answer: Answer) -> None:
    stage.line.answers = only("first", answer, 4)
    await stage.say(-7, "first", Lane.NOTICE)
    await stage.say(-7, "second", Lane.NOTICE)
    async with stage.speaking(), asyncio.timeout(20):
        while not stage.line.calls:
            await stage.db.write(lambda conn: None)
        await stage.say(-7, "third", Lane.NOTICE)
        await stage.say(-7, "digest", Lane.DIGEST)
        while await stage.db.read(outbox.depth):
            await stage.db.write(lambda conn: None)
    heard = [text for _, text in stage.line.said() if text not in ("first", "digest")]
    assert heard == ["second", "third"]
    last_first = [call.at for call in stage.line.calls if call.values["text"] == "first"][-1]
    heard_at = [text for _, text in stage.line.said()]
    assert heard_at.index("second") > len(heard_at) - 1 - heard_at[::-1].index("first")
    assert first_said(stage, "digest") < last_first, "another lane does not wait"


async def test_a_closed_topic_holds_up_its_own_news_alone(stage: Stage) -> None:
    stage.line.answers = only("closed", refusal(400, "Bad Request: TOPIC_CLOSED"), 3)
    await stage.say(-7, "closed", Lane.NOTICE, thread_id=5)
    await stage.say(-7, "behind", Lane.NOTICE, thread_id=5)
    await stage.say(-7, "elsewhere", Lane.NOTICE, thread_id=6)
    await stage.say(-7, "general", Lane.NOTICE)
    await stage.all_said()
    opened = [call.at for call in stage.line.calls if call.values["text"] == "closed"][-1]
    heard = [text for _, text in stage.line.said()]
    assert heard.index("behind") > len(heard) - 1 - heard[::-1].index("closed")
    assert max(first_said(stage, "elsewhere"), first_said(stage, "general")) < opened
    assert [each for each in stage.house.told if each[0] == "silenced"] == [("silenced", -7, 5)] * 3


async def test_files_that_a_group_forbids_hold_up_no_words(stage: Stage) -> None:
    def answers(call: Call) -> Answer | None:
        too_few = "Bad Request: not enough rights to send photos to the chat"
        return refusal(400, too_few) if call.method == "sendPhoto" and len(stage.line.calls) < 7 else None

    stage.line.answers = answers
    await stage.say(-7, "with a photo", Lane.NOTICE, params={"photos": ["a"]})
    for text in ("one", "two", "three"):
        await stage.say(-7, text, Lane.NOTICE)
    await stage.all_said()
    assert [text for _, text in stage.line.said()] == ["with a photo", "one", "two", "three"]
    assert stage.line.calls[-1].method == "sendPhoto"
    assert not [each for each in stage.house.told if each[0] in ("silenced", "gone", "unreachable")]


async def test_pauses_of_a_place_grow_and_end_with_what_it_takes(stage: Stage) -> None:
    stage.line.answers = only(
        "news", refusal(400, "Bad Request: need administrator rights in the channel chat"), 7
    )
    row = await stage.say(-7, "news", Lane.NOTICE)
    await stage.all_said()
    tries = [call.at for call in stage.line.calls]
    pauses = [round(later - earlier, -1) for earlier, later in itertools.pairwise(tries)]
    assert pauses == [30, 60, 120, 240, 480, 900, 900]
    assert (await stage.state(row)).state is RowState.SENT
    assert stage.house.told[-1] == ("heard", -7)


async def test_a_message_on_its_way_to_a_group_that_moves_is_said_once(stage: Stage) -> None:
    row = await stage.say(-7, "news", Lane.NOTICE)
    moved: list[int] = []

    def answers(call: Call) -> Answer | None:
        if call.values["chat_id"] == -7 and not moved:
            moved.append(1)
            return refusal(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1007
            )
        return None

    stage.line.answers = answers
    stage.house.told.clear()
    await stage.all_said()
    assert [chat for chat, _ in stage.line.said()] == [-7, -1007]
    said = await stage.state(row)
    assert (said.state, said.chat_id) == (RowState.SENT, -1007)


async def test_what_an_update_moved_while_it_was_on_its_way_is_not_said_twice(stage: Stage) -> None:
    await stage.say(-7, "news", Lane.NOTICE)
    meanwhile = asyncio.Event()
    deliver = stage.line.do_request

    async def slow(*args: Any, **kw: Any) -> Any:
        answer = await deliver(*args, **kw)
        if len(stage.line.calls) == 1:
            await stage.db.write(_moves)
            meanwhile.set()
            for _ in range(20):  # time enough for another round
                await stage.db.write(lambda conn: None)
        return answer

    stage.line.do_request = slow  # type: ignore[method-assign]
    async with stage.speaking() as sender, asyncio.timeout(20):
        await meanwhile.wait()
        sender.wake()
        while await stage.db.read(outbox.depth):
            await stage.db.write(lambda conn: None)
    assert len(stage.line.said()) == 1


def _moves(conn: Connection) -> None:
    outbox.rekey_chat(conn, -7, -1007)


async def test_a_dead_letter_gives_back_what_it_was_to_tell(stage: Stage) -> None:
    row = await stage.say(-7, screen="broken", lane=Lane.DIGEST)
    await stage.all_said()
    assert (await stage.state(row)).state is RowState.DEAD
    assert ("unsaid", row) in stage.house.told
