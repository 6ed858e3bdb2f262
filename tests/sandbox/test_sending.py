"""The bot writes: texts, edits, files, albums, forwards; people see it as it stands in the chat."""

from datetime import timedelta

import pytest
from telegram import Bot, InputMediaDocument, InputMediaPhoto, KeyboardButton, Message, ReplyKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from sandbox import SandboxServer
from sandbox.client import People
from tests.sandbox.echo import keys, png

OLENA = 1001


@pytest.fixture(autouse=True)
async def _olena_has_started(people: People) -> None:
    await people["Olena"].tells_start()


async def test_html_arrives_as_text_with_entities(bot: Bot, people: People) -> None:
    sent = await bot.send_message(OLENA, "🔴 <b>Генератор</b> &lt;5 кВт&gt;", parse_mode="HTML")
    assert sent.text == "🔴 Генератор <5 кВт>"
    assert sent.parse_entities() == {sent.entities[0]: "Генератор"}
    assert await people["Olena"].looks() == "🔴 Генератор <5 кВт>"


async def test_a_message_is_edited_in_place_and_loses_the_old_keyboard(bot: Bot, people: People) -> None:
    sent = await bot.send_message(OLENA, "one", reply_markup=keys([("Next", "n")]))
    edited = await bot.edit_message_text("two", OLENA, sent.message_id)
    assert isinstance(edited, Message)
    assert edited.edit_date is not None
    olena = people["Olena"]
    assert await olena.looks() == "two"
    assert olena.buttons == []
    assert len(olena.messages) == 2


async def test_the_same_words_again_are_no_edit(bot: Bot) -> None:
    sent = await bot.send_message(OLENA, "one", reply_markup=keys([("Next", "n")]))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("one", OLENA, sent.message_id, reply_markup=keys([("Next", "n")]))
    await bot.edit_message_text("one", OLENA, sent.message_id, reply_markup=keys([("Other", "n")]))
    await bot.edit_message_reply_markup(OLENA, sent.message_id)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await bot.edit_message_reply_markup(OLENA, sent.message_id)


async def test_photos_travel_both_ways_and_can_be_sent_again_by_id(bot: Bot, people: People) -> None:
    picture = png(30, 20)
    sent = await bot.send_photo(OLENA, picture, caption="<i>Proof</i>", parse_mode="HTML")
    assert (sent.photo[-1].width, sent.photo[-1].height, sent.caption) == (30, 20, "Proof")
    file = await bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture
    again = await bot.send_photo(OLENA, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    with pytest.raises(BadRequest, match=r"(?i)can't use file of type Photo as Document"):
        await bot.send_document(OLENA, sent.photo[-1].file_id)
    assert await people["Olena"].looks() == ""


async def test_a_document_keeps_its_name(bot: Bot) -> None:
    sent = await bot.send_document(OLENA, b"a;b", filename="потреби.csv", caption="List")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("потреби.csv", 3)
    changed = await bot.edit_message_caption(OLENA, sent.message_id, caption="New list")
    assert isinstance(changed, Message)
    assert changed.caption == "New list"
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("text", OLENA, sent.message_id)


async def test_media_can_be_exchanged(bot: Bot) -> None:
    sent = await bot.send_photo(OLENA, png(3, 3), caption="old")
    changed = await bot.edit_message_media(
        InputMediaDocument(b"x", filename="act.pdf"), OLENA, sent.message_id
    )
    assert isinstance(changed, Message)
    assert changed.document is not None
    assert not changed.photo


async def test_an_album_is_several_messages_with_one_number(bot: Bot) -> None:
    sent = await bot.send_media_group(
        OLENA, [InputMediaPhoto(png(4, 4)), InputMediaPhoto(png(5, 5))], caption="Both"
    )
    assert [message.photo[-1].width for message in sent] == [4, 5]
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.caption for message in sent] == ["Both", None]


async def test_small_things_are_sent_too(bot: Bot) -> None:
    assert (await bot.send_location(OLENA, 48.0, 30.85)).location is not None
    assert (await bot.send_contact(OLENA, "+380440001004", "Ihor")).contact is not None
    assert (await bot.send_voice(OLENA, b"x")).voice is not None
    assert (await bot.send_sticker(OLENA, b"x")).sticker is not None
    assert await bot.send_chat_action(OLENA, "typing")


async def test_forwards_name_their_origin_and_copies_do_not(bot: Bot, people: People) -> None:
    await people["Marek"].tells_start()
    sent = await bot.send_message(OLENA, "Need K7F3")
    forwarded = await bot.forward_message(1002, OLENA, sent.message_id)
    assert forwarded.forward_origin is not None
    copied = await bot.copy_message(1002, OLENA, sent.message_id)
    marek = people["Marek"]
    assert await marek.looks() == "Need K7F3"
    assert "forward_origin" not in marek.last
    assert marek.last["message_id"] == copied.message_id


async def test_messages_are_deleted_one_by_one_or_together(bot: Bot, people: People) -> None:
    numbers = [(await bot.send_message(OLENA, text)).message_id for text in ("one", "two", "three")]
    await bot.delete_message(OLENA, numbers[2])
    await bot.delete_messages(OLENA, [*numbers[:1], 404])
    assert await people["Olena"].looks() == "two"


async def test_a_reply_keyboard_takes_the_place_of_letters_and_freezes_its_message(
    bot: Bot, people: People
) -> None:
    markup = ReplyKeyboardMarkup([[KeyboardButton("Share my number", request_contact=True)]])
    sent = await bot.send_message(OLENA, "Your number?", reply_markup=markup)
    chat = (await people.get(f"/chats/{OLENA}"))["chat"]
    assert chat["keyboard"]["keyboard"][0][0]["request_contact"] is True
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("Thanks", OLENA, sent.message_id)


async def test_a_reply_shows_what_it_answers(bot: Bot, people: People) -> None:
    olena = people["Olena"]
    await olena.looks()
    sent = await bot.send_message(OLENA, "Yes?", reply_to_message_id=olena.messages[0]["message_id"])
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "/start"


async def test_old_messages_cannot_be_edited_where_the_limit_is_on(
    server: SandboxServer, bot: Bot, people: People
) -> None:
    server.state.edit_age_limit = timedelta(hours=48)
    sent = await bot.send_message(OLENA, "one")
    await people.moves_clock(47 * 3600)
    await bot.edit_message_text("two", OLENA, sent.message_id)
    await people.moves_clock(2 * 3600)
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("three", OLENA, sent.message_id)
    with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
        await bot.delete_message(OLENA, sent.message_id)


async def test_a_person_who_blocked_or_left_hears_nothing(bot: Bot, people: People) -> None:
    olena = people["Olena"]
    await olena.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(OLENA, "x")
    await olena.unblocks()
    await bot.send_message(OLENA, "x")
    await olena.deactivates()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(OLENA, "x")


async def test_failures_can_be_asked_for(server: SandboxServer, bot: Bot, people: People) -> None:
    for kind in ("flood", "server", "gateway", "drop_before", "drop_after"):
        server.state.fail_next("sendMessage", kind)
    with pytest.raises(RetryAfter):
        await bot.send_message(OLENA, "flood")
    for text in ("server", "gateway", "drop_before", "drop_after"):
        with pytest.raises(NetworkError):
            await bot.send_message(OLENA, text)
    await bot.send_message(OLENA, "through")
    await people["Olena"].looks()
    assert people["Olena"].screen.split() == ["/start", "drop_after", "through"]
