"""Standing orders: the daily digest, and hearing of new needs at once."""

from collections.abc import Mapping

from babel.dates import get_timezone_location
from markupsafe import Markup

from domain.catalogue import catalogue
from domain.errors import Forbidden, NotFound
from domain.words import EventKind
from handlers.parts import short_need
from handlers.reader import Reader
from handlers.registry import (
    Show,
    a_coordinator,
    a_person,
    action,
    anyone,
    command,
    does,
    notice,
    opens,
    screen,
)
from handlers.screens.coordination import stuck_text
from handlers.turn import Turn
from handlers.view import Button, View
from locales import plural
from services import digests as services
from storage import chats, events, giving, needs, people
from storage.engine import Connection
from storage.needs import Search

HOURS = (6, 7, 8, 9, 10, 12, 15, 18, 20)
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


@command("subscribe")
def subscribe_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """A daily digest here. In a group only its coordinators decide."""
    _may(turn)
    return Show("subscription")


@command("unsubscribe")
def unsubscribe_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """No digest any more."""
    _may(turn)
    services.unsubscribe(conn, turn.incoming.chat_id)
    return Show("subscription")


def _may(turn: Turn) -> None:
    if turn.actor.suspended or (turn.in_group and not turn.actor.coordinator):
        raise Forbidden


@screen("subscription", anyone)
def subscription(reader: Reader, conn: Connection) -> View:
    """Whether and when a digest comes, and at which hour it should."""
    known = chats.subscription(conn, reader.chat_id, "digest")
    zone = city((known and known.zone) or reader.house.terms.zone, reader.language)
    if known and known.active:
        text = reader.t(
            "📰 A digest comes here every day at {hour}:00 ({zone}).", hour=f"{known.hour:02d}", zone=zone
        )
    else:
        text = reader.t(
            "📰 A digest once a day: what is new, what came, what is stuck. Nothing new, no message.\n\n<b>At which hour?</b> ({zone})",
            zone=zone,
        )
    chosen = known.hour if known and known.active else None
    buttons = [does(f"{'✓ ' if hour == chosen else ''}{hour:02}:00", "subscribe", hour) for hour in HOURS]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    if chosen is not None:
        rows.append((opens(f"🕐 {zone} ›", "zone"),))
        rows.append((does(reader.label("🔕 No digest any more"), "unsubscribe"),))
    if reader.private:
        rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(text, tuple(rows))


@action("subscribe", a_person)
def subscribe(turn: Turn, conn: Connection, hour: int) -> Show:
    """Choose the hour."""
    _may(turn)
    known = chats.subscription(conn, turn.incoming.chat_id, "digest")
    zone = (known and known.zone) or turn.house.terms.zone
    services.subscribe(conn, turn.actor, turn.incoming.chat_id, hour, zone)
    return Show("subscription", toast=turn.reader.label("Done."))


def city(zone: str, language: str) -> str:
    """A time zone by its city: 'Warschau'."""
    known = "Europe/Kiev" if zone == "Europe/Kyiv" else zone  # CLDR keeps the old identifier
    return get_timezone_location(known, locale=language, return_city=True)


@screen("zone", anyone)
def zone_screen(reader: Reader, conn: Connection) -> View | None:
    """By which clock the digest's hour is meant."""
    known = chats.subscription(conn, reader.chat_id, "digest")
    if known is None or not known.active:
        return None
    offered = dict.fromkeys([reader.house.terms.zone, *ZONES])
    buttons = [
        does(f"{'✓ ' if each == known.zone else ''}{city(each, reader.language)}", "zone", each)
        for each in offered
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    rows.append((opens(reader.label("‹ Back"), "subscription"),))
    return View(reader.t("By which city's clock?"), tuple(rows))


@action("zone", a_person)
def set_zone(turn: Turn, conn: Connection, zone: str) -> Show:
    """The same hour by another clock."""
    _may(turn)
    known = chats.subscription(conn, turn.incoming.chat_id, "digest")
    if known is None or known.hour is None or not known.active:
        return Show("subscription")
    if zone not in (turn.house.terms.zone, *ZONES):
        raise NotFound
    services.subscribe(conn, turn.actor, turn.incoming.chat_id, known.hour, zone)
    return Show("subscription", toast=turn.reader.label("Done."))


@action("unsubscribe", a_person)
def unsubscribe(turn: Turn, conn: Connection) -> Show:
    """No digest any more."""
    _may(turn)
    services.unsubscribe(conn, turn.incoming.chat_id)
    return Show("subscription", toast=turn.reader.label("Done."))


# --- new needs at once --------------------------------------------------------------------------------


@screen("watch", a_person)
def watch_screen(reader: Reader, conn: Connection) -> View:
    """Of which sectors to hear at once."""
    known = chats.subscription(conn, reader.chat_id, "instant")
    active = known is not None and known.active
    chosen = set(known.sector_codes) if known and active else set()
    every = active and not chosen
    buttons = [
        does(
            f"{'☑' if every or each.code in chosen else '☐'} {each.emoji} {each.name(reader.language)}",
            "watch",
            each.code,
        )
        for each in catalogue().sectors
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    if active:
        rows.append((does(reader.label("🔕 None"), "watch_none"),))
    if not every:
        rows.insert(0, (does(reader.label("🔔 All sectors"), "watch_all"),))
    rows.append((opens(reader.label("‹ Menu"), "home"),))
    text = reader.t(
        "<b>Of which new needs shall I tell you at once?</b>\nPress a sector to switch it on or off."
    )
    return View(text, tuple(rows))


@command("watch")
def watch_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Hear of new needs."""
    _may(turn)
    return (
        Show("sorry_group", {"sentence": turn.reader.label("Please write that to me in private.")})
        if (turn.in_group)
        else Show("watch")
    )


@action("watch", a_person)
def watch(turn: Turn, conn: Connection, sector: str) -> Show:
    """Switch a sector on or off."""
    _may(turn)
    services.watch(conn, turn.actor, turn.incoming.chat_id, sector)
    return Show("watch")


@action("watch_all", a_person)
def watch_all(turn: Turn, conn: Connection) -> Show:
    """Every sector."""
    _may(turn)
    services.watch_all(conn, turn.actor, turn.incoming.chat_id)
    return Show("watch")


@action("watch_none", a_person)
def watch_none(turn: Turn, conn: Connection) -> Show:
    """None of them."""
    _may(turn)
    services.unsubscribe(conn, turn.incoming.chat_id, "instant")
    return Show("watch")


# --- the digest ---------------------------------------------------------------------------------------


@notice("digest", anyone)
def digest(reader: Reader, conn: Connection, after: int, until: int) -> View | None:
    """What changed since this chat's last digest, and what is stuck."""
    happened = events.counts(conn, after, until)
    if not happened:
        return None
    text = [
        Markup("📰 <b>{}</b>").format(
            reader.label("Digest, {day}", day=reader.words.day(reader.today.date()))
        )
    ]
    text += _counts(reader, happened)
    shown = needs.touched(conn, after, until, 8)
    lines = needs.lines_by_need(conn, [need.id for need in shown])
    if shown:
        text.append(Markup("\n").join(["", reader.t("<b>Still open, most urgent first</b>")]))
    text += [short_need(reader, conn, need, lines[need.id]) for need in shown]
    if not reader.private or a_coordinator(reader.actor):
        text += _chase(reader, conn)
    rows: list[tuple[Button, ...]] = []
    if reader.private:
        rows += [(opens(need.code, "need", need.id),) for need in shown[:5]]
        rows.append((does(reader.label("🔕 No digest any more"), "unsubscribe"),))
    else:
        rows += [(Button(need.code, url=reader.house.link(f"n_{need.code}")),) for need in shown[:5]]
    return View(Markup("\n").join(text), tuple(rows))


def _counts(reader: Reader, happened: Mapping[EventKind, int]) -> list[Markup]:
    def said(kind: EventKind, one: str, many: str) -> list[Markup]:
        count = happened.get(kind, 0)
        return [reader.n(one, many, count)] if count else []

    return [
        *said(EventKind.NEED_POSTED, *plural("🆕 {n} need posted", "🆕 {n} needs posted")),
        *said(EventKind.PLEDGE_PROMISED, *plural("🤝 {n} firm promise", "🤝 {n} firm promises")),
        *said(EventKind.PLEDGE_HELD, *plural("⏳ {n} hold", "⏳ {n} holds")),
        *said(EventKind.PLEDGE_LAPSED, *plural("⌛ {n} hold lapsed", "⌛ {n} holds lapsed")),
        *said(
            EventKind.CONSIGNMENT_DISPATCHED, *plural("🚚 {n} consignment left", "🚚 {n} consignments left")
        ),
        *said(EventKind.RECEIPT_SIGNED, *plural("✍️ {n} receipt signed", "✍️ {n} receipts signed")),
        *said(EventKind.NEED_FULFILLED, *plural("🎉 {n} need fulfilled", "🎉 {n} needs fulfilled")),
        *said(EventKind.NEED_STALE, *plural("💤 {n} need not confirmed", "💤 {n} needs not confirmed")),
    ]


def _chase(reader: Reader, conn: Connection) -> list[Markup]:
    rows: list[Markup] = []
    waiting = len(people.pending_members(conn))
    if waiting:
        rows.append(
            reader.n("🪪 {n} person waits for verification", "🪪 {n} people wait for verification", waiting)
        )
    lapsing = len(giving.holds_lapsing(conn, reader.now + services.DAY))
    if lapsing:
        rows.append(reader.n("⏳ {n} hold lapses within a day", "⏳ {n} holds lapse within a day", lapsing))
    open_now = needs.count(conn, Search())
    rows.append(reader.n("📋 {n} need is open in all", "📋 {n} needs are open in all", open_now))
    return [Markup(""), *rows, *stuck_text(reader, conn)]
