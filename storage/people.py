"""People, organisations, memberships and invites."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, insert, select, update

from domain.actor import Membership
from domain.model import Member, Organisation, Person
from domain.naming import key
from domain.words import MemberState, NeedState, OrganisationKind, OrganisationState
from storage.base import change, columns_for, find, find_one, load, load_all, plain
from storage.prepared import Prepared, places, room_for, seated, value
from storage.schema.chats import chats
from storage.schema.listed import listed, partnerships
from storage.schema.people import members, organisations, people

_STANDING = Prepared(
    select(
        organisations.c.id.label("organisation_id"),
        organisations.c.kind,
        organisations.c.state.label("organisation_state"),
        members.c.state,
    )
    .join(organisations, organisations.c.id == members.c.organisation_id)
    .where(members.c.person_id == bindparam("person_id"))
    .where(members.c.organisation_id == bindparam("organisation_id")),
    Membership,
)
_VERIFIED = Prepared(
    select(*columns_for(Person, people))
    .join(members, members.c.person_id == people.c.id)
    .join(organisations, organisations.c.id == members.c.organisation_id)
    .where(members.c.organisation_id == bindparam("organisation_id"))
    .where(members.c.state == plain(MemberState.VERIFIED), ~people.c.suspended)
    .where(organisations.c.state == plain(OrganisationState.VERIFIED))
    .order_by(people.c.id),
    Person,
)


_REACHABLE: Prepared[tuple[int, int, int | None]] = Prepared(
    select(people.c.id, chats.c.id, people.c.acting_for)
    .join(members, members.c.person_id == people.c.id)
    .join(organisations, organisations.c.id == members.c.organisation_id)
    .join(chats, chats.c.person_id == people.c.id)
    .where(members.c.organisation_id == bindparam("organisation_id"))
    .where(members.c.state == plain(MemberState.VERIFIED), ~people.c.suspended)
    .where(organisations.c.state == plain(OrganisationState.VERIFIED))
    .where(chats.c.kind == "private", chats.c.reachable)
    .order_by(people.c.id),
    lambda *row: row,
)


def with_standing(conn: Connection, accounts: Sequence[int]) -> set[int]:
    """Those of these accounts that are verified members of verified organisations, or coordinators, and not suspended."""
    asked = sorted({account for account in accounts if account > 0})
    rows = _of_standing(room_for(asked)).rows(conn, **seated("account", asked)) if asked else []
    return set(rows)


@cache
def _of_standing(room: int) -> Prepared[int]:
    member = (
        select(members.c.id)
        .join(organisations, organisations.c.id == members.c.organisation_id)
        .where(members.c.person_id == people.c.id, members.c.state == plain(MemberState.VERIFIED))
        .where(organisations.c.state == plain(OrganisationState.VERIFIED))
    )
    query = select(people.c.account).where(people.c.account.in_(places("account", room)), ~people.c.suspended)
    return Prepared(query.where(people.c.coordinator | exists(member)), value)


def by_account(conn: Connection, account: int) -> Person | None:
    """The person behind a messenger's account."""
    return find_one(conn, Person, people, account=account)


def person(conn: Connection, person_id: int) -> Person:
    """The person; must exist."""
    [found] = find(conn, Person, people, id=person_id)
    return found


def find_person(conn: Connection, person_id: int) -> Person | None:
    """The person with this id, if there is one."""
    return find_one(conn, Person, people, id=person_id)


def is_known(conn: Connection, person_id: int) -> bool:
    """Whether there is such a person, and they were not forgotten."""
    query = select(people.c.id).where(people.c.id == person_id, people.c.forgotten_at.is_(None))
    return conn.execute(query).first() is not None


def add_person(conn: Connection, **values: Any) -> Person:
    """A new person, returned as stored."""
    values["name_key"] = key(values["name"])
    return Person(**conn.execute(insert(people).values(**values).returning(people)).one()._mapping)


def change_person(conn: Connection, person_id: int, **values: Any) -> None:
    """Overwrite some of a person's own facts."""
    if "name" in values:
        values["name_key"] = key(values["name"])
    change(conn, people, {"id": person_id}, **values)


def coordinators(conn: Connection) -> list[Person]:
    """Everybody who coordinates."""
    rows = conn.execute(select(people).where(people.c.coordinator, ~people.c.suspended).order_by(people.c.id))
    return load_all(Person, rows)


def named_by_settings(conn: Connection) -> list[Person]:
    """Everybody whom the settings made a coordinator."""
    rows = conn.execute(
        select(people).where(people.c.coordinator, people.c.by_settings).order_by(people.c.id)
    )
    return load_all(Person, rows)


def organisation(conn: Connection, organisation_id: int) -> Organisation | None:
    """An organisation by id."""
    return find_one(conn, Organisation, organisations, id=organisation_id)


def organisation_of(conn: Connection, katottg: str) -> Organisation | None:
    """A hromada that somebody registered before."""
    row = conn.execute(select(organisations).where(organisations.c.katottg == katottg)).one_or_none()
    return load(Organisation, row)


def organisations_by_id(conn: Connection, ids: Sequence[int]) -> dict[int, Organisation]:
    """Several organisations at once, for lists."""
    rows = conn.execute(select(organisations).where(organisations.c.id.in_(ids)))
    return {found.id: found for found in load_all(Organisation, rows)}


def similar_partner(conn: Connection, name: str, country: str) -> Organisation | None:
    """A partner organisation registered under the same name in the same country."""
    query = select(organisations).where(organisations.c.name == name, organisations.c.country == country)
    row = conn.execute(query.where(organisations.c.kind != OrganisationKind.HROMADA)).first()
    return load(Organisation, row)


def add_organisation(conn: Connection, **values: Any) -> Organisation:
    """A new organisation, returned as stored."""
    values["name_key"] = key(values["name"])
    return Organisation(
        **conn.execute(insert(organisations).values(**values).returning(organisations)).one()._mapping
    )


def set_organisation_state(conn: Connection, organisation_id: int, state: OrganisationState) -> None:
    """Verify, refuse or suspend an organisation."""
    conn.execute(update(organisations).where(organisations.c.id == organisation_id).values(state=state))


def set_address(conn: Connection, organisation_id: int, address: str | None, *, first: bool = False) -> bool:
    """Where to deliver to an organisation; ``first``: only where nobody said it before. Whether it is that now."""
    query = update(organisations).where(organisations.c.id == organisation_id)
    if first:
        query = query.where(organisations.c.address.is_(None))
    return conn.execute(query.values(address=address)).rowcount == 1


def member(conn: Connection, member_id: int) -> Member | None:
    """A membership by id."""
    return find_one(conn, Member, members, id=member_id)


def membership(conn: Connection, person_id: int, organisation_id: int) -> Member | None:
    """A person's membership of one organisation."""
    query = select(members).where(
        members.c.person_id == person_id, members.c.organisation_id == organisation_id
    )
    return load(Member, conn.execute(query).one_or_none())


def members_of(conn: Connection, organisation_id: int) -> list[Member]:
    """Everybody who ever asked to act for an organisation, longest first."""
    query = select(members).where(members.c.organisation_id == organisation_id).order_by(members.c.id)
    return load_all(Member, conn.execute(query))


def memberships(conn: Connection, person_id: int) -> list[tuple[Member, Organisation]]:
    """All organisations of a person, oldest first."""
    found = load_all(
        Member, conn.execute(select(members).where(members.c.person_id == person_id).order_by(members.c.id))
    )
    known = organisations_by_id(conn, [each.organisation_id for each in found])
    return [(each, known[each.organisation_id]) for each in found]


def standing(conn: Connection, person_id: int, organisation_id: int) -> Membership | None:
    """What a person may do for an organisation, in one row."""
    return _STANDING.one(conn, person_id=person_id, organisation_id=organisation_id)


def add_member(conn: Connection, **values: Any) -> Member:
    """A new membership, returned as stored."""
    return Member(**conn.execute(insert(members).values(**values).returning(members)).one()._mapping)


def move_member(conn: Connection, member_id: int, source: Sequence[MemberState], **values: Any) -> bool:
    """Change a membership only if it still stands where the caller saw it."""
    query = update(members).where(members.c.id == member_id, members.c.state.in_(source)).values(**values)
    return conn.execute(query).rowcount == 1


def pending_members(conn: Connection, limit: int = 50, offset: int = 0) -> list[Member]:
    """Who waits for verification, longest first."""
    query = select(members).where(members.c.state == plain(MemberState.PENDING))
    query = query.order_by(members.c.asked_at, members.c.id).limit(limit).offset(offset)
    return load_all(Member, conn.execute(query))


def how_many_pending(conn: Connection) -> int:
    """How many wait for verification."""
    query = select(func.count()).where(members.c.state == plain(MemberState.PENDING))
    return conn.execute(query).scalar_one()


def requests_of(conn: Connection, person_id: int) -> list[Member]:
    """What somebody asked for and nobody answered yet."""
    query = select(members).where(
        members.c.person_id == person_id, members.c.state == plain(MemberState.PENDING)
    )
    return load_all(Member, conn.execute(query.order_by(members.c.id)))


def last_refusal(conn: Connection, person_id: int) -> datetime | None:
    """When somebody was refused last."""
    query = select(func.max(members.c.decided_at)).where(
        members.c.person_id == person_id, members.c.state == plain(MemberState.REFUSED)
    )
    return conn.execute(query).scalar()


def verified_people(conn: Connection, organisation_id: int) -> list[Person]:
    """Everybody who may act for an organisation."""
    return _VERIFIED.rows(conn, organisation_id=organisation_id)


def reachable_people(conn: Connection, organisation_id: int) -> list[tuple[int, int, int | None]]:
    """(person, private chat, whom they act for now) of everybody who may act for an organisation and can be written to."""
    return _REACHABLE.rows(conn, organisation_id=organisation_id)


def another_gives(conn: Connection, but: int, hromada_id: int | None = None) -> bool:
    """Whether somebody acts for another partner; with a hromada, for one of those that see its needs first."""
    query = select(organisations.c.id).join(members, members.c.organisation_id == organisations.c.id)
    query = query.join(people, people.c.id == members.c.person_id).where(
        organisations.c.id != but,
        organisations.c.kind != OrganisationKind.HROMADA,
        organisations.c.state == plain(OrganisationState.VERIFIED),
        members.c.state == plain(MemberState.VERIFIED),
        ~people.c.suspended,
    )
    if hromada_id is not None:
        first = partnerships.c.hromada_id == hromada_id, partnerships.c.accepted
        query = query.join(partnerships, partnerships.c.partner_id == organisations.c.id).where(*first)
    return conn.execute(query.limit(1)).first() is not None


def never_helped(conn: Connection, limit: int) -> list[Organisation]:
    """Hromadas with an open need to which no partner ever promised anything, longest registered first."""
    helped = select(partnerships.c.hromada_id).where(partnerships.c.hromada_id == organisations.c.id)
    asks = select(listed.c.need_id).where(
        listed.c.organisation_id == organisations.c.id,
        listed.c.state == NeedState.OPEN,
        listed.c.sector == "",
    )
    query = select(organisations).where(
        organisations.c.kind == OrganisationKind.HROMADA, organisations.c.state == OrganisationState.VERIFIED
    )
    query = query.where(~helped.exists(), asks.exists()).order_by(organisations.c.id).limit(limit)
    return load_all(Organisation, conn.execute(query))
