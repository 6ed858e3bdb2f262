"""The words of the bot in every language: gettext catalogues read with Babel, numbers and dates by CLDR.

English is the source: its sentences are the message ids. ``t``, ``n`` and ``label`` are what the
extraction looks for.
"""

import gettext
import io
import re
import warnings
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import dates, lists
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

LANGUAGES = ("uk", "en", "pl", "de")
OWN_NAMES = {"uk": "Українська", "en": "English", "pl": "Polski", "de": "Deutsch"}
_HERE = Path(__file__).parent


def mark(message: str) -> str:
    """Mark a sentence for translation where it is written; it is translated where it is shown."""
    return message


def plural(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with a count for translation."""
    return one, many


class Untranslated(gettext.NullTranslations):
    """What is asked when a catalogue lacks a sentence: English is shown, and it is no secret.

    Extraction sees only sentences that stand in ``t``, ``n``, ``label``, ``mark`` or ``plural``; tests turn
    this warning into an error, so that one built elsewhere cannot slip through in English.
    """

    def gettext(self, message: str) -> str:
        """The English sentence."""
        warnings.warn(f"not in the catalogue: {message!r}", stacklevel=3)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The English sentence with its count."""
        warnings.warn(f"not in the catalogue: {msgid1!r}", stacklevel=3)
        return super().ngettext(msgid1, msgid2, n)


@cache
def catalogue_of(language: str) -> gettext.NullTranslations:
    """The translations of one language, compiled in memory from its .po file."""
    path = _HERE / language / "LC_MESSAGES" / "messages.po"
    if language == "en" or not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as source:
        parsed = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, parsed)
    compiled.seek(0)
    catalogue = gettext.GNUTranslations(compiled)
    catalogue.add_fallback(Untranslated())
    return catalogue


@cache
def sayings(longest: int = 40) -> frozenset[str]:
    """Everything short that the bot says as it stands, in every language."""
    found: set[str] = set()
    for language in LANGUAGES:
        path = _HERE / language / "LC_MESSAGES" / "messages.po"
        if path.exists():
            with path.open("rb") as source:
                for message in read_po(source, locale=language):
                    for each in (message.id, message.string):
                        found.update(map(str, each) if isinstance(each, (tuple, list)) else (str(each),))
    return frozenset(each for each in found if 0 < len(each) <= longest and "{" not in each)


_AT_THE_END = re.compile(r"(\{(\w+)\})\.")


def _one_dot(message: str, values: Mapping[str, object]) -> str:
    """'4 шт.' at the end of a sentence brings its dot along."""
    return _AT_THE_END.sub(
        lambda found: found[1] if str(values.get(found[2], "")).endswith(".") else found[0], message
    )


class Words:
    """Speaks one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._catalogue = catalogue_of(self.language)

    def t(self, message: str, **values: object) -> Markup:
        """A sentence as HTML; values are escaped unless they are Markup already."""
        return Markup(_one_dot(self._catalogue.gettext(message), values)).format(**values)

    def n(self, one: str, many: str, count: int, **values: object) -> Markup:
        """A sentence with a count, in the right plural form; ``{n}`` is the count."""
        return Markup(_one_dot(self._catalogue.ngettext(one, many, count), values)).format(n=count, **values)

    def label(self, message: str, **values: object) -> str:
        """A sentence without HTML: buttons, toasts, commands."""
        return _one_dot(self._catalogue.gettext(message), values).format(**values)

    def day(self, day: date) -> str:
        """A date as people write it, with the year only by its last digits where space is short."""
        return dates.format_date(day, format="d MMM y", locale=self.language)

    def moment(self, moment: datetime, zone: str) -> str:
        """A moment in local time: '3 Dec, 14:00'."""
        local = moment.astimezone(ZoneInfo(zone))
        day = dates.format_skeleton("MMMd", local, locale=self.language)
        return f"{day}, {dates.format_time(local, format='HH:mm', locale=self.language)}"

    def both(self, items: list[str]) -> str:
        """'a, b and c'."""
        return lists.format_list(items, locale=self.language)


@cache
def words(language: str) -> Words:
    """The speaker of a language, made once."""
    return Words(language)
