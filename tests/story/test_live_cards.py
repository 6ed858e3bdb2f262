"""A need's card goes where people take it, and stays true there: by inline mode, in a channel, in a topic."""

import pytest
from sqlalchemy import func, select

from handlers.offers import PAGE
from handlers.spots import place_of
from sandbox.cast import NEWS, PARTNERS
from sandbox.client import People
from sandbox.onlooker import text_of
from storage import cards, chats, needs, subscriptions
from storage import outbox as outboxes
from storage import people as known_people
from storage.engine import Connection, Database
from storage.outbox import RowState, outbox
from tests.story.says import de, en, pl, uk
from tests.story.shortcuts import IHOR, olena_asks_for_generators, olena_is_verified
from tests.story.test_two_at_once import goes_to_the_last_question


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena's need of four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


async def greta_pledges(people: People, code: str) -> None:
    """One of the four."""
    greta = people["Greta"]
    await goes_to_the_last_question(greta, code, de("🤝 Pledge"), de("🤝 Firm promise"))
    await greta.presses(de("Skip"))


async def olena_cancels(people: People, code: str) -> None:
    """The whole need."""
    olena = people["Olena"]
    await olena.says(code)
    await olena.presses(uk("✏️ Edit"))
    await olena.presses(uk("✖️ Cancel this need"))
    await olena.presses(uk("✖️ Yes, cancel it"))


def shared(conn: Connection) -> list[cards.InlineCard]:
    """Every card that was shared by inline mode."""
    newest = needs.find(conn, needs.Search(), None, 50)
    return [card for need in newest for card in cards.of_need(conn, need.id)]


async def is_known(db: Database) -> None:
    """Until the bot has heard of a card that was picked: nobody but Telegram tells it."""
    while not await db.read(shared):
        pass


async def all_edits(db: Database) -> int:
    """How often Telegram was asked to edit a shared card, once nothing waits to be said."""
    while await db.read(outboxes.depth):
        pass
    return await db.read(edits)


def edits(conn: Connection) -> int:
    """Those written down as said."""
    query = select(func.count()).where(
        outbox.c.inline_message_id.is_not(None), outbox.c.state == RowState.SENT
    )
    return conn.execute(query).scalar_one()


async def test_marek_brings_a_card_into_the_partners_group_and_it_stays_true(
    people: People, db: Database, code: str
) -> None:
    marek = people["Marek"].in_group(PARTNERS.id)
    found = await marek.asks_inline("agregat")
    assert await db.read(shared) == [], "asking leaves no trace"
    assert "Agregat prądotwórczy, diesel, 5 kW" in found[0]["title"]
    assert code in found[0]["description"]
    assert (marek.offered["cache_time"], marek.offered["is_personal"]) == (5, True)
    posted = await marek.picks("Agregat prądotwórczy")
    assert posted["from"]["first_name"] == "Marek"
    greta = people["Greta"].in_group(PARTNERS.id)
    await greta.waits_for("0/4 szt.")

    await is_known(db)
    before = await all_edits(db)
    await greta_pledges(people, code)
    card = await greta.waits_for("1/4 szt.")
    assert await all_edits(db) == before + 1
    assert "Agregat prądotwórczy" in card, "in the language of whoever posted it"
    assert pl("🤝 Pledge") in greta.buttons
    assert pl("📤 Share") in greta.buttons
    assert [len(greta.messages), greta.messages[0]["message_id"]] == [1, posted["message_id"]]

    await olena_cancels(people, code)
    await greta.waits_for(pl("✖️ <b>This is no longer needed. Thank you for wanting to help!</b>"))
    assert greta.buttons == [pl("🔎 Other needs")]


async def test_a_press_forged_under_a_shared_card_does_nothing(people: People, code: str) -> None:
    marek = people["Marek"].in_group(PARTNERS.id)
    await marek.asks_inline(code)
    posted = await marek.picks("Agregat")
    for forged in ("1shome", "1sneed:1", "x" * 60):
        said = await marek.presses_data(forged, posted["message_id"])
        assert said == pl("This button no longer does anything. Please open the need in the bot.")
    assert len(marek.messages) == 1


async def test_what_changed_between_the_list_and_the_pick_shows_at_once(people: People, code: str) -> None:
    marek = people["Marek"].in_group(PARTNERS.id)
    await marek.asks_inline(code)
    await greta_pledges(people, code)
    posted = await marek.picks("Agregat")
    assert "0/4" in text_of(posted)
    await marek.waits_for("1/4 szt.")


async def test_a_card_that_was_deleted_is_forgotten(people: People, db: Database, code: str) -> None:
    marek = people["Marek"].in_group(PARTNERS.id)
    await marek.asks_inline(code)
    posted = await marek.picks("Agregat")
    await is_known(db)
    assert await all_edits(db) == 1
    await marek.deletes(posted["message_id"])
    await greta_pledges(people, code)
    while await db.read(shared):
        pass
    assert await all_edits(db) == 1


async def test_nothing_typed_shows_the_most_urgent_and_words_find_the_rest(people: People, code: str) -> None:
    greta = people["Greta"]
    everything = [each["title"][0] for each in await greta.asks_inline("")]
    assert everything == sorted(everything, key="🔴🟠🟢".index)
    assert {"🔴", "🟠", "🟢"} <= set(everything)
    assert [each["title"] for each in await greta.asks_inline("Laptop")]
    assert await greta.asks_inline("zzzz") == []
    assert greta.offered["button"]["text"] == de("Nothing found. See all open needs")
    await greta.starts(greta.offered["button"]["start_parameter"])
    assert de("Open needs") in greta.sees


async def test_there_are_more_than_a_page(people: People, db: Database, code: str) -> None:
    codes = {code} | {await olena_asks_for_generators(db, 1000) for _ in range(PAGE + 4)}
    greta = people["Greta"]
    for words in ("Dieselgenerator", ""):
        first = await greta.asks_inline(words)
        assert len(first) == PAGE
        second = await greta.asks_inline(words, greta.offered["next_offset"])
        assert greta.offered["next_offset"] == ""
        ids = [each["id"] for each in [*first, *second]]
        assert len(ids) == len(set(ids))
        assert codes <= {each["description"][:6] for each in [*first, *second]}


@pytest.mark.parametrize("offset", ["x", "9.1", "w.-1", "0." + "9" * 30, "w.1'", "²."])
async def test_a_forged_offset_finds_nothing(people: People, offset: str) -> None:
    assert await people["Greta"].asks_inline("", offset) == []


async def test_a_stranger_sees_what_a_group_would_see_and_nothing_of_people(
    people: People, db: Database, code: str
) -> None:
    await greta_pledges(people, code)
    await people["Olena"].waits_for("Brücke")
    everything = str(await people["Ihor"].asks_inline(code))
    assert "Pervomaiska hromada" in everything
    for word in ("Olena", "Greta", "Brücke", "+380", "Грушевського", "callback_data"):
        assert word not in everything


async def test_a_suspended_person_is_offered_nothing(people: People, db: Database, code: str) -> None:
    def ban(conn: Connection) -> None:
        ihor = known_people.by_account(conn, IHOR)
        assert ihor is not None
        known_people.change_person(conn, ihor.id, suspended=True)

    await db.write(ban)
    ihor = people["Ihor"]
    assert await ihor.asks_inline(code) == []
    assert ihor.offered["button"] is None


async def test_a_picked_card_in_the_chat_with_the_bot_is_no_question_to_it(people: People, code: str) -> None:
    marek = people["Marek"]
    await marek.asks_inline(code)
    await marek.picks("Agregat")
    before = await marek.looks()
    assert code in before
    await greta_pledges(people, code)
    await marek.waits_for("1/4 szt.")
    assert (
        pl("I read text and photos. Write a word to search, or press a button in the menu.")
        not in marek.screen
    )


async def test_sharing_a_need_from_its_card(people: People, code: str) -> None:
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("📤 Share"))
    link = f"https://t.me/hromada_bridge_bot?start=n_{code}"
    assert link in await marek.waits_for(link)
    assert marek.last["photo"], "the QR code"
    [choose], [copy] = marek.last["reply_markup"]["inline_keyboard"]
    assert choose == {"text": pl("💬 Choose a chat"), "switch_inline_query": code}
    assert copy["copy_text"] == {"text": link}
    [found] = await marek.in_group(PARTNERS.id).asks_inline(choose["switch_inline_query"])
    assert code in found["description"]
    greta = people["Greta"]
    await greta.starts(f"n_{code}")
    assert code in greta.sees


async def test_a_card_in_a_channel(people: People, db: Database, code: str) -> None:
    ihor = people["Ihor"]
    channel = ihor.in_group(NEWS.id)
    await channel.adds_bot("administrator")
    await ihor.waits_for("Bridge news")
    assert "@hromada_bridge_bot" in ihor.sees
    await ihor.presses(en("📣 Show open needs there"))
    assert await ihor.presses("Education") == "1 card is on its way there."
    assert "Laptop" in await channel.waits_for("Laptop")
    assert await ihor.presses("Education") == "0 cards are on their way there."
    await ihor.says(code)
    await ihor.presses(en("📤 Share"))
    assert await ihor.presses("Bridge news") == en("Posted. The card keeps itself up to date.")
    card = await people["Olena"].in_group(NEWS.id).waits_for(code)
    assert "Generator, diesel" in card, "in the language of whoever brought the bot"
    await greta_pledges(people, code)
    await channel.waits_for("1/4 pcs")
    await olena_cancels(people, code)
    await channel.waits_for(en("✖️ <b>This is no longer needed. Thank you for wanting to help!</b>"))
    assert channel.buttons == [en("🔎 Other needs")]
    await channel.removes_bot()
    await ihor.says("/needs")
    known = await db.read(chats.chat, NEWS.id)
    assert known is not None
    assert not known.reachable


async def test_whoever_may_not_act_here_hears_nothing_of_a_channel(people: People, db: Database) -> None:
    await (
        people["Olena"]
        .in_group(NEWS.id)
        .link.post("/people/1001/add_bot", {"chat_id": NEWS.id, "status": "administrator"})
    )
    olena = people["Olena"]
    await olena.says("/needs")
    assert "Bridge news" not in olena.screen
    known = await db.read(chats.chat, NEWS.id)
    assert known is not None
    assert (known.kind, known.added_by) == ("channel", None)


async def test_a_card_asked_for_in_a_topic_stays_in_it(people: People, code: str) -> None:
    marek = people["Marek"].in_group(PARTNERS.id, thread_id=2)
    await marek.says(f"/need {code}")
    await marek.waits_for("0/4")
    assert marek.last["message_thread_id"] == 2
    await greta_pledges(people, code)
    await marek.waits_for("1/4")
    assert marek.last["message_thread_id"] == 2
    await marek.says("/need nonsense")
    assert [each["message_thread_id"] for each in marek.messages] == [2] * len(marek.messages)


async def test_a_card_passed_on_by_hand_is_answered_with_the_live_one(people: People, code: str) -> None:
    marek = people["Marek"].in_group(PARTNERS.id)
    await marek.asks_inline(code)
    posted = await marek.picks("Agregat")
    greta = people["Greta"]
    await greta.in_group(PARTNERS.id).forwards(posted["message_id"], to=greta.id)
    assert "0/4 Stk." in await greta.waits_for("Dieselgenerator")
    group = people["Ihor"].in_group(-5001)
    await group.says("/start")
    assert "@hromada_bridge_bot generator" in group.sees


async def test_a_channel_hears_by_itself_of_what_was_chosen_for_it(
    people: People, db: Database, code: str
) -> None:
    ihor = people["Ihor"]
    channel = ihor.in_group(NEWS.id)
    await channel.adds_bot("administrator")
    await ihor.waits_for("Bridge news")
    await ihor.presses(en("📣 Show open needs there"))
    await ihor.presses("🌐 English")
    await ihor.presses("Deutsch")
    await ihor.presses(en("🔔 New needs, always"))
    assert "📣 Bridge news" in ihor.sees
    await ihor.presses(en("🔎 Choose what"))
    await ihor.presses(f"{en('Sectors')} ›")
    await ihor.presses("Energy")
    await ihor.presses(en("‹ Back"))
    await ihor.presses(en("‹ Back"))
    assert await ihor.presses(en("🔔 Yes, at once")) == en("Done.")
    assert await ihor.presses(en("📣 Show the open ones there now")) != "0 cards are on their way there."
    card = await channel.waits_for(code)
    assert de("🤝 Pledge") in channel.buttons
    assert "Bewohner" not in card
    fresh = await olena_asks_for_generators(db, 7000)
    await channel.waits_for(fresh)
    await channel.waits_for("0/7")

    await ihor.presses(en("‹ Back"))
    await ihor.presses(en("📰 Digest"))
    assert "📣 Bridge news" in ihor.sees
    await ihor.presses("08:00")
    await ihor.presses(en("👁 Show one now"))
    assert "🔕" not in " ".join(ihor.buttons), "what a channel would read; it is stopped where it was ordered"
    newest = await olena_asks_for_generators(db, 9000)
    await people.moves_clock(until_hour=9)
    assert newest in await channel.waits_for("Tagesüberblick")
    assert all("🔕" not in button and "⏸" not in button for button in channel.buttons), (
        "nobody can press there"
    )
    known = await db.read(subscriptions.of_chat, NEWS.id)
    assert {each.kind for each in known if each.active} == {"digest", "instant"}


async def test_nobody_orders_for_somebody_elses_channel(people: People, db: Database, code: str) -> None:
    ihor, marek = people["Ihor"], people["Marek"]
    await ihor.in_group(NEWS.id).adds_bot("administrator")
    await ihor.waits_for("Bridge news")
    for press in (
        f"1awatch:{place_of(NEWS.id)}",
        f"1asubscribe:8:{place_of(NEWS.id)}",
        f"1achannel_language:{NEWS.id}:pl",
    ):
        await marek.presses_data(press)
    assert await db.read(subscriptions.of_chat, NEWS.id) == []
    known = await db.read(chats.chat, NEWS.id)
    assert known is not None
    assert known.language == "en"
