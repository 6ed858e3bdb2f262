"""What a message says: text and captions read from a call, checked, with their entities."""

from __future__ import annotations

from telegram.constants import MessageLimit

from sandbox.call import Call
from sandbox.entities import detect, trimmed
from sandbox.errors import bad_request
from sandbox.keyboards import check_markup
from sandbox.markdown import parse_markdown, parse_markdown_v2
from sandbox.markup import parse_html
from sandbox.shapes import Json
from sandbox.utf16 import clean, units

# The Bot API refuses texts beyond this size before it looks at the markup.
LONGEST_SOURCE = 32_000
_READERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}


def read_text(call: Call) -> Json:
    """The text of a message with its entities."""
    text, entities = _marked_up(call.text("text"), call.text("parse_mode"), call.data("entities"))
    if not text:
        raise bad_request("message text is empty")
    if units(text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def read_caption(values: Call) -> Json:
    """The caption of a photo or file, which may be absent."""
    source = values.text("caption")
    text, entities = _marked_up(source, values.text("parse_mode"), values.data("caption_entities"))
    if units(text) > MessageLimit.CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def plain_text(text: str) -> Json:
    """What a person types, with the entities Telegram finds in it."""
    text = clean(text).strip()
    entities = detect(text, [])
    return {"text": text, "entities": entities} if entities else {"text": text}


def read_markup(call: Call) -> Json | None:
    """The keyboard of a call, checked."""
    markup: Json | None = call.data("reply_markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    check_markup(markup)
    return markup


def _marked_up(source: str, parse_mode: str, given: list[Json] | None) -> tuple[str, list[Json]]:
    source = clean(source)
    if units(source) > LONGEST_SOURCE:
        raise bad_request("message is too long")
    read = _READERS.get(parse_mode.lower())
    if read is not None:
        text, entities = read(source)
    elif parse_mode and parse_mode.lower() != "none" and source:
        raise bad_request("unsupported parse_mode")
    else:
        text, entities = source, list(given or [])
    text, entities = trimmed(text, entities)
    return text, detect(text, entities)
