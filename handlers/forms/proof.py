"""Photos of what came, when the receipt is signed already."""

from pydantic import BaseModel

from domain.errors import Changed, Misread
from domain.words import ConsignmentState
from handlers.forms.engine import DONE, Form, Question, Step, begin, form
from handlers.forms.photos import ask_for_photos, keep_photo
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
    return ask_for_photos(reader, data.photos)


def _said(turn: Turn, conn: Connection, data: ProofData, incoming: Incoming) -> str:
    data.photos = keep_photo(turn, conn, data.consignment_id, data.photos, incoming)
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


form(
    Form(
        "proof",
        ProofData,
        [Step("photos", _ask, _said, _chose)],
        _show,
        an_official,
        lambda conn, actor, data: services.may_witness(conn, actor, data.consignment_id),
        leave=_leave,
    )
)


def _again(params: dict[str, int]) -> Show:
    return Show("consignment", {"consignment_id": params["consignment_id"]})


@action("add_photo", an_official, fresh=_again)
def add_photo(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """A photo after the signature: first the question."""
    found = services.may_witness(conn, turn.actor, consignment_id)
    if found.state is not ConsignmentState.RECEIVED:
        raise Changed
    return begin(turn, conn, "proof", ProofData(consignment_id=consignment_id))
