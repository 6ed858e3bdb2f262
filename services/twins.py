"""A need that its hromada's partners see first: they hear of it at once, everybody else when it opens."""

from datetime import datetime

from domain.actor import Actor
from domain.errors import Changed, Forbidden, NotFound
from domain.model import Need
from domain.notices import Happening
from domain.words import EventKind
from services import history
from services.notices import Concerned, refresh_cards, tell
from storage import first_view, needs
from storage.engine import Connection

NOBODY = 0


def show_first(conn: Connection, at: datetime, need: Need) -> None:
    """Its card, live, to everybody who acts for a partner of the hromada."""
    hromada = Concerned(hromada=need.organisation_id)
    tell(conn, at, Happening.NEED_SHOWN_FIRST, hromada, need_id=need.id)


def open_to_everyone(conn: Connection, now: datetime) -> int:
    """Needs whose time with their partners alone is over; how many."""
    due = first_view.opening(conn, now)
    for need_id in due:
        _open(conn, Actor(NOBODY, now), need_id)
    return len(due)


def open_now(conn: Connection, actor: Actor, need_id: int) -> None:
    """The hromada does not wait any longer."""
    organisation_id = actor.official()
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    if need.organisation_id != organisation_id:
        raise Forbidden
    if not need.live or not _open(conn, actor, need_id):
        raise Changed


def _open(conn: Connection, actor: Actor, need_id: int) -> bool:
    """Into everybody's lists and to whoever asked for new needs; one that is over is merely no secret any more."""
    if not first_view.make_public(conn, need_id):
        return False
    need = needs.need(conn, need_id)
    if need is not None and need.live:
        history.of_need(conn, actor, EventKind.NEED_PUBLIC, need_id)
        about = Concerned(need=need_id, doer=need.posted_by)
        tell(conn, actor.at, Happening.NEED_PUBLIC, about, need_id=need_id)
        refresh_cards(conn, actor.at, need_id)
    return True
