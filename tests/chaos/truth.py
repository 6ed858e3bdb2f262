"""What must hold after every run, whatever happened in it: read from the database and from Telegram."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select

from domain.words import ConsignmentState, MemberState, PledgeState
from sandbox import SandboxServer
from storage import events
from storage.inbox import UpdateState, inbox
from storage.outbox import RowState, outbox
from storage.schema.giving import consignments, pledge_lines, pledges
from storage.schema.needs import lines
from storage.schema.people import members, people

FIRST_UPDATE = 700_000_001


@dataclass(frozen=True)
class Books:
    """The database's side of the story."""

    updates: dict[str, int]
    missing_updates: int
    rows: dict[str, int]
    sent_by_chat: dict[int, int]
    pledges: dict[int, int]
    members: int
    receipts: int
    on_pledges: dict[str, int]
    on_lines: dict[str, int]
    digests: int
    broken_chains: list[tuple[str, int]]


def books(conn: Connection) -> Books:
    """Everything the checks need, in one snapshot."""
    ids = select(func.count(), func.min(inbox.c.update_id), func.max(inbox.c.update_id))
    count, first, last = conn.execute(ids).one()
    said = (
        outbox.c.state == RowState.SENT,
        outbox.c.edit_message_id.is_(None),
        outbox.c.message_id.is_not(None),
    )
    chats = select(outbox.c.chat_id, func.count()).where(*said).group_by(outbox.c.chat_id)
    given = select(people.c.account, func.count()).join(pledges, pledges.c.person_id == people.c.id)
    asked = select(func.count()).select_from(members)
    signed = select(func.count()).where(consignments.c.state == ConsignmentState.RECEIVED)
    return Books(
        updates=_count(conn, inbox.c.state),
        missing_updates=(last - first + 1 - count) + (first - FIRST_UPDATE) if count else 0,
        rows=_count(conn, outbox.c.state),
        sent_by_chat=_figures(conn, chats),
        pledges=_figures(conn, given.group_by(people.c.account)),
        members=conn.execute(asked.where(members.c.state == MemberState.PENDING)).scalar_one(),
        receipts=conn.execute(signed).scalar_one(),
        on_pledges=_by_pledges(conn),
        on_lines=_by_lines(conn),
        digests=conn.execute(select(func.count()).where(outbox.c.screen == "digest")).scalar_one(),
        broken_chains=events.broken_chains(conn),
    )


def _figures(conn: Connection, query: Select[int, int]) -> dict[int, int]:
    return {int(key): int(number) for key, number in conn.execute(query)}


def _count(conn: Connection, column: object) -> dict[str, int]:
    rows = conn.execute(select(column, func.count()).group_by(column))  # type: ignore[call-overload]
    return {str(state): number for state, number in rows}


BUCKETS = {
    "promised": (PledgeState.PROMISED, PledgeState.ACCEPTED),
    "on_the_way": (PledgeState.DISPATCHED,),
    "received": (PledgeState.RECEIVED,),
}
"""Here a promise is one piece, so it is in one place at a time."""


def _by_pledges(conn: Connection) -> dict[str, int]:
    """What the promises add up to, in thousandths."""
    query = select(func.sum(pledge_lines.c.quantity)).join(pledges, pledges.c.id == pledge_lines.c.pledge_id)
    return {
        bucket: int(conn.execute(query.where(pledges.c.state.in_(states))).scalar() or 0)
        for bucket, states in BUCKETS.items()
    }


def _by_lines(conn: Connection) -> dict[str, int]:
    """What the lines themselves say."""
    return {bucket: int(conn.execute(select(func.sum(lines.c[bucket]))).scalar() or 0) for bucket in BUCKETS}


def needs_of(conn: Connection, item: str) -> list[list[int]]:
    """Whole quantities of every need's lines of an item, in the order in which they were posted."""
    query = select(lines.c.need_id, lines.c.needed).where(lines.c.item == item, lines.c.needed.is_not(None))
    found: dict[int, list[int]] = {}
    for need_id, needed in conn.execute(query.order_by(lines.c.need_id, lines.c.position)):
        found.setdefault(need_id, []).append(needed // 1000)
    return list(found.values())


def unsettled(conn: Connection) -> int:
    """Updates and messages that still wait."""
    waiting = select(func.count()).where(inbox.c.state == UpdateState.WAITING)
    due = select(func.count()).where(outbox.c.state == RowState.DUE)
    return int(conn.execute(waiting).scalar_one() + conn.execute(due).scalar_one())


def messages_by_chat(server: SandboxServer) -> Counter[int]:
    """What people really have from the bot in their chats."""
    found: Counter[int] = Counter()
    for chat in server.state.chats.values():
        found[chat.id] = sum(1 for message in chat.messages.values() if message["from"]["is_bot"])
    return found


def repeats(server: SandboxServer, said: Books) -> int:
    """Messages more than the books know of; raises AssertionError where one is missing."""
    shown = messages_by_chat(server)
    missing = {chat: count - shown[chat] for chat, count in said.sent_by_chat.items() if shown[chat] < count}
    assert missing == {}, f"said by the books and never seen: {missing}"
    return sum(shown[chat] - said.sent_by_chat.get(chat, 0) for chat in shown)
