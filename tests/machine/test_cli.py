"""What an operator types, and what she reads."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import Settings
from domain.actor import Actor
from services import digests
from services import people as membership
from storage import chats, inbox, outbox, people
from storage.engine import Connection, open_database
from tests.machine.world import NOON


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)


def types(*words: str, **kw: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False, **kw)  # type: ignore[arg-type]


def put_aside(url: str) -> None:
    async def go() -> None:
        db = open_database(url)
        await db.write(inbox.store, NOON, [(41, 7, '{"update_id": 41, "message": {"text": "Привіт [b]"}}')])
        await db.write(inbox.bury, 41, "KeyError: 'chat'")
        await db.close()

    asyncio.run(go())


def test_help_names_every_command() -> None:
    said = types("--help").output
    for name in (
        "run",
        "sandbox",
        "migrate",
        "check",
        "invite",
        "inbox",
        "deliveries",
        "mydata",
        "forget",
        "backup",
        "restore",
    ):
        assert f"\n  {name} " in said


def a_person(url: str) -> None:
    async def go() -> None:
        db = open_database(url)
        known = {"account": 11, "name": "Olena", "language": "uk", "phone": "+380", "created_at": NOON}
        await db.write(lambda conn: people.add_person(conn, **known))
        await db.write(lambda conn: chats.see(conn, 11, kind="private", person_id=1, seen_at=NOON))
        await db.close()

    asyncio.run(go())


def test_who_asks_by_letter_gets_their_data_and_is_forgotten(sqlite_url: str) -> None:
    types("migrate")
    a_person(sqlite_url)
    data = json.loads(types("mydata", "1").output)
    assert data["data"]["people"][0]["name"] == "Olena"
    assert "no person 9" in types("mydata", "9").output
    assert types("forget", "1", input="n\n").exit_code == 1
    assert types("forget", "1", "--yes").output == "Person 1 is forgotten.\n"
    assert "forgotten before" in types("forget", "1", "--yes").output
    assert types("mydata", "1").exit_code == 1


def order(url: str) -> None:
    """A group that has a digest, had one message, and could not be sent another."""

    def fill(conn: Connection) -> None:
        person = people.add_person(conn, account=1, name="Ihor", language="uk", created_at=NOON)
        chats.see(conn, -77, kind="group", title="Lublin [helps]", reachable=False, seen_at=NOON)
        actor = Actor(person.id, NOON)
        digests.subscribe(conn, actor, -77, 8, "Europe/Warsaw")
        digests.toggle_filter(conn, actor, -77, "digest", "sector", "energy")
        digests.set_quiet(conn, actor, -77, 22, 7, "Europe/Warsaw")
        for screen in ("help", "digest", "need"):
            outbox.show(conn, NOON, chat_id=-77, screen=screen, params={}, lane=outbox.Lane.NOTICE)
        said = outbox.row(conn, 1)
        assert said
        outbox.mark_sent(conn, NOON, said, 5)
        outbox.skip(conn, 2, "Forbidden: bot was kicked")

    async def go() -> None:
        db = open_database(url)
        await db.write(fill)
        await db.close()

    asyncio.run(go())


def test_what_a_chat_was_sent_and_why_not(sqlite_url: str) -> None:
    assert "never met chat -77" in types("deliveries", "--", "-77").output
    order(sqlite_url)
    said = types("deliveries", "--", "-77").output
    assert "Lublin [helps]: NOT reachable" in said
    assert "quiet from 22:00 to 07:00" in said
    assert '08:00 Europe/Warsaw; {"sector":["energy"]}' in said
    for words in ("sent 2026", "skipped", "kicked", "waits for its turn"):
        assert words in said
    assert "kicked" not in types("deliveries", "--last", "1", "--", "-77").output


def test_a_wrong_setting_ends_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "many")
    result = types("check")
    assert result.exit_code == 1
    assert result.output.startswith("Error: PORT is wrong")
    assert len(result.output.splitlines()) == 1


def test_dead_letters_from_finding_to_dropping(sqlite_url: str) -> None:
    assert "Nothing was put aside" in types("inbox", "list").output
    put_aside(sqlite_url)
    assert "KeyError: 'chat'" in types("inbox", "list").output
    assert "Привіт [b]" in types("inbox", "show", "41").output
    assert "waits for the bot again" in types("inbox", "retry", "41").output
    refused = types("inbox", "drop", "41", "--yes")
    assert refused.exit_code == 1
    assert "inbox list" in refused.output
    put_aside(sqlite_url)
    assert "is gone" in types("inbox", "drop", "41", "--yes").output
    assert types("inbox", "show", "41").exit_code == 1


def test_a_backup_and_back(tmp_path: Path) -> None:
    assert "checked" in types("backup", "copy.db").output
    assert "--force" in types("backup", "copy.db").output
    assert "--force" in types("restore", "copy.db").output
    assert "kept at" in types("restore", "copy.db", "--force").output.replace("\n", " ")


def test_check_says_what_is_fine_and_how_to_go_live() -> None:
    result = types("check")
    assert result.exit_code == 0, result.output
    assert "BOT_TOKEN" in result.output


def test_check_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:TEST-TOKEN")
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    result = types("check")
    assert result.exit_code == 1
    assert "does not answer" in result.output.replace("\n", " ")


def test_an_invite_needs_to_know_to_what() -> None:
    assert "--coordinator" in types("invite").output
    assert "BOT_TOKEN" in types("invite", "--coordinator").output


def test_migrate_says_where_it_stands() -> None:
    assert "The database is at revision" in types("migrate").output


def test_one_role_alone_needs_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:TOKEN")
    result = types("run", "--role", "sender")
    assert result.exit_code == 1
    assert "needs PostgreSQL" in result.output


def somebody(url: str, *, coordinator: bool = False) -> None:
    """Two people, an organisation, and the settings' coordinator."""

    def fill(conn: Connection) -> None:
        made = people.add_person(
            conn, account=77, name="Olena [K]", language="uk", coordinator=coordinator, created_at=NOON
        )
        chats.see(conn, 77, kind="private", person_id=made.id, seen_at=NOON)
        membership.register_partner(conn, Actor(made.id, NOON), "ngo", "Pomoc", "PL", "Łódź")

    async def go() -> None:
        db = open_database(url)
        await db.write(fill)
        await db.close()

    asyncio.run(go())


def test_people_are_found_switched_off_and_on_at_the_keyboard(sqlite_url: str) -> None:
    assert "Nobody is called like that" in types("people", "list").output
    somebody(sqlite_url)
    assert "Olena [K]" in types("people", "list", "олен").output + types("people", "list", "olen").output
    assert "Pomoc" in types("organisations", "list", "pomoc").output
    assert "member 1: pending for 1 Pomoc" in types("people", "show", "1").output
    assert "Member 1 is verified." in types("people", "verify", "1").output
    assert "suspended" in types("people", "suspend", "1").output
    assert "That is so already" in types("people", "suspend", "1").output
    assert "standing: suspended" in types("people", "show", "1").output
    assert "may act again" in types("people", "restore", "1").output
    assert "is suspended" in types("organisations", "suspend", "1").output
    assert "state: suspended" in types("organisations", "show", "1").output
    assert "may act again" in types("organisations", "restore", "1").output
    shown = types("people", "show", "1").output
    for kind in ("member_asked", "member_verified", "person_suspended", "person_restored"):
        assert kind in shown
    for command in ("people show 99", "people suspend 99", "organisations show 99", "people verify 99"):
        result = types(*command.split())
        assert result.exit_code == 1
        assert len(result.output.splitlines()) == 1, result.output


def test_coordinators_are_appointed_and_the_last_one_stays(sqlite_url: str) -> None:
    somebody(sqlite_url)
    assert "is a coordinator" in types("people", "appoint", "1").output
    assert "coordinator by appointment" in types("people", "list").output
    assert "last coordinator" in types("people", "dismiss", "1").output


def test_check_says_who_coordinates_and_by_what(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Coordinators: nobody" in types("check").output
    somebody(sqlite_url)
    types("people", "appoint", "1")
    monkeypatch.setenv("COORDINATORS", "555")
    said = types("check").output.replace("\n", " ")
    assert "by appointment 77" in said
    assert "from the next start on also 555" in said
