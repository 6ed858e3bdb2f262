"""Inline mode: what the bot offers to somebody who types its name, and what becomes of the one they pick."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from telegram.constants import InlineQueryLimit, InlineQueryResultLimit, InlineQueryResultsButtonLimit

from sandbox.call import Call
from sandbox.content import read_markup, read_text
from sandbox.errors import bad_request
from sandbox.queries import Query
from sandbox.shapes import Json

_PARAMETER = re.compile(
    rf"[A-Za-z0-9_-]{{{InlineQueryResultsButtonLimit.MIN_START_PARAMETER_LENGTH},"
    rf"{InlineQueryResultsButtonLimit.MAX_START_PARAMETER_LENGTH}}}"
)


@dataclass
class InlineBook:
    """What was offered, by query, and where the messages stand that were picked, by the bot's name for them."""

    offers: dict[str, Query] = field(default_factory=dict)
    messages: dict[str, tuple[int, int]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def name(self, chat_id: int, message_id: int) -> str:
        """A new message's inline_message_id."""
        inline_id = f"SBXINLINE{next(self._numbers):08d}"
        self.messages[inline_id] = (chat_id, message_id)
        return inline_id

    def forget(self, inline_id: str | None) -> None:
        """The message was deleted."""
        self.messages.pop(inline_id or "", None)


def check_answer(call: Call) -> Json:
    """The answer to an inline query, as the person's app gets it; refuses what Telegram would refuse."""
    results = call.data("results")
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results JSON object")
    if len(results) > InlineQueryLimit.RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    known: set[str] = set()
    for result in results:
        result_id = check_result(result)
        if result_id in known:
            raise bad_request("RESULT_ID_DUPLICATE")
        known.add(result_id)
    if len(call.text("next_offset").encode()) > InlineQueryLimit.MAX_OFFSET_LENGTH:
        raise bad_request("NEXT_OFFSET_INVALID")
    answer = {"results": results, "next_offset": call.text("next_offset"), "button": check_button(call)}
    return answer | {"cache_time": call.number("cache_time", 300), "is_personal": call.flag("is_personal")}


def check_result(result: Json) -> str:
    """One result: an article with a title and the text it stands for; returns its id."""
    if result.get("type") != "article":
        raise bad_request(f"the sandbox does not carry out inline results of type {result.get('type')}")
    result_id = str(result.get("id", ""))
    if (
        not InlineQueryResultLimit.MIN_ID_LENGTH
        <= len(result_id.encode())
        <= InlineQueryResultLimit.MAX_ID_LENGTH
    ):
        raise bad_request("RESULT_ID_INVALID")
    if not str(result.get("title", "")).strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    body_of(result)
    return result_id


def check_button(call: Call) -> Json | None:
    """The button above the results, which leads into the private chat."""
    button: Json | None = call.data("button")
    if button is None:
        return None
    if not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline query results button: Text of the button must be non-empty")
    if not _PARAMETER.fullmatch(str(button.get("start_parameter", ""))):
        raise bad_request("START_PARAM_INVALID")
    return button


def body_of(result: Json) -> Json:
    """The message a result stands for."""
    content = result.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request("can't parse inline query result: there is no text in it")
    values = {"text": content["message_text"], "parse_mode": content.get("parse_mode")}
    values |= {"entities": content.get("entities"), "reply_markup": result.get("reply_markup")}
    part = Call("answerInlineQuery", values)
    markup = read_markup(part)
    keyboard = (markup or {}).get("inline_keyboard")
    return read_text(part) | ({"reply_markup": {"inline_keyboard": keyboard}} if keyboard else {})
