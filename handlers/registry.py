"""Screens, actions and commands by name, each with the rule of who may see or do it.

A press is ``1`` (the codec's version), ``s`` or ``a``, the name and its values, at most 64 bytes, with no
memory on the server. Whatever comes back is decoded against the function's own signature, so forged,
cut or outdated data is refused before any code of ours sees it.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from domain.actor import Actor
from handlers.view import Button, View

VERSION = "1"
LIMIT = 64

Rule = Callable[[Actor | None], bool]


def anyone(actor: Actor | None) -> bool:
    """Open to everybody, groups included."""
    return True


def a_person(actor: Actor | None) -> bool:
    """Somebody in particular who is not suspended."""
    return actor is not None and not actor.suspended


def somebody(actor: Actor | None) -> bool:
    """Somebody in particular, suspended or not: what is kept of a person is theirs all the same."""
    return actor is not None


def an_official(actor: Actor | None) -> bool:
    """A verified member of a verified hromada."""
    return actor is not None and actor.is_official


def a_partner(actor: Actor | None) -> bool:
    """A verified member of a verified partner."""
    return actor is not None and actor.is_partner


def a_member(actor: Actor | None) -> bool:
    """A verified member of anything."""
    return an_official(actor) or a_partner(actor)


def a_coordinator(actor: Actor | None) -> bool:
    """A coordinator."""
    return actor is not None and actor.coordinator and not actor.suspended


@dataclass(frozen=True, slots=True)
class Show:
    """What to show next, and a toast for the one who pressed. ``fresh`` sends instead of editing."""

    screen: str
    params: dict[str, Any] = field(default_factory=dict)
    toast: str = ""
    alert: bool = False
    fresh: bool = False


NOTHING = Show("")
"""Stay silent."""


@dataclass(frozen=True, slots=True)
class Route:
    """A screen or an action, its rule, and the names and types of its values. ``pressed``: by a button."""

    name: str
    call: Callable[..., Any]
    who: Rule
    values: tuple[tuple[str, type], ...]
    optional: int
    pressed: bool = True


class BadPress(ValueError):
    """Callback data that is forged, cut, or from an older version of the bot."""


SCREENS: dict[str, Route] = {}
ACTIONS: dict[str, Route] = {}
COMMANDS: dict[str, Route] = {}
FOR_ADMINS: set[str] = set()
"""Actions and commands that in a group are for those who look after it: whether they do, Telegram has to be asked."""
FRESH: dict[str, Callable[[dict[str, Any]], Show]] = {}
"""By action: which fresh screen to show when it was refused because things changed meanwhile."""


OPENED: dict[str, Callable[..., None]] = {}
"""By screen: what is written down when somebody opens it, ``(conn, actor, **values)``. A screen itself changes nothing."""


def _register(
    table: dict[str, Route], name: str, who: Rule, *, pressed: bool = True
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(call: Callable[..., Any]) -> Callable[..., Any]:
        if name in table:
            raise ValueError(f"{name} is registered twice")
        found = list(inspect.signature(call, eval_str=True).parameters.values())[2:]
        values = tuple((each.name, each.annotation) for each in found)
        optional = sum(each.default is not inspect.Parameter.empty for each in found)
        table[name] = Route(name, call, who, values, optional, pressed)
        return call

    return add


def screen(
    name: str, who: Rule = anyone, *, opened: Callable[..., None] | None = None
) -> Callable[[Callable[..., View | None]], Callable[..., View | None]]:
    """Register ``(reader, conn, **values) -> View``; None says there is nothing to show any more. ``opened``: see :data:`OPENED`."""
    if opened:
        OPENED[name] = opened
    return _register(SCREENS, name, who)


def notice(
    name: str, who: Rule = a_person
) -> Callable[[Callable[..., View | None]], Callable[..., View | None]]:
    """Register a screen the bot shows of its own accord: no press opens it, so nobody can forge one that does."""
    return _register(SCREENS, name, who, pressed=False)


def action(
    name: str, who: Rule, fresh: Callable[[dict[str, Any]], Show] | None = None, *, admins: bool = False
) -> Callable[[Callable[..., Show]], Callable[..., Show]]:
    """Register ``(turn, conn, **values) -> Show``: one service call, then the screen to show next.

    ``fresh`` names the screen that shows how things stand when the action is refused. ``admins``: see :data:`FOR_ADMINS`.
    """
    if admins:
        FOR_ADMINS.add(name)
    if fresh:
        FRESH[name] = fresh
    return _register(ACTIONS, name, who)


def command(
    name: str, who: Rule = anyone, *, admins: bool = False
) -> Callable[[Callable[..., Show]], Callable[..., Show]]:
    """Register ``(turn, conn, argument) -> Show`` for ``/name argument``. ``admins``: see :data:`FOR_ADMINS`."""
    if admins:
        FOR_ADMINS.add(name)
    return _register(COMMANDS, name, who)


def _encode(sign: str, table: dict[str, Route], name: str, values: tuple[object, ...]) -> str:
    route = table[name]
    if not route.pressed:
        raise ValueError(f"{name} is shown by the bot alone")
    if not len(route.values) - route.optional <= len(values) <= len(route.values):
        raise ValueError(f"{name} takes {len(route.values)} values, got {len(values)}")
    written = ":".join([f"{VERSION}{sign}{name}", *map(_write, values)])
    if len(written.encode()) > LIMIT:
        raise ValueError(f"press too long: {written}")
    return written


def _write(value: object) -> str:
    text = str(int(value)) if isinstance(value, bool) else str(value)
    if ":" in text:
        raise ValueError(f"a colon in {text!r}")
    return text


def to_screen(name: str, *values: object) -> str:
    """The press that opens a screen."""
    return _encode("s", SCREENS, name, values)


def to_action(name: str, *values: object) -> str:
    """The press that does an action."""
    return _encode("a", ACTIONS, name, values)


def opens(label: str, name: str, *values: object) -> Button:
    """A button that opens a screen."""
    return Button(label, press=to_screen(name, *values))


def does(label: str, name: str, *values: object) -> Button:
    """A button that does an action."""
    return Button(label, press=to_action(name, *values))


def for_admins(press: str, name: str) -> bool:
    """Whether a press or a command is one that in a group is for those who look after it; the press may be forged."""
    pressed = press[2:].partition(":")[0] if press[1:2] == "a" else ""
    return bool({pressed, name} & FOR_ADMINS)


@dataclass(frozen=True, slots=True)
class Press:
    """A decoded press: which route, with which values."""

    is_action: bool
    route: Route
    params: dict[str, Any]


def decode(data: str) -> Press:
    """Callback data back to a press; raises BadPress for anything we would not have written today."""
    if len(data.encode()) > LIMIT or data[:1] != VERSION or data[1:2] not in ("s", "a"):
        raise BadPress(data)
    name, *raw = data[2:].split(":")
    is_action = data[1] == "a"
    route = (ACTIONS if is_action else SCREENS).get(name)
    if route is None or not route.pressed:
        raise BadPress(data)
    if not len(route.values) - route.optional <= len(raw) <= len(route.values):
        raise BadPress(data)
    params = {key: _read(kind, text) for (key, kind), text in zip(route.values, raw, strict=False)}
    return Press(is_action, route, params)


def _read(kind: type, text: str) -> Any:
    if kind is str:
        return text
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(text) > 19:
        raise BadPress(text)
    number = int(text)
    if abs(number) >= 2**63 or (kind is bool and number not in (0, 1)):
        raise BadPress(text)
    return bool(number) if kind is bool else number
