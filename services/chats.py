"""What the messenger tells us about chats: blocked, removed, upgraded."""

from datetime import datetime

from storage import cards, chats
from storage.engine import Connection


def unreachable(conn: Connection, now: datetime, chat_id: int, reason: str) -> None:
    """The bot was blocked or removed: nothing more is sent there until the chat speaks again."""
    if chats.chat(conn, chat_id) is not None:
        chats.see(conn, chat_id, reachable=False, seen_at=now)


def migrated(conn: Connection, now: datetime, old: int, new: int) -> None:
    """A group became a supergroup."""
    chats.rekey(conn, old, new)


def lost_card(conn: Connection, chat_id: int, message_id: int) -> None:
    """A card's message can no longer be edited; it is not kept true any more."""
    chats.drop_card(conn, chat_id, message_id)


def lost_inline_card(conn: Connection, inline_message_id: str) -> None:
    """The same of a card that somebody shared."""
    cards.drop(conn, inline_message_id)
