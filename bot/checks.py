"""``hromada-bridge check``: what is wrong, and how to mend it."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from telegram.error import InvalidToken, TelegramError

from bot.daily_backup import heads_in_names
from bot.line import ODD, make_telegram
from bot.settings import Settings
from domain.history import Seal
from storage import people, seals
from storage.engine import Connection, open_database
from storage.migrate import Trouble, current, newest
from storage.presence import keeps_its_session


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    fine: bool
    says: str


async def findings(settings: Settings, seal: str = "") -> AsyncIterator[Finding]:
    """Look at the database, its history and the token, one after the other.

    ``seal``: the hash of one that was seen elsewhere, or its beginning; it has to be part of the history.
    """
    yield Finding(True, "Settings: fine.")
    if not settings.operator_contact:
        yield Finding(
            True,
            "Privacy: nobody is named who answers for people's data. Set OPERATOR_CONTACT; see docs/privacy.md.",
        )
    database = await _database(settings.database_url)
    yield database
    if database.fine and await current(settings.database_url) == newest():
        yield await _coordinators(settings)
        yield await _history(settings, seal)
    yield await _token(settings)


_NO_INLINE = (
    " Inline mode is off: nobody can put needs into other chats. Switch it on at @BotFather with /setinline, "
    "and /setinlinefeedback to 100 %, so that the cards stay true."
)


async def _database(url: str) -> Finding:
    try:
        revision = await current(url)
    except Trouble as error:
        return Finding(
            False, f"Database: cannot be opened ({error}). Check DATABASE_URL and that the place exists."
        )
    if revision is None:
        return Finding(
            True, "Database: reachable and still empty. It is filled at the first start, or by 'migrate'."
        )
    if not await keeps_its_session(url):
        return Finding(
            False,
            "Database: a pooler between here and the server gives each statement another session, so that two senders"
            " could work at once. Use the server's own address in DATABASE_URL, or a pooler in session mode.",
        )
    behind = "" if revision == newest() else f"; 'run' or 'migrate' brings it to {newest()}"
    return Finding(True, f"Database: fine, at revision {revision}{behind}.")


async def _history(settings: Settings, seal: str) -> Finding:
    """Chains and seals, the seals in the names of the copies, and one that somebody noted down."""
    db = open_database(settings.database_url)
    try:
        problems, head = await db.read(_verified)
        known = [
            (name, hashed) for name, _, hashed in heads_in_names(Path(settings.backup_dir or "/nowhere"))
        ]
        for where, hashed in [*known, *([("--seal", seal)] if seal else [])]:
            if await db.read(seals.by_beginning, hashed) is None:
                problems.append(f"the seal {hashed} of {where} is not part of it")
    except Trouble as error:
        return Finding(False, f"History: not checked ({error}).")
    except ValueError as error:
        problems, head = [f"it cannot be read ({type(error).__name__})"], None
    finally:
        await db.close()
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return Finding(
            False,
            f"History: {problems[0]}{more}. Somebody changed the database by hand, or it is damaged: keep it as it is,"
            " and look for the last copy that verifies.",
        )
    until = f"sealed up to {head.hash} of {head.at:%Y-%m-%d %H:%M} UTC" if head else "not sealed yet"
    return Finding(True, f"History: every chain verifies, {until}.")


def _verified(conn: Connection) -> tuple[list[str], Seal | None]:
    return seals.problems(conn), seals.newest(conn)


async def _coordinators(settings: Settings) -> Finding:
    """Who coordinates, and whether by the settings or by appointment."""
    db = open_database(settings.database_url)
    try:
        active = await db.read(people.coordinators)
        named = {person.account: person for person in await db.read(people.named_by_settings)}
    finally:
        await db.close()
    appointed = [person.account for person in active if person.appointed or not person.by_settings]
    if not appointed and not settings.coordinators:
        return Finding(
            settings.bot_token is None,
            "Coordinators: nobody. Set COORDINATORS, or use 'hromada-bridge invite --coordinator'.",
        )
    now = [account for account in settings.coordinators if account in named]
    sentences = [f"by COORDINATORS {_listed(now)}", f"by appointment {_listed(appointed)}"]
    others = (
        ("from the next start on also", [each for each in settings.coordinators if each not in named]),
        ("until the next start still", sorted(set(named) - set(settings.coordinators))),
        ("suspended", [account for account in now if named[account].suspended]),
    )
    sentences += [f"{words} {_listed(accounts)}" for words, accounts in others if accounts]
    return Finding(True, f"Coordinators: {'; '.join(sentences)}.")


def _listed(accounts: Iterable[int]) -> str:
    return ", ".join(map(str, accounts)) or "nobody"


async def _token(settings: Settings) -> Finding:
    if settings.bot_token is None:
        return Finding(True, "Token: none, so 'run' starts the sandbox. To go live set BOT_TOKEN in .env.")
    telegram, polls = make_telegram(settings)
    try:
        await telegram.initialize()
        hook = await telegram.get_webhook_info()
    except InvalidToken:
        return Finding(False, "Token: refused by Telegram. Copy BOT_TOKEN again from @BotFather.")
    except (TelegramError, *ODD) as error:
        return Finding(
            False,
            f"Token: not checked, {_place(settings.bot_api_url)} does not answer ({error}). Check the line and BOT_API_URL.",
        )
    finally:
        await telegram.shutdown()
        await polls.shutdown()
    me = f"Token: fine, this is @{telegram.username}."
    if not telegram.bot.supports_inline_queries:
        me += _NO_INLINE
    if settings.webhook_url and hook.url == settings.webhook_url:
        said = (
            f" Telegram's last trouble there: {hook.last_error_message}." if hook.last_error_message else ""
        )
        return Finding(True, f"{me} Updates come to the webhook.{said}")
    if settings.webhook_url:
        return Finding(True, f"{me} The webhook is set when 'run' starts.")
    if hook.url:
        return Finding(
            True,
            f"{me} A webhook is set ({_place(hook.url)}); 'run' removes it and polls, because WEBHOOK_URL is empty.",
        )
    return Finding(True, me)


def _place(address: str) -> str:
    """Where it leads, without name, password and path: people put passwords into the first, and tokens into the last."""
    try:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    except ValueError:
        return "an address that cannot be read"
