"""``hromada-bridge``: everything an operator does at the keyboard."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table
from telegram.error import InvalidToken, TelegramError

from bot import checks, console
from bot import deliveries as delivered
from bot.app import serve
from bot.console import in_database, out
from bot.line import make_telegram, username_of
from bot.logging import set_up
from bot.parts import Role
from bot.refusals import as_markdown as refusals_as_markdown
from bot.rights_cli import operator, organisations_group, people_group
from bot.settings import Settings
from bot.web import PortTaken
from domain.actor import Actor
from domain.errors import NotFound
from domain.notices import as_markdown
from services import invites, privacy
from storage import backup as copies
from storage import inbox as letters
from storage import move as moving
from storage.engine import Connection, Database
from storage.inbox import InboxRow
from storage.migrate import Trouble, upgrade, within
from storage.roles import NoSuchRole, ServerTooOld, StillMay, grant


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hromada-bridge")
def main() -> None:
    """Hromada Bridge: hromadas and partners coordinate humanitarian aid in Telegram.

    Settings come from the environment or from .env; .env.example explains each of them.
    """


@main.command()
@click.option(
    "--role",
    type=click.Choice([each.value for each in Role]),
    default=Role.ALL.value,
    help="What this process does. With PostgreSQL there may be any number of web and worker processes; of"
    " sender and ticker one works and the others stand ready.",
)
def run(role: str) -> None:
    """Run the bot; without BOT_TOKEN, the sandbox."""
    settings = console.settings()
    if role != Role.ALL and settings.database_url.startswith("sqlite"):
        console.stop("--role needs PostgreSQL: SQLite serves one process. Leave --role out, or see 'move'.")
    set_up(settings.log_level, settings.log_format)
    if settings.bot_token is None:
        _sandbox(settings)
        return
    try:
        asyncio.run(serve(settings, role=Role(role)))
    except InvalidToken:
        console.stop("BOT_TOKEN is wrong: Telegram refuses it. Copy it again from @BotFather into .env.")
    except PortTaken as error:
        console.stop(f"WEB_HOST or WEB_PORT is wrong: {error}. Set another WEB_PORT.")
    except Trouble as error:
        console.stop(f"DATABASE_URL is wrong or the database is down: {error}")


@main.command()
def sandbox() -> None:
    """Try everything without a token: a local Telegram with a web page and a small believable world."""
    settings = console.settings()
    set_up(settings.log_level, settings.log_format)
    _sandbox(settings)


def _sandbox(settings: Settings) -> None:
    from bot.sandbox_run import run_sandbox  # a real bot never loads it

    try:
        asyncio.run(run_sandbox(settings, out.print))
    except OSError as error:
        console.stop(
            f"The sandbox cannot listen on {settings.host}:{settings.port} ({error}). Set another PORT."
        )


@main.command()
@click.option(
    "--grant",
    "role",
    metavar="ROLE",
    help="PostgreSQL: let this role run the bot. It may add to the history, and neither change it nor any table's shape.",
)
def migrate(role: str | None) -> None:
    """Bring the database to the newest schema. 'run' does this by itself, where it may."""
    settings = console.settings()
    if role and settings.database_url.startswith("sqlite"):
        console.stop("--grant is for PostgreSQL: a file has no roles.")
    try:
        revision = asyncio.run(upgrade(settings.database_url))
        if role:
            asyncio.run(within(settings.database_url, lambda conn: grant(conn, role)))
    except NoSuchRole:
        console.stop(f"There is no role {role!r}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '...'")
    except StillMay:
        console.stop(
            f"{role} could change the history all the same: it owns the tables, is a superuser, or belongs to a role that may."
            " Nothing was granted. Let the bot run as a role of its own."
        )
    except ServerTooOld:
        console.stop("--grant needs PostgreSQL 17 or newer. Nothing was granted.")
    except Trouble as error:
        console.stop(f"The database could not be migrated, nothing was changed: {error}")
    out.print(f"The database is at revision {revision or 'none'}.")
    if role:
        out.print(f"{role} may run the bot, and add to the history without changing it.", markup=False)


@main.command()
@click.option(
    "--seal",
    default="",
    metavar="HASH",
    help="A seal that stood in the coordinators' chat or in a copy's name: is it part of this history?",
)
def check(seal: str) -> None:
    """Look at settings, database, history and token; say what is wrong and how to mend it."""
    if seal and not re.fullmatch(r"[0-9a-f]{8,64}", seal):
        console.stop("--seal is wrong: it is the hash of a seal, at least its first eight letters.")
    settings = console.settings()

    async def go() -> bool:
        fine = True
        async for finding in checks.findings(settings, seal):
            out.print(("✓ " if finding.fine else "✗ ") + finding.says, markup=False)
            fine = fine and finding.fine
        return fine

    if not asyncio.run(go()):
        raise click.exceptions.Exit(1)


@main.command()
def refusals() -> None:
    """Print what follows from each no of the Bot API: the table of docs/refusals.md."""
    click.echo(refusals_as_markdown())


@main.command()
def notices() -> None:
    """Print who hears of what: the table of docs/notices.md."""
    click.echo(as_markdown())


@main.command()
@click.option("--org", type=int, metavar="ID", help="Whoever opens the link acts for this organisation.")
@click.option("--anybody", is_flag=True, help="Whoever opens the link acts for an organisation they name.")
@click.option("--coordinator", is_flag=True, help="Whoever opens the link becomes a coordinator.")
def invite(org: int | None, anybody: bool, coordinator: bool) -> None:
    """Print a one-time link that verifies whoever opens it first. It is printed once: nobody can look it up later."""
    if not (org or anybody or coordinator) or (anybody and (org or coordinator)):
        console.stop("An invite to what? Add --org ID, --coordinator or both, or --anybody.")
    settings = console.settings()
    if settings.bot_token is None:
        console.stop("BOT_TOKEN is missing: the link needs the bot's name. Set it in .env.")

    async def go(db: Database) -> str:
        name = await _username(settings)
        made = await db.write(
            invites.make, operator(), settings.link_secret, organisation_id=org, coordinator=coordinator
        )
        return f"https://t.me/{name}?start=i_{made.token}"

    try:
        link = in_database(settings.database_url, go, changes=True)
    except TelegramError as error:
        console.stop(f"Telegram did not tell the bot's name ({error}). Try 'hromada-bridge check'.")
    except NotFound:
        console.stop(f"There is no organisation {org}. See: hromada-bridge organisations list")
    out.print(link, markup=False)


async def _username(settings: Settings) -> str:
    telegram, polls = make_telegram(settings)
    try:
        return await username_of(telegram)
    finally:
        await telegram.request.shutdown()
        await polls.shutdown()


main.add_command(people_group)
main.add_command(organisations_group)


@main.group()
def inbox() -> None:
    """Updates that broke our code and were put aside."""


@inbox.command("list")
def inbox_list() -> None:
    """The newest hundred, one a line."""
    rows = in_database(console.settings().database_url, lambda db: db.read(letters.dead_letters))
    if not rows:
        out.print("Nothing was put aside.")
        return
    table = Table("update", "received", "tries", "what went wrong")
    for row in rows:
        table.add_row(
            str(row.update_id), f"{row.received_at:%Y-%m-%d %H:%M}", str(row.attempts), _first_line(row)
        )
    out.print(table)


def _first_line(row: InboxRow) -> str:
    return (row.error or "").split("\n")[0][:90]


@inbox.command("show")
@click.argument("update_id", type=int)
def inbox_show(update_id: int) -> None:
    """One of them whole: what came and what went wrong. It holds what a person wrote: keep it to yourself."""
    row = in_database(console.settings().database_url, lambda db: db.read(letters.one, update_id))
    if row is None:
        console.stop(f"There is no update {update_id}.")
    out.print(f"update {row.update_id}, {row.state.value}, tried {row.attempts} times", markup=False)
    out.print(row.error or "no error", markup=False)
    if row.payload:
        out.print(json.dumps(json.loads(row.payload), ensure_ascii=False, indent=2), markup=False)
    else:
        out.print("It was handled, so what it said is gone.")


@inbox.command("retry")
@click.argument("update_id", type=int)
def inbox_retry(update_id: int) -> None:
    """Hand it to the bot once more; a running bot takes it at its next tick."""
    done = in_database(
        console.settings().database_url,
        lambda db: db.write(letters.retry, datetime.now(UTC), update_id),
        changes=True,
    )
    _say_whether(done, update_id, "waits for the bot again")


@inbox.command("drop")
@click.argument("update_id", type=int)
@click.confirmation_option(prompt="Throw it away for ever?")
def inbox_drop(update_id: int) -> None:
    """Throw it away."""
    done = in_database(
        console.settings().database_url, lambda db: db.write(letters.drop, update_id), changes=True
    )
    _say_whether(done, update_id, "is gone")


def _say_whether(done: bool, update_id: int, what: str) -> None:
    if not done:
        console.stop(f"Update {update_id} was not put aside. See: hromada-bridge inbox list")
    out.print(f"Update {update_id} {what}.")


@main.command()
@click.argument("person", type=int, metavar="PERSON_ID")
def mydata(person: int) -> None:
    """Everything kept about a person, as JSON: for who asks by letter. Make sure that it is them."""

    async def go(db: Database) -> bytes | None:
        return await db.write(_everything_about, person, datetime.now(UTC))

    found = in_database(console.settings().database_url, go)
    if found is None:
        console.stop(f"There is no person {person}, or they were forgotten.")
    click.echo(found.decode())


def _everything_about(conn: Connection, person_id: int, now: datetime) -> bytes | None:
    if not privacy.is_known(conn, person_id):
        return None
    privacy.exported(conn, Actor(0, now), person_id)
    return privacy.everything_about(conn, person_id, now)


@main.command()
@click.argument("person", type=int, metavar="PERSON_ID")
@click.confirmation_option(prompt="Forget this person for ever? Make sure that it is them who asked.")
def forget(person: int) -> None:
    """Forget a person: for who asks by letter. A running bot tells them; what they leave open is settled."""

    async def go(db: Database) -> bool:
        return await db.write(_forget, person, datetime.now(UTC))

    if not in_database(console.settings().database_url, go):
        console.stop(f"There is no person {person}, or they were forgotten before.")
    out.print(f"Person {person} is forgotten.")


def _forget(conn: Connection, person_id: int, now: datetime) -> bool:
    if not privacy.is_known(conn, person_id):
        return False
    privacy.forget(conn, Actor(0, now), person_id)
    return True


@main.command()
@click.argument("chat", type=int)
@click.option("--last", default=30, show_default=True, help="How many of the newest.")
def deliveries(chat: int, last: int) -> None:
    """What was sent to a chat, when, and why not where not. The id of a group or a channel is negative: put -- before it."""
    seen = in_database(console.settings().database_url, lambda db: db.read(delivered.found, chat, last))
    if seen is None:
        console.stop(f"The bot has never met chat {chat}.")
    said, rows = seen
    for sentence in said:
        out.print(sentence, markup=False, soft_wrap=True)
    out.print(delivered.table(rows, datetime.now(UTC)))


@main.command()
@click.option(
    "--from", "source", required=True, metavar="URL", help="sqlite+aiosqlite:///data/hromada-bridge.db"
)
@click.option(
    "--to", "target", required=True, metavar="URL", help="postgresql+asyncpg://user@host/name, empty"
)
def move(source: str, target: str) -> None:
    """Move everything from SQLite to PostgreSQL. Stop the bot first; afterwards set DATABASE_URL to the new one."""
    if not target.startswith("postgresql+asyncpg://"):
        console.stop("--to is wrong: it has to be like postgresql+asyncpg://user:password@host/name.")
    progress, step = console.bar("Moving")
    try:
        with progress:
            counts = asyncio.run(moving.move(source, target, step))
    except moving.MoveError as error:
        console.stop(str(error))
    out.print(f"{sum(counts.values()):,} rows in {len(counts)} tables were moved, counted and verified.")
    out.print("The old file is as it was. Set DATABASE_URL to the new place and start the bot.")


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def backup(path: Path, force: bool) -> None:
    """Copy the SQLite database to PATH while the bot runs, and check the copy. BACKUP_RECIPIENT encrypts it."""
    settings = console.settings()
    progress, step = console.bar("Copying")
    try:
        with progress:
            copy = copies.backup(
                settings.database_url, path, force=force, progress=step, public_key=settings.backup_recipient
            )
    except copies.BackupError as error:
        console.stop(str(error))
    except OSError as error:
        console.stop(f"{path} cannot be written ({error.strerror}).")
    out.print(
        f"{copy.path}: {copy.size:,} bytes, checked{', encrypted' if settings.backup_recipient else ''}.",
        markup=False,
    )
    if copy.seal:
        out.print(
            f"Its history is sealed up to {copy.seal.hash} ({copy.seal.at:%Y-%m-%d %H:%M} UTC).", markup=False
        )
    if copy.problems:
        console.stop(f"The copy is whole, but its history is not as it was written: {copy.problems[0]}.")


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace the database; the old one is kept aside.")
@click.option(
    "--identity",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with the secret key of age, for an encrypted copy. Left out, you are asked for the key.",
)
def restore(path: Path, force: bool, identity: Path | None) -> None:
    """Put the copy at PATH in place of the SQLite database. Stop the bot first."""
    key = identity.read_text() if identity else None
    if key is None and path.is_file() and copies.is_encrypted(path):
        key = click.prompt("Secret key of age", hide_input=True)
    progress, step = console.bar("Restoring")
    url = console.settings().database_url
    try:
        with progress:
            aside = copies.restore(url, path, datetime.now(UTC), force=force, progress=step, secret_key=key)
    except copies.BackupError as error:
        console.stop(str(error))
    out.print(
        "Restored and checked." + (f" The old database is kept at {aside}." if aside else ""), markup=False
    )
