"""What the tables hold of one person, by the register of personal data: read for them, and blanked when they are forgotten."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    Table,
    and_,
    delete,
    exists,
    false,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from domain.contacts import masked
from domain.model import Person
from domain.personal_data import REGISTER, Holding, Rows, Whose
from domain.words import ConsignmentState, EventKind, MemberState
from storage.base import metadata
from storage.inbox import UpdateState, inbox
from storage.outbox import IS_DUE, RowState, outbox
from storage.schema.chats import cards, chats, subscriptions
from storage.schema.giving import consignments, pledges
from storage.schema.history import events
from storage.schema.people import barred, invites, members, organisations, people
from storage.schema.talking import places

_OWNER = {"messages": "message", "thanks": "thanks", "needs": "need"}
"""By table: what a row that may belong to several calls its owner."""
_OVER = (ConsignmentState.RECEIVED, ConsignmentState.CANCELLED)


def held(conn: Connection, person: Person) -> dict[str, list[dict[str, Any]]]:
    """By table: every row that names them, without the secrets and without what others wrote in it."""
    found = {}
    for name, holding in REGISTER.items():
        table = metadata.tables.get(name)  # those that triggers fill stand apart, and name nobody
        theirs = _theirs(holding, table, person) if table is not None else None
        if table is None or theirs is None:
            continue
        declined = _declined(conn, person) if name == "pledges" else set()
        if declined:
            theirs = or_(theirs, table.c.id.in_(declined))
        rows = conn.execute(select(table).where(theirs).order_by(*table.primary_key)).mappings()
        found[name] = [_shown(holding, dict(row), person, declined) for row in rows]
    return found


def _theirs(holding: Holding, table: Table, person: Person) -> ColumnElement[bool] | None:
    """Which rows name them; None where no row of the table can."""
    ways = [table.c[column] == person.id for column in holding.people.split()]
    if holding.chat:
        ways.append(table.c[holding.chat] == person.account)
    if holding.whose is Whose.PART:
        ways.extend(_parts(holding, table, person))
    return or_(*ways) if ways else None


def _parts(holding: Holding, table: Table, person: Person) -> Iterator[ColumnElement[bool]]:
    column, wholes = holding.part_of
    for name in wholes.split():
        whole = metadata.tables[name]
        ids = select(whole.c.id).where(whole.c[_writer(name)] == person.id)
        owner = table.c.owner == _OWNER[name] if "owner" in table.c else None
        belongs = table.c[column].in_(ids)
        yield belongs if owner is None else and_(owner, belongs)


def _writer(table: str) -> str:
    """The column that says who wrote a row's words."""
    holding = REGISTER[table]
    return next(iter({**holding.own, **holding.papers}.values()))


def _shown(holding: Holding, row: dict[str, Any], person: Person, declined: set[int]) -> dict[str, Any]:
    hidden = set(holding.secret.split())
    for column, who in {**holding.own, **holding.papers}.items():
        if not _wrote(holding, who, row, person, declined):
            hidden.add(column)
    return {column: _plain(value) for column, value in row.items() if column not in hidden}


def _wrote(holding: Holding, who: str, row: dict[str, Any], person: Person, declined: set[int]) -> bool:
    if who == "declined":
        return row["id"] in declined
    if who in holding.people.split():
        return bool(row[who] == person.id)
    return who != holding.chat or bool(row[who] == person.account)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _declined(conn: Connection, person: Person) -> set[int]:
    """Pledges they declined: the reason is in their words, and only the history knows whose it is."""
    query = select(events.c.data).where(
        events.c.person_id == person.id, events.c.kind == EventKind.PLEDGE_DECLINED
    )
    return {int(json.loads(data)["pledge"]) for data in conn.execute(query).scalars()}


# --- forgetting -----------------------------------------------------------------------------------------


def forget(conn: Connection, person: Person, now: datetime, language: str) -> None:
    """Blank or delete everything the register calls theirs. The number stays, with nobody behind it.

    Their chat stays for one last answer, in their language and without a name; see :func:`close_chats`.
    """
    _blank_consignments(conn, person)
    declined = _declined(conn, person)
    conn.execute(update(pledges).where(pledges.c.id.in_(declined)).values(reason=None))
    order = [name for name in reversed([table.name for table in metadata.sorted_tables]) if name in REGISTER]
    for name in order:  # what is part of something goes before it
        _mask_papers(conn, REGISTER[name], metadata.tables[name], person)
    for name in order:
        holding, table = REGISTER[name], metadata.tables[name]
        if holding.rows is Rows.GO:
            conn.execute(delete(table).where(_own_rows(holding, table, person)))
    for name in order:
        holding, table = REGISTER[name], metadata.tables[name]
        if holding.rows is Rows.STAY and name not in ("people", "inbox"):
            _blank(conn, holding, table, person)
    _empty_letters(conn, person)
    _unsay(conn, person)
    conn.execute(
        update(invites)
        .where(invites.c.created_by == person.id, invites.c.used_at.is_(None))
        .values(expires_at=now)
    )
    conn.execute(
        update(members)
        .where(members.c.person_id == person.id, members.c.state != MemberState.SUSPENDED)
        .values(state=MemberState.LEFT)
    )
    conn.execute(update(chats).where(chats.c.added_by == person.id).values(added_by=None))
    conn.execute(
        update(chats)
        .where(chats.c.person_id == person.id)
        .values(person_id=None, language=language, title="", quiet_from=None, quiet_to=None, quiet_zone=None)
    )
    conn.execute(
        update(people)
        .where(people.c.id == person.id)
        .values(
            account=-person.id,
            name="",
            phone=None,
            address=None,
            language="en",
            language_chosen=False,
            coordinator=False,
            by_settings=False,
            appointed=False,
            name_key="",
            acting_for=None,
            privacy_version=None,
            privacy_agreed=None,
            privacy_at=None,
            forgotten_at=now,
        )
    )


def _own_rows(holding: Holding, table: Table, person: Person) -> ColumnElement[bool]:
    if holding.whose is Whose.CHAT:
        return table.c[holding.chat] == person.account
    if holding.whose is Whose.PART:
        return or_(false(), *_parts(holding, table, person))
    return or_(false(), *(table.c[column] == person.id for column in holding.people.split()))


def _blank(conn: Connection, holding: Holding, table: Table, person: Person) -> None:
    for column, who in holding.own.items():
        if who in holding.people.split():
            empty = None if table.c[column].nullable else ""
            conn.execute(update(table).where(table.c[who] == person.id).values({column: empty}))


def _mask_papers(conn: Connection, holding: Holding, table: Table, person: Person) -> None:
    """Words of the organisation stay; a phone, an account or a street in them goes."""
    if not holding.papers:
        return
    theirs = _written(holding, table, person)
    columns = [table.c[name] for name in holding.papers]
    for row in conn.execute(select(table.c.id, *columns).where(theirs)).all():
        words = {column.name: getattr(row, column.name) for column in columns}
        fresh = {name: masked(text) for name, text in words.items() if text and masked(text) != text}
        if fresh:
            conn.execute(update(table).where(table.c.id == row.id).values(**fresh))


def _written(holding: Holding, table: Table, person: Person) -> ColumnElement[bool]:
    """Rows whose papers they wrote, and not those they only signed."""
    writers = set(holding.papers.values()) & set(holding.people.split())
    ways = [table.c[column] == person.id for column in sorted(writers)]
    return or_(false(), *ways, *(_parts(holding, table, person) if holding.whose is Whose.PART else ()))


def _blank_consignments(conn: Connection, person: Person) -> None:
    """Driver and plate of a journey that is over; of one under way the hromada still needs them."""
    over = consignments.c.person_id == person.id, consignments.c.state.in_(_OVER)
    conn.execute(update(consignments).where(*over).values(carrier=None, plate=None))


def _empty_letters(conn: Connection, person: Person) -> None:
    """What they sent: handled or not, only the update's number stays, so that it is not taken twice."""
    handled = {"payload": "", "error": None, "mailbox": 0}
    mine = inbox.c.mailbox == person.account
    waits = mine, inbox.c.state == UpdateState.WAITING
    conn.execute(update(inbox).where(*waits).values(state=UpdateState.DONE, **handled))
    conn.execute(update(inbox).where(mine).values(**handled))
    sign = f'"id":{person.account},'
    elsewhere = inbox.c.state == UpdateState.DEAD, inbox.c.payload.contains(sign, autoescape=True)
    conn.execute(update(inbox).where(*elsewhere).values(payload="", error=None))


def _unsay(conn: Connection, person: Person) -> None:
    """What was told to them, and what waits to be: the words go now, the rows with the chat; see :func:`close_chats`."""
    mine = outbox.c.chat_id == person.account
    conn.execute(update(outbox).where(mine, IS_DUE).values(state=RowState.SKIPPED))
    conn.execute(update(outbox).where(mine).values(params="{}", error=None, edit_message_id=None, card=None))


def close_chats(conn: Connection, most: int) -> int:
    """Private chats of nobody, once the last word was said in them: then nothing tells of the account any more."""
    waits = exists().where(outbox.c.chat_id == chats.c.id, IS_DUE)
    private = literal_column("'private'", String)  # in the statement itself: SQLite finds the index by it
    nobodys = select(chats.c.id).where(chats.c.person_id.is_(None), chats.c.kind == private, ~waits)
    ids = list(conn.execute(nobodys.order_by(chats.c.id).limit(most)).scalars())
    if not ids:
        return 0
    conn.execute(delete(outbox).where(outbox.c.chat_id.in_(ids)))
    for table in (cards, places, subscriptions):
        conn.execute(delete(table).where(table.c.chat_id.in_(ids)))
    conn.execute(
        update(inbox).where(inbox.c.mailbox.in_(ids), inbox.c.state == UpdateState.DONE).values(mailbox=0)
    )
    return conn.execute(delete(chats).where(chats.c.id.in_(ids))).rowcount


def blank_organisation(conn: Connection, organisation_id: int) -> None:
    """An organisation that is one person, when that person is forgotten."""
    conn.execute(
        update(organisations)
        .where(organisations.c.id == organisation_id)
        .values(name="", name_key="", city=None)
    )


def told_elsewhere(conn: Connection, params: list[str], chat_ids: list[int], since: datetime) -> list[Any]:
    """(chat, message, topic, screen, parameters) of what was said of somebody in these chats and can still be edited."""
    query = select(
        outbox.c.chat_id, outbox.c.message_id, outbox.c.thread_id, outbox.c.screen, outbox.c.params
    )
    query = query.where(
        outbox.c.chat_id.in_(chat_ids),
        outbox.c.state == RowState.SENT,
        outbox.c.message_id.is_not(None),
        outbox.c.sent_at > since,
        outbox.c.params.in_(params),
    )
    return list(conn.execute(query.order_by(outbox.c.id)).all())


# --- who stays barred -----------------------------------------------------------------------------------


def bar(conn: Connection, mark: str, salt: str, organisation_id: int | None, now: datetime) -> None:
    """Remember a suspension without remembering who it is."""
    values = {"mark": mark, "salt": salt, "organisation_id": organisation_id, "at": now}
    conn.execute(insert(barred).values(**values))


def salts(conn: Connection) -> list[str]:
    """The salts in use; as a rule there is one."""
    return list(conn.execute(select(barred.c.salt).distinct()).scalars())


def take_bars(conn: Connection, mark: str) -> list[int | None]:
    """What somebody with this mark is barred from (None: everything); it stands in their own rows from now on."""
    found = list(conn.execute(select(barred.c.organisation_id).where(barred.c.mark == mark)).scalars())
    if found:
        conn.execute(delete(barred).where(barred.c.mark == mark))
    return found
