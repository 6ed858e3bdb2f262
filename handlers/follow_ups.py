"""What a message's id is good for once Telegram has told it: runs in the transaction that marks the row."""

from collections.abc import Callable, Mapping
from datetime import datetime

from services import chats as chat_services
from storage import chats
from storage.engine import Connection
from storage.outbox import OutboxRow

FollowUp = Callable[[Connection, datetime, OutboxRow, int], None]


def card_posted(conn: Connection, now: datetime, row: OutboxRow, message_id: int) -> None:
    """A need's card stands there now: keep it true."""
    chats.add_card(conn, row.chat_id, message_id, row.values["need_id"], now)


FOLLOW_UPS: Mapping[str, FollowUp] = {"card_posted": card_posted}


def lost(conn: Connection, row: OutboxRow) -> None:
    """The message of an edit is gone for good."""
    if row.inline_message_id is not None:
        chat_services.lost_inline_card(conn, row.inline_message_id)
    elif row.edit_message_id is not None:
        chat_services.lost_card(conn, row.chat_id, row.edit_message_id)
