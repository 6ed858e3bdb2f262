"""What is kept of a person: all of it is handed over, and nothing of it is left when they are forgotten."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from domain.actor import Actor
from domain.errors import Forbidden, InviteUsed, NotFound
from domain.personal_data import REGISTER
from domain.privacy import VERSION, gives_a_phone, has_answered
from domain.talking import Sent
from domain.words import EventKind, MemberState
from handlers import everything as registered
from handlers.fit import length
from handlers.reader import House
from handlers.render import render
from services import consignments, invites, pledges, privacy, standing, talking, thanks
from services import people as services
from storage import chats, events, giving, inbox, outbox, people, personal, translations
from storage.base import metadata
from storage.outbox import Lane
from storage.schema.giving import questions
from storage.schema.needs import needs as need_table
from storage.schema.people import barred
from tests.services.company import HEADQUARTERS, TERMS, Company, heard

assert registered

HOUSE = House("bridge_bot", coordination_chat=HEADQUARTERS)


def everything(conn: Connection) -> str:
    """Every value of every row, as one text."""
    rows: list[str] = []
    for table in metadata.sorted_tables:
        if table.name == "events":
            continue  # hashes hold any digits; what events hold is looked at in domain/test_history
        for row in conn.execute(select(table)).mappings():
            rows += [f"{table.name}.{name}={value}" for name, value in row.items() if value is not None]
    return "\n".join(rows)


def left_of(conn: Connection, *words: str) -> list[str]:
    """Where a word still stands."""
    return [line for line in everything(conn).splitlines() if any(word in line for word in words)]


def life(company: Company, conn: Connection, who: str = "Olena") -> dict[str, int]:
    """Olena and Marek leave something of everything behind; returns its numbers."""
    olena = company[who]
    need = company.asks(
        ("energy.generator-diesel", 10),
        why="Secretwhy, call +380 67 777 77 77",
        place="Secretplace",
        do_not_send="Secretnot: t.me/secret_olena",
    )
    made = company.promises("Marek", need, 4)
    pledges.accept(conn, company[who], made.id)
    row = giving.pledge_lines_of(conn, made.id)[0]
    sent = consignments.pack(conn, company["Marek"], {row.id: 4000})
    consignments.describe(
        conn, company["Marek"], sent.id, plate="SECRETPLATE", carrier="Secretdriver", note="Secretnote"
    )
    consignments.dispatch(conn, company["Marek"], sent.id)
    consignments.arrive(conn, company[who], sent.id)
    consignments.add_photo(conn, company[who], sent.id, "Secretphoto", "Secretphotoid")
    rows = giving.goods(conn, sent.id)
    consignments.sign_receipt(conn, company[who], sent.id, {rows[0].id: consignments.Count(4000, 0, 0)})
    talk = talking.say(conn, company["Marek"], need.id, company["Marek"].partner(), "Secretquestion", "pl",
                       [Sent("document", "Secretfile", "Secretfileid", "Secretfile.pdf")])  # fmt: skip
    answered = talking.say(conn, company[who], need.id, company["Marek"].partner(), "Secretanswer", "uk",
                           [Sent("photo", "Secretyard", "Secretyardid")])  # fmt: skip
    translations.ask(conn, "message", answered.id, "pl", "x", company.now)
    row_of = translations.due(conn, company.now, 10)[0]
    translations.done(conn, row_of, company.now, "Secrettranslation", "DeepL")
    said = thanks.thank(
        conn, company[who], sent.id, "Secretthanks", "uk", [Sent("photo", "Secretpic", "Secretpicid")]
    )
    declined = company.promises("Greta", need, 1)
    pledges.decline(conn, company[who], declined.id, "Secretreason", TERMS)
    conn.execute(
        insert(questions).values(
            need_id=need.id,
            from_person=company["Marek"].person_id,
            from_organisation=company["Marek"].partner(),
            to_organisation=company[who].official(),
            text="Secretoldquestion",
            language="en",
            asked_at=company.now,
            answer="Secretoldanswer",
            answered_by=olena.person_id,
            answered_at=company.now,
        )
    )
    chats.save_draft(
        conn,
        olena.person_id,
        "need",
        company.now,
        step="why",
        back_to=None,
        data='{"why": "Secretdraft"}',
        doubt="Secretdoubt",
    )
    account = company.account(who)
    letter = {"update_id": 77, "message": {"text": "Secretletter", "from": {"id": account, "is_bot": False}}}
    inbox.store(conn, company.now, [(77, account, json.dumps(letter)), (78, account, json.dumps(letter))])
    inbox.bury(conn, 77, "ValueError: Secreterror")
    outbox.show(
        conn,
        company.now,
        chat_id=account,
        screen="sorry",
        params={"sentence": "Secretsentence"},
        lane=Lane.REPLY,
    )
    invites.invite(conn, company[who], b"secret", company[who].official())
    return {
        "need": need.id,
        "thread": talk.thread_id,
        "thanks": said.id,
        "consignment": sent.id,
        "question": talk.id,
    }


def test_everything_about_me_is_in_the_file_and_nothing_of_others(conn: Connection, company: Company) -> None:
    life(company, conn)
    whole = json.loads(privacy.everything_about(conn, company["Olena"].person_id, company.now))
    text = json.dumps(whole, ensure_ascii=False)
    for word in (
        *(
            "Olena",
            "+380 44 000 00 00",
            "Olena's street",
            "Secretwhy",
            "Secretplace",
            "Secretnot",
            "Secretanswer",
        ),
        *(
            "Secretyard",
            "Secrettranslation",
            "Secretthanks",
            "Secretpic",
            "Secretreason",
            "Secretoldanswer",
            "Secretdraft",
        ),
        *("Secretdoubt", "Secretletter", "Secretsentence", "Secretphoto"),
    ):
        assert word in text, word
    for word in (
        "Secretquestion",
        "Secretfile",
        "Secretoldquestion",
        "Secretnote",
        "SECRETPLATE",
        "+380 44 000 00 02",
    ):
        assert word not in text, word
    secrets = [
        line
        for name in whole["data"]
        for row in whole["data"][name]
        for line in row
        if line in REGISTER[name].secret.split()
    ]
    assert secrets == []
    marek = json.dumps(
        json.loads(privacy.everything_about(conn, company["Marek"].person_id, company.now)),
        ensure_ascii=False,
    )
    for word in (
        "Secretquestion",
        "Secretfile.pdf",
        "Secretoldquestion",
        "Secretnote",
        "SECRETPLATE",
        "Secretdriver",
    ):
        assert word in marek, word
    assert "Secretanswer" not in marek


def test_every_way_of_naming_a_person_is_exported(conn: Connection, company: Company) -> None:
    """A new column that points at people shows up in the file by itself."""
    life(company, conn)
    person = people.person(conn, company["Olena"].person_id)
    held = personal.held(conn, person)
    for name, holding in REGISTER.items():
        if holding.people and name in metadata.tables:
            table = metadata.tables[name]
            ways = [table.c[column] == person.id for column in holding.people.split()]
            count = len(
                conn.execute(select(table).where(ways[0] if len(ways) == 1 else ways[0] | ways[1])).all()
            )
            assert len(held[name]) >= count, name


def test_nothing_of_a_forgotten_person_is_left(conn: Connection, company: Company) -> None:
    life(company, conn)
    account, person_id = company.account("Olena"), company["Olena"].person_id
    assert len(left_of(conn, "Secret")) > 20
    privacy.forget(conn, company["Olena"], person_id)
    services_now = people.person(conn, person_id)
    assert (services_now.account, services_now.name, services_now.phone) == (-person_id, "", None)
    theirs = left_of(
        conn,
        *(
            "Olena's street",
            "+380 44 000 00 00",
            "Secretanswer",
            "Secretyard",
            "Secrettranslation",
            "Secretthanks",
            "Secretpic",
        ),
        *(
            "Secretreason",
            "Secretoldanswer",
            "Secretdraft",
            "Secretdoubt",
            "Secretletter",
            "Secreterror",
            "Secretsentence",
        ),
        *("Secretphoto", "777 77 77", "777", "t.me/secret_olena"),
    )
    assert theirs == []
    names = [line for line in left_of(conn, "Olena") if "Olena's hromada" not in line]
    assert names == []
    numbers = [line for line in left_of(conn, str(account)) if f"{account}-01-01" not in line]
    assert all(
        line.startswith(("chats.id", "outbox.chat_id", "outbox.dedupe_key", "outbox.params"))
        for line in numbers
    ), numbers
    for row in outbox.due(conn, company.now, 1000):
        outbox.mark_sent(conn, company.now, row, 5)
    personal.close_chats(conn, 200)
    assert [line for line in left_of(conn, str(account)) if f"{account}-01-01" not in line] == []
    assert [
        word
        for word in ("Secretquestion", "Secretfile.pdf", "Secretoldquestion", "Secretnote")
        if not left_of(conn, word)
    ] == []
    assert events.broken_chains(conn) == []
    rows = conn.execute(select(metadata.tables["events"].c.data)).scalars().all()
    assert [data for data in rows if "Secret" in data or "Olena" in data] == []


def test_what_a_partner_wrote_goes_as_well(conn: Connection, company: Company) -> None:
    life(company, conn)
    privacy.forget(conn, company["Marek"], company["Marek"].person_id)
    gone = left_of(
        conn,
        "Secretquestion",
        "Secretfile",
        "Secretoldquestion",
        "Secretnote",
        "SECRETPLATE",
        "Secretdriver",
        "Marek",
    )
    assert gone == []
    assert left_of(conn, "Secretanswer")
    assert left_of(conn, "Miasto Lublin"), "an organisation is no person"


def test_driver_and_plate_of_a_journey_under_way_stay_until_it_has_arrived(
    conn: Connection, company: Company
) -> None:
    need = company.asks(("winter.blanket", 10))
    made = company.promises("Marek", need, 4)
    pledges.accept(conn, company["Olena"], made.id)
    row = giving.pledge_lines_of(conn, made.id)[0]
    sent = consignments.pack(conn, company["Marek"], {row.id: 4000})
    consignments.describe(
        conn, company["Marek"], sent.id, plate="LU 12345", carrier="Jan, tel. 600 123 456", note="Secretnote"
    )
    consignments.dispatch(conn, company["Marek"], sent.id)
    privacy.forget(conn, company["Marek"], company["Marek"].person_id)
    kept = giving.consignment(conn, sent.id)
    assert kept is not None
    assert (kept.plate, kept.note) == ("LU 12345", None)
    assert "600" not in (kept.carrier or "")


def test_whoever_writes_again_is_somebody_new(conn: Connection, company: Company) -> None:
    account, person_id = company.account("Olena"), company["Olena"].person_id
    privacy.forget(conn, company["Olena"], person_id)
    again = services.meet(conn, company.now, account, "Olena", "uk")
    assert again.id != person_id
    actor = services.actor_of(conn, again, company.now)
    assert not actor.is_official
    assert actor.membership is None
    assert people.memberships(conn, again.id) == []
    assert chats.private_chat(conn, again.id) == account


def test_one_is_forgotten_once(conn: Connection, company: Company) -> None:
    olena = company["Olena"]
    privacy.forget(conn, olena, olena.person_id)
    with pytest.raises(NotFound):
        privacy.forget(conn, olena, olena.person_id)


def test_the_last_answer_reaches_a_chat_that_is_nobodys(conn: Connection, company: Company) -> None:
    account = company.account("Olena")
    heard(company, "Olena")
    services.set_language(conn, company["Olena"], "de")
    privacy.forget(conn, Actor(0, company.now), company["Olena"].person_id)
    rows = [row for row in outbox.due(conn, company.now, 1000) if row.chat_id == account]
    assert [row.screen for row in rows] == ["forgotten", "commands"]
    menu = render(conn, rows[1], company.now, HOUSE)
    assert menu is not None
    assert [name for name, _ in menu.commands][:2] == ["start", "needs"], "the menu of a stranger"
    view = render(conn, rows[0], company.now, HOUSE)
    assert view is not None
    assert "gelöscht" in view.text
    assert personal.close_chats(conn, 200) == 0, "it waits to be said"
    for row in rows:
        outbox.mark_sent(conn, company.now, row, 5)
    assert personal.close_chats(conn, 200) == 1
    assert chats.chat(conn, account) is None


def test_groups_are_shown_no_name_of_a_forgotten_person(conn: Connection, company: Company) -> None:
    """What still waits for the coordinators' group, and what stands there already."""
    petro = company["Petro"]
    member, _ = people.memberships(conn, petro.person_id)[0]
    conn.execute(
        update(outbox.outbox)
        .where(outbox.outbox.c.chat_id == HEADQUARTERS)
        .values(state=outbox.RowState.SKIPPED)
    )
    for _ in range(2):
        outbox.show(
            conn,
            company.now,
            chat_id=HEADQUARTERS,
            screen="verification",
            params={"member_id": member.id},
            lane=Lane.NOTICE,
        )
    said, waits = [row for row in outbox.due(conn, company.now, 1000) if row.chat_id == HEADQUARTERS]
    outbox.mark_sent(conn, company.now, said, 50)
    chats.see(conn, HEADQUARTERS, language="en", seen_at=company.now)
    assert "Petro" in str(render(conn, waits, company.now, HOUSE))
    privacy.forget(conn, petro, petro.person_id)
    rows = [row for row in outbox.due(conn, company.now, 1000) if row.chat_id == HEADQUARTERS]
    assert [row.edit_message_id for row in rows] == [None, 50]
    for row in rows:
        view = render(conn, row, company.now, HOUSE)
        assert view is not None
        assert "Petro" not in view.text
        assert "somebody" in view.text


def test_cards_lose_the_contact_that_stood_in_a_need(conn: Connection, company: Company) -> None:
    numbers = life(company, conn)
    chats.see(conn, -77, kind="group", language="en", title="x", seen_at=company.now)
    chats.add_card(conn, -77, 9, numbers["need"], company.now)
    privacy.forget(conn, company["Olena"], company["Olena"].person_id)
    [row] = [
        row for row in outbox.due(conn, company.now, 1000) if row.chat_id == -77 and row.edit_message_id == 9
    ]
    view = render(conn, row, company.now, HOUSE)
    assert view is not None
    assert "777" not in view.text
    assert "Secretwhy" in view.text
    found = conn.execute(select(need_table.c.search).where(need_table.c.id == numbers["need"])).scalar_one()
    assert "secretwhy" in found
    assert "777" not in found


@pytest.mark.parametrize("kind", ["person", "member"])
def test_a_suspension_is_not_lost_by_being_forgotten(kind: str, conn: Connection, company: Company) -> None:
    name = "Sergei"  # his membership is suspended
    account, person_id = company.account(name), company[name].person_id
    if kind == "person":
        people.change_person(conn, person_id, suspended=True)
    privacy.forget(conn, company[name], person_id)
    assert not left_of(conn, f"={account}") or all(
        "chats.id" in line or "outbox" in line for line in left_of(conn, f"={account}")
    )
    marks = conn.execute(select(barred.c.mark)).scalars().all()
    assert marks
    assert all(str(account) not in mark for mark in marks)
    again = services.meet(conn, company.now, account, "Somebody quite new", "en")
    assert again.suspended is (kind == "person")
    [(member, _)] = people.memberships(conn, again.id)
    assert member.state is MemberState.SUSPENDED
    someone = services.meet(conn, company.now, account + 1000, "Somebody else", "en")
    assert not someone.suspended
    privacy.forget(conn, services.actor_of(conn, again, company.now), again.id)
    third = services.meet(conn, company.now, account, "A third time", "en")
    assert third.suspended is (kind == "person")


def test_an_individual_is_the_organisation(conn: Connection, company: Company) -> None:
    someone = services.meet(conn, company.now, 4711, "Secretname", "de")
    actor = Actor(someone.id, company.now)
    member = services.register_partner(conn, actor, "individual", "Secretname", "DE", "Secretcity")
    services.verify(conn, company["Ihor"], member.id)
    privacy.forget(conn, actor, someone.id)
    assert left_of(conn, "Secret") == []


def test_who_is_the_last_one_is_told_what_is_open(conn: Connection, company: Company) -> None:
    need = company.asks(("winter.blanket", 10))
    company.promises("Marek", need, 4)
    [alone] = privacy.leaves_alone(conn, company["Olena"].person_id)
    assert (alone.needs, alone.pledges) == (1, 0)
    [alone] = privacy.leaves_alone(conn, company["Marek"].person_id)
    assert (alone.needs, alone.pledges) == (0, 1)
    second = services.meet(conn, company.now, 4712, "Second", "uk")
    invite = invites.invite(conn, company["Olena"], b"secret", company["Olena"].official())
    assert isinstance(invite, invites.Link)
    services.accept_invite(conn, Actor(second.id, company.now), invite.token)
    assert privacy.leaves_alone(conn, company["Olena"].person_id) == []


def test_links_of_a_forgotten_person_open_nothing(conn: Connection, company: Company) -> None:
    made = invites.invite(conn, company["Olena"], b"secret", company["Olena"].official())
    assert isinstance(made, invites.Link)
    privacy.forget(conn, company["Olena"], company["Olena"].person_id)
    with pytest.raises(InviteUsed):
        services.accept_invite(conn, company["Nobody"], made.token)


def test_an_answer_is_kept_with_its_date_and_the_texts_version(conn: Connection, company: Company) -> None:
    olena = company["Olena"]
    assert not has_answered(people.person(conn, olena.person_id))
    privacy.answer(conn, olena, agreed=True)
    person = people.person(conn, olena.person_id)
    assert (person.privacy_version, person.privacy_agreed, person.privacy_at) == (VERSION, True, company.now)
    assert gives_a_phone(person)
    assert person.phone
    privacy.answer(conn, olena, agreed=False)
    person = people.person(conn, olena.person_id)
    assert has_answered(person)
    assert not gives_a_phone(person)
    assert (person.phone, person.address) == (None, None)
    with pytest.raises(Forbidden):
        services.set_contacts(conn, olena, phone="+380 44 000 00 00")
    people.change_person(conn, olena.person_id, privacy_version=VERSION - 1)
    assert not has_answered(people.person(conn, olena.person_id)), "a new text asks again"
    kinds = kinds_of(conn, f"person:{olena.person_id}")
    assert kinds == [EventKind.PRIVACY_ANSWERED] * 2


def kinds_of(conn: Connection, chain: str) -> list[Any]:
    table = metadata.tables["events"]
    return list(
        conn.execute(select(table.c.kind).where(table.c.chain == chain).order_by(table.c.seq)).scalars()
    )


def test_being_exported_and_forgotten_are_events(conn: Connection, company: Company) -> None:
    olena = company["Olena"]
    privacy.exported(conn, olena, olena.person_id)
    privacy.forget(conn, olena, olena.person_id)
    assert kinds_of(conn, f"person:{olena.person_id}") == [
        EventKind.DATA_EXPORTED,
        EventKind.PERSON_FORGOTTEN,
    ]
    assert events.broken_chains(conn) == []


def test_screens_of_what_a_forgotten_person_wrote_still_open(conn: Connection, company: Company) -> None:
    numbers = life(company, conn)
    privacy.forget(conn, company["Olena"], company["Olena"].person_id)
    account = company.account("Marek")
    for screen, params in (("thread", {"thread_id": numbers["thread"]}), ("thanks", {"thanks_id": numbers["thanks"]}),
                           ("consignment", {"consignment_id": numbers["consignment"]}), ("need", {"need_id": numbers["need"]})):  # fmt: skip
        row_id = outbox.show(
            conn, company.now, chat_id=account, screen=screen, params=params, lane=Lane.REPLY
        )
        assert row_id is not None
        row = outbox.row(conn, row_id)
        assert row is not None
        view = render(conn, row, company.now + timedelta(minutes=1), HOUSE)
        assert view is not None, screen
        assert "Olena" not in view.text.replace("Olena's hromada", "")


def test_much_is_shown_on_many_pages_and_all_of_it(conn: Connection, company: Company) -> None:
    need = company.asks(("winter.blanket", 10))
    partner = company["Marek"].partner()
    for number in range(120):
        talking.say(conn, company["Marek"], need.id, partner, f"<b>message-{number}</b> &" + "ї" * 200, "pl")
    seen, part = "", 0
    while True:
        row_id = outbox.show(
            conn,
            company.now,
            chat_id=company.account("Marek"),
            screen="mydata",
            params={"part": part},
            lane=Lane.REPLY,
        )
        row = outbox.row(conn, row_id or 0)
        assert row is not None
        view = render(conn, row, company.now, HOUSE)
        assert view is not None
        assert length(view.text) <= 4096
        seen += view.text
        if not any(button.label == "›" for buttons in view.rows for button in buttons):
            break
        part += 1
    assert part > 3
    assert [number for number in range(120) if f"message-{number}&lt;" not in seen] == []


@pytest.mark.parametrize("name", [name for name, holding in REGISTER.items() if holding.own])
def test_whatever_the_register_calls_a_persons_own_is_blank_afterwards(
    name: str, conn: Connection, company: Company
) -> None:
    life(company, conn)
    person = people.person(conn, company["Olena"].person_id)
    privacy.forget(conn, company["Olena"], person.id)
    table, holding = metadata.tables[name], REGISTER[name]
    for column, who in holding.own.items():
        if who in holding.people.split() and column not in ("id", "account"):
            rows = conn.execute(select(table.c[column]).where(table.c[who] == person.id)).scalars()
            assert [value for value in rows if value not in (None, "")] == [], column


def test_what_the_last_official_leaves_behind_is_offered_to_nobody(
    conn: Connection, company: Company
) -> None:
    need = company.asks(("energy.generator-diesel", 2))
    held = company.promises("Marek", need, 2, firm=False)
    pledges.wait_for(conn, company["Greta"], company.line(need).id)
    heard(company, "Greta")
    privacy.forget(conn, company["Olena"], company.ids["Olena"])
    assert str(company.pledge(held).state) == "lapsed"
    assert company.line(need).open == 2000, "nobody would answer a yes"
    assert heard(company, "Greta") == []


@pytest.mark.parametrize("who", ["Petro", "Sergei"])
def test_nobodys_forgetting_takes_the_address_of_a_house_they_did_not_live_in(
    who: str, conn: Connection, company: Company
) -> None:
    home = company["Olena"].official()
    standing.suspend_organisation(conn, company["Ihor"], home)
    privacy.forget(conn, company[who], company.ids[who])
    standing.restore_organisation(conn, company["Ihor"], home)
    place = people.organisation(conn, home)
    assert place is not None
    assert place.address == "Olena's street"
