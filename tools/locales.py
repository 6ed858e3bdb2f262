"""Extract, update and check the translations.

    python tools/locales.py update   # after changing a sentence in the code
    python tools/locales.py check    # what CI runs

English is the source: its sentences are the message ids. A message that nobody uses any more is removed, a new
one waits with an empty translation until somebody writes it; ``check`` fails on both.
"""

import argparse
import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALES = ROOT / "locales"
LANGUAGES = ("uk", "pl", "de")
SOURCES = ("handlers", "bot")
KEYWORDS = {"t": None, "label": None, "mark": None, "n": (1, 2), "plural": (1, 2)}
LONGEST = 3500
"""Telegram takes 4,096 characters; the rest is left to what people wrote."""
BUTTON = 60
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_TAG = re.compile(r"</?[a-z-]+>")


def template() -> Catalog:
    """Every sentence the code says, with where it is said."""
    found = Catalog(charset="utf-8", project="Hromada Bridge", fuzzy=False)
    for source in SOURCES:
        for name, line, message, comments, context in extract_from_dir(
            ROOT / source, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{source}/{name}", line)], auto_comments=comments, context=context)
    return found


def path_of(language: str) -> Path:
    """Where a language lives."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def load(language: str) -> Catalog:
    """The translations of a language, or an empty catalogue for a new one."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", project="Hromada Bridge", fuzzy=False)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def update() -> None:
    """Bring every language up to the code, keeping what is translated."""
    fresh = template()
    for language in LANGUAGES:
        catalogue = load(language)
        catalogue.update(fresh, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        path_of(language).write_bytes(as_po(catalogue))


def as_po(catalogue: Catalog) -> bytes:
    """The file, without line numbers and dates, so that a diff shows sentences only."""
    out = BytesIO()
    write_po(out, catalogue, width=110, omit_header=False, include_lineno=False, sort_output=True)
    lines = out.getvalue().decode().splitlines()
    kept = [
        line for line in lines if not re.match(r'"(POT-Creation-Date|PO-Revision-Date|Generated-By)', line)
    ]
    return ("\n".join(kept).strip() + "\n").encode()


def problems() -> list[str]:
    """Everything that is wrong, one sentence each."""
    fresh = template()
    ids = {message.id for message in fresh if message.id}
    found = []
    for language in LANGUAGES:
        catalogue = load(language)
        known = {message.id for message in catalogue if message.id}
        found += [f"{language}: not in the catalogue: {first(each)!r}" for each in ids - known]
        found += [f"{language}: no longer used: {first(each)!r}" for each in known - ids]
        for message in catalogue:
            if message.id and message.id in ids:
                found += [
                    f"{language}: {problem}: {first(message.id)!r}" for problem in wrong(message, catalogue)
                ]
    return sorted(found)


def wrong(message: object, catalogue: Catalog) -> list[str]:
    """What is wrong with one translation."""
    identity, said = message.id, message.string  # type: ignore[attr-defined]
    forms = said if isinstance(said, (tuple, list)) else (said,)
    if isinstance(identity, (tuple, list)) and len(forms) != catalogue.num_plurals:
        return [f"{catalogue.num_plurals} plural forms are needed"]
    if not all(forms):
        return ["not translated"]
    found = ["fuzzy: look at it and take the mark away"] if message.fuzzy else []  # type: ignore[attr-defined]
    source = identity[-1] if isinstance(identity, (tuple, list)) else identity
    for form in forms:
        if set(_PLACEHOLDER.findall(form)) != set(_PLACEHOLDER.findall(source)):
            found.append("placeholders differ")
        if sorted(_TAG.findall(form)) != sorted(_TAG.findall(source)):
            found.append("HTML tags differ")
        if len(form) > LONGEST:
            found.append("longer than a message may be")
        if len(source) <= 24 and "\n" not in source and len(form) > BUTTON:
            found.append("too long for a button")
    return found


def first(identity: str | tuple[str, ...]) -> str:
    """The sentence, the singular of a counted one."""
    return identity if isinstance(identity, str) else identity[0]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("update", "check"))
    if parser.parse_args().what == "update":
        update()
        return 0
    found = problems()
    for each in found:
        sys.stdout.write(each + "\n")
    sys.stdout.write(f"{len(found)} problems in {len(LANGUAGES)} languages\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
