"""A chat's standing orders: the daily digest, and hearing of new needs at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.catalogue import catalogue
from domain.errors import AlreadyDone, NotFound
from domain.model import Subscription
from domain.schedule import next_run
from storage import chats, events, outbox
from storage.engine import Connection
from storage.outbox import Lane

DAY = timedelta(days=1)


def subscribe(conn: Connection, actor: Actor, chat_id: int, hour: int, zone: str) -> None:
    """A daily digest at a local hour; from now on, the past is not told again."""
    if not 0 <= hour <= 23:
        raise NotFound
    known = chats.subscription(conn, chat_id, "digest")
    watermark = known.watermark if known and known.active else events.latest(conn)
    chats.save_subscription(
        conn,
        chat_id,
        "digest",
        hour=hour,
        zone=zone,
        next_run_at=next_run(actor.at, hour, zone),
        watermark=watermark,
        active=True,
        created_by=actor.person_id,
    )


def unsubscribe(conn: Connection, chat_id: int, kind: str = "digest") -> None:
    """Stop it; asking twice is answered kindly."""
    known = chats.subscription(conn, chat_id, kind)
    if known is None or not known.active:
        raise AlreadyDone
    chats.save_subscription(conn, chat_id, kind, active=False)


def watch(conn: Connection, actor: Actor, chat_id: int, sector: str) -> None:
    """Hear of new needs of a sector at once, or no longer: each press turns it over."""
    known_sectors = {sector.code for sector in catalogue().sectors}
    if sector not in known_sectors:
        raise NotFound
    known = chats.subscription(conn, chat_id, "instant")
    chosen = set(known.sector_codes) if known and known.active else set()
    chosen ^= {sector}
    chats.save_subscription(
        conn,
        chat_id,
        "instant",
        sectors=",".join(sorted(chosen)),
        active=bool(chosen),
        created_by=actor.person_id,
    )


def watch_all(conn: Connection, actor: Actor, chat_id: int) -> None:
    """Hear of every new need at once."""
    chats.save_subscription(conn, chat_id, "instant", sectors="", active=True, created_by=actor.person_id)


def send_due(conn: Connection, now: datetime) -> int:
    """Queue due digests, at most a batch; a missed hour is made up once, never twice. Returns how many.

    A chat that saw no change since its last digest waits for its next hour.
    """
    newest = events.settled(conn)
    for hour, zone in chats.quiet_hours(conn, now, newest):
        chats.skip_quiet(conn, now, newest, hour, zone, next_run(now, hour, zone))
    by_hour: dict[tuple[int, str], list[Subscription]] = defaultdict(list)
    for due in chats.due_digests(conn, now, newest):
        assert due.hour is not None
        assert due.zone is not None
        by_hour[due.hour, due.zone].append(due)
    return sum(
        _send(conn, now, due, next_run(now, hour, zone), newest) for (hour, zone), due in by_hour.items()
    )


def _send(
    conn: Connection, now: datetime, due: Sequence[Subscription], next_run_at: datetime, newest: int
) -> int:
    mine = chats.claim_digests(conn, due, next_run_at, newest)
    params = {each.chat_id: {"after": each.watermark, "until": newest} for each in due if each.id in mine}
    if params:
        outbox.show_each(conn, now, "digest", params, Lane.DIGEST)
    return len(params)
