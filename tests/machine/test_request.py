"""Our HTTP under python-telegram-bot, against the sandbox's real server."""

import socket
from collections.abc import AsyncIterator

import pytest
from telegram.error import InvalidToken, NetworkError, TimedOut
from telegram.ext import ExtBot

from bot.request import AiohttpRequest
from sandbox import SandboxServer

TOKEN = "1:SANDBOX"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    running = SandboxServer(token=TOKEN, port=0)
    await running.start()
    yield running
    await running.stop()


def client(url: str, token: str = TOKEN, request: AiohttpRequest | None = None) -> "ExtBot[None]":
    return ExtBot(
        token,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request or AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )


async def test_json_and_files_both_ways(server: SandboxServer) -> None:
    async with client(server.url) as bot:
        assert bot.username == "hromada_bridge_bot"
        sent = await bot.send_photo(-5001, PIXEL, caption="«Світло» & тепло")
        assert sent.caption == "«Світло» & тепло"
        file = await bot.get_file(sent.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == PIXEL


async def test_a_wrong_token_is_said_so(server: SandboxServer) -> None:
    with pytest.raises(InvalidToken):
        async with client(server.url, "2:OTHER"):
            pass


async def test_a_dead_line_is_a_network_error_without_the_token() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(NetworkError) as caught:
            async with client(url):
                pass
    assert "SANDBOX" not in repr(caught.value)


async def test_silence_is_a_timeout() -> None:
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        request = AiohttpRequest(timeout=0.05)
        with pytest.raises(TimedOut):
            async with client(f"http://127.0.0.1:{mute.getsockname()[1]}", request=request):
                pass


async def test_a_closed_pool_says_so() -> None:
    with pytest.raises(NetworkError, match="closed"):
        await AiohttpRequest().do_request("http://127.0.0.1/", "GET")
