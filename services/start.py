"""What the settings say when the bot starts: true in both directions."""

from collections.abc import Sequence
from datetime import datetime

from domain.actor import Actor
from services import barring, standing
from storage import chat_moves, chats, directory, people
from storage.engine import Connection


def coordinators_of_settings(conn: Connection, now: datetime, accounts: Sequence[int]) -> int:
    """The accounts of the settings coordinate, known to the bot or not yet, and nobody does because they once stood there.

    Returns how many are new. Whoever was appointed stays, whatever the settings say.
    """
    settings = Actor(0, now, coordinator=True)
    for person in people.named_by_settings(conn):
        if person.account not in accounts:
            standing.forgotten_by_settings(conn, settings, person.id)
    return sum(_name(conn, settings, account) for account in dict.fromkeys(accounts))


def _name(conn: Connection, settings: Actor, account: int) -> bool:
    person = people.by_account(conn, account)
    if person is None:
        person = people.add_person(conn, account=account, name="-", language="uk", created_at=settings.at)
        chats.see(conn, account, kind="private", person_id=person.id, seen_at=settings.at)
        person = barring.recognise(conn, person, settings.at)
    return standing.named_by_settings(conn, settings, person.id)


def coordination_chat(conn: Connection, now: datetime, chat_id: int) -> None:
    """The group of the settings hears of everybody who waits, also where it has another id by now."""
    there = chat_moves.current(conn, chat_id)
    kind = {} if chats.chat(conn, there) else {"kind": "group"}
    chats.see(conn, there, coordination=True, seen_at=now, **kind)


def only_coordination_chat(conn: Connection, now: datetime, chat_id: int | None) -> None:
    """The group of the settings, and no group that stood there before."""
    there = None if chat_id is None else chat_moves.current(conn, chat_id)
    chats.coordinate_no_more(conn, but=there)
    if chat_id is not None:
        coordination_chat(conn, now, chat_id)


def findable_names(conn: Connection) -> int:
    """Names that an older version wrote can be looked for."""
    return directory.write_keys(conn)
