"""Anybody does anything in any order: no quantity is ever lost, invented or promised twice."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import ColumnElement, Connection, Table, case, func, select, update
from sqlalchemy.exc import IntegrityError

from domain.actor import Actor
from domain.errors import Refusal
from domain.wanted import WantedLine, WantedNeed
from domain.words import (
    CloseReason,
    ConsignmentState,
    NeedState,
    OrganisationState,
    PledgeState,
    Urgency,
)
from services import changes, consignments, needs, pledges, settling, surplus
from services.consignments import Count
from services.schedule import jobs
from storage import events, giving, people
from storage.needs import lines_of
from storage.schema.giving import consignment_lines, pledge_lines
from storage.schema.giving import consignments as consignments_table
from storage.schema.giving import pledges as pledges_table
from storage.schema.needs import lines as lines_table
from storage.schema.needs import needs as needs_table
from tests.services.company import EVERYBODY, OFFICIALS, PARTNERS, TERMS, Company
from tests.services.conftest import known

ITEMS = ("energy.generator-diesel", "winter.blanket", None)
QUANTITIES = st.integers(1, 9).map(lambda units: units * 500)
AMOUNTS = st.sampled_from([500, 1000, 1500, 2000, 500, 1000, 3000, 8000, 0, -1000])
MAYBE = st.none() | QUANTITIES
INDEX = st.integers(0, 10_000)
MOSTLY = st.sampled_from([True, True, True, True, False])
"""Whether the right person does it: a press by the wrong one is refused, and refusals lead nowhere."""
ANYBODY = st.sampled_from(EVERYBODY)
EVERYWHERE: set[str] = {*NeedState, *PledgeState, *ConsignmentState}
CLAIMED = (PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED)


class AnythingGoes(RuleBasedStateMachine):
    """Every rule is one press. Ids are drawn from what exists, now and then from what does not."""

    conn: Connection
    company: Company
    reached: set[str]

    def some(self, table: Table, at: int, *fitting: ColumnElement[bool]) -> int:
        """The id of an existing row, one that fits where there is one; now and then of none."""
        newest = select(table.c.id).order_by(table.c.id.desc()).limit(6)
        ids = self.conn.execute(newest.where(*fitting)).scalars().all() if fitting else []
        ids = ids or self.conn.execute(newest).scalars().all()
        return ids[at % len(ids)] if ids and at % 23 != 22 else 999_999

    def who(self, right: bool, proper: str | None, anybody: str) -> Actor:
        """The proper person, mostly."""
        return self.company[proper if right and proper else anybody]

    def official_of(self, need_id: int) -> str | None:
        found = self.conn.execute(select(needs_table.c.posted_by).where(needs_table.c.id == need_id))
        return self._name(found.scalar())

    def giver_of(self, table: Table, row_id: int) -> str | None:
        return self._name(self.conn.execute(select(table.c.person_id).where(table.c.id == row_id)).scalar())

    def _name(self, person_id: int | None) -> str | None:
        return next((name for name, id_ in self.company.ids.items() if id_ == person_id), None)

    def tries(self, deed: Callable[..., Any], *given: Any, **named: Any) -> None:
        """One press: in a savepoint, as the bot does it."""
        savepoint = self.conn.begin_nested()
        try:
            deed(self.conn, *given, **named)
        except Refusal:
            savepoint.rollback()
        else:
            savepoint.commit()

    @initialize(needed=st.lists(MAYBE, min_size=2, max_size=4))
    def some_needs_are_there(self, needed: list[int | None]) -> None:
        """So that a run in which nobody asks has something to press on; two promises wait for an answer.

        For the last need nobody promised anything yet: one truck, or one press, ends it.
        """
        for by, giver in zip(OFFICIALS, PARTNERS, strict=False):
            lines = [
                WantedLine(sector="other", name="щось", unit="kg", needed=each) for each in [8000, *needed]
            ]
            lines = lines if by == "Taras" else lines[:1]
            need = needs.post_need(
                self.conn, self.company[by], WantedNeed(lines=lines, urgency=Urgency.URGENT), "uk", TERMS
            )
            first = lines_of(self.conn, need.id)[0]
            pledges.pledge(self.conn, self.company[giver], need.id, {first.id: 3000}, TERMS, firm=True)
        blankets = WantedNeed(
            lines=[WantedLine(sector="winter", item=ITEMS[1], unit="kg", needed=2000)], urgency=Urgency.NORMAL
        )
        needs.post_need(self.conn, self.company["Olena"], blankets, "uk", TERMS)

    @rule(
        by=st.sampled_from([*OFFICIALS, *OFFICIALS, *EVERYBODY]),
        wanted=st.lists(st.tuples(st.sampled_from(ITEMS), MAYBE), min_size=1, max_size=3),
        urgency=st.sampled_from(Urgency),
    )
    def asks(self, by: str, wanted: list[tuple[str | None, int | None]], urgency: Urgency) -> None:
        lines = [
            WantedLine(sector="other", item=item, name=None if item else "щось", unit="kg", needed=amount)
            for item, amount in wanted
        ]
        need = WantedNeed(lines=lines, urgency=urgency)
        self.tries(needs.post_need, self.company[by], need, "uk", TERMS)

    @rule(
        at=INDEX, right=MOSTLY, anybody=ANYBODY, needed=MAYBE, what=st.sampled_from(["size", "spec", "add"])
    )
    def edits_a_line(self, at: int, right: bool, anybody: str, needed: int | None, what: str) -> None:
        line_id = self.some(lines_table, at)
        need_id = self.need_of(line_id)
        actor = self.who(right, self.official_of(need_id), anybody)
        if what == "size":
            self.tries(needs.resize_line, actor, line_id, needed)
        elif what == "spec":
            self.tries(needs.describe_line, actor, line_id, spec="5 kW", used_ok=True)
        else:
            line = WantedLine(sector="other", name="ще", unit="kg", needed=needed)
            self.tries(needs.add_line, actor, need_id, line)

    def need_of(self, line_id: int) -> int:
        found = self.conn.execute(select(lines_table.c.need_id).where(lines_table.c.id == line_id)).scalar()
        return found or 999_999

    @rule(at=INDEX, right=MOSTLY, anybody=ANYBODY, reason=st.sampled_from(CloseReason))
    def closes_a_line(self, at: int, right: bool, anybody: str, reason: CloseReason) -> None:
        line_id = self.some(lines_table, at)
        actor = self.who(right, self.official_of(self.need_of(line_id)), anybody)
        self.tries(needs.close_line, actor, line_id, reason)

    @rule(
        at=INDEX,
        right=MOSTLY,
        anybody=ANYBODY,
        what=st.sampled_from(["confirm", "confirm", "edit", "cancel"]),
    )
    def minds_a_need(self, at: int, right: bool, anybody: str, what: str) -> None:
        need_id = self.some(needs_table, at)
        actor = self.who(right, self.official_of(need_id), anybody)
        if what == "confirm":
            self.tries(needs.confirm, actor, need_id, TERMS)
        elif what == "edit":
            self.tries(needs.edit_need, actor, need_id, TERMS, urgency=Urgency.CRITICAL, why="!")
        else:
            self.tries(needs.cancel_need, actor, need_id)

    @rule(
        at=INDEX,
        by=st.sampled_from([*PARTNERS, *PARTNERS, *EVERYBODY]),
        amounts=st.lists(AMOUNTS, min_size=1, max_size=2),
        firm=st.sampled_from([True, False, False]),
        foreign=st.integers(0, 15),
    )
    def pledges(self, at: int, by: str, amounts: list[int], firm: bool, foreign: int) -> None:
        need_id = self.some(needs_table, at)
        lines = [line.id for line in lines_of(self.conn, need_id)]
        if foreign == 15:  # a line of some other need
            lines = [self.some(lines_table, at)]
        wanted = dict(zip(lines, amounts, strict=False))
        self.tries(pledges.pledge, self.company[by], need_id, wanted, TERMS, firm=firm)

    @rule(
        at=INDEX, right=MOSTLY, anybody=ANYBODY, what=st.sampled_from(["firm", "longer", "withdraw", "rest"])
    )
    def giver_minds_a_pledge(self, at: int, right: bool, anybody: str, what: str) -> None:
        held = what in ("firm", "longer")
        wanted = ([PledgeState.HELD] if held else CLAIMED) if right else PledgeState
        pledge_id = self.some(pledges_table, at, pledges_table.c.state.in_(wanted))
        actor = self.who(right, self.giver_of(pledges_table, pledge_id), anybody)
        if what == "longer":
            self.tries(changes.extend_hold, actor, pledge_id, TERMS)
        elif what == "firm":
            self.tries(pledges.make_firm, actor, pledge_id)
        else:
            self.tries(pledges.withdraw if what == "withdraw" else pledges.withdraw_rest, actor, pledge_id)

    @rule(
        at=INDEX,
        right=MOSTLY,
        anybody=ANYBODY,
        quantity=AMOUNTS,
        what=st.sampled_from(["yes", "amount", "move"]),
    )
    def giver_changes_a_row(self, at: int, right: bool, anybody: str, quantity: int, what: str) -> None:
        over = select(lines_table.c.id).where(lines_table.c.closed, lines_table.c.item.is_not(None))
        fitting = [pledge_lines.c.line_id.in_(over)] if what == "move" else []
        row_id = self.some(pledge_lines, at, *fitting)
        row = giving.pledge_line(self.conn, row_id)
        actor = self.who(right, self.giver_of(pledges_table, row.pledge_id) if row else None, anybody)
        if what == "yes":
            self.tries(changes.still_fits, actor, row_id, row.asked if row and row.asked else 2)
        elif what == "amount":
            self.tries(changes.change_amount, actor, row_id, quantity)
        else:
            target = self.some(lines_table, at // 7, ~lines_table.c.closed, lines_table.c.item.is_not(None))
            self.tries(surplus.move, actor, row_id, target, quantity, TERMS)

    @rule(at=INDEX, right=MOSTLY, anybody=ANYBODY, yes=st.sampled_from([True, True, True, False]))
    def hromada_answers(self, at: int, right: bool, anybody: str, yes: bool) -> None:
        wanted = [PledgeState.PROMISED] if right else PledgeState
        pledge_id = self.some(pledges_table, at, pledges_table.c.state.in_(wanted))
        found = giving.pledge(self.conn, pledge_id)
        actor = self.who(right, self.official_of(found.need_id) if found else None, anybody)
        if yes:
            self.tries(pledges.accept, actor, pledge_id)
        else:
            self.tries(pledges.decline, actor, pledge_id, "not now")

    @rule(at=INDEX, by=st.sampled_from(EVERYBODY))
    def waits(self, at: int, by: str) -> None:
        self.tries(pledges.wait_for, self.company[by], self.some(lines_table, at))

    @rule(
        at=st.lists(INDEX, min_size=1, max_size=3),
        right=MOSTLY,
        anybody=ANYBODY,
        part=st.sampled_from([3, 3, 3, 1, 2, 0, -1]),
    )
    def packs(self, at: list[int], right: bool, anybody: str, part: int) -> None:
        packable = select(pledges_table.c.id).where(
            pledges_table.c.state.in_([PledgeState.ACCEPTED, PledgeState.DISPATCHED])
        )
        fits = [pledge_lines.c.pledge_id.in_(packable), pledge_lines.c.packed < pledge_lines.c.quantity]
        rows = [
            giving.pledge_line(self.conn, self.some(pledge_lines, each, *(fits if right else ())))
            for each in at
        ]
        goods = {row.id: row.left if part >= 3 else row.left * part // 2 for row in rows if row}
        owner = self.giver_of(pledges_table, rows[0].pledge_id) if rows[0] else None
        self.tries(consignments.pack, self.who(right, owner, anybody), goods)

    @rule(
        at=INDEX, right=MOSTLY, anybody=ANYBODY, what=st.sampled_from(["go", "go", "go", "cancel", "arrive"])
    )
    def drives(self, at: int, right: bool, anybody: str, what: str) -> None:
        wanted = {"arrive": ConsignmentState.ON_THE_WAY}.get(what, ConsignmentState.PACKING)
        row_id = self.some(consignments_table, at, consignments_table.c.state == wanted)
        actor = self.who(right, self.giver_of(consignments_table, row_id), anybody)
        deeds = {"go": consignments.dispatch, "cancel": consignments.cancel, "arrive": consignments.arrive}
        self.tries(deeds[what], actor, row_id)

    @rule(
        at=INDEX,
        right=MOSTLY,
        anybody=ANYBODY,
        good=st.sampled_from([3, 3, 2, 1, 0]),
        damaged=st.sampled_from([3, 1, 0, 2, -1]),
    )
    def signs(self, at: int, right: bool, anybody: str, good: int, damaged: int) -> None:
        moving = [ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED]
        wanted = moving if right else ConsignmentState
        row_id = self.some(consignments_table, at, consignments_table.c.state.in_(wanted))
        counts = {}
        need_id = 0
        for row in giving.goods(self.conn, row_id):
            whole = row.quantity * good // 3
            broken = (row.quantity - whole) * damaged // 3
            counts[row.id] = Count(whole, broken, row.quantity - whole - broken)
            need_id = self.need_of(row.line_id)
        actor = self.who(right, self.official_of(need_id), anybody)
        self.tries(consignments.sign_receipt, actor, row_id, counts)

    @rule(hours=st.sampled_from([1, 24, 73, 24 * 8]))
    def time_passes(self, hours: int) -> None:
        now = self.company.later(hours=hours)
        for job in jobs(TERMS).values():
            self.tries(job, now)

    @rule(at=INDEX, giver=st.sampled_from(list(PARTNERS)), far=st.sampled_from([5, 5, 4, 3, 2, 1]))
    def a_whole_truck(self, at: int, giver: str, far: int) -> None:
        """Everything that is open of a need, as far on its way as this run takes it."""
        need_id = self.some(needs_table, at, needs_table.c.state == NeedState.OPEN)
        hromada = self.official_of(need_id)
        amounts = {line.id: line.open for line in lines_of(self.conn, need_id) if line.open}
        if hromada is None or not amounts:
            return
        self.tries(pledges.pledge, self.company[giver], need_id, amounts, TERMS, firm=True)
        newest = self.conn.execute(select(func.max(pledges_table.c.id))).scalar_one()
        self.tries(pledges.accept, self.company[hromada], newest)
        goods = {row.id: row.left for row in giving.pledge_lines_of(self.conn, newest)}
        if far > 1:
            self.tries(consignments.pack, self.company[giver], goods)
        truck = self.conn.execute(select(func.max(consignments_table.c.id))).scalar() or 0
        if far > 2:
            self.tries(consignments.dispatch, self.company[giver], truck)
        if far > 3:
            self.tries(consignments.arrive, self.company[hromada], truck)
        counts = {row.id: Count(row.quantity, 0, 0) for row in giving.goods(self.conn, truck)}
        if far > 4:
            self.tries(consignments.sign_receipt, self.company[hromada], truck, counts)

    @rule(
        by=st.sampled_from([*PARTNERS, *PARTNERS, *OFFICIALS]),
        answer=st.sampled_from(["end", "keep", "nothing", "too late"]),
    )
    def nobody_is_left(self, by: str, answer: str) -> None:
        """An organisation is suspended, the other side answers or does not, and it is let in again."""
        place = self.company[by].organisation_id
        assert place is not None
        people.set_organisation_state(self.conn, place, OrganisationState.SUSPENDED)
        self.tries(settling.settle_organisation, self.company["Ihor"], place, TERMS)
        for pledge in [*giving.owed_by(self.conn, place), *giving.owed_to(self.conn, place)]:
            giver = self.giver_of(pledges_table, pledge.id)
            other = self.official_of(pledge.need_id) if by in PARTNERS else giver
            if answer in ("end", "keep") and other:
                self.tries(getattr(settling, answer), self.company[other], pledge.id, TERMS)
        if answer == "too late":
            self.tries(settling.end_unattended, self.company.later(days=8), TERMS)
        people.set_organisation_state(self.conn, place, OrganisationState.VERIFIED)

    @invariant()
    def remember_where_we_were(self) -> None:
        for table in (needs_table, pledges_table, consignments_table):
            self.reached |= set(self.conn.execute(select(table.c.state).distinct()).scalars())

    @invariant()
    def what_is_needed_is_the_sum(self) -> None:
        """The equation, without asking the database's own CHECK."""
        for line in self.conn.execute(select(lines_table)).mappings():
            parts = [line[name] for name in ("held", "promised", "on_the_way", "received", "waived")]
            assert min(parts) >= 0
            if line["needed"] is not None:
                assert line["open"] >= 0
                assert line["needed"] == line["open"] + sum(parts)

    @invariant()
    def the_line_agrees_with_its_pledges(self) -> None:
        """Counted anew from pledges and consignments, row by row."""
        counted = {bucket: self.counted(bucket) for bucket in ("held", "promised", "on_the_way", "received")}
        for line in self.conn.execute(select(lines_table)).mappings():
            for bucket, by_line in counted.items():
                assert line[bucket] == by_line.get(line["id"], 0), (bucket, dict(line))

    def counted(self, bucket: str) -> dict[int, int]:
        held = pledges_table.c.state == PledgeState.HELD
        claimed = pledges_table.c.state.in_(CLAIMED)
        left = pledge_lines.c.quantity - pledge_lines.c.packed
        own = {
            "held": case((held, pledge_lines.c.quantity), else_=0),
            "promised": case((claimed, left), else_=0),
        }
        states = {
            "promised": [ConsignmentState.PACKING],
            "on_the_way": [ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED],
            "received": [ConsignmentState.RECEIVED],
        }
        total: dict[int, int] = {}
        if bucket in own:
            joined = pledge_lines.join(pledges_table, pledges_table.c.id == pledge_lines.c.pledge_id)
            query = select(pledge_lines.c.line_id, func.sum(own[bucket])).select_from(joined)
            total.update((line, amount) for line, amount in self.conn.execute(query.group_by("line_id")))
        if bucket in states:
            amount = consignment_lines.c.good if bucket == "received" else consignment_lines.c.quantity
            joined = consignment_lines.join(
                pledge_lines, pledge_lines.c.id == consignment_lines.c.pledge_line_id
            ).join(consignments_table, consignments_table.c.id == consignment_lines.c.consignment_id)
            query = select(pledge_lines.c.line_id, func.sum(amount)).select_from(joined)
            query = query.where(consignments_table.c.state.in_(states[bucket]))
            for line, moved in self.conn.execute(query.group_by(pledge_lines.c.line_id)):
                total[line] = total.get(line, 0) + moved
        return total

    @invariant()
    def ended_needs_ask_for_nothing(self) -> None:
        """Fulfilled or closed: nothing open, nothing owed, except trucks that were on their way already."""
        ended = select(lines_table, needs_table.c.state).join(
            needs_table, needs_table.c.id == lines_table.c.need_id
        )
        for row in self.conn.execute(ended).mappings():
            if row["state"] in (NeedState.FULFILLED, NeedState.CLOSED_SHORT, NeedState.CANCELLED):
                assert not row["open"]
            if row["state"] in (NeedState.FULFILLED, NeedState.CLOSED_SHORT):
                assert row["held"] + row["promised"] + row["on_the_way"] == 0

    def teardown(self) -> None:
        """After every run the history's chains verify."""
        try:
            assert events.broken_chains(self.conn) == []
        finally:
            self.conn.rollback()


def test_no_order_of_presses_breaks_the_equation(conn: Connection) -> None:
    everywhere: set[str] = set()

    class Here(AnythingGoes):
        def __init__(self) -> None:
            super().__init__()
            self.conn, self.company, self.reached = conn, known(conn), everywhere

    for examples in (100, 400):  # where the first hundred did not lead everywhere, more will
        if not everywhere >= EVERYWHERE:
            run_state_machine_as_test(
                Here,
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=40,
                    deadline=None,
                    derandomize=True,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
    assert everywhere == EVERYWHERE  # it went everywhere one can go


def test_the_database_itself_refuses_a_wrong_sum(company: Company, conn: Connection) -> None:
    need = company.asks(("energy.generator-diesel", 4))
    for wrong in ({"promised": 1000}, {"open": 5000}, {"open": -1000, "held": 5000}):
        savepoint = conn.begin_nested()
        with pytest.raises(IntegrityError):
            conn.execute(update(lines_table).where(lines_table.c.need_id == need.id).values(**wrong))
        savepoint.rollback()
    assert company.line(need).open == 4000
