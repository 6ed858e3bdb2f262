"""Forms of one question: why not, the declaration's code."""

from collections.abc import Callable

from pydantic import BaseModel

from domain.errors import NotFound
from handlers import names
from handlers.forms.engine import NEXT, Choice, Form, Question, Step, begin, form, text_of
from handlers.incoming import Incoming
from handlers.reader import Reader
from handlers.registry import Show, a_coordinator, action, an_official
from handlers.turn import Turn
from locales import words
from services import consignments, people, pledges
from storage import giving
from storage import people as stored_people
from storage.engine import Connection


class About(BaseModel):
    """What the one answer is about."""

    id: int
    text: str = ""


def _said(most: int) -> Callable[[Turn, Connection, About, Incoming], str]:
    def said(turn: Turn, conn: Connection, data: About, incoming: Incoming) -> str:
        data.text = text_of(incoming, most)
        return NEXT

    return said


def _ask_decline(reader: Reader, conn: Connection, data: About) -> Question:
    choices = [[Choice(reader.label(text), key)] for key, text in names.DECLINE.items()]
    return Question(
        reader.t("Why not? The partner will read it. Press, or write in your own words."), choices
    )


def _chose_decline(turn: Turn, conn: Connection, data: About, value: str) -> str:
    pledge = giving.pledge(conn, data.id)
    if pledge is None or value not in names.DECLINE:
        raise NotFound
    partner = stored_people.person(conn, pledge.person_id)
    data.text = words(partner.language).label(names.DECLINE[value])
    return NEXT


def _decline(turn: Turn, conn: Connection, data: About) -> Show:
    pledges.decline(conn, turn.actor, data.id, data.text, turn.house.terms)
    return Show("pledge", {"pledge_id": data.id})


form(
    Form(
        "decline",
        About,
        [Step("why", _ask_decline, _said(500), _chose_decline)],
        _decline,
        an_official,
        lambda conn, actor, data: pledges.may_decline(conn, actor, data.id),
        leave=lambda data: Show("pledge", {"pledge_id": data.id}),
    )
)


@action("decline", an_official)
def decline(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """Decline a pledge: first the reason."""
    pledges.may_decline(conn, turn.actor, pledge_id)
    return begin(turn, conn, "decline", About(id=pledge_id))


def _ask_refuse(reader: Reader, conn: Connection, data: About) -> Question:
    choices = [[Choice(reader.label(text), key)] for key, text in names.REFUSE.items()]
    return Question(reader.t("Why not? The person will read it. Press, or write in your own words."), choices)


def _chose_refuse(turn: Turn, conn: Connection, data: About, value: str) -> str:
    member = stored_people.member(conn, data.id)
    if member is None or value not in names.REFUSE:
        raise NotFound
    person = stored_people.person(conn, member.person_id)
    data.text = words(person.language).label(names.REFUSE[value])
    return NEXT


def _refuse(turn: Turn, conn: Connection, data: About) -> Show:
    people.refuse(conn, turn.actor, data.id, data.text)
    return Show("verification", {"member_id": data.id})


form(
    Form(
        "refuse",
        About,
        [Step("why", _ask_refuse, _said(500), _chose_refuse)],
        _refuse,
        a_coordinator,
        leave=lambda data: Show("verification", {"member_id": data.id}),
    )
)


@action("refuse", a_coordinator)
def refuse(turn: Turn, conn: Connection, member_id: int) -> Show:
    """Refuse a person: first the reason."""
    if stored_people.member(conn, member_id) is None:
        raise NotFound
    return begin(turn, conn, "refuse", About(id=member_id))


def _ask_declaration(reader: Reader, conn: Connection, data: About) -> Question:
    return Question(reader.t("Type the unique code of the humanitarian aid declaration."))


def _declare(turn: Turn, conn: Connection, data: About) -> Show:
    consignments.declare(conn, turn.actor, data.id, data.text)
    return Show("consignment", {"consignment_id": data.id})


form(
    Form(
        "declaration",
        About,
        [Step("code", _ask_declaration, _said(40))],
        _declare,
        an_official,
        lambda conn, actor, data: consignments.coming_to_us(conn, actor, data.id),
        leave=lambda data: Show("consignment", {"consignment_id": data.id}),
    )
)


@action("declare", an_official)
def declare(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """Enter the declaration's code."""
    consignments.coming_to_us(conn, turn.actor, consignment_id)
    return begin(turn, conn, "declaration", About(id=consignment_id))
