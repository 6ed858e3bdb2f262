"""The messenger's own menu of commands."""

from datetime import datetime

from storage import chats, outbox
from storage.engine import Connection
from storage.outbox import Lane


def show_commands(conn: Connection, at: datetime, person_id: int) -> None:
    """It follows what a person may do now."""
    chat_id = chats.private_chat(conn, person_id)
    if chat_id is not None:
        outbox.show(conn, at, chat_id=chat_id, screen="commands", params={}, lane=Lane.NOTICE)
