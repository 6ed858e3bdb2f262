"""A suspension outlives forgetting: a slow salted hash of the account is all that stays."""

import hashlib
import secrets
from datetime import datetime

from domain.model import Person
from domain.words import MemberState
from storage import people, personal
from storage.engine import Connection


def bar(conn: Connection, person: Person, now: datetime) -> None:
    """Remember from what somebody is barred, before they are forgotten."""
    barred: list[int | None] = [None] if person.suspended else []
    barred += [
        organisation.id
        for member, organisation in people.memberships(conn, person.id)
        if member.state is MemberState.SUSPENDED
    ]
    if barred:
        salt = next(iter(personal.salts(conn)), None) or secrets.token_hex(16)
        for organisation_id in barred:
            personal.bar(conn, _mark(person.account, salt), salt, organisation_id, now)


def recognise(conn: Connection, person: Person, now: datetime) -> Person:
    """Whoever was suspended when they were forgotten still is, though nothing else is known of them."""
    for salt in personal.salts(conn):
        for organisation_id in personal.take_bars(conn, _mark(person.account, salt)):
            if organisation_id is None:
                people.change_person(conn, person.id, suspended=True)
            else:
                people.add_member(
                    conn,
                    person_id=person.id,
                    organisation_id=organisation_id,
                    state=MemberState.SUSPENDED,
                    asked_at=now,
                    decided_at=now,
                )
    return people.person(conn, person.id)


def _mark(account: int, salt: str) -> str:
    """Slow on purpose: accounts are few enough to try them all."""
    return hashlib.scrypt(str(account).encode(), salt=salt.encode(), n=2**12, r=8, p=1, dklen=32).hex()
