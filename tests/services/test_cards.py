"""Cards that were shared stay true: one edit for many changes, forgotten where they are gone, and nobody's channel but one's own."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from domain.errors import AlreadyDone, Changed, Forbidden, NotFound, Refusal
from domain.model import Need
from domain.words import Urgency
from services import cards, digests, needs
from services import chats as chat_services
from storage import cards as stored
from storage import chats, outbox, people
from storage.outbox import RowState
from tests.databases import inside
from tests.services.company import Company

CHANNEL = -1_009


@pytest.fixture
def need(conn: Connection, company: Company) -> Need:
    return inside(conn, company.asks, ("energy.generator-diesel", 4))


def edits(conn: Connection) -> list[tuple[str, int]]:
    """(name of the message, its place) of every edit that waits."""
    table = outbox.outbox
    query = select(table.c.inline_message_id, table.c.chat_id)
    query = query.where(table.c.inline_message_id.is_not(None), table.c.state == RowState.DUE)
    return [(name, place) for name, place in conn.execute(query.order_by(table.c.id))]


def test_a_shared_card_is_edited_once_for_many_changes(
    conn: Connection, company: Company, need: Need
) -> None:
    cards.shared(conn, company.now, "one", need.id, "pl")
    cards.shared(conn, company.now, "two", need.id, "de")
    company.promises("Marek", need, 1)
    company.promises("Greta", need, 2)
    waiting = edits(conn)
    assert sorted(name for name, _ in waiting) == ["one", "two"]
    assert len({place for _, place in waiting}) == 2
    assert all(place < outbox.ELSEWHERE for _, place in waiting)


def test_the_same_message_is_one_card_however_often_it_is_told(
    conn: Connection, company: Company, need: Need
) -> None:
    cards.shared(conn, company.now, "one", need.id, "pl")
    cards.shared(conn, company.later(hours=1), "one", need.id, "de")
    [card] = stored.of_need(conn, need.id)
    assert card.language == "pl"


def test_a_lost_card_is_not_edited_any_more(conn: Connection, company: Company, need: Need) -> None:
    cards.shared(conn, company.now, "one", need.id, "pl")
    chat_services.lost_inline_card(conn, "one")
    assert stored.of_need(conn, need.id) == []
    with pytest.raises(NotFound):
        cards.shared(conn, company.now, "two", 10**9, "pl")


def test_every_way_to_close_a_need_reaches_its_cards(conn: Connection, company: Company, need: Need) -> None:
    cards.shared(conn, company.now, "one", need.id, "pl")
    conn.execute(outbox.outbox.update().values(state=RowState.SENT))
    needs.cancel_need(conn, company["Olena"], need.id)
    assert [name for name, _ in edits(conn)] == ["one"]


def joins(conn: Connection, company: Company, who: str) -> None:
    chats.see(conn, CHANNEL, kind="channel", title="News", seen_at=company.now)
    cards.joined_channel(conn, company.now, CHANNEL, company[who])


def test_whoever_brings_the_bot_into_a_channel_is_told_what_for(conn: Connection, company: Company) -> None:
    joins(conn, company, "Marek")
    told = [row for row in outbox.due(conn, company.now, 99) if row.screen == "channel_joined"]
    assert [(row.chat_id, row.values) for row in told] == [(company.account("Marek"), {"channel": CHANNEL})]
    assert [each.title for each in chats.channels_of(conn, company.ids["Marek"])] == ["News"]


@pytest.mark.parametrize("who", ["Petro", "Sergei", "Nobody"])
def test_a_channel_of_somebody_who_may_not_act_here_stays_silent(
    conn: Connection, company: Company, who: str
) -> None:
    joins(conn, company, who)
    assert chats.channels_of(conn, company.ids[who]) == []
    assert [row for row in outbox.due(conn, company.now, 99) if row.screen == "channel_joined"] == []


def posted(conn: Connection, company: Company, need: Need) -> list[outbox.OutboxRow]:
    return [row for row in outbox.due(conn, company.now, 99) if row.chat_id == CHANNEL]


def test_a_card_is_posted_in_ones_own_channel_and_only_once(
    conn: Connection, company: Company, need: Need
) -> None:
    joins(conn, company, "Marek")
    cards.post_in_channel(conn, company["Marek"], need.id, CHANNEL)
    [row] = posted(conn, company, need)
    assert (row.screen, row.follow_up) == ("need", "card_posted")
    chats.add_card(conn, CHANNEL, 5, need.id, company.now)
    with pytest.raises(AlreadyDone):
        cards.post_in_channel(conn, company["Marek"], need.id, CHANNEL)


def suspended(conn: Connection, company: Company) -> None:
    people.change_person(conn, company.ids["Marek"], suspended=True)


def gone(conn: Connection, company: Company) -> None:
    chats.see(conn, CHANNEL, reachable=False, seen_at=company.now)


def a_group(conn: Connection, company: Company) -> None:
    chats.see(conn, CHANNEL, kind="group", seen_at=company.now)


WRONG: list[tuple[Callable[[Connection, Company], None], type[Refusal]]] = [
    (suspended, Forbidden),
    (gone, NotFound),
    (a_group, NotFound),
]


@pytest.mark.parametrize(("happens", "refusal"), WRONG, ids=[each.__name__ for each, _ in WRONG])
def test_where_no_card_may_be_posted(
    conn: Connection, company: Company, need: Need, happens: Callable[..., None], refusal: type[Refusal]
) -> None:
    joins(conn, company, "Marek")
    happens(conn, company)
    with pytest.raises(refusal):
        cards.post_in_channel(conn, company["Marek"], need.id, CHANNEL)
    assert posted(conn, company, need) == []


def test_nobody_posts_in_the_channel_of_another_or_what_is_over(
    conn: Connection, company: Company, need: Need
) -> None:
    joins(conn, company, "Marek")
    for actor in (company["Greta"], company["Olena"], replace(company["Greta"], coordinator=True)):
        with pytest.raises(Forbidden):
            cards.post_in_channel(conn, actor, need.id, CHANNEL)
    with pytest.raises(NotFound):
        cards.post_in_channel(conn, company["Marek"], 10**9, CHANNEL)
    needs.cancel_need(conn, company["Olena"], need.id)
    with pytest.raises(Changed):
        cards.post_in_channel(conn, company["Marek"], need.id, CHANNEL)


def test_a_channel_shows_the_open_needs_of_a_sector_once_the_most_urgent_last(
    conn: Connection, company: Company, need: Need
) -> None:
    joins(conn, company, "Marek")
    critical = company.asks(("energy.generator-diesel", 1), by="Taras", urgency=Urgency.CRITICAL)
    company.asks(("winter.blanket", 9))
    over = company.asks(("energy.generator-diesel", 1))
    needs.cancel_need(conn, company["Olena"], over.id)
    assert cards.show_open_needs(conn, company["Marek"], CHANNEL, "energy") == 2
    shown = [row.values["need_id"] for row in posted(conn, company, need)]
    assert shown == [need.id, critical.id]
    cards.show_open_needs(conn, company["Marek"], CHANNEL, "energy")
    assert len(posted(conn, company, need)) == 2, "pressed twice, shown once"
    chats.add_card(conn, CHANNEL, 5, need.id, company.now)
    assert cards.show_open_needs(conn, company["Marek"], CHANNEL) == 2
    with pytest.raises(NotFound):
        cards.show_open_needs(conn, company["Marek"], CHANNEL, "nonsense")
    with pytest.raises(Forbidden):
        cards.show_open_needs(conn, company["Greta"], CHANNEL)


def test_a_channel_shows_every_open_need_of_its_filter_twenty_at_a_time(
    conn: Connection, company: Company
) -> None:
    for at in range(45):
        company.asks(("energy.generator-diesel" if at % 2 else "winter.blanket", 4))
    joins(conn, company, "Marek")
    digests.toggle_filter(conn, company["Marek"], CHANNEL, "instant", "sector", "energy")
    counts = [cards.show_fitting_needs(conn, company["Marek"], CHANNEL) for _ in range(3)]
    assert counts == [20, 2, 0], "whoever presses again gets the next ones, and nothing twice"
    with pytest.raises(Forbidden):
        cards.show_fitting_needs(conn, company["Greta"], CHANNEL)
