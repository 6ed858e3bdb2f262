"""What was sent to a chat, when, and why not where not: for the operator whom somebody asks."""

from collections.abc import Iterator
from datetime import datetime

from rich.table import Table

from domain.model import Subscription
from domain.schedule import EVERY_DAY
from storage import chat_moves, chats, outbox, subscriptions
from storage.engine import Connection
from storage.outbox import Lane, OutboxRow, RowState

MOMENT = "%Y-%m-%d %H:%M"


def found(conn: Connection, chat_id: int, limit: int) -> tuple[list[str], list[OutboxRow]] | None:
    """How things stand with a chat, in sentences, and the newest that was to be said there; None for one we do not know."""
    chat_id = chat_moves.current(conn, chat_id)
    chat = chats.chat(conn, chat_id)
    if chat is None:
        return None
    said = [
        f"{chat.kind} {chat.title or chat.id}: {'reachable' if chat.reachable else 'NOT reachable: it left or blocked the bot'}"
    ]
    if chat.silent_since is not None:
        said.append(f"takes nothing since {chat.silent_since:{MOMENT}} UTC: what waits is tried again")
    if chat.quiet_from is not None:
        said.append(
            f"quiet from {chat.quiet_from:02}:00 to {chat.quiet_to:02}:00 ({chat.quiet_zone}): news waits"
        )
    said += [_order(each) for each in subscriptions.of_chat(conn, chat_id)] or ["no standing order"]
    return said, outbox.of_chat(conn, chat_id, limit)


def _order(each: Subscription) -> str:
    """One standing order."""
    where = f" in topic {each.thread_id}" if each.thread_id else ""
    what = "everything" if each.filter.empty else each.filters
    if each.gone_at is not None:
        return f"{each.kind}{where}: ended {each.gone_at:{MOMENT}} UTC because its place was gone; {what}"
    if not each.active:
        return f"{each.kind}{where}: not ordered; {what}"
    paused = f"; PAUSED until {each.paused_until:{MOMENT}} UTC" if each.paused_until else ""
    if each.next_run_at is None:
        return f"{each.kind}{where}: at once; {what}{paused}"
    days = "" if each.days == EVERY_DAY else f", on days {each.days:07b} from Sunday back to Monday"
    return (
        f"{each.kind}{where}: next {each.next_run_at:{MOMENT}} UTC, {each.hour:02}:00 {each.zone}{days}; "
        f"{what}; told up to event {each.watermark}, silent if nothing fits after it{paused}"
    )


def table(rows: list[OutboxRow], now: datetime) -> Table:
    """The newest last."""
    shown = Table("queued (UTC)", "what", "lane", "became", "why")
    for row in rows:
        shown.add_row(
            f"{row.created_at:{MOMENT}}",
            row.screen,
            Lane(row.lane).name.lower(),
            _fate(row),
            " ".join(_why(row, now))[:120],
        )
    return shown


def _fate(row: OutboxRow) -> str:
    return f"sent {row.sent_at:{MOMENT}}" if row.sent_at else row.state.value


def _why(row: OutboxRow, now: datetime) -> Iterator[str]:
    if row.error:
        yield row.error.split("\n")[0]
    if row.state is RowState.DUE:
        yield f"tried {row.attempts} times" if row.attempts else "waits for its turn"
        if row.not_before > now:
            yield f"not before {row.not_before:{MOMENT}}"
