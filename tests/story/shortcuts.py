"""Ways into the middle of a story, through the services, for tests that are about something else."""

from datetime import datetime

from domain.actor import Actor
from domain.places import places
from domain.schedule import Terms
from domain.wanted import WantedLine, WantedNeed
from domain.words import Urgency
from services import needs
from services import people as services
from storage import people
from storage.engine import Connection, Database
from tests.story.conftest import TODAY

OLENA, IHOR = 1001, 1004
PERVOMAISKA = "UA48080130000028458"


async def olena_is_verified(db: Database) -> None:
    """She acts for Pervomaiska hromada and has left her phone."""
    await db.write(_verify, TODAY)


def _verify(conn: Connection, now: datetime) -> None:
    olena = _actor(conn, OLENA, now)
    services.set_contacts(conn, olena, phone="+380 44 000 10 01", address="вул. Грушевського, 3")
    member = services.register_hromada(conn, olena, PERVOMAISKA, places().by_code[PERVOMAISKA].name)
    services.verify(conn, _actor(conn, IHOR, now), member.id)


async def olena_asks_for_generators(db: Database, thousandths: int) -> str:
    """An open need with one line; returns its code."""
    return await db.write(_ask, TODAY, thousandths)


def _ask(conn: Connection, now: datetime, thousandths: int) -> str:
    line = WantedLine(sector="energy", item="energy.generator-diesel", spec="5 kW", needed=thousandths)
    wanted = WantedNeed(lines=[line], urgency=Urgency.URGENT)
    need = needs.post_need(conn, _actor(conn, OLENA, now), wanted, "uk", Terms())
    assert need.code is not None
    return need.code


def _actor(conn: Connection, account: int, now: datetime) -> Actor:
    known = people.by_account(conn, account)
    assert known is not None
    return services.actor_of(conn, known, now)
