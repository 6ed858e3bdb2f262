"""The way out through a proxy: real ones, on this machine, in front of the sandbox's server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from telegram.error import NetworkError

from bot.line import make_telegram
from bot.proxy import proxy_for
from bot.settings import Settings, load_settings
from sandbox import SandboxServer

VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "REQUEST_METHOD")


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    server = SandboxServer(port=0)
    await server.start()
    yield server
    await server.stop()


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with closing(writer):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def proxy(serve: Serve) -> AsyncIterator[tuple[int, list[str]]]:
    """A proxy, and the hosts it was asked for."""
    asked: list[str] = []

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = await (http if serve is http else socks)(reader, writer)
        asked.append(host)
        there, back = await asyncio.open_connection("127.0.0.1", port)
        back.write(getattr(reader, "first", b""))
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    listening = await asyncio.start_server(meet, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1], asked
    finally:
        listening.close()


async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """Absolute addresses, as RFC 9112 (3.2.2) has it; one request a connection is enough here."""
    head = (await reader.readuntil(b"\r\n")).decode()
    method, address, version = head.split(" ")
    parts = urlsplit(address)
    rest = f"{parts.path}?{parts.query}" if parts.query else parts.path
    reader.first = f"{method} {rest} {version}".encode()  # type: ignore[attr-defined]
    return str(parts.hostname), int(parts.port or 80)


async def socks(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int]:
    """RFC 1928, without authentication; the name is looked up here."""
    await reader.readexactly((await reader.readexactly(2))[1])
    writer.write(b"\x05\x00")
    kind = (await reader.readexactly(4))[3]
    length = 4 if kind == 1 else (await reader.readexactly(1))[0]
    raw = await reader.readexactly(length)
    port = int.from_bytes(await reader.readexactly(2))
    writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
    return (".".join(map(str, raw)) if kind == 1 else raw.decode()), port


def settings_for(server: SandboxServer, host: str, proxy: str | None) -> Settings:
    address = f"http://{host}:{urlsplit(server.url).port}"
    return load_settings(
        _env_file=None, bot_token="1:SANDBOX", bot_api_url=address, proxy=SecretStr(proxy) if proxy else None
    )


async def get_me(settings: Settings) -> str:
    telegram, polls = make_telegram(settings)
    try:
        await telegram.initialize()
        await polls.post(f"{telegram.base_url}/getUpdates?timeout=0")
        return telegram.username
    finally:
        await telegram.shutdown()
        await polls.shutdown()


@pytest.mark.parametrize(("kind", "scheme"), [(http, "http"), (socks, "socks5"), (socks, "socks5h")])
async def test_calls_and_polls_go_through_the_proxy_that_is_set(
    kind: Serve, scheme: str, server: SandboxServer
) -> None:
    async with proxy(kind) as (port, asked):
        settings = settings_for(server, "localhost", f"{scheme}://127.0.0.1:{port}")
        assert await get_me(settings) == "hromada_bridge_bot"
        assert asked == ["localhost", "localhost"], "the proxy looks the name up"


@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTP_PROXY"])
async def test_the_environment_is_heeded(
    name: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy(http) as (port, asked):
        monkeypatch.setenv(name, f"127.0.0.1:{port}")
        assert await get_me(settings_for(server, "localhost", None)) == "hromada_bridge_bot"
        assert asked
        asked.clear()
        monkeypatch.setenv("NO_PROXY", "localhost")
        assert await get_me(settings_for(server, "localhost", None)) == "hromada_bridge_bot"
        assert not asked


def test_which_proxy_leads_where(monkeypatch: pytest.MonkeyPatch) -> None:
    there = "https://api.telegram.org"
    assert proxy_for(there, None) is None
    monkeypatch.setenv("ALL_PROXY", "socks5://all:1080")
    assert proxy_for(there, None) == "socks5://all:1080"
    monkeypatch.setenv("HTTPS_PROXY", "http://https:3128")
    assert proxy_for(there, None) == "http://https:3128"
    assert proxy_for(there, "socks5://set:1") == "socks5://set:1"
    assert proxy_for(there, "") is None, "straight, whatever the environment says"
    monkeypatch.setenv("NO_PROXY", "telegram.org")
    assert proxy_for(there, None) is None


async def test_a_proxy_that_is_not_there_is_trouble_of_the_line(server: SandboxServer) -> None:
    for scheme in ("http", "socks5"):
        with pytest.raises(NetworkError) as caught:
            await get_me(settings_for(server, "localhost", f"{scheme}://user:password@127.0.0.1:9"))
        assert "password" not in str(caught.value)


@pytest.mark.parametrize("address", ["http://u:geheim@h:99999", "socks5://u:geheim@h", "http://[::1"])
async def test_a_proxy_of_the_environment_that_cannot_be_read_is_trouble_in_safe_words(
    server: SandboxServer, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", address)
    with pytest.raises(NetworkError, match="proxy") as caught:
        await get_me(settings_for(server, "bot.api.example", None))
    assert "geheim" not in str(caught.value)
