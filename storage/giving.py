"""Pledges, consignments, receipts, questions."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from domain import codes
from domain.model import Consignment, ConsignmentLine, Pledge, PledgeLine, Question
from domain.schedule import BATCH
from domain.words import ConsignmentState, MemberState, OrganisationState, PledgeState
from storage.base import add, change, columns_for, find, find_one, load, load_all, plain
from storage.prepared import Prepared
from storage.schema.giving import consignment_lines, consignments, pledge_lines, pledges, questions
from storage.schema.needs import needs
from storage.schema.people import members, organisations, people

OWED = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED)
"""Goods of these may still have to be packed."""
_OF_PLEDGE = Prepared(
    select(*columns_for(Consignment, consignments))
    .join(consignment_lines, consignment_lines.c.consignment_id == consignments.c.id)
    .join(pledge_lines, pledge_lines.c.id == consignment_lines.c.pledge_line_id)
    .where(pledge_lines.c.pledge_id == bindparam("pledge_id"))
    .distinct(),
    Consignment,
)


def add_pledge(conn: Connection, amounts: dict[int, int], **values: Any) -> Pledge:
    """A new pledge with its code; ``amounts`` are thousandths by line id."""
    row_id = add(conn, pledges, **values)
    change(conn, pledges, {"id": row_id}, code=codes.encode(row_id))
    for line_id, amount in amounts.items():
        add(conn, pledge_lines, pledge_id=row_id, line_id=line_id, quantity=amount)
    found = pledge(conn, row_id)
    assert found is not None
    return found


def pledge(conn: Connection, pledge_id: int) -> Pledge | None:
    """A pledge by id."""
    return find_one(conn, Pledge, pledges, id=pledge_id)


def move_pledge(conn: Connection, pledge_id: int, source: Sequence[PledgeState], **values: Any) -> bool:
    """Change a pledge only if it still stands where the caller saw it. Follow-ups begin anew."""
    values = {"told": 0, "told_at": None} | values
    query = update(pledges).where(pledges.c.id == pledge_id, pledges.c.state.in_(source))
    return conn.execute(query.values(version=pledges.c.version + 1, **values)).rowcount == 1


def pledge_lines_of(conn: Connection, pledge_id: int) -> list[PledgeLine]:
    """What a pledge gives, line by line."""
    found = find(conn, PledgeLine, pledge_lines, pledge_id=pledge_id)
    return sorted(found, key=lambda each: each.id)


def pledge_line(conn: Connection, row_id: int) -> PledgeLine | None:
    """One row of a pledge by id."""
    query = select(pledge_lines).where(pledge_lines.c.id == row_id)
    return load(PledgeLine, conn.execute(query).one_or_none())


def pledges_of_need(
    conn: Connection, need_id: int, states: Sequence[PledgeState] = tuple(PledgeState)
) -> list[Pledge]:
    """Pledges towards a need, oldest first."""
    query = select(pledges).where(pledges.c.need_id == need_id, pledges.c.state.in_(states))
    return load_all(Pledge, conn.execute(query.order_by(pledges.c.id)))


def pledges_by(
    conn: Connection,
    organisation_id: int,
    states: Sequence[PledgeState] = tuple(PledgeState),
    limit: int = 50,
) -> list[Pledge]:
    """An organisation's own pledges, newest first."""
    query = select(pledges).where(pledges.c.organisation_id == organisation_id, pledges.c.state.in_(states))
    return load_all(Pledge, conn.execute(query.order_by(pledges.c.id.desc()).limit(limit)))


def owed_by(conn: Connection, organisation_id: int) -> list[Pledge]:
    """Everything an organisation still holds, promises or sends, oldest first."""
    query = select(pledges).where(pledges.c.organisation_id == organisation_id, pledges.c.state.in_(OWED))
    return load_all(Pledge, conn.execute(query.order_by(pledges.c.id)))


def owed_to(conn: Connection, hromada_id: int) -> list[Pledge]:
    """The same towards a hromada's needs."""
    query = select(*columns_for(Pledge, pledges)).join(needs, needs.c.id == pledges.c.need_id)
    query = query.where(needs.c.organisation_id == hromada_id, pledges.c.state.in_(OWED))
    return load_all(Pledge, conn.execute(query.order_by(pledges.c.id)))


def leave_unattended(
    conn: Connection, pledge_id: int, since: datetime | None, told_at: datetime | None
) -> None:
    """Nobody acts for one of its sides since then (``told_at``: the other one was asked), or somebody does again."""
    told = 0 if told_at is None else 1
    query = update(pledges).where(pledges.c.id == pledge_id)
    conn.execute(query.values(unattended_at=since, told=told, told_at=told_at))


def unattended(conn: Connection, since: datetime, limit: int = BATCH) -> list[Pledge]:
    """Promises whose giver nobody acts for since then or longer, the oldest first."""
    query = select(pledges).where(
        pledges.c.unattended_at.is_not(None), pledges.c.unattended_at <= since, pledges.c.state.in_(OWED)
    )
    query = query.where(~_acted_for(pledges.c.organisation_id)).order_by(pledges.c.unattended_at)
    return load_all(Pledge, conn.execute(query.limit(limit)))


def attended_again(conn: Connection, limit: int = BATCH) -> list[int]:
    """Promises for both sides of which somebody acts again."""
    query = select(pledges.c.id).join(needs, needs.c.id == pledges.c.need_id)
    query = query.where(pledges.c.unattended_at.is_not(None), pledges.c.state.in_(OWED))
    both = _acted_for(pledges.c.organisation_id), _acted_for(needs.c.organisation_id)
    return list(conn.execute(query.where(*both).limit(limit)).scalars())


def _acted_for(organisation: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether anybody may act for it now."""
    return exists().where(
        organisations.c.id == organisation,
        organisations.c.state == plain(OrganisationState.VERIFIED),
        members.c.organisation_id == organisations.c.id,
        members.c.state == plain(MemberState.VERIFIED),
        people.c.id == members.c.person_id,
        ~people.c.suspended,
    )


def pledges_to(
    conn: Connection, hromada_id: int, states: Sequence[PledgeState], limit: int = 20
) -> list[Pledge]:
    """Pledges towards a hromada's needs, oldest first."""
    query = select(pledges).join(needs, needs.c.id == pledges.c.need_id)
    query = query.where(needs.c.organisation_id == hromada_id, pledges.c.state.in_(states))
    return load_all(Pledge, conn.execute(query.order_by(pledges.c.id).limit(limit)))


def lapsed_holds(conn: Connection, now: datetime, limit: int = BATCH) -> list[Pledge]:
    """Holds whose time is over."""
    query = select(pledges).where(pledges.c.state == plain(PledgeState.HELD), pledges.c.holds_until <= now)
    return load_all(Pledge, conn.execute(query.order_by(pledges.c.holds_until).limit(limit)))


def holds_lapsing(conn: Connection, until: datetime, limit: int = 50) -> list[Pledge]:
    """Holds that lapse before a moment."""
    return lapsed_holds(conn, until, limit)


def let_go(conn: Connection, line_id: int, organisation_id: int) -> datetime | None:
    """When an organisation last let something of a line go: a hold lapsed, or it was withdrawn."""
    query = select(func.max(pledges.c.moved_at)).join(pledge_lines, pledge_lines.c.pledge_id == pledges.c.id)
    query = query.where(pledge_lines.c.line_id == line_id, pledges.c.organisation_id == organisation_id)
    gone = pledges.c.state.in_((PledgeState.LAPSED, PledgeState.WITHDRAWN))
    found: datetime | None = conn.execute(query.where(gone)).scalar()
    return found


def extended_before(conn: Connection, pledge_id: int) -> bool:
    """Whether its organisation kept a hold longer before on one of its lines, this one or another."""
    mine, ours = pledge_lines.alias(), pledges.alias()
    query = select(pledges.c.id).join(pledge_lines, pledge_lines.c.pledge_id == pledges.c.id)
    query = query.join(mine, mine.c.line_id == pledge_lines.c.line_id).join(
        ours, ours.c.id == mine.c.pledge_id
    )
    query = query.where(ours.c.id == pledge_id, pledges.c.organisation_id == ours.c.organisation_id)
    return conn.execute(query.where(pledges.c.extended).limit(1)).first() is not None


def pack(conn: Connection, pledge_line_id: int, quantity: int) -> bool:
    """Put a promised quantity into a consignment; False if it is packed already."""
    query = update(pledge_lines).where(
        pledge_lines.c.id == pledge_line_id, pledge_lines.c.packed + quantity <= pledge_lines.c.quantity
    )
    return conn.execute(query.values(packed=pledge_lines.c.packed + quantity)).rowcount == 1


def unpack(conn: Connection, pledge_line_id: int, quantity: int) -> None:
    """Take a quantity out of a cancelled consignment."""
    query = update(pledge_lines).where(pledge_lines.c.id == pledge_line_id)
    conn.execute(query.values(packed=pledge_lines.c.packed - quantity))


def trim(conn: Connection, row: PledgeLine) -> None:
    """Reduce a row to what is packed already. One that goes stands in trucks that never left, at most."""
    if row.packed:
        query = update(pledge_lines).where(pledge_lines.c.id == row.id)
        conn.execute(query.values(quantity=pledge_lines.c.packed))
    else:
        conn.execute(delete(consignment_lines).where(consignment_lines.c.pledge_line_id == row.id))
        conn.execute(delete(pledge_lines).where(pledge_lines.c.id == row.id))


def resize_row(conn: Connection, row: PledgeLine, quantity: int) -> bool:
    """Give more or less of a line, never less than is packed; False if the row changed meanwhile."""
    query = update(pledge_lines).where(pledge_lines.c.id == row.id, pledge_lines.c.quantity == row.quantity)
    query = query.where(pledge_lines.c.packed <= quantity)
    return conn.execute(query.values(quantity=quantity)).rowcount == 1


def owing(conn: Connection, line_id: int) -> list[tuple[int, Pledge]]:
    """Who still owes goods to a line: the rows that are not packed, and whose they are."""
    query = select(pledge_lines.c.id.label("row_id"), pledges)
    query = query.join(pledges, pledge_lines.c.pledge_id == pledges.c.id)
    query = query.where(pledge_lines.c.line_id == line_id, pledge_lines.c.packed < pledge_lines.c.quantity)
    query = query.where(pledges.c.state.in_(OWED)).order_by(pledges.c.id)
    return [(row.row_id, _pledge_of(row)) for row in conn.execute(query)]


def _pledge_of(row: Any) -> Pledge:
    return Pledge(**{field.name: row._mapping[field.name] for field in fields(Pledge)})


def ask_again(conn: Connection, row_id: int, version: int) -> None:
    """Its partner has to say yes to a new version of the line."""
    conn.execute(update(pledge_lines).where(pledge_lines.c.id == row_id).values(asked=version))


def say_yes(conn: Connection, row_id: int, version: int) -> bool:
    """The partner's yes to a version of a line; False where it was asked about another one meanwhile."""
    query = update(pledge_lines).where(pledge_lines.c.id == row_id, pledge_lines.c.asked == version)
    return conn.execute(query.values(asked=None)).rowcount == 1


def add_consignment(conn: Connection, goods: dict[int, int], **values: Any) -> Consignment:
    """A new consignment with its code; ``goods`` are thousandths by pledge line id."""
    row_id = conn.execute(insert(consignments).values(**values).returning(consignments.c.id)).scalar_one()
    conn.execute(update(consignments).where(consignments.c.id == row_id).values(code=codes.encode(row_id)))
    rows = [
        {"consignment_id": row_id, "pledge_line_id": each, "quantity": amount}
        for each, amount in goods.items()
    ]
    conn.execute(insert(consignment_lines), rows)
    found = consignment(conn, row_id)
    assert found is not None
    return found


def consignment(conn: Connection, consignment_id: int) -> Consignment | None:
    """A consignment by id."""
    query = select(consignments).where(consignments.c.id == consignment_id)
    return load(Consignment, conn.execute(query).one_or_none())


def change_consignment(conn: Connection, consignment_id: int, **values: Any) -> None:
    """Overwrite papers and travel data."""
    query = update(consignments).where(consignments.c.id == consignment_id)
    conn.execute(query.values(version=consignments.c.version + 1, **values))


def move_consignment(
    conn: Connection, consignment_id: int, source: Sequence[ConsignmentState], **values: Any
) -> bool:
    """Change a consignment only if it still stands where the caller saw it. Follow-ups begin anew."""
    values = {"told": 0, "told_at": None} | values
    query = update(consignments).where(consignments.c.id == consignment_id, consignments.c.state.in_(source))
    return conn.execute(query.values(version=consignments.c.version + 1, **values)).rowcount == 1


def goods(conn: Connection, consignment_id: int) -> list[ConsignmentLine]:
    """What travels in a consignment."""
    query = (
        select(consignment_lines, pledge_lines.c.line_id, pledge_lines.c.pledge_id)
        .join(pledge_lines, pledge_lines.c.id == consignment_lines.c.pledge_line_id)
        .where(consignment_lines.c.consignment_id == consignment_id)
        .order_by(consignment_lines.c.id)
    )
    return load_all(ConsignmentLine, conn.execute(query))


def count_receipt(conn: Connection, row_id: int, good: int, damaged: int, missing: int) -> None:
    """Write down what arrived of one kind of goods."""
    query = update(consignment_lines).where(consignment_lines.c.id == row_id)
    conn.execute(query.values(good=good, damaged=damaged, missing=missing))


def unreceived(conn: Connection, pledge_id: int) -> bool:
    """Whether something of a pledge is not packed, or packed and not signed for yet."""
    left = select(pledge_lines.c.id).where(
        pledge_lines.c.pledge_id == pledge_id, pledge_lines.c.packed < pledge_lines.c.quantity
    )
    moving = (
        select(consignment_lines.c.id)
        .join(pledge_lines, pledge_lines.c.id == consignment_lines.c.pledge_line_id)
        .join(consignments, consignments.c.id == consignment_lines.c.consignment_id)
        .where(pledge_lines.c.pledge_id == pledge_id, consignment_lines.c.good.is_(None))
        .where(consignments.c.state != ConsignmentState.CANCELLED)
    )
    return (
        conn.execute(left.limit(1)).first() is not None or conn.execute(moving.limit(1)).first() is not None
    )


def consignments_of(
    conn: Connection, column: str, organisation_id: int, states: Sequence[ConsignmentState], limit: int = 50
) -> list[Consignment]:
    """Consignments sent by (``organisation_id``) or coming to (``hromada_id``) an organisation."""
    query = select(consignments).where(
        consignments.c[column] == organisation_id, consignments.c.state.in_(states)
    )
    return load_all(Consignment, conn.execute(query.order_by(consignments.c.id.desc()).limit(limit)))


def consignments_of_pledge(conn: Connection, pledge_id: int) -> list[Consignment]:
    """The consignments that carry goods of a pledge."""
    return sorted(_OF_PLEDGE.rows(conn, pledge_id=pledge_id), key=lambda each: each.id)


@dataclass(frozen=True, slots=True)
class Holder:
    """An organisation that holds something now, and what became of what it held and promised before."""

    organisation_id: int
    held: int
    let_go: int
    delivered: int


def holders(conn: Connection, limit: int = 12) -> list[Holder]:
    """Who holds most and delivered least: those first who never delivered anything."""
    now = select(pledges.c.organisation_id).where(pledges.c.state == plain(PledgeState.HELD)).distinct()
    holds, over, came = (
        func.sum(case((pledges.c.state.in_(states), 1), else_=0))
        for states in (
            (PledgeState.HELD,),
            (PledgeState.LAPSED, PledgeState.WITHDRAWN),
            (PledgeState.RECEIVED,),
        )
    )
    query = select(pledges.c.organisation_id, holds, over, came).where(pledges.c.organisation_id.in_(now))
    query = query.where(~pledges.c.offered).group_by(pledges.c.organisation_id)
    query = query.order_by(case((came > 0, 1), else_=0), (holds + over).desc(), pledges.c.organisation_id)
    return [Holder(*row) for row in conn.execute(query.limit(limit))]


def question(conn: Connection, question_id: int) -> Question | None:
    """A question by id, as it was asked before there were threads."""
    return load(Question, conn.execute(select(questions).where(questions.c.id == question_id)).one_or_none())
