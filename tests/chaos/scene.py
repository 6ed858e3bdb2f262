"""Who is there when a run begins, and what they have already."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, update

from domain.actor import Actor
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import OrganisationKind, Urgency
from sandbox import Cast, Group, Person
from services import digests, needs
from services import people as services
from services.start import coordination_chat
from storage import chats, people
from storage.outbox import RowState, outbox
from storage.schema.chats import subscriptions

HEADQUARTERS = -5001
PHONE = "+380 44 000 00 00"
PLACES = {"Olena": "UA48080130000028458", "Taras": "UA12080050000062712"}

OLENA = Person(1001, "Olena", language_code="uk")
TARAS = Person(1002, "Taras", language_code="en")
DRIVER = Person(1003, "Dora", language_code="en")
IHOR = Person(1004, "Ihor", language_code="en")
GIVERS = tuple(Person(1010 + at, name, language_code="en") for at, name in enumerate(("Ada", "Ben", "Cleo")))
NEWCOMERS = tuple(Person(2000 + at, f"New{at}", language_code="en") for at in range(150))
CAST = Cast(
    people=(OLENA, TARAS, DRIVER, *GIVERS, IHOR, *NEWCOMERS),
    groups=(Group(HEADQUARTERS, "HQ", members=(IHOR.id,), admins=(IHOR.id,)),),
)


def settle_in(conn: Connection, now: datetime) -> tuple[str, str]:
    """Everybody is verified; two hromadas need blankets without end; returns the codes of what they ask for."""
    ihor = people.add_person(
        conn, account=IHOR.id, name="Ihor", language="en", coordinator=True, created_at=now
    )
    coordinator = Actor(ihor.id, now, coordinator=True)
    coordination_chat(conn, now, HEADQUARTERS)
    chats.see(conn, HEADQUARTERS, title="HQ", language="en", seen_at=now)
    digests.subscribe(conn, coordinator, HEADQUARTERS, 8, "Europe/Kyiv")
    for person in (OLENA, TARAS, DRIVER, *GIVERS):
        _joins(conn, coordinator, person)
    code = _asks(conn, _actor(conn, OLENA, now))
    other = _asks(conn, _actor(conn, TARAS, now))
    conn.execute(update(outbox).values(state=RowState.SKIPPED))
    return code, other


def _joins(conn: Connection, coordinator: Actor, person: Person) -> None:
    now = coordinator.at
    known = people.add_person(
        conn, account=person.id, name=person.name, language=person.language_code, created_at=now
    )
    chats.see(conn, person.id, kind="private", person_id=known.id, seen_at=now)
    services.set_contacts(conn, Actor(known.id, now), phone=PHONE, address=None)
    place = PLACES.get(person.name)
    if place:
        asked = services.register_hromada(conn, Actor(known.id, now), place, "")
    else:
        kind = OrganisationKind.NGO.value
        asked = services.register_partner(conn, Actor(known.id, now), kind, person.name, "PL", "Lublin")
    services.verify(conn, coordinator, asked.id)


def _asks(conn: Connection, official: Actor) -> str:
    line = WantedLine(sector="winter", item="winter.blanket")
    need = needs.post_need(conn, official, WantedNeed(lines=[line], urgency=Urgency.NORMAL), "uk", Terms())
    assert need.code is not None
    return need.code


def _actor(conn: Connection, person: Person, now: datetime) -> Actor:
    found = people.by_account(conn, person.id)
    assert found is not None
    return services.actor_of(conn, found, now)


def oversleep(conn: Connection) -> None:
    """Every digest was due an hour ago, whatever a wrong clock had made of it."""
    past = datetime.now(UTC) - timedelta(hours=4)
    conn.execute(update(subscriptions).where(subscriptions.c.kind == "digest").values(next_run_at=past))
