"""What Telegram sends, as the conversation understands it."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telegram import Update

from handlers.incoming import Incoming
from handlers.inline import asked_of
from handlers.offers import Asked
from handlers.routes import incoming_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OLENA = {"id": 7, "is_bot": False, "first_name": "Olena", "last_name": "K\x00", "language_code": "uk"}
BOT = {"id": 1, "is_bot": True, "first_name": "Bridge", "username": "bridge_bot"}
NOBODY = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""An administrator who stays anonymous."""
PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -5, "type": "group", "title": "HQ"}
FORUM = {"id": -1007, "type": "supergroup", "title": "Table", "is_forum": True}


def message(chat: dict[str, Any] = PRIVATE, **values: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": int(NOW.timestamp()), "chat": chat, "from": OLENA} | values


def command(text: str) -> dict[str, Any]:
    length = len(text.split()[0])
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": length}]}


def arrives(**values: Any) -> Incoming | None:
    update = Update.de_json({"update_id": 1} | values)
    return incoming_of(update, "bridge_bot", NOW)


def file(kind: str) -> dict[str, Any]:
    return {"file_id": kind, "file_unique_id": f"u-{kind}", "width": 1, "height": 1}


MESSAGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (message(text="4 генератори"), {"kind": "text", "text": "4 генератори", "account": 7, "name": "Olena K"}),
    (message(text="a\x00b"), {"text": "ab"}),
    (message(**command("/start n_ABC")), {"kind": "command", "command": "start", "text": "n_ABC"}),
    (message(**command("/Need@Bridge_Bot 7K")), {"kind": "command", "command": "need", "text": "7K"}),
    (message(photo=[file("s"), file("l")], caption="дах"), {"kind": "photo", "file_id": "l", "text": "дах"}),
    (message(document=file("d")), {"kind": "document", "file_unique_id": "u-d"}),
    (message(contact={"phone_number": "+380", "first_name": "O"}), {"kind": "contact", "phone": "+380"}),
    (
        message(GROUP, **{"from": NOBODY}, sender_chat=GROUP, **command("/subscribe")),
        {"kind": "command", "command": "subscribe", "admin": True},
    ),
    (message(GROUP, **command("/subscribe")), {"command": "subscribe", "admin": False}),
    (message(location={"latitude": 1, "longitude": 2}), {"kind": "other"}),
    (message(text="x", media_group_id="9"), {"album": "9"}),
    (
        message(text="x", forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "M"}),
        {"forwarded": True},
    ),
    (
        message(
            text="A card",
            via_bot=BOT,
            forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "M"},
        ),
        {"forwarded": True},
    ),
    (message(text="x", via_bot=BOT | {"username": "gif_bot"}), {"kind": "text"}),
    (
        message(FORUM, **command("/needs"), message_thread_id=7, is_topic_message=True),
        {"thread_id": 7, "chat_kind": "supergroup"},
    ),
    (message(FORUM, **command("/needs"), message_thread_id=3), {"thread_id": None}),
    (message(GROUP, **command("/needs")), {"kind": "command", "chat_kind": "group", "chat_title": "HQ"}),
    (message(GROUP, text="@bridge_bot help"), {"kind": "text"}),
    (message(GROUP, text="thanks", reply_to_message=message(GROUP, **{"from": BOT})), {"kind": "text"}),
    (message(GROUP, migrate_to_chat_id=-100), {"kind": "migrated", "chat_id": -5, "new_chat_id": -100}),
    (
        message({"id": -100, "type": "supergroup"}, migrate_from_chat_id=-5),
        {"kind": "migrated", "chat_id": -5, "new_chat_id": -100},
    ),
]


@pytest.mark.parametrize(("body", "understood"), MESSAGES)
def test_messages(body: dict[str, Any], understood: dict[str, Any]) -> None:
    incoming = arrives(message=body)
    assert incoming
    assert asdict(incoming) | understood == asdict(incoming)


@pytest.mark.parametrize(
    "body",
    [
        message(GROUP, text="good morning all"),
        message(GROUP, **command("/start@other_bot")),
        message(GROUP, new_chat_members=[OLENA]),
        message(pinned_message=message(text="x")),
        message(text="I am a bot too", **{"from": BOT}),
        message(
            GROUP, **{"from": NOBODY}, sender_chat={"id": -9, "type": "channel"}, **command("/subscribe")
        ),
        message(text="A card", via_bot=BOT),
        message(GROUP, text="A card for @bridge_bot", via_bot=BOT),
    ],
)
def test_what_is_not_said_to_us(body: dict[str, Any]) -> None:
    assert arrives(message=body) is None


def test_an_edited_message() -> None:
    incoming = arrives(edited_message=message(text="5", edit_date=1))
    assert incoming
    assert incoming.kind == "edited"


@pytest.mark.parametrize(("age", "old"), [(timedelta(hours=1), False), (timedelta(hours=48), True)])
def test_a_press_knows_whether_its_message_can_still_be_edited(age: timedelta, old: bool) -> None:
    body = message(**{"from": BOT}, date=int((NOW - age).timestamp()))
    incoming = arrives(
        callback_query={"id": "1", "from": OLENA, "chat_instance": "1", "message": body, "data": "1shome"}
    )
    assert incoming
    assert (incoming.kind, incoming.press, incoming.message_id) == ("press", "1shome", 3)
    assert incoming.message_is_old is old


def test_a_press_under_a_message_telegram_no_longer_shows() -> None:
    gone = {"message_id": 3, "date": 0, "chat": PRIVATE}
    incoming = arrives(
        callback_query={"id": "1", "from": OLENA, "chat_instance": "1", "message": gone, "data": "1shome"}
    )
    assert incoming
    assert incoming.message_is_old


def test_a_press_under_a_card_that_somebody_shared_names_no_chat_of_ours() -> None:
    forged = {"id": "1", "from": OLENA, "chat_instance": "1", "inline_message_id": "x", "data": "1shome"}
    assert arrives(callback_query=forged) is None


def test_what_is_typed_behind_our_name_is_read_without_signs_nobody_sees() -> None:
    typed = {
        "id": "1",
        "from": OLENA,
        "query": " gen\u202eerator\x00 ",
        "offset": "w.5",
        "chat_type": "group",
    }
    query = Update.de_json({"update_id": 1, "inline_query": typed}).inline_query
    assert query is not None
    assert asked_of(query) == Asked(7, "uk", "generator", "w.5")


@pytest.mark.parametrize(
    ("status", "extra", "member"),
    [
        ("kicked", {"until_date": 0}, "kicked"),
        ("left", {}, "left"),
        ("member", {}, "member"),
    ],
)
def test_membership(status: str, extra: dict[str, Any], member: str) -> None:
    change = {
        "chat": GROUP,
        "from": OLENA,
        "date": 1,
        "old_chat_member": {"status": "left", "user": BOT},
        "new_chat_member": {"status": status, "user": BOT} | extra,
    }
    incoming = arrives(my_chat_member=change)
    assert incoming
    assert (incoming.kind, incoming.member, incoming.chat_id) == ("membership", member, -5)
