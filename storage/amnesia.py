"""For the sandbox only: its messenger forgets everything when it ends, so we forget its numbers too.

Update and message ids begin anew there. A kept update id would make us ignore a fresh update, a kept message
id would edit somebody else's message.
"""

from sqlalchemy import Connection, delete, update

from storage.inbox import UpdateState, inbox
from storage.outbox import outbox
from storage.schema.chats import cards, inline_cards
from storage.schema.talking import places


def forget_messages(conn: Connection) -> None:
    """Drop every id the old messenger gave; what still waits is kept under numbers nobody else uses."""
    conn.execute(delete(inbox).where(inbox.c.state != UpdateState.WAITING))
    conn.execute(update(inbox).where(inbox.c.update_id > 0).values(update_id=-inbox.c.update_id))
    conn.execute(delete(outbox).where(outbox.c.inline_message_id.is_not(None)))
    conn.execute(update(outbox).values(dedupe_key=None, edit_message_id=None, card=None))
    conn.execute(delete(cards))
    conn.execute(delete(inline_cards))
    conn.execute(delete(places))
