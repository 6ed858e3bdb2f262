"""What somebody leaves behind who no longer acts for an organisation, and what becomes of it.

Colleagues have the promises, trucks and conversations anyway: those are the organisation's. They are told, and get what was only
half written. Where nobody is left, what is merely held is open again at once; of what is promised the other side decides in one
press, is reminded, and of a giver's promise nobody decided about the line is free after some days.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.actor import Actor
from domain.errors import Changed, Forbidden, NotFound
from domain.model import Draft, Member, Need, Organisation, Person, Pledge
from domain.notices import Happening
from domain.schedule import USUAL, Terms
from domain.words import (
    Bucket,
    ConsignmentState,
    EventKind,
    MemberState,
    NeedState,
    OrganisationKind,
    OrganisationState,
    PledgeState,
)
from services import history, invites
from services.needs import give_back, settle
from services.notices import Concerned, refresh_cards, tell
from storage import chats, giving, needs, people
from storage.engine import Connection

NOBODY = 0
PROMISED = (PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED)
NEED, HANDED = "need", "need_handed"
"""The form of a need that is being written, and where a colleague's waits until it is taken up."""
OF_ONESELF = ("contacts", "hromada", "partner", NEED, HANDED)
"""Drafts that are nobody's papers; those of needs are handed on first."""


def settle_member(conn: Connection, actor: Actor, member: Member, terms: Terms = USUAL) -> None:
    """Somebody no longer acts for an organisation: call it once that is written down, in the same transaction.

    ``member`` as it was before or is now. Who was never let in leaves nothing but drafts.
    """
    colleagues = [
        each for each in people.verified_people(conn, member.organisation_id) if each.id != member.person_id
    ]
    drop_drafts(conn, member, colleagues)
    invites.revoke_given(conn, actor, member.person_id, member.organisation_id)
    if member.state in (MemberState.PENDING, MemberState.REFUSED):
        return
    if colleagues:
        about = Concerned(own=member.organisation_id, doer=member.person_id)
        tell(conn, actor.at, Happening.COLLEAGUE_GONE, about, member_id=member.id)
        return
    place = people.organisation(conn, member.organisation_id)
    if place is not None:
        _leave_alone(conn, actor, place, terms)


def settle_organisation(conn: Connection, actor: Actor, organisation_id: int, terms: Terms = USUAL) -> None:
    """A whole organisation no longer acts: call it once that is written down, in the same transaction."""
    place = people.organisation(conn, organisation_id)
    if place is None:
        raise NotFound
    for member in people.members_of(conn, organisation_id):
        if member.state is MemberState.VERIFIED:
            drop_drafts(conn, member, ())
    invites.revoke_into(conn, actor, organisation_id)
    _leave_alone(conn, actor, place, terms)


def settle_person(conn: Connection, actor: Actor, person_id: int, terms: Terms = USUAL) -> None:
    """Somebody may do nothing any more: every organisation they acted for goes on without them."""
    for member, _ in people.memberships(conn, person_id):
        if member.state is MemberState.VERIFIED:
            settle_member(conn, actor, member, terms)
    chats.drop_drafts(conn, person_id)
    invites.revoke_given(conn, actor, person_id)


# --- what was half written ----------------------------------------------------------------------------


def drop_drafts(conn: Connection, member: Member, colleagues: Sequence[Person] = ()) -> None:
    """Drafts about an organisation's papers are gone with the right to it; a hromada's need half written goes to a colleague.

    Whoever acts for another hromada, too, keeps it: it may be meant for that one.
    """
    place = people.organisation(conn, member.organisation_id)
    asks = place is not None and place.kind is OrganisationKind.HROMADA
    if not _asks_elsewhere(conn, member):
        for form in (NEED, HANDED):
            draft = chats.draft(conn, member.person_id, form)
            if draft is not None and not (asks and _hand_on(conn, draft, colleagues)):
                chats.drop_draft(conn, draft.id)
    chats.drop_drafts(conn, member.person_id, OF_ONESELF)


def _asks_elsewhere(conn: Connection, member: Member) -> bool:
    return any(
        other.state is MemberState.VERIFIED and place.kind is OrganisationKind.HROMADA
        for other, place in people.memberships(conn, member.person_id)
        if place.id != member.organisation_id
    )


def _hand_on(conn: Connection, draft: Draft, colleagues: Sequence[Person]) -> bool:
    """To the first colleague with room for it: as their own, or beside their own."""
    for form in (NEED, HANDED):
        for colleague in colleagues:
            if chats.draft(conn, colleague.id, form) is None:
                chats.hand_draft(conn, draft.id, colleague.id, form)
                return True
    return False


def take_up_draft(conn: Connection, actor: Actor) -> None:
    """A colleague's draft of a need takes the place of one's own, which waits instead."""
    actor.official()
    handed, own = (chats.draft(conn, actor.person_id, form) for form in (HANDED, NEED))
    if handed is None:
        raise Changed
    if own is not None:
        chats.hand_draft(conn, own.id, actor.person_id, "")
    chats.hand_draft(conn, handed.id, actor.person_id, NEED)
    if own is not None:
        chats.hand_draft(conn, own.id, actor.person_id, HANDED)


# --- where nobody is left -----------------------------------------------------------------------------


def _leave_alone(conn: Connection, actor: Actor, place: Organisation, terms: Terms) -> None:
    if place.state not in (OrganisationState.VERIFIED, OrganisationState.SUSPENDED):
        return  # it never promised or asked anything
    if place.kind is OrganisationKind.HROMADA:
        _silence_needs(conn, actor, place.id)
        owed = giving.owed_to(conn, place.id)
    else:
        needs.leave_waiting(conn, place.id)
        owed = giving.owed_by(conn, place.id)
    for pledge in owed:
        if pledge.state is PledgeState.HELD:
            _end(conn, actor, pledge, PledgeState.LAPSED, terms)
        elif pledge.unattended_at is None:
            _ask(conn, actor, pledge)
    tell(conn, actor.at, Happening.NOBODY_LEFT, Concerned(), organisation_id=place.id)


def _silence_needs(conn: Connection, actor: Actor, hromada_id: int) -> None:
    """Nobody could answer a promise: its needs leave the lists until somebody confirms them again."""
    for need in needs.live_of(conn, hromada_id):
        if needs.move_need(conn, need.id, [NeedState.OPEN], state=NeedState.STALE):
            history.of_need(conn, actor, EventKind.NEED_STALE, need.id)
            refresh_cards(conn, actor.at, need.id)


def _ask(conn: Connection, actor: Actor, pledge: Pledge) -> None:
    giving.leave_unattended(conn, pledge.id, actor.at, actor.at)
    both = Concerned(hromada=_need(conn, pledge).organisation_id, giver=pledge.organisation_id)
    tell(conn, actor.at, Happening.UNATTENDED, both, pledge_id=pledge.id)


def other_side(conn: Connection, actor: Actor, pledge_id: int) -> tuple[Pledge, Need]:
    """A promise the other side of which nobody acts for, for whoever is left. Raises Forbidden and its kin."""
    ours = actor.official() if actor.is_official else actor.partner()
    pledge = giving.pledge(conn, pledge_id)
    if pledge is None:
        raise NotFound
    need = _need(conn, pledge)
    if ours not in (pledge.organisation_id, need.organisation_id):
        raise Forbidden
    other = need.organisation_id if ours == pledge.organisation_id else pledge.organisation_id
    if pledge.unattended_at is None or pledge.state not in PROMISED or people.verified_people(conn, other):
        raise Changed
    return pledge, need


def keep(conn: Connection, actor: Actor, pledge_id: int, terms: Terms = USUAL) -> None:
    """It stands, though nobody acts for the other side: asked about again after some weeks."""
    pledge, need = other_side(conn, actor, pledge_id)
    giving.leave_unattended(conn, pledge.id, actor.at + terms.ask_again, None)
    history.of_need(conn, actor, EventKind.PLEDGE_KEPT, need.id, pledge=pledge.id)


def end(conn: Connection, actor: Actor, pledge_id: int, terms: Terms = USUAL) -> None:
    """It does not stand: what has not left yet is open again."""
    pledge, _ = other_side(conn, actor, pledge_id)
    if not can_end(conn, pledge):
        raise Changed
    _end(conn, actor, pledge, PledgeState.DECLINED if actor.is_official else PledgeState.WITHDRAWN, terms)


def can_end(conn: Connection, pledge: Pledge) -> bool:
    """Whether something of it has not left yet; goods on the road are signed for when they come."""
    trucks = giving.consignments_of_pledge(conn, pledge.id)
    packing = any(truck.state is ConsignmentState.PACKING for truck in trucks)
    return packing or any(row.left for row in giving.pledge_lines_of(conn, pledge.id))


def end_unattended(conn: Connection, now: datetime, terms: Terms) -> int:
    """Promises whose giver nobody acts for, and nobody said whether they stand: their lines are open again."""
    for pledge_id in giving.attended_again(conn):
        giving.leave_unattended(conn, pledge_id, None, None)
    due = giving.unattended(conn, now - terms.unattended)
    for pledge in due:
        if can_end(conn, pledge):
            _end(conn, Actor(NOBODY, now), pledge, PledgeState.WITHDRAWN, terms)
        else:  # all of it is on the road
            giving.leave_unattended(conn, pledge.id, None, None)
    return len(due)


def _end(conn: Connection, actor: Actor, pledge: Pledge, state: PledgeState, terms: Terms) -> None:
    """What is packed and did not leave is unpacked; what is on the road stays."""
    need = _need(conn, pledge)
    for truck in giving.consignments_of_pledge(conn, pledge.id):
        if truck.state is ConsignmentState.PACKING:
            _unpack(conn, actor, truck.id)
    rows = giving.pledge_lines_of(conn, pledge.id)
    rest, some_left = [row for row in rows if row.left], any(row.packed for row in rows)
    state = PledgeState.DISPATCHED if some_left else state
    values = {"state": state, "holds_until": None, "unattended_at": None, "moved_at": actor.at}
    if not giving.move_pledge(conn, pledge.id, [pledge.state], **values):
        raise Changed
    for row in rest:
        if some_left:
            giving.trim(conn, row)
        source = Bucket.HELD if pledge.state is PledgeState.HELD else Bucket.PROMISED
        give_back(conn, actor, row.line_id, row.left, source, terms)
    if some_left and not giving.unreceived(conn, pledge.id):
        giving.move_pledge(conn, pledge.id, [state], state=PledgeState.RECEIVED)
    figures = {str(row.line_id): row.left for row in rest}
    history.of_need(conn, actor, EventKind.PLEDGE_ENDED, need.id, pledge=pledge.id, amounts=figures)
    heard = pledge.state is not PledgeState.HELD or not pledge.offered  # of an offer the hromada never heard
    both = Concerned(
        hromada=need.organisation_id if heard else None,
        giver=pledge.organisation_id,
        doer=actor.person_id,
    )
    tell(conn, actor.at, Happening.UNATTENDED_ENDED, both, pledge_id=pledge.id)
    refresh_cards(conn, actor.at, need.id)
    settle(conn, actor, need.id)


def _unpack(conn: Connection, actor: Actor, consignment_id: int) -> None:
    moved = giving.move_consignment(
        conn, consignment_id, [ConsignmentState.PACKING], state=ConsignmentState.CANCELLED
    )
    if not moved:
        raise Changed
    goods = giving.goods(conn, consignment_id)
    for row in goods:
        giving.unpack(conn, row.pledge_line_id, row.quantity)
    for need_id in sorted({_need_of_line(conn, row.line_id) for row in goods}):
        history.of_need(conn, actor, EventKind.CONSIGNMENT_CANCELLED, need_id, consignment=consignment_id)


def _need_of_line(conn: Connection, line_id: int) -> int:
    line = needs.line(conn, line_id)
    assert line is not None
    return line.need_id


def _need(conn: Connection, pledge: Pledge) -> Need:
    need = needs.need(conn, pledge.need_id)
    assert need is not None
    return need
