"""Phone and address: what the other side of an accepted pledge will see."""

import re

from pydantic import BaseModel

from domain.errors import Misread
from domain.privacy import gives_a_phone
from handlers.forms.engine import DONE, NEXT, Choice, Form, Question, Step, begin, form, text_of
from handlers.incoming import Incoming
from handlers.reader import Reader
from handlers.registry import Show, a_person, action
from handlers.screens.privacy import about_privacy
from handlers.turn import Turn
from services import people, privacy
from storage.engine import Connection

_PHONE = re.compile(r"\+?[\d\s().\-]{7,22}")


class ContactData(BaseModel):
    """What is being changed; ``only`` one thing from the profile, both after registration."""

    only: str = ""
    welcome: bool = False
    answered: bool = False
    declined: bool = False


def _ask_privacy(reader: Reader, conn: Connection, data: ContactData) -> Question:
    choices = [
        [Choice(reader.label("👍 I agree"), "yes")],
        [Choice(reader.label("🚫 I give no phone"), "no")],
    ]
    return Question(about_privacy(reader), choices)


def _chose_privacy(turn: Turn, conn: Connection, data: ContactData, value: str) -> str:
    if value not in ("yes", "no"):
        raise Misread("choose")
    data.answered = value == "yes"
    data.declined = not data.answered
    privacy.answer(conn, turn.actor, agreed=data.answered)
    if data.declined:
        return DONE
    return data.only or NEXT


def _ask_phone(reader: Reader, conn: Connection, data: ContactData) -> Question:
    text = reader.t(
        "Your phone number, please, with the country code: <code>+380 67 123 45 67</code>. "
        "Only the other side of an accepted pledge will see it."
    )
    return Question(text)


def _said_phone(turn: Turn, conn: Connection, data: ContactData, incoming: Incoming) -> str:
    if not gives_a_phone(turn.person):
        return "privacy"
    if incoming.kind == "contact" and not incoming.phone:
        raise Misread("own_card")
    text = incoming.phone if incoming.kind == "contact" else text_of(incoming, 40)
    digits = sum(letter.isdigit() for letter in text)
    if not _PHONE.fullmatch(text) or not 7 <= digits <= 15:
        raise Misread("phone")
    people.set_contacts(conn, turn.actor, phone=text)
    return NEXT


def _ask_address(reader: Reader, conn: Connection, data: ContactData) -> Question:
    text = reader.t(
        "And the address for deliveries or letters? It is never on a public card; "
        "only the other side of an accepted pledge will see it."
    )
    return Question(text)


def _said_address(turn: Turn, conn: Connection, data: ContactData, incoming: Incoming) -> str:
    if not gives_a_phone(turn.person):
        return "privacy"
    people.set_contacts(conn, turn.actor, address=text_of(incoming, 300))
    return NEXT


def _finish(turn: Turn, conn: Connection, data: ContactData) -> Show:
    if data.declined:
        return Show("no_phone")
    return Show("profile" if data.only else "home")


form(
    Form(
        "contacts",
        ContactData,
        [
            Step("privacy", _ask_privacy, None, _chose_privacy, when=lambda data: not data.answered),
            Step("phone", _ask_phone, _said_phone, optional=True, when=lambda data: data.only != "address"),
            Step(
                "address", _ask_address, _said_address, optional=True, when=lambda data: data.only != "phone"
            ),
        ],
        _finish,
        leave=lambda data: Show("profile" if data.only else "home"),
    )
)


@action("contacts", a_person)
def change(turn: Turn, conn: Connection, what: str) -> Show:
    """Change one of them from the profile."""
    if what not in ("phone", "address"):
        raise Misread("choose")
    answered = gives_a_phone(turn.person)
    data = ContactData(only=what, answered=answered)
    return begin(turn, conn, "contacts", data, step=what if answered else "privacy")
