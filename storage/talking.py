"""Threads, their messages and files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from domain.talking import File, Message, Sent, Thread
from storage.base import find, find_one, insert_new, load_all
from storage.schema.needs import needs
from storage.schema.talking import files, messages, threads


def thread(conn: Connection, thread_id: int) -> Thread | None:
    """A thread by id."""
    return find_one(conn, Thread, threads, id=thread_id)


def thread_of(conn: Connection, need_id: int, organisation_id: int) -> Thread | None:
    """What a partner and the hromada of a need wrote to each other, if they did."""
    return find_one(conn, Thread, threads, need_id=need_id, organisation_id=organisation_id)


def open_thread(conn: Connection, need_id: int, organisation_id: int, at: datetime) -> Thread:
    """The thread of a partner and a need, begun if there is none."""
    known = thread_of(conn, need_id, organisation_id)
    if known is not None:
        return known
    values = {"need_id": need_id, "organisation_id": organisation_id, "opened_at": at, "moved_at": at}
    conn.execute(insert_new(conn.dialect.name, threads, "need_id", "organisation_id"), values)
    made = thread_of(conn, need_id, organisation_id)
    assert made is not None
    return made


def invite(conn: Connection, thread_id: int, person_id: int, at: datetime) -> bool:
    """A coordinator may read along from now on; False if one may already."""
    query = update(threads).where(threads.c.id == thread_id, threads.c.invited_at.is_(None))
    return conn.execute(query.values(invited_by=person_id, invited_at=at)).rowcount == 1


def end_invitation(conn: Connection, thread_id: int) -> bool:
    """Nobody reads along any more; False if nobody did."""
    query = update(threads).where(threads.c.id == thread_id, threads.c.invited_at.is_not(None))
    return conn.execute(query.values(invited_by=None, invited_at=None)).rowcount == 1


def add_message(conn: Connection, burst: int | None, **values: Any) -> Message:
    """Keep a message; it begins a burst of its own where ``burst`` is None. The thread moves up."""
    row_id = conn.execute(
        insert(messages).values(burst=burst or 0, **values).returning(messages.c.id)
    ).scalar_one()
    if burst is None:
        conn.execute(update(messages).where(messages.c.id == row_id).values(burst=row_id))
    moved = update(threads).where(threads.c.id == values["thread_id"], threads.c.moved_at < values["at"])
    conn.execute(moved.values(moved_at=values["at"]))
    found = message(conn, row_id)
    assert found is not None
    return found


def message(conn: Connection, message_id: int) -> Message | None:
    """A message by id."""
    return find_one(conn, Message, messages, id=message_id)


def newest(conn: Connection, thread_id: int) -> Message | None:
    """The last word in a thread."""
    found = before(conn, thread_id, None, 1)
    return found[0] if found else None


_BEFORE = (
    select(messages)
    .where(messages.c.thread_id == bindparam("thread_id"), messages.c.id < bindparam("before"))
    .order_by(messages.c.id.desc())
    .limit(bindparam("most"))
)
_ALL = 2**62


def before(conn: Connection, thread_id: int, message_id: int | None, limit: int) -> list[Message]:
    """Messages older than one (or the newest), newest first."""
    asked = {"thread_id": thread_id, "before": message_id or _ALL, "most": limit}
    return load_all(Message, conn.execute(_BEFORE, asked))


def of_burst(conn: Connection, burst: int) -> list[Message]:
    """The messages that are told of as one, oldest first."""
    return sorted(find(conn, Message, messages, burst=burst), key=lambda each: each.id)


def of_question(conn: Connection, question_id: int) -> list[Message]:
    """What an old question became: its message, and its answer's."""
    found = find(conn, Message, messages, question_id=question_id)
    return sorted(found, key=lambda each: each.id)


def attach(conn: Connection, message_id: int, sent: Sent) -> None:
    """Keep a file of a message; the same one counts once."""
    values = {
        "message_id": message_id,
        "kind": sent.kind,
        "file_id": sent.file_id,
        "file_unique_id": sent.unique_id,
        "name": sent.name,
    }
    conn.execute(insert_new(conn.dialect.name, files, "message_id", "file_unique_id"), values)


def files_of(conn: Connection, message_ids: Sequence[int]) -> list[File]:
    """The files of some messages, in the order they came."""
    query = select(files).where(files.c.message_id.in_(message_ids)).order_by(files.c.message_id, files.c.id)
    return load_all(File, conn.execute(query)) if message_ids else []


def threads_of_partner(conn: Connection, organisation_id: int, limit: int = 12) -> list[Thread]:
    """A partner's threads, the liveliest first."""
    query = select(threads).where(threads.c.organisation_id == organisation_id)
    return load_all(Thread, conn.execute(query.order_by(threads.c.moved_at.desc()).limit(limit)))


def threads_of_hromada(conn: Connection, organisation_id: int, limit: int = 12) -> list[Thread]:
    """The threads about a hromada's needs, the liveliest first."""
    query = select(threads).join(needs, needs.c.id == threads.c.need_id)
    query = query.where(needs.c.organisation_id == organisation_id)
    return load_all(Thread, conn.execute(query.order_by(threads.c.moved_at.desc()).limit(limit)))


def invited(conn: Connection, limit: int = 6) -> list[Thread]:
    """Threads in which somebody asked a coordinator to look, longest first."""
    query = select(threads).where(threads.c.invited_at.is_not(None)).order_by(threads.c.invited_at)
    return load_all(Thread, conn.execute(query.limit(limit)))


def threads_of_need(conn: Connection, need_id: int) -> list[Thread]:
    """The threads about one need, the liveliest first."""
    found = find(conn, Thread, threads, need_id=need_id)
    return sorted(found, key=lambda each: each.moved_at, reverse=True)


def count_of_need(conn: Connection, need_id: int) -> int:
    """How many partners write about a need."""
    query = select(func.count()).select_from(threads).where(threads.c.need_id == need_id)
    return conn.execute(query).scalar_one()
