"""Goods on the move: packing, dispatch, arrival, and the hromada's signature under what really came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.actor import Actor
from domain.errors import Changed, DoesNotAddUp, Empty, Forbidden, NotFound
from domain.followups import ENOUGH
from domain.model import Consignment, ConsignmentLine
from domain.notices import Happening
from domain.schedule import USUAL, Terms
from domain.whole import broken, must_be_whole
from domain.words import Bucket, ConsignmentState, EventKind, PledgeState
from services import four_eyes, history
from services.needs import give_back, settle
from services.notices import Concerned, refresh_cards, tell
from services.pledges import own_pledge
from storage import followups, giving, needs, people
from storage.engine import Connection

BEFORE_ARRIVAL = (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY)
BEFORE_RECEIPT = (ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED)


@dataclass(frozen=True, slots=True)
class Count:
    """What arrived of one kind of goods, in thousandths of its unit."""

    good: int
    damaged: int
    missing: int


def pack(conn: Connection, actor: Actor, amounts: Mapping[int, int]) -> Consignment:
    """Put goods of accepted pledges (thousandths by pledge line id) into one consignment to one hromada."""
    organisation_id = actor.partner()
    if not amounts or min(amounts.values()) <= 0:
        raise Empty
    hromadas = {_hromada_of(conn, actor, row_id) for row_id in amounts}
    if len(hromadas) != 1:
        raise Forbidden
    for row_id, amount in amounts.items():
        _must_be_whole(conn, row_id, amount)
        if not giving.pack(conn, row_id, amount):
            raise Changed
    made = giving.add_consignment(
        conn,
        dict(amounts),
        organisation_id=organisation_id,
        hromada_id=hromadas.pop(),
        person_id=actor.person_id,
        state=ConsignmentState.PACKING,
        created_at=actor.at,
    )
    for need_id in needs_of(conn, made.id):
        history.of_need(conn, actor, EventKind.CONSIGNMENT_PACKED, need_id, consignment=made.id)
    return made


def _must_be_whole(conn: Connection, pledge_line_id: int, amount: int) -> None:
    row = giving.pledge_line(conn, pledge_line_id)
    line = needs.line(conn, row.line_id) if row else None
    if row and line:
        must_be_whole(amount, line.unit, row.left)


def _hromada_of(conn: Connection, actor: Actor, pledge_line_id: int) -> int:
    row = giving.pledge_line(conn, pledge_line_id)
    if row is None:
        raise NotFound
    pledge = own_pledge(conn, actor, row.pledge_id)
    four_eyes.not_who_accepted(conn, actor, pledge)
    if pledge.state not in (PledgeState.ACCEPTED, PledgeState.DISPATCHED):
        raise Changed
    need = needs.need(conn, pledge.need_id)
    assert need is not None
    return need.organisation_id


def needs_of(conn: Connection, consignment_id: int) -> list[int]:
    """The needs that a consignment brings something for."""
    found = {giving_need(conn, row) for row in giving.goods(conn, consignment_id)}
    return sorted(found)


def giving_need(conn: Connection, row: ConsignmentLine) -> int:
    """The need that some goods are for."""
    line = needs.line(conn, row.line_id)
    assert line is not None
    return line.need_id


def ours(conn: Connection, actor: Actor, consignment_id: int) -> Consignment:
    """A consignment of the organisation acted for."""
    organisation_id = actor.partner()
    found = giving.consignment(conn, consignment_id)
    if found is None:
        raise NotFound
    if found.organisation_id != organisation_id:
        raise Forbidden
    return found


def coming_to_us(conn: Connection, actor: Actor, consignment_id: int) -> Consignment:
    """A consignment for the hromada acted for."""
    organisation_id = actor.official()
    found = giving.consignment(conn, consignment_id)
    if found is None:
        raise NotFound
    if found.hromada_id != organisation_id:
        raise Forbidden
    return found


def may_witness(conn: Connection, actor: Actor, consignment_id: int) -> Consignment:
    """A consignment for the hromada acted for that somebody else packed: its receipt, its photos and thanks are theirs."""
    found = coming_to_us(conn, actor, consignment_id)
    four_eyes.not_who_packed(conn, actor, found)
    return found


def describe(
    conn: Connection,
    actor: Actor,
    consignment_id: int,
    *,
    carrier: str | None = None,
    plate: str | None = None,
    crossing: str | None = None,
    eta: date | None = None,
    note: str | None = None,
) -> None:
    """Who drives, with which plate, over which crossing, when it should arrive."""
    found = ours(conn, actor, consignment_id)
    if found.state not in BEFORE_ARRIVAL:
        raise Changed
    given = {"carrier": carrier, "plate": plate, "crossing": crossing, "eta": eta, "note": note}
    values: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if eta is not None:
        values |= {"told": 0, "told_at": None}  # a new day, a new follow-up
    giving.change_consignment(conn, consignment_id, **values)
    # Names of fields alone: a plate is short enough to be guessed from its hash, and a history is never erased.
    changed = sorted(key for key, value in given.items() if value not in (None, getattr(found, key)))
    if changed:
        _note(conn, actor, consignment_id, EventKind.TRANSPORT_CHANGED, changed=changed)
    if found.state is ConsignmentState.ON_THE_WAY:
        _tell(conn, actor, Happening.TRAVEL_CHANGED, found)


def declare(conn: Connection, actor: Actor, consignment_id: int, declaration: str) -> None:
    """The hromada enters the unique code of the humanitarian aid declaration: ready to drive."""
    found = coming_to_us(conn, actor, consignment_id)
    if found.state not in BEFORE_ARRIVAL:
        raise Changed
    giving.change_consignment(conn, consignment_id, declaration=declaration)
    kept = "entered" if found.declaration is None else "corrected"
    _note(conn, actor, consignment_id, EventKind.DECLARATION_CHANGED, how=kept)
    _tell(conn, actor, Happening.DECLARED, found)


def dispatch(conn: Connection, actor: Actor, consignment_id: int) -> None:
    """It drives: what was promised is on the way, the hromada is told."""
    found = ours(conn, actor, consignment_id)
    four_eyes.not_who_took(conn, actor, found)
    moved = giving.move_consignment(
        conn,
        consignment_id,
        [ConsignmentState.PACKING],
        state=ConsignmentState.ON_THE_WAY,
        dispatched_at=actor.at,
    )
    if not moved:
        raise Changed
    rows = giving.goods(conn, consignment_id)
    for row in rows:
        if not needs.move(conn, row.line_id, row.quantity, Bucket.PROMISED, Bucket.ON_THE_WAY):
            raise Changed
    for pledge_id in sorted({row.pledge_id for row in rows}):
        giving.move_pledge(
            conn, pledge_id, [PledgeState.ACCEPTED], state=PledgeState.DISPATCHED, moved_at=actor.at
        )
    _happened(conn, actor, consignment_id, EventKind.CONSIGNMENT_DISPATCHED)
    _tell(conn, actor, Happening.DISPATCHED, found)


def arrive(conn: Connection, actor: Actor, consignment_id: int) -> None:
    """It stands in the yard; the hromada counts it next. Either side may say so."""
    found = giving.consignment(conn, consignment_id)
    if found is None:
        raise NotFound
    if actor.is_official:
        coming_to_us(conn, actor, consignment_id)
    else:
        ours(conn, actor, consignment_id)
    moved = giving.move_consignment(
        conn,
        consignment_id,
        [ConsignmentState.ON_THE_WAY],
        state=ConsignmentState.ARRIVED,
        arrived_at=actor.at,
    )
    if not moved:
        raise Changed
    _happened(conn, actor, consignment_id, EventKind.CONSIGNMENT_ARRIVED)
    _tell(conn, actor, Happening.ARRIVED, found)


def cancel(conn: Connection, actor: Actor, consignment_id: int) -> None:
    """Unpack a consignment that never left; its pledges stand as before."""
    ours(conn, actor, consignment_id)
    moved = giving.move_consignment(
        conn, consignment_id, [ConsignmentState.PACKING], state=ConsignmentState.CANCELLED
    )
    if not moved:
        raise Changed
    for row in giving.goods(conn, consignment_id):
        giving.unpack(conn, row.pledge_line_id, row.quantity)
    _happened(conn, actor, consignment_id, EventKind.CONSIGNMENT_CANCELLED)


def add_photo(conn: Connection, actor: Actor, consignment_id: int, file_id: str, unique_id: str) -> bool:
    """A photo of what came, by the hromada."""
    found = may_witness(conn, actor, consignment_id)
    if found.state is ConsignmentState.RECEIVED:
        followups.enough(conn, consignment_id)
    return needs.attach(
        conn,
        "consignment",
        consignment_id,
        file_id=file_id,
        file_unique_id=unique_id,
        person_id=actor.person_id,
        at=actor.at,
    )


def show_photos(conn: Connection, actor: Actor, consignment_id: int) -> None:
    """Photos that came after the signature: the donor gets the proof once more, with them in it."""
    _tell(conn, actor, Happening.PHOTOS_ADDED, _signed_by_us(conn, actor, consignment_id))


def no_photo(conn: Connection, actor: Actor, consignment_id: int) -> None:
    """There is none, and nobody asks for it again."""
    _signed_by_us(conn, actor, consignment_id)
    followups.enough(conn, consignment_id)


def _signed_by_us(conn: Connection, actor: Actor, consignment_id: int) -> Consignment:
    found = coming_to_us(conn, actor, consignment_id)
    if found.state is not ConsignmentState.RECEIVED:
        raise Changed
    return found


def sign_receipt(
    conn: Connection,
    actor: Actor,
    consignment_id: int,
    counts: Mapping[int, Count],
    note: str | None = None,
    terms: Terms = USUAL,
) -> None:
    """The hromada signs for what really came: good is received, damaged and missing are open again.

    ``counts`` by consignment line id must cover every line and add up; the donor gets the proof.
    """
    found = may_witness(conn, actor, consignment_id)
    rows = giving.goods(conn, consignment_id)
    if set(counts) != {row.id for row in rows}:
        raise Empty
    moved = giving.move_consignment(
        conn,
        consignment_id,
        BEFORE_RECEIPT,
        state=ConsignmentState.RECEIVED,
        received_at=actor.at,
        arrived_at=found.arrived_at or actor.at,
        signed_by=actor.person_id,
        signed_as=people.person(conn, actor.person_id).name,
        receipt_note=note,
        told=ENOUGH if needs.photos(conn, "consignment", consignment_id) else 0,
    )
    if not moved:
        raise Changed
    for row in rows:
        _count(conn, actor, row, counts[row.id], terms)
    _finish_pledges(conn, actor, rows)
    figures = {
        str(row.id): [counts[row.id].good, counts[row.id].damaged, counts[row.id].missing] for row in rows
    }
    _happened(conn, actor, consignment_id, EventKind.RECEIPT_SIGNED, counts=figures)
    _tell(conn, actor, Happening.RECEIPT_SIGNED, found)
    for need_id in needs_of(conn, consignment_id):
        settle(conn, actor, need_id)
        refresh_cards(conn, actor.at, need_id)


def _count(conn: Connection, actor: Actor, row: ConsignmentLine, count: Count, terms: Terms) -> None:
    total = count.good + count.damaged + count.missing
    if total != row.quantity or min(count.good, count.damaged, count.missing) < 0:
        raise DoesNotAddUp(row.quantity, total)
    line = needs.line(conn, row.line_id)
    assert line is not None
    if not broken(row.quantity, line.unit):
        for counted in (count.good, count.damaged, count.missing):
            must_be_whole(counted, line.unit)
    giving.count_receipt(conn, row.id, count.good, count.damaged, count.missing)
    if count.good and not needs.move(conn, row.line_id, count.good, Bucket.ON_THE_WAY, Bucket.RECEIVED):
        raise Changed
    lost = count.damaged + count.missing
    if lost:
        give_back(conn, actor, row.line_id, lost, Bucket.ON_THE_WAY, terms)


def _finish_pledges(conn: Connection, actor: Actor, rows: Sequence[ConsignmentLine]) -> None:
    for pledge_id in sorted({row.pledge_id for row in rows}):
        if not giving.unreceived(conn, pledge_id):
            giving.move_pledge(
                conn, pledge_id, [PledgeState.DISPATCHED], state=PledgeState.RECEIVED, moved_at=actor.at
            )


def _tell(conn: Connection, actor: Actor, event: Happening, found: Consignment) -> None:
    other = found.organisation_id if actor.is_official else found.hromada_id
    both = Concerned(hromada=found.hromada_id, giver=found.organisation_id, other=other)
    tell(conn, actor.at, event, both, consignment_id=found.id)


def _note(conn: Connection, actor: Actor, consignment_id: int, kind: EventKind, **figures: object) -> None:
    """What happened to it, in the history of each need it serves; no card says it."""
    for need_id in needs_of(conn, consignment_id):
        history.of_need(conn, actor, kind, need_id, consignment=consignment_id, **figures)


def _happened(
    conn: Connection, actor: Actor, consignment_id: int, kind: EventKind, **figures: object
) -> None:
    for need_id in needs_of(conn, consignment_id):
        history.of_need(conn, actor, kind, need_id, consignment=consignment_id, **figures)
        refresh_cards(conn, actor.at, need_id)
