"""The table of domain/notices.py, row by row: who hears of an event, where, in which lane, and what becomes of several."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from domain.model import Need
from domain.notices import BY_EVENT, MINUTE, ROWS, Happening, Joined, Lane, Relation, Role, Row
from handlers.follow_ups import FOLLOW_UPS
from services import cards, digests, pledges, twins
from services.notices import ACTING_FOR, Concerned, tell
from storage import chats, people
from storage.outbox import RowState, outbox
from tests.databases import inside
from tests.services.company import HEADQUARTERS, Company

GROUP, OTHER_GROUP = -7001, -7002
GENERATOR = "energy.generator-diesel"

CIRCLES: dict[tuple[Role, Relation], set[str]] = {
    (Role.OFFICIALS, Relation.ASKS): {"Olena", "Ivan"},
    (Role.PARTNERS, Relation.GIVES): {"Marek", "Ola"},
    (Role.PARTNERS, Relation.TWIN): {"Greta"},
    (Role.MEMBERS, Relation.OTHER): {"Rūta"},
    (Role.COLLEAGUES, Relation.COLLEAGUES): {"Taras"},
    (Role.COORDINATORS, Relation.EVERY): {"headquarters"},
    (Role.HEADQUARTERS, Relation.EVERY): {"headquarters"},
    (Role.PERSON, Relation.OWN): {"Petro"},
    (Role.CHATS, Relation.FITS): {"group"},
}
"""By first name: who stands in which circle of :func:`everybody`."""


@pytest.fixture
def need(company: Company, conn: Connection) -> Need:
    """One need, two colleagues on either side, a registered partner, two groups that ordered different things."""
    return inside(conn, _prepared, company, conn)


def _prepared(company: Company, conn: Connection) -> Need:
    for name, like, account in (("Ivan", "Olena", 3001), ("Ola", "Marek", 3002)):
        _colleague(company, name, like, account)
    taken = company.promises("Greta", company.asks(("winter.blanket", 4)), 1)
    pledges.accept(conn, company["Olena"], taken.id)
    for chat_id, sector in ((GROUP, "energy"), (OTHER_GROUP, "winter")):
        chats.see(conn, chat_id, kind="group", language="en", seen_at=company.now)
        digests.watch(conn, company["Ihor"], chat_id)
        digests.toggle_filter(conn, company["Ihor"], chat_id, "instant", "sector", sector)
    found = company.asks((GENERATOR, 4))
    conn.execute(update(outbox).values(state=RowState.SENT))
    return found


def _colleague(company: Company, name: str, like: str, account: int) -> None:
    conn, first = company.conn, company[like]
    assert first.organisation_id is not None
    person = people.add_person(conn, account=account, name=name, language="en", created_at=company.now)
    chats.see(conn, account, kind="private", person_id=person.id, seen_at=company.now)
    known = people.membership(conn, first.person_id, first.organisation_id)
    assert known is not None
    people.add_member(
        conn,
        person_id=person.id,
        organisation_id=first.organisation_id,
        state=known.state,
        asked_at=company.now,
    )
    people.change_person(conn, person.id, acting_for=first.organisation_id)
    company.ids[name] = person.id


def everybody(company: Company, need: Need, doer: str = "Nobody") -> Concerned:
    """An event that concerns a different circle by each relation."""
    return Concerned(
        hromada=need.organisation_id,
        giver=company["Marek"].organisation_id,
        other=company["Rūta"].organisation_id,
        own=company["Taras"].organisation_id,
        person=company.ids["Petro"],
        doer=company.ids[doer],
        need=need.id,
    )


def hearers(company: Company, screen: str) -> Iterator[str]:
    """Whom a notice waits for, by name."""
    places = {HEADQUARTERS: "headquarters", GROUP: "group", OTHER_GROUP: "other group"}
    places |= {company.account(name): name for name in company.ids}
    query = select(outbox.c.chat_id).where(outbox.c.state == RowState.DUE, outbox.c.screen == screen)
    yield from (places[chat_id] for chat_id in company.conn.execute(query).scalars())


def rows(company: Company, screen: str) -> list[dict[str, object]]:
    query = select(outbox).where(outbox.c.state == RowState.DUE, outbox.c.screen == screen)
    return [dict(row._mapping) for row in company.conn.execute(query.order_by(outbox.c.id))]


TOLD = [row for row in ROWS if row.joined not in (Joined.EDIT, Joined.PERIOD)]


def name_of(row: Row) -> str:
    return f"{row.event.name}-{row.notice}-{row.role.name}"


@pytest.mark.parametrize("row", TOLD, ids=name_of)
def test_each_row_reaches_its_circle_and_nobody_else(company: Company, need: Need, row: Row) -> None:
    tell(company.conn, company.now, row.event, everybody(company, need), thing_id=5)
    circles = [CIRCLES[each.role, each.relation] for each in BY_EVENT[row.event] if each.notice == row.notice]
    found = list(hearers(company, row.notice))
    assert set(found) == set().union(*circles)
    assert len(found) == len(set(found)), "nobody hears it twice"
    for each in rows(company, row.notice):
        assert each["lane"] == row.lane == Lane.NOTICE
        assert json.loads(str(each["params"])) == {"thing_id": 5}
        assert each["follow_up"] == (row.then or None)
        assert row.then in {"", *FOLLOW_UPS}


@pytest.mark.parametrize("row", TOLD, ids=name_of)
def test_what_becomes_of_several(company: Company, need: Need, row: Row) -> None:
    about = everybody(company, need)
    for thing, seconds in ((5, 0), (5, 20), (6, 20)):
        company.later(seconds=seconds)
        tell(company.conn, company.now, row.event, about, thing_id=thing)
    listeners = len(set(hearers(company, row.notice)) | set(hearers(company, row.several)))
    ways = sum(each.notice == row.notice for each in BY_EVENT[row.event])
    assert listeners
    things = [json.loads(str(each["params"]))["thing_id"] for each in rows(company, row.notice)]
    match row.joined:
        case Joined.EACH | Joined.STANDING:
            assert sorted(things) == sorted([5, 5, 6] * listeners), "each by itself, at once"
        case Joined.MINUTE:
            assert sorted(things) == sorted([5, 6] * listeners), "one message about one thing"
            due = {each["not_before"] for each in rows(company, row.notice)}
            assert due == {company.now - timedelta(seconds=40) + MINUTE, company.now + MINUTE}
        case Joined.WAITING:
            assert things == [], "one list in place of all of them"
            assert len(rows(company, row.several)) == listeners == ways


@pytest.mark.parametrize("row", [row for row in ROWS if row.but_doer], ids=name_of)
def test_whoever_did_it_knows(company: Company, need: Need, row: Row) -> None:
    doer = "Ihor" if row.role is Role.CHATS else "Olena"
    if row.role is Role.CHATS:
        digests.watch(company.conn, company[doer], company.account(doer))
    tell(company.conn, company.now, row.event, everybody(company, need, doer), thing_id=5)
    assert doer not in set(hearers(company, row.notice))


def test_a_group_hears_of_a_need_even_if_whoever_ordered_it_posted_it(company: Company, need: Need) -> None:
    tell(company.conn, company.now, Happening.NEED_PUBLIC, everybody(company, need, "Ihor"), thing_id=5)
    assert list(hearers(company, "new_need")) == ["group"]


def test_whom_it_does_not_concern_is_not_told(company: Company, need: Need) -> None:
    """An offer that lapsed: the hromada never heard of it."""
    giver = Concerned(giver=company["Marek"].organisation_id)
    tell(company.conn, company.now, Happening.HOLD_LAPSED, giver, pledge_id=5)
    assert set(hearers(company, "lapsed")) == {"Marek", "Ola"}


def test_where_its_card_stands_it_is_not_told_once_more(company: Company, need: Need) -> None:
    chats.add_card(company.conn, GROUP, 77, need.id, company.now)
    tell(company.conn, company.now, Happening.NEED_PUBLIC, everybody(company, need), need_id=need.id)
    assert list(hearers(company, "new_need")) == []


def test_many_changes_are_one_edit_wherever_the_card_stands(company: Company, need: Need) -> None:
    chats.add_card(company.conn, GROUP, 77, need.id, company.now)
    cards.shared(company.conn, company.now, "inline-1", need.id, "de")
    for _ in range(3):
        tell(company.conn, company.now, Happening.NEED_MOVED, Concerned(need=need.id))
    found = {(each["edit_message_id"], each["inline_message_id"]) for each in rows(company, "need")}
    assert found == {(77, None), (None, "inline-1")}
    assert len(rows(company, "need")) == 2


def test_where_coordinators_have_no_group_each_of_them_hears_it(company: Company, need: Need) -> None:
    chats.see(company.conn, HEADQUARTERS, reachable=False, seen_at=company.now)
    tell(company.conn, company.now, Happening.MEMBER_ASKED, Concerned(), member_id=5)
    assert list(hearers(company, "verification")) == ["Ihor"]


def test_who_acts_for_another_of_their_organisations_still_hears_of_the_first(
    company: Company, need: Need
) -> None:
    people.change_person(company.conn, company.ids["Ivan"], acting_for=company["Taras"].organisation_id)
    tell(company.conn, company.now, Happening.PLEDGED, everybody(company, need), pledge_id=5)
    meant = {each["chat_id"]: json.loads(str(each["params"])) for each in rows(company, "pledged")}
    assert meant[3001] == {"pledge_id": 5, ACTING_FOR: need.organisation_id}
    assert meant[company.account("Olena")] == {"pledge_id": 5}


def test_partners_who_saw_it_first_have_its_card(company: Company, need: Need) -> None:
    twins.show_first(company.conn, company.now, need)
    [row] = rows(company, "shown_first")
    assert (row["chat_id"], row["follow_up"]) == (company.account("Greta"), "card_posted")
