"""What a process answers over HTTP: Telegram's webhook, probes, figures."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import Bot
from bot.clock import Clock
from bot.health import STILL, Health
from bot.line import make_telegram
from bot.parts import Role
from bot.settings import Settings, SettingsError, load_settings
from bot.ticker import Ticker
from bot.web import PortTaken
from bot.webhook import HEADER, LARGEST, secret_of
from sandbox import SandboxServer
from sandbox.client import People
from storage import inbox
from storage.engine import Database
from storage.inbox import UpdateState
from tests.databases import Fresh
from tests.machine.world import TestClock

TOKEN = "1:SANDBOX"


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(token=TOKEN, port=0)
    await running.start()
    yield running
    await running.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def settings(server: SandboxServer, database_url: str) -> Settings:
    port = free_port()
    return load_settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=server.url,
        database_url=database_url,
        tick_seconds=3600,
        web_port=port,
        webhook_url=f"http://127.0.0.1:{port}/telegram",
    )


@asynccontextmanager
async def visitor(settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://127.0.0.1:{settings.web_port}") as found:
        yield found


def update(number: int, text: str = "/help") -> dict[str, Any]:
    someone = {"id": 1001, "is_bot": False, "first_name": "Olena"}
    chat = {"id": 1001, "type": "private", "first_name": "Olena"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": someone, "text": text}
    return {"update_id": number, "message": message}


async def test_people_are_served_by_webhook_as_by_polling(server: SandboxServer, settings: Settings) -> None:
    async with Bot(settings, Clock()) as bot, People(server.url) as people:
        olena = people["Olena"]
        await olena.says("/start")
        assert olena.buttons
        await olena.says("/help")
        assert server.state.webhook["secret"] == secret_of(settings)
        assert await bot.db.read(inbox.dead_letters) == []


async def test_only_telegram_is_let_in(settings: Settings) -> None:
    async with Bot(settings, Clock()) as bot, visitor(settings) as http:
        for headers in ({}, {HEADER: "guess"}, {HEADER: secret_of(settings) + "x"}, {HEADER: "ґуля"}):
            async with http.post("/telegram", json=update(1), headers=headers) as answer:
                assert answer.status == 403
        async with http.get("/telegram") as answer:
            assert answer.status == 405
        async with http.post("/elsewhere", json=update(1)) as answer:
            assert answer.status == 404
        assert await bot.db.read(inbox.one, 1) is None


async def test_an_update_is_stored_before_telegram_hears_yes_and_twice_is_once(settings: Settings) -> None:
    known = {HEADER: secret_of(settings)}
    async with Bot(settings, Clock()) as bot, visitor(settings) as http:
        for _ in range(2):
            async with http.post("/telegram", json=update(7), headers=known) as answer:
                assert answer.status == 200
            assert await bot.db.read(inbox.one, 7) is not None


async def test_rubbish_is_refused_and_stops_nothing(settings: Settings) -> None:
    known = {HEADER: secret_of(settings)}
    async with Bot(settings, Clock()) as bot, visitor(settings) as http:
        for body, status in [
            (b"{", 400),
            (b"\xff\xfe", 400),
            (b"[" * 100_000, 400),
            (b" " * (LARGEST + 1), 413),
            (b"[]", 200),
            (b'{"update_id": "9"}', 200),
        ]:
            async with http.post("/telegram", data=io.BytesIO(body), headers=known) as answer:
                assert answer.status == status, body[:20]
        async with http.post("/telegram", json=update(8), headers=known) as answer:
            assert answer.status == 200
        assert await bot.db.read(inbox.one, 8) is not None


async def test_what_could_not_be_stored_is_not_confirmed(settings: Settings) -> None:
    known = {HEADER: secret_of(settings)}
    async with Bot(settings, Clock()) as bot, visitor(settings) as http:

        async def away(*_args: object, **_kw: object) -> None:
            raise OSError("no room on the disk")

        kept, bot.db.write = bot.db.write, away  # type: ignore[method-assign, assignment]
        async with http.post("/telegram", json=update(9), headers=known) as answer:
            assert answer.status == 503
        bot.db.write = kept  # type: ignore[method-assign]
        async with http.post("/telegram", json=update(9), headers=known) as answer:
            assert answer.status == 200
        row = await bot.db.read(inbox.one, 9)
        assert row is not None
        assert row.state is not UpdateState.DEAD


async def well(http: aiohttp.ClientSession) -> dict[str, Any]:
    """What it says once every seat is taken, which takes a moment after a start."""
    async with asyncio.timeout(10):
        while True:
            async with http.get("/healthz") as answer:
                said: dict[str, Any] = await answer.json()
                if answer.status == 200:
                    return said
            await asyncio.sleep(0.05)


@pytest.mark.postgres
async def test_work_that_nobody_does_anywhere_is_not_well(
    settings: Settings, postgres: Fresh, server: SandboxServer
) -> None:
    values = {"database_url": postgres(), "webhook_url": "", "web_port": 0}
    shared = settings.model_copy(update=values)
    async with Bot(shared, Clock(), Role.SENDER) as sender, visitor_at(sender) as http:
        async with asyncio.timeout(10):
            said: dict[str, Any] = {}
            while said.get("nobody is") != ["ticker", "poller"]:
                said = await unwell(http)
        assert said["live"], "it does its own part"
        async with Bot(shared, Clock(), Role.TICKER), Bot(shared, Clock(), Role.WEB):
            assert (await well(http))["nobody is"] == []
        assert (await unwell(http))["nobody is"] == ["ticker", "poller"]


def visitor_at(bot: Bot) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(f"http://127.0.0.1:{bot.web_port}")


async def unwell(http: aiohttp.ClientSession) -> dict[str, Any]:
    async with http.get("/healthz") as answer:
        assert answer.status == 503
        said: dict[str, Any] = await answer.json()
        return said


async def test_a_healthy_bot_says_so(settings: Settings) -> None:
    async with Bot(settings, Clock()), visitor(settings) as http:
        said = await well(http)
        assert said["ready"]
        assert said["live"]
        assert set(said["loops"].values()) == {"turning"}
        assert (said["database"], said["telegram"]) == ("reachable", "reachable")


async def test_a_loop_that_hangs_is_seen_and_one_that_goes_on_is_well(file_db: Database) -> None:
    clock = TestClock()
    telegram, polls = make_telegram(load_settings(_env_file=None, bot_token=TOKEN))
    ticker = Ticker(file_db, clock, {}, lambda: None, 15)
    health = Health({"ticker": ticker}, file_db, telegram, clock)
    assert health.live().live
    clock.elapsed += STILL + 1
    assert health.live().as_json()["loops"] == {"ticker": "stuck"}
    await ticker.tick()
    assert health.live().live
    await polls.shutdown()


async def test_telegram_out_of_reach_is_not_ready_but_alive(
    server: SandboxServer, settings: Settings
) -> None:
    async with Bot(settings, Clock()), visitor(settings) as http:
        server.state.fail_next("getMe", "drop_before")
        async with http.get("/healthz") as answer:
            assert answer.status == 503
            said = await answer.json()
        assert said["live"]
        assert said["telegram"] == "unreachable"
        async with http.get("/healthz/live") as answer:
            assert answer.status == 200


async def test_the_figures(server: SandboxServer, settings: Settings) -> None:
    async with Bot(settings, Clock()), People(server.url) as people, visitor(settings) as http:
        await people["Olena"].says("/start")
        async with http.get("/metrics") as answer:
            assert answer.status == 200
            page = await answer.text()
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }
    assert found["hromada_bridge_updates_received_total",] >= 1
    assert found["hromada_bridge_updates_total", "done"] >= 1
    assert found["hromada_bridge_sends_total", "reply", "sent"] >= 1
    assert found["hromada_bridge_inbox_waiting",] == 0
    assert found["hromada_bridge_outbox_due", "digest"] == 0
    assert found["hromada_bridge_dead_letters", "outbox"] == 0
    assert found["hromada_bridge_update_seconds_count",] >= 1


async def test_a_taken_port_is_said_and_leaves_nothing_open(settings: Settings) -> None:
    assert settings.web_port is not None
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.web_port))
        other.listen()
        with pytest.raises(PortTaken, match=str(settings.web_port)):
            async with Bot(settings, Clock()):
                pass


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook_url": "http://aid.example.org/telegram", "web_port": 8081},
        {"webhook_url": "https://aid.example.org/telegram"},
        {"webhook_url": "https://aid.example.org/", "web_port": 8081, "webhook_secret": "two words"},
        {"web_port": 70000},
    ],
)
def test_a_setting_that_cannot_work_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"^WEB(HOOK_(URL|SECRET)|_PORT) is wrong"):
        load_settings(_env_file=None, bot_token=TOKEN, **wrong)


def test_the_secret_follows_from_the_token_and_is_not_it(settings: Settings) -> None:
    other = load_settings(_env_file=None, bot_token="2:SANDBOX")
    assert secret_of(settings) == secret_of(settings.model_copy())
    assert secret_of(settings) != secret_of(other)
    assert TOKEN not in secret_of(settings)
    assert json.dumps(secret_of(settings)).isascii()
