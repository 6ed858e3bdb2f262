"""Whatever JSON comes: the process lives, the next person is answered, and what cannot be read is a dead letter without a traceback.

The updates are real ones with one part exchanged for something that does not belong there; the bot behind them is the whole bot.
"""

import asyncio
import copy
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import Bot
from bot.clock import Clock
from bot.intake import Keeper
from bot.settings import load_settings
from bot.shape import Unreadable, readable_update
from sandbox import SandboxServer
from storage import inbox
from storage.engine import Database

WHO = {"id": 7001, "is_bot": False, "first_name": "Olena", "last_name": "K", "language_code": "uk"}
PRIVATE = {"id": 7001, "type": "private", "first_name": "Olena"}
GROUP = {"id": -1009, "type": "supergroup", "title": "Hub"}
MESSAGE: dict[str, Any] = {"message_id": 5, "date": 1_790_000_000, "chat": PRIVATE, "from": WHO}
FILE = {"file_id": "F", "file_unique_id": "U", "file_size": 9, "width": 3, "height": 3}
SAMPLES: dict[str, dict[str, Any]] = {
    "text": {
        "message": MESSAGE
        | {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
    },
    "edited": {"edited_message": MESSAGE | {"text": "генератор 2 шт", "edit_date": 1_790_000_001}},
    "photo": {"message": MESSAGE | {"photo": [FILE], "caption": "ось", "media_group_id": "1"}},
    "document": {
        "message": MESSAGE | {"document": FILE | {"file_name": "a.pdf", "mime_type": "application/pdf"}}
    },
    "contact": {
        "message": MESSAGE
        | {"contact": {"phone_number": "+380671234567", "first_name": "O", "user_id": 7001}}
    },
    "sticker": {
        "message": MESSAGE | {"sticker": FILE | {"type": "regular", "is_animated": False, "is_video": False}}
    },
    "reply": {"message": MESSAGE | {"text": "так", "reply_to_message": MESSAGE | {"text": "?"}}},
    "forward": {
        "message": MESSAGE | {"text": "x", "forward_origin": {"type": "user", "date": 1, "sender_user": WHO}}
    },
    "migrated": {
        "message": MESSAGE | {"chat": {"id": -9, "type": "group", "title": "G"}, "migrate_to_chat_id": -1009}
    },
    "press": {
        "callback_query": {"id": "1", "from": WHO, "chat_instance": "1", "data": "1shome", "message": MESSAGE}
    },
    "member": {
        "my_chat_member": {
            "chat": GROUP,
            "from": WHO,
            "date": 1_790_000_000,
            "old_chat_member": {"status": "left", "user": WHO},
            "new_chat_member": {"status": "member", "user": WHO},
        }
    },
    "inline": {"inline_query": {"id": "1", "from": WHO, "query": "вода", "offset": ""}},
    "chosen": {
        "chosen_inline_result": {"result_id": "n1", "from": WHO, "query": "", "inline_message_id": "I"}
    },
}
ODD: list[Any] = [
    None, True, 12, -1, 0, 2**63, -(2**70), 10**400, 1.5, 1e308, "", "x", "\x00", "\ud800", "я" * 5000, [], {}, [[]], [12],
    [None], {"id": "x"}, {"id": 2**80}, {"type": 5}, [{"a": 1}],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path into an update."""
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from places(each, (*path, at))


def exchanged(sample: dict[str, Any], path: tuple[Any, ...], odd: Any, *, gone: bool = False) -> Any:
    if not path:
        return odd
    changed = copy.deepcopy(sample)
    inner: Any = changed
    for step in path[:-1]:
        inner = inner[step]
    if gone:
        del inner[path[-1]]
    else:
        inner[path[-1]] = odd
    return changed


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


EXCHANGES = [(name, path) for name, sample in SAMPLES.items() for path in places(sample) if path]


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    server = SandboxServer(port=0)
    await server.start()
    values = {
        "bot_token": "1:SANDBOX",
        "bot_api_url": server.url.rstrip("/"),
        "chat_rate": 1000,
        "max_total_rate": 1000,
    }
    chosen = load_settings(
        _env_file=None, database_url=f"sqlite+aiosqlite:///{tmp_path / 'any.db'}", **values
    )
    async with Bot(chosen, Clock()) as bot:
        yield bot
    await server.stop()


async def everything_handled(db: Database) -> None:
    async with asyncio.timeout(30):
        while await db.read(inbox.waiting, 1):  # noqa: ASYNC110 - the inbox tells nobody when it is empty
            await asyncio.sleep(0.02)


def still_fine(log: list[Any]) -> list[Any]:
    """What the log says went wrong in our own code."""
    return [
        line
        for line in log
        if "exc_info" in line or line["event"] in ("broke", "update_failed", "job_broke", "database_away")
    ]


@pytest.mark.parametrize("name", SAMPLES)
async def test_anything_in_place_of_anything(name: str, bot: Bot) -> None:
    keeper = Keeper(bot.db, Clock(), bot._stored, guest_rate=100_000)
    number = 1000
    with structlog.testing.capture_logs() as log:
        for at, path in enumerate(places(SAMPLES[name])):
            for odd in (ODD[(at + step) % len(ODD)] for step in range(0, len(ODD), 5)):
                number += 1
                raw = exchanged(SAMPLES[name], path, odd)
                await keeper.keep([raw | {"update_id": number} if isinstance(raw, dict) else raw])
            if path:
                number += 1
                await keeper.keep([exchanged(SAMPLES[name], path, None, gone=True) | {"update_id": number}])
        await everything_handled(bot.db)
        await keeper.keep([SAMPLES["text"] | {"update_id": number + 1}])
        await everything_handled(bot.db)
    assert still_fine(log) == []
    last = await bot.db.read(inbox.one, number + 1)
    assert last is not None
    assert last.state is inbox.UpdateState.DONE, "whoever came behind it was answered"
    assert all(row.attempts == 0 for row in await bot.db.read(inbox.dead_letters)), "tried again for nothing"


@pytest.mark.parametrize(
    "raw",
    [
        None, 12, "update", [], {}, {"update_id": "7"}, {"update_id": 2**64}, {"update_id": True}, {"update_id": 1.0},
        {"update_id": -(2**63)}, {"update_id": 5, "message": deep(300)}, {"update_id": 6, "message": deep(900)},
        {"callback_query": {"message": 12}, "update_id": 8},
        {"update_id": 9, "message": "\ud800"}, deep(500),
    ],
    ids=lambda raw: repr(raw)[:40],
)  # fmt: skip
async def test_what_is_no_update_is_kept_as_a_dead_letter_and_once(raw: Any, bot: Bot) -> None:
    keeper = Keeper(bot.db, Clock(), bot._stored, guest_rate=100_000)
    with structlog.testing.capture_logs() as log:
        for _ in range(2):
            await keeper.keep([raw, SAMPLES["text"] | {"update_id": 400}])
            await everything_handled(bot.db)
    assert still_fine(log) == []
    assert len(await bot.db.read(inbox.dead_letters)) == 1
    good = await bot.db.read(inbox.one, 400)
    assert good is not None
    assert good.state is inbox.UpdateState.DONE


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    place=st.sampled_from(EXCHANGES),
    odd=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=8,
    ),
)
def test_an_update_is_read_or_refused_and_never_quoted(place: tuple[str, tuple[Any, ...]], odd: Any) -> None:
    name, path = place
    raw = exchanged(SAMPLES[name], path, odd) | {"update_id": 1}
    try:
        json.dumps(readable_update(raw)).encode()
    except Unreadable as error:
        quoted = isinstance(odd, str) and len(odd) > 8 and odd in str(error)
        assert not quoted
