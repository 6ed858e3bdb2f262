"""Buttons of a form that was left and begun again do nothing to the new one."""

from sandbox.client import People
from tests.story.says import pl


async def test_an_old_question_does_not_answer_the_new_one(people: People) -> None:
    marek = people["Marek"]
    await marek.says("/needs")
    await marek.presses("🔴")
    await marek.presses(pl("🤝 Pledge"))
    await marek.presses("Mobilna kotłownia")
    await marek.presses("1 szt.")
    await marek.presses(pl("Go on ›"))
    old = marek.last
    firm = next(
        button["callback_data"]
        for row in old["reply_markup"]["inline_keyboard"]
        for button in row
        if button["text"] == pl("🤝 Firm promise")
    )
    await marek.says("/needs")
    await marek.presses("🟢")
    await marek.presses(pl("🤝 Pledge"))
    await marek.presses("Laptop")
    await marek.says("2")
    await marek.presses(pl("Go on ›"))
    before = marek.sees
    said = await marek.presses_data(firm, old["message_id"])
    assert said, "the old button says that things have changed"
    await marek.looks()
    assert marek.sees == before, "and the new question still waits"
    await marek.presses(pl("🤝 Firm promise"))
    await marek.presses(pl("Skip"))
    await marek.waits_for(pl("🤝 promised"))
    assert "Laptop" in marek.sees
