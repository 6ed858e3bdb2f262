"""The two services that may translate, behind one door: DeepL by its own library, LibreTranslate by address."""

import asyncio
from typing import Any, Protocol

import aiohttp
import deepl

from bot.settings import Settings

_PATIENCE = 30.0
"""Seconds for one text."""


class Unavailable(Exception):
    """Not now; worth another try."""


class Refused(Exception):
    """Not at all: the key, the quota, or a language the service does not know."""


class Translator(Protocol):
    """A service elsewhere. What is handed to it leaves the house."""

    name: str

    async def translate(self, text: str, language: str) -> str:
        """The text in another language; raises :class:`Unavailable` or :class:`Refused`."""
        ...

    async def close(self) -> None:
        """Hang up."""
        ...


def translator_of(settings: Settings) -> Translator | None:
    """The one the operator configured; None where translation is off."""
    if settings.deepl_key is not None:
        return DeepL(settings.deepl_key.get_secret_value(), settings.deepl_url)
    if settings.libretranslate_url:
        key = settings.libretranslate_key
        return LibreTranslate(settings.libretranslate_url, key.get_secret_value() if key else "")
    return None


class DeepL:
    """Their library waits and repeats by itself; here each try is one request, and ours to repeat."""

    name = "DeepL"

    def __init__(self, key: str, server: str = "", patience: float = _PATIENCE) -> None:
        deepl.http_client.max_network_retries = 0
        self._client = deepl.DeepLClient(key, server_url=server or None, send_platform_info=False)
        self._patience = patience
        self._turn = asyncio.Lock()

    async def translate(self, text: str, language: str) -> str:
        """By a thread, since the library blocks; one after the other, since it has one session."""
        async with self._turn:
            return await self._one(text, language)

    async def _one(self, text: str, language: str) -> str:
        try:
            async with asyncio.timeout(self._patience):
                return await asyncio.to_thread(self._translate, text, language)
        except TimeoutError as error:
            raise Unavailable("no answer in time") from error
        except (deepl.AuthorizationException, deepl.QuotaExceededException) as error:
            raise Refused(_short(error)) from error
        except deepl.DeepLException as error:
            final = error.http_status_code is not None and error.http_status_code in (400, 404, 413)
            raise (Refused if final else Unavailable)(_short(error)) from error

    def _translate(self, text: str, language: str) -> str:
        target = "EN-GB" if language == "en" else language.upper()
        try:
            found = self._client.translate_text(text, target_lang=target, formality="prefer_more")
        except (TypeError, LookupError, ValueError, AttributeError) as error:
            raise Unavailable("an answer nobody can read") from error
        return _something(found.text if isinstance(found, deepl.TextResult) else None)

    async def close(self) -> None:
        """The library keeps a connection."""
        self._client.close()  # type: ignore[no-untyped-call]


class LibreTranslate:
    """A server of one's own, or somebody's."""

    name = "LibreTranslate"

    def __init__(self, url: str, key: str = "", patience: float = _PATIENCE) -> None:
        self._url = f"{url.rstrip('/')}/translate"
        self._key = key
        self._timeout = aiohttp.ClientTimeout(total=patience)

    async def translate(self, text: str, language: str) -> str:
        """It finds out by itself which language it reads."""
        body = {"q": text, "source": "auto", "target": language, "format": "text"}
        body |= {"api_key": self._key} if self._key else {}
        try:
            async with (
                aiohttp.ClientSession(timeout=self._timeout) as session,
                session.post(self._url, json=body) as answer,
            ):
                if answer.status in (400, 401, 403, 404, 413):
                    raise Refused(f"HTTP {answer.status}")
                if answer.status != 200:
                    raise Unavailable(f"HTTP {answer.status}")
                return _something(_translated(await answer.json(content_type=None)))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unavailable(_short(error)) from error

    async def close(self) -> None:
        """Nothing is kept open."""


def _translated(answer: Any) -> Any:
    return answer.get("translatedText") if isinstance(answer, dict) else None


def _something(text: Any) -> str:
    if not isinstance(text, str) or not text.strip():
        raise Unavailable("an answer nobody can read")
    return text.strip()


def _short(error: Exception) -> str:
    """Its class, and its code where it has one: its words may repeat what it was asked for, and the log keeps them."""
    code = getattr(error, "http_status_code", None)
    return f"{type(error).__name__} (HTTP {code})" if code else type(error).__name__
