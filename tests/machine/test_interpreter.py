"""Translations are fetched once, outside of any transaction, and never hold up what they belong to."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import Connection, select, update
from starlette.responses import Response

from bot.interpreter import Interpreter
from bot.translators import LibreTranslate
from domain.talking import Message, Translation
from domain.words import TranslationState
from services import talking, translations
from storage import needs
from storage import translations as stored
from storage.engine import Database
from storage.outbox import outbox
from storage.schema.talking import messages
from storage.schema.talking import translations as table
from tests.machine.world import NOON, TestClock
from tests.services.company import gather
from tests.services.conftest import known
from tests.translators import Service, translating


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """Somebody who translates."""
    async with translating() as found:
        yield found


def post(conn: Connection) -> int:
    return gather(conn).asks(("energy.generator-diesel", 4), why="Світла немає.", do_not_send="Одяг").id


def say(conn: Connection, need_id: int, text: str) -> Message:
    company = known(conn)
    partner = company["Marek"].organisation_id
    assert partner is not None
    return talking.say(
        conn, company["Olena" if text[0] > "z" else "Marek"], need_id, partner, text, "uk", translate=True
    )


def rows(conn: Connection) -> list[Translation]:
    found = conn.execute(select(table).order_by(table.c.id))
    return [Translation(**row._mapping) for row in found]


class Room:
    """An interpreter at work between a real database and a real server."""

    def __init__(self, db: Database, clock: TestClock, service: Service) -> None:
        self.db, self.clock, self.service = db, clock, service
        self.told = 0

    def tell(self) -> None:
        self.told += 1

    async def works_until(self, enough: Callable[[list[Translation]], bool]) -> list[Translation]:
        worker = Interpreter(self.db, self.clock, LibreTranslate(self.service.url, patience=2), self.tell)
        running = asyncio.create_task(worker.run())
        try:
            async with asyncio.timeout(20):
                while not enough(found := await self.db.read(rows)):
                    pass
        finally:
            await worker.stop()
            await running
        return found


@pytest.fixture
def room(db: Database, clock: TestClock, service: Service) -> Room:
    return Room(db, clock, service)


def settled(found: list[Translation]) -> bool:
    return bool(found) and all(each.state is not TranslationState.DUE for each in found)


async def test_a_message_is_translated_once_for_each_language_and_without_its_phone(
    room: Room, db: Database, service: Service
) -> None:
    need_id = await db.write(post)
    await db.write(say, need_id, "Jaka moc? Tel. 600 123 456")
    await db.write(say, need_id, "5 кВт, дзвоніть 067 123 45 67")
    found = await room.works_until(settled)
    assert [(each.language, each.text) for each in found] == [
        ("en", "[en] Jaka moc? Tel. •••"),
        ("en", "[en] 5 кВт, дзвоніть •••"),
    ]
    assert {each.service for each in found} == {"LibreTranslate"}
    assert len(service.asked) == 2
    assert room.told == 2
    assert "600" not in str(service.asked)
    await room.works_until(settled)
    assert len(service.asked) == 2, "what is known is not fetched again"


async def test_trouble_passes_after_growing_pauses(room: Room, db: Database, service: Service) -> None:
    answers = iter([Response("", 429), Response("<html>"), Response("", 503), None])
    service.trouble = lambda: next(answers)
    need_id = await db.write(post)
    await db.write(say, need_id, "Jaka moc?")
    found = await room.works_until(settled)
    assert (found[0].state, found[0].attempts) == (TranslationState.DONE, 3)
    assert room.clock.elapsed >= 10 + 20 + 40


async def test_it_is_given_up_and_may_be_asked_for_again(room: Room, db: Database, service: Service) -> None:
    service.trouble = lambda: Response("", 500)
    need_id = await db.write(post)
    made = await db.write(say, need_id, "Jaka moc?")
    found = await room.works_until(settled)
    assert (found[0].state, found[0].attempts) == (TranslationState.GIVEN_UP, translations.TRIES)
    assert len(service.asked) == translations.TRIES
    assert found[0].error == "HTTP 500"
    service.trouble = lambda: None
    await db.write(translations.ask, NOON, "message", made.id, "en")
    assert (await room.works_until(settled))[0].state is TranslationState.DONE


async def test_a_wrong_key_is_given_up_at_once(room: Room, db: Database, service: Service) -> None:
    service.trouble = lambda: Response("", 403)
    need_id = await db.write(post)
    await db.write(say, need_id, "Jaka moc?")
    assert (await room.works_until(settled))[0].state is TranslationState.GIVEN_UP
    assert len(service.asked) == 1


async def test_other_words_are_another_translation(room: Room, db: Database, service: Service) -> None:
    need_id = await db.write(post)
    await db.write(translations.ask, NOON, "need", need_id, "pl")
    found = await room.works_until(settled)
    assert found[0].text == "[pl] Світла немає.\nОдяг"
    assert await db.read(translations.known, "need", need_id, "pl") is not None

    def edit(conn: Connection) -> None:
        needs.change_need(conn, need_id, why="Світло є, води немає.")

    await db.write(edit)
    assert await db.read(translations.known, "need", need_id, "pl") is None
    await db.write(translations.ask, NOON, "need", need_id, "pl")
    assert (await room.works_until(settled))[0].text == "[pl] Світло є, води немає.\nОдяг"


async def test_words_that_change_while_they_are_away_are_not_kept(
    db: Database, clock: TestClock, room: Room
) -> None:
    need_id = await db.write(post)
    made = await db.write(say, need_id, "Jaka moc?")
    (asked,) = await db.read(rows)
    await db.write(stored.ask, "message", made.id, "en", "other words", NOON)
    await db.write(translations.arrived, NOON, asked, "What power?", "DeepL")
    assert (await db.read(rows))[0].state is TranslationState.DUE

    def drop(conn: Connection) -> None:
        conn.execute(update(messages).values(text=""))

    await db.write(drop)
    assert (await room.works_until(settled))[0].error == "the words have changed"


async def test_whoever_reads_it_gets_it_below_in_the_same_message(db: Database) -> None:
    need_id = await db.write(post)
    made = await db.write(say, need_id, "Jaka moc?")
    (asked,) = await db.read(rows)

    def edits(conn: Connection) -> list[tuple[int | None, str]]:
        query = select(outbox.c.edit_message_id, outbox.c.screen).where(outbox.c.edit_message_id.is_not(None))
        return [(row[0], row[1]) for row in conn.execute(query.order_by(outbox.c.id))]

    def stands(conn: Connection, chat_id: int, message_id: int, language: str) -> None:
        params = f'{{"burst": {made.id}}}'
        translations.stands(conn, NOON, chat_id, message_id, language, "talked", params)

    await db.write(stands, 2000, 51, "en")
    await db.write(stands, 2001, 52, "de")
    assert await db.read(edits) == []
    await db.write(translations.arrived, NOON, asked, "What power?", "DeepL")
    assert await db.read(edits) == [(51, "talked")]
    await db.write(stands, 2002, 53, "en")
    assert await db.read(edits) == [(51, "talked"), (53, "talked")], "it came while that was on its way"
    await db.write(stored.forget_old_places, NOON.replace(year=2027))
    assert await db.read(stored.places_about, f"thread:{made.thread_id}", "en") == []
