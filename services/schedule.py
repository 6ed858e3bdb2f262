"""Everything that becomes due by itself, for the ticker."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from domain.schedule import Terms
from services import digests, heartbeat
from services.morning import Morning
from storage.engine import Connection

Job = Callable[[Connection, datetime], int]


def jobs(terms: Terms) -> Mapping[str, Job]:
    """Each job claims what is due in its own transaction and returns how much it did."""
    return {
        "lapse_holds": heartbeat.lapse_holds,
        "ask_if_still_needed": heartbeat.ask_if_still_needed,
        "go_stale": partial(heartbeat.go_stale, terms=terms),
        "send_digests": partial(digests.send_due, morning=Morning()),
    }
