"""HTTP to the Bot API over aiohttp.

On its stock httpx python-telegram-bot slows down to a seventh under parallel load, because httpcore looks
through every connection for every request.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson
from telegram import Bot, InputFile
from telegram._utils.defaultvalue import DEFAULT_NONE, DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot import wire
from bot.proxy import ProxyError, can_be_dialled, connector_for, http_proxy

_JSON = {"Content-Type": "application/json"}
_NOT_TELEGRAM = "this is not an answer of the Bot API"
_LONGEST = 7 * 24 * 3600
"""Seconds of a pause that can be meant."""
_ERRORS: Mapping[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


class ServerTrouble(NetworkError):
    """Telegram's own no with a code that python-telegram-bot has no class for."""

    __slots__ = ("code",)

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


async def call(bot: Bot, method: str, files: Mapping[str, InputFile] | None = None, **values: Any) -> Any:
    """A method of the Bot API, and its answer as plain JSON; raises what python-telegram-bot's own methods raise.

    They also make objects of every answer, which costs as much as the rest of a send, and all we need is one number.
    """
    given = [RequestParameter(name, value, None) for name, value in values.items() if value is not None]
    given += [RequestParameter(name, None, [file]) for name, file in (files or {}).items()]
    return await bot.request.post(f"{bot.base_url}/{method}", RequestData(given))


class AiohttpRequest(BaseRequest):
    """One pool of connections; JSON bodies, and multipart only where there are files."""

    def __init__(
        self, pool: int = 64, timeout: float = 20.0, media_timeout: float = 120.0, proxy: str | None = None
    ) -> None:
        """``proxy``: an address like ``http://…`` or ``socks5://…``; timeouts in seconds."""
        self._pool = pool
        self._proxy = proxy
        self._timeout = timeout
        self._media_timeout = media_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """What a call waits for an answer, unless told otherwise."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool; twice is once."""
        if self._proxy is not None and not can_be_dialled(self._proxy):
            # From the environment: the setting was looked at. Its words are left out, because a password stands in them.
            raise NetworkError("the address of the proxy in HTTPS_PROXY or ALL_PROXY cannot be read")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=connector_for(self._proxy, limit=self._pool),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=http_proxy(self._proxy),
            )

    async def shutdown(self) -> None:
        """Close the pool."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT_NONE,
        write_timeout: ODVInput[float] = DEFAULT_NONE,
        connect_timeout: ODVInput[float] = DEFAULT_NONE,
        pool_timeout: ODVInput[float] = DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call; what goes wrong on the way becomes python-telegram-bot's own errors."""
        if self._session is None:
            raise NetworkError("the connection pool is closed")
        uploads = request_data is not None and request_data.contains_files
        total = _seconds(read_timeout, self._media_timeout if uploads else self._timeout)
        timeout = aiohttp.ClientTimeout(total=total, sock_connect=_seconds(connect_timeout, 10.0))
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data)
            ) as answer:
                status, payload = answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, ProxyError, OSError) as error:
            # The class only: aiohttp's messages quote the address, and the address holds the token.
            raise NetworkError(f"no connection to the Bot API ({type(error).__name__})") from None
        if not 200 <= status <= 299:
            raise _refusal(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Several times faster on a batch of updates than python-telegram-bot's own reader.

        Whatever is no answer of the Bot API, a page of a proxy or JSON of another shape, is a broken line.
        """
        try:
            answer = wire.read(payload)
        except ValueError:
            raise NetworkError(_NOT_TELEGRAM) from None
        if not isinstance(answer, dict) or "result" not in answer or answer.get("ok") is not True:
            raise _refusal(200, payload)
        return answer


def _refusal(status: int, payload: bytes) -> TelegramError:
    """Only Telegram's own word counts: a no is JSON with a description, or it came from somebody in between."""
    try:
        answer = wire.read(payload)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or answer.get("ok") is not False:
        return NetworkError(f"{_NOT_TELEGRAM} (HTTP {status})")
    description = answer.get("description")
    if not isinstance(description, str):
        return NetworkError(f"{_NOT_TELEGRAM} (HTTP {status})")
    code = status
    if 200 <= status <= 299:
        code = answer["error_code"] if type(answer.get("error_code")) is int else 500
    return _error(code, description, answer.get("parameters"))


def _error(code: int, description: str, parameters: Any) -> TelegramError:
    details = parameters if isinstance(parameters, dict) else {}
    moved, pause = details.get("migrate_to_chat_id"), details.get("retry_after")
    if type(moved) is int and -(2**63) <= moved < 0:  # nobody moves but groups, and into groups
        return ChatMigrated(moved)
    if code == 429:
        return RetryAfter(min(pause, _LONGEST) if type(pause) is int and pause > 0 else 1)
    kind = _ERRORS.get(code)
    return kind(description) if kind else ServerTrouble(description, code)


def _seconds(value: Any, otherwise: float) -> float | None:
    if isinstance(value, DefaultValue):
        return otherwise
    return None if value is None else float(value)


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": orjson.dumps(data.parameters), "headers": _JSON}
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}
