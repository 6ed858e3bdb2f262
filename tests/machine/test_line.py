"""The first call, the menus and the webhook, whatever stands between us and Telegram; over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs
from telegram.error import InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ExtBot

from bot.app import serve
from bot.clock import Clock
from bot.ear import Ear
from bot.health import Health
from bot.intake import Intake, Keeper
from bot.line import NotStarted, introduce, make_telegram, set_menus
from bot.request import ServerTrouble, call
from bot.settings import Settings, load_settings
from bot.webhook import WebhookWatch
from handlers.menu import default_commands
from sandbox import SandboxServer
from sandbox.client import People
from storage import inbox
from storage.engine import Database
from tests.machine.world import TestClock

TOKEN = "1:SANDBOX"
PAGE = "<html><body>403 Forbidden</body></html>"
DEEP = "[" * 100_000


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(token=TOKEN, port=0)
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def people(server: SandboxServer) -> AsyncIterator[People]:
    async with People(server.url) as people:
        yield people


@pytest.fixture
def settings(server: SandboxServer) -> Settings:
    return load_settings(_env_file=None, bot_token=TOKEN, bot_api_url=server.url)


@pytest.fixture
async def bot(settings: Settings) -> AsyncIterator["ExtBot[None]"]:
    made, _ = make_telegram(settings)
    async with made:
        yield made


NOT_TELEGRAM: list[tuple[int, Any]] = [
    (403, PAGE),
    (401, PAGE),
    (404, PAGE),
    (400, PAGE),
    (403, {"error": "blocked by policy"}),
    (403, {"ok": False}),
    (401, {"ok": False, "description": None}),
    (403, "[]"),
    (400, "null"),
    (400, '"no"'),
    (400, DEEP),
    (403, {"ok": True, "description": "Forbidden: bot was blocked by the user"}),
    (200, PAGE),
    (200, "null"),
    (200, "[]"),
    (200, '"ok"'),
    (200, DEEP),
    (200, {"ok": True}),
    (200, {"result": True}),
    (301, PAGE),
    (407, PAGE),
    (511, PAGE),
]


@pytest.mark.parametrize(("status", "body"), NOT_TELEGRAM, ids=lambda each: str(each)[:40])
async def test_what_is_not_telegrams_word_is_the_line(
    people: People, bot: "ExtBot[None]", status: int, body: Any
) -> None:
    await people.answers("sendMessage", status, body)
    with pytest.raises(TelegramError) as caught:
        await call(bot, "sendMessage", chat_id=-5001, text="x")
    assert type(caught.value) is NetworkError


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_nowhere(
    people: People, server: SandboxServer, bot: "ExtBot[None]", status: int
) -> None:
    elsewhere = SandboxServer(token=TOKEN, port=0)
    await elsewhere.start()
    try:
        await people.answers("sendMessage", status, "", location=f"{elsewhere.url}/bot{TOKEN}/sendMessage")
        with pytest.raises(NetworkError):
            await call(bot, "sendMessage", chat_id=-5001, text="a secret")
        assert not elsewhere.state.chats[-5001].messages
    finally:
        await elsewhere.stop()


async def test_telegrams_own_word_is_understood_also_with_an_odd_status(
    people: People, bot: "ExtBot[None]"
) -> None:
    await people.refuses("getMe", 413, "Request Entity Too Large")
    with pytest.raises(ServerTrouble) as caught:
        await call(bot, "getMe")
    assert caught.value.code == 413
    said = {"ok": False, "error_code": 429, "description": "x", "parameters": {"retry_after": 10**18}}
    await people.answers("getMe", 200, said)
    with pytest.raises(RetryAfter):
        await call(bot, "getMe")


ODD_STARTS: list[tuple[int, Any]] = [
    *NOT_TELEGRAM,
    (429, {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 9}}),
    (500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}),
    (409, {"ok": False, "error_code": 409, "description": "Conflict"}),
    (400, {"ok": False, "error_code": 400, "description": "Bad Request: logged out"}),
    (200, {"ok": True, "result": []}),
    (200, {"ok": True, "result": None}),
    (200, {"ok": True, "result": {"id": "x"}}),
]


@pytest.mark.parametrize(("status", "body"), ODD_STARTS, ids=lambda each: str(each)[:60])
async def test_any_answer_to_the_first_call_is_waited_out_with_one_sentence(
    people: People, settings: Settings, clock: TestClock, status: int, body: Any
) -> None:
    await people.answers("getMe", status, body, times=3)
    telegram, _ = make_telegram(settings)
    app = Application.builder().bot(telegram).updater(None).job_queue(None).build()
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            await introduce(app, clock, asyncio.Event())
    assert telegram.username == "hromada_bridge_bot"
    assert clock.elapsed >= (27 if status == 429 else 14), "a pause is kept, and ours grow"
    assert [each["event"] for each in logs].count("telegram_is_waited_for") == 1
    await app.shutdown()


@pytest.mark.parametrize("code", [401, 404])
async def test_only_telegrams_own_word_of_the_token_ends_the_start(
    people: People, settings: Settings, clock: TestClock, code: int
) -> None:
    await people.refuses("getMe", code, "Unauthorized" if code == 401 else "Not Found")
    telegram, _ = make_telegram(settings)
    app = Application.builder().bot(telegram).updater(None).job_queue(None).build()
    with pytest.raises(InvalidToken):
        await introduce(app, clock, asyncio.Event())


async def test_a_start_that_waits_can_be_stopped(people: People, settings: Settings, story_url: str) -> None:
    await people.answers("getMe", 503, PAGE, times=0)
    stop = asyncio.Event()
    running = asyncio.create_task(serve(settings.model_copy(update={"database_url": story_url}), stop=stop))
    asyncio.get_running_loop().call_later(0.3, stop.set)
    async with asyncio.timeout(10):
        await running
    telegram, _ = make_telegram(settings)
    app = Application.builder().bot(telegram).updater(None).job_queue(None).build()
    with pytest.raises(NotStarted):
        await introduce(app, Clock(), stop)
    await app.bot.shutdown()


async def test_the_menus_are_set_until_they_are_set(
    people: People, server: SandboxServer, bot: "ExtBot[None]", clock: TestClock
) -> None:
    await people.refuses("setMyCommands", 500, "Internal Server Error", times=2)
    await people.refuses("setMyCommands", 429, "Too Many Requests: retry after 40", retry_after=40)
    await people.answers("setMyCommands", 403, PAGE)
    await set_menus(bot, clock)
    assert clock.elapsed >= 40
    for language in ("", "uk", "pl", "de"):
        shown = server.state.commands.get(None, language)
        assert [each["command"] for each in shown] == [name for name, _ in default_commands(language or "en")]


# --- updates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {"ok": True},
        "[]",
        "null",
        DEEP,
        '"x"',
        {"ok": True, "result": {}},
        {"ok": True, "result": "x"},
        {"ok": True, "result": [1, None, "x", []]},
    ],
    ids=lambda each: str(each)[:30],
)
async def test_odd_answers_to_get_updates_are_waited_out(
    people: People, settings: Settings, file_db: Database, clock: TestClock, body: Any
) -> None:
    await people.answers("getUpdates", 200, body, times=2)
    telegram, polls = make_telegram(settings)
    async with telegram:
        await people["Olena"].tells_start()
        stored = asyncio.Event()
        intake = Intake(Keeper(file_db, clock, stored.set), telegram, polls, clock)
        running = asyncio.create_task(intake.run())
        async with asyncio.timeout(10):
            await stored.wait()
        await intake.stop()
        await running
    assert len(await file_db.read(inbox.waiting, 5)) == 1


async def test_a_webhook_that_stands_in_the_way_of_polling_is_removed_and_said_to_the_probe(
    people: People, server: SandboxServer, settings: Settings, file_db: Database, clock: TestClock
) -> None:
    telegram, polls = make_telegram(settings)
    ear = Ear()
    async with telegram:
        await telegram.set_webhook("http://127.0.0.1:1/elsewhere")
        await people.refuses("deleteWebhook", 500, "Internal Server Error", times=2)
        stored = asyncio.Event()
        intake = Intake(Keeper(file_db, clock, stored.set), telegram, polls, clock, ear=ear)
        running = asyncio.create_task(intake.run())
        async with asyncio.timeout(10):
            while ear.hears:
                await file_db.write(lambda conn: None)
            health = Health({}, file_db, telegram, clock, ear=ear)
            assert not (await health.report()).ready
            await people["Olena"].tells_start()
            await stored.wait()
        assert ear.hears
        await intake.stop()
        await running


async def test_a_webhook_that_somebody_took_away_is_set_again_and_said_to_the_probe(
    server: SandboxServer, settings: Settings, file_db: Database
) -> None:
    settings = settings.model_copy(update={"webhook_url": "http://127.0.0.1:1/ours"})
    telegram, _ = make_telegram(settings)
    ear, clock = Ear(), Clock()
    async with telegram:
        watch = WebhookWatch(telegram, settings, clock, ear)
        health = Health({}, file_db, telegram, clock, ear=ear)
        running = asyncio.create_task(watch.run())
        async with asyncio.timeout(10):
            while server.state.webhook["url"] != settings.webhook_url:
                await file_db.write(lambda conn: None)
            assert (await health.report()).ready
            await telegram.delete_webhook()
            await watch.look()
            assert not (await health.report()).ready
            while not ear.hears:
                await file_db.write(lambda conn: None)
        running.cancel()
        assert (await telegram.get_webhook_info()).url == settings.webhook_url


async def test_a_line_that_is_down_takes_no_webhook_away(people: People, settings: Settings) -> None:
    settings = settings.model_copy(update={"webhook_url": "http://127.0.0.1:1/ours"})
    telegram, _ = make_telegram(settings)
    ear = Ear()
    async with telegram:
        watch = WebhookWatch(telegram, settings, Clock(), ear)
        ear.hears = True
        await people.answers("getWebhookInfo", 403, PAGE)
        await watch.look()
        assert ear.hears
        await people.answers("getWebhookInfo", 200, {"ok": True, "result": []})
        await watch.look()
        assert ear.hears
