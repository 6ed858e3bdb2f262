"""What leads to a person or a place is cut out before anything is stored; what the bot needs is still there."""

import json
from typing import Any

import pytest
from telegram import Update

from bot.redaction import KEPT, UNREAD, redacted
from handlers.routes import incoming_of
from tests.machine.test_routes import NOW  # the moment those stories happen in

OLENA = {
    "id": 7,
    "is_bot": False,
    "first_name": "Olena",
    "last_name": "Koval",
    "username": "olena_koval_secret",
}
CHAT = {"id": 7, "type": "private", "first_name": "Olena", "username": "olena_koval_secret"}
SECRETS = ("Secret", "secret", "48.46", "35.04", "BEGIN:VCARD", "380671112233")
PLACE = {"latitude": 48.4647, "longitude": 35.0462, "horizontal_accuracy": 65}
SENT: dict[str, Any] = {
    "location": PLACE,
    "live location": {**PLACE, "live_period": 900, "heading": 12},
    "venue": {"location": PLACE, "title": "Secret cellar", "address": "Secret street 1"},
    "poll": {"id": "1", "question": "Secret?", "options": [{"text": "secret", "voter_count": 0}]},
    "voice": {"file_id": "secret", "file_unique_id": "secret", "duration": 1},
    "video": {"file_id": "secret", "file_unique_id": "s", "width": 1, "height": 1, "duration": 1},
    "video_note": {"file_id": "secret", "file_unique_id": "s", "length": 1, "duration": 1},
    "sticker": {"file_id": "secret", "file_unique_id": "s", "emoji": "x"},
    "checklist": {"title": "Secret"},
    "passport_data": {"data": ["secret"]},
    "story": {"chat": {"id": 1, "username": "secret"}, "id": 1},
}


def message(**content: Any) -> dict[str, Any]:
    return {
        "update_id": 5,
        "message": {"message_id": 1, "date": int(NOW.timestamp()), "chat": CHAT, "from": OLENA, **content},
    }


@pytest.mark.parametrize("kind", SENT)
def test_of_what_is_not_read_only_the_kind_is_kept(kind: str) -> None:
    name = kind.removeprefix("live ")
    kept = redacted(message(**{name: SENT[kind]}))
    assert [word for word in SECRETS if word in json.dumps(kept)] == []
    assert kept["message"]["unread"] == name
    incoming = incoming_of(Update.de_json(kept, None), "bot", NOW)
    assert incoming is not None
    assert incoming.kind == "other"


def test_everything_people_can_attach_is_named() -> None:
    assert set(UNREAD) >= {name.removeprefix("live ") for name in SENT}


def test_of_ones_own_card_the_number_is_kept_and_nothing_else() -> None:
    card = {
        "phone_number": "+380 67 123 45 67",
        "first_name": "Secret",
        "user_id": 7,
        "vcard": "BEGIN:VCARD\nADR:Secret",
    }
    kept = redacted(message(contact=card))
    assert [word for word in SECRETS if word in json.dumps(kept)] == []
    incoming = incoming_of(Update.de_json(kept, None), "bot", NOW)
    assert incoming is not None
    assert (incoming.kind, incoming.phone) == ("contact", "+380 67 123 45 67")


@pytest.mark.parametrize(
    "card",
    [
        {"phone_number": "+380671112233", "first_name": "Secret", "user_id": 8},
        {"phone_number": "+380671112233", "first_name": "Secret"},
        {"phone_number": "+380671112233", "first_name": "Secret", "user_id": "7"},
        {"phone_number": ["+380671112233"], "user_id": 7},
        "+380671112233",
    ],
)
def test_nothing_of_anybody_elses_card_is_kept(card: Any) -> None:
    kept = redacted(message(contact=card))
    assert [word for word in SECRETS if word in json.dumps(kept)] == []
    incoming = incoming_of(Update.de_json(kept, None), "bot", NOW)
    assert incoming is not None
    assert (incoming.kind, incoming.phone) == ("contact", "")


def test_a_card_that_was_passed_on_is_not_ones_own() -> None:
    origin = {"type": "user", "date": 1, "sender_user": {"id": 9, "is_bot": False, "first_name": "Secret"}}
    card = {"phone_number": "+380671112233", "first_name": "Secret", "user_id": 7}
    kept = redacted(message(contact=card, forward_origin=origin))
    assert [word for word in SECRETS if word in json.dumps(kept)] == []
    incoming = incoming_of(Update.de_json(kept, None), "bot", NOW)
    assert incoming is not None
    assert incoming.forwarded
    assert incoming.phone == ""


def test_names_of_third_people_are_cut_out() -> None:
    quoted = {
        "message_id": 3,
        "date": 1,
        "chat": CHAT,
        "from": {**OLENA, "first_name": "Secret", "username": "bridge_bot"},
        "text": "secret",
    }
    press = {
        "update_id": 6,
        "callback_query": {
            "id": "1",
            "from": OLENA,
            "chat_instance": "1",
            "data": "1sneeds",
            "message": {
                **message(text="Secret phone")["message"],
                "reply_markup": {"inline_keyboard": [[{"text": "secret"}]]},
            },
        },
    }
    kept = redacted(press)
    assert [word for word in SECRETS if word in json.dumps(kept)] == []
    assert incoming_of(Update.de_json(kept, None), "bot", NOW) is not None
    kept = redacted(
        message(
            text="hello", reply_to_message=quoted, quote={"text": "secret"}, external_reply={"a": "secret"}
        )
    )
    assert "secret" not in json.dumps(kept)
    link = {"type": "text_link", "offset": 0, "length": 2, "url": "https://secret.example", "user": OLENA}
    assert "secret" not in json.dumps(redacted(message(text="hello", entities=[link])))


def test_where_somebody_asks_inline_is_not_kept() -> None:
    asked = {"id": "1", "from": OLENA, "query": "generator", "offset": "", "location": PLACE}
    kept = redacted({"update_id": 7, "inline_query": asked})
    assert "48.46" not in json.dumps(kept)
    assert kept["inline_query"]["query"] == "generator"


def test_what_nobody_knows_yet_is_not_kept() -> None:
    assert redacted({"update_id": 8, "business_message": {"text": "secret"}}) == {
        "update_id": 8,
        "business_message": {},
    }


ODD: list[Any] = [
    None,
    12,
    "word",
    [],
    {},
    [[{}]],
    True,
    1.5,
    {"chat": 3},
    {"from": []},
    {"contact": {"user_id": []}},
]


@pytest.mark.parametrize("kind", [*KEPT, "something_new"])
@pytest.mark.parametrize("body", ODD, ids=repr)
def test_no_shape_breaks_it(kind: str, body: Any) -> None:
    kept = redacted({"update_id": 9, kind: body})
    assert kept["update_id"] == 9
    json.dumps(kept)


RIGHTS = {
    "can_send_messages": True, "can_send_audios": True, "can_send_documents": True, "can_send_photos": True,
    "can_send_videos": True, "can_send_video_notes": True, "can_send_voice_notes": True, "can_send_polls": True,
    "can_send_other_messages": True, "can_add_web_page_previews": True, "can_change_info": True, "can_invite_users": True,
    "can_pin_messages": True, "can_manage_topics": True, "can_edit_tag": False, "can_react_to_messages": True,
}  # fmt: skip
ADMIN = {
    "can_be_edited": False, "is_anonymous": False, "can_manage_chat": True, "can_delete_messages": True,
    "can_manage_video_chats": True, "can_restrict_members": True, "can_promote_members": False, "can_change_info": True,
    "can_invite_users": True, "can_post_stories": False, "can_edit_stories": False, "can_delete_stories": False,
    "can_post_messages": True, "can_edit_messages": True,
}  # fmt: skip


@pytest.mark.parametrize(
    "member",
    [
        {"status": "member"},
        {"status": "left"},
        {"status": "kicked", "until_date": 0},
        {"status": "creator", "is_anonymous": False, "custom_title": "secret"},
        {"status": "administrator", **ADMIN, "custom_title": "secret"},
        {"status": "restricted", "is_member": True, "until_date": 0, **RIGHTS},
    ],
    ids=lambda member: member["status"],
)
def test_what_becomes_of_the_bot_in_a_chat_is_read_all_the_same(member: dict[str, Any]) -> None:
    bot = {"id": 1, "is_bot": True, "first_name": "Bridge", "username": "bridge_bot"}
    change = {
        "chat": {"id": -5, "type": "supergroup", "title": "HQ", "username": "secret"},
        "from": OLENA,
        "date": int(NOW.timestamp()),
        "old_chat_member": {"user": bot, "status": "left"},
        "new_chat_member": {"user": bot, **member},
        "invite_link": {
            "invite_link": "https://t.me/+secret",
            "creator": OLENA,
            "creates_join_request": False,
            "is_primary": False,
            "is_revoked": False,
        },
    }
    raw = {"update_id": 10, "my_chat_member": change}
    kept = redacted(raw)
    assert "secret" not in json.dumps(kept)
    assert incoming_of(Update.de_json(kept, None), "bot", NOW) == incoming_of(
        Update.de_json(raw, None), "bot", NOW
    )
