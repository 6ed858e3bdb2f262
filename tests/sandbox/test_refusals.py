"""Every refusal, in Telegram's own words, over real HTTP."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox import SandboxServer
from sandbox.client import People

OLENA, MAREK, HQ, NOBODY = 1001, 1002, -5001, 9999


async def call(server: SandboxServer, method: str, **values: Any) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot1:SANDBOX/{method}", json=values) as answer,
    ):
        body: dict[str, Any] = await answer.json()
        assert answer.status == body.get("error_code", 200)
        return body


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[SandboxServer]:
    """One server for the whole table: a refused call leaves no trace."""
    server = SandboxServer(port=0)
    await server.start()
    async with People(server.url) as people:
        await people["Olena"].tells_start()
    yield server
    await server.stop()


def inline(*rows: list[dict[str, str]]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def wide(count: int) -> list[dict[str, str]]:
    return [{"text": "x", "callback_data": "x"}] * count


REFUSALS = [
    ("sendMessage", {"chat_id": OLENA, "text": "  \n "}, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": OLENA, "text": "x" * 4097}, "Bad Request: message is too long"),
    ("sendMessage", {"chat_id": OLENA, "text": "🔴" * 2049}, "Bad Request: message is too long"),
    ("sendMessage", {"chat_id": NOBODY, "text": "x"}, "Bad Request: chat not found"),
    ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "Bad Request: chat not found"),
    ("sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
    (
        "sendMessage",
        {"chat_id": MAREK, "text": "x"},
        "Forbidden: bot can't initiate conversation with a user",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "<b>x", "parse_mode": "HTML"},
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "parse_mode": "Word"},
        "Bad Request: unsupported parse_mode",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline([{"text": "x", "callback_data": "я" * 33}])},
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline([{"text": "x", "callback_data": ""}])},
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline([{"text": "x"}])},
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline([{"text": " ", "callback_data": "x"}])},
        "Bad Request: can't parse inline keyboard button: Text of the button must be non-empty",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline([{"text": "x", "url": "nowhere"}])},
        "Bad Request: inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline(*[wide(8)] * 13)},
        "Bad Request: reply markup is too long",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": inline(wide(9))},
        "Bad Request: reply markup is too long",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": "{"},
        "Bad Request: can't parse reply_markup JSON object",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_markup": "[]"},
        "Bad Request: object expected as reply markup",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "reply_parameters": {"message_id": 404}},
        "Bad Request: message to be replied not found",
    ),
    (
        "sendMessage",
        {"chat_id": OLENA, "text": "x", "colour": "red"},
        'Bad Request: the sandbox knows no parameter "colour" of sendMessage',
    ),
    (
        "editMessageText",
        {"chat_id": OLENA, "message_id": 404, "text": "x"},
        "Bad Request: message to edit not found",
    ),
    (
        "editMessageText",
        {"chat_id": OLENA, "message_id": 1, "text": "x"},
        "Bad Request: message can't be edited",
    ),
    ("editMessageText", {"chat_id": OLENA, "text": "x"}, "Bad Request: message identifier is not specified"),
    (
        "editMessageText",
        {"chat_id": OLENA, "message_id": "one", "text": "x"},
        "Bad Request: message identifier is not specified",
    ),
    ("deleteMessage", {"chat_id": OLENA, "message_id": 404}, "Bad Request: message to delete not found"),
    (
        "forwardMessage",
        {"chat_id": OLENA, "from_chat_id": OLENA, "message_id": 404},
        "Bad Request: message to forward not found",
    ),
    (
        "copyMessage",
        {"chat_id": OLENA, "from_chat_id": OLENA, "message_id": 404},
        "Bad Request: message to copy not found",
    ),
    (
        "sendPhoto",
        {"chat_id": OLENA, "photo": "nonsense"},
        "Bad Request: wrong file identifier/HTTP URL specified",
    ),
    ("sendPhoto", {"chat_id": OLENA}, "Bad Request: there is no photo in the request"),
    (
        "sendPhoto",
        {"chat_id": OLENA, "photo": "x", "caption": "x" * 1025},
        "Bad Request: message caption is too long",
    ),
    (
        "sendChatAction",
        {"chat_id": OLENA, "action": "dancing"},
        "Bad Request: wrong parameter action in request",
    ),
    ("sendLocation", {"chat_id": OLENA, "latitude": "north"}, "Bad Request: location must be non-empty"),
    (
        "sendMediaGroup",
        {"chat_id": OLENA, "media": [{"type": "photo", "media": "x"}]},
        "Bad Request: wrong number of messages in the media group: it must be 2-10",
    ),
    ("getFile", {"file_id": "x"}, "Bad Request: wrong file_id or the file is temporarily unavailable"),
    (
        "answerCallbackQuery",
        {"callback_query_id": "1"},
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    ),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "Bad Request: MESSAGE_TOO_LONG"),
    (
        "setMyCommands",
        {"commands": [{"command": "Ні", "description": "x"}]},
        "Bad Request: BOT_COMMAND_INVALID",
    ),
    (
        "setMyCommands",
        {"commands": [{"command": "no", "description": ""}]},
        "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID",
    ),
    ("setWebhook", {"url": "ftp://x"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
    ("getChatMember", {"chat_id": HQ, "user_id": NOBODY}, "Bad Request: user not found"),
    (
        "getChatAdministrators",
        {"chat_id": OLENA},
        "Bad Request: there are no administrators in the private chat",
    ),
    (
        "pinChatMessage",
        {"chat_id": HQ, "message_id": 404},
        "Bad Request: message to pin not found",
    ),
    ("sendDice", {"chat_id": OLENA}, "Bad Request: the sandbox does not carry out sendDice"),
    ("sendTelepathy", {"chat_id": OLENA}, "Not Found"),
]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("method", "values", "description"), REFUSALS)
async def test_a_wrong_call_is_refused_as_telegram_refuses_it(
    shared: SandboxServer, method: str, values: dict[str, Any], description: str
) -> None:
    answer = await call(shared, method, **values)
    assert (answer["ok"], answer.get("description")) == (False, description)


async def test_a_stranger_with_another_token_is_turned_away(server: SandboxServer) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/bot2:WRONG/getMe") as answer:
        assert answer.status == 401
        assert await answer.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_parameters_may_come_in_any_way_telegram_takes(
    server: SandboxServer, people: People, way: str
) -> None:
    await people["Olena"].tells_start()
    markup = json.dumps(inline([{"text": "Так", "callback_data": "y"}]))
    values = {"chat_id": str(OLENA), "text": "привіт", "reply_markup": markup}
    form = aiohttp.FormData(values, default_to_multipart=way == "multipart")
    sent: dict[str, dict[str, Any]] = {"query": {"params": values}, "json": {"json": values}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/bot1%3ASANDBOX/SENDMESSAGE", **sent.get(way, {"data": form})) as answer,
    ):
        result = (await answer.json())["result"]
    assert result["text"] == "привіт"
    assert result["reply_markup"]["inline_keyboard"][0][0]["text"] == "Так"


async def test_without_strictness_unknown_parameters_pass_as_they_do_at_telegram() -> None:
    server = SandboxServer(port=0, strict=False)
    await server.start()
    try:
        assert (await call(server, "getMe", colour="red"))["ok"]
    finally:
        await server.stop()
