"""Who takes part in the stories of the services: two hromadas, three partners, and people who may not act."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select, update

from domain.actor import Actor
from domain.model import Line, Need, Pledge
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import OrganisationKind, Urgency
from services import needs, pledges
from services import people as services
from services.start import coordination_chat
from storage import chats, giving, people
from storage import needs as needs_table
from storage.outbox import RowState, outbox

MORNING = datetime(2026, 3, 2, 7, tzinfo=UTC)
TERMS = Terms()
HEADQUARTERS = -5001
PERVOMAISK, NIKOPOL = "UA48080130000028458", "UA12080050000062712"

OFFICIALS = {"Olena": PERVOMAISK, "Taras": NIKOPOL}
PARTNERS = {"Marek": "Miasto Lublin", "Greta": "Brücke e. V.", "Rūta": "Kauno miestas"}
OUTSIDERS = ("Petro", "Sergei", "Nobody")
"""One who waits for verification, one whose access is suspended, one who never registered."""
EVERYBODY = (*OFFICIALS, *PARTNERS, *OUTSIDERS)


@dataclass
class Company:
    """Everybody by first name, and the moment they act in."""

    conn: Connection
    now: datetime = MORNING
    ids: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        """What this person may do now."""
        person = people.person(self.conn, self.ids[name])
        return services.actor_of(self.conn, person, self.now)

    def account(self, name: str) -> int:
        """The chat this person reads in."""
        return people.person(self.conn, self.ids[name]).account

    def later(self, **step: float) -> datetime:
        """Let time pass."""
        self.now += timedelta(**step)
        return self.now

    def asks(self, *wanted: tuple[str, int | None], by: str = "Olena", **facts: object) -> Need:
        """A need with lines of (item, whole units or None)."""
        lines = [
            WantedLine(sector=item.partition(".")[0], item=item, needed=count and count * 1000)
            for item, count in wanted
        ]
        need = WantedNeed(lines=lines, urgency=Urgency.URGENT)
        return needs.post_need(self.conn, self[by], need.model_copy(update=facts), "uk", TERMS)

    def line(self, need: Need, at: int = 0) -> Line:
        """A line of a need as it stands now."""
        return needs_table.lines_of(self.conn, need.id)[at]

    def need(self, need: Need) -> Need:
        """A need as it stands now."""
        found = needs_table.need(self.conn, need.id)
        assert found is not None
        return found

    def promises(self, who: str, need: Need, *counts: int, firm: bool = True) -> Pledge:
        """So many whole units of the first lines."""
        lines = needs_table.lines_of(self.conn, need.id)
        amounts = {line.id: count * 1000 for line, count in zip(lines, counts, strict=False) if count}
        return pledges.pledge(self.conn, self[who], need.id, amounts, TERMS, firm=firm)

    def pledge(self, made: Pledge) -> Pledge:
        """A pledge as it stands now."""
        found = giving.pledge(self.conn, made.id)
        assert found is not None
        return found


def gather(conn: Connection) -> Company:
    """Everybody registered, verified where they are to be, each with a private chat, a phone and a street."""
    company = Company(conn)
    ihor = people.add_person(
        conn, account=1004, name="Ihor", language="en", coordinator=True, created_at=MORNING
    )
    company.ids["Ihor"] = ihor.id
    chats.see(conn, 1004, kind="private", person_id=ihor.id, seen_at=MORNING)
    coordination_chat(conn, MORNING, HEADQUARTERS)
    for at, name in enumerate(EVERYBODY):
        person = services.meet(conn, MORNING, 2000 + at, name, "en")
        company.ids[name] = person.id
        services.set_contacts(
            conn, Actor(person.id, MORNING), phone=f"+380 44 000 00 0{at}", address=f"{name}'s street"
        )
    for name, code in OFFICIALS.items():
        member = services.register_hromada(conn, company[name], code, f"{name}'s hromada")
        services.verify(conn, company["Ihor"], member.id)
    for name, title in PARTNERS.items():
        kind = OrganisationKind.MUNICIPALITY.value
        member = services.register_partner(conn, company[name], kind, title, "PL", "Lublin")
        services.verify(conn, company["Ihor"], member.id)
    services.register_hromada(conn, company["Petro"], PERVOMAISK, "")
    suspended = services.register_hromada(conn, company["Sergei"], PERVOMAISK, "")
    services.verify(conn, company["Ihor"], suspended.id)
    services.suspend(conn, company["Ihor"], suspended.id)
    conn.execute(update(outbox).values(state=RowState.SENT))
    return company


def heard(company: Company, name: str) -> list[str]:
    """Screens this person was told of, in order; asking again starts anew."""
    return told(company, company.account(name))


def told(company: Company, chat_id: int) -> list[str]:
    """The same for any chat."""
    mine = outbox.c.chat_id == chat_id, outbox.c.state == RowState.DUE
    rows = company.conn.execute(select(outbox.c.screen).where(*mine).order_by(outbox.c.id)).scalars().all()
    company.conn.execute(update(outbox).where(*mine).values(state=RowState.SENT))
    return list(rows)
