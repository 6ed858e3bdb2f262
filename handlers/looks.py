"""What a name looks like: shown to whoever decides, never to the one who bears it."""

from functools import cache

from domain import naming
from domain.model import Organisation, Person
from domain.words import OrganisationKind
from handlers.reader import Reader, clip
from locales import sayings
from storage import directory, people
from storage.engine import Connection

_SHORTEST = 4


@cache
def _our_words() -> frozenset[str]:
    """Buttons and short sentences of ours in every language, as the eye reads them."""
    return frozenset(word for each in sayings() if len(word := naming.look(each)) >= _SHORTEST)


def warnings(
    reader: Reader, conn: Connection, person: Person | None = None, organisation: Organisation | None = None
) -> list[str]:
    """A row for each thing that whoever decides should look at twice: of either name, or of both."""
    names = [person.name] if person else []
    if organisation and organisation.kind is not OrganisationKind.HROMADA:  # a hromada's is the register's
        names.append(organisation.name)
    alike = [like for name in names for like in _alike(reader, conn, name, organisation)]
    alike += _like_a_coordinator(reader, conn, person) if person else []
    rows = [reader.label("⚠️ Looks like {name}", name=clip(each, 100)) for each in dict.fromkeys(alike)]
    if any(naming.mixes_scripts(each) for each in names):
        rows.append(reader.label("⚠️ Mixes letters of different alphabets"))
    return rows


def _like_a_coordinator(reader: Reader, conn: Connection, person: Person) -> list[str]:
    """Whoever is called like one of those whom people trust."""
    own = naming.look(person.name)
    others = (each for each in people.coordinators(conn) if each.id != person.id)
    return [reader.called(each) for each in others if own and naming.look(each.name) == own]


def _alike(reader: Reader, conn: Connection, name: str, but: Organisation | None) -> list[str]:
    if not naming.look(name):
        return []
    others = []
    hromada = naming.hromada_like(name)
    if hromada is not None:
        others.append(hromada.title(reader.language))
    organisation = directory.called_like(conn, name, but=but.id if but else None)
    if organisation is not None:
        others.append(reader.organisation(organisation))
    if (
        naming.like_our_own(name, reader.house.username, reader.house.title)
        or naming.look(name) in _our_words()
    ):
        others.append(reader.label("words of this bot"))
    return others
