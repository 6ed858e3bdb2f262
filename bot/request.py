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
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot import wire
from bot.proxy import ProxyError, connector_for, http_proxy

_JSON = {"Content-Type": "application/json"}


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
            async with self._session.request(method, url, timeout=timeout, **_body(request_data)) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, ProxyError, OSError) as error:
            # The class only: aiohttp's messages quote the address, and the address holds the token.
            raise NetworkError(f"no connection to the Bot API ({type(error).__name__})") from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Several times faster on a batch of updates than python-telegram-bot's own reader."""
        try:
            return wire.read(payload)
        except ValueError as error:
            raise TelegramError("Invalid server response") from error


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
