"""What the settings say when the bot starts."""

from collections.abc import Sequence
from datetime import datetime

from services import barring
from storage import chat_moves, chats, people
from storage.engine import Connection


def first_coordinators(conn: Connection, now: datetime, accounts: Sequence[int]) -> int:
    """Make the accounts of the settings coordinators, known to the bot or not yet; returns how many are new."""
    fresh = 0
    for account in accounts:
        known = people.by_account(conn, account)
        if known is None:
            known = people.add_person(conn, account=account, name="-", language="uk", created_at=now)
            chats.see(conn, account, kind="private", person_id=known.id, seen_at=now)
            known = barring.recognise(conn, known, now)
        if not known.coordinator:
            people.change_person(conn, known.id, coordinator=True)
            fresh += 1
    return fresh


def coordination_chat(conn: Connection, now: datetime, chat_id: int) -> None:
    """The group of the settings hears of everybody who waits, also where it has another id by now."""
    there = chat_moves.current(conn, chat_id)
    kind = {} if chats.chat(conn, there) else {"kind": "group"}
    chats.see(conn, there, coordination=True, seen_at=now, **kind)
