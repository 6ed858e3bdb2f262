"""What follows in the database from a refusal: the right column of the table in bot/refusals.py."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.refusals import Judgement, Verdict
from handlers.view import View
from storage import outbox
from storage.base import LONGEST_PAUSE
from storage.engine import Connection
from storage.outbox import Lane, OutboxRow

Render = Callable[[Connection, OutboxRow, datetime], View | None]
Rests = Callable[[Connection, OutboxRow, datetime], datetime | None]
FollowUp = Callable[[Connection, datetime, OutboxRow, int], None]

_LONGEST = {Lane.REPLY: 10, Lane.NOTICE: 60, Lane.DIGEST: 300}
"""Seconds. The longer Telegram is away the rarer we ask; but somebody who waits for an answer sees it soon after."""
_FIRST_TRY = 30.0
"""Seconds until a place that takes nothing for now is asked again; then twice as many, and so on."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the sender asks the rest of the house: what a row looks like, and what follows from its fate.

    ``lost``: the message of an edit is gone. ``unreachable``: a person is. ``silenced``, ``heard`` and ``gone``: a chat, or a
    topic of it, takes nothing for now, takes something again, is gone for ever. ``unsaid``: these rows will not be said.
    """

    render: Render
    follow_ups: Mapping[str, FollowUp]
    lost: Callable[[Connection, OutboxRow], None]
    unreachable: Callable[[Connection, datetime, int, str], None]
    migrated: Callable[[Connection, datetime, int, int], object]
    rests: Rests = lambda *_: None
    silenced: Callable[[Connection, datetime, OutboxRow], None] = lambda *_: None
    heard: Callable[[Connection, OutboxRow], None] = lambda *_: None
    gone: Callable[[Connection, datetime, OutboxRow, str], None] = lambda *_: None
    unsaid: Callable[[Connection, Iterable[OutboxRow]], None] = lambda *_: None


def follow(
    conn: Connection, script: Script, now: datetime, row: OutboxRow, view: View, judged: Judgement, why: str
) -> None:
    """Carry out a verdict; what the sender itself has to do about a pause is not done here."""
    verdict = meaning(row, judged.verdict)
    match verdict:
        case Verdict.PAUSE:
            _pause(conn, now, row, view, judged.seconds, why)
        case Verdict.LINE:
            put_off(conn, row, view, now + timedelta(seconds=line_pause(row)), why)
        case Verdict.PLACE_NOW:
            put_off(conn, row, view, now + timedelta(seconds=_place_pause(row)), why)
            if view.kind == "message":
                script.silenced(conn, now, row)
        case Verdict.MOVED:
            outbox.rekey_chat(conn, row.chat_id, judged.new_chat_id)
            script.migrated(conn, now, row.chat_id, judged.new_chat_id)
        case Verdict.MESSAGE_GONE:
            _message_gone(conn, script, row, why)
        case Verdict.TOPIC_GONE | Verdict.PLACE_GONE:
            script.gone(
                conn, now, row if verdict is Verdict.TOPIC_GONE else replace(row, thread_id=None), why
            )
        case Verdict.PERSON:
            script.unreachable(conn, now, row.chat_id, why)
            outbox.skip_chat(conn, row.chat_id, why)
        case _:
            give_up(conn, script, row, why)


def meaning(row: OutboxRow, verdict: Verdict) -> Verdict:
    """What a verdict comes to for this row: of a chat we do not know only the message can be gone, and so on."""
    edits = row.edit_message_id is not None or row.inline_message_id is not None
    places = (Verdict.PLACE_NOW, Verdict.TOPIC_GONE, Verdict.PLACE_GONE, Verdict.PERSON)
    if row.inline_message_id is not None and verdict in places:
        return Verdict.MESSAGE_GONE
    if verdict is Verdict.MESSAGE_GONE and not edits:
        return Verdict.OURS
    if verdict is Verdict.TOPIC_GONE and row.thread_id is None:
        return Verdict.OURS
    return verdict


def line_pause(row: OutboxRow) -> float:
    """Seconds until the next try of what is nobody's fault."""
    return float(min(2.0 ** min(row.attempts, 9), _LONGEST[Lane(row.lane)]))


def _place_pause(row: OutboxRow) -> float:
    return float(min(_FIRST_TRY * 2.0 ** min(row.attempts, 9), LONGEST_PAUSE.total_seconds()))


def held_for(row: OutboxRow, view: View, verdict: Verdict) -> float | None:
    """Seconds for which what is queued behind it later has to wait, too."""
    if view.kind != "message" or verdict not in (Verdict.LINE, Verdict.PLACE_NOW):
        return None
    return line_pause(row) if verdict is Verdict.LINE else _place_pause(row)


def put_off(conn: Connection, row: OutboxRow, view: View | None, until: datetime, why: str) -> None:
    """Its lane waits with it, so that order holds; answers do not wait for news, and nothing for commands or for files."""
    outbox.postpone(conn, row.id, until, why)
    if view is None or view.kind == "message":
        outbox.postpone_lane(conn, row, until)


def give_up(conn: Connection, script: Script, row: OutboxRow, why: str) -> None:
    """A dead letter."""
    outbox.dead(conn, row.id, why)
    script.unsaid(conn, [row])


def _pause(conn: Connection, now: datetime, row: OutboxRow, view: View, seconds: float, why: str) -> None:
    """Of everything in the chat; commands are counted apart from messages."""
    until = now + min(timedelta(seconds=seconds), LONGEST_PAUSE)
    outbox.postpone(conn, row.id, until, why, tried=False)
    if view.kind != "commands":
        outbox.postpone_chat(conn, row.chat_id, until)


def _message_gone(conn: Connection, script: Script, row: OutboxRow, why: str) -> None:
    """An answer is worth a new message; a live card that is gone stays gone."""
    script.lost(conn, row)
    if row.lane == Lane.REPLY and row.edit_message_id is not None:
        outbox.send_new(conn, row.id)
    else:
        outbox.skip(conn, row.id, why)
