"""Before it is published: words that look like a phone, an e-mail, an account or a street are asked about once."""

from collections.abc import Iterable

from markupsafe import Markup

from domain.contacts import contacts_in
from handlers.reader import Reader, clip

SHOWN = 12


def contacts_of(texts: Iterable[str | None]) -> list[str]:
    """What was seen in some words, each once, in its order."""
    return list(
        dict.fromkeys(text[each.start : each.end] for text in texts if text for each in contacts_in(text))
    )


def doubt(reader: Reader, seen: list[str]) -> Markup:
    """What was seen, and that everybody would read it."""
    rows = [Markup("• <b>{}</b>").format(clip(each, 80)) for each in seen[:SHOWN]]
    text = reader.t(
        "⚠️ <b>Everybody will read this.</b> It looks as if it names a phone, an e-mail, an account or a street:"
    )
    why = reader.t("Partners and hromadas get each other's phone by themselves once a pledge is accepted.")
    return Markup("\n").join([text, *rows, Markup(""), why])
