"""What is old goes by itself, two hundred at a time; what something open still needs stays however old it is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, func, insert, select, update

from domain.actor import Actor
from domain.personal_data import REGISTER, Ages
from domain.schedule import BATCH
from domain.words import NeedState, PledgeState
from services import consignments, pledges, talking
from services import invites as links
from services import needs as need_service
from storage import chats, giving, sweeping
from storage.base import metadata
from storage.schema.chats import drafts
from storage.schema.giving import consignments as consignment_table
from storage.schema.giving import pledges as pledge_table
from storage.schema.people import invites
from storage.schema.talking import files, messages, threads, translations
from tests.services.company import TERMS, Company
from tests.services.conftest import company as company
from tests.services.conftest import company_url as company_url
from tests.services.conftest import conn as conn

DAY = timedelta(days=1)
AGES = Ages()


def count(conn: Connection, name: str) -> int:
    return conn.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()


def talk(company: Company, conn: Connection, state: PledgeState | None = None) -> int:
    """A need with a conversation of two messages, a file and a translation; returns the need."""
    need = company.asks(("winter.blanket", 10))
    partner = company["Marek"].partner()
    first = talking.say(conn, company["Marek"], need.id, partner, "Czy nowe?", "pl")
    talking.say(conn, company["Olena"], need.id, partner, "Так", "uk")
    conn.execute(
        insert(files).values(message_id=first.id, kind="photo", file_id="f", file_unique_id="f", name="")
    )
    values = {
        "owner": "message",
        "owner_id": first.id,
        "language": "uk",
        "source": "x",
        "state": "done",
        "text": "Нові?",
    }
    conn.execute(insert(translations).values(**values, not_before=company.now, asked_at=company.now))
    if state is not None:
        made = company.promises("Marek", need, 4)
        conn.execute(update(pledge_table).where(pledge_table.c.id == made.id).values(state=state))
    return need.id


def closes(conn: Connection, need_id: int, at: datetime) -> None:
    table = metadata.tables["needs"]
    conn.execute(update(table).where(table.c.id == need_id).values(state=NeedState.FULFILLED, closed_at=at))


def sweep(conn: Connection, now: datetime, name: str, ages: Ages = AGES) -> int:
    """All batches of one job, as the ticker runs them."""
    total = 0
    while did := sweeping.jobs(ages)[name](conn, now):
        total += did
    return total


def test_a_conversation_ends_its_days_after_the_need_was_closed(conn: Connection, company: Company) -> None:
    need_id = talk(company, conn)
    later = company.now + 1000 * DAY
    assert sweep(conn, later, "sweep_conversations") == 0, "the need is open, however old the words are"
    closes(conn, need_id, company.now)
    assert sweep(conn, company.now + AGES.talks, "sweep_conversations") == 0
    assert sweep(conn, company.now + AGES.talks + DAY, "sweep_conversations") > 0
    assert sweep(conn, company.now + AGES.talks + DAY, "sweep_threads") == 1
    assert [count(conn, name) for name in ("messages", "files", "translations", "threads")] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "state", [PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED]
)
def test_a_conversation_stays_while_something_is_owed(
    state: PledgeState, conn: Connection, company: Company
) -> None:
    closes(conn, talk(company, conn, state), company.now)
    assert sweep(conn, company.now + 1000 * DAY, "sweep_conversations") == 0


@pytest.mark.parametrize(
    "state", [PledgeState.RECEIVED, PledgeState.WITHDRAWN, PledgeState.DECLINED, PledgeState.LAPSED]
)
def test_a_conversation_ends_where_everything_was_settled(
    state: PledgeState, conn: Connection, company: Company
) -> None:
    closes(conn, talk(company, conn, state), company.now)
    assert sweep(conn, company.now + 1000 * DAY, "sweep_conversations") > 0


def test_much_is_done_in_batches(conn: Connection, company: Company) -> None:
    need_id = talk(company, conn)
    thread = conn.execute(select(threads.c.id)).scalar_one()
    row = {"thread_id": thread, "person_id": company["Marek"].person_id, "organisation_id": company["Marek"].partner(),
           "text": "x", "language": "pl", "burst": 1, "at": company.now}  # fmt: skip
    conn.execute(insert(messages), [row] * (BATCH + 50))
    closes(conn, need_id, company.now)
    job = sweeping.jobs(AGES)["sweep_conversations"]
    now = company.now + 1000 * DAY
    assert [job(conn, now) for _ in range(3)] == [BATCH, 52, 0]


def test_what_is_through_rests_an_hour_unless_the_clock_is_put_back(
    conn: Connection, company: Company
) -> None:
    job = sweeping.jobs(AGES)["sweep_drafts"]
    later = company.now + 1000 * DAY
    assert job(conn, later) == 0
    olena = company["Olena"].person_id
    chats.save_draft(conn, olena, "need", company.now, step="why", back_to=None, data="{}")
    assert job(conn, later + timedelta(minutes=59)) == 0
    assert job(conn, later - timedelta(minutes=1)) == 1
    chats.save_draft(conn, olena, "need", company.now, step="why", back_to=None, data="{}")
    assert job(conn, later + timedelta(hours=1)) == 1


def test_drafts_nobody_goes_on_with_end(conn: Connection, company: Company) -> None:
    olena = company["Olena"].person_id
    chats.save_draft(conn, olena, "need", company.now, step="why", back_to=None, data="{}")
    chats.save_draft(conn, olena, "contacts", company.now + 30 * DAY, step="phone", back_to=None, data="{}")
    assert sweep(conn, company.now + AGES.drafts + DAY, "sweep_drafts") == 1
    assert conn.execute(select(drafts.c.form)).scalars().all() == ["contacts"]


def test_links_end_once_they_were_used_or_ran_out(conn: Connection, company: Company) -> None:
    operator, later = Actor(0, company.now), Actor(0, company.now + 100 * DAY)
    used = links.make(conn, operator, b"secret", coordinator=True).invite
    links.make(conn, operator, b"secret", coordinator=True)
    fresh = links.make(conn, later, b"secret", coordinator=True).invite
    conn.execute(update(invites).where(invites.c.id == used.id).values(used_at=company.now))
    before = count(conn, "invites")
    assert sweep(conn, company.now + 100 * DAY, "sweep_invites") == before - 1
    assert conn.execute(select(invites.c.id)).scalars().all() == [fresh.id]


def journey(company: Company, conn: Connection) -> int:
    need = company.asks(("winter.blanket", 10))
    made = company.promises("Marek", need, 4)
    pledges.accept(conn, company["Olena"], made.id)
    row = giving.pledge_lines_of(conn, made.id)[0]
    sent = consignments.pack(conn, company["Marek"], {row.id: 4000})
    consignments.describe(
        conn, company["Marek"], sent.id, plate="LU 12345", carrier="Jan", note="600 123 456"
    )
    consignments.dispatch(conn, company["Marek"], sent.id)
    return sent.id


def test_driver_plate_and_note_end_after_the_journey(conn: Connection, company: Company) -> None:
    sent = journey(company, conn)
    assert sweep(conn, company.now + 5000 * DAY, "sweep_journeys") == 0, "it is still on its way"
    consignments.arrive(conn, company["Olena"], sent)
    rows = giving.goods(conn, sent)
    consignments.sign_receipt(conn, company["Olena"], sent, {rows[0].id: consignments.Count(4000, 0, 0)})
    assert sweep(conn, company.now + AGES.journeys, "sweep_journeys") == 0
    assert sweep(conn, company.now + AGES.journeys + DAY, "sweep_journeys") == 1
    kept = conn.execute(select(consignment_table).where(consignment_table.c.id == sent)).one()
    assert (kept.carrier, kept.plate, kept.note) == (None, None, None)
    assert kept.code


def test_every_age_of_the_register_is_a_setting_and_every_setting_is_used() -> None:
    from bot.settings import Settings

    ages = {age.lower() for holding in REGISTER.values() for age in holding.age.split(", ") if age}
    assert ages == {name for name in Settings.model_fields if name.startswith("keep_")}


def test_old_questions_end_with_their_need(conn: Connection, company: Company) -> None:
    need = company.asks(("winter.blanket", 10))
    table = metadata.tables["questions"]
    values = {"need_id": need.id, "from_person": company["Marek"].person_id, "from_organisation": company["Marek"].partner(),
              "to_organisation": company["Olena"].official(), "text": "?", "language": "pl", "asked_at": company.now}  # fmt: skip
    conn.execute(insert(table).values(**values))
    later = company.now + 1000 * DAY
    assert sweep(conn, later, "sweep_questions") == 0
    closes(conn, need.id, company.now)
    assert sweep(conn, later, "sweep_questions") == 1


def test_nothing_open_is_swept(conn: Connection, company: Company) -> None:
    """Everything at once, a thousand days later: what is open works as before."""
    need = company.asks(("winter.blanket", 10))
    made = company.promises("Marek", need, 4)
    talking.say(conn, company["Marek"], need.id, company["Marek"].partner(), "?", "pl")
    before = {
        name: count(conn, name) for name in metadata.tables if name not in ("outbox", "drafts", "invites")
    }
    for name in sweeping.jobs(AGES):
        sweep(conn, company.now + 1000 * DAY, name)
    assert {name: count(conn, name) for name in before} == before
    pledges.accept(conn, company["Olena"], made.id)
    need_service.confirm(conn, company["Olena"], need.id, TERMS)
