"""One call of the Bot API: its method, its parameters, its files, as they came over HTTP."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from telegram import Bot

from sandbox.errors import bad_request
from sandbox.files import Upload, guess_mime
from sandbox.shapes import Json

# Parameters of the library's own making, which never reach Telegram.
_LIBRARY_ONLY = {
    "self",
    "read_timeout",
    "write_timeout",
    "connect_timeout",
    "pool_timeout",
    "api_kwargs",
    "filename",
    "current_offset",
    "auto_pagination",
}


@cache
def known_methods() -> dict[str, frozenset[str]]:
    """Every method of the Bot API with its parameters, read from the library's signatures."""
    names = (name for name in dir(Bot) if "_" not in name and not name.islower())
    return {
        name: frozenset(inspect.signature(getattr(Bot, name)).parameters) - _LIBRARY_ONLY for name in names
    }


@cache
def lower_names() -> dict[str, str]:
    """Telegram takes method names in any case."""
    return {name.lower(): name for name in known_methods()}


LARGEST = 2**63 - 1
_DIGITS = re.compile(r"-?[0-9]+")


@dataclass
class Call:
    """Parameters read leniently as Telegram does: numbers and JSON may come as text."""

    method: str
    values: Json = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text parameter, empty when it is absent."""
        value = self.values.get(name)
        if isinstance(value, (bool, dict, list)):
            return json.dumps(value)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        """A yes-or-no parameter."""
        return self.text(name).lower() in {"true", "1", "yes"}

    def number(self, name: str, default: int = 0, *, least: int = -LARGEST, most: int = LARGEST) -> int:
        """A whole number as the real server reads one: the digits it begins with, kept within bounds.

        What is absent is the default, and what is no number at all is nothing.
        """
        value = self.text(name)
        found = _DIGITS.match(value)
        number = int(found[0][:20]) if found else 0
        return max(least, min(most, number if value else default))

    def data(self, name: str) -> Any:
        """A JSON parameter, however it was sent; None when absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """A file sent under this name or attached under another."""
        value = self.values.get(name)
        if isinstance(value, str):
            return self.attached(value)
        return self.uploads.get(name)

    def attached(self, reference: str) -> Upload | None:
        """The file an attach:// reference points to."""
        return self.uploads.get(reference.removeprefix("attach://")) if "attach://" in reference else None

    def check_names(self) -> None:
        """Refuse a parameter the method does not have, instead of ignoring it."""
        known = known_methods()[self.method]
        for name in self.values:
            if name not in known:
                raise bad_request(f'the sandbox knows no parameter "{name}" of {self.method}')


async def read_call(request: Request, method: str) -> Call:
    """Read a call from query, form, multipart or JSON."""
    call = Call(method, dict(request.query_params))
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        body = await request.body()
        try:
            call.values |= json.loads(body or b"{}")
        except (ValueError, TypeError, RecursionError):
            raise bad_request("can't parse JSON object") from None
    elif kind:
        await _read_form(request, call)
    # Some libraries send the method's name once more among the fields; where the address has none it counts.
    named = call.values.pop("method", None)
    call.method = call.method or str(named or "")
    return call


async def _read_form(request: Request, call: Call) -> None:
    async with request.form(max_part_size=8_000_000) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                call.uploads[name] = await read_upload(value)
            else:
                call.values[name] = value


async def read_upload(value: UploadFile) -> Upload:
    """The bytes of a file in a form, with its name."""
    name = value.filename or "file"
    return Upload(name, value.content_type or guess_mime(name), await value.read())
