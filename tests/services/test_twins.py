"""A need its partners see first: they find it, strangers do not; then everybody hears of it, once."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from domain.errors import Changed, Forbidden, NotYet
from domain.model import Need
from domain.schedule import Terms
from domain.search import fold
from domain.words import EventKind
from services import digests, heartbeat, needs, pledges, talking, twins
from storage import chats, events, first_view
from storage import needs as stored
from storage.needs import Search
from storage.surplus import who_else
from tests.databases import inside
from tests.services.company import TERMS, Company, heard

GENERATOR, BLANKET = "energy.generator-diesel", "winter.blanket"
DAY = timedelta(hours=24)


@pytest.fixture
def first(company: Company) -> Need:
    """Olena accepted something of Marek's before, of Greta's not yet; now Olena shows him a need a day before others."""
    return inside(company.conn, _first, company)


def _first(company: Company) -> Need:
    before = company.asks((BLANKET, 10))
    pledges.accept(company.conn, company["Olena"], company.promises("Marek", before, 1).id)
    company.promises("Greta", before, 1)  # not accepted: no partner yet
    for name in ("Greta", "Marek"):
        digests.watch(company.conn, company[name], company.account(name))
        heard(company, name)
    return company.asks((GENERATOR, 4), partners_first=24)


def finds(company: Company, name: str, **search: object) -> list[int]:
    """The needs this person's list has."""
    wanted = Search(reader=company[name].organisation_id, **search)  # type: ignore[arg-type]
    return [need.id for need in stored.find(company.conn, wanted, None, 10)]


def test_its_partners_hear_and_find_it_and_strangers_do_not(company: Company, first: Need) -> None:
    assert first.public_from == company.now + DAY
    assert heard(company, "Marek") == ["shown_first"]
    assert heard(company, "Greta") == []
    words = {"words": tuple(fold("генератор").split())}
    for search in ({}, words, {"oblast": "UA48"}, {"sector": "energy", "open_only": True}):
        assert first.id in finds(company, "Marek", **search), search
        assert first.id in finds(company, "Olena", **search), search
        assert first.id not in finds(company, "Greta", **search), search
        assert first.id not in finds(company, "Taras", **search), search
        assert first.id not in finds(company, "Nobody", **search), search
    assert first.id in finds(company, "Marek", partner_of=company["Marek"].organisation_id)
    assert first.id in [need.id for need in stored.of_organisation(company.conn, first.organisation_id)]


def test_pages_do_not_skip_or_repeat_it(company: Company, first: Need, conn: Connection) -> None:
    for _ in range(4):
        company.asks((BLANKET, 1), by="Taras")
    wanted, seen, before = Search(reader=company["Marek"].organisation_id), [], None
    while page := stored.find(conn, wanted, before, 2):
        seen += [need.id for need in page]
        before = seen[-1]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == stored.count(conn, wanted) == 6


def test_a_stranger_who_has_the_link_may_not_touch_it(
    company: Company, first: Need, conn: Connection
) -> None:
    line = company.line(first)
    for name in ("Greta", "Rūta"):
        with pytest.raises(NotYet):
            pledges.pledge(conn, company[name], first.id, {line.id: 1000}, TERMS, firm=True)
        with pytest.raises(NotYet):
            pledges.wait_for(conn, company[name], line.id)
        with pytest.raises(NotYet):
            talking.may_talk(conn, company[name], first.id, company[name].partner())
    assert company.line(first).promised == 0
    company.promises("Marek", first, 1)
    shown = {
        name: first_view.shown_to(conn, first, company[name], company.now)
        for name in ("Olena", "Marek", "Ihor", "Greta", "Taras", "Petro", "Sergei", "Nobody")
    }
    assert [name for name, yes in shown.items() if yes] == ["Olena", "Marek", "Ihor"]
    assert not first_view.shown_to(conn, first, None, company.now)  # a group
    assert first_view.shown_to(conn, first, None, company.now + DAY)


def test_nobody_is_sent_there_with_what_is_left_over(company: Company, first: Need, conn: Connection) -> None:
    here = company.asks((GENERATOR, 4), by="Taras")
    assert who_else(conn, company.line(here)) == []


def test_then_everybody_hears_of_it_once(company: Company, first: Need, conn: Connection) -> None:
    chats.add_card(
        conn, company.account("Marek"), 77, first.id, company.now
    )  # what he was sent is a live card
    heard(company, "Marek")
    assert twins.open_to_everyone(conn, company.later(hours=23)) == 0
    assert twins.open_to_everyone(conn, company.later(hours=1)) == 1
    assert twins.open_to_everyone(conn, company.later(hours=1)) == 0
    assert heard(company, "Greta") == ["new_need"]
    assert heard(company, "Marek") == ["need"]  # the card he has is put right, no second one
    assert first.id in finds(company, "Greta")
    assert events.of_need(conn, first.id)[0].kind is EventKind.NEED_PUBLIC
    company.promises("Greta", first, 1)
    assert events.broken_chains(conn) == []


def test_the_hromada_may_open_it_sooner(company: Company, first: Need, conn: Connection) -> None:
    for name in ("Taras", "Marek"):
        with pytest.raises(Forbidden):
            twins.open_now(conn, company[name], first.id)
    twins.open_now(conn, company["Olena"], first.id)
    assert heard(company, "Greta") == ["new_need"]
    with pytest.raises(Changed):
        twins.open_now(conn, company["Olena"], first.id)
    assert twins.open_to_everyone(conn, company.later(hours=24)) == 0


def test_a_need_that_is_over_by_then_is_not_announced(
    company: Company, first: Need, conn: Connection
) -> None:
    needs.cancel_need(conn, company["Olena"], first.id)
    assert twins.open_to_everyone(conn, company.later(hours=24)) == 1
    assert heard(company, "Greta") == []
    assert first.id not in finds(company, "Greta")


def test_a_server_that_slept_opens_it_when_it_wakes(company: Company, first: Need, conn: Connection) -> None:
    company.later(days=3)
    assert heartbeat.lapse_holds(conn, company.now, Terms()) == 0
    assert twins.open_to_everyone(conn, company.now) == 1
    assert heard(company, "Greta") == ["new_need"]


def test_a_hromada_without_partners_shows_it_to_everybody(company: Company) -> None:
    need = company.asks((GENERATOR, 4), by="Taras", partners_first=24)
    assert need.public_from is None
    assert need.id in finds(company, "Greta")


def test_what_lists_look_in_follows_every_change(company: Company, first: Need, conn: Connection) -> None:
    def states() -> set[str]:
        query = text("SELECT state FROM listed WHERE need_id = :id")
        return set(conn.execute(query, {"id": first.id}).scalars())

    assert states() == {"first"}
    needs.resize_line(conn, company["Olena"], company.line(first).id, 8000, TERMS)
    company.promises("Marek", first, 8)
    assert states() == {"first"}
    twins.open_now(conn, company["Olena"], first.id)
    assert states() == {"open"}
