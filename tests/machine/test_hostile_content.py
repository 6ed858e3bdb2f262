"""Updates of the right shape whose content is hostile: nobody behind them waits, nothing is tried again for nothing."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog

from bot.app import Bot
from bot.clock import Clock
from bot.intake import Keeper
from bot.settings import load_settings
from sandbox import SandboxServer
from storage import inbox
from tests.databases import Fresh
from tests.machine.test_any_json import (
    FILE,
    GROUP,
    MESSAGE,
    PRIVATE,
    SAMPLES,
    WHO,
    everything_handled,
    still_fine,
)

LONG = "Ї" * 10_000
PRESS = SAMPLES["press"]["callback_query"]
LAST_SECOND = 253_402_300_799


def text(**values: Any) -> dict[str, Any]:
    return {"message": MESSAGE | {"text": "/start"} | values}


def entity(offset: int, length: int, kind: str = "bot_command") -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length}


HOSTILE: dict[str, dict[str, Any]] = {
    "a command beyond the text": text(entities=[entity(0, 10_000)]),
    "a command that ends before it begins": text(entities=[entity(0, -5)]),
    "entities at the end of numbers": text(entities=[entity(2**62, 2**62), entity(-(2**62), 1)]),
    "a command that is nothing": text(text="/", entities=[entity(0, 1)]),
    "a command that is empty": text(text="", entities=[entity(0, 0)]),
    "a thousand commands": text(entities=[entity(0, 6)] * 1000),
    "a command of ten thousand letters": text(text="/" + LONG, entities=[entity(0, 10_001)]),
    "start with ten thousand letters": text(text="/start " + LONG, entities=[entity(0, 6)]),
    "start with signs": text(text="/start i_%00\x01\u202e'\";--", entities=[entity(0, 6)]),
    "start with a huge number": text(text="/start n_" + "9" * 4000, entities=[entity(0, 6)]),
    "start with other digits": text(text="/start n_٣²", entities=[entity(0, 6)]),
    "a text of a million letters": text(text=LONG * 100),
    "only signs nobody sees": text(text="\u200b\u2060\ufeff"),
    "long names": text(**{"from": WHO | {"first_name": LONG, "last_name": LONG}}),
    "a long language": text(**{"from": WHO | {"language_code": LONG}}),
    "a language that is no language": text(**{"from": WHO | {"language_code": "../../etc\x00"}}),
    "an empty language": text(**{"from": WHO | {"language_code": ""}}),
    "a long title": text(chat=GROUP | {"title": LONG}, text="@hromada_bridge_bot"),
    "an unknown kind of chat": text(chat=PRIVATE | {"type": LONG}),
    "the end of the calendar": text(date=LAST_SECOND),
    "edited at the end of the calendar": {
        "edited_message": MESSAGE | {"text": "x", "date": LAST_SECOND, "edit_date": LAST_SECOND}
    },
    "forwarded at the end of the calendar": text(
        forward_origin={"type": "user", "date": LAST_SECOND, "sender_user": WHO}
    ),
    "forwarded beyond it": text(forward_origin={"type": "user", "date": 10**18, "sender_user": WHO}),
    "a topic with a huge number": text(
        chat=GROUP, message_thread_id=2**62, is_topic_message=True, text="/help@hromada_bridge_bot"
    ),
    "a huge message number": text(message_id=2**63 - 1),
    "a smallest chat": text(chat=GROUP | {"id": -(2**63)}),
    "a largest person": text(chat=PRIVATE | {"id": 2**63 - 1}, **{"from": WHO | {"id": 2**63 - 1}}),
    "a person below zero": text(**{"from": WHO | {"id": -5}}),
    "nobody": text(**{"from": WHO | {"id": 0}}, chat=PRIVATE | {"id": 0}),
    "a file's id with NUL": {"message": MESSAGE | {"photo": [FILE | {"file_id": "a\x00b" + LONG}]}},
    "a file's name": {
        "message": MESSAGE
        | {
            "document": FILE
            | {"file_name": "../" * 4000 + "\x00\u202e", "mime_type": LONG, "file_size": 2**63 - 1}
        }
    },
    "an album's long name": {"message": MESSAGE | {"photo": [FILE], "media_group_id": LONG}},
    "no photo in a photo": {"message": MESSAGE | {"photo": []}},
    "a long phone": {
        "message": MESSAGE | {"contact": {"phone_number": "+" + "9" * 9000, "first_name": "O", "user_id": 7001}}
    },
    "a phone that is none": {
        "message": MESSAGE | {"contact": {"phone_number": "<b>\x00", "first_name": "O", "user_id": 7001}}
    },
    "a press of ten thousand letters": {"callback_query": PRESS | {"data": LONG}},
    "an empty press": {"callback_query": PRESS | {"data": ""}},
    "a press without words": {"callback_query": {k: v for k, v in PRESS.items() if k != "data"}},
    "a press under a message of the end of time": {
        "callback_query": PRESS | {"message": MESSAGE | {"date": LAST_SECOND}}
    },
    "a press with a long id": {"callback_query": PRESS | {"id": LONG}},
    "a press of huge numbers": {"callback_query": PRESS | {"data": "1need:" + "9" * 40}},
    "a press of bad numbers": {"callback_query": PRESS | {"data": "1need:-1:٣:0x1:1e9:²"}},
    "a long inline query": {"inline_query": SAMPLES["inline"]["inline_query"] | {"query": LONG, "offset": LONG}},
    "an offset that is huge": {"inline_query": SAMPLES["inline"]["inline_query"] | {"offset": "9" * 400}},
    "an offset below zero": {"inline_query": SAMPLES["inline"]["inline_query"] | {"offset": "-5"}},
    "an offset of other digits": {"inline_query": SAMPLES["inline"]["inline_query"] | {"offset": "²"}},
    "a chosen result that is long": {
        "chosen_inline_result": SAMPLES["chosen"]["chosen_inline_result"]
        | {"result_id": "n" + "9" * 400, "inline_message_id": LONG}
    },
    "a chosen result of other digits": {
        "chosen_inline_result": SAMPLES["chosen"]["chosen_inline_result"] | {"result_id": "n²"}
    },
    "a standing nobody knows": {
        "my_chat_member": SAMPLES["member"]["my_chat_member"] | {"new_chat_member": {"status": LONG, "user": WHO}}
    },
    "banned beyond the calendar": {
        "my_chat_member": SAMPLES["member"]["my_chat_member"]
        | {"new_chat_member": {"status": "kicked", "user": WHO, "until_date": 10**18}}
    },
    "a membership with a long title": {
        "my_chat_member": SAMPLES["member"]["my_chat_member"] | {"chat": GROUP | {"title": LONG}}
    },
    "moved to itself": {"message": MESSAGE | {"chat": GROUP, "migrate_to_chat_id": GROUP["id"]}},
    "moved to nowhere": {"message": MESSAGE | {"chat": GROUP, "migrate_to_chat_id": 0}},
    "moved to a person": {"message": MESSAGE | {"chat": GROUP, "migrate_to_chat_id": 7001}},
    "a person who moved": {"message": MESSAGE | {"migrate_to_chat_id": -1009}},
    "moved here from a person": {"message": MESSAGE | {"chat": GROUP, "migrate_from_chat_id": 7001}},
    "moved to the end": {"message": MESSAGE | {"chat": GROUP, "migrate_to_chat_id": -(2**63)}},
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def bot(request: pytest.FixtureRequest) -> AsyncIterator[Bot]:
    if request.param == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
    else:
        fresh: Fresh = request.getfixturevalue("postgres")
        url = fresh()
    server = SandboxServer(port=0)
    await server.start()
    values = {"bot_token": "1:SANDBOX", "bot_api_url": server.url.rstrip("/"), "database_url": url}
    chosen = load_settings(_env_file=None, chat_rate=1000, max_total_rate=1000, **values)
    async with Bot(chosen, Clock()) as bot:
        yield bot
    await server.stop()


async def test_hostile_content_breaks_nothing(bot: Bot) -> None:
    keeper = Keeper(bot.db, Clock(), bot._stored)
    broke: dict[str, Any] = {}
    number = 1000
    for name, raw in HOSTILE.items():
        number += 2
        with structlog.testing.capture_logs() as log:
            await keeper.keep([raw | {"update_id": number}, SAMPLES["text"] | {"update_id": number + 1}])
            await everything_handled(bot.db)
        behind = await bot.db.read(inbox.one, number + 1)
        answered = behind is not None and behind.state is inbox.UpdateState.DONE
        trouble = still_fine(log) + [line for line in log if line["event"] == "update_not_kept"]
        if trouble or not answered:
            broke[name] = [
                (line["event"], repr(line.get("exc_info") or line.get("error"))) for line in trouble
            ]
    assert broke == {}
