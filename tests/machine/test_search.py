"""Needs are found by how their words begin, in either script, newest first, whoever wrote the row."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from domain.search import fold, translit
from domain.words import NeedState, OrganisationKind, OrganisationState, Urgency
from storage import needs, people, search
from storage.engine import Database
from storage.needs import Search
from storage.schema.needs import needs as table
from tests.machine.world import NOON

TEXTS = ("Ґанок і п'єц для лікарні", "Генератор дизельний 5 кВт", "Генератори бензинові", "Ковдри п’ятсот")


def fill(conn: Connection) -> list[int]:
    """Rows as any version of the code writes them: it knows the column, not what searches in it."""
    official = people.add_person(conn, account=1, name="O", language="uk", created_at=NOON)
    home = people.add_organisation(
        conn,
        kind=OrganisationKind.HROMADA,
        state=OrganisationState.VERIFIED,
        name="Громада",
        country="UA",
        created_by=official.id,
        created_at=NOON,
    )
    return [_post(conn, home.id, official.id, text) for text in TEXTS]


def _post(conn: Connection, organisation_id: int, person_id: int, text: str) -> int:
    values = {
        "organisation_id": organisation_id,
        "oblast": "UA48",
        "state": NeedState.OPEN,
        "urgency": Urgency.URGENT,
        "language": "uk",
        "posted_by": person_id,
        "posted_at": NOON,
        "confirm_by": NOON + timedelta(days=7),
        "search": fold(text + " " + translit(text)),
    }
    made: int = conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    return made


def found(conn: Connection, words: str, before: int | None = None, limit: int = 10) -> list[int]:
    wanted = Search(words=tuple(fold(words).split()))
    assert needs.count(conn, wanted) == len(needs.find(conn, wanted, None, 100))
    return [need.id for need in needs.find(conn, wanted, before, limit)]


@pytest.fixture
async def ids(db: Database) -> list[int]:
    return await db.write(fill)


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("генератор", [2, 1]),
        ("ГЕНЕРАТОР", [2, 1]),
        ("henerator", [2, 1]),
        ("генер диз", [1]),
        ("диз генер", [1]),
        ("ганок", [0]),
        ("ґанок", [0]),
        ("пєц", [0]),
        ("п’єц", [0]),
        ("пʼятсот", [3]),
        ("ератор", []),
        ("генератор ковдри", []),
        ('"', []),
        ("OR", []),
        ("* AND (", []),
        ("5", [1]),
    ],
)
async def test_what_is_found(db: Database, ids: list[int], words: str, which: list[int]) -> None:
    expected = [ids[at] for at in which] if fold(words) else ids[::-1]
    assert await db.read(found, words) == expected


@pytest.mark.parametrize(("near", "some"), [(0, 0), (1, 1), (100, 0), (0, 100), (100, 100)])
@pytest.mark.parametrize("filters", [{}, {"oblast": "UA48"}, {"oblast": "UA12"}, {"urgency": Urgency.URGENT}])
async def test_however_it_is_looked_for_the_same_is_found(
    db: Database,
    ids: list[int],
    monkeypatch: pytest.MonkeyPatch,
    near: int,
    some: int,
    filters: dict[str, Any],
) -> None:
    """Few are sorted, of many the newest are walked: which of the two may only be a matter of time."""
    for name, value in (("NEAR", near), ("SOME", some)):
        monkeypatch.setattr(search, name, value)
    there = {"oblast": "UA48", "urgency": Urgency.URGENT}
    for words, which in (("генератор", [2, 1]), ("лікарн", [0]), ("генератор 5", [1]), ("човен", [])):
        wanted = Search(words=tuple(fold(words).split()), **filters)
        expected = which if filters.items() <= there.items() else []
        for before in (None, ids[2], ids[1]):
            older = [ids[at] for at in expected if before is None or ids[at] < before]
            found = await db.read(needs.find, wanted, before, 10)
            assert [need.id for need in found] == older
            assert [need.id for need in await db.read(needs.find, wanted, before, 1)] == older[:1]


async def test_page_by_page(db: Database, ids: list[int]) -> None:
    assert await db.read(found, "генератор", None, 1) == [ids[2]]
    assert await db.read(found, "генератор", ids[2], 1) == [ids[1]]
    assert await db.read(found, "генератор", ids[1], 1) == []


async def test_what_is_edited_or_closed_is_found_as_it_stands(db: Database, ids: list[int]) -> None:
    def change(conn: Connection, /, need_id: int, **values: object) -> None:
        conn.execute(update(table).where(table.c.id == need_id).values(**values))

    await db.write(change, ids[1], search=fold("Сонячна панель"))
    await db.write(change, ids[2], state=NeedState.CANCELLED)
    assert await db.read(found, "генератор") == []
    assert await db.read(found, "сонячн") == [ids[1]]


async def test_letters_that_are_nothing_find_nothing(db: Database, ids: list[int]) -> None:
    empty = Search(words=("\u0301",))
    assert await db.read(needs.find, empty, None, 10) == []
