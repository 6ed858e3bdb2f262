"""Everybody can be switched off, and only as intended: people, organisations, coordinators; and whoever wants to leaves."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from domain.actor import Actor
from domain.errors import (
    AlreadyDone,
    BySettings,
    Changed,
    EnoughRequests,
    Forbidden,
    InviteUsed,
    LastCoordinator,
    NotFound,
    OneRequest,
    RestAfterRefusal,
    SecondVoice,
    StillCoordinates,
    Suspended,
)
from domain.model import Approval
from domain.words import MemberState, OrganisationState
from services import decisions, people, standing, start
from storage import chat_moves, chats, directory, events
from storage import people as known
from tests.databases import inside
from tests.services.company import HEADQUARTERS, NIKOPOL, PERVOMAISK, Company, heard, told

SECRET = b"of the house"


def operator(company: Company) -> Actor:
    return Actor(0, company.now, coordinator=True)


def kinds(company: Company, name: str) -> list[str]:
    """What is on record about somebody, the newest first."""
    return [str(each.kind) for each in directory.acts_about_person(company.conn, company.ids[name])]


def membership(company: Company, name: str) -> int:
    return known.memberships(company.conn, company.ids[name])[0][0].id


@pytest.fixture
def second(company: Company, conn: Connection) -> None:
    """Greta coordinates as well."""
    inside(conn, _second, company)


def _second(company: Company) -> None:
    standing.appoint(company.conn, Actor(0, company.now, coordinator=True), company.ids["Greta"])
    told(company, HEADQUARTERS)
    heard(company, "Greta")


# --- people -------------------------------------------------------------------------------------------


def test_a_suspended_person_may_do_nothing_until_restored(company: Company, conn: Connection) -> None:
    standing.suspend_person(conn, company["Ihor"], company.ids["Olena"])
    assert heard(company, "Olena")[0] == "switched_off"
    assert told(company, HEADQUARTERS) == ["nobody_left", "act"], "she was the only one"
    with pytest.raises(Suspended):
        company.asks(("winter.blanket", 5))
    with pytest.raises(Forbidden):
        people.register_hromada(conn, company["Olena"], NIKOPOL, "")
    with pytest.raises(Forbidden):
        standing.leave(conn, company["Olena"], known.memberships(conn, company.ids["Olena"])[0][1].id)
    standing.restore_person(conn, company["Ihor"], company.ids["Olena"])
    assert heard(company, "Olena")[0] == "switched_on"
    company.asks(("winter.blanket", 5))
    assert kinds(company, "Olena")[:2] == ["person_restored", "person_suspended"]
    assert events.broken_chains(conn) == []


def test_drafts_of_somebody_suspended_are_gone(company: Company, conn: Connection) -> None:
    for name, form in (("Olena", "need"), ("Taras", "need"), ("Marek", "pledge")):
        chats.save_draft(conn, company.ids[name], form, company.now, step="items", back_to=None, data="{}")
    standing.suspend_person(conn, company["Ihor"], company.ids["Olena"])
    standing.leave(conn, company["Taras"], company["Taras"].official())
    standing.suspend_organisation(conn, company["Ihor"], company["Marek"].partner())
    for name in ("Olena", "Taras", "Marek"):
        assert chats.active_draft(conn, company.ids[name]) is None


def test_nobody_suspends_or_restores_themselves(company: Company, conn: Connection) -> None:
    for deed in (standing.suspend_person, standing.restore_person):
        with pytest.raises(Forbidden):
            deed(conn, company["Ihor"], company.ids["Ihor"])


def test_only_coordinators_switch(company: Company, conn: Connection) -> None:
    hromada = company["Olena"].official()
    for name in ("Olena", "Marek", "Petro", "Sergei", "Nobody"):
        for deed in (standing.suspend_person, standing.restore_person, standing.dismiss):
            with pytest.raises(Forbidden):
                deed(conn, company[name], company.ids["Taras"])
        for switch in (standing.suspend_organisation, standing.restore_organisation):
            with pytest.raises(Forbidden):
                switch(conn, company[name], hromada)


def test_what_is_not_there_is_not_switched(company: Company, conn: Connection) -> None:
    for deed in (
        standing.suspend_person,
        standing.restore_person,
        standing.dismiss,
        standing.suspend_organisation,
        standing.restore_organisation,
    ):
        with pytest.raises(NotFound):
            deed(conn, company["Ihor"], 2**62)


# --- second voices ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("second")
def test_restoring_needs_a_second_coordinator(company: Company, conn: Connection) -> None:
    hromada = company["Taras"].official()
    standing.suspend_person(conn, company["Ihor"], company.ids["Olena"])
    standing.suspend_organisation(conn, company["Ihor"], hromada)
    people.suspend(conn, company["Ihor"], membership(company, "Marek"))
    told(company, HEADQUARTERS)
    asked = [
        standing.restore_person(conn, company["Ihor"], company.ids["Olena"]),
        standing.restore_organisation(conn, company["Ihor"], hromada),
        people.restore(conn, company["Ihor"], membership(company, "Marek")),
    ]
    assert told(company, HEADQUARTERS) == ["approval"] * 3
    assert company["Olena"].suspended
    assert not company["Taras"].is_official
    assert not company["Marek"].is_partner
    for each in asked:
        assert isinstance(each, Approval)
        with pytest.raises(SecondVoice):
            decisions.agree(conn, company["Ihor"], each.id, SECRET)
        decisions.agree(conn, company["Greta"], each.id, SECRET)
        with pytest.raises(Changed):
            decisions.agree(conn, company["Greta"], each.id, SECRET)
    assert company["Olena"].is_official
    assert company["Taras"].is_official
    assert company["Marek"].is_partner


@pytest.mark.usefixtures("second")
def test_appointing_needs_a_second_coordinator(company: Company, conn: Connection) -> None:
    asked = standing.propose(conn, company["Ihor"], company.ids["Olena"])
    assert isinstance(asked, Approval)
    assert not company["Olena"].coordinator
    with pytest.raises(Forbidden):
        decisions.agree(conn, company["Olena"], asked.id, SECRET)
    decisions.agree(conn, company["Greta"], asked.id, SECRET)
    assert company["Olena"].coordinator
    assert heard(company, "Olena")[0] == "coordinating"


@pytest.mark.usefixtures("second")
def test_the_operator_needs_nobody_and_it_is_an_event(company: Company, conn: Connection) -> None:
    standing.suspend_person(conn, operator(company), company.ids["Olena"])
    assert standing.restore_person(conn, operator(company), company.ids["Olena"]) is None
    assert company["Olena"].is_official
    assert kinds(company, "Olena")[0] == "person_restored"


@pytest.mark.parametrize("how", ["never met", "unreachable", "suspended"])
def test_who_cannot_answer_is_no_second_coordinator(company: Company, conn: Connection, how: str) -> None:
    if how == "never met":
        start.coordinators_of_settings(conn, company.now, [777])
    else:
        standing.appoint(conn, operator(company), company.ids["Greta"])
    if how == "unreachable":
        chats.see(conn, company.account("Greta"), reachable=False, seen_at=company.now)
    if how == "suspended":
        standing.suspend_person(conn, operator(company), company.ids["Greta"])
    standing.suspend_person(conn, company["Ihor"], company.ids["Olena"])
    assert standing.restore_person(conn, company["Ihor"], company.ids["Olena"]) is None


def test_a_refused_person_is_let_in_after_all_without_a_second_voice(
    company: Company, conn: Connection
) -> None:
    standing.appoint(conn, operator(company), company.ids["Greta"])
    people.refuse(conn, company["Ihor"], membership(company, "Petro"), "Who?")
    assert people.restore(conn, company["Ihor"], membership(company, "Petro")) is None
    assert company["Petro"].is_official


# --- organisations ------------------------------------------------------------------------------------


def test_nobody_acts_for_a_suspended_organisation(company: Company, conn: Connection) -> None:
    hromada = company["Olena"].official()
    standing.suspend_organisation(conn, company["Ihor"], hromada)
    assert heard(company, "Olena")[0] == "act"
    with pytest.raises(Suspended):
        company.asks(("winter.blanket", 5))
    with pytest.raises(Forbidden):
        people.register_hromada(conn, company["Nobody"], PERVOMAISK, "")
    standing.restore_organisation(conn, company["Ihor"], hromada)
    company.asks(("winter.blanket", 5))


@pytest.mark.parametrize("deed", [people.verify, people.restore])
def test_letting_a_person_in_never_lifts_their_organisations_suspension(
    company: Company, conn: Connection, deed: object
) -> None:
    name = "Petro" if deed is people.verify else "Sergei"
    standing.suspend_organisation(conn, company["Ihor"], company["Olena"].official())
    with pytest.raises(Suspended):
        deed(conn, company["Ihor"], membership(company, name))  # type: ignore[operator]
    found = known.organisation_of(conn, PERVOMAISK)
    assert found is not None
    assert found.state is OrganisationState.SUSPENDED


def test_one_that_nobody_vouched_for_waits_again_when_restored(company: Company, conn: Connection) -> None:
    member = people.register_partner(conn, company["Nobody"], "ngo", "Nowi", "PL", "Łódź")
    standing.suspend_organisation(conn, company["Ihor"], member.organisation_id)
    standing.restore_organisation(conn, company["Ihor"], member.organisation_id)
    found = known.organisation(conn, member.organisation_id)
    assert found is not None
    assert found.state is OrganisationState.PENDING


# --- leaving ------------------------------------------------------------------------------------------


def test_a_coordinator_lets_no_organisation_of_their_own_act_again(
    company: Company, conn: Connection, second: None
) -> None:
    own = company["Greta"].partner()
    standing.suspend_organisation(conn, operator(company), own)
    with pytest.raises(Forbidden):
        standing.restore_organisation(conn, company["Greta"], own)
    asked = standing.restore_organisation(conn, company["Ihor"], own)
    assert isinstance(asked, Approval)
    with pytest.raises(Forbidden):
        decisions.agree(conn, company["Greta"], asked.id, SECRET)
    standing.dismiss(conn, company["Greta"], company.ids["Ihor"])
    with pytest.raises(Forbidden):
        standing.restore_organisation(conn, company["Greta"], own)
    standing.restore_organisation(conn, operator(company), own)


def test_whoever_leaves_acts_no_more_and_may_ask_again(company: Company, conn: Connection) -> None:
    hromada = company["Olena"].official()
    people.accept_invite(conn, company["Nobody"], _link(company, "Olena", hromada))
    heard(company, "Nobody")
    heard(company, "Olena")
    told(company, HEADQUARTERS)
    standing.leave(conn, company["Nobody"], hromada)
    assert heard(company, "Olena") == ["colleague_gone"]
    assert told(company, HEADQUARTERS) == ["act"]
    assert company["Nobody"].membership is None
    with pytest.raises(Forbidden):
        people.switch(conn, company["Nobody"], hromada)
    with pytest.raises(NotFound):
        standing.leave(conn, company["Nobody"], hromada)
    again = people.register_hromada(conn, company["Nobody"], PERVOMAISK, "")
    assert again.state is MemberState.PENDING


def _link(company: Company, name: str, organisation_id: int) -> str:
    from services import invites

    made = invites.invite(company.conn, company[name], SECRET, organisation_id)
    assert isinstance(made, invites.Link)
    return made.token


def test_whoever_acts_for_several_goes_on_for_another(company: Company, conn: Connection) -> None:
    pervomaisk, nikopol = company["Olena"].official(), company["Taras"].official()
    member = people.register_hromada(conn, company["Olena"], NIKOPOL, "")
    people.verify(conn, company["Ihor"], member.id)
    assert company["Olena"].official() == nikopol
    standing.leave(conn, company["Olena"], nikopol)
    assert company["Olena"].official() == pervomaisk


@pytest.mark.parametrize("name", ["Sergei", "Marek", "Nobody"])
def test_whoever_is_suspended_or_no_member_cannot_leave(
    company: Company, conn: Connection, name: str
) -> None:
    with pytest.raises(NotFound):
        standing.leave(conn, company[name], company["Olena"].official())


# --- coordinators -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("second")
def test_an_appointed_coordinator_is_dismissed_and_the_last_is_not(
    company: Company, conn: Connection
) -> None:
    with pytest.raises(StillCoordinates):
        standing.suspend_person(conn, company["Ihor"], company.ids["Greta"])
    standing.dismiss(conn, company["Ihor"], company.ids["Greta"])
    assert not company["Greta"].coordinator
    assert heard(company, "Greta")[0] == "coordinating"
    with pytest.raises(Changed):
        standing.dismiss(conn, company["Ihor"], company.ids["Greta"])
    with pytest.raises(LastCoordinator):
        standing.dismiss(conn, company["Ihor"], company.ids["Ihor"])


def test_settings_are_true_in_both_directions(company: Company, conn: Connection) -> None:
    account = company.account("Greta")
    assert start.coordinators_of_settings(conn, company.now, [account, 777]) == 2
    assert start.coordinators_of_settings(conn, company.now, [account, 777]) == 0
    assert company["Greta"].coordinator
    with pytest.raises(BySettings):
        standing.dismiss(conn, company["Ihor"], company.ids["Greta"])
    start.coordinators_of_settings(conn, company.now, [777])
    assert not company["Greta"].coordinator
    assert company["Ihor"].coordinator, "appointed, whatever the settings say"
    assert kinds(company, "Greta")[:2] == ["coordinator_dismissed", "coordinator_appointed"]


def test_whoever_is_appointed_and_named_stays_when_no_longer_named(
    company: Company, conn: Connection
) -> None:
    standing.appoint(conn, operator(company), company.ids["Greta"])
    start.coordinators_of_settings(conn, company.now, [company.account("Greta")])
    start.coordinators_of_settings(conn, company.now, [])
    assert company["Greta"].coordinator
    standing.dismiss(conn, company["Ihor"], company.ids["Greta"])
    assert not company["Greta"].coordinator


def test_an_old_group_of_the_coordinators_hears_no_more(company: Company, conn: Connection) -> None:
    start.only_coordination_chat(conn, company.now, -9)
    people.register_hromada(conn, company["Nobody"], NIKOPOL, "")
    assert told(company, HEADQUARTERS) == []
    assert told(company, -9) == ["verification"]
    start.only_coordination_chat(conn, company.now, None)
    assert chats.coordination_chats(conn) == []


def test_a_group_that_grew_up_is_still_the_one_of_the_settings(company: Company, conn: Connection) -> None:
    chat_moves.merge(conn, company.now, HEADQUARTERS, -1001)
    start.only_coordination_chat(conn, company.now, HEADQUARTERS)
    assert chats.coordination_chats(conn) == [-1001]
    start.only_coordination_chat(conn, company.now, -9)
    assert chats.coordination_chats(conn) == [-9]


# --- asking -------------------------------------------------------------------------------------------


def test_one_request_of_a_person_waits_at_a_time(company: Company, conn: Connection) -> None:
    with pytest.raises(OneRequest):
        people.register_hromada(conn, company["Petro"], NIKOPOL, "")
    with pytest.raises(OneRequest):
        people.register_partner(conn, company["Petro"], "ngo", "Nowi", "PL", "Łódź")
    with pytest.raises(AlreadyDone):
        people.register_hromada(conn, company["Petro"], PERVOMAISK, "")
    hromada = known.memberships(conn, company.ids["Petro"])[0][1].id
    standing.leave(conn, company["Petro"], hromada)
    assert people.register_hromada(conn, company["Petro"], NIKOPOL, "").state is MemberState.PENDING


def test_a_refused_person_rests_for_a_day_whatever_they_ask_for(company: Company, conn: Connection) -> None:
    people.refuse(conn, company["Ihor"], membership(company, "Petro"), "Who?")
    for code in (PERVOMAISK, NIKOPOL):
        with pytest.raises(RestAfterRefusal) as rest:
            people.register_hromada(conn, company["Petro"], code, "")
        assert rest.value.until == company.now + timedelta(hours=24)
    company.later(hours=24)
    assert people.register_hromada(conn, company["Petro"], PERVOMAISK, "").state is MemberState.PENDING


def test_whoever_asks_and_takes_it_back_again_and_again_rests_as_well(
    company: Company, conn: Connection
) -> None:
    asked_at = company.now
    for name in ("Nowi", "Inni", "Ostatni"):
        member = people.register_partner(conn, company["Nobody"], "ngo", name, "PL", "Łódź")
        standing.leave(conn, company["Nobody"], member.organisation_id)
        company.later(hours=1)
    told(company, HEADQUARTERS)
    with pytest.raises(EnoughRequests) as rest:
        people.register_partner(conn, company["Nobody"], "ngo", "Nowi", "PL", "Łódź")
    assert rest.value.until == asked_at + timedelta(hours=24)
    assert told(company, HEADQUARTERS) == []
    company.now = rest.value.until
    people.register_partner(conn, company["Nobody"], "ngo", "Nowi", "PL", "Łódź")


@pytest.mark.parametrize("asked", ["pending", "refused"])
def test_nobody_suspended_is_let_in_for_the_day_they_are_restored(
    company: Company, conn: Connection, asked: str
) -> None:
    if asked == "refused":
        people.refuse(conn, company["Ihor"], membership(company, "Petro"), "Who?")
    standing.suspend_person(conn, company["Ihor"], company.ids["Petro"])
    let_in = people.restore if asked == "refused" else people.verify
    with pytest.raises(Changed):
        let_in(conn, company["Ihor"], membership(company, "Petro"))


def test_a_colleagues_link_ends_the_rest(company: Company, conn: Connection) -> None:
    people.refuse(conn, company["Ihor"], membership(company, "Petro"), "Who?")
    people.accept_invite(conn, company["Petro"], _link(company, "Olena", company["Olena"].official()))
    assert company["Petro"].is_official


def test_a_coordinator_verifies_nobody_but_others(company: Company, conn: Connection) -> None:
    member = people.register_hromada(conn, company["Ihor"], NIKOPOL, "")
    with pytest.raises(Forbidden):
        people.verify(conn, company["Ihor"], member.id)
    people.refuse(conn, operator(company), member.id, "No")
    with pytest.raises(Forbidden):
        people.restore(conn, company["Ihor"], member.id)


@pytest.mark.parametrize(
    "name", ["a\nb", "😀", "", "   ", "x" * 121, "<3 ☂", "A\u0335\u0336\u0337\u0338\u0334", "12345"]
)
def test_an_organisation_is_called_by_a_name(company: Company, conn: Connection, name: str) -> None:
    with pytest.raises(NotFound):
        people.register_partner(conn, company["Nobody"], "ngo", name, "PL", "Łódź")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Olena 🌻\nKovalenko", "Olena Kovalenko"),
        ("😀😀", "-"),
        ("x" * 300, "x" * 64),
        ("Łukasz  Żak", "Łukasz Żak"),
    ],
)
def test_a_persons_name_is_kept_as_one_line(company: Company, conn: Connection, sent: str, kept: str) -> None:
    assert people.meet(conn, company.now, 5555, sent, "en").name == kept


# --- the directory ------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["lublin", "ЛЮБЛІН", "Miasto", "Мiasto Lublin", "astolub"])
def test_an_organisation_is_found_by_a_part_of_its_name(
    company: Company, conn: Connection, text: str
) -> None:
    names = [each.name for each in directory.organisations_like(conn, text, 8).rows]
    assert ("Miasto Lublin" in names) == (text != "ЛЮБЛІН"), "Люблін sounds like liublin"


def test_people_are_found_by_name_and_account_page_by_page(company: Company, conn: Connection) -> None:
    [olena] = directory.people_like(conn, "оЛЕ", 8).rows or directory.people_like(conn, "ole", 8).rows
    assert olena.name == "Olena"
    [same] = directory.people_like(conn, str(olena.account), 8).rows
    assert same.id == olena.id
    total = directory.people_like(conn, "", 1).total
    pages = [directory.people_like(conn, "", 2, at).rows for at in range(0, total, 2)]
    assert len({each.id for page in pages for each in page}) == total
    assert directory.people_like(conn, "%", 8).total == 0
    assert directory.people_like(conn, "☂", 8).total == 0


def test_names_an_older_version_wrote_can_be_looked_for(company: Company, conn: Connection) -> None:
    from storage.schema.people import people as table

    conn.execute(table.update().where(table.c.id == company.ids["Olena"]).values(name_key=None))
    assert directory.people_like(conn, "olena", 8).total == 0
    assert start.findable_names(conn) == 1
    assert directory.people_like(conn, "olena", 8).total == 1


def test_a_card_tells_what_was_done_to_somebody_and_what_they_did(company: Company, conn: Connection) -> None:
    people.verify(conn, company["Ihor"], membership(company, "Petro"))
    standing.suspend_person(conn, company["Ihor"], company.ids["Olena"])
    company.asks(("winter.blanket", 5), by="Taras")
    assert kinds(company, "Ihor")[:2] == ["person_suspended", "member_verified"]
    assert kinds(company, "Petro")[:2] == ["member_verified", "member_asked"]
    assert kinds(company, "Olena")[0] == "person_suspended"
    assert "need_posted" not in kinds(company, "Taras"), "needs have their own history"


# --- given before, lost since -------------------------------------------------------------------------


def test_a_form_begun_with_a_link_ends_with_the_givers_standing(company: Company, conn: Connection) -> None:
    from services import invites

    made = invites.invite(conn, company["Ihor"], SECRET)
    assert isinstance(made, invites.Link)
    guest = invites.open_link(conn, company["Nobody"], made.invite.id)
    standing.appoint(conn, operator(company), company.ids["Greta"])
    standing.dismiss(conn, company["Greta"], company.ids["Ihor"])
    with pytest.raises(InviteUsed):
        people.register_hromada(conn, company["Nobody"], "UA46080130000077112", "", guest.id)
    assert known.memberships(conn, company.ids["Nobody"]) == []


def test_whoever_is_suspended_with_a_link_open_spends_nothing(company: Company, conn: Connection) -> None:
    token = _link(company, "Olena", company["Olena"].official())
    standing.suspend_person(conn, company["Ihor"], company.ids["Nobody"])
    with pytest.raises(InviteUsed):
        people.accept_invite(conn, company["Nobody"], token)
    standing.restore_person(conn, company["Ihor"], company.ids["Nobody"])
    people.accept_invite(conn, company["Nobody"], token)
    assert company["Nobody"].is_official


def test_a_question_asked_before_the_asker_was_suspended_is_no_more(
    company: Company, conn: Connection
) -> None:
    standing.appoint(conn, operator(company), company.ids["Greta"])
    standing.suspend_person(conn, operator(company), company.ids["Olena"])
    asked = standing.restore_person(conn, company["Ihor"], company.ids["Olena"])
    assert isinstance(asked, Approval)
    standing.suspend_person(conn, operator(company), company.ids["Ihor"])
    with pytest.raises(Changed):
        decisions.agree(conn, company["Greta"], asked.id, SECRET)
    assert company["Olena"].suspended
