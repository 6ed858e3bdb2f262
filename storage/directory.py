"""Looking for people and organisations, and what is on record about one: for those who coordinate."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, false, func, or_, select, update

from domain.model import Event, Member, Organisation, Person
from domain.naming import heard, key, look
from domain.words import LIVE_NEEDS, LIVE_PLEDGES, ConsignmentState, EventKind, MemberState, PledgeState
from storage.base import load_all
from storage.schema.chats import chats
from storage.schema.giving import consignments, pledges
from storage.schema.history import events
from storage.schema.needs import needs
from storage.schema.people import members, organisations, people


@dataclass(frozen=True, slots=True)
class Results:
    """A page of a search, and how many there are in all."""

    rows: Sequence[Any]
    total: int


@dataclass(frozen=True, slots=True)
class Under:
    """What an organisation has under way."""

    needs: int
    pledges: int
    consignments: int


def people_like(conn: Connection, text: str, limit: int, offset: int = 0) -> Results:
    """People with this in their name, or with this account; everybody for nothing."""
    account = people.c.account == int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return _page(conn, Person, people, text, account, limit, offset)


def organisations_like(conn: Connection, text: str, limit: int, offset: int = 0) -> Results:
    """Organisations with this in their name, or with this KATOTTG code; all of them for nothing."""
    return _page(conn, Organisation, organisations, text, organisations.c.katottg == text, limit, offset)


def _page(
    conn: Connection,
    kind: Any,
    table: Table,
    text: str,
    exactly: ColumnElement[bool] | None,
    limit: int,
    offset: int,
) -> Results:
    query = select(table)
    spellings = list(dict.fromkeys(filter(None, (look(text), heard(text)))))
    where = [table.c.name_key.contains(spelling, autoescape=True) for spelling in spellings]
    where += [] if exactly is None else [exactly]
    query = query.where(or_(false(), *where)) if text.strip() else query
    return Results(
        load_all(kind, conn.execute(query.order_by(table.c.name, table.c.id).limit(limit).offset(offset))),
        _count(conn, query),
    )


def _count(conn: Connection, query: Select[Any]) -> int:
    count: int = conn.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return count


def called_like(conn: Connection, text: str, but: int | None = None) -> Organisation | None:
    """An organisation whose name looks or sounds like this one; not that one itself."""
    spellings = sorted({f"|{spelling}|" for spelling in (look(text), heard(text)) if spelling})
    if not spellings:
        return None
    alike = or_(*(organisations.c.name_key.contains(spelling, autoescape=True) for spelling in spellings))
    query = select(organisations).where(alike).order_by(organisations.c.id).limit(2)
    return next((each for each in load_all(Organisation, conn.execute(query)) if each.id != but), None)


def write_keys(conn: Connection) -> int:
    """Make names findable that nobody wrote a key for: those from before, and those of an older version beside this one."""
    count = 0
    for table in (people, organisations):
        rows = conn.execute(select(table.c.id, table.c.name).where(table.c.name_key.is_(None)))
        for row_id, name in rows.all():
            conn.execute(update(table).where(table.c.id == row_id).values(name_key=key(name)))
            count += 1
    return count


def last_seen(conn: Connection, person_id: int) -> datetime | None:
    """When somebody last said or pressed something in private."""
    query = select(chats.c.seen_at).where(chats.c.person_id == person_id, chats.c.kind == "private")
    return conn.execute(query).scalar()


def members_of(conn: Connection, organisation_id: int) -> list[tuple[Member, Person]]:
    """Everybody who acts or acted for it, or asks to."""
    query = select(members).where(members.c.organisation_id == organisation_id).order_by(members.c.id)
    rows = load_all(Member, conn.execute(query))
    query = select(people).where(people.c.id.in_([member.person_id for member in rows]))
    by_id = {person.id: person for person in load_all(Person, conn.execute(query))}
    return [(member, by_id[member.person_id]) for member in rows]


def under_way(conn: Connection, organisation_id: int) -> Under:
    """How many open needs, promises and consignments it has."""
    moving = (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED)
    owed = [state for state in LIVE_PLEDGES if state is not PledgeState.RECEIVED]
    either = or_(
        consignments.c.organisation_id == organisation_id, consignments.c.hromada_id == organisation_id
    )
    return Under(
        _count(
            conn,
            select(needs.c.id).where(
                needs.c.organisation_id == organisation_id, needs.c.state.in_(LIVE_NEEDS)
            ),
        ),
        _count(
            conn,
            select(pledges.c.id).where(
                pledges.c.organisation_id == organisation_id, pledges.c.state.in_(owed)
            ),
        ),
        _count(conn, select(consignments.c.id).where(either, consignments.c.state.in_(moving))),
    )


def event(conn: Connection, event_id: int) -> Event | None:
    """One line of the history."""
    rows = load_all(Event, conn.execute(select(events).where(events.c.id == event_id)))
    return rows[0] if rows else None


def acts_about_person(conn: Connection, person_id: int) -> list[Event]:
    """What was done to somebody and what they did to others, the newest first. Needs and goods have their own history."""
    rows = conn.execute(
        select(members.c.id, members.c.organisation_id).where(members.c.person_id == person_id)
    )
    own = {member_id: f"organisation:{organisation_id}" for member_id, organisation_id in rows}
    chains = [f"person:{person_id}", *dict.fromkeys(own.values())]
    query = select(events).where(events.c.chain.in_(chains))
    about = load_all(Event, conn.execute(query))
    acts = [each for each in about if each.chain == chains[0] or json.loads(each.data).get("member") in own]
    query = select(events).where(events.c.person_id == person_id, events.c.need_id.is_(None))
    acts += load_all(Event, conn.execute(query))
    return sorted({each.id: each for each in acts}.values(), key=lambda each: each.id, reverse=True)


def giver_of(conn: Connection, person_id: int, invite_id: int) -> int | None:
    """Who gave the link somebody came by, as the history has it."""
    query = select(events.c.data).where(
        events.c.chain == f"person:{person_id}", events.c.kind == EventKind.INVITE_USED
    )
    uses = map(json.loads, conn.execute(query).scalars())
    return next((use["giver"] for use in uses if use["invite"] == invite_id), None)


def asked_since(conn: Connection, person_id: int, since: datetime) -> list[datetime]:
    """When somebody asked to act for an organisation, taken back or not, the oldest first."""
    query = select(events.c.at).where(
        events.c.person_id == person_id,
        events.c.need_id.is_(None),
        events.c.kind == EventKind.MEMBER_ASKED,
        events.c.at > since,
    )
    return list(conn.execute(query.order_by(events.c.id)).scalars())


def acts_about_organisation(conn: Connection, organisation_id: int) -> list[Event]:
    """What was done to an organisation and who came and went, the newest first."""
    query = select(events).where(events.c.chain == f"organisation:{organisation_id}")
    return load_all(Event, conn.execute(query.order_by(events.c.id.desc())))


def had_members(conn: Connection, organisation_id: int) -> bool:
    """Whether somebody acts or acted for it: who comes now does not come into an empty house."""
    states = (MemberState.VERIFIED, MemberState.SUSPENDED, MemberState.LEFT)
    query = select(members.c.id).where(
        members.c.organisation_id == organisation_id, members.c.state.in_(states)
    )
    return conn.execute(query.limit(1)).first() is not None
