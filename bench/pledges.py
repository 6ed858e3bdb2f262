"""Partners one press before the end of a pledge, each at a need of its own: what a whole transaction costs."""

from datetime import datetime
from typing import Any

from bench.telegram import message
from domain.actor import Actor
from domain.model import Person
from domain.places import places
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import MemberState, OrganisationKind, Urgency
from handlers.forms.pledge import PledgeData
from services import needs
from services import people as services
from storage import chats, people
from storage.engine import Connection
from storage.needs import lines_of

OFFICIALS, CARDS = 3, 2
HROMADAS = 50
"""As many stand behind the presses: one chat that hears everything would be a test of that chat's turn."""
MESSAGES = 1 + OFFICIALS + CARDS
"""What follows from one press: its answer, a notice to each official, an edit of each card."""
_FIRST = 500_000
_COORDINATOR, _OFFICIAL = 400_000, 400_001
_TERMS = Terms()


def fill(conn: Connection, now: datetime, count: int) -> None:
    """A hromada with officials, and so many needs, cards, partners and open forms."""
    boss = _person(conn, now, _COORDINATOR)
    people.change_person(conn, boss.id, coordinator=True)
    coordinator = Actor(boss.id, now, coordinator=True)
    officials = [_hromada(conn, now, coordinator, at) for at in range(min(HROMADAS, count))]
    for at in range(count):
        need_id = _need(conn, officials[at % len(officials)], at)
        partner = _partner(conn, now, coordinator, at)
        line = lines_of(conn, need_id)[0]
        data = PledgeData(need_id=need_id, line_id=line.id, amounts={line.id: 4000})
        chats.save_draft(
            conn, partner.id, "pledge", now, step="ready", back_to=None, data=data.model_dump_json()
        )


def presses(first: int, count: int) -> list[dict[str, Any]]:
    """Each of the partners presses the last button. Draft ids count from 1, as the partners do."""
    return [
        {
            "update_id": first + at,
            "callback_query": {
                "id": str(first + at),
                "from": message(_FIRST + at, 1)["from"],
                "chat_instance": "bench",
                "message": message(_FIRST + at, 7, "When?") | {"date": 4_000_000_000},
                "data": f"1afs:{at + 1}:ready",
            },
        }
        for at in range(count)
    ]


def _person(conn: Connection, now: datetime, account: int) -> Person:
    return services.meet(conn, now, account, f"Person {account}", "uk")


def _hromada(conn: Connection, now: datetime, coordinator: Actor, number: int) -> Actor:
    account = _OFFICIAL + number * OFFICIALS
    first = _person(conn, now, account)
    code = sorted(places().by_code)[number]
    member = services.register_hromada(conn, Actor(first.id, now), code, places().by_code[code].name)
    services.verify(conn, coordinator, member.id)
    for at in range(1, OFFICIALS):
        other = _person(conn, now, account + at)
        values = {"person_id": other.id, "organisation_id": member.organisation_id, "asked_at": now}
        people.add_member(conn, state=MemberState.VERIFIED, **values)
        people.change_person(conn, other.id, acting_for=member.organisation_id)
    return services.actor_of(conn, people.person(conn, first.id), now)


def _need(conn: Connection, official: Actor, at: int) -> int:
    line = WantedLine(sector="winter", item="winter.blanket", needed=10_000)
    need = needs.post_need(conn, official, WantedNeed(lines=[line], urgency=Urgency.URGENT), "uk", _TERMS)
    for card in range(CARDS):
        chat_id = -1000 - at % HROMADAS * CARDS - card
        chats.see(conn, chat_id, kind="group", title="Partners", seen_at=official.at)
        chats.add_card(conn, chat_id, 10_000 + at, need.id, official.at)
    return need.id


def _partner(conn: Connection, now: datetime, coordinator: Actor, at: int) -> Person:
    person = _person(conn, now, _FIRST + at)
    kind, name = OrganisationKind.ASSOCIATION.value, f"Partner {at}"
    member = services.register_partner(conn, Actor(person.id, now), kind, name, "PL", "Lublin")
    services.verify(conn, coordinator, member.id)
    return person
