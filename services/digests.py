"""A chat's standing orders: the daily digest, and hearing of new needs at once."""

from datetime import datetime, timedelta

from domain.actor import Actor
from domain.catalogue import catalogue
from domain.errors import AlreadyDone, NotFound
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
    """Queue every due digest whose chat saw a change; a missed hour is made up once, never twice."""
    newest = events.latest(conn)
    sent = 0
    for due in chats.due_digests(conn, now):
        assert due.hour is not None
        assert due.zone is not None
        if not chats.claim_digest(conn, due, next_run(now, due.hour, due.zone), newest):
            continue
        if newest > due.watermark:
            params = {"after": due.watermark, "until": newest}
            outbox.show(conn, now, chat_id=due.chat_id, screen="digest", params=params, lane=Lane.DIGEST)
            sent += 1
    return sent
