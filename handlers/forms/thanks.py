"""Saying thank you: a few words, up to three photos."""

from markupsafe import Markup
from pydantic import BaseModel

from domain.contacts import language_of
from domain.errors import Misread
from domain.talking import THANKS_PHOTOS, Sent
from handlers.forms.engine import DONE, NEXT, Choice, Form, Question, Step, begin, form, text_of
from handlers.forms.photos import photo_of
from handlers.incoming import Incoming
from handlers.parts import organisation
from handlers.reader import Reader
from handlers.registry import Show, action, an_official
from handlers.turn import Turn
from services import thanks as services
from storage import giving
from storage.engine import Connection


class ThanksData(BaseModel):
    """What is written so far."""

    consignment_id: int
    text: str = ""
    photos: list[Sent] = []


def _ask_text(reader: Reader, conn: Connection, data: ThanksData) -> Question:
    consignment = giving.consignment(conn, data.consignment_id)
    assert consignment is not None
    donor = reader.organisation(organisation(conn, consignment.organisation_id))
    return Question(
        reader.t(
            "💛 <b>A few words to {donor}?</b>\nWhat it changed for people, for example. They decide whether others may read it.",
            donor=donor,
        )
    )


def _said_text(turn: Turn, conn: Connection, data: ThanksData, incoming: Incoming) -> str:
    data.text = text_of(incoming, services.LONGEST)
    return NEXT


def _ask_photos(reader: Reader, conn: Connection, data: ThanksData) -> Question:
    send = [[Choice(reader.label("💛 Send"), "send")]]
    if not data.photos:
        return Question(reader.t("<b>A photo with it?</b> Up to three. Or send it without."), send)
    kept = reader.n(
        "{n} photo is kept. Send more, or go on.",
        "{n} photos are kept. Send more, or go on.",
        len(data.photos),
    )
    return Question(Markup("{}\n\n<blockquote>{}</blockquote>").format(kept, data.text), send)


def _said_photos(turn: Turn, conn: Connection, data: ThanksData, incoming: Incoming) -> str:
    photo = photo_of(incoming)
    if len(data.photos) >= THANKS_PHOTOS:
        raise Misread("three_photos")
    if photo.unique_id not in [each.unique_id for each in data.photos]:
        data.photos = [*data.photos, photo]
    return "photos"


def _chose_photos(turn: Turn, conn: Connection, data: ThanksData, value: str) -> str:
    if value != "send":
        raise Misread("choose")
    return DONE


def _send(turn: Turn, conn: Connection, data: ThanksData) -> Show:
    language = language_of(data.text, turn.person.language)
    made = services.thank(
        conn,
        turn.actor,
        data.consignment_id,
        data.text,
        language,
        data.photos,
        translate=bool(turn.house.translator),
    )
    return Show("thanks", {"thanks_id": made.id}, toast=turn.reader.label("Sent. They will be glad."))


def _back(consignment_id: int) -> Show:
    return Show("consignment", {"consignment_id": consignment_id})


form(
    Form(
        "thank",
        ThanksData,
        [
            Step("text", _ask_text, _said_text, public=True),
            Step("photos", _ask_photos, _said_photos, _chose_photos),
        ],
        _send,
        an_official,
        leave=lambda data: _back(data.consignment_id),
    )
)


@action("thank", an_official, fresh=lambda params: _back(params["consignment_id"]))
def thank(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """Say thank you for what was signed for."""
    services.may_thank(conn, turn.actor, consignment_id)
    return begin(turn, conn, "thank", ThanksData(consignment_id=consignment_id))
