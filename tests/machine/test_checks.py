"""What `check` says of the bot's account, asked of the sandbox's Bot API."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.checks import findings
from bot.settings import load_settings
from sandbox import SandboxServer
from sandbox.client import People


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    server = SandboxServer(port=0)
    await server.start()
    yield server
    await server.stop()


async def about_the_token(server: SandboxServer, sqlite_url: str) -> str:
    settings = load_settings(_env_file=None).model_copy(
        update={"bot_token": SecretStr("1:SANDBOX"), "bot_api_url": server.url, "database_url": sqlite_url}
    )
    return [each.says async for each in findings(settings)][-1]


async def test_a_token_is_fine(server: SandboxServer, sqlite_url: str) -> None:
    assert await about_the_token(server, sqlite_url) == "Token: fine, this is @hromada_bridge_bot."


async def test_it_says_when_botfather_was_not_told_of_inline_mode(
    server: SandboxServer, sqlite_url: str
) -> None:
    server.state.inline_mode = False
    said = await about_the_token(server, sqlite_url)
    assert "/setinline" in said
    assert "/setinlinefeedback" in said


@pytest.mark.parametrize(
    "body", [{"ok": True, "result": []}, {"ok": True}, "<html>", {"ok": True, "result": {"id": 1}}], ids=str
)
async def test_whoever_answers_in_telegrams_place_is_no_traceback(
    server: SandboxServer, sqlite_url: str, body: object
) -> None:
    async with People(server.url) as people:
        await people.answers("getMe", 200, body)
    assert "does not answer" in await about_the_token(server, sqlite_url)


async def test_no_secret_of_an_address_is_shown(server: SandboxServer, sqlite_url: str) -> None:
    """People put tokens into the path of a webhook, and passwords before a host."""
    async with People(server.url) as people:
        hook = {"url": "https://u:geheim@aid.example.org:8443/123456:geheim", "has_custom_certificate": False}
        await people.answers(
            "getWebhookInfo", 200, {"ok": True, "result": hook | {"pending_update_count": 0}}
        )
        said = await about_the_token(server, sqlite_url)
        assert "https://aid.example.org:8443" in said
        assert "geheim" not in said
    settings = load_settings(_env_file=None).model_copy(
        update={
            "bot_token": SecretStr("1:SANDBOX"),
            "bot_api_url": "http://u:geheim@127.0.0.1:1",
            "database_url": sqlite_url,
        }
    )
    said = [each.says async for each in findings(settings)][-1]
    assert "127.0.0.1:1 does not answer" in said
    assert "geheim" not in said
