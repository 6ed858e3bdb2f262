"""Everything an operator may set, by environment or ``.env``. A wrong value ends in one plain sentence."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    Field,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.pace import Rates
from bot.proxy import can_be_dialled
from domain.followups import AT_MOST
from domain.personal_data import Ages
from domain.schedule import Terms, hours
from services.invites import secret_of
from storage.address import BadAddress, address_of

_HOW: dict[str, str] = {
    "bot_token": "the token @BotFather gave you, like 123456:ABC-DEF; leave it out to run the sandbox",
    "bot_api_url": "an address like https://api.telegram.org, without a slash at its end",
    "database_url": "sqlite+aiosqlite:///data/hromada-bridge.db or postgresql+asyncpg://user@host/name",
    "coordinators": "Telegram user ids with commas, blanks or lines between them, like 123456789, 987654321",
    "coordination_chat": "the id of a group, a negative number like -1001234567890",
    "timezone": "an IANA time zone like Europe/Kyiv",
    "log_level": "DEBUG, INFO, WARNING or ERROR",
    "log_format": "console or json",
    "port": "a free port between 0 and 65535",
    "web_port": "a free port between 0 and 65535; leave it out to answer nobody",
    "webhook_url": "an address like https://aid.example.org/telegram, and WEB_PORT to the port behind your proxy",
    "webhook_secret": "1 to 256 letters, digits, _ and -; leave it out and it follows from BOT_TOKEN",
    "deepl_url": "an address like https://api-free.deepl.com; leave it out and it follows from the key",
    "libretranslate_url": "an address like https://translate.example.org, and leave DEEPL_KEY out: one of the two",
    **dict.fromkeys(
        (
            "remind_hold_hours",
            "remind_answer_hours",
            "remind_ready_hours",
            "remind_arrival_hours",
            "remind_sign_hours",
            "remind_confirm_hours",
            "remind_photo_hours",
        ),
        "one or two numbers of hours from 1 to 8760 with a comma between them, like 24,72",
    ),
    "operator_contact": "at most 200 letters: who answers for the data and how to reach them, like an e-mail address",
    "digest_hour": "an hour between 0 and 23",
    "backup_hour": "an hour between 0 and 23",
    "backup_recipient": "a public key of age like age1..., as age-keygen prints it; leave it out for plain copies",
    "proxy": "an address like http://user:password@proxy.example.org:3128 or socks5://127.0.0.1:1080, or leave it out",
}


_WEBHOOK = r"^(https://[^\s/]+\S*|http://127\.0\.0\.1:\d+\S*)?$"
"""Telegram takes https alone; the sandbox's server on this machine needs none."""


_SERVICE = r"^(https?://[^\s/]+\S*)?$"
_PROXY = r"^((https?|socks4|socks5h?)://[^\s/]+/?)?$"
_YEAR, _LONGEST = 8760, 3650
"""Hours and days no interval is longer than: what is meant for ever is a slip of the finger."""
_LARGEST_ACCOUNT = 2**52
"""Telegram's ids have at most 52 significant bits: https://core.telegram.org/bots/api#user"""

Hours = Annotated[
    tuple[Annotated[PositiveInt, Field(le=_YEAR)], ...], NoDecode, Field(min_length=1, max_length=AT_MOST)
]
Account = Annotated[int, Field(gt=0, lt=_LARGEST_ACCOUNT)]
_LISTS = (
    "coordinators",
    "remind_hold_hours",
    "remind_answer_hours",
    "remind_ready_hours",
    "remind_arrival_hours",
    "remind_sign_hours",
    "remind_confirm_hours",
    "remind_photo_hours",
)


class SettingsError(Exception):
    """A setting is wrong; the message names it and says how to mend it."""


class Settings(BaseSettings):
    """One field a setting; .env.example says the same in plain words."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", extra="ignore", env_ignore_empty=True, frozen=True
    )

    bot_token: SecretStr | None = None
    bot_api_url: str = Field("https://api.telegram.org", pattern=r"^https?://[^\s/]+\S*[^/\s]$")
    proxy: SecretStr | None = None
    database_url: str = "sqlite+aiosqlite:///data/hromada-bridge.db"
    coordinators: Annotated[tuple[Account, ...], NoDecode] = ()
    coordination_chat: int | None = Field(None, lt=0, gt=-_LARGEST_ACCOUNT)
    timezone: str = "Europe/Kyiv"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["console", "json"] = "console"
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    web_host: str = "127.0.0.1"
    web_port: int | None = Field(None, ge=0, le=65535)
    webhook_url: str = Field("", pattern=_WEBHOOK)
    webhook_secret: SecretStr | None = None
    webhook_connections: int = Field(40, ge=1, le=100)
    # What people wrote leaves the house for whoever is named here: see docs/operating.md.
    deepl_key: SecretStr | None = None
    deepl_url: str = Field("", pattern=_SERVICE)
    libretranslate_url: str = Field("", pattern=_SERVICE)
    libretranslate_key: SecretStr | None = None
    hold_hours: int = Field(72, ge=1, le=_YEAR)
    confirm_days_critical: int = Field(3, ge=1, le=_LONGEST)
    confirm_days_urgent: int = Field(7, ge=1, le=_LONGEST)
    confirm_days_normal: int = Field(14, ge=1, le=_LONGEST)
    stale_after_hours: int = Field(48, ge=1, le=_YEAR)
    remind_hold_hours: Hours = (24, 3)
    remind_answer_hours: Hours = (48,)
    remind_ready_hours: Hours = (9, 57)
    remind_arrival_hours: Hours = (9, 57)
    remind_sign_hours: Hours = (24, 72)
    remind_confirm_hours: Hours = (24,)
    remind_photo_hours: Hours = (24, 72)
    stuck_after_hours: int = Field(48, ge=1, le=_YEAR)
    offer_hours: int = Field(24, ge=1, le=_YEAR)
    contact_days: int = Field(30, ge=0, le=_LONGEST)
    unattended_days: int = Field(7, ge=1, le=_LONGEST)
    digest_hour: int = Field(8, ge=0, le=23)
    tick_seconds: float = Field(15, gt=0, le=3600)
    max_attempts: int = Field(5, ge=1, le=100)
    operator_contact: str = Field("", max_length=200)
    keep_done_days: int = Field(30, ge=1, le=_LONGEST)
    keep_dead_days: int = Field(30, ge=1, le=_LONGEST)
    keep_draft_days: int = Field(60, ge=1, le=_LONGEST)
    keep_talk_days: int = Field(180, ge=1, le=_LONGEST)
    keep_invite_days: int = Field(30, ge=1, le=_LONGEST)
    keep_journey_days: int = Field(365, ge=1, le=_LONGEST)
    backup_dir: str = ""
    backup_hour: int = Field(3, ge=0, le=23)
    backup_recipient: str = Field("", pattern=r"^(age1[0-9a-z]{58})?$")
    backup_keep_days: int = Field(14, ge=1, le=_LONGEST)
    max_total_rate: int = Field(30, ge=1, le=1_000_000)
    chat_rate: float = Field(1.0, gt=0, le=1000)
    group_rate: int = Field(20, ge=1, le=1_000_000)
    chat_burst: int = Field(3, ge=1, le=1000)
    guest_rate: int = Field(20, ge=1, le=100_000)

    @field_validator(*_LISTS, mode="before")
    @classmethod
    def _one_by_one(cls, value: Any) -> Any:
        return (
            [_number(part) for part in re.split(r"[\s,;]+", value) if part]
            if isinstance(value, str)
            else value
        )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("timezone")
    @classmethod
    def _a_known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not a time zone")
        return value

    @field_validator("bot_token")
    @classmethod
    def _looks_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        number, _, rest = value.get_secret_value().partition(":") if value else ("1", "", "x")
        if not number.isdigit() or not rest or any(letter.isspace() for letter in rest):
            raise ValueError("not a token")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _as_telegram_takes_it(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("not a secret")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _with_a_port(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("web_port") is None:
            raise ValueError("without a port nobody listens there")
        return value

    @field_validator("libretranslate_url")
    @classmethod
    def _one_of_the_two(cls, value: str, info: ValidationInfo) -> str:
        if value and info.data.get("deepl_key") is not None:
            raise ValueError("two services")
        return value

    @field_validator("proxy")
    @classmethod
    def _an_address_of_a_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not re.fullmatch(_PROXY, value.get_secret_value()):
            raise ValueError("not a proxy")
        return value

    @field_validator("bot_api_url", "proxy", "webhook_url", "deepl_url", "libretranslate_url")
    @classmethod
    def _an_address_that_can_be_dialled(cls, value: str | SecretStr | None) -> str | SecretStr | None:
        address = value.get_secret_value() if isinstance(value, SecretStr) else value
        if address and not can_be_dialled(address):
            raise ValueError("no host, or no port")
        return value

    @field_validator("database_url")
    @classmethod
    def _a_known_database(cls, value: str) -> str:
        address_of(value)
        return value

    @property
    def terms(self) -> Terms:
        """The intervals, as the rules want them."""
        return Terms(
            hold=timedelta(hours=self.hold_hours),
            confirm_critical=timedelta(days=self.confirm_days_critical),
            confirm_urgent=timedelta(days=self.confirm_days_urgent),
            confirm_normal=timedelta(days=self.confirm_days_normal),
            stale_after=timedelta(hours=self.stale_after_hours),
            remind_hold=hours(*sorted(self.remind_hold_hours, reverse=True)),
            remind_answer=hours(*sorted(self.remind_answer_hours)),
            remind_ready=hours(*sorted(self.remind_ready_hours)),
            remind_arrival=hours(*sorted(self.remind_arrival_hours)),
            remind_sign=hours(*sorted(self.remind_sign_hours)),
            remind_confirm=hours(*sorted(self.remind_confirm_hours)),
            remind_photo=hours(*sorted(self.remind_photo_hours)),
            stuck_after=timedelta(hours=self.stuck_after_hours),
            offer=timedelta(hours=self.offer_hours),
            contacts=timedelta(days=self.contact_days),
            unattended=timedelta(days=self.unattended_days),
            digest_hour=self.digest_hour,
            zone=self.timezone,
        )

    @property
    def link_secret(self) -> bytes:
        """What the tokens of invite links are made of."""
        assert self.bot_token is not None
        return secret_of(self.bot_token.get_secret_value())

    @property
    def ages(self) -> Ages:
        """How long things are kept by themselves."""
        return Ages(
            done=timedelta(days=self.keep_done_days),
            dead=timedelta(days=self.keep_dead_days),
            drafts=timedelta(days=self.keep_draft_days),
            talks=timedelta(days=self.keep_talk_days),
            invites=timedelta(days=self.keep_invite_days),
            journeys=timedelta(days=self.keep_journey_days),
        )

    @property
    def translator(self) -> str:
        """The name of the service that translates; empty where none does."""
        return "DeepL" if self.deepl_key else "LibreTranslate" if self.libretranslate_url else ""

    @property
    def rates(self) -> Rates:
        """How fast Telegram lets us speak."""
        return Rates(self.max_total_rate, self.chat_rate, self.group_rate, self.chat_burst)


def _number(text: str) -> int:
    """Digits, as an operator types them; nothing that Python alone takes for a number."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError("not a number")
    return int(text)


def load_settings(**values: Any) -> Settings:
    """The settings; raises :class:`SettingsError` with one sentence about the first wrong one."""
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except UnicodeDecodeError:
        raise SettingsError(
            ".env is not written in UTF-8: save it once more, with the encoding UTF-8."
        ) from None
    except OSError as error:
        raise SettingsError(f".env cannot be read ({error.strerror}): look at its rights.") from None


def _sentence(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    name = str(problem["loc"][0])
    how = _HOW.get(name) or _figure(problem["msg"])
    why = problem.get("ctx", {}).get("error")
    because = f" ({why})" if isinstance(why, BadAddress) else ""
    return f"{name.upper()} is wrong{because}: set it in the environment or in .env to {how}."


def _figure(message: str) -> str:
    """Pydantic's words about a number, in ours."""
    if "integer" in message or "valid number" in message:
        return "a whole number"
    return message.replace("Input should be", "a number").replace("greater than or equal to", "of at least")
