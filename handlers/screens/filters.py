"""Choosing what to hear of, by pressing: kinds joined by AND, values of a kind by OR."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from markupsafe import Markup

from domain.catalogue import catalogue
from domain.errors import Forbidden, NotFound
from domain.filters import AXES, Filter
from domain.model import Subscription
from domain.places import PARTNER_COUNTRIES, country_name, places
from domain.search import translit
from domain.words import Urgency
from handlers import names
from handlers.reader import Reader, clip
from handlers.registry import Show, a_person, action, anyone, does, opens, screen
from handlers.spots import spot_of
from handlers.turn import Turn
from handlers.view import Button, View
from locales import mark
from services import digests as services
from storage import people, subscriptions
from storage.engine import Connection

PAGE = 12
SAID = 4
"""Values of a kind that are named in one line; the rest is counted."""
NAME = {
    "oblast": mark("Oblasts"),
    "raion": mark("Raions"),
    "hromada": mark("Hromadas"),
    "sector": mark("Sectors"),
    "item": mark("Items"),
    "urgency": mark("How urgent"),
    "country": mark("Partners from"),
}
FIRST = {"raion": "oblast", "hromada": "raion", "item": "sector"}
"""What has to be chosen before: there are too many to go through."""


def said(reader: Reader, conn: Connection, chosen: Filter) -> Markup:
    """A filter in words: 'Energy, Medical · Kyiv Oblast · only without any pledge'."""
    parts = [_values(reader, axis, sorted(getattr(chosen, axis))) for axis in AXES if getattr(chosen, axis)]
    if chosen.organisation:
        known = people.organisations_by_id(conn, sorted(chosen.organisation))
        parts += [clip(reader.organisation(each), 60) for each in known.values()]
    if chosen.unpledged:
        parts.append(reader.label("only without any pledge"))
    return Markup(" · ").join(parts) if parts else reader.t("Everything")


def _values(reader: Reader, axis: str, values: Sequence[str]) -> str:
    shown = ", ".join(_name(reader, axis, value) for value in values[:SAID])
    return f"{shown} +{len(values) - SAID}" if len(values) > SAID else shown


def _name(reader: Reader, axis: str, value: str) -> str:
    match axis:
        case "oblast":
            return reader.oblast(value)
        case "raion":
            return _raion(reader, value)
        case "hromada":
            return clip(places().by_code[value].title(reader.language), 40)
        case "sector":
            return reader.sector(value)
        case "item":
            return clip(catalogue().by_code[value].name(reader.language), 40)
        case "urgency":
            return reader.label(names.URGENCY[Urgency(value)])
        case _:
            return country_name(value, reader.language)


def _raion(reader: Reader, prefix: str) -> str:
    named = _raions()[prefix]
    return f"{named} район" if reader.language == "uk" else f"{translit(named)} raion"


@cache
def _raions() -> dict[str, str]:
    """Raions by the first six letters of KATOTTG."""
    return {each.code[:6]: each.raion for each in places().hromadas if each.raion}


def options(chosen: Filter, axis: str) -> list[str]:
    """What may be chosen, in an order of its own; of raions, hromadas and items only those within what was chosen before."""
    match axis:
        case "oblast":
            return list(places().oblasts)
        case "raion":
            return sorted(each for each in _raions() if each[:4] in chosen.oblast)
        case "hromada":
            return [each.code for each in places().hromadas if each.code[:6] in chosen.raion]
        case "sector":
            return [each.code for each in catalogue().sectors]
        case "item":
            return [code for code in catalogue().by_code if code.partition(".")[0] in chosen.sector]
        case "urgency":
            return [each.value for each in Urgency]
        case _:
            return list(PARTNER_COUNTRIES)


@screen("filters", anyone)
def filters(reader: Reader, conn: Connection, kind: str, topic: int = 0) -> View | None:
    """The kinds of a filter, and what is chosen of each."""
    if kind not in services.KINDS:
        return None
    spot = spot_of(conn, reader, topic)
    if spot is None:
        return None
    known = subscriptions.subscription(conn, spot.chat_id, kind, spot.thread_id)
    chosen = known.filter if known else Filter()
    buttons = [opens(_counted(reader, chosen, axis), "axis", kind, axis, 0, topic) for axis in AXES]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    rows.append(
        (_switch(reader, "unpledged", mark("Only without any pledge"), chosen.unpledged, kind, topic),)
    )
    if reader.actor is not None and reader.actor.acts_for is not None:
        rows.append(
            (_switch(reader, "mine", mark("Only my organisation"), bool(chosen.organisation), kind, topic),)
        )
    if not chosen.empty:
        rows.append((does(reader.label("Everything again"), "filter_all", kind, topic),))
    rows.append((opens(reader.label("‹ Back"), "subscription" if kind == "digest" else "watch", topic),))
    text = reader.t(
        "<b>What shall I tell you of?</b>\n🔎 {what}\n\nA need has to fit every kind you choose from; of one kind any will do.",
        what=said(reader, conn, chosen),
    )
    return View(text, tuple(rows))


def _counted(reader: Reader, chosen: Filter, axis: str) -> str:
    count = len(getattr(chosen, axis))
    return f"{reader.label(NAME[axis])}{f': {count}' if count else ''} ›"


def _switch(reader: Reader, name: str, label: str, on: bool, kind: str, topic: int) -> Button:
    return does(f"{'☑' if on else '☐'} {reader.label(label)}", "filter_switch", kind, name, topic)


@screen("axis", anyone)
def axis_screen(
    reader: Reader, conn: Connection, kind: str, axis: str, page: int = 0, topic: int = 0
) -> View | None:
    """The values of one kind, a page of them."""
    if kind not in services.KINDS or axis not in AXES:
        return None
    spot = spot_of(conn, reader, topic)
    if spot is None:
        return None
    known = subscriptions.subscription(conn, spot.chat_id, kind, spot.thread_id)
    chosen = known.filter if known else Filter()
    found = options(chosen, axis)
    if not found:
        return _choose_first(reader, kind, axis, topic)
    first = max(0, min(page, (len(found) - 1) // PAGE)) * PAGE
    picked = getattr(chosen, axis)
    buttons = [
        does(
            f"{'☑' if value in picked else '☐'} {clip(_name(reader, axis, value), 30)}",
            "filter",
            kind,
            axis,
            value,
            first // PAGE,
            topic,
        )
        for value in found[first : first + PAGE]
    ]
    rows: list[tuple[Button, ...]] = [tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2)]
    turn = []
    if first:
        turn.append(opens("‹", "axis", kind, axis, first // PAGE - 1, topic))
    if first + PAGE < len(found):
        turn.append(opens("›", "axis", kind, axis, first // PAGE + 1, topic))
    if turn:
        rows.append(tuple(turn))
    rows.append((opens(reader.label("‹ Back"), "filters", kind, topic),))
    return View(
        reader.t("<b>{kind}</b>\nPress to choose; press again to leave out.", kind=reader.label(NAME[axis])),
        tuple(rows),
    )


def _choose_first(reader: Reader, kind: str, axis: str, topic: int) -> View:
    before = FIRST[axis]
    rows = (
        (opens(f"{reader.label(NAME[before])} ›", "axis", kind, before, 0, topic),),
        (opens(reader.label("‹ Back"), "filters", kind, topic),),
    )
    return View(
        reader.t("There are many of them. Choose here first: {kind}.", kind=reader.label(NAME[before])), rows
    )


@action("filter", a_person, admins=True)
def toggle(turn: Turn, conn: Connection, kind: str, axis: str, value: str, page: int, topic: int = 0) -> Show:
    """A value more or less."""
    spot = turn.orders(conn, topic)
    services.toggle_filter(conn, turn.actor, spot.chat_id, kind, axis, value, spot.thread_id)
    return Show("axis", {"kind": kind, "axis": axis, "page": page, "topic": topic})


@action("filter_switch", a_person, admins=True)
def switch(turn: Turn, conn: Connection, kind: str, name: str, topic: int = 0) -> Show:
    """Only my organisation, or only what nobody promised anything for."""
    spot = turn.orders(conn, topic)
    known = subscriptions.subscription(conn, spot.chat_id, kind, spot.thread_id)
    services.set_filter(conn, turn.actor, spot.chat_id, kind, _switched(turn, known, name), spot.thread_id)
    return Show("filters", {"kind": kind, "topic": topic})


def _switched(turn: Turn, known: Subscription | None, name: str) -> Filter:
    chosen = known.filter if known else Filter()
    if name == "unpledged":
        return replace(chosen, unpledged=not chosen.unpledged)
    if name != "mine":
        raise NotFound
    if turn.actor.acts_for is None:
        raise Forbidden
    return replace(
        chosen, organisation=frozenset() if chosen.organisation else frozenset({turn.actor.acts_for})
    )


@action("filter_all", a_person, admins=True)
def everything(turn: Turn, conn: Connection, kind: str, topic: int = 0) -> Show:
    """Nothing is left out any more."""
    spot = turn.orders(conn, topic)
    services.set_filter(conn, turn.actor, spot.chat_id, kind, Filter(), spot.thread_id)
    return Show("filters", {"kind": kind, "topic": topic})
