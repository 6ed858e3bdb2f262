"""Keeping a promise true: a hold kept longer, a new day, another amount, a yes to what the hromada changed."""

from datetime import date

from domain.actor import Actor
from domain.errors import Changed, Empty, ExtendedBefore, NotFound
from domain.model import Need, Pledge, PledgeLine
from domain.notices import Happening
from domain.schedule import USUAL, Terms
from domain.whole import must_be_whole
from domain.words import Bucket, EventKind, PledgeState
from services import four_eyes, history, rests
from services.needs import give_back
from services.notices import Concerned, refresh_cards, tell
from services.pledges import OPEN_STATES, own_pledge, reserve
from storage import giving, needs
from storage.engine import Connection


def extend_hold(conn: Connection, actor: Actor, pledge_id: int, terms: Terms) -> None:
    """Keep a hold once as long again. An offer is not extended: others wait behind it."""
    found = own_pledge(conn, actor, pledge_id)
    if found.state is not PledgeState.HELD or found.holds_until is None or found.offered:
        raise Changed
    if giving.extended_before(conn, pledge_id):
        raise ExtendedBefore
    until = found.holds_until + terms.hold
    if not giving.move_pledge(conn, pledge_id, [PledgeState.HELD], holds_until=until, extended=True):
        raise Changed
    history.of_need(conn, actor, EventKind.PLEDGE_EXTENDED, found.need_id, pledge=pledge_id)


def postpone(conn: Connection, actor: Actor, pledge_id: int, day: date) -> None:
    """A new day on which it will be ready; the hromada is told."""
    found = own_pledge(conn, actor, pledge_id)
    if not has_a_day(conn, found):
        raise Changed
    told: dict[str, object] = {"told": found.told, "told_at": found.told_at}
    if found.state in (PledgeState.ACCEPTED, PledgeState.DISPATCHED):  # it is the day they are asked about
        told = {}
    if not giving.move_pledge(conn, pledge_id, [found.state], ready_by=day, **told):
        raise Changed
    history.of_need(conn, actor, EventKind.PLEDGE_POSTPONED, found.need_id, pledge=pledge_id)
    _tell_hromada(conn, actor, found, Happening.PLEDGE_POSTPONED)


def has_a_day(conn: Connection, found: Pledge) -> bool:
    """Whether something of it is still to be got ready."""
    rest = found.state is PledgeState.DISPATCHED and any(
        row.left for row in giving.pledge_lines_of(conn, found.id)
    )
    return found.state in OPEN_STATES or rest


def still_fits(conn: Connection, actor: Actor, row_id: int, version: int) -> Pledge:
    """The partner looked at the changed line and says yes. A yes to an older version is none."""
    _, found = _own_row(conn, actor, row_id)
    if not giving.say_yes(conn, row_id, version):
        raise Changed
    figures = {"pledge": found.id, "version": version}
    history.of_need(conn, actor, EventKind.PLEDGE_CONFIRMED, found.need_id, **figures)
    _tell_hromada(conn, actor, found, Happening.PLEDGE_CONFIRMED)
    return found


def change_amount(conn: Connection, actor: Actor, row_id: int, quantity: int, terms: Terms = USUAL) -> Pledge:
    """Give more or less of one line, without withdrawing first. It answers what the hromada asked, too.

    More is reserved as any pledge is; less is open again, for whoever waits for it first.
    """
    row, found = _own_row(conn, actor, row_id)
    more = quantity - row.quantity
    bucket = Bucket.HELD if found.state is PledgeState.HELD else Bucket.PROMISED
    if quantity <= 0:
        raise Empty
    line = needs.line(conn, row.line_id)
    assert line is not None
    if found.state is PledgeState.ACCEPTED:
        four_eyes.not_who_accepted(conn, actor, found)
    must_be_whole(quantity, line.unit, row.packed, row.quantity + (line.open or 0))
    if found.state not in OPEN_STATES or not giving.resize_row(conn, row, quantity):
        raise Changed
    if more > 0:
        if found.state is PledgeState.HELD:
            rests.must_have_rested(conn, actor, _need(conn, found), row.line_id, terms)
        reserve(conn, _need(conn, found), row.line_id, more, bucket, rest=True)
    elif more < 0:
        give_back(conn, actor, row.line_id, -more, bucket, terms)
    if row.asked is not None:
        giving.say_yes(conn, row_id, row.asked)
    figures = {"pledge": found.id, "amounts": {str(row.line_id): quantity}}
    history.of_need(conn, actor, EventKind.PLEDGE_CHANGED, found.need_id, **figures)
    _tell_hromada(conn, actor, found, Happening.PLEDGE_CHANGED)
    refresh_cards(conn, actor.at, found.need_id)
    return found


def own_row(conn: Connection, actor: Actor, row_id: int) -> PledgeLine:
    """A row of a pledge of the organisation acted for."""
    return _own_row(conn, actor, row_id)[0]


def _own_row(conn: Connection, actor: Actor, row_id: int) -> tuple[PledgeLine, Pledge]:
    row = giving.pledge_line(conn, row_id)
    if row is None:
        raise NotFound
    return row, own_pledge(conn, actor, row.pledge_id)


def _need(conn: Connection, found: Pledge) -> Need:
    need = needs.need(conn, found.need_id)
    assert need is not None
    return need


def _tell_hromada(conn: Connection, actor: Actor, found: Pledge, event: Happening) -> None:
    """Of an offer nobody said yes to it never heard."""
    if not (found.offered and found.state is PledgeState.HELD):
        hromada = Concerned(hromada=_need(conn, found).organisation_id)
        tell(conn, actor.at, event, hromada, pledge_id=found.id)
