"""Choosing for an order: by whose clock, on which days, which picture comes with it, when to keep quiet."""

from babel.dates import get_day_names

from domain.errors import Forbidden, NotFound
from handlers.reader import Reader
from handlers.registry import Show, a_person, action, anyone, does, opens, screen
from handlers.screens.orders import city, done, order
from handlers.spots import spot_of
from handlers.turn import Turn
from handlers.view import Button, View
from locales import mark
from services import digests as services
from storage import chats, subscriptions
from storage.engine import Connection

NIGHTS = ((20, 7), (21, 7), (22, 7), (22, 8), (23, 8), (0, 9))
ZONES = (
    "Europe/Kyiv",
    "Europe/Warsaw",
    "Europe/Berlin",
    "Europe/Vilnius",
    "Europe/London",
    "Europe/Lisbon",
    "America/New_York",
    "America/Toronto",
    "Asia/Tokyo",
)
"""Where hromadas and their partners mostly are; the operator's own zone comes first where it is another."""
PICTURE = {
    "sectors": mark("📊 What is missing, by sector"),
    "path": mark("🪜 How far needs have come"),
    "map": mark("🗺 Where it is missing"),
    "none": mark("No picture"),
}
THEME = {"light": mark("☀️ On white"), "dark": mark("🌙 On black")}


@screen("zone", anyone)
def zone_screen(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """By which clock the digest's hour is meant."""
    known = order(reader, conn, topic)
    if known is None or not known.active:
        return None
    offered = dict.fromkeys([reader.house.terms.zone, *ZONES])
    buttons = [
        does(f"{'✓ ' if each == known.zone else ''}{city(each, reader.language)}", "zone", each, topic)
        for each in offered
    ]
    return View(reader.t("By which city's clock?"), (*_pairs(buttons), _back(reader, topic)))


def _pairs(buttons: list[Button]) -> list[tuple[Button, ...]]:
    return [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]


def _back(reader: Reader, topic: int) -> tuple[Button, ...]:
    return (opens(reader.label("‹ Back"), "subscription", topic),)


@action("zone", a_person, admins=True)
def setzone_name(turn: Turn, conn: Connection, zone: str, topic: int = 0) -> Show:
    """The same hour by another clock."""
    spot = turn.orders(conn, topic)
    known = subscriptions.subscription(conn, spot.chat_id, "digest", spot.thread_id)
    if known is None or known.hour is None or not known.active:
        return Show("subscription", {"topic": topic})
    if zone not in (turn.house.terms.zone, *ZONES):
        raise NotFound
    services.subscribe(conn, turn.actor, spot.chat_id, known.hour, zone, spot.thread_id)
    return done(turn, topic)


@screen("days", anyone)
def days_screen(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """On which weekdays."""
    known = order(reader, conn, topic)
    if known is None:
        return None
    names = get_day_names("wide", locale=reader.language)
    buttons = [
        does(f"{'☑' if known.days >> day & 1 else '☐'} {names[day]}", "days", known.days ^ 1 << day, topic)
        for day in range(7)
    ]
    return View(reader.t("On which days?"), (*_pairs(buttons), _back(reader, topic)))


@action("days", a_person, admins=True)
def set_days(turn: Turn, conn: Connection, days: int, topic: int = 0) -> Show:
    """A day more or less; the last one stays."""
    spot = turn.orders(conn, topic)
    if days == 0:
        raise Forbidden
    services.set_days(conn, turn.actor, spot.chat_id, days, spot.thread_id)
    return Show("days", {"topic": topic})


@screen("picture", anyone)
def picture_screen(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """Which picture comes with the digest, and on which ground."""
    known = order(reader, conn, topic)
    if known is None:
        return None
    rows: list[tuple[Button, ...]] = [
        (does(_ticked(reader, label, each == known.picture), "picture", each, known.theme, topic),)
        for each, label in PICTURE.items()
    ]
    themes = [
        does(_ticked(reader, label, each == known.theme), "picture", known.picture, each, topic)
        for each, label in THEME.items()
    ]
    return View(reader.t("Which picture shall come with it?"), (*rows, tuple(themes), _back(reader, topic)))


def _ticked(reader: Reader, label: str, chosen: bool) -> str:
    return f"{'✓ ' if chosen else ''}{reader.label(label)}"


@action("picture", a_person, admins=True)
def set_picture(turn: Turn, conn: Connection, picture: str, theme: str, topic: int = 0) -> Show:
    """Another picture, or another ground."""
    spot = turn.orders(conn, topic)
    services.set_picture(conn, turn.actor, spot.chat_id, picture, theme, spot.thread_id)
    return Show("picture", {"topic": topic})


@screen("quiet", anyone)
def quiet_screen(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """Between which hours news waits."""
    spot = spot_of(conn, reader, topic)
    chat = chats.chat(conn, spot.chat_id) if spot else None
    if chat is None:
        return None
    now = chat.quiet_from, chat.quiet_to
    buttons = [
        does(
            f"{'✓ ' if (begins, ends) == now else ''}{begins:02}:00–{ends:02}:00",
            "quiet",
            begins,
            ends,
            topic,
        )
        for begins, ends in NIGHTS
    ]
    rows = _pairs(buttons)
    if chat.quiet_from is not None:
        rows.append((does(reader.label("🔔 No quiet hours"), "quiet", 0, 0, topic),))
    text = reader.t(
        "🌙 <b>Between which hours shall I keep quiet?</b>\nNews waits until morning. Answers to what you press, and "
        "critical needs you asked to hear of, come at once."
    )
    return View(text, (*rows, _back(reader, topic)))


@action("quiet", a_person, admins=True)
def set_quiet(turn: Turn, conn: Connection, begins: int, ends: int, topic: int = 0) -> Show:
    """Other quiet hours, by the clock of the digest or of the operator."""
    spot = turn.orders(conn, topic)
    known = subscriptions.subscription(conn, spot.chat_id, "digest", spot.thread_id)
    zone = (known and known.zone) or turn.house.terms.zone
    services.set_quiet(conn, turn.actor, spot.chat_id, begins, ends, zone)
    return done(turn, topic, "quiet")
