"""What 0011 makes of links that are out and of people who coordinate."""

from hashlib import sha256

import pytest
from sqlalchemy import Connection, text

from storage import invites, people
from storage.migrate import upgrade, within
from tests.databases import Fresh

TOKENS = {"short-one": 1, "x" * 32: 2}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def blank(request: pytest.FixtureRequest, tmp_path: object) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/old.db"
    fresh: Fresh = request.getfixturevalue("postgres")
    return fresh("template1")


def _fill(conn: Connection) -> None:
    for number, coordinator in ((1, True), (2, True), (3, False)):
        conn.execute(
            text(
                "INSERT INTO people (id, account, name, language, coordinator, created_at)"
                " VALUES (:id, :id, 'X', 'uk', :coordinator, '2026-01-01 00:00:00')"
            ),
            {"id": number, "coordinator": coordinator},
        )
    for token, number in TOKENS.items():
        conn.execute(
            text(
                "INSERT INTO invites (id, token, coordinator, created_at, expires_at, used_by)"
                " VALUES (:id, :token, :coordinator, '2026-01-01 00:00:00', '2027-01-01 00:00:00', :used_by)"
            ),
            {"id": number, "token": token, "coordinator": number == 2, "used_by": 2 if number == 2 else None},
        )
    conn.execute(
        text(
            "INSERT INTO drafts (person_id, form, step, data, active, started_at, touched_at)"
            " VALUES (3, 'hromada', 'hromada', :data, true, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
        ),
        {"data": '{"token": "short-one", "found": ["UA1"]}'},
    )
    conn.execute(
        text(
            "INSERT INTO outbox (chat_id, lane, screen, params, not_before, state, created_at)"
            " VALUES (3, 0, 'invite_link', :params, '2026-01-01 00:00:00', 'sent', '2026-01-01 00:00:00')"
        ),
        {"params": '{"token": "short-one"}'},
    )


async def test_tokens_are_hashed_in_place_and_coordinators_told_apart(blank: str) -> None:
    await upgrade(blank, "0010")
    await within(blank, _fill)
    await upgrade(blank)

    def look(conn: Connection) -> tuple[list[str], list[tuple[int, bool, bool]]]:
        rows = [invites.by_hash(conn, sha256(token.encode()).hexdigest()) for token in TOKENS]
        known = [people.person(conn, number) for number in (1, 2, 3)]
        return [each.token for each in rows if each], [(p.id, p.by_settings, p.appointed) for p in known]

    def words(conn: Connection) -> list[str]:
        both = "SELECT data FROM drafts UNION ALL SELECT params FROM outbox"
        return sorted(conn.execute(text(both)).scalars())

    assert await within(blank, words) == ['{"found": ["UA1"], "invite_id": 1}', '{"invite_id": 1}']
    tokens, coordinators = await within(blank, look)
    assert len(tokens) == len(TOKENS), "links that are out keep working"
    assert not set(tokens) & set(TOKENS)
    assert coordinators == [(1, True, False), (2, False, True), (3, False, False)]
