"""Everything that becomes due by itself, for the ticker."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from domain.followups import FOLLOWUPS
from domain.schedule import Terms
from services import digests, followups, heartbeat, seals, settling, twins
from services.morning import Morning
from storage.engine import Connection

Job = Callable[[Connection, datetime], int]


def jobs(terms: Terms) -> Mapping[str, Job]:
    """Each job claims what is due in its own transaction and returns how much it did."""
    return {
        "lapse_holds": partial(heartbeat.lapse_holds, terms=terms),
        "ask_if_still_needed": heartbeat.ask_if_still_needed,
        "end_unattended": partial(settling.end_unattended, terms=terms),
        "go_stale": partial(heartbeat.go_stale, terms=terms),
        **{
            f"follow_up_{kind}": partial(followups.follow_up, rule=rule, terms=terms)
            for kind, rule in FOLLOWUPS.items()
        },
        "open_to_everyone": twins.open_to_everyone,
        "tell_head": partial(seals.tell_head, terms=terms),
        "send_digests": partial(digests.send_due, morning=Morning()),
    }
