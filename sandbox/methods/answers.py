"""Answers to presses and inline queries."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad_request
from sandbox.inline import check_answer
from sandbox.methods.registry import method
from sandbox.world import World


@method("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> bool:
    """A toast or an alert for the presser; only once, only in time."""
    text = call.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {"text": text, "show_alert": call.flag("show_alert"), "url": call.text("url")}
    world.queries.answer(call.text("callback_query_id"), answer)
    return True


@method("answerInlineQuery")
def answer_inline_query(world: World, call: Call) -> bool:
    """Results for somebody who typed the bot's name in a chat."""
    query = world.queries.answer(call.text("inline_query_id"), check_answer(call))
    world.inline.offers[query.id] = query
    return True
