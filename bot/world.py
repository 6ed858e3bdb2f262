"""The sandbox's small, believable world: five hromadas, four partners, a few open needs. Nobody in it is real.

Built by the same services as everything else, so it cannot hold what the bot would refuse.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.model import Person
from domain.places import places
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import OrganisationKind, Urgency
from services import consignments, digests, needs, pledges, privacy
from services import people as services
from services.start import coordination_chat
from storage import chats, giving, outbox, people
from storage.engine import Connection
from storage.needs import lines_of

MAREK, GRETA, IHOR = 1002, 1003, 1004
HEADQUARTERS = -5001
PARTNERS_TABLE = -1_001_000_000_002
TERMS = Terms()


@dataclass(frozen=True, slots=True)
class _Ask:
    """One need of the world: (item, spec, thousandths or None) a line."""

    urgency: Urgency
    days: int | None
    people: int | None
    why: str
    lines: tuple[tuple[str, str | None, int | None], ...]


ASKS: dict[str, tuple[_Ask, ...]] = {
    "UA63120110000043456": (
        _Ask(
            Urgency.CRITICAL,
            6,
            900,
            "Після обстрілу котельня стоїть, у лікарні 14 °C.",
            (("winter.boiler-mobile", "500 kW", 1000), ("winter.heater-electric", "2000 W", 40_000)),
        ),
    ),
    "UA12080050000062712": (
        _Ask(
            Urgency.URGENT,
            20,
            3200,
            "Вода подається дві години на добу, насоси зношені.",
            (("water.pump-well", "25 m³/h", 3000), ("water.water-tank", "1000 l", 12_000)),
        ),
    ),
    "UA48080130000028458": (),
    "UA59060110000049734": (
        _Ask(
            Urgency.NORMAL,
            45,
            140,
            "Ліцей переходить на змішане навчання, половина дітей без комп’ютера.",
            (("education.laptop", "15.6 ″", 25_000), ("it.starlink", None, 2000)),
        ),
    ),
    "UA46080130000077112": (
        _Ask(
            Urgency.URGENT,
            14,
            380,
            "Прийняли ще 120 переселенців, місць у гуртожитку бракує.",
            (("shelter.bed-bunk", None, 60_000), ("winter.blanket", None, None)),
        ),
    ),
}
"""By KATOTTG code: what each hromada asks for when the world begins."""

PARTNERS = (
    (OrganisationKind.MUNICIPALITY, "Miasto Lublin", "PL", "Lublin", MAREK, "Marek Nowak", "pl"),
    (OrganisationKind.ASSOCIATION, "Brücke nach Osten e. V.", "DE", "Leipzig", GRETA, "Greta Brandt", "de"),
    (
        OrganisationKind.MUNICIPALITY,
        "Kauno miesto savivaldybė",
        "LT",
        "Kaunas",
        9101,
        "Rūta Kazlauskienė",
        "en",
    ),
    (OrganisationKind.MUNICIPALITY, "Ville de Cahors", "FR", "Cahors", 9102, "Claire Martin", "en"),
)


def build(conn: Connection, now: datetime) -> None:
    """Fill an empty database."""
    ihor = people.add_person(
        conn, account=IHOR, name="Ihor Bondar", language="en", coordinator=True, created_at=now
    )
    coordination_chat(conn, now, HEADQUARTERS)
    chats.see(conn, HEADQUARTERS, title="Coordination HQ", language="en", seen_at=now)
    table = {"kind": "supergroup", "title": "Partners' table", "language": "en"}
    chats.see(conn, PARTNERS_TABLE, seen_at=now, **table)
    before = now - timedelta(days=2)
    partners = [_partner(conn, before, ihor, *each) for each in PARTNERS]
    posted = [need for code, asks in ASKS.items() for need in _hromada(conn, before, ihor, code, asks)]
    _some_history(conn, before, partners, posted)
    _standing_orders(conn, now, ihor)
    outbox.skip_chat(conn, HEADQUARTERS, "it happened before the world began")


def _partner(
    conn: Connection,
    now: datetime,
    ihor: Person,
    kind: OrganisationKind,
    name: str,
    country: str,
    city: str,
    account: int,
    person: str,
    language: str,
) -> Actor:
    known = people.add_person(conn, account=account, name=person, language=language, created_at=now)
    privacy.answer(conn, Actor(known.id, now), agreed=True)
    people.change_person(conn, known.id, phone="+00 000 00 00", address=city)
    member = services.register_partner(conn, Actor(known.id, now), kind.value, name, country, city)
    services.verify(conn, Actor(ihor.id, now, coordinator=True), member.id)
    return services.actor_of(conn, people.person(conn, known.id), now)


def _hromada(
    conn: Connection, now: datetime, ihor: Person, code: str, asks: tuple[_Ask, ...]
) -> list[tuple[Actor, int]]:
    if not asks:
        return []
    account = 9000 + int(code[-3:])
    known = people.add_person(conn, account=account, name="Officer on duty", language="uk", created_at=now)
    privacy.answer(conn, Actor(known.id, now), agreed=True)
    people.change_person(conn, known.id, phone="+38 000 000 00 00")
    hromada = places().by_code[code]
    member = services.register_hromada(conn, Actor(known.id, now), code, hromada.name)
    services.verify(conn, Actor(ihor.id, now, coordinator=True), member.id)
    actor = services.actor_of(conn, people.person(conn, known.id), now)
    return [(actor, _post(conn, actor, ask)) for ask in asks]


def _post(conn: Connection, actor: Actor, ask: _Ask) -> int:
    lines = [
        WantedLine(sector=item.partition(".")[0], item=item, spec=spec, needed=amount)
        for item, spec, amount in ask.lines
    ]
    wanted = WantedNeed(
        lines=lines,
        urgency=ask.urgency,
        needed_by=(actor.at + timedelta(days=ask.days)).date() if ask.days else None,
        people_served=ask.people,
        why=ask.why,
    )
    return needs.post_need(conn, actor, wanted, "uk", TERMS).id


def _some_history(
    conn: Connection, now: datetime, partners: list[Actor], posted: list[tuple[Actor, int]]
) -> None:
    """Kaunas promised and sent pumps' tanks; Cahors holds laptops: a newcomer sees progress, not zeroes."""

    _, _, kaunas, cahors = partners
    dnipro, sumy = posted[1], posted[2]
    tanks = lines_of(conn, dnipro[1])[1]
    made = pledges.pledge(conn, kaunas, dnipro[1], {tanks.id: 5000}, TERMS, firm=True)
    pledges.accept(conn, dnipro[0], made.id)
    rows = {row.id: row.left for row in giving.pledge_lines_of(conn, made.id)}
    sent = consignments.pack(conn, kaunas, rows)
    consignments.describe(conn, kaunas, sent.id, plate="KNS 204", crossing="Dorohusk — Yahodyn")
    consignments.dispatch(conn, kaunas, sent.id)
    laptops = lines_of(conn, sumy[1])[0]
    pledges.pledge(conn, cahors, sumy[1], {laptops.id: 10_000}, TERMS, firm=False)


def _standing_orders(conn: Connection, now: datetime, ihor: Person) -> None:
    """The coordinators' group has its digest; Marek hears of energy at once, Greta of everything."""
    digests.subscribe(conn, Actor(ihor.id, now, coordinator=True), HEADQUARTERS, 8, TERMS.zone)
    for account, sector in ((MAREK, "energy"), (GRETA, "")):
        person = people.by_account(conn, account)
        assert person is not None
        chats.see(conn, account, kind="private", person_id=person.id, seen_at=now)
        if sector:
            digests.toggle_filter(conn, Actor(person.id, now), account, "instant", "sector", sector)
        digests.watch(conn, Actor(person.id, now), account)
