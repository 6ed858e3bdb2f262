"""Two people press at the same moment, or one presses twice: it happens once, and everybody is told the truth."""

import asyncio

import pytest

from domain.words import PledgeState
from sandbox.client import People, Person
from storage import events, giving, needs
from storage.engine import Connection, Database
from tests.story.says import de, pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """The last generator: one need of Olena's, one line, one piece."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 1000)


async def goes_to_the_last_question(person: Person, code: str, pledge: str, firm: str) -> None:
    """Everything but the press that promises."""
    await person.says(code)
    await person.presses(pledge)
    await person.says("1")
    await person.presses(firm)


def _given(conn: Connection) -> tuple[list[PledgeState], int | None]:
    """The states of all pledges for Olena's need, and what is still open of it."""
    found = max(needs.find(conn, needs.Search(), None, 50), key=lambda need: need.id)
    states = [each.state for each in giving.pledges_of_need(conn, found.id)]
    return states, needs.lines_of(conn, found.id)[0].open


async def test_the_last_generator_goes_to_one_and_the_other_hears_it(
    people: People, db: Database, code: str
) -> None:
    marek, greta = people["Marek"], people["Greta"]
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), pl("🤝 Firm promise"))
    await goes_to_the_last_question(greta, code, de("🤝 Pledge"), de("🤝 Firm promise"))
    toasts = await asyncio.gather(marek.presses(pl("Skip")), greta.presses(de("Skip")))
    thanks = {pl("Thank you! The hromada is told now."), de("Thank you! The hromada is told now.")}
    faster = {
        pl("Somebody was faster: only {left} is still open.", left="0 szt."),
        de("Somebody was faster: only {left} is still open.", left="0 Stk."),
    }
    assert len(thanks & set(toasts)) == 1, toasts
    assert len({toast.replace("\N{NO-BREAK SPACE}", " ") for toast in toasts} & faster) == 1, toasts
    assert await db.read(_given) == ([PledgeState.PROMISED], 0)
    assert await db.read(events.broken_chains) == []


async def test_a_double_press_promises_once(people: People, db: Database, code: str) -> None:
    marek = people["Marek"]
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), pl("⏳ Hold for {hours} hours", hours=72))
    await asyncio.gather(marek.presses(pl("Skip")), marek.presses(pl("Skip")))
    assert await db.read(_given) == ([PledgeState.HELD], 0)
    await people["Olena"].waits_for("Miasto Lublin")
    assert people["Olena"].screen.count("Miasto Lublin · ") == 1, "one notice"


async def test_accepted_and_withdrawn_at_the_same_moment(people: People, db: Database, code: str) -> None:
    marek, olena = people["Marek"], people["Olena"]
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), pl("🤝 Firm promise"))
    await marek.presses(pl("Skip"))
    await olena.waits_for("Miasto Lublin")
    await marek.presses(pl("↩️ Withdraw"))
    accepted, _ = await asyncio.gather(
        olena.presses(uk("✅ Accept")), marek.presses(pl("↩️ Yes, withdraw it"))
    )
    assert accepted in (
        uk("Accepted. Now you see each other's contacts."),
        uk("This has changed meanwhile. Here is how it stands now."),
    )
    assert await db.read(_given) == ([PledgeState.WITHDRAWN], 1000), "the generator is open again"
    assert await db.read(events.broken_chains) == []


async def test_a_button_under_an_old_message_answers_in_a_new_one(people: People, code: str) -> None:
    marek = people["Marek"]
    await marek.says(code)
    card = marek.last["message_id"]
    await people.moves_clock(seconds=60 * 3600)
    await marek.presses(pl("🤝 Pledge"))
    assert marek.last["message_id"] > card, "what is two days old cannot be edited any more"
    assert code in "".join(
        str(message.get("text")) for message in marek.messages if message["message_id"] == card
    )


async def test_a_press_of_another_version_or_of_somebody_else_is_told_so(people: People, code: str) -> None:
    marek, greta = people["Marek"], people["Greta"]
    for data in ("0x", "2sneed:1", "💥", "1apledge", "1apledge:1:2:3", "\u0000", "1anobody:1"):
        said = await marek.presses_data(data)
        assert said == pl("This button is from an older message. Here is the menu.")
    await marek.says(code)
    await marek.presses(pl("🤝 Pledge"))
    choices = marek.last["reply_markup"]["inline_keyboard"]
    theirs = next(button["callback_data"] for row in choices for button in row)
    assert await greta.presses_data(theirs) == de("This has changed meanwhile. Here is how it stands now.")
    assert marek.last["reply_markup"]["inline_keyboard"] == choices
