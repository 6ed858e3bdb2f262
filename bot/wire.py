"""JSON as Telegram speaks it: fast, and where the fast one is too strict, the lenient one.

Half an emoji in somebody's message is a lone surrogate: not Unicode, yet it must not stop the line.
"""

import json
from typing import Any

import orjson


def read(payload: str | bytes) -> Any:
    """What stands there; raises ValueError where it is no JSON, or too deep to be anything anybody meant."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def write(value: Any) -> str:
    """So that :func:`read` finds the same again."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value)
