"""Every press is authorised on the server: the table in rights.txt goes through every screen, action, command
and notice for every role, with data nobody would have been given.

Refused: a sentence, and not one row of any table differs. And never, to nobody, a word that is not theirs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from domain.notices import Lane
from handlers import registry
from handlers.render import render
from tests.story.attempts import (
    HOUSE,
    NOT_YOURS,
    OLD_BUTTON,
    attempt,
    commanded,
    everything_in,
    pressed,
    secrets_in,
    waiting,
)
from tests.story.small_world import ACCOUNT, HEADQUARTERS, NOW, ROLES, SECRETS, VILLAGE, SmallWorld

TABLES = {
    "screen": {name for name, route in registry.SCREENS.items() if route.pressed},
    "action": set(registry.ACTIONS),
    "command": set(registry.COMMANDS),
    "notice": {name for name, route in registry.SCREENS.items() if not route.pressed},
}


LOSSES = {"w": "X", "c": "S", "b": "B"}
"""The time columns, and whose column holds where a row says nothing of its own: no longer acting for an organisation,
no longer coordinating, suspended altogether."""


@dataclass(frozen=True)
class Right:
    """One row of the table."""

    kind: str
    name: str
    values: str
    marks: dict[str, bool]
    since: dict[str, bool]
    """The time columns: what is left to somebody once they lost what let them."""

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}-{self.values}"

    def filled(self, world: SmallWorld) -> str:
        """The values with real ids in them."""
        return self.values.format_map(world.ids | world.codes)

    def update(self, world: SmallWorld, letter: str, chat: int | None = None) -> dict[str, Any]:
        """As Telegram would deliver it; a notice as a forged screen."""
        values = self.filled(world)
        if self.kind == "command":
            return commanded(letter, f"/{self.name} {values}".strip(), chat)
        sign = "a" if self.kind == "action" else "s"
        return pressed(letter, ":".join(filter(None, [f"1{sign}{self.name}", values])), chat)


def read_table() -> list[Right]:
    """The rows of rights.txt."""
    found = []
    for row in Path(__file__).with_name("rights.txt").read_text().splitlines():
        if row and not row.startswith("#"):
            now, _, later = row.partition("|")
            *said, marks = now.split()[: -len(ROLES)], now.split()[-len(ROLES) :]
            kind, name, *values = said[0]
            allowed = {letter: mark == "+" for letter, mark in zip(ROLES, marks, strict=True)}
            lost = {loss: allowed[role] for loss, role in LOSSES.items()}
            lost |= {loss: mark == "+" for loss, mark in zip(LOSSES, later.split(), strict=False)}
            found.append(Right(kind, name, "".join(values), allowed, lost))
    return found


RIGHTS = read_table()
PRESSES = [right for right in RIGHTS if right.kind != "notice"]
NOTICES = [right for right in RIGHTS if right.kind == "notice"]


@pytest.mark.parametrize("kind", TABLES)
def test_the_table_speaks_of_everything_there_is(kind: str) -> None:
    spoken_of = {right.name for right in RIGHTS if right.kind == kind}
    assert not TABLES[kind] - spoken_of, "say in rights.txt who may"
    assert not spoken_of - TABLES[kind], "rights.txt speaks of what is no more"


@pytest.mark.parametrize("right", PRESSES, ids=str)
def test_who_may_press_it(right: Right, small_conn: Connection, small_world: SmallWorld) -> None:
    for letter, allowed in right.marks.items():
        update = right.update(small_world, letter)
        found = attempt(small_conn, update, ACCOUNT[letter], compare=not allowed)
        who = f"{ROLES[letter]} on {right}: {found.outcome.toast or found.shown}"
        if allowed:
            assert found.said not in NOT_YOURS, who
            assert found.shown or found.said, who
        else:
            assert found.said in NOT_YOURS, who
            assert not found.changed, who
        assert secrets_in(found.shown, letter) == [], who


@pytest.mark.parametrize("right", NOTICES, ids=str)
def test_whom_a_notice_tells_something(right: Right, small_conn: Connection, small_world: SmallWorld) -> None:
    for letter, allowed in right.marks.items():
        row = waiting(right.name, values_of(right, small_world), ACCOUNT[letter], Lane.NOTICE)
        view = render(small_conn, row, NOW, HOUSE)
        assert (view is not None) == allowed, f"{ROLES[letter]} on {right}"
        assert secrets_in([everything_in(view)] if view else [], letter) == []


def values_of(right: Right, world: SmallWorld) -> dict[str, Any]:
    """What the bot itself would hand to the screen."""
    texts = right.filled(world).split(":") if right.values else []
    wanted = registry.SCREENS[right.name].values
    return {name: kind(text) for (name, kind), text in zip(wanted, texts, strict=False)}


@pytest.mark.parametrize("right", NOTICES, ids=str)
def test_no_press_opens_a_notice(right: Right, small_conn: Connection, small_world: SmallWorld) -> None:
    found = attempt(small_conn, right.update(small_world, "G"), ACCOUNT["G"], compare=True)
    assert found.outcome.toast == OLD_BUTTON
    assert [row.screen for row in found.queued] == ["home"]
    assert not found.changed


@pytest.mark.parametrize("chat", [HEADQUARTERS, VILLAGE], ids=["headquarters", "village"])
@pytest.mark.parametrize("right", PRESSES, ids=str)
def test_a_group_never_reads_what_is_for_one_person(
    right: Right, chat: int, small_conn: Connection, small_world: SmallWorld
) -> None:
    known_here = {"Piddubny", "Refusal-known-to-one"} if chat == HEADQUARTERS else set()
    for letter in "SPOGCB":
        found = attempt(small_conn, right.update(small_world, letter, chat), chat)
        queued = [row.screen for row in found.queued if row.chat_id == chat]
        if right.name in {*registry.FOR_ADMINS, "share"}:  # what groups are for
            assert len(found.shown) == len(queued), f"queued for a group that may not read it: {queued}"
        leaked = {word for text in found.shown for word in SECRETS if word in text}
        assert leaked <= known_here, f"{ROLES[letter]} made {right} tell {leaked}"
