"""Updates on their way to the bot: long polls, webhooks, presses that wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import BadRequest, Conflict

from sandbox import SandboxServer
from sandbox.client import People
from sandbox.errors import PeopleError
from tests.sandbox.echo import EchoBot, keys


async def test_what_is_not_acknowledged_comes_again(bot: Bot, people: People) -> None:
    olena = people["Olena"]
    await olena.tells_start()
    await olena.tells("two")
    first = await bot.get_updates(timeout=0)
    assert [u.message.text for u in first if u.message] == ["/start", "two"]
    assert await bot.get_updates(timeout=0) == first
    assert await bot.get_updates(offset=first[0].update_id + 1, timeout=0) == first[1:]
    assert len(await bot.get_updates(limit=1, timeout=0)) == 1
    assert await bot.get_updates(offset=first[1].update_id + 1, timeout=0) == ()


async def test_a_negative_offset_keeps_the_newest(bot: Bot, people: People) -> None:
    for text in ("/start", "two", "three"):
        await (people["Olena"].tells_start() if text == "/start" else people["Olena"].tells(text))
    [update] = await bot.get_updates(offset=-1, timeout=0)
    assert update.message is not None
    assert update.message.text == "three"


async def test_a_long_poll_answers_the_moment_something_happens(bot: Bot, people: People) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await people["Olena"].tells_start()
    [update] = await poll
    assert update.effective_user is not None
    assert (update.effective_user.first_name, update.effective_user.language_code) == ("Olena", "uk")


async def test_a_second_poller_ends_the_first_with_a_conflict(
    server: SandboxServer, bot: Bot, people: People
) -> None:
    first = asyncio.create_task(server.state.updates.fetch(0, 100, 30))
    await asyncio.wait({first}, timeout=0)
    second = asyncio.create_task(bot.get_updates(timeout=30))
    with pytest.raises(Exception, match="terminated by other getUpdates request"):
        await first
    await people["Olena"].tells_start()
    assert len(await second) == 1


async def test_only_the_wanted_kinds_are_kept(bot: Bot, people: People) -> None:
    await bot.get_updates(timeout=0, allowed_updates=["my_chat_member"])
    olena = people["Olena"]
    await olena.tells_start()
    await olena.blocks()
    [update] = await bot.get_updates(timeout=0)
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"


@asynccontextmanager
async def receiver(answers: list[int]) -> AsyncIterator[tuple[str, "asyncio.Queue[tuple[str, int]]"]]:
    """A bot's own web server: answers with the given codes, then with 200."""
    seen: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        await seen.put((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["update_id"]))
        return web.Response(status=answers.pop(0) if answers else 200)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}/hook", seen
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_every_update_until_it_says_yes(bot: Bot, people: People) -> None:
    async with receiver([500]) as (url, seen):
        await bot.set_webhook(url, secret_token="s3cret")
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates(timeout=0)
        await people["Olena"].tells_start()
        refused, accepted = await seen.get(), await seen.get()
        assert refused == accepted
        assert accepted[0] == "s3cret"
        info = await bot.get_webhook_info()
        assert info.url == url
        assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
        await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""


async def test_a_press_waits_for_the_answer_and_shows_it(echo: EchoBot, people: People) -> None:
    olena = people["Olena"]
    assert "You said: /start" in await olena.says("/start")
    assert olena.buttons == ["Edit", "Toast", "Alert"]
    assert await olena.presses("Toast") == "This is the toast"
    assert (olena.toast, olena.alert) == ("This is the toast", "")
    assert await olena.presses("Alert") == "This is the alert"
    assert olena.alert == "This is the alert"
    await olena.presses("Edit")
    assert olena.sees == "Edited now"
    assert olena.buttons == ["Again"]


async def test_a_press_can_be_answered_once_and_not_too_late(
    server: SandboxServer, bot: Bot, people: People
) -> None:
    olena = people["Olena"]
    await olena.tells_start()
    await bot.send_message(olena.id, "?", reply_markup=keys([("Yes", "y")]))
    press = asyncio.create_task(olena.presses("Yes"))
    updates = await bot.get_updates(timeout=10, allowed_updates=["callback_query"], offset=700_000_002)
    query = updates[0].callback_query
    assert query is not None
    await query.answer("Noted")
    assert await press == "Noted"
    with pytest.raises(
        BadRequest, match=r"(?i)query is too old and response timeout expired or query ID is invalid"
    ):
        await query.answer("Again")
    late = server.state.queries.ask(olena.id)
    await people.moves_clock(3600)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(late.id)


async def test_a_silent_bot_is_noticed(bot: Bot, people: People) -> None:
    olena = people["Olena"]
    olena.patience = 0.05
    await olena.tells_start()
    await bot.send_message(olena.id, "?", reply_markup=keys([("Yes", "y")]))
    with pytest.raises(TimeoutError, match="Olena Kovalenko pressed, and the bot did not answer"):
        await olena.presses("Yes")
    with pytest.raises(TimeoutError, match="waited for the button 'No'"):
        await olena.presses("No")
    with pytest.raises(PeopleError, match="This button is gone"):
        await olena._press(message_id=1, row=0, column=0)


async def test_an_inline_query_is_answered_with_results(bot: Bot, people: People) -> None:
    asking = asyncio.create_task(people["Marek"].asks_inline("генератор"))
    [update] = await bot.get_updates(timeout=10)
    assert update.inline_query is not None
    assert update.inline_query.query == "генератор"
    await bot.answer_inline_query(update.inline_query.id, [])
    assert await asking == []
