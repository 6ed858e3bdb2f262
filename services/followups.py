"""Asking what happened, without nagging: walks the table of domain/followups.py. Called by the ticker."""

from datetime import datetime

from domain.followups import ENOUGH, Followup, FollowupKind, Side
from domain.model import Consignment, Need
from domain.notices import Happening
from domain.schedule import Terms
from services import notices
from storage import followups, needs
from storage.engine import Connection
from storage.followups import Subject


def follow_up(conn: Connection, now: datetime, rule: Followup, terms: Terms) -> int:
    """Ask about everything of one kind that is due, a batch at a time; how many were claimed."""
    did = 0
    for told, moment in enumerate(rule.moments(terms)):
        for thing in followups.due(conn, rule, told, rule.due_since(terms, now, moment), now):
            did += _ask(conn, now, rule, thing, told, terms)
    return did


def _ask(conn: Connection, now: datetime, rule: Followup, thing: Subject, told: int, terms: Terms) -> bool:
    """Ask once for all moments that passed; False where another process was faster."""
    needless = rule.kind is FollowupKind.NO_PHOTO and bool(needs.photos(conn, "consignment", thing.id))
    times = ENOUGH if needless else rule.passed(terms, now, getattr(thing, rule.since))
    if not followups.claim(conn, rule, thing.id, told, times, now):
        return False
    if not needless:
        sides = {side: _whose(conn, thing, side) for side in rule.asked}
        concerned = notices.Concerned(hromada=sides.get(Side.HROMADA), giver=sides.get(Side.GIVER))
        notices.tell(conn, now, Happening[rule.kind.name], concerned, **{f"{rule.thing}_id": thing.id})
    return True


def _whose(conn: Connection, thing: Subject, side: Side) -> int:
    if side is Side.GIVER or isinstance(thing, Need):
        return thing.organisation_id
    if isinstance(thing, Consignment):
        return thing.hromada_id
    need = needs.need(conn, thing.need_id)
    assert need is not None
    return need.organisation_id
