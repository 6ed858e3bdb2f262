"""Marek asks in Polish, Olena answers in Ukrainian: both see all of it, and nobody else does."""

import pytest

from sandbox.client import People, Person
from storage.engine import Database
from tests.story.pictures import PHOTO, png
from tests.story.says import de, en, pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified

HEADQUARTERS = -5001
HOW = "Write it here, or send a photo, a PDF, a Word or Excel file. It goes through me; nobody sees your account or phone."  # fmt: skip
PDF = b"%PDF-1.4 a plan of the yard"


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena's need of four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


@pytest.fixture
async def marek(people: People, code: str) -> Person:
    """He asks what nobody wrote, in two messages."""
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.waits_for(pl(HOW))
    await marek.says("Czy może być używany?")
    assert pl("✓ Done") in marek.buttons
    await marek.says("I jaka wtyczka <230 V>?")
    await marek.presses(pl("✓ Done"))
    assert "I jaka wtyczka <230 V>?" in marek.sees
    return marek


async def a_minute_passes(people: People) -> None:
    await people.moves_clock(seconds=61)


def files(person: Person) -> list[str]:
    """What the bot sent this person besides texts."""
    found = [message for message in person.messages if message["from"]["is_bot"]]
    names = [each["document"]["file_name"] for each in found if "document" in each]
    return names + ["photo" for each in found if "photo" in each]


def heads(person: Person, text: str) -> int:
    """How many messages of the bot begin like this."""
    return sum(str(each.get("text", "")).startswith(text) for each in person.messages)


async def test_a_question_in_polish_and_an_answer_in_ukrainian_with_a_photo_and_a_plan(
    people: People, code: str, marek: Person
) -> None:
    olena = people["Olena"]
    told = uk("💬 {who} writes about <code>{code}</code>:", who="Miasto Lublin", code=code)
    await olena.looks()
    assert told not in olena.screen, "it waits for a minute whether there is more"
    await a_minute_passes(people)
    notice = await olena.waits_for(told)
    assert "Czy może być używany?" in notice
    assert "I jaka wtyczka <230 V>?" in notice
    assert uk("in Polish") in notice
    assert "Marek ·" in notice
    assert "Nowak" not in notice
    assert heads(olena, told) == 1, "one notice for both"

    await olena.presses(uk("💬 Answer"))
    assert "I jaka wtyczka <230 V>?" in olena.sees, "one answers with the question before one's eyes"
    await olena.says("Так, розетка звичайна.")
    await olena.sends_photo(PHOTO, caption="Ось місце")
    await olena.sends_document(PDF, "plan.pdf")
    await olena.presses(uk("✓ Done"))
    await a_minute_passes(people)
    answer = await marek.waits_for("Так, розетка звичайна.")
    assert "Ось місце" in answer
    assert "plan.pdf" in answer
    assert pl("in Ukrainian") in answer
    assert "Kovalenko" not in marek.screen
    await people["Marek"].waits_for_button(pl("The whole conversation"))
    for _ in range(20):
        await marek.looks()
        if len(files(marek)) == 2:
            break
    assert files(marek) == ["plan.pdf", "photo"]

    await marek.presses(pl("The whole conversation"))
    whole = await marek.waits_for("Czy może być używany?")
    assert "Так, розетка звичайна." in whole
    await marek.presses(pl("📎 Photos and files ({n})", n=2))
    await marek.waits_for_button(pl("‹ Back"))
    await marek.says("/start")
    await marek.presses(pl("💬 Conversations"))
    assert code in marek.sees


async def test_a_third_organisation_and_the_coordinator_see_nothing_until_asked(
    people: People, code: str, marek: Person
) -> None:
    greta, ihor, group = people["Greta"], people["Ihor"], people["Ihor"].in_group(HEADQUARTERS)
    thread = next(
        button["callback_data"].split(":")[1]
        for row in marek.last["reply_markup"]["inline_keyboard"]
        for button in row
        if button["callback_data"].startswith("1awrite")
    )
    gone = "That no longer exists."
    await greta.says(code)
    for data in (f"1sthread:{thread}", f"1sthread_files:{thread}:0:9", f"1sthreads:{thread}"):
        assert await greta.presses_data(data) == de(gone)
    for data in (f"1awrite:{thread}", f"1alook:{thread}", f"1alook_away:{thread}"):
        assert await greta.presses_data(data) == de("You may not do this here. Nothing was changed.")
    assert await ihor.presses_data(f"1sthread:{thread}") == en(gone)
    assert await ihor.presses_data(f"1alook:{thread}") == en("You may not do this here. Nothing was changed.")
    await ihor.says(f"/start t_{thread}")
    assert en("You may not do this here. Nothing was changed.") in ihor.sees

    await marek.presses(pl("👁 Ask a coordinator to look"))
    assert pl("👁 A coordinator was asked to look on {moment} and reads along.", moment="24 lis, 10:30")[
        :40
    ] in (marek.sees)
    await people["Olena"].waits_for("👁 Miasto Lublin")
    asked = await group.waits_for("👁")
    assert code in asked
    assert "wtyczka" not in asked
    await ihor.says(f"/start t_{thread}")
    assert "I jaka wtyczka <230 V>?" in ihor.sees
    assert en("✍️ Write") not in ihor.buttons
    await ihor.says("/queue")
    assert "👁" in ihor.sees
    assert code in ihor.sees
    assert await greta.presses_data(f"1sthread:{thread}") == de(gone)

    olena = people["Olena"]
    await olena.presses(uk("The whole conversation"))
    assert await olena.presses(uk("👁 No coordinator any more")) == uk("No coordinator reads along now.")
    assert await ihor.presses_data(f"1sthread:{thread}") == en(gone)
    assert "wtyczka" not in greta.screen


async def test_a_number_is_asked_about_once_and_sent_as_it_is(people: People, code: str) -> None:
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.says("Proszę dzwonić: +48 600 123 456")
    assert pl("Send it as it is") in marek.buttons
    await marek.presses(pl("✏️ Change it"))
    await marek.says("Proszę pisać: marek@example.org")
    assert pl("✓ {n} message sent to {who}.", n=1, who="Pervomaiska hromada")[:10] in marek.sees
    await a_minute_passes(people)
    told = await people["Olena"].waits_for("marek@example.org")
    assert "600 123 456" not in told


async def test_a_caption_with_a_number_waits_with_its_whole_album(people: People, code: str) -> None:
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    album = [png(8 + each) for each in range(3)]
    await marek.sends_album(*album, caption="Tel. 600 123 456")
    await marek.presses(pl("Send it as it is"))
    await marek.presses(pl("✓ Done"))
    await a_minute_passes(people)
    olena = people["Olena"]
    assert "🖼 3" in await olena.waits_for("Tel. 600 123 456")
    for _ in range(20):
        await olena.looks()
        if files(olena):
            break
    assert files(olena) == ["photo"] * 3


async def test_what_cannot_pass_gets_a_sentence_and_loses_nothing(people: People, code: str) -> None:
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.sends_document(b"PK", "lista.xlsx")
    assert pl("✓ Done") in marek.buttons


async def test_a_long_message_is_read_to_its_end(people: People, code: str) -> None:
    marek, olena = people["Marek"], people["Olena"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.says("początek " + "& dalej " * 500 + "koniec")
    await marek.presses(pl("✓ Done"))
    await a_minute_passes(people)
    assert "koniec" not in await olena.waits_for("początek")
    await olena.presses(uk("Read on ›"))
    assert olena.sees.rstrip().endswith("koniec")


async def test_after_a_quarter_of_an_hour_one_is_asked_whether_it_is_still_meant_for_them(
    people: People, code: str
) -> None:
    marek = people["Marek"]
    await marek.says(code)
    await marek.presses(pl("❓ Ask"))
    await marek.says("Czy jest rampa?")
    await people.moves_clock(seconds=3600)
    await marek.says("kołdry")
    assert pl("Yes, send it") in marek.buttons
    await marek.presses(pl("No"))
    await marek.presses(pl("✓ Done"))
    assert "kołdry" not in marek.sees
    assert "Czy jest rampa?" in marek.sees
