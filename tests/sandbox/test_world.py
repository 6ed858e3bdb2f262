"""The clock, the fresh start, the flood gate, the journal, and the server itself."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from telegram import Bot

from sandbox import Cast, Group, Person, SandboxServer, World
from sandbox.client import People
from sandbox.clock import Clock
from sandbox.errors import ApiError
from sandbox.files import picture_size
from sandbox.flood import FloodGate
from sandbox.journal import Journal


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 1, 10, 3, 0, tzinfo=UTC), 3),  # 05:00 in Kyiv
        (datetime(2026, 1, 10, 6, 0, tzinfo=UTC), 24),  # exactly 08:00
        (datetime(2026, 3, 28, 7, 0, tzinfo=UTC), 22),  # the night that is an hour short
        (datetime(2026, 10, 24, 6, 0, tzinfo=UTC), 24),  # the night that is an hour long
    ],
)
def test_eight_in_the_morning_is_found_across_the_change_of_clocks(now: datetime, hours: int) -> None:
    assert Clock(lambda: now).until(8) == timedelta(hours=hours)


def test_the_clock_only_moves_forward() -> None:
    with pytest.raises(ValueError, match="only moves forward"):
        Clock().forward(timedelta(0))


async def test_moving_the_clock_tells_the_runner_and_dates_what_comes_after() -> None:
    told: list[timedelta] = []

    async def on_clock(offset: timedelta) -> None:
        told.append(offset)

    still = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
    server = SandboxServer(port=0, on_clock=on_clock, state=World(clock=Clock(lambda: still)))
    await server.start()
    async with People(server.url) as people:
        await people.moves_clock(3600)
        shown = await people.moves_clock(until_hour=8)
        await people["Olena"].tells_start()
        await people["Olena"].looks()
        assert shown["now"] == "2026-01-10T06:00:00+00:00"
        assert people["Olena"].messages[0]["date"] == datetime(2026, 1, 10, 6, tzinfo=UTC).timestamp()
    await server.stop()
    assert told == [timedelta(hours=1), timedelta(hours=3)]


async def test_starting_over_tells_the_runner_then_wipes_but_update_numbers_go_on() -> None:
    seen: list[int] = []

    async def on_start_over() -> None:
        seen.append(len(server.state.chats[1001].messages))

    server = SandboxServer(port=0, on_start_over=on_start_over)
    await server.start()
    async with People(server.url) as people:
        await people["Olena"].tells_start()
        before = server.state.updates.first()
        await people.moves_clock(3600)
        await people.starts_over()
        assert await people["Olena"].looks() == ""
        assert server.state.clock.offset == timedelta(0)
        assert server.state.updates.first() is None
        await people["Olena"].tells_start()
        after = server.state.updates.first()
    await server.stop()
    assert seen == [1]
    assert before is not None
    assert after is not None
    assert after["update_id"] == before["update_id"] + 1


async def test_another_cast_can_play() -> None:
    cast = Cast(people=(Person(7, "Ada"), Person(8, "Bo")), groups=(Group(-9, "Duo", members=(7, 8)),))
    server = SandboxServer(port=0, cast=cast)
    await server.start()
    async with People(server.url) as people:
        assert [person["name"] for person in (await people.world())["people"]] == ["Ada", "Bo"]
        await people["Ada"].in_group(-9).tells("hello")
        await people["Bo"].in_group(-9).looks()
    await server.stop()


class Seconds:
    """A clock for the flood gate that stands until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def retry_after(gate: FloodGate, chat: int) -> int:
    try:
        gate.admit(chat)
    except ApiError as refusal:
        return refusal.parameters["retry_after"]
    return 0


def test_one_chat_takes_a_small_burst_then_one_a_second() -> None:
    clock = Seconds()
    gate = FloodGate(clock)
    assert [retry_after(gate, 1) for _ in range(4)] == [0, 0, 0, 3]
    clock.now += 3
    assert retry_after(gate, 1) == 0


def test_a_group_takes_twenty_a_minute_and_everybody_thirty_a_second() -> None:
    clock = Seconds()
    gate = FloodGate(clock)
    assert [retry_after(gate, -1) for _ in range(21)] == [0] * 20 + [60]
    clock.now += 2
    assert [retry_after(gate, person) for person in range(1, 32)] == [0] * 30 + [1]


async def test_the_flood_gate_stands_before_the_real_door() -> None:
    server = SandboxServer(port=0, state=World(flood=True))
    await server.start()
    async with aiohttp.ClientSession() as session:
        server.state.chats[1001].started = True
        answers = []
        for _ in range(4):
            async with session.post(
                f"{server.url}/bot1:SANDBOX/sendMessage", json={"chat_id": 1001, "text": "x"}
            ) as got:
                answers.append(await got.json())
    await server.stop()
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    assert answers[3]["parameters"]["retry_after"] >= 1


async def test_the_journal_forgets_and_says_so() -> None:
    journal = Journal(keep=2)
    assert journal.since(0) == []
    for _ in range(4):
        journal.add("tick")
    assert journal.since(0) is None
    assert [entry["rev"] for entry in journal.since(2) or []] == [3, 4]
    assert journal.since(99) is None
    waiting = asyncio.create_task(journal.wait(4, 30))
    await asyncio.wait({waiting}, timeout=0)
    journal.add("tock")
    assert [entry["kind"] for entry in await waiting or []] == ["tock"]


async def test_the_stream_of_happenings_reaches_the_page(server: SandboxServer, people: People) -> None:
    async with people.session.get("/events", params={"since": "0"}) as stream:
        await people["Olena"].tells_start()
        lines = [(await stream.content.readline()).decode() for _ in range(2)]
    assert lines[0] == "id: 1\n"
    assert '"kind": "chat"' in lines[1]


async def test_files_of_people_are_shown_but_never_run(
    bot: Bot, server: SandboxServer, people: People
) -> None:
    await people["Olena"].tells_start()
    await bot.send_document(1001, b"<script>alert(1)</script>", filename="page.html")
    await people["Olena"].looks()
    file_id = people["Olena"].last["document"]["file_id"]
    async with people.session.get(f"/files/{file_id}") as answer:
        assert answer.headers["content-disposition"] == "attachment"
        assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["/static/nothing.js", "/static/..%2Fapp.py", "/files/none", "/file/bot1:SANDBOX/photos/none"]
)
async def test_what_is_not_there_is_not_found(people: People, path: str) -> None:
    async with people.session.get(path) as answer:
        assert answer.status == 404


async def test_a_taken_port_is_said_at_once(server: SandboxServer) -> None:
    with pytest.raises(OSError, match="in use"):
        await SandboxServer(port=server.port).start()


def test_sizes_of_pictures_are_read_from_their_first_bytes() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x14\x00\x1e" + b"\0" * 12
    assert picture_size(jpeg) == (30, 20)
    assert picture_size(b"GIF89a") is None
    assert picture_size(b"\xff\xd8") is None


def test_it_runs_alone_as_a_module() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as alone:
        assert alone.stdout is not None
        said: Any = alone.stdout.readline()
        alone.terminate()
    assert said.startswith("Sandbox: http://127.0.0.1:")
