"""A machine helps Marek and Olena read each other: later, below the original, and never in their way."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.responses import Response

from bot.sandbox_run import Sandbox
from bot.settings import load_settings
from sandbox.client import People, Person
from services.translations import TRIES
from storage import translations as stored
from storage.engine import Connection, Database
from tests.story.conftest import TODAY, refused_by_telegram
from tests.story.says import pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.translators import Service, translating

FAR = datetime(2036, 1, 1, tzinfo=UTC)
FAR = datetime(2036, 1, 1, tzinfo=UTC)
MACHINE = "<i>🌐 Translated by a machine ({service}):</i>"


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """A LibreTranslate of one's own."""
    async with translating() as found:
        yield found


@pytest.fixture
async def sandbox(
    tmp_path: Path, story_engine: str, request: pytest.FixtureRequest, service: Service
) -> AsyncIterator[Sandbox]:
    """The world as ever, with translation switched on."""
    url = request.getfixturevalue("story_url") if story_engine == "postgres" else None
    settings = load_settings(_env_file=None, port=0, libretranslate_url=service.url)
    made = Sandbox(settings, tmp_path, TODAY, url)
    await made.start()
    yield made
    in_vain = await made.bot.db.read(refused_by_telegram) if made.bot else []
    await made.stop()
    assert in_vain == []


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena's need of four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


async def asks(marek: Person, code: str, text: str) -> None:
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.says(text)
    await marek.presses(pl("✓ Done"))


async def test_the_original_goes_at_once_and_the_translation_comes_into_the_same_message(
    people: People, code: str, service: Service
) -> None:
    service.trouble = lambda: Response("", 503)
    await asks(people["Marek"], code, "Jaka moc? <kW>")
    await people.moves_clock(seconds=61)
    olena = people["Olena"]
    notice = await olena.waits_for("Jaka moc? <kW>")
    assert uk(MACHINE, service="LibreTranslate") not in notice
    stood = olena.last["message_id"]

    service.trouble = lambda: None
    await people.moves_clock(seconds=600)
    whole = await olena.waits_for(uk(MACHINE, service="LibreTranslate"))
    assert whole.index("Jaka moc?") < whole.index("[uk] Jaka moc? <kW>")
    assert olena.last["message_id"] == stood, "in the same message"
    assert olena.screen.count("[uk] Jaka moc?") == 1


def fresh(conn: Connection) -> int:
    """How many translations are still hoped for."""
    return len(stored.due(conn, FAR, 99))


async def test_a_service_that_is_down_changes_nothing_else(
    people: People, db: Database, code: str, service: Service
) -> None:
    service.trouble = lambda: Response("<html>", 500)
    marek, olena = people["Marek"], people["Olena"]
    await asks(marek, code, "Jaka moc?")
    await people.moves_clock(seconds=61)
    await olena.waits_for("Jaka moc?")
    await olena.presses(uk("💬 Answer"))
    await olena.says("5 кВт")
    await olena.presses(uk("✓ Done"))
    while await db.read(fresh) or len(service.asked) < 2 * TRIES:
        await people.moves_clock(seconds=1000)
    await marek.waits_for("5 кВт")
    await marek.presses(pl("The whole conversation"))
    assert pl("🌐 Translate") in marek.buttons

    service.trouble = lambda: None
    assert await marek.presses(pl("🌐 Translate")) == pl("Asked. The translation comes below the original.")
    whole = await marek.waits_for("[pl] 5 кВт")
    assert "[pl] Jaka moc?" not in whole


async def test_whoever_pressed_meanwhile_keeps_what_they_see(
    people: People, code: str, service: Service
) -> None:
    service.trouble = lambda: Response("", 503)
    await asks(people["Marek"], code, "Jaka moc?")
    await people.moves_clock(seconds=61)
    olena = people["Olena"]
    await olena.waits_for("Jaka moc?")
    await olena.presses(uk("💬 Answer"))
    service.trouble = lambda: None
    await people.moves_clock(seconds=600)
    await olena.says("5 кВт")
    await olena.presses(uk("✓ Done"))
    whole = await olena.waits_for("[uk] Jaka moc?")
    assert whole.endswith("5 кВт"), "in the conversation, not over the question she was answering"
    assert olena.screen.count("[uk] Jaka moc?") == 1


async def test_what_an_official_wrote_is_translated_when_asked_for(
    people: People, db: Database, service: Service
) -> None:
    marek = people["Marek"]
    await marek.says("Starlink")
    card = next(button for button in marek.buttons if "·" in button)
    await marek.presses(card)
    assert "Ліцей" in marek.sees
    await marek.presses(pl("🌐 Translate"))
    whole = await marek.waits_for("[pl] Ліцей")
    assert whole.index("Ліцей") < whole.index(pl(MACHINE, service="LibreTranslate"))
    assert pl("🌐 Translate") not in marek.buttons
    assert [each["target"] for each in service.asked] == ["pl"]
    await people["Olena"].says("Starlink")
    olena_card = next(button for button in people["Olena"].buttons if "·" in button)
    await people["Olena"].presses(olena_card)
    assert uk("🌐 Translate") not in people["Olena"].buttons
