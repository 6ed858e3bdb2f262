"""The commands Telegram shows behind the menu button, by language and role."""

from collections.abc import Sequence

from domain.actor import Actor
from handlers.registry import a_coordinator, a_partner, an_official
from locales import mark, words

EVERYBODY = (
    ("start", mark("Menu")),
    ("needs", mark("Find needs")),
    ("need", mark("Open a need by its code")),
    ("language", mark("Language")),
    ("privacy", mark("What I keep about you")),
    ("help", mark("Help")),
    ("cancel", mark("Stop what I am filling in")),
)
OFFICIALS = (("new", mark("Post a need")), ("mine", mark("Our needs")), ("coming", mark("What is coming")))
PARTNERS = (("pledges", mark("Our pledges")), ("watch", mark("Hear of new needs")))
COORDINATORS = (("queue", mark("Who and what waits")), ("subscribe", mark("Daily digest")))
GROUPS = (
    ("needs", mark("Find needs")),
    ("need", mark("Open a need by its code")),
    ("subscribe", mark("Daily digest")),
    ("unsubscribe", mark("No digest any more")),
    ("language", mark("Language")),
)


def commands_for(actor: Actor | None, language: str) -> tuple[tuple[str, str], ...]:
    """(command, description) for one person."""
    found: list[tuple[str, str]] = list(EVERYBODY[:1])
    if an_official(actor):
        found += OFFICIALS
    if a_partner(actor):
        found += PARTNERS
    if a_coordinator(actor):
        found += COORDINATORS
    return _in(language, [*found, *EVERYBODY[1:]])


def default_commands(language: str) -> tuple[tuple[str, str], ...]:
    """For everybody we do not know yet."""
    return _in(language, EVERYBODY)


def group_commands(language: str) -> tuple[tuple[str, str], ...]:
    """For groups."""
    return _in(language, GROUPS)


def _in(language: str, commands: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    speaker = words(language)
    return tuple((name, speaker.label(text)) for name, text in commands)
