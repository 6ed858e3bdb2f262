"""What people read before they give a phone, how they have everything about them, and how they are forgotten."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select

from bot.sandbox_run import Sandbox
from domain.privacy import VERSION
from handlers.reader import House, Reader
from handlers.screens.privacy import TEXT_OF, about_privacy
from locales import LANGUAGES, words
from sandbox.client import People, Person
from storage import people as stored
from storage.base import metadata
from storage.engine import Database
from tests.story.says import en, pl, uk
from tests.story.shortcuts import OLENA, olena_asks_for_generators, olena_is_verified

PHONE = "Your phone number, please, with the country code: <code>+380 67 123 45 67</code>. Only the other side of an accepted pledge will see it."  # fmt: skip
ADDRESS = "And the address for deliveries or letters? It is never on a public card; only the other side of an accepted pledge will see it."  # fmt: skip
NO_PHONE = uk("🚫 <b>No phone and no address are kept of you.</b>\n\nYou can post, promise, send and sign all the same. The other side of an accepted pledge sees your name alone and writes to you through me; a driver cannot call you.\n\nYou can change your mind under “My details”.")  # fmt: skip


def reader(language: str, contact: str = "X", translator: str = "T") -> Reader:
    house = House("b", contact=contact, translator=translator)
    return Reader(words(language), 1, datetime(2026, 1, 1, tzinfo=UTC), house)


def test_the_text_never_changes_without_its_version() -> None:
    """If this fails: raise VERSION where the meaning changed (everybody is asked again), and note the new hash."""
    assert TEXT_OF[VERSION] == hashlib.sha256(about_privacy(reader("en")).encode()).hexdigest()[:12]
    assert max(TEXT_OF) == VERSION


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_says_who_answers_how_long_and_what_to_do(language: str) -> None:
    text = about_privacy(reader(language, contact="dpo@example.org"))
    for word in ("dpo@example.org", "180", "60", "/mydata", "/forget"):
        assert word in text
    assert len(about_privacy(reader(language, contact="", translator=""))) > 300


async def registers(olena: Person) -> None:
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.says("перво")
    await olena.presses("Первомайська · Миколаївська")
    await olena.waits_for("/mydata")


def about_olena(conn: Connection) -> tuple[str | None, bool | None, int | None]:
    person = stored.by_account(conn, OLENA)
    assert person is not None
    return person.phone, person.privacy_agreed, person.privacy_version


async def test_before_the_first_phone_is_asked_for_it_is_said_what_is_kept(
    people: People, db: Database
) -> None:
    olena = people["Olena"]
    await registers(olena)
    await olena.says("+380 67 123 45 67")
    assert await db.read(about_olena) == (None, None, None), "nothing is kept before the answer"
    await olena.presses(uk("👍 I agree"))
    await olena.waits_for(uk(PHONE))
    await olena.says("+380 67 123 45 67")
    await olena.waits_for(uk(ADDRESS))
    assert await db.read(about_olena) == ("+380 67 123 45 67", True, VERSION)


async def test_who_gives_no_phone_is_not_locked_out(people: People, db: Database) -> None:
    olena = people["Olena"]
    await registers(olena)
    await olena.presses(uk("🚫 I give no phone"))
    await olena.waits_for(NO_PHONE.split("\n")[0])
    assert await db.read(about_olena) == (None, False, VERSION)
    ihor = people["Ihor"]
    await ihor.in_group(-5001).waits_for("Olena Kovalenko")
    await ihor.in_group(-5001).presses(en("✅ Verify"))
    await olena.starts()
    await olena.waits_for_button(uk("➕ Post a need"))
    await olena.says("/privacy")
    await olena.presses(uk("👍 I agree"))
    assert (await db.read(about_olena))[1] is True


async def test_a_phone_is_changed_only_by_who_agreed_and_taken_out_by_who_does_not(
    people: People, db: Database
) -> None:
    await olena_is_verified(db)
    olena = people["Olena"]
    await olena.starts()
    await olena.presses(uk("👤 My details"))
    await olena.presses(uk("📞 Change phone"))
    await olena.presses(uk("🚫 I give no phone"))
    assert await db.read(about_olena) == (None, False, VERSION)


ASKS = "🔒 You gave a phone. Please read what I keep about you, and say whether you agree."


async def test_who_gave_a_phone_before_the_text_or_before_a_new_one_is_asked(
    people: People, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await olena_is_verified(db)
    olena = people["Olena"]
    await olena.starts()
    await olena.waits_for(uk(ASKS))
    await olena.presses(uk("🔒 What I keep about you"))
    await olena.presses(uk("👍 I agree"))
    await olena.starts()
    await olena.waits_for_button(uk("➕ Post a need"))
    assert uk(ASKS) not in olena.sees
    monkeypatch.setattr("domain.privacy.VERSION", VERSION + 1)
    await olena.starts()
    await olena.waits_for(uk(ASKS))


async def test_everything_about_me_as_pages_and_as_a_file(
    people: People, db: Database, sandbox: Sandbox
) -> None:
    await olena_is_verified(db)
    await olena_asks_for_generators(db, 4000)
    olena = people["Olena"]
    await olena.says("/mydata")
    assert "Грушевського" in await olena.waits_for("+380 44 000 10 01")
    assert await olena.presses(uk("⬇️ All of it as a file")) == uk("The file is on its way.")
    await olena.waits_for("JSON")
    sent = [each for each in olena.messages if "document" in each]
    assert len(sent) == 1
    assert sent[0]["document"]["file_name"].endswith(".json")
    assert sandbox.bot is not None
    file = await sandbox.bot.app.bot.get_file(sent[0]["document"]["file_id"])
    data = json.loads(bytes(await file.download_as_bytearray()))
    assert data["data"]["people"][0]["phone"] == "+380 44 000 10 01"
    assert data["data"]["needs"]


async def test_in_a_group_nothing_of_it_is_shown(people: People, db: Database) -> None:
    group = people["Ihor"].in_group(-5001)
    for command in ("/mydata", "/forget", "/privacy"):
        await group.says(command)
        assert en("Write to me in private") in group.buttons
    assert "JSON" not in group.screen


def rows_with(conn: Connection, word: str) -> list[str]:
    found = []
    for table in metadata.sorted_tables:
        if table.name == "events":
            continue
        for row in conn.execute(select(table)).mappings():
            found += [
                f"{table.name}.{name}"
                for name, value in row.items()
                if re.search(rf"(?<!\d){re.escape(word)}(?!\d)", str(value))
            ]
    return found


async def test_somebody_is_forgotten_and_hears_it(people: People, db: Database) -> None:
    await olena_is_verified(db)
    await olena_asks_for_generators(db, 4000)
    olena = people["Olena"]
    await olena.says("/forget")
    assert words("uk").n("It has {n} open need.", "It has {n} open needs.", 1) in olena.sees
    await olena.presses(uk("🗑 Yes, forget me"))
    await olena.waits_for(uk("✅ You are forgotten. Thank you for what you did.\n\nTo take our conversation out of your Telegram as well, delete this chat.").split("\n")[0])  # fmt: skip
    await people.moves_clock(seconds=61)
    for word in ("Olena", "+380 44 000 10 01", "Грушевського", str(OLENA)):
        assert await db.read(rows_with, word) == [], word
    await olena.starts()
    await olena.waits_for_button(uk("🏛 I represent a hromada"))
    assert len(await db.read(rows_with, "Olena Kovalenko")) == 1, "somebody new"


async def test_two_presses_forget_once_and_make_nobody_new(people: People, db: Database) -> None:
    marek = people["Marek"]
    await marek.says("/forget")
    before = await db.read(lambda conn: len(conn.execute(select(metadata.tables["people"].c.id)).all()))
    await marek.presses(pl("🗑 Yes, forget me"))
    assert pl("🗑 Yes, forget me") not in marek.buttons
    after = await db.read(lambda conn: len(conn.execute(select(metadata.tables["people"].c.id)).all()))
    assert before == after


async def test_a_picture_as_a_file_is_refused_wherever_files_are_taken(people: People, db: Database) -> None:
    from handlers.refusals import MISREAD

    await olena_is_verified(db)
    olena = people["Olena"]
    await olena.starts()
    await olena.sends_document(b"x", "IMG_0001.HEIC")
    assert uk(MISREAD["picture_file"]) in olena.sees
    await olena.presses(uk("➕ Post a need"))
    await olena.says("ковдри - 200 шт")
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟠 Urgent"))
    for _ in range(3):
        await olena.presses(uk("Skip"))
    await olena.sends_document(b"x", "photo.jpg")
    assert uk(MISREAD["picture_file"]) in olena.sees
    await olena.says("/cancel")
    code = await olena_asks_for_generators(db, 4000)
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.sends_document(b"x", "IMG_1.heic")
    assert pl(MISREAD["picture_file"]) in marek.sees
    await marek.sends_document(b"%PDF-1.4", "plan.pdf")
    await marek.waits_for_button(pl("✓ Done"))


DOUBT = (
    "⚠️ <b>Everybody will read this.</b> It looks as if it names a phone, an e-mail, an account or a street:"
)


async def test_a_contact_is_asked_about_once_before_a_need_is_published(people: People, db: Database) -> None:
    await olena_is_verified(db)
    olena = people["Olena"]
    await olena.starts()
    await olena.presses(uk("➕ Post a need"))
    await olena.says("ковдри - 200 шт\nлікарняні матраци (питати 067 123 45 67) - 5 шт")
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟠 Urgent"))
    for _ in range(2):
        await olena.presses(uk("Skip"))
    await olena.says("Лікарня на вул. Шевченка, 5 без світла. Пишіть olena@ukr.net")
    await olena.presses(uk("Skip"))
    await olena.presses(uk("✅ Publish"))
    assert uk(DOUBT) in olena.sees
    for seen in ("вул. Шевченка, 5", "olena@ukr.net", "067 123 45 67"):
        assert f"• {seen}" in olena.sees
    await olena.presses(uk("✏️ Change it"))
    await olena.presses(uk("✏️ Why"))
    await olena.says("Лікарня без світла.")
    await olena.presses(uk("✅ Publish"))
    assert "olena@ukr.net" not in olena.sees
    assert "067 123 45 67" in olena.sees
    assert await olena.presses(uk("📢 Publish anyway")) == uk("Published")


async def test_a_contact_is_asked_about_when_a_need_is_edited(people: People, db: Database) -> None:
    await olena_is_verified(db)
    code = await olena_asks_for_generators(db, 4000)
    olena = people["Olena"]
    for what, button in (("why", "✏️ Why"), ("place", "✏️ Settlement")):
        await olena.says(code)
        await olena.presses(uk("✏️ Edit"))
        await olena.presses(uk(button))
        await olena.says("вул. Шевченка, 5")
        assert uk(DOUBT) in olena.sees, what
        assert "Шевченка" not in str(await db.read(public_words)), "nothing is published yet"
        await olena.presses(uk("✏️ Change it"))
        await olena.says("Село Нове")
        assert uk(DOUBT) not in olena.sees
    await olena.says(code)
    await olena.presses(uk("✏️ Edit"))
    await olena.presses(uk("✏️ Why"))
    await olena.says("Дзвоніть 067 123 45 67")
    await olena.presses(uk("📢 Publish anyway"))
    assert "067 123 45 67" in str(await db.read(public_words))


def public_words(conn: Connection) -> list[tuple[object, ...]]:
    table = metadata.tables["needs"]
    return [tuple(row) for row in conn.execute(select(table.c.why, table.c.place))]


async def test_an_organisations_name_is_asked_about_as_well(people: People) -> None:
    marek = people["Marek"]
    await marek.presses(pl("👤 My details"))
    await marek.presses(pl("➕ Another organisation"))
    await marek.presses(pl("🤝 I represent a partner"))
    await marek.says("PL")
    await marek.presses(pl("Company"))
    await marek.says("Firma, ul. Piękna 5, tel. 600 123 456")
    assert pl(DOUBT) in marek.sees
    assert "• ul. Piękna 5" in marek.sees
    assert "• 600 123 456" in marek.sees
    await marek.says("Firma z Lublina")
    await marek.waits_for(pl("In which city?"))


async def test_thanks_are_asked_about_before_the_donor_may_show_them() -> None:
    from handlers.forms.engine import FORMS

    assert FORMS["thank"].step("text").public
    assert FORMS["change"].step("change").public
    assert {step.name for step in FORMS["partner"].steps if step.public} == {"name", "city"}
