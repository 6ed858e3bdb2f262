"""Promising: hold, promise, accept, decline, withdraw, lapse, wait."""

from collections.abc import Mapping
from datetime import date

from domain.actor import Actor
from domain.errors import AlreadyDone, Changed, Empty, Forbidden, Gone, NotFound, NotYet, Unattended
from domain.model import Line, Need, Pledge
from domain.notices import Happening
from domain.schedule import USUAL, Terms
from domain.whole import must_be_whole
from domain.words import Bucket, EventKind, PledgeState
from services import four_eyes, history, rests
from services.needs import give_back, settle
from services.notices import Concerned, refresh_cards, tell
from storage import first_view, giving, needs, people
from storage.engine import Connection

OPEN_STATES = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED)


def pledge(
    conn: Connection,
    actor: Actor,
    need_id: int,
    amounts: Mapping[int, int],
    terms: Terms,
    *,
    firm: bool,
    ready_by: date | None = None,
    note: str | None = None,
) -> Pledge:
    """Promise (firm) or hold amounts of some lines, all or nothing.

    ``amounts`` are thousandths by line id. Raises Gone, naming what is left, when another partner was faster.
    """
    organisation_id = actor.partner()
    need = _live_need(conn, actor, need_id)
    if not people.verified_people(conn, need.organisation_id):
        raise Unattended
    if not amounts or min(amounts.values()) <= 0:
        raise Empty
    bucket = Bucket.PROMISED if firm else Bucket.HELD
    for line_id, amount in amounts.items():
        if not firm:
            rests.must_have_rested(conn, actor, need, line_id, terms)
        reserve(conn, need, line_id, amount, bucket)
        needs.stop_waiting(conn, line_id, organisation_id)
    made = giving.add_pledge(
        conn,
        dict(amounts),
        need_id=need_id,
        organisation_id=organisation_id,
        person_id=actor.person_id,
        state=PledgeState.PROMISED if firm else PledgeState.HELD,
        holds_until=None if firm else actor.at + terms.hold,
        told=0 if firm else terms.told_of(terms.hold),
        ready_by=ready_by,
        note=note,
        created_at=actor.at,
        moved_at=actor.at,
    )
    kind = EventKind.PLEDGE_PROMISED if firm else EventKind.PLEDGE_HELD
    figures = {str(line_id): amount for line_id, amount in amounts.items()}
    history.of_need(conn, actor, kind, need_id, pledge=made.id, amounts=figures)
    tell(conn, actor.at, Happening.PLEDGED, Concerned(hromada=need.organisation_id), pledge_id=made.id)
    refresh_cards(conn, actor.at, need_id)
    return made


def may_pledge(conn: Connection, actor: Actor, need_id: int) -> Need:
    """A need that the partner acted for may see, live or over. Raises Forbidden and its kin."""
    actor.partner()
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    if not first_view.shown_to(conn, need, actor, actor.at):
        raise NotYet
    return need


def _live_need(conn: Connection, actor: Actor, need_id: int) -> Need:
    need = may_pledge(conn, actor, need_id)
    if not need.live:
        raise Changed
    return need


def reserve(
    conn: Connection, need: Need, line_id: int, amount: int, bucket: Bucket, *, rest: bool = False
) -> Line:
    """Take an amount out of what is open; raises Gone, naming what is left, when somebody was faster.

    ``rest``: it comes on top of something, and whether the sum comes in whole pieces was asked before.
    """
    line = needs.line(conn, line_id)
    if line is None or line.need_id != need.id:
        raise NotFound
    if not rest:
        must_be_whole(amount, line.unit, line.open)
    if not needs.move(conn, line_id, amount, Bucket.OPEN, bucket):
        raise Gone(line_id, 0 if line.closed else line.open or 0)
    return line


def own_pledge(conn: Connection, actor: Actor, pledge_id: int) -> Pledge:
    """A pledge of the organisation acted for."""
    organisation_id = actor.partner()
    found = giving.pledge(conn, pledge_id)
    if found is None:
        raise NotFound
    if found.organisation_id != organisation_id:
        raise Forbidden
    return found


def pledge_to_us(conn: Connection, actor: Actor, pledge_id: int) -> tuple[Pledge, Need]:
    """A pledge towards a need of the hromada acted for."""
    organisation_id = actor.official()
    found = giving.pledge(conn, pledge_id)
    need = needs.need(conn, found.need_id) if found else None
    if found is None or need is None:
        raise NotFound
    if need.organisation_id != organisation_id:
        raise Forbidden
    return found, need


def make_firm(conn: Connection, actor: Actor, pledge_id: int, ready_by: date | None = None) -> None:
    """A hold becomes a promise; its quantity was reserved all the time. Whoever says yes to an offer is its contact."""
    found = own_pledge(conn, actor, pledge_id)
    theirs = {"person_id": actor.person_id} if found.offered else {}
    moved = giving.move_pledge(
        conn,
        pledge_id,
        [PledgeState.HELD],
        state=PledgeState.PROMISED,
        holds_until=None,
        ready_by=ready_by or found.ready_by,
        moved_at=actor.at,
        **theirs,
    )
    if not moved:
        raise Changed
    for row in giving.pledge_lines_of(conn, pledge_id):
        if not needs.move(conn, row.line_id, row.quantity, Bucket.HELD, Bucket.PROMISED):
            raise Changed
    history.of_need(conn, actor, EventKind.PLEDGE_PROMISED, found.need_id, pledge=pledge_id)
    need = needs.need(conn, found.need_id)
    assert need is not None
    tell(conn, actor.at, Happening.PLEDGED, Concerned(hromada=need.organisation_id), pledge_id=pledge_id)
    refresh_cards(conn, actor.at, found.need_id)


def accept(conn: Connection, actor: Actor, pledge_id: int) -> None:
    """The hromada accepts; from now on both sides see each other's contacts."""
    found, need = pledge_to_us(conn, actor, pledge_id)
    four_eyes.not_who_promised(conn, actor, found)
    moved = giving.move_pledge(
        conn,
        pledge_id,
        [PledgeState.PROMISED],
        state=PledgeState.ACCEPTED,
        accepted_by=actor.person_id,
        moved_at=actor.at,
    )
    if not moved:
        raise Changed
    history.of_need(conn, actor, EventKind.PLEDGE_ACCEPTED, need.id, pledge=pledge_id)
    both = Concerned(hromada=need.organisation_id, giver=found.organisation_id, doer=actor.person_id)
    tell(conn, actor.at, Happening.PLEDGE_ACCEPTED, both, pledge_id=pledge_id)


def may_decline(conn: Connection, actor: Actor, pledge_id: int) -> tuple[Pledge, Need]:
    """A pledge to us that somebody else made: one's own is withdrawn."""
    found, need = pledge_to_us(conn, actor, pledge_id)
    four_eyes.not_who_promised(conn, actor, found)
    return found, need


def decline(conn: Connection, actor: Actor, pledge_id: int, reason: str, terms: Terms = USUAL) -> None:
    """The hromada cannot use it; the partner reads why and the quantity is open again."""
    found, need = may_decline(conn, actor, pledge_id)
    _end(conn, actor, found, PledgeState.DECLINED, EventKind.PLEDGE_DECLINED, terms, reason)
    tell(
        conn, actor.at, Happening.PLEDGE_DECLINED, Concerned(giver=found.organisation_id), pledge_id=pledge_id
    )
    settle(conn, actor, need.id)


def withdraw(conn: Connection, actor: Actor, pledge_id: int, terms: Terms = USUAL) -> None:
    """The partner cannot give it after all; the quantity is open again and the hromada is told.

    Of an offer that nobody said yes to the hromada never heard.
    """
    found = own_pledge(conn, actor, pledge_id)
    for row in giving.pledge_lines_of(conn, pledge_id):
        needs.stop_waiting(conn, row.line_id, found.organisation_id)
    _end(conn, actor, found, PledgeState.WITHDRAWN, EventKind.PLEDGE_WITHDRAWN, terms)
    need = needs.need(conn, found.need_id)
    assert need is not None
    if not _only_offered(found):
        _tell_withdrawn(conn, actor, found, need)
    settle(conn, actor, need.id)


def _only_offered(found: Pledge) -> bool:
    return found.offered and found.state is PledgeState.HELD


def withdraw_rest(conn: Connection, actor: Actor, pledge_id: int, terms: Terms = USUAL) -> None:
    """The partner sent a part and cannot give the rest: only the rest is open again."""
    found = own_pledge(conn, actor, pledge_id)
    if found.state not in (PledgeState.ACCEPTED, PledgeState.DISPATCHED):
        raise Changed
    rows = giving.pledge_lines_of(conn, pledge_id)
    rest = [row for row in rows if row.left]
    if not rest or not any(row.packed for row in rows):
        raise Changed
    for row in rest:
        giving.trim(conn, row)
        give_back(conn, actor, row.line_id, row.left, Bucket.PROMISED, terms)
    if not giving.unreceived(conn, pledge_id):
        giving.move_pledge(
            conn, pledge_id, (*OPEN_STATES, PledgeState.DISPATCHED), state=PledgeState.RECEIVED
        )
    figures = {str(row.line_id): row.left for row in rest}
    history.of_need(conn, actor, EventKind.PLEDGE_WITHDRAWN, found.need_id, pledge=pledge_id, rest=figures)
    need = needs.need(conn, found.need_id)
    assert need is not None
    _tell_withdrawn(conn, actor, found, need)
    refresh_cards(conn, actor.at, found.need_id)
    settle(conn, actor, need.id)


def _tell_withdrawn(conn: Connection, actor: Actor, found: Pledge, need: Need) -> None:
    hromada = Concerned(hromada=need.organisation_id)
    tell(conn, actor.at, Happening.PLEDGE_WITHDRAWN, hromada, pledge_id=found.id)


def lapse(conn: Connection, actor: Actor, held: Pledge, terms: Terms = USUAL) -> None:
    """A hold's time is over. Both sides are told; one press of the partner pledges anew."""
    _end(conn, actor, held, PledgeState.LAPSED, EventKind.PLEDGE_LAPSED, terms)
    need = needs.need(conn, held.need_id)
    assert need is not None
    hromada = None if held.offered else need.organisation_id  # it never heard of an offer
    both = Concerned(hromada=hromada, giver=held.organisation_id)
    tell(conn, actor.at, Happening.HOLD_LAPSED, both, pledge_id=held.id)
    settle(conn, actor, need.id)


def _end(
    conn: Connection,
    actor: Actor,
    found: Pledge,
    state: PledgeState,
    kind: EventKind,
    terms: Terms,
    reason: str | None = None,
) -> None:
    rows = giving.pledge_lines_of(conn, found.id)
    if any(row.packed for row in rows):
        raise Changed
    moved = giving.move_pledge(
        conn, found.id, OPEN_STATES, state=state, holds_until=None, reason=reason, moved_at=actor.at
    )
    if not moved:
        raise Changed
    source = Bucket.HELD if found.state is PledgeState.HELD else Bucket.PROMISED
    for row in rows:
        give_back(conn, actor, row.line_id, row.quantity, source, terms)
    history.of_need(conn, actor, kind, found.need_id, pledge=found.id)
    refresh_cards(conn, actor.at, found.need_id)


def wait_for(conn: Connection, actor: Actor, line_id: int) -> None:
    """Join the waiting list of a line that is all promised."""
    organisation_id = actor.partner()
    line = needs.line(conn, line_id)
    if line is None:
        raise NotFound
    _live_need(conn, actor, line.need_id)
    if not needs.wait(conn, line_id, organisation_id, actor.person_id, actor.at):
        raise AlreadyDone
    history.of_need(conn, actor, EventKind.WAITING, line.need_id, line=line_id)
