"""What a process consists of, by its role. On PostgreSQL there may be several processes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.routing import Route
from telegram.ext import ExtBot

from bot import wiring
from bot.clock import Clock
from bot.daily_backup import DailyBackup
from bot.dispatcher import App, Dispatcher
from bot.ear import Ear
from bot.health import STILL, Health
from bot.intake import Intake, Keeper
from bot.interpreter import Interpreter
from bot.metrics import Metrics
from bot.pace import Pace
from bot.request import AiohttpRequest
from bot.sealer import Sealer
from bot.seat import Part, Seated
from bot.sender import Sender
from bot.settings import Settings
from bot.ticker import Ticker
from bot.translators import translator_of
from bot.web import watching_routes
from bot.webhook import webhook_route
from handlers.reader import House
from storage.engine import Database
from storage.presence import Presence


class Role(StrEnum):
    """What a process does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"
    TICKER = "ticker"


@dataclass(frozen=True, slots=True)
class Bell:
    """Whom to wake: an update was stored, something is to be said, time was moved."""

    stored: Callable[[], None]
    queued: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What parts are made of."""

    settings: Settings
    db: Database
    presence: Presence
    clock: Clock
    app: App
    telegram: "ExtBot[None]"
    polls: AiohttpRequest
    house: House
    ticker: Ticker
    bell: Bell
    metrics: Metrics
    ear: Ear = field(default_factory=Ear)


def parts_of(role: Role, tools: Tools) -> dict[str, Part]:
    """By name, in the order in which they are stopped: nothing new comes in while the rest is finished."""
    makers: dict[Role, tuple[str, Callable[[Tools], Part]]] = {
        Role.WEB: ("intake", _intake),
        Role.TICKER: ("ticker", _ticker),
        Role.WORKER: ("dispatcher", _dispatcher),
        Role.SENDER: ("sender", _sender),
    }
    if tools.settings.webhook_url:
        del makers[Role.WEB]  # Telegram comes to us
    parts = {name: make(tools) for each, (name, make) in makers.items() if role in (each, Role.ALL)}
    if role in (Role.TICKER, Role.ALL):
        parts["sealer"] = _sealer(tools)
    if tools.settings.translator and role in (Role.TICKER, Role.ALL):
        parts["interpreter"] = _interpreter(tools)
    if tools.settings.backup_dir and tools.db.dialect == "sqlite":  # a server has tools of its own
        parts["backup"] = DailyBackup(tools.settings, tools.clock)
    return parts


def keeper_of(tools: Tools) -> Keeper:
    """Where updates are stored, whoever brings them."""
    return Keeper(tools.db, tools.clock, tools.bell.stored, tools.metrics, tools.settings.guest_rate)


def routes_of(role: Role, tools: Tools, parts: Mapping[str, Part]) -> list[Route]:
    """What the process answers over HTTP."""
    still = max(STILL, 3 * tools.settings.tick_seconds)
    seats = ("sender", "ticker") if tools.settings.webhook_url else ("sender", "ticker", "poller")
    health = Health(parts, tools.db, tools.telegram, tools.clock, still, tools.ear, seats)
    routes = watching_routes(health, tools.metrics, tools.db, tools.clock)
    if tools.settings.webhook_url and role in (Role.WEB, Role.ALL):
        routes.append(webhook_route(tools.settings, keeper_of(tools)))
    return routes


def _alone(seat: str, tools: Tools, make: Callable[[], Part]) -> Part:
    """Work that only one process may do at a time."""
    return Seated(seat, tools.presence, tools.clock, make)


def _intake(tools: Tools) -> Part:
    keeper = keeper_of(tools)
    return _alone(
        "poller", tools, lambda: Intake(keeper, tools.telegram, tools.polls, tools.clock, ear=tools.ear)
    )


def _ticker(tools: Tools) -> Part:
    return _alone("ticker", tools, lambda: tools.ticker)


def _sealer(tools: Tools) -> Part:
    return _alone("sealer", tools, lambda: Sealer(tools.db, tools.clock))


def _interpreter(tools: Tools) -> Part:
    settings = tools.settings

    def make() -> Part:
        translator = translator_of(settings)
        assert translator is not None
        return Interpreter(tools.db, tools.clock, translator, tools.bell.queued, settings.tick_seconds)

    return _alone("interpreter", tools, make)


def _dispatcher(tools: Tools) -> Part:
    settings = tools.settings
    return Dispatcher(
        tools.db,
        tools.app,
        tools.clock,
        tools.bell.queued,
        settings.max_attempts,
        presence=tools.presence,
        net=settings.tick_seconds,
        metrics=tools.metrics,
    )


def _sender(tools: Tools) -> Part:
    settings, script = tools.settings, wiring.script_of(tools.house)

    def make() -> Part:
        pace = Pace(settings.rates)
        return Sender(
            tools.db,
            tools.telegram,
            tools.clock,
            pace,
            script,
            settings.max_attempts,
            settings.tick_seconds,
            tools.metrics,
        )

    return _alone("sender", tools, make)
