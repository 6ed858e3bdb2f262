"""Telegram's JSON, also where it is not Unicode."""

from typing import Any

import pytest

from bot import wire


@pytest.mark.parametrize(
    "value",
    [
        {"text": "Їжак 🦔", "n": 2**52},
        {"text": "half an emoji \ud83e"},
        ["\x00"],
        {"big": 2**70},
        [],
        None,
        "Я",
    ],
)
def test_what_was_written_is_read_again(value: Any) -> None:
    assert wire.read(wire.write(value)) == value


@pytest.mark.parametrize("payload", [b"", b"<html>", "{", b"\xff"])
def test_what_is_no_json_is_said(payload: bytes | str) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire.read(payload)
