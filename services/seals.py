"""The head of the history goes to the coordinators once a day: whoever keeps it can tell later whether something was changed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.notices import Happening
from domain.schedule import Terms
from services.notices import Concerned, tell
from storage import seals
from storage.engine import Connection


def tell_head(conn: Connection, now: datetime, terms: Terms) -> int:
    """From the hour of the digests on, once a day, and only if something was sealed since; returns how many were told."""
    local = now.astimezone(ZoneInfo(terms.zone))
    if local.hour < terms.digest_hour:
        return 0
    head = seals.claim_news(conn, local.date())
    if head is None:
        return 0
    tell(conn, now, Happening.HISTORY_SEALED, Concerned(), seal_id=head.id)
    return 1
