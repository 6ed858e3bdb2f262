"""A partner is suspended: what it held is free at once, and the hromada decides about its promise in one press."""

import pytest

from domain.words import PledgeState
from handlers.screens.needs import by_code
from sandbox.client import People
from storage import giving, needs, people
from storage.engine import Connection, Database
from tests.story.says import en, pl, uk
from tests.story.shortcuts import olena_asks_for_generators, olena_is_verified
from tests.story.test_followups import HOUR, marek_gives

MAREK = 1002


def _membership(conn: Connection, account: int) -> int:
    known = people.by_account(conn, account)
    assert known is not None
    assert known.acting_for is not None
    found = people.membership(conn, known.id, known.acting_for)
    assert found is not None
    return found.id


def _line(conn: Connection, code: str) -> tuple[int | None, list[PledgeState]]:
    need = by_code(conn, code)
    assert need is not None
    return needs.lines_of(conn, need.id)[0].open, [
        each.state for each in giving.pledges_of_need(conn, need.id)
    ]


@pytest.fixture
async def code(people: People, db: Database) -> str:
    """Olena asks for four generators."""
    await olena_is_verified(db)
    await people["Olena"].starts()
    return await olena_asks_for_generators(db, 4000)


@pytest.mark.parametrize("answer", ["✖️ End it", "👍 Keep it", ""])
async def test_the_other_side_decides_or_the_line_is_free_after_a_week(
    people: People, code: str, db: Database, answer: str
) -> None:
    marek, olena, ihor = people["Marek"], people["Olena"], people["Ihor"]
    await marek_gives(marek, code, pl("🤝 Firm promise"))
    await olena.waits_for("Miasto Lublin")
    await ihor.says(f"/start v_{await db.read(_membership, MAREK)}")
    await ihor.presses(en("⏸ Suspend"))
    await olena.waits_for("цю організацію більше ніхто не представляє")
    if answer:
        await olena.presses(uk(answer))
    else:
        await people.moves_clock(7 * 24 * HOUR)
        await olena.waits_for("Обіцянку завершено")
    left, states = await db.read(_line, code)
    kept = answer == "👍 Keep it"
    assert left == (3000 if kept else 4000)
    assert states == [
        PledgeState.PROMISED if kept else PledgeState.DECLINED if answer else PledgeState.WITHDRAWN
    ]
    await marek.says("/pledges")
    assert "Agregat" not in marek.sees
