"""What people are told about their data, and what they answered."""

from domain.model import Person

VERSION = 1
"""Of the text in handlers/screens/privacy.py: raised with every change of its meaning, and then everybody is asked again."""


def has_answered(person: Person) -> bool:
    """Whether they answered the text as it stands now."""
    return person.privacy_version == VERSION and person.privacy_agreed is not None


def gives_a_phone(person: Person) -> bool:
    """Whether they agreed that a phone and an address are kept."""
    return person.privacy_version == VERSION and bool(person.privacy_agreed)
