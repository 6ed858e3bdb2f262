"""What is old enough goes by itself, a batch at a time; what an open need, pledge or journey still needs stays."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    TextClause,
    and_,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)

from domain.personal_data import Ages
from domain.schedule import BATCH
from domain.words import LIVE_NEEDS, ConsignmentState, PledgeState
from storage import personal
from storage.base import plain
from storage.inbox import UpdateState, inbox
from storage.outbox import RowState, outbox
from storage.schema.chats import drafts
from storage.schema.giving import (
    consignment_lines,
    consignments,
    pledge_lines,
    pledges,
    questions,
)
from storage.schema.needs import needs
from storage.schema.people import invites
from storage.schema.talking import files, messages, places, threads, translations

Job = Callable[[Connection, datetime], int]
_OPEN_PLEDGES = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED)
_MOVING = (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED)
_IS_OVER = text("state IN ('sent', 'skipped')")
_NAMES_SOMEBODY = or_(
    *(column.is_not(None) for column in (consignments.c.carrier, consignments.c.plate, consignments.c.note))
)


class Seldom:
    """A job that rests an hour once it is through: what is old by days need not be looked for every few seconds."""

    def __init__(self, job: Job, every: timedelta = timedelta(hours=1)) -> None:
        self._job = job
        self._every = every
        self._through: datetime | None = None

    def __call__(self, conn: Connection, now: datetime) -> int:
        """A batch of it, unless it rests; a clock that was put back ends the rest."""
        if self._through is not None and self._through <= now < self._through + self._every:
            return 0
        did = self._job(conn, now)
        self._through = now if did < BATCH else None
        return did


def jobs(ages: Ages) -> Mapping[str, Job]:
    """For the ticker: each does a batch and says how much it was."""
    seldom: dict[str, Job] = {
        "sweep_inbox": partial(handled, age=ages.done),
        "sweep_outbox": partial(said, age=ages.done),
        "sweep_dead_updates": partial(dead_updates, age=ages.dead),
        "sweep_dead_notices": partial(dead_notices, age=ages.dead),
        "sweep_drafts": partial(old_drafts, age=ages.drafts),
        "sweep_conversations": partial(conversations, age=ages.talks),
        "sweep_threads": partial(empty_threads, age=ages.talks),
        "sweep_questions": partial(old_questions, age=ages.talks),
        "sweep_invites": partial(old_invites, age=ages.invites),
        "sweep_journeys": partial(journeys, age=ages.journeys),
    }
    return {
        **{name: Seldom(job) for name, job in seldom.items()},
        "close_chats": lambda conn, now: personal.close_chats(conn, BATCH),
    }


def _oldest(
    conn: Connection,
    table: Table,
    since: ColumnElement[datetime],
    before: datetime,
    *where: ColumnElement[bool] | TextClause,
) -> int:
    """Delete a batch of the rows that are meant, the oldest first: so that each walks an index and no table."""
    [key] = table.primary_key
    batch = select(key).where(*where, since < before).order_by(since).limit(BATCH)
    return conn.execute(delete(table).where(key.in_(batch))).rowcount


def handled(conn: Connection, now: datetime, age: timedelta) -> int:
    """Numbers of updates handled long ago: Telegram does not send them again."""
    return _oldest(conn, inbox, inbox.c.received_at, now - age, inbox.c.state == plain(UpdateState.DONE))


def said(conn: Connection, now: datetime, age: timedelta) -> int:
    """What was said long ago."""
    return _oldest(conn, outbox, outbox.c.created_at, now - age, _IS_OVER)


def dead_updates(conn: Connection, now: datetime, age: timedelta) -> int:
    """What could not be handled, and nobody looked at in time."""
    return _oldest(conn, inbox, inbox.c.received_at, now - age, inbox.c.state == plain(UpdateState.DEAD))


def dead_notices(conn: Connection, now: datetime, age: timedelta) -> int:
    """What Telegram never took."""
    return _oldest(conn, outbox, outbox.c.created_at, now - age, outbox.c.state == plain(RowState.DEAD))


def old_drafts(conn: Connection, now: datetime, age: timedelta) -> int:
    """What nobody went on with."""
    return _oldest(conn, drafts, drafts.c.touched_at, now - age)


def old_invites(conn: Connection, now: datetime, age: timedelta) -> int:
    """Links that ran out, or were used, that long ago. Whom they let in stands in the history."""
    used = _oldest(conn, invites, invites.c.created_at, now - age, invites.c.used_at < now - age)
    return used + _oldest(conn, invites, invites.c.expires_at, now - age)


def _ended(partner: ColumnElement[int], before: datetime) -> ColumnElement[bool]:
    """Of a need that was closed before, with a partner who owes nothing towards it any more."""
    owed = exists().where(
        pledges.c.need_id == needs.c.id,
        pledges.c.organisation_id == partner,
        pledges.c.state.in_(_OPEN_PLEDGES),
    )
    travels = (
        exists()
        .where(consignments.c.id == consignment_lines.c.consignment_id)
        .where(consignment_lines.c.pledge_line_id == pledge_lines.c.id)
        .where(pledge_lines.c.pledge_id == pledges.c.id)
        .where(pledges.c.need_id == needs.c.id, pledges.c.organisation_id == partner)
        .where(consignments.c.state.in_(_MOVING))
    )
    over = needs.c.closed_at < before, needs.c.state.not_in(LIVE_NEEDS)
    return and_(needs.c.closed_at.is_not(None), *over, ~owed, ~travels)


def _ended_threads(before: datetime) -> Select[tuple[int]]:
    query = select(threads.c.id).join(needs, needs.c.id == threads.c.need_id)
    return query.where(_ended(threads.c.organisation_id, before))


def conversations(conn: Connection, now: datetime, age: timedelta) -> int:
    """Messages of conversations about closed needs, with their files and translations."""
    ended = _ended_threads(now - age)
    batch = select(messages.c.id).where(messages.c.thread_id.in_(ended)).order_by(messages.c.id).limit(BATCH)
    ids = list(conn.execute(batch).scalars())
    if ids:
        of_message = translations.c.owner == "message", translations.c.owner_id.in_(ids)
        conn.execute(delete(translations).where(*of_message))
        conn.execute(delete(files).where(files.c.message_id.in_(ids)))
        conn.execute(delete(messages).where(messages.c.id.in_(ids)))
    return len(ids)


def empty_threads(conn: Connection, now: datetime, age: timedelta) -> int:
    """Conversations of which nothing is left."""
    empty = ~exists().where(messages.c.thread_id == threads.c.id)
    query = select(threads.c.id).where(threads.c.id.in_(_ended_threads(now - age)), empty).limit(BATCH)
    ids = list(conn.execute(query).scalars())
    if ids:
        conn.execute(delete(places).where(places.c.about.in_([f"thread:{each}" for each in ids])))
        conn.execute(delete(threads).where(threads.c.id.in_(ids)))
    return len(ids)


def old_questions(conn: Connection, now: datetime, age: timedelta) -> int:
    """Questions of before there were conversations, once nothing came of them that still stands."""
    sides = questions.c.from_organisation, questions.c.to_organisation
    over = (
        select(questions.c.id)
        .join(needs, needs.c.id == questions.c.need_id)
        .where(*(_ended(side, now - age) for side in sides))
        .where(~exists().where(messages.c.question_id == questions.c.id))
        .order_by(questions.c.id)
        .limit(BATCH)
    )
    return conn.execute(delete(questions).where(questions.c.id.in_(over))).rowcount


def journeys(conn: Connection, now: datetime, age: timedelta) -> int:
    """Driver, plate and note of consignments that arrived or were cancelled that long ago; the goods stay on record."""
    over = or_(
        and_(consignments.c.state == ConsignmentState.RECEIVED, consignments.c.received_at < now - age),
        and_(consignments.c.state == ConsignmentState.CANCELLED, consignments.c.created_at < now - age),
    )
    batch = (
        select(consignments.c.id)
        .where(_NAMES_SOMEBODY, over)
        .order_by(consignments.c.created_at)
        .limit(BATCH)
    )
    blank = {"carrier": None, "plate": None, "note": None}
    return conn.execute(update(consignments).where(consignments.c.id.in_(batch)).values(**blank)).rowcount
