"""Photos of what came, when the receipt is signed already."""

from pydantic import BaseModel

from domain.errors import Changed, Misread
from domain.wanted import MAX_PHOTOS
from domain.words import ConsignmentState
from handlers.forms.engine import DONE, Choice, Form, Question, Step, begin, form
from handlers.incoming import Incoming
from handlers.reader import Reader
from handlers.registry import Show, action, an_official
from handlers.turn import Turn
from services import consignments as services
from storage.engine import Connection


class ProofData(BaseModel):
    """How many photos came so far."""

    consignment_id: int
    photos: int = 0


def _ask(reader: Reader, conn: Connection, data: ProofData) -> Question:
    if not data.photos:
        return Question(
            reader.t("<b>A photo for the donor?</b> Send it here: their council wants to see it.")
        )
    text = reader.n(
        "{n} photo is kept. Send more, or go on.", "{n} photos are kept. Send more, or go on.", data.photos
    )
    return Question(text, [[Choice(reader.label("Go on ›"), "on")]])


def _said(turn: Turn, conn: Connection, data: ProofData, incoming: Incoming) -> str:
    if incoming.kind == "document":
        raise Misread("not_a_photo")
    if incoming.kind != "photo":
        raise Misread("photo")
    if data.photos >= MAX_PHOTOS:
        raise Misread("too_many_photos")
    data.photos += services.add_photo(
        conn, turn.actor, data.consignment_id, incoming.file_id, incoming.file_unique_id
    )
    return "photos"


def _chose(turn: Turn, conn: Connection, data: ProofData, value: str) -> str:
    if not data.photos:
        raise Misread("photo")
    return DONE


def _show(turn: Turn, conn: Connection, data: ProofData) -> Show:
    services.show_photos(conn, turn.actor, data.consignment_id)
    toast = turn.reader.label("Thank you! The donor sees it now.")
    return Show("consignment", {"consignment_id": data.consignment_id}, toast=toast)


def _leave(data: ProofData) -> Show:
    return Show("consignment", {"consignment_id": data.consignment_id})


form(Form("proof", ProofData, [Step("photos", _ask, _said, _chose)], _show, an_official, leave=_leave))


def _again(params: dict[str, int]) -> Show:
    return Show("consignment", {"consignment_id": params["consignment_id"]})


@action("add_photo", an_official, fresh=_again)
def add_photo(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """A photo after the signature: first the question."""
    found = services.coming_to_us(conn, turn.actor, consignment_id)
    if found.state is not ConsignmentState.RECEIVED:
        raise Changed
    return begin(turn, conn, "proof", ProofData(consignment_id=consignment_id))
