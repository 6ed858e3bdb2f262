"""What is written down of acts that change nothing anybody sees on a card, and what an event never holds."""

import json
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.model import Need
from domain.words import EventKind, Urgency
from services import consignments, needs, pledges, talking
from services.history import changed
from storage import events, giving
from storage import needs as stored
from storage import talking as threads
from tests.databases import inside
from tests.services.company import TERMS, Company

GENERATOR = "energy.generator-diesel"
SECRETS = ("AA1234BB", "Перевізник", "вода з річки", "3-5 кВт", "DECL-77")


@pytest.fixture
def need(company: Company, conn: Connection) -> Need:
    return inside(conn, company.asks, (GENERATOR, 4))


def of_kind(conn: Connection, need: Need, kind: EventKind) -> list[dict[str, Any]]:
    return [json.loads(event.data) for event in events.of_need(conn, need.id) if event.kind == kind]


def test_an_edit_says_what_changed_and_never_the_words(company: Company, need: Need) -> None:
    conn, olena = company.conn, company["Olena"]
    needs.edit_need(conn, olena, need.id, TERMS, why="вода з річки", urgency=Urgency.CRITICAL)
    needs.describe_line(conn, olena, company.line(need).id, spec="3-5 кВт")
    needs.resize_line(conn, olena, company.line(need).id, 6000)
    resized, described, edited = of_kind(conn, need, EventKind.NEED_EDITED)
    assert set(edited["changed"]) == {"why", "urgency", "confirm_by"}
    assert set(described["changed"]) == {"spec"}
    assert (resized["was"], resized["needed"]) == (4000, 6000)
    fresh = stored.need(conn, need.id)
    assert fresh is not None
    assert changed(need, {"why": fresh.why})["why"] == edited["changed"]["why"], (
        "whoever has the words can show it"
    )


def test_carrier_plate_and_declaration_leave_a_trace_without_their_values(
    company: Company, need: Need
) -> None:
    conn, olena = company.conn, company["Olena"]
    made = company.promises("Marek", need, 2)
    pledges.accept(conn, olena, made.id)
    rows = {row.id: row.left for row in giving.pledge_lines_of(conn, made.id)}
    sent = consignments.pack(conn, company["Marek"], rows)
    consignments.describe(conn, company["Marek"], sent.id, plate="AA1234BB", carrier="Перевізник")
    consignments.describe(conn, company["Marek"], sent.id, plate="AA1234BB")
    for code in ("DECL-77", "DECL-78"):
        consignments.declare(conn, olena, sent.id, code)
    [travel] = of_kind(conn, need, EventKind.TRANSPORT_CHANGED)
    assert travel["changed"] == ["carrier", "plate"], "the same plate once more is no change"
    assert [each["how"] for each in of_kind(conn, need, EventKind.DECLARATION_CHANGED)] == [
        "corrected",
        "entered",
    ]


def test_a_coordinator_who_reads_along_is_written_down_and_the_two_sides_are_not(
    company: Company, need: Need
) -> None:
    conn = company.conn
    talking.say(conn, company["Marek"], need.id, company["Marek"].partner(), "Jaka moc?", "pl")
    thread = threads.open_thread(conn, need.id, company["Marek"].partner(), company.now)
    talking.invite_coordinator(conn, company["Olena"], thread.id)
    for name in ("Marek", "Olena", "Ihor", "Ihor"):
        talking.opened(conn, company[name], thread.id)
    read = [event for event in events.of_need(conn, need.id) if event.kind == EventKind.THREAD_READ]
    assert [event.person_id for event in read] == [company.ids["Ihor"]] * 2


def test_no_event_holds_what_somebody_wrote(company: Company, need: Need) -> None:
    test_an_edit_says_what_changed_and_never_the_words(company, need)
    test_carrier_plate_and_declaration_leave_a_trace_without_their_values(
        company, company.asks((GENERATOR, 4))
    )
    written = company.conn.exec_driver_sql("SELECT data FROM events").scalars().all()
    assert not [word for word in SECRETS if any(word in text for text in written)]
