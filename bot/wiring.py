"""Where the machine room meets the rest of the house."""

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import datetime

from bot.consequences import Script
from bot.settings import Settings
from bot.ticker import Job
from handlers import follow_ups, forms, render, screens
from handlers.reader import House
from handlers.view import View
from services import chats, schedule, start
from storage import sweeping, translations
from storage.engine import Connection
from storage.outbox import OutboxRow


def load_screens() -> None:
    """Screens, actions and commands register themselves when read: adding one is adding a file."""
    for package in (screens, forms):
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)


def script_of(house: House) -> Script:
    """What the sender asks the handlers and the services."""

    def show(conn: Connection, row: OutboxRow, now: datetime) -> View | None:
        return render.render(conn, row, now, house)

    return Script(
        show,
        follow_ups.FOLLOW_UPS,
        follow_ups.lost,
        chats.unreachable,
        chats.migrated,
        render.rests,
        _silenced,
        _heard,
        _gone,
        chats.unsaid,
    )


def _silenced(conn: Connection, now: datetime, row: OutboxRow) -> None:
    chats.silenced(conn, now, row.chat_id, row.thread_id)


def _heard(conn: Connection, row: OutboxRow) -> None:
    chats.heard_again(conn, row.chat_id)


def _gone(conn: Connection, now: datetime, row: OutboxRow, why: str) -> None:
    if not chats.moved_already(conn, now, row.chat_id):
        chats.gone(conn, now, row.chat_id, row.thread_id, why)


def jobs_of(settings: Settings) -> Mapping[str, Job]:
    """Everything that becomes due by itself, and the sweeping."""
    return {
        **schedule.jobs(settings.terms),
        **sweeping.jobs(settings.ages),
        "sweep_places": translations.forget_old_places,
    }


def greet(conn: Connection, now: datetime, settings: Settings) -> None:
    """What the settings say about people, made true before anybody is served."""
    start.coordinators_of_settings(conn, now, settings.coordinators)
    start.only_coordination_chat(conn, now, settings.coordination_chat)
    start.findable_names(conn)
