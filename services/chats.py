"""What the messenger tells us about chats: blocked, removed, upgraded, closed for a while or for ever."""

from collections.abc import Iterable
from datetime import datetime

from domain.notices import Happening
from services import digests, notices
from storage import cards, chat_moves, chats, outbox, subscriptions
from storage.engine import Connection
from storage.outbox import OutboxRow


def unreachable(conn: Connection, now: datetime, chat_id: int, reason: str) -> None:
    """A person blocked the bot: nothing more is sent there until they speak again, and no day of their digest is lost."""
    unsaid(conn, outbox.digests_waiting(conn, [chat_id]))
    outbox.skip_chat(conn, chat_id, reason)
    if chats.chat(conn, chat_id) is not None:
        chats.see(conn, chat_id, reachable=False, seen_at=now)


def unsaid(conn: Connection, rows: Iterable[OutboxRow]) -> None:
    """What will not be said is not told: a digest gives its days back to the next one."""
    for row in rows:
        if row.screen == digests.SCREEN:
            digests.give_back(conn, row.chat_id, row.values)


def migrated(conn: Connection, now: datetime, old: int, new: int) -> int:
    """A group became a supergroup; returns where it is."""
    return chat_moves.merge(conn, now, old, new)


def moved_already(conn: Connection, now: datetime, chat_id: int) -> bool:
    """Whether we knew that a chat is elsewhere: then what was refused there is said where it is."""
    there = chat_moves.current(conn, chat_id)
    if there == chat_id:
        return False
    chat_moves.merge(conn, now, chat_id, there)
    return True


def silenced(conn: Connection, now: datetime, chat_id: int, thread_id: int | None) -> None:
    """For now the bot may not write there. Nobody is dropped; whoever ordered for it hears of it, once."""
    known = chats.chat(conn, chat_id)
    if known is None or known.person_id is not None or known.silent_since is not None:
        return
    chats.see(conn, chat_id, silent_since=now)
    _tell_owners(conn, now, Happening.PLACE_SILENT, chat_id, thread_id or 0)


def heard_again(conn: Connection, chat_id: int) -> None:
    """It takes what we say again, also what was refused so far."""
    outbox.try_again(conn, chat_id)
    known = chats.chat(conn, chat_id)
    if known is not None and known.silent_since is not None:
        chats.see(conn, chat_id, silent_since=None)


def gone(
    conn: Connection, now: datetime, chat_id: int, thread_id: int | None, why: str, *, skip: bool = True
) -> None:
    """A chat, or a topic of it, is gone for ever: its orders end, and whoever placed them hears of it a minute later."""
    known = chats.chat(conn, chat_id)
    if skip:
        outbox.skip_chat(conn, chat_id, why, thread_id)
    if known is None:
        return
    if thread_id is None:
        chats.see(conn, chat_id, reachable=False, seen_at=now)
    _tell_owners(conn, now, Happening.PLACE_GONE, chat_id, thread_id or 0)
    subscriptions.end(conn, now, chat_id, thread_id)


def _tell_owners(conn: Connection, now: datetime, event: Happening, chat_id: int, topic: int) -> None:
    """Those whose orders stand there, and who brought the bot in where it cannot come by itself."""
    known = chats.chat(conn, chat_id)
    orders = [each for each in subscriptions.of_chat(conn, chat_id) if each.active]
    owners = {each.created_by for each in orders if topic in (0, each.thread_id)}
    if known is not None and known.kind == "channel" and known.added_by is not None and topic == 0:
        owners.add(known.added_by)
    for person_id in sorted(owners):
        whom = notices.Concerned(person=person_id)
        notices.tell(conn, now, event, whom, chat=chat_id, topic=topic)


def lost_card(conn: Connection, chat_id: int, message_id: int) -> None:
    """A card's message can no longer be edited; it is not kept true any more."""
    chats.drop_card(conn, chat_id, message_id)


def lost_inline_card(conn: Connection, inline_message_id: str) -> None:
    """The same of a card that somebody shared."""
    cards.drop(conn, inline_message_id)
