"""What somebody leaves behind: colleagues have it, the other side decides, and no line is blocked for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from domain.errors import Changed, Forbidden, Unattended
from domain.followups import FOLLOWUPS, FollowupKind
from domain.model import Member, Need, Person, Pledge
from domain.words import ConsignmentState, EventKind, MemberState, NeedState, OrganisationState, PledgeState
from services import consignments, followups, pledges, settling
from services import people as services
from storage import chats, events, giving, people
from tests.databases import inside
from tests.services.company import HEADQUARTERS, TERMS, Company, heard, told

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"
WEEK = timedelta(days=7)


@pytest.fixture
def need(company: Company) -> Need:
    """Four generators, ten blankets."""
    return inside(company.conn, company.asks, (GENERATOR, 4), (BLANKET, 10))


def place(company: Company, name: str) -> int:
    """The organisation of somebody who acts."""
    found = company[name].organisation_id
    assert found is not None
    return found


def member_of(company: Company, name: str) -> Member:
    """Their membership."""
    found = people.membership(company.conn, company.ids[name], place(company, name))
    assert found is not None
    return found


def colleague(company: Company, name: str, like: str) -> Person:
    """Somebody else who acts for the same organisation."""
    person = people.add_person(
        company.conn, account=3000 + len(company.ids), name=name, language="en", created_at=company.now
    )
    chats.see(company.conn, person.account, kind="private", person_id=person.id, seen_at=company.now)
    facts = {"person_id": person.id, "organisation_id": place(company, like), "asked_at": company.now}
    people.add_member(company.conn, state=MemberState.VERIFIED, **facts)
    people.change_person(company.conn, person.id, acting_for=place(company, like))
    company.ids[name] = person.id
    return person


def suspends(company: Company, name: str) -> None:
    """The coordinator does, and everybody's news is counted from there."""
    for each in (*company.ids,):
        heard(company, each)
    told(company, HEADQUARTERS)
    services.suspend(company.conn, company["Ihor"], member_of(company, name).id)


def in_state(company: Company, pledge: Pledge) -> PledgeState:
    """How it stands."""
    return company.pledge(pledge).state


def kinds(company: Company, need: Need) -> list[str]:
    """What was written down about it, newest first."""
    return [str(each.kind) for each in events.of_need(company.conn, need.id)]


def test_colleagues_have_what_was_open_and_hear_of_it(company: Company, need: Need) -> None:
    promise = company.promises("Marek", need, 2)
    hold = company.promises("Marek", need, 0, 3, firm=False)
    colleague(company, "Ola", "Marek")
    suspends(company, "Marek")
    assert heard(company, "Ola") == ["colleague_gone"]
    assert heard(company, "Olena") == []
    assert told(company, HEADQUARTERS) == []
    assert (in_state(company, promise), in_state(company, hold)) == (PledgeState.PROMISED, PledgeState.HELD)
    pledges.make_firm(company.conn, company["Ola"], hold.id)
    assert company.pledge(promise).unattended_at is None


def test_where_nobody_is_left_holds_are_open_at_once_and_promises_are_asked_about(
    company: Company, need: Need
) -> None:
    promise = company.promises("Marek", need, 2)
    hold = company.promises("Marek", need, 0, 3, firm=False)
    pledges.wait_for(company.conn, company["Greta"], company.line(need, 1).id)
    company.promises("Rūta", need, 0, 7)
    suspends(company, "Marek")
    assert in_state(company, hold) is PledgeState.LAPSED
    assert heard(company, "Greta") == ["offered"], "what came back is kept for whoever waits"
    assert sorted(heard(company, "Olena")) == ["unattended", "unattended_ended"]
    assert told(company, HEADQUARTERS) == ["nobody_left"]
    assert company.pledge(promise).unattended_at == company.now
    assert company.line(need).promised == 2000


@pytest.mark.parametrize("state", [PledgeState.PROMISED, PledgeState.ACCEPTED])
def test_the_hromada_ends_it_in_one_press(company: Company, need: Need, state: PledgeState) -> None:
    promise = company.promises("Marek", need, 2)
    if state is PledgeState.ACCEPTED:
        pledges.accept(company.conn, company["Olena"], promise.id)
    suspends(company, "Marek")
    for name in ("Taras", "Greta", "Petro", "Marek"):
        with pytest.raises(Forbidden):
            settling.end(company.conn, company[name], promise.id, TERMS)
    settling.end(company.conn, company["Olena"], promise.id, TERMS)
    assert (company.line(need).open, company.line(need).promised) == (4000, 0)
    assert kinds(company, need)[0] == EventKind.PLEDGE_ENDED
    with pytest.raises(Changed):
        settling.keep(company.conn, company["Olena"], promise.id, TERMS)


def test_the_hromada_keeps_it_and_is_asked_again_in_some_weeks(company: Company, need: Need) -> None:
    promise = company.promises("Marek", need, 2)
    suspends(company, "Marek")
    settling.keep(company.conn, company["Olena"], promise.id, TERMS)
    assert kinds(company, need)[0] == EventKind.PLEDGE_KEPT
    heard(company, "Olena")
    company.later(days=29)
    tick(company)
    assert heard(company, "Olena") == []
    assert in_state(company, promise) is PledgeState.PROMISED
    company.later(days=1, hours=1)
    tick(company)
    assert heard(company, "Olena") == ["unattended"]
    company.later(days=7)
    tick(company)
    assert in_state(company, promise) is PledgeState.WITHDRAWN


def tick(company: Company) -> None:
    """What the ticker does about it."""
    followups.follow_up(company.conn, company.now, FOLLOWUPS[FollowupKind.UNATTENDED], TERMS)
    settling.end_unattended(company.conn, company.now, TERMS)


def test_a_promise_nobody_answers_for_does_not_block_a_line_for_ever(company: Company, need: Need) -> None:
    promise = company.promises("Marek", need, 4)
    pledges.wait_for(company.conn, company["Greta"], company.line(need).id)
    suspends(company, "Marek")
    heard(company, "Olena")
    company.later(hours=71)
    tick(company)
    assert heard(company, "Olena") == []
    company.later(hours=2)
    tick(company)
    tick(company)
    assert heard(company, "Olena") == ["unattended"], "one reminder"
    company.later(days=4)
    tick(company)
    assert in_state(company, promise) is PledgeState.WITHDRAWN
    assert company.line(need).held == 4000, "offered to whoever waits"
    assert heard(company, "Olena") == ["unattended_ended"]
    assert heard(company, "Greta")[-1] == "offered"


def test_nobody_else_is_asked_about_it_meanwhile(company: Company, need: Need) -> None:
    company.promises("Marek", need, 2)
    suspends(company, "Marek")
    heard(company, "Olena")
    company.later(hours=49)
    followups.follow_up(company.conn, company.now, FOLLOWUPS[FollowupKind.UNANSWERED], TERMS)
    assert heard(company, "Olena") == []


def test_what_was_packed_is_unpacked_and_what_is_on_the_road_stays(
    company: Company, need: Need, conn: Connection
) -> None:
    promise = company.promises("Marek", need, 3, 5)
    pledges.accept(conn, company["Olena"], promise.id)
    generators, blankets = giving.pledge_lines_of(conn, promise.id)
    road = consignments.pack(conn, company["Marek"], {generators.id: 1000})
    consignments.dispatch(conn, company["Marek"], road.id)
    yard = consignments.pack(conn, company["Marek"], {generators.id: 1000, blankets.id: 5000})
    suspends(company, "Marek")
    settling.end(conn, company["Olena"], promise.id, TERMS)
    line, other = company.line(need), company.line(need, 1)
    assert (line.open, line.promised, line.on_the_way) == (3000, 0, 1000)
    assert (other.open, other.promised) == (10_000, 0)
    trucks = {each.id: each.state for each in giving.consignments_of_pledge(conn, promise.id)}
    assert trucks[road.id] is ConsignmentState.ON_THE_WAY
    left = giving.consignment(conn, yard.id)
    assert left is not None
    assert left.state is ConsignmentState.CANCELLED
    counts = {each.id: consignments.Count(1000, 0, 0) for each in giving.goods(conn, road.id)}
    consignments.sign_receipt(conn, company["Olena"], road.id, counts)
    assert in_state(company, promise) is PledgeState.RECEIVED


def test_a_row_that_was_once_packed_can_be_taken_back_like_any(
    company: Company, need: Need, conn: Connection
) -> None:
    """The same in another place: a partner unpacks a truck, sends another one, and takes back the rest."""
    promise = company.promises("Marek", need, 1, 5)
    pledges.accept(conn, company["Olena"], promise.id)
    generators, blankets = giving.pledge_lines_of(conn, promise.id)
    truck = consignments.pack(conn, company["Marek"], {blankets.id: 5000})
    consignments.cancel(conn, company["Marek"], truck.id)
    road = consignments.pack(conn, company["Marek"], {generators.id: 1000})
    consignments.dispatch(conn, company["Marek"], road.id)
    pledges.withdraw_rest(conn, company["Marek"], promise.id, TERMS)
    assert company.line(need, 1).open == 10_000


def test_a_partner_who_is_let_in_again_finds_its_promise(company: Company, need: Need) -> None:
    promise = company.promises("Marek", need, 2)
    suspends(company, "Marek")
    services.restore(company.conn, company["Ihor"], member_of(company, "Marek").id)
    with pytest.raises(Changed):
        settling.end(company.conn, company["Olena"], promise.id, TERMS)
    company.later(days=8)
    tick(company)
    found = company.pledge(promise)
    assert (found.state, found.unattended_at) == (PledgeState.PROMISED, None)


def test_a_whole_organisation_is_settled_like_its_last_person(company: Company, need: Need) -> None:
    promise = company.promises("Marek", need, 2)
    hold = company.promises("Marek", need, 0, 3, firm=False)
    colleague(company, "Ola", "Marek")
    heard(company, "Olena")
    people.set_organisation_state(company.conn, place(company, "Marek"), OrganisationState.SUSPENDED)
    settling.settle_organisation(company.conn, company["Ihor"], place(company, "Marek"))
    assert in_state(company, hold) is PledgeState.LAPSED
    assert sorted(heard(company, "Olena")) == ["unattended", "unattended_ended"]
    settling.end(company.conn, company["Olena"], promise.id, TERMS)
    assert company.line(need).open == 4000


def test_a_person_who_may_do_nothing_leaves_every_organisation(company: Company, need: Need) -> None:
    hold = company.promises("Marek", need, 2, firm=False)
    chats.save_draft(
        company.conn, company.ids["Marek"], "hromada", company.now, step="hromada", back_to=None, data="{}"
    )
    people.change_person(company.conn, company.ids["Marek"], suspended=True)
    settling.settle_person(company.conn, company["Ihor"], company.ids["Marek"])
    assert in_state(company, hold) is PledgeState.LAPSED
    assert chats.draft(company.conn, company.ids["Marek"], "hromada") is None


def test_a_hromada_without_anybody_asks_its_partners_and_leaves_the_lists(
    company: Company, need: Need
) -> None:
    promise = company.promises("Marek", need, 2)
    hold = company.promises("Greta", need, 0, 3, firm=False)
    suspends(company, "Olena")
    assert company.need(need).state is NeedState.STALE
    assert heard(company, "Marek") == ["unattended"]
    assert heard(company, "Greta") == ["unattended_ended"]
    assert told(company, HEADQUARTERS) == ["nobody_left"]
    assert in_state(company, hold) is PledgeState.LAPSED
    with pytest.raises(Unattended):
        company.promises("Rūta", need, 1)
    company.later(days=30)
    tick(company)
    assert in_state(company, promise) is PledgeState.PROMISED, "its giver decides"
    settling.end(company.conn, company["Marek"], promise.id, TERMS)
    assert in_state(company, promise) is PledgeState.WITHDRAWN


def test_what_comes_back_to_a_hromada_without_anybody_is_offered_to_nobody(
    company: Company, need: Need
) -> None:
    company.promises("Greta", need, 4, firm=False)
    pledges.wait_for(company.conn, company["Marek"], company.line(need).id)
    suspends(company, "Olena")
    assert heard(company, "Marek") == []
    assert company.line(need).open == 4000


def test_an_offer_goes_to_somebody_who_acts_now(company: Company, need: Need) -> None:
    """Whoever put a partner on the waiting list may have left since."""
    taken = company.promises("Marek", need, 4)
    pledges.wait_for(company.conn, company["Greta"], company.line(need).id)
    hers = colleague(company, "Grit", "Greta")
    suspends(company, "Greta")
    pledges.withdraw(company.conn, company["Marek"], taken.id, TERMS)
    [offer] = giving.pledges_of_need(company.conn, need.id, [PledgeState.HELD])
    assert offer.person_id == hers.id


# --- what was half written ----------------------------------------------------------------------------


def writes(company: Company, name: str, form: str = "need") -> int:
    """A draft, begun now."""
    facts = {"step": "x", "back_to": None, "data": "{}"}
    return chats.save_draft(company.conn, company.ids[name], form, company.now, **facts).id


def forms(company: Company, name: str) -> dict[str, int]:
    """Drafts by their forms."""
    found = {
        form: chats.draft(company.conn, company.ids[name], form)
        for form in ("need", "need_handed", "talk", "contacts")
    }
    return {form: draft.id for form, draft in found.items() if draft}


def test_a_need_half_written_goes_to_a_colleague_and_the_rest_is_dropped(company: Company) -> None:
    colleague(company, "Ivan", "Olena")
    draft = writes(company, "Olena")
    writes(company, "Olena", "talk")
    own = writes(company, "Olena", "contacts")
    suspends(company, "Olena")
    assert forms(company, "Olena") == {"contacts": own}
    assert forms(company, "Ivan") == {"need": draft}


def test_a_colleague_who_writes_one_already_has_it_beside_and_changes_over(company: Company) -> None:
    colleague(company, "Ivan", "Olena")
    own, draft = writes(company, "Ivan"), writes(company, "Olena")
    suspends(company, "Olena")
    assert forms(company, "Ivan") == {"need": own, "need_handed": draft}
    settling.take_up_draft(company.conn, company["Ivan"])
    assert forms(company, "Ivan") == {"need": draft, "need_handed": own}


def test_what_may_be_meant_for_another_hromada_stays(company: Company) -> None:
    draft = writes(company, "Olena")
    writes(company, "Olena", "talk")
    ended = member_of(company, "Olena")
    facts = {"organisation_id": place(company, "Taras"), "asked_at": company.now}
    other = people.add_member(
        company.conn, person_id=company.ids["Olena"], state=MemberState.VERIFIED, **facts
    )
    settling.drop_drafts(company.conn, ended)
    assert forms(company, "Olena") == {"need": draft}
    people.move_member(company.conn, other.id, [MemberState.VERIFIED], state=MemberState.LEFT)
    settling.drop_drafts(company.conn, other)
    assert forms(company, "Olena") == {"need": draft}, "she acts for the first one still"


def test_who_was_never_let_in_leaves_nothing_to_settle(company: Company, need: Need) -> None:
    writes(company, "Petro", "talk")
    heard(company, "Olena"), told(company, HEADQUARTERS)
    settling.settle_member(company.conn, company["Ihor"], member_of(company, "Petro"))
    assert forms(company, "Petro") == {}
    assert heard(company, "Olena") == []
    assert told(company, HEADQUARTERS) == []


def test_drafts_of_somebody_refused_are_dropped(company: Company) -> None:
    writes(company, "Petro", "talk")
    services.refuse(company.conn, company["Ihor"], member_of(company, "Petro").id, "no")
    assert forms(company, "Petro") == {}
