"""What a message's id is good for once Telegram has told it: runs in the transaction that marks the row."""

from collections.abc import Callable, Mapping
from datetime import datetime

from services import chats as chat_services
from services import translations
from storage import chat_moves, chats
from storage import translations as stored_translations
from storage.engine import Connection
from storage.outbox import OutboxRow

FollowUp = Callable[[Connection, datetime, OutboxRow, int], None]


def card_posted(conn: Connection, now: datetime, row: OutboxRow, message_id: int) -> None:
    """A need's card stands there now: keep it true, unless the group moved while it was on its way."""
    if chat_moves.current(conn, row.chat_id) != row.chat_id:
        return
    need_id = row.values["need_id"]
    chats.add_card(conn, row.chat_id, message_id, need_id, now)
    translations.card_stands(conn, now, need_id)


def stands(conn: Connection, now: datetime, row: OutboxRow, message_id: int) -> None:
    """Something people wrote stands there now: a translation that is on its way comes below it."""
    known = chats.reader(conn, row.chat_id)
    if known is not None:
        translations.stands(conn, now, row.chat_id, message_id, known[1], row.screen, row.params)


FOLLOW_UPS: Mapping[str, FollowUp] = {"card_posted": card_posted, "stands": stands}
AFTER = {"need": "card_posted", "new_need": "card_posted", "thread": "stands", "thanks": "stands"}
"""By screen: what its message is good for when it answers somebody."""


def lost(conn: Connection, row: OutboxRow) -> None:
    """The message of an edit is gone for good."""
    if row.inline_message_id is not None:
        chat_services.lost_inline_card(conn, row.inline_message_id)
    elif row.edit_message_id is not None:
        chat_services.lost_card(conn, row.chat_id, row.edit_message_id)
        stored_translations.drop_place(conn, row.chat_id, row.edit_message_id)
