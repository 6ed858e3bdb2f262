"""Who people are: meeting them, their language and contacts, for whom they act. How they come in stands in joining.py and
verifying.py, how they stop in standing.py.
"""

from datetime import datetime

from domain import naming
from domain.actor import Actor
from domain.errors import Empty, Forbidden, NotFound
from domain.model import Person
from domain.words import Language, MemberState
from domain.words import member as word
from services import barring
from services.joining import accept_invite as accept_invite
from services.joining import may_ask as may_ask
from services.joining import register_hromada as register_hromada
from services.joining import register_partner as register_partner
from services.menus import show_commands as show_commands
from services.verifying import keep_out as keep_out
from services.verifying import let_in as let_in
from services.verifying import refuse as refuse
from services.verifying import restore as restore
from services.verifying import suspend as suspend
from services.verifying import verify as verify
from storage import chats, people
from storage.engine import Connection


def guess_language(code: str | None) -> Language:
    """The nearest language we speak to what the messenger says; English where there is none."""
    base = (code or "").lower().partition("-")[0]
    return word(Language, base) or Language.EN


def meet(conn: Connection, now: datetime, account: int, name: str, language: str | None) -> Person:
    """The person behind an account, made known on their first message; follows a new name or language."""
    known = people.by_account(conn, account)
    name = naming.person(name)
    if known is None:
        known = people.add_person(
            conn, account=account, name=name, language=guess_language(language), created_at=now
        )
        chats.see(conn, account, kind="private", person_id=known.id, seen_at=now)
        known = barring.recognise(conn, known, now)
    elif known.name != name:
        first_words = known.name == "-" and not known.language_chosen
        said = {"language": guess_language(language)} if first_words and language else {}
        people.change_person(conn, known.id, name=name, **said)
        known = people.person(conn, known.id)
    return known


def actor_of(conn: Connection, person: Person, now: datetime, acting_for: int | None = None) -> Actor:
    """What a person may do now, read afresh at every press; for the organisation they chose, or for another of theirs."""
    organisation_id = acting_for or person.acting_for
    standing = people.standing(conn, person.id, organisation_id) if organisation_id else None
    return Actor(
        person.id,
        now,
        standing,
        coordinator=person.coordinator and not person.suspended,
        suspended=person.suspended,
    )


def set_language(conn: Connection, actor: Actor, language: str) -> None:
    """The reader's own choice; it stays whatever the messenger says later."""
    known = word(Language, language)
    if known is None:
        raise NotFound
    people.change_person(conn, actor.person_id, language=known, language_chosen=True)


def set_contacts(
    conn: Connection, actor: Actor, *, phone: str | None = None, address: str | None = None
) -> None:
    """What the other side of an accepted pledge will see, and nobody else."""
    values = {key: value for key, value in (("phone", phone), ("address", address)) if value is not None}
    if not values:
        raise Empty
    if people.person(conn, actor.person_id).privacy_agreed is False:
        raise Forbidden
    people.change_person(conn, actor.person_id, **values)


def switch(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """Act for another of one's organisations from now on."""
    member = people.membership(conn, actor.person_id, organisation_id)
    if member is None or member.state is MemberState.LEFT:
        raise Forbidden
    people.change_person(conn, actor.person_id, acting_for=organisation_id)
