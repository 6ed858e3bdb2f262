"""A wrong setting ends in one sentence that names it; every setting is explained in .env.example."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings

EXAMPLE = Path(__file__).parents[2] / ".env.example"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


WRONG = [
    ("BOT_TOKEN", "hello", "@BotFather"),
    ("BOT_TOKEN", "12:with space", "@BotFather"),
    ("BOT_API_URL", "ftp://x", "https://api.telegram.org"),
    ("BOT_API_URL", "https://api.telegram.org/", "without a slash"),
    ("DATABASE_URL", "mysql://x", "sqlite+aiosqlite:///data"),
    ("COORDINATORS", "olena", "commas"),
    ("COORDINATION_CHAT", "@hq", "-100"),
    ("TIMEZONE", "Europe/Kiev2", "Europe/Kyiv"),
    ("LOG_LEVEL", "LOUD", "WARNING"),
    ("LOG_FORMAT", "xml", "json"),
    ("PORT", "70000", "65535"),
    ("DIGEST_HOUR", "24", "23"),
    ("HOLD_HOURS", "0", "at least 1"),
    ("MAX_ATTEMPTS", "many", "whole number"),
    ("CHAT_RATE", "-1", "greater than 0"),
    *(
        ("PROXY", f"{scheme}://u:geheim@{place}", "proxy.example.org")
        for scheme in ("http", "socks5")
        for place in ("h:99999", "h:x", "[::1", "h:0", ":80")
    ),
    ("PROXY", "socks5://u:geheim@h", "proxy.example.org"),
    ("BOT_API_URL", "https://u:geheim@[::1", "https://api.telegram.org"),
    ("BOT_API_URL", "https://h:99999", "https://api.telegram.org"),
    ("WEBHOOK_URL", "https://[::1", "https://aid.example.org"),
    ("LIBRETRANSLATE_URL", "https://h:99999", "https://translate.example.org"),
    ("DATABASE_URL", "postgresql+asyncpg://u:geheim@h:99999/db", "port"),
]


@pytest.mark.parametrize(("name", "value", "hint"), WRONG)
def test_a_wrong_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str, hint: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is wrong")
    assert hint in sentence
    assert sentence.count("\n") == 0
    assert value not in sentence or name != "BOT_TOKEN"
    assert "geheim" not in sentence


def test_every_setting_is_explained_and_nothing_else() -> None:
    lines = EXAMPLE.read_text().splitlines()
    named = [match[1] for line in lines if (match := re.match(r"([A-Z_]+)=", line))]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
    for place, line in enumerate(lines):
        if "=" in line and not line.startswith("#"):
            assert lines[place - 1], f"nothing explains {line}"


def test_the_example_says_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings(_env_file=EXAMPLE) == load_settings()


def test_values_arrive_where_they_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COORDINATORS", "1, 2,3")
    monkeypatch.setenv("HOLD_HOURS", "24")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    monkeypatch.setenv("BOT_TOKEN", "123456:ABC-DEF")
    settings = load_settings()
    assert settings.coordinators == (1, 2, 3)
    assert settings.terms.hold == timedelta(hours=24)
    assert settings.log_level == "DEBUG"
    assert "ABC-DEF" not in repr(settings)
