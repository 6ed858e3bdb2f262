"""People who leave, block and come back; groups that throw the bot out or grow up."""

import pytest

from sandbox.client import People
from storage import chats, subscriptions
from storage.engine import Database
from tests.story.says import de, en, pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.story.test_two_at_once import goes_to_the_last_question

HEADQUARTERS = -5001
MAREK = 1002


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena's need of four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


async def test_a_partner_who_blocked_the_bot_loses_nothing(people: People, db: Database, code: str) -> None:
    marek, olena = people["Marek"], people["Olena"]
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), pl("🤝 Firm promise"))
    await marek.presses(pl("Skip"))
    await olena.waits_for("Miasto Lublin")
    await marek.blocks()
    assert await olena.presses(uk("✅ Accept")) == uk("Accepted. Now you see each other's contacts.")
    await olena.waits_for("+00 000 00 00")
    known = await db.read(chats.chat, MAREK)
    assert known is not None
    assert not known.reachable
    await marek.starts()
    await marek.presses(pl("🤝 Our pledges"))
    assert pl("✅ accepted") in marek.sees


async def test_a_deleted_account_stops_nobody_else(people: People, code: str) -> None:
    await people["Greta"].deactivates()
    marek = people["Marek"]
    await goes_to_the_last_question(marek, code, pl("🤝 Pledge"), pl("🤝 Firm promise"))
    assert await marek.presses(pl("Skip")) == pl("Thank you! The hromada is told now.")
    await people["Olena"].waits_for("Miasto Lublin")


async def test_a_group_that_removes_the_bot_hears_nothing_and_may_call_it_back(
    people: People, db: Database
) -> None:
    group = people["Ihor"].in_group(HEADQUARTERS)
    await group.removes_bot()
    olena = people["Olena"]
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.says("перво")
    await olena.presses("Первомайська · Миколаївська")
    await olena.presses(uk("👍 I agree"))
    await olena.waits_for(uk("Your phone number, please, with the country code: <code>+380 67 123 45 67</code>. Only the other side of an accepted pledge will see it."))  # fmt: skip
    ihor = people["Ihor"]
    await ihor.waits_for("Olena Kovalenko")  # no group to tell, so each coordinator is told
    assert await ihor.presses(en("✅ Verify")) == en("Verified.")
    await group.adds_bot()
    await group.waits_for_button(en("Write to me in private"))
    await group.says("/needs")
    assert en("Open needs") in group.sees


async def test_a_group_that_becomes_a_supergroup_keeps_its_digest_and_its_work(
    people: People, db: Database
) -> None:
    group = people["Ihor"].in_group(HEADQUARTERS)
    await group.says("/subscribe")
    await group.presses("18:00")
    new = await group.upgrades_group()
    olena = people["Olena"]
    await olena.presses(uk("🏛 I represent a hromada"))
    await olena.says("перво")
    await olena.presses("Первомайська · Миколаївська")
    await group.waits_for("Olena Kovalenko")
    assert await group.presses(en("✅ Verify")) == en("Verified.")
    kept = await db.read(subscriptions.subscription, new, "digest")
    assert kept is not None
    assert (kept.active, kept.hour) == (True, 18)
    assert await db.read(chats.chat, HEADQUARTERS) is None


async def test_in_a_group_the_bot_speaks_when_called_and_only_for_coordinators_decides(
    people: People,
) -> None:
    greta = people["Greta"].in_group(HEADQUARTERS)
    greta.patience = 1.0
    before = await greta.looks()
    assert await greta.says("Guten Morgen zusammen") == before, "silent unless addressed"
    await greta.says("/subscribe")
    assert await greta.looks() == before or en("You may not do this here. Nothing was changed.") in greta.sees
    greta.patience = 5.0
    await greta.says("/need 000000")
    assert en("There is nothing with the code {code}. Please check the letters.", code="000000") in greta.sees
    assert de("Menu") not in greta.sees
