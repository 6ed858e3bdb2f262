"""Questions and answers of the version before become threads; its own table stays as it was."""

from sqlalchemy import Connection, text

from storage.migrate import upgrade, within
from tests.machine.test_released import blank as blank
from tests.machine.test_released import counts, fill, frozen


def threads(conn: Connection) -> list[tuple[object, ...]]:
    query = """
        SELECT thread.need_id, thread.organisation_id, message.organisation_id, message.person_id, message.text,
            message.language, message.burst = message.id, message.question_id
        FROM messages AS message JOIN threads AS thread ON thread.id = message.thread_id ORDER BY message.id
    """
    return [tuple(row) for row in conn.execute(text(query))]


async def test_questions_and_answers_become_one_thread_a_partner(blank: str) -> None:
    await upgrade(blank, "0004")
    await within(blank, lambda conn: fill(conn, "0004"))
    asked = frozen("0004")["questions"]
    assert [each["answer"] is not None for each in asked] == [False, False, True]
    await upgrade(blank)
    giver, hromada = asked[0]["from_organisation"], asked[0]["to_organisation"]
    found = await within(blank, threads)
    assert {(row[0], row[1]) for row in found} == {(asked[0]["need_id"], giver)}
    assert sorted((str(row[4]), row[2], row[7]) for row in found) == [
        ("May-we-ask", hromada, asked[1]["id"]),
        ("May-we-ask", giver, asked[0]["id"]),
        ("May-we-ask", giver, asked[2]["id"]),
        ("May-we-ask, yes", hromada, asked[2]["id"]),
    ]
    assert all(row[6] for row in found), "each was told of by itself"
    assert found[-1][4] == "May-we-ask, yes", "an answer follows its question"
    assert (await within(blank, counts))["questions"] == len(asked)


async def test_the_version_before_goes_on_asking_on_the_new_schema(blank: str) -> None:
    await upgrade(blank, "0004")
    await within(blank, lambda conn: fill(conn, "0004"))
    await upgrade(blank)

    def ask(conn: Connection) -> None:
        row = conn.execute(text("SELECT * FROM questions ORDER BY id LIMIT 1")).one()._mapping
        columns = [name for name in row if name != "id"]
        copy = f"INSERT INTO questions (id, {', '.join(columns)}) SELECT 404, {', '.join(columns)} FROM questions"
        conn.execute(text(f"{copy} ORDER BY id LIMIT 1"))

    before = (await within(blank, counts))["questions"]
    await within(blank, ask)
    assert (await within(blank, counts))["questions"] == before + 1
