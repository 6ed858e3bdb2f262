"""What people type wrong: each gets one sentence that says what to type instead, and nothing is lost."""

import pytest

from handlers.refusals import MISREAD
from sandbox.client import People, Person
from storage.engine import Database
from tests.story.pictures import PHOTO, png
from tests.story.says import uk
from tests.story.shortcuts import olena_is_verified

HOSTILE = '<b>x</b> &amp; <a href="tg://user?id=1">я</a>\u202e\u200b"кінець"'
AS_SHOWN = '<b>x</b> &amp; <a href="tg://user?id=1">я</a>"кінець"'
"""It stands there letter for letter; only what nobody sees is gone."""


@pytest.fixture
async def olena(people: People, db: Database) -> Person:
    """Verified, at the first question of a need."""
    await olena_is_verified(db)
    olena = people["Olena"]
    await olena.starts()
    await olena.presses(uk("➕ Post a need"))
    return olena


async def has_a_list(olena: Person) -> None:
    """Blankets on it, so that there is a row to change."""
    await olena.says("ковдри - 200 шт")
    assert "200 шт." in olena.sees


async def test_quantities_of_every_kind(olena: Person) -> None:
    await has_a_list(olena)
    await olena.presses("✏️ 1")
    await olena.presses(uk("✏️ Quantity"))
    for typed, hint in (
        ("-5", "negative"),
        ("0", "zero"),
        ("1,2345", "too_fine"),
        ("999999999999999999999999", "too_big"),
        ("багато", "not_a_number"),
        ("1e9", "not_a_number"),
        ("²", "not_a_number"),
    ):
        await olena.says(typed)
        assert uk(MISREAD[hint]) in olena.sees, typed
    await olena.says("1.000")
    assert uk(MISREAD["ambiguous"], first="1", second="1 000") in olena.sees
    for typed, read in (("1,5", "1,5 "), ("1 000", "1 000 шт."), ("٣", "3 шт."), ("2 тис", "2 000 шт.")):
        await olena.says(typed)
        assert f"— {read}" in olena.sees, typed
        await olena.presses("✏️ 1")
        await olena.presses(uk("✏️ Quantity"))


async def test_dates_that_are_over_or_do_not_exist(olena: Person) -> None:
    await has_a_list(olena)
    await olena.presses(uk("Go on ›"))
    await olena.says("не знаю")
    assert uk(MISREAD["choose"]) in olena.sees, "urgency is chosen, not typed"
    await olena.presses(uk("🟠 Urgent"))
    for typed, hint in (
        ("31.02", "does_not_exist"),
        ("31.02.2027", "does_not_exist"),
        ("23.11.2026", "past"),
        ("1.1.1901", "past"),
        ("24.12.2099", "too_far"),
        ("колись", "not_a_date"),
        ("²4.12", "not_a_date"),
        ("0", "not_a_date"),
    ):
        await olena.says(typed)
        assert uk(MISREAD[hint]) in olena.sees, typed
    await olena.says("24.12")
    for typed, hint in (("-3", "negative"), ("1,5", "whole"), ("купа", "not_a_number")):
        await olena.says(typed)
        assert uk(MISREAD[hint]) in olena.sees, typed


async def test_hostile_text_in_every_field_is_shown_letter_for_letter(olena: Person) -> None:
    await olena.says(HOSTILE)
    await olena.presses("➕")
    await olena.says(HOSTILE)
    await olena.says("3")
    assert AS_SHOWN in olena.sees
    await olena.presses("✏️ 1")
    await olena.presses(uk("✏️ Note"))
    await olena.says(HOSTILE)
    await olena.presses(uk("‹ To the list"))
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟠 Urgent"))
    await olena.presses(uk("Skip"))
    await olena.presses(uk("Skip"))
    await olena.says(HOSTILE)
    await olena.presses(uk("Skip"))
    for button in ("✏️ Settlement", "✏️ Do not send"):
        await olena.presses(uk(button))
        await olena.says(HOSTILE)
    await olena.presses(uk("✅ Publish"))
    assert "tg://user?id=1" in olena.sees, "a link to an account is asked about first"
    assert await olena.presses(uk("📢 Publish anyway")) == uk("Published")
    card = await olena.waits_for("0/3")
    assert card.count(AS_SHOWN) >= 5
    assert not {"\u202e", "\u200b"} & set(card)


async def test_a_text_of_4096_characters_gets_a_sentence(olena: Person) -> None:
    await has_a_list(olena)
    await olena.says("я" * 4096)
    assert uk("Which one do you mean? Press it, or type another name.") in olena.sees or "яяя" in olena.sees
    await olena.presses("➕")
    await olena.says("ю" * 4096)
    assert uk(MISREAD["too_long"], most="200") in olena.sees
    await olena.presses(uk("Skip"))
    await olena.says("9" * 4096)
    assert uk(MISREAD["too_long"], most="60") in olena.sees
    await olena.says("/cancel")
    await olena.says("ї" * 4096)
    assert uk("That is a lot of text. To search, write one or two words; for a list, press “Post a need” first.") in olena.sees  # fmt: skip


async def test_a_very_long_list_still_fits_a_message(olena: Person) -> None:
    await olena.says("\n".join(f"{'Дуже довга назва ' * 4}{n} (розмір {n}) - {n} шт" for n in range(2, 32)))
    assert uk("<b>Your list</b>") in olena.sees
    await olena.says("\n".join(f"{'Ще довша назва ' * 5}{n} - {n} шт" for n in range(2, 31)))
    assert "59" in "".join(olena.buttons) or uk("Go on ›") in olena.buttons
    await olena.presses(uk("Go on ›"))
    assert uk("🟠 Urgent") in olena.buttons


async def test_stickers_voice_places_and_photos_where_text_is_asked(olena: Person) -> None:
    for sends in (olena.sends_sticker, olena.sends_voice, olena.sends_location, olena.shares_contact):
        await sends()
        assert uk(MISREAD["text"]) in olena.sees
    await olena.sends_photo(PHOTO)
    assert uk(MISREAD["text"]) in olena.sees
    await olena.sends_document(b"x", "list.bin")
    assert uk(MISREAD["text"]) in olena.sees
    await olena.says("/cancel")
    await olena.sends_sticker()
    assert uk("I read text and photos. Write a word to search, or press a button in the menu.") in olena.sees
    await olena.sends_photo(PHOTO)
    assert uk("A photo alone I cannot place. Open the need or the receipt first, then send it.") in olena.sees


async def test_an_album_is_kept_whole_and_the_eleventh_photo_is_refused(olena: Person) -> None:
    await has_a_list(olena)
    await olena.presses(uk("Go on ›"))
    await olena.presses(uk("🟠 Urgent"))
    for _ in range(3):
        await olena.presses(uk("Skip"))
    await olena.sends_document(b"not a photo", "scan.pdf")
    assert uk(MISREAD["not_a_photo"]) in olena.sees
    before = len(olena.messages)
    await olena.sends_album(*(png(8, 8 + n) for n in range(3)))
    await olena.waits_for("3 фото")
    assert len(olena.messages) == before + 3 + 1, "one answer to the whole album"
    await olena.sends_album(*(png(9, 8 + n) for n in range(7)))
    await olena.waits_for("10 фото")
    await olena.sends_photo(png(10, 10))
    await olena.waits_for(uk(MISREAD["too_many_photos"]))
    await olena.presses(uk("Go on ›"))
    assert "10 фото" in olena.sees


async def test_an_edited_message_changes_no_answer(olena: Person) -> None:
    await has_a_list(olena)
    before = olena.sees
    await olena.edits_message("ковдри - 999 шт")
    await olena.waits_for(uk("I took your words as they were first. To correct them, write once more."))
    await olena.says("матраци - 5 шт")
    assert before.splitlines()[1] in olena.sees, "200 stand, 999 were never said"
    assert "999" not in olena.sees


async def test_a_forwarded_card_opens_its_need(olena: Person) -> None:
    await olena.says("/cancel")
    await olena.says("/needs")
    await olena.presses("🔴")
    card, shown = olena.last["message_id"], olena.sees
    await olena.forwards(card)
    assert olena.last["message_id"] > card
    assert olena.sees == shown, "the need itself, with its buttons for her"
