"""Photos of a consignment, for its donor: asked for when it is signed for, and again where they were forgotten."""

from domain.errors import Misread
from domain.talking import Sent, is_picture
from domain.wanted import MAX_PHOTOS
from handlers.forms.engine import Choice, Question
from handlers.incoming import Incoming
from handlers.reader import Reader
from handlers.turn import Turn
from services import consignments as services
from storage.engine import Connection


def ask_for_photos(reader: Reader, kept: int) -> Question:
    """More of them, or go on."""
    if not kept:
        return Question(
            reader.t("<b>A photo for the donor?</b> Send it here: their council wants to see it.")
        )
    text = reader.n(
        "{n} photo is kept. Send more, or go on.", "{n} photos are kept. Send more, or go on.", kept
    )
    return Question(text, [[Choice(reader.label("Go on ›"), "on")]])


def keep_photo(turn: Turn, conn: Connection, consignment_id: int, kept: int, incoming: Incoming) -> int:
    """How many are kept now; raises Misread at what is no photo, or one too many."""
    photo = photo_of(incoming)
    if kept >= MAX_PHOTOS:
        raise Misread("too_many_photos")
    return kept + services.add_photo(conn, turn.actor, consignment_id, photo.file_id, photo.unique_id)


def photo_of(incoming: Incoming) -> Sent:
    """What was sent, if it is a photo; raises Misread for a file, which may carry the place, and for anything else."""
    if incoming.kind == "document":
        picture = is_picture(incoming.file_name, incoming.file_type)
        raise Misread("picture_file" if picture else "not_a_photo")
    if incoming.kind != "photo":
        raise Misread("photo")
    return Sent("photo", incoming.file_id, incoming.file_unique_id)
