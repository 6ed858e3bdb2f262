"""Standing orders of a chat or a topic: when the digest comes, which pictures, which days, when to keep quiet."""

from babel.dates import get_day_names, get_timezone_location
from markupsafe import Markup

from domain.errors import Forbidden, NotFound
from domain.filters import Filter
from domain.model import Subscription
from domain.schedule import EVERY_DAY
from handlers.reader import Reader
from handlers.registry import Show, a_person, action, anyone, command, does, opens, screen
from handlers.screens.filters import said
from handlers.turn import Turn
from handlers.view import Button, View
from locales import mark, plural
from services import digests as services
from services.preview import last_week
from storage import chats, subscriptions
from storage.engine import Connection

HOURS = (6, 7, 8, 9, 10, 12, 15, 18, 20)
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


@command("subscribe", admins=True)
def subscribe_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """A digest here. In a group only its administrators decide."""
    turn.must_order()
    return Show("subscription", {"topic": turn.topic})


@command("unsubscribe", admins=True)
def unsubscribe_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """No digest any more."""
    turn.must_order()
    services.unsubscribe(conn, turn.incoming.chat_id, thread_id=turn.topic)
    return Show("subscription", {"topic": turn.topic})


def order(reader: Reader, conn: Connection, topic: int, kind: str = "digest") -> Subscription | None:
    """The order of this chat or topic."""
    return subscriptions.subscription(conn, reader.chat_id, kind, topic)


@screen("subscription", anyone)
def subscription(reader: Reader, conn: Connection, topic: int = 0) -> View:
    """Whether and when a digest comes, of what, and what it would have been last week."""
    known = order(reader, conn, topic)
    active = known is not None and known.active
    chosen = known.filter if known else Filter()
    text = [
        _when(reader, known),
        reader.t("🔎 {what}", what=said(reader, conn, chosen)),
        _week(reader, conn, chosen),
    ]
    if not active:
        text.append(reader.t("<b>At which hour?</b> ({zone})", zone=_zone(reader, known)))
    rows: list[tuple[Button, ...]] = [(opens(reader.label("🔎 Choose what"), "filters", "digest", topic),)]
    rows += _hours(reader, known, topic)
    if known is not None and known.active:
        rows += _more(reader, known, topic)
    rows.append(
        (
            opens(reader.label("🌙 Quiet hours"), "quiet", topic),
            does(reader.label("👁 Show one now"), "digest_now", topic),
        )
    )
    if reader.private:
        rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("\n\n").join(text), tuple(rows))


def _when(reader: Reader, known: Subscription | None) -> Markup:
    if known is None or not known.active:
        return reader.t("📰 A digest: what is new, what came, what is stuck. Nothing new, no message.")
    zone = _zone(reader, known)
    if known.paused(reader.now) and known.paused_until is not None:
        until = reader.words.day(known.paused_until.date())
        return reader.t(
            "⏸ The digest is silent until {day}. Nothing is lost: it tells all of it then.", day=until
        )
    if known.days == EVERY_DAY:
        return reader.t(
            "📰 A digest comes here every day at {hour}:00 ({zone}).", hour=f"{known.hour:02d}", zone=zone
        )
    days = ", ".join(_days(reader, known.days))
    return reader.t(
        "📰 A digest comes here at {hour}:00 ({zone}): {days}.",
        hour=f"{known.hour:02d}",
        zone=zone,
        days=days,
    )


def _week(reader: Reader, conn: Connection, chosen: Filter) -> Markup:
    """What it would have been: the one figure that tells whether a filter is too wide or too narrow."""
    week = last_week(conn, chosen, reader.now)
    needs = reader.n(*plural("{n} need", "{n} needs"), week.needs)
    receipts = reader.n(*plural("{n} receipt", "{n} receipts"), week.receipts)
    return reader.t(
        "<i>Last week it would have been {needs} and {receipts}.</i>", needs=needs, receipts=receipts
    )


def _zone(reader: Reader, known: Subscription | None) -> str:
    return city((known and known.zone) or reader.house.terms.zone, reader.language)


def _days(reader: Reader, days: int) -> list[str]:
    names = get_day_names("abbreviated", locale=reader.language)
    return [names[day] for day in range(7) if days >> day & 1]


def _hours(reader: Reader, known: Subscription | None, topic: int) -> list[tuple[Button, ...]]:
    chosen = known.hour if known and known.active else None
    buttons = [
        does(f"{'✓ ' if hour == chosen else ''}{hour:02}:00", "subscribe", hour, topic) for hour in HOURS
    ]
    return [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]


def _more(reader: Reader, known: Subscription, topic: int) -> list[tuple[Button, ...]]:
    paused = known.paused(reader.now)
    pause = (
        does(reader.label("▶️ Go on"), "resume_order", "digest", topic)
        if paused
        else does(reader.label("⏸ Pause for a week"), "pause_order", "digest", topic)
    )
    return [
        (
            opens(f"🕐 {_zone(reader, known)} ›", "zone", topic),
            opens(reader.label("📅 Days"), "days", topic),
            opens(reader.label("🖼 Picture"), "picture", topic),
        ),
        (pause, does(reader.label("🔕 No digest any more"), "unsubscribe", topic)),
    ]


@action("subscribe", a_person, admins=True)
def subscribe(turn: Turn, conn: Connection, hour: int, topic: int = 0) -> Show:
    """Choose the hour."""
    turn.must_order()
    known = subscriptions.subscription(conn, turn.incoming.chat_id, "digest", topic)
    zone = (known and known.zone) or turn.house.terms.zone
    services.subscribe(conn, turn.actor, turn.incoming.chat_id, hour, zone, topic)
    return _done(turn, topic)


def _done(turn: Turn, topic: int, show: str = "subscription") -> Show:
    return Show(show, {"topic": topic}, toast=turn.reader.label("Done."))


def city(zone: str, language: str) -> str:
    """A time zone by its city: 'Warschau'."""
    known = "Europe/Kiev" if zone == "Europe/Kyiv" else zone  # CLDR keeps the old identifier
    return get_timezone_location(known, locale=language, return_city=True)


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
def set_zone(turn: Turn, conn: Connection, zone: str, topic: int = 0) -> Show:
    """The same hour by another clock."""
    turn.must_order()
    known = subscriptions.subscription(conn, turn.incoming.chat_id, "digest", topic)
    if known is None or known.hour is None or not known.active:
        return Show("subscription", {"topic": topic})
    if zone not in (turn.house.terms.zone, *ZONES):
        raise NotFound
    services.subscribe(conn, turn.actor, turn.incoming.chat_id, known.hour, zone, topic)
    return _done(turn, topic)


@action("unsubscribe", a_person, admins=True)
def unsubscribe(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """No digest any more."""
    turn.must_order()
    services.unsubscribe(conn, turn.incoming.chat_id, thread_id=topic)
    return _done(turn, topic)


# --- days, pictures, pauses, quiet hours --------------------------------------------------------------


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
    turn.must_order()
    if days == 0:
        raise Forbidden
    services.set_days(conn, turn.actor, turn.incoming.chat_id, days, topic)
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
    turn.must_order()
    services.set_picture(conn, turn.actor, turn.incoming.chat_id, picture, theme, topic)
    return Show("picture", {"topic": topic})


@action("pause_order", a_person, admins=True)
def pause(turn: Turn, conn: Connection, kind: str, topic: int = 0) -> Show:
    """Silence for a week."""
    turn.must_order()
    services.pause(conn, turn.actor, turn.incoming.chat_id, kind, topic)
    return _done(turn, topic, "subscription" if kind == "digest" else "watch")


@action("resume_order", a_person, admins=True)
def resume(turn: Turn, conn: Connection, kind: str, topic: int = 0) -> Show:
    """The pause is over."""
    turn.must_order()
    services.resume(conn, turn.actor, turn.incoming.chat_id, kind, topic)
    return _done(turn, topic, "subscription" if kind == "digest" else "watch")


@screen("quiet", anyone)
def quiet_screen(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """Between which hours news waits."""
    chat = chats.chat(conn, reader.chat_id)
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
    turn.must_order()
    known = subscriptions.subscription(conn, turn.incoming.chat_id, "digest", topic)
    zone = (known and known.zone) or turn.house.terms.zone
    services.set_quiet(conn, turn.actor, turn.incoming.chat_id, begins, ends, zone)
    return _done(turn, topic, "quiet")


@action("digest_now", a_person, admins=True)
def digest_now(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """The digest as it would look now, of the last seven days."""
    turn.must_order()
    after, until = services.last_days(conn, turn.at)
    known = subscriptions.subscription(conn, turn.incoming.chat_id, "digest", topic)
    if not services.would_tell(conn, known, after, until):
        return Show(
            "", toast=turn.reader.label("Nothing happened in seven days that this would tell."), alert=True
        )
    return Show("digest", {"after": after, "until": until, "order": known.id if known else 0}, fresh=True)


# --- new needs at once --------------------------------------------------------------------------------


@screen("watch", a_person)
def watch_screen(reader: Reader, conn: Connection, topic: int = 0) -> View:
    """Of which new needs to hear at once."""
    known = order(reader, conn, topic, "instant")
    chosen = known.filter if known else Filter()
    active = known is not None and known.active
    text = [
        reader.t("🔔 <b>New needs come here at once.</b>")
        if active
        else reader.t("🔔 <b>Shall I tell you of new needs at once?</b>"),
        reader.t("🔎 {what}", what=said(reader, conn, chosen)),
        _week(reader, conn, chosen),
    ]
    rows: list[tuple[Button, ...]] = [(opens(reader.label("🔎 Choose what"), "filters", "instant", topic),)]
    if not active:
        rows.append((does(reader.label("🔔 Yes, at once"), "watch", topic),))
    elif known is not None and known.paused(reader.now):
        rows.append((does(reader.label("▶️ Go on"), "resume_order", "instant", topic),))
    else:
        rows.append((does(reader.label("⏸ Pause for a week"), "pause_order", "instant", topic),))
    if active:
        rows.append((does(reader.label("🔕 None"), "watch_none", topic),))
    rows.append((opens(reader.label("🌙 Quiet hours"), "quiet", topic),))
    if reader.private:
        rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("\n\n").join(text), tuple(rows))


@command("watch", admins=True)
def watch_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Hear of new needs."""
    turn.must_order()
    return Show("watch", {"topic": turn.topic})


@action("watch", a_person, admins=True)
def watch(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """At once, of what the filter lets through."""
    turn.must_order()
    services.watch(conn, turn.actor, turn.incoming.chat_id, topic)
    return _done(turn, topic, "watch")


@action("watch_none", a_person, admins=True)
def watch_none(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """None of them."""
    turn.must_order()
    services.unsubscribe(conn, turn.incoming.chat_id, "instant", topic)
    return _done(turn, topic, "watch")
