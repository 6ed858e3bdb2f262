"""Needs and holds that nobody speaks for any more. Called by the ticker; claims are conditional updates."""

from datetime import datetime

from domain.actor import Actor
from domain.notices import Happening
from domain.schedule import USUAL, Terms
from domain.words import EventKind, NeedState, PledgeState
from services import history
from services.notices import Concerned, refresh_cards, tell
from services.pledges import lapse
from storage import giving, needs
from storage.engine import Connection

NOBODY = 0


def ask_if_still_needed(conn: Connection, now: datetime) -> int:
    """Ask the officials of needs whose ``confirm_by`` has passed, once."""
    due = needs.due_for_confirmation(conn, now)
    for need in due:
        if needs.move_need(conn, need.id, [NeedState.OPEN], asked_at=now, told=0, told_at=None):
            hromada = Concerned(hromada=need.organisation_id)
            tell(conn, now, Happening.CONFIRMATION_DUE, hromada, need_id=need.id)
    return len(due)


def go_stale(conn: Connection, now: datetime, terms: Terms) -> int:
    """Needs whose question stayed unanswered leave the lists; their pledgers and their officials are told."""
    silent = needs.unanswered(conn, now - terms.stale_after)
    for need in silent:
        if not needs.move_need(conn, need.id, [NeedState.OPEN], state=NeedState.STALE):
            continue
        history.of_need(conn, Actor(NOBODY, now), EventKind.NEED_STALE, need.id)
        moving = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED)
        told = {pledge.organisation_id for pledge in giving.pledges_of_need(conn, need.id, moving)}
        tell(conn, now, Happening.NEED_STALE, Concerned(hromada=need.organisation_id), need_id=need.id)
        for giver in sorted(told):
            tell(conn, now, Happening.NEED_STALE, Concerned(giver=giver), need_id=need.id)
        refresh_cards(conn, now, need.id)
    return len(silent)


def lapse_holds(conn: Connection, now: datetime, terms: Terms = USUAL) -> int:
    """Holds whose time is over give their quantity back; what was offered passes on to the next who waits."""
    due = giving.lapsed_holds(conn, now)
    for pledge in due:
        lapse(conn, Actor(NOBODY, now), pledge, terms)
    return len(due)
