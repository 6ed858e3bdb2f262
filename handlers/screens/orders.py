"""Standing orders of a chat or a topic: when the digest comes, which pictures, which days, when to keep quiet."""

from babel import Locale
from babel.dates import get_day_names, get_timezone_location
from markupsafe import Markup

from domain.filters import Filter
from domain.model import Subscription
from domain.schedule import EVERY_DAY
from handlers.reader import Reader, clip
from handlers.registry import Show, a_person, action, anyone, command, does, opens, screen
from handlers.screens.filters import said
from handlers.spots import Spot, spot_of
from handlers.turn import Turn
from handlers.view import Button, View
from locales import plural
from services import cards
from services import digests as services
from services.preview import last_week
from storage import subscriptions
from storage.engine import Connection

HOURS = (6, 7, 8, 9, 10, 12, 15, 18, 20)


@command("subscribe", admins=True)
def subscribe_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """A digest here. In a group only its administrators decide."""
    turn.orders(conn, turn.topic)
    return Show("subscription", {"topic": turn.topic})


@command("unsubscribe", admins=True)
def unsubscribe_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """No digest any more."""
    spot = turn.orders(conn, turn.topic)
    services.unsubscribe(conn, spot.chat_id, thread_id=spot.thread_id)
    return Show("subscription", {"topic": turn.topic})


def order(reader: Reader, conn: Connection, topic: int, kind: str = "digest") -> Subscription | None:
    """The order of this chat, of a topic of it or of a channel."""
    spot = spot_of(conn, reader, topic)
    return subscriptions.subscription(conn, spot.chat_id, kind, spot.thread_id) if spot else None


def _head(spot: Spot) -> list[Markup]:
    """Which channel it is about."""
    return [Markup("📣 <b>{}</b>").format(clip(spot.channel.title, 60))] if spot.channel else []


def _leave(reader: Reader, spot: Spot) -> list[tuple[Button, ...]]:
    if spot.channel:
        return [(opens(reader.label("‹ Back"), "channel", spot.chat_id),)]
    return [(opens(reader.label("‹ Menu"), "home"),)] if reader.private else []


@screen("subscription", anyone)
def subscription(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """Whether and when a digest comes, of what, and what it would have been last week."""
    spot = spot_of(conn, reader, topic)
    if spot is None:
        return None
    known = order(reader, conn, topic)
    active = known is not None and known.active
    chosen = known.filter if known else Filter()
    text = [
        *_head(spot),
        _when(reader, known),
        reader.t("🔎 {what}", what=said(reader, conn, chosen)),
        _week(reader, conn, chosen),
    ]
    if not active:
        text.append(reader.t("<b>At which hour?</b> ({zone})", zone=zone_name(reader, known)))
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
    rows += _leave(reader, spot)
    return View(Markup("\n\n").join(text), tuple(rows))


def _when(reader: Reader, known: Subscription | None) -> Markup:
    if known is None or not known.active:
        return reader.t("📰 A digest: what is new, what came, what is stuck. Nothing new, no message.")
    zone = zone_name(reader, known)
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


def city(zone: str, language: str) -> str:
    """A time zone by its city: 'Warschau'."""
    if zone == "Europe/Kyiv":  # CLDR keeps its name under the old identifier, where Babel does not look
        kept = Locale.parse(language).time_zones.get("Europe/Kiev", {})
        return str(kept.get("city", "Kyiv"))
    return get_timezone_location(zone, locale=language, return_city=True)


def zone_name(reader: Reader, known: Subscription | None) -> str:
    """By which city's clock an order is meant, or would be."""
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
            opens(f"🕐 {zone_name(reader, known)} ›", "zone", topic),
            opens(reader.label("📅 Days"), "days", topic),
            opens(reader.label("🖼 Picture"), "picture", topic),
        ),
        (pause,),
        (does(reader.label("🔕 No digest any more"), "unsubscribe", topic),),
    ]


@action("subscribe", a_person, admins=True)
def subscribe(turn: Turn, conn: Connection, hour: int, topic: int = 0) -> Show:
    """Choose the hour."""
    spot = turn.orders(conn, topic)
    known = subscriptions.subscription(conn, spot.chat_id, "digest", spot.thread_id)
    zone = (known and known.zone) or turn.house.terms.zone
    services.subscribe(conn, turn.actor, spot.chat_id, hour, zone, spot.thread_id)
    return done(turn, topic)


def done(turn: Turn, topic: int, show: str = "subscription") -> Show:
    """The order as it stands now."""
    return Show(show, {"topic": topic}, toast=turn.reader.label("Done."))


@action("unsubscribe", a_person, admins=True)
def unsubscribe(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """No digest any more."""
    spot = turn.orders(conn, topic)
    services.unsubscribe(conn, spot.chat_id, thread_id=spot.thread_id)
    return done(turn, topic)


@action("pause_order", a_person, admins=True)
def pause(turn: Turn, conn: Connection, kind: str, topic: int = 0) -> Show:
    """Silence for a week."""
    spot = turn.orders(conn, topic)
    services.pause(conn, turn.actor, spot.chat_id, kind, spot.thread_id)
    return done(turn, topic, "subscription" if kind == "digest" else "watch")


@action("resume_order", a_person, admins=True)
def resume(turn: Turn, conn: Connection, kind: str, topic: int = 0) -> Show:
    """The pause is over."""
    spot = turn.orders(conn, topic)
    services.resume(conn, turn.actor, spot.chat_id, kind, spot.thread_id)
    return done(turn, topic, "subscription" if kind == "digest" else "watch")


@action("digest_now", a_person, admins=True)
def digest_now(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """The digest as it would look now, of the last seven days."""
    spot = turn.orders(conn, topic)
    after, until = services.last_days(conn, turn.at)
    known = subscriptions.subscription(conn, spot.chat_id, "digest", spot.thread_id)
    if spot.channel and known is None:  # what a channel reads is not what its keeper reads
        services.set_filter(conn, turn.actor, spot.chat_id, "digest", Filter())
        known = subscriptions.subscription(conn, spot.chat_id, "digest")
    if not services.would_tell(conn, known, after, until):
        return Show(
            "", toast=turn.reader.label("Nothing happened in seven days that this would tell."), alert=True
        )
    return Show("digest", {"after": after, "until": until, "order": known.id if known else 0}, fresh=True)


# --- new needs at once --------------------------------------------------------------------------------


@screen("watch", anyone)
def watch_screen(reader: Reader, conn: Connection, topic: int = 0) -> View | None:
    """Of which new needs to hear at once."""
    spot = spot_of(conn, reader, topic)
    if spot is None:
        return None
    known = order(reader, conn, topic, "instant")
    chosen = known.filter if known else Filter()
    active = known is not None and known.active
    text = [
        *_head(spot),
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
    if spot.channel:
        rows.append((does(reader.label("📣 Show the open ones there now"), "show_fitting", topic),))
    rows.append((opens(reader.label("🌙 Quiet hours"), "quiet", topic),))
    rows += _leave(reader, spot)
    return View(Markup("\n\n").join(text), tuple(rows))


@command("watch", admins=True)
def watch_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Hear of new needs."""
    turn.orders(conn, turn.topic)
    return Show("watch", {"topic": turn.topic})


@action("watch", a_person, admins=True)
def watch(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """At once, of what the filter lets through."""
    spot = turn.orders(conn, topic)
    services.watch(conn, turn.actor, spot.chat_id, spot.thread_id)
    return done(turn, topic, "watch")


@action("show_fitting", a_person)
def show_fitting(turn: Turn, conn: Connection, topic: int) -> Show:
    """Cards of the open needs that the filter lets through, in a channel one looks after."""
    spot = turn.orders(conn, topic)
    count = cards.show_fitting_needs(conn, turn.actor, spot.chat_id)
    said = turn.reader.n("{n} card is on its way there.", "{n} cards are on their way there.", count)
    return Show("watch", {"topic": topic}, toast=said.striptags())


@action("watch_none", a_person, admins=True)
def watch_none(turn: Turn, conn: Connection, topic: int = 0) -> Show:
    """None of them."""
    spot = turn.orders(conn, topic)
    services.unsubscribe(conn, spot.chat_id, "instant", spot.thread_id)
    return done(turn, topic, "watch")
