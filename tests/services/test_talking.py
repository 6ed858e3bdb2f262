"""What a partner and a hromada write to each other, and who never sees it."""

from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from domain.errors import AlreadyDone, Empty, Forbidden, NotFound, NotVerified, Suspended
from domain.model import Need
from domain.talking import FILES_AT_MOST, LONGEST_MESSAGE, Message, Sent, Thread
from services import talking
from storage import events
from storage import talking as stored
from storage.outbox import outbox
from storage.schema.giving import questions
from tests.databases import inside
from tests.services.company import HEADQUARTERS, MORNING, Company, heard, told

GENERATOR = "energy.generator-diesel"
PHOTO, PLAN = Sent("photo", "f1", "u1"), Sent("document", "f2", "u2", "plan.pdf")


@pytest.fixture
def need(company: Company) -> Need:
    """Olena's generators."""
    return inside(company.conn, company.asks, (GENERATOR, 4))


def organisation(company: Company, name: str) -> int:
    found = company[name].organisation_id
    assert found is not None
    return found


def says(
    company: Company, who: str, need: Need, text: str = "Чи є місце?", *files: Sent, partner: str = "Marek"
) -> Message:
    partner_id = organisation(company, partner)
    return talking.say(company.conn, company[who], need.id, partner_id, text, "uk", files)


def thread(company: Company, need: Need, partner: str = "Marek") -> Thread:
    found = stored.thread_of(company.conn, need.id, organisation(company, partner))
    assert found is not None
    return found


def test_any_number_of_messages_from_both_sides_stand_in_one_thread(company: Company, need: Need) -> None:
    says(company, "Marek", need, "Jaka moc?")
    company.later(hours=1)
    says(company, "Olena", need, "5 кВт", PHOTO, PLAN)
    company.later(hours=1)
    last = says(company, "Marek", need, "Dziękuję")
    found = stored.before(company.conn, thread(company, need).id, None, 9)
    assert [each.text for each in found] == ["Dziękuję", "5 кВт", "Jaka moc?"]
    assert {each.thread_id for each in found} == {last.thread_id}
    files = stored.files_of(company.conn, [each.id for each in found])
    assert [(each.kind, each.name) for each in files] == [("photo", ""), ("document", "plan.pdf")]
    assert thread(company, need).moved_at == last.at
    assert heard(company, "Olena") == ["talked", "talked"]
    assert heard(company, "Marek") == ["talked"]
    kinds = [str(each.kind) for each in events.of_need(company.conn, need.id)]
    assert kinds[:3] == ["answered", "answered", "asked"]
    assert events.broken_chains(company.conn) == []


def notices_to(company: Company, name: str) -> list[tuple[datetime, str]]:
    query = select(outbox.c.not_before, outbox.c.params).where(
        outbox.c.chat_id == company.account(name), outbox.c.screen == "talked"
    )
    return [(row[0], row[1]) for row in company.conn.execute(query.order_by(outbox.c.id))]


def test_what_is_written_within_a_minute_comes_as_one_notice(company: Company, need: Need) -> None:
    first = says(company, "Marek", need, "Dzień dobry")
    company.later(seconds=20)
    second = says(company, "Marek", need, "Jaka moc?")
    company.later(seconds=20)
    third = says(company, "Marek", need, "", PHOTO)
    assert notices_to(company, "Olena") == [
        (MORNING.replace(minute=1), f'{{"burst": {first.id}}}'),
    ]
    assert stored.of_burst(company.conn, first.id) == [first, second, third]
    company.later(seconds=20)
    fourth = says(company, "Marek", need, "I jeszcze jedno")
    assert fourth.burst == fourth.id
    assert len(notices_to(company, "Olena")) == 2


def test_an_answer_in_between_begins_anew(company: Company, need: Need) -> None:
    says(company, "Marek", need)
    company.later(seconds=10)
    says(company, "Olena", need)
    company.later(seconds=10)
    again = says(company, "Marek", need)
    assert again.burst == again.id
    assert len(notices_to(company, "Olena")) == 2


def test_a_clock_that_was_put_back_loses_nobodys_words(company: Company, need: Need) -> None:
    says(company, "Marek", need)
    company.later(hours=-3)
    again = says(company, "Marek", need)
    assert again.burst == again.id
    assert len(notices_to(company, "Olena")) == 2


def test_who_may_not_write(company: Company, need: Need) -> None:
    says(company, "Marek", need)
    for name, error in (
        ("Petro", NotVerified),
        ("Sergei", Suspended),
        ("Nobody", Forbidden),
        ("Ihor", Forbidden),
    ):
        with pytest.raises(error):
            says(company, name, need)
    for name in ("Greta", "Taras"):
        with pytest.raises(Forbidden):
            says(company, name, need)
    with pytest.raises(Forbidden):
        says(company, "Olena", need, partner="Greta")
    with pytest.raises(NotFound):
        talking.say(company.conn, company["Marek"], 404, organisation(company, "Marek"), "?", "pl")


def test_a_hromada_may_write_first_to_whoever_pledged(company: Company, need: Need) -> None:
    company.promises("Marek", need, 2)
    says(company, "Olena", need, "Коли чекати?")
    assert heard(company, "Marek") == ["talked"]


def test_nothing_too_much_and_somebody_elses_pledge_do_not_pass(company: Company, need: Need) -> None:
    with pytest.raises(Empty):
        says(company, "Marek", need, "  ")
    with pytest.raises(Empty):
        says(company, "Marek", need, "x" * (LONGEST_MESSAGE + 1))
    with pytest.raises(Empty):
        says(company, "Marek", need, "", *[PHOTO] * (FILES_AT_MOST + 1))
    theirs = company.promises("Greta", need, 1)
    partner_id = organisation(company, "Marek")
    with pytest.raises(Forbidden):
        talking.say(company.conn, company["Marek"], need.id, partner_id, "?", "pl", about=theirs.id)


def test_photos_of_an_album_join_the_message_of_their_sender_alone(company: Company, need: Need) -> None:
    made = says(company, "Marek", need, "", PHOTO)
    talking.add_file(company.conn, company["Marek"], made.id, PHOTO)
    for at in range(FILES_AT_MOST + 3):
        talking.add_file(company.conn, company["Marek"], made.id, Sent("photo", f"x{at}", f"x{at}"))
    assert len(stored.files_of(company.conn, [made.id])) == FILES_AT_MOST
    for name in ("Olena", "Greta"):
        with pytest.raises(Forbidden):
            talking.add_file(company.conn, company[name], made.id, PLAN)
    with pytest.raises(NotFound):
        talking.add_file(company.conn, company["Marek"], 404, PLAN)


# --- who reads ----------------------------------------------------------------------------------------


def test_a_coordinator_is_refused_until_one_side_asks_and_again_after(company: Company, need: Need) -> None:
    says(company, "Marek", need)
    id_ = thread(company, need).id
    heard(company, "Marek"), heard(company, "Olena"), told(company, HEADQUARTERS)

    def refused(*names: str) -> None:
        for name in names:
            with pytest.raises(Forbidden):
                talking.may_read(company.conn, company[name], id_)

    refused("Ihor", "Greta", "Taras", "Petro", "Sergei", "Nobody")
    talking.invite_coordinator(company.conn, company["Olena"], id_)
    assert talking.may_read(company.conn, company["Ihor"], id_)[0].invited_by == company.ids["Olena"]
    refused("Greta", "Taras", "Petro", "Sergei", "Nobody")
    assert told(company, HEADQUARTERS) == ["look"]
    assert heard(company, "Marek") == ["reads_along"]
    assert heard(company, "Olena") == []
    with pytest.raises(AlreadyDone):
        talking.invite_coordinator(company.conn, company["Marek"], id_)
    for name in ("Ihor", "Greta", "Taras"):
        with pytest.raises(Forbidden):
            talking.end_invitation(company.conn, company[name], id_)
    talking.end_invitation(company.conn, company["Marek"], id_)
    refused("Ihor")
    with pytest.raises(AlreadyDone):
        talking.end_invitation(company.conn, company["Marek"], id_)
    kinds = [str(each.kind) for each in events.of_need(company.conn, need.id)]
    assert kinds[:2] == ["coordinator_left", "coordinator_invited"]


def test_a_thread_that_is_not_there(company: Company) -> None:
    with pytest.raises(NotFound):
        talking.may_read(company.conn, company["Ihor"], 404)
    with pytest.raises(NotFound):
        talking.our_thread(company.conn, company["Olena"], 404)


# --- what was asked before ----------------------------------------------------------------------------


def old_question(company: Company, need: Need, answer: str | None) -> int:
    """As the version before wrote it, beside us or before us."""
    marek, olena = company["Marek"], company["Olena"]
    values = {
        "need_id": need.id,
        "from_person": marek.person_id,
        "from_organisation": marek.organisation_id,
        "to_organisation": olena.organisation_id,
        "text": "Jaka moc?",
        "language": "pl",
        "asked_at": MORNING,
        "answer": answer,
        "answered_by": answer and olena.person_id,
        "answered_at": MORNING if answer else None,
    }
    found: int = company.conn.execute(
        insert(questions).values(**values).returning(questions.c.id)
    ).scalar_one()
    return found


@pytest.mark.parametrize("answer", [None, "5 кВт"])
def test_a_question_the_version_before_wrote_joins_its_thread_once(
    company: Company, need: Need, answer: str | None
) -> None:
    asked = old_question(company, need, answer)
    for name in ("Olena", "Marek", "Olena"):
        found, _ = talking.adopt(company.conn, company[name], asked)
        assert found.id == thread(company, need).id
    texts = [each.text for each in stored.before(company.conn, found.id, None, 9)]
    assert texts[::-1] == ["Jaka moc?", *filter(None, [answer])]
    values = {"answer": "5 кВт", "answered_by": company.ids["Olena"], "answered_at": MORNING}
    company.conn.execute(update(questions).where(questions.c.id == asked).values(**values))
    talking.adopt(company.conn, company["Marek"], asked)
    assert [each.text for each in stored.of_question(company.conn, asked)] == ["Jaka moc?", "5 кВт"]
    for name in ("Greta", "Taras", "Ihor", "Petro"):
        with pytest.raises(Forbidden):
            talking.adopt(company.conn, company[name], asked)
    with pytest.raises(NotFound):
        talking.adopt(company.conn, company["Olena"], 404)
