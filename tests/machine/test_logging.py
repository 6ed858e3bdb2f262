import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logging import redact, set_up


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("POST https://api.telegram.org/bot123456:AAE-x_yz9876/getMe", "[token]"),
        ("call +380 67 123-45-67 now", "call [phone] now"),
        ("call +48501502503", "call [phone]"),
        ("0671234567", "[phone]"),
        ("380671234567", "[phone]"),
        ("О67 123-45-67 / 050 765 43 21", "[phone] / [phone]"),
        ("ValueError: 'вул. Шевченка, 5'", "ValueError: '[street]'"),
        ("to olena@ukr.net", "to [email]"),
        ("see https://t.me/olena_koval", "see https://[account]"),
        ("UA213223130000026007233566001", "[bank]"),
    ],
)
def test_what_must_not_be_read(said: str, kept: str) -> None:
    shown = str(redact(None, "", {"event": said, "deep": {"er": [said]}}))
    assert kept in shown
    assert said not in shown


@pytest.mark.parametrize(
    "said", ["update 700000001", "2026-03-02 12:00:00", "5 kW, 4 pcs", "chat -1001234567890"]
)
def test_what_may_be_read(said: str) -> None:
    assert redact(None, "", {"event": said}) == {"event": said}


@pytest.fixture
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.usefixtures("_as_before")
def test_ours_and_the_libraries_lines_are_alike_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    monkeypatch.setattr("sys.stderr", heard)
    set_up("INFO", "json")
    structlog.get_logger("ours").info("sent", to="+380671234567")
    logging.getLogger("theirs").warning("GET /bot%s/getMe", "123456:AAE-x_yz9876")
    try:
        raise ValueError("+380671234567")
    except ValueError as error:
        structlog.get_logger("ours").error("broke", exc_info=error)
    lines = [json.loads(line) for line in heard.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["sent", "GET /bot[token]/getMe", "broke"]
    assert "671234567" not in heard.getvalue()
