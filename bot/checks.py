"""``hromada-bridge check``: what is wrong, and how to mend it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from telegram.error import InvalidToken, TelegramError

from bot.line import ODD, make_telegram
from bot.settings import Settings
from storage.engine import open_database
from storage.migrate import Trouble, current


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    fine: bool
    says: str


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Look at the database and the token, one after the other."""
    yield Finding(True, "Settings: fine.")
    yield await _database(settings.database_url)
    yield await _token(settings)


_NO_INLINE = (
    " Inline mode is off: nobody can put needs into other chats. Switch it on at @BotFather with /setinline, "
    "and /setinlinefeedback to 100 %, so that the cards stay true."
)


async def _database(url: str) -> Finding:
    try:
        revision = await current(url)
        db = open_database(url)
        await db.close()
    except Trouble as error:
        return Finding(
            False, f"Database: cannot be opened ({error}). Check DATABASE_URL and that the place exists."
        )
    if revision is None:
        return Finding(
            True, "Database: reachable and still empty. It is filled at the first start, or by 'migrate'."
        )
    return Finding(True, f"Database: fine, at revision {revision}.")


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
            f"Token: not checked, {settings.bot_api_url} does not answer ({error}). Check the line and BOT_API_URL.",
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
            f"{me} A webhook is set ({hook.url}); 'run' removes it and polls, because WEBHOOK_URL is empty.",
        )
    return Finding(True, me)
