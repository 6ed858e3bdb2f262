"""Keyboards under messages, checked as Telegram checks them."""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit

from sandbox.errors import bad_request
from sandbox.shapes import Json

ACTIONS = {
    "callback_data",
    "url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "web_app",
    "login_url",
    "pay",
}


def check_markup(markup: Json) -> None:
    """Refuse a keyboard Telegram would refuse."""
    if "inline_keyboard" in markup:
        check_inline_keyboard(markup["inline_keyboard"])
    elif not markup.keys() & {"keyboard", "remove_keyboard", "force_reply"}:
        raise bad_request("object expected as reply markup")


def check_inline_keyboard(rows: list[list[Json]]) -> None:
    """Not too many buttons, each with a text and one action."""
    total = sum(len(row) for row in rows)
    widest = max((len(row) for row in rows), default=0)
    if (
        total > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
        or widest > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW
    ):
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            check_button(button)


def check_button(button: Json) -> None:
    """One button of an inline keyboard."""
    if not str(button.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: Text of the button must be non-empty")
    if not button.keys() & ACTIONS:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if "callback_data" in button:
        size = len(str(button["callback_data"]).encode())
        if not 1 <= size <= InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
            raise bad_request("BUTTON_DATA_INVALID")
    if "url" in button:
        check_address(str(button["url"]))


def check_address(url: str) -> None:
    """A button's address must be one Telegram opens."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    known = parts.scheme == "tg" or (parts.scheme in {"http", "https"} and "." in parts.netloc)
    if not known or not parts.netloc or " " in url:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def button_at(message: Json, row: int, column: int) -> Json | None:
    """The button of a message at a place, if there is one."""
    rows: list[list[Json]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
        return rows[row][column]
    return None
