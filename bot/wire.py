"""JSON as Telegram speaks it: fast, and where the fast one is too strict, the lenient one.

Half an emoji in somebody's message is a lone surrogate: not Unicode, yet it must not stop the line.
"""

import json
from typing import Any

import orjson


def read(payload: str | bytes) -> Any:
    """What stands there; raises ValueError where it is no JSON."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return json.loads(payload if isinstance(payload, str) else payload.decode("utf-8", "replace"))


def write(value: Any) -> str:
    """So that :func:`read` finds the same again."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:
        return json.dumps(value)
