"""Inline mode end to end: asked in any chat, offered, picked, edited and pressed where the bot need not be."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputMediaPhoto,
    InputTextMessageContent,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter

from sandbox import SandboxServer
from sandbox.cast import HEADQUARTERS, NEWS, PARTNERS
from sandbox.client import People, Person
from sandbox.errors import PeopleError
from sandbox.flood import FloodGate
from tests.sandbox.echo import keys, png
from tests.sandbox.test_people import waiting

BUTTON = keys([("Go", "go")])


def article(
    name: str, text: str = "", markup: InlineKeyboardMarkup | None = BUTTON
) -> InlineQueryResultArticle:
    content = InputTextMessageContent(text or f"<b>{name}</b>", ParseMode.HTML)
    return InlineQueryResultArticle(name, name, content, reply_markup=markup, description="in short")


async def offers(
    person: Person, bot: Bot, *results: InlineQueryResultArticle, text: str = "gen", **kw: Any
) -> Any:
    """Somebody asks, the bot answers; what the bot was asked."""
    asking = asyncio.create_task(person.asks_inline(text))
    while not (updates := await bot.get_updates(timeout=5)):
        pass
    await bot.get_updates(offset=updates[-1].update_id + 1)
    query = updates[-1].inline_query
    assert query is not None
    await bot.answer_inline_query(query.id, results, **kw)
    await asking
    return query


@pytest.fixture
def marek(people: People) -> Person:
    return people["Marek"].in_group(PARTNERS.id)


async def test_what_is_picked_stands_in_the_chat_in_the_pickers_name(
    server: SandboxServer, bot: Bot, marek: Person
) -> None:
    query = await offers(marek, bot, article("Generator"), article("Blanket"))
    assert (query.query, query.offset, query.chat_type) == ("gen", "", "supergroup")
    assert [each["title"] for each in marek.offered["results"]] == ["Generator", "Blanket"]
    posted = await marek.picks("Blanket")
    assert posted["from"]["first_name"] == "Marek"
    assert posted["via_bot"]["username"] == "hromada_bridge_bot"
    assert (posted["text"], posted["entities"][0]["type"]) == ("Blanket", "bold")
    heard, chosen = await waiting(server, bot)
    assert heard.message is not None
    assert heard.message.via_bot is not None
    assert chosen.chosen_inline_result is not None
    assert chosen.chosen_inline_result.result_id == "Blanket"
    assert chosen.chosen_inline_result.query == "gen"


async def picked(server: SandboxServer, bot: Bot, marek: Person) -> str:
    await offers(marek, bot, article("Generator"))
    await marek.picks("Generator")
    *_, chosen = await waiting(server, bot)
    assert chosen.chosen_inline_result is not None
    assert chosen.chosen_inline_result.inline_message_id is not None
    return chosen.chosen_inline_result.inline_message_id


async def test_the_bot_edits_what_was_picked_without_knowing_the_chat(
    server: SandboxServer, bot: Bot, marek: Person
) -> None:
    name = await picked(server, bot, marek)
    assert await bot.edit_message_text("2 of 4", inline_message_id=name, reply_markup=BUTTON) is True
    assert await marek.looks() == "2 of 4"
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("2 of 4", inline_message_id=name, reply_markup=BUTTON)
    assert await bot.edit_message_reply_markup(inline_message_id=name) is True
    assert marek.buttons == ["Go"]
    await marek.looks()
    assert marek.buttons == []
    with pytest.raises(BadRequest, match="uploaded"):
        await bot.edit_message_media(InputMediaPhoto(png(9, 9)), inline_message_id=name)
    with pytest.raises(BadRequest, match="no caption"):
        await bot.edit_message_caption(inline_message_id=name, caption="x")


async def test_a_press_under_it_names_no_chat(server: SandboxServer, bot: Bot, marek: Person) -> None:
    name = await picked(server, bot, marek)
    pressing = asyncio.create_task(marek.presses("Go"))
    [update] = await bot.get_updates(timeout=5, offset=-1)
    query = update.callback_query
    assert query is not None
    assert (query.message, query.inline_message_id, query.data) == (None, name, "go")
    await query.answer("Went")
    assert await pressing == "Went"


async def test_what_was_deleted_cannot_be_edited(server: SandboxServer, bot: Bot, marek: Person) -> None:
    name = await picked(server, bot, marek)
    await marek.looks()
    await marek.deletes(marek.last["message_id"])
    with pytest.raises(BadRequest, match=r"(?i)message_id_invalid"):
        await bot.edit_message_text("x", inline_message_id=name)


async def test_without_buttons_or_without_feedback_it_cannot_be_edited_later(
    server: SandboxServer, bot: Bot, marek: Person
) -> None:
    await offers(marek, bot, article("Plain", markup=None))
    await marek.picks("Plain")
    *_, chosen = await waiting(server, bot)
    assert chosen.chosen_inline_result is not None
    assert chosen.chosen_inline_result.inline_message_id is None
    server.state.inline_feedback = False
    await offers(marek, bot, article("Generator"))
    await marek.picks("Generator")
    assert [update.chosen_inline_result for update in await waiting(server, bot)] == [None]


async def test_it_goes_into_chats_the_bot_is_not_in(server: SandboxServer, bot: Bot, people: People) -> None:
    ihor = people["Ihor"].in_group(HEADQUARTERS.id)
    await ihor.removes_bot()
    await waiting(server, bot)
    await offers(ihor, bot, article("Generator"))
    await ihor.picks("Generator")
    [chosen] = await waiting(server, bot)
    assert chosen.chosen_inline_result is not None
    name = chosen.chosen_inline_result.inline_message_id
    await bot.edit_message_text("Still true", inline_message_id=name)
    assert await ihor.looks() == "Still true"


async def test_in_a_channel_it_has_no_author(server: SandboxServer, bot: Bot, people: People) -> None:
    ihor = people["Ihor"].in_group(NEWS.id)
    query = await offers(ihor, bot, article("Generator"))
    assert query.chat_type == "channel"
    posted = await ihor.picks("Generator")
    assert "from" not in posted
    assert posted["sender_chat"]["title"] == "Bridge news"


async def test_the_next_page_the_button_and_how_long_to_keep_them(bot: Bot, marek: Person) -> None:
    button = InlineQueryResultsButton("Open the bot", start_parameter="needs")
    await offers(marek, bot, article("A"), next_offset="20", button=button, cache_time=5, is_personal=True)
    assert marek.offered["next_offset"] == "20"
    assert marek.offered["button"] == {"text": "Open the bot", "start_parameter": "needs"}
    assert (marek.offered["cache_time"], marek.offered["is_personal"]) == (5, True)


Wrong = Callable[[Bot, str], Any]
WRONG: list[tuple[str, Wrong]] = [
    ("RESULTS_TOO_MUCH", lambda bot, q: bot.answer_inline_query(q, [article(str(n)) for n in range(51)])),
    ("RESULT_ID_INVALID", lambda bot, q: bot.answer_inline_query(q, [article("ї" * 33)])),
    ("RESULT_ID_DUPLICATE", lambda bot, q: bot.answer_inline_query(q, [article("a"), article("a")])),
    ("message text is empty", lambda bot, q: bot.answer_inline_query(q, [article("a", "<b></b>")])),
    ("message is too long", lambda bot, q: bot.answer_inline_query(q, [article("a", "x" * 4097)])),
    ("parse entities", lambda bot, q: bot.answer_inline_query(q, [article("a", "<x>")])),
    ("BUTTON_DATA_INVALID", lambda bot, q: bot.answer_inline_query(q, [article("a", "a", keys([("x", "y" * 65)]))])),
    ("NEXT_OFFSET_INVALID", lambda bot, q: bot.answer_inline_query(q, [], next_offset="7" * 65)),
    (
        "START_PARAM_INVALID",
        lambda bot, q: bot.answer_inline_query(q, [], button=InlineQueryResultsButton("x", start_parameter="a b")),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("refusal", "answer"), WRONG, ids=[refusal for refusal, _ in WRONG])
async def test_answers_telegram_would_refuse(
    server: SandboxServer, bot: Bot, marek: Person, refusal: str, answer: Wrong
) -> None:
    query = server.state.queries.ask(marek.id, "gen")
    with pytest.raises(BadRequest, match=f"(?i){refusal}"):
        await answer(bot, query.id)


async def test_an_answer_that_comes_too_late_is_refused(
    server: SandboxServer, bot: Bot, marek: Person
) -> None:
    query = server.state.queries.ask(marek.id, "gen")
    server.state.clock.forward(timedelta(minutes=20))
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_inline_query(query.id, [article("a")])


async def test_nobody_picks_what_was_offered_to_another(bot: Bot, marek: Person, people: People) -> None:
    greta = people["Greta"].in_group(PARTNERS.id)
    await offers(marek, bot, article("Generator"))
    greta.offered = marek.offered
    with pytest.raises(PeopleError, match="Type the words again"):
        await greta.picks("Generator")


async def test_edits_of_what_was_picked_count_for_the_bot_but_for_no_chat(
    server: SandboxServer, bot: Bot, marek: Person
) -> None:
    name = await picked(server, bot, marek)
    server.state.gate = FloodGate(lambda: 100.0)
    for number in range(30):
        await bot.edit_message_text(str(number), inline_message_id=name)
    with pytest.raises(RetryAfter):
        await bot.edit_message_text("one more", inline_message_id=name)


async def test_where_botfather_was_told_nothing_nobody_is_asked(
    server: SandboxServer, bot: Bot, marek: Person
) -> None:
    server.state.inline_mode = False
    assert (await bot.get_me()).supports_inline_queries is False
    with pytest.raises(PeopleError, match="is off"):
        await marek.asks_inline("gen")
