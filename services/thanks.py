"""Thanks: a few words and photos from the hromada, the donor's to keep or to show."""

from collections.abc import Sequence

from domain.actor import Actor
from domain.errors import AlreadyDone, Changed, Empty, Forbidden, NotFound, SamePerson
from domain.model import Consignment
from domain.notices import Happening
from domain.talking import THANKS_PHOTOS, Sent, Thanks
from domain.words import ConsignmentState, EventKind
from services import four_eyes, history, translations
from services.consignments import may_witness, needs_of
from services.notices import Concerned, tell
from storage import giving, needs, people
from storage import thanks as stored
from storage.engine import Connection

LONGEST = 1000


def may_thank(conn: Connection, actor: Actor, consignment_id: int) -> Consignment:
    """A consignment the hromada acted for signed for and did not thank for yet."""
    found = may_witness(conn, actor, consignment_id)
    if found.state is not ConsignmentState.RECEIVED:
        raise Changed
    if stored.of_consignment(conn, consignment_id) is not None:
        raise AlreadyDone
    return found


def thank(
    conn: Connection,
    actor: Actor,
    consignment_id: int,
    text: str,
    language: str,
    photos: Sequence[Sent] = (),
    *,
    translate: bool = False,
) -> Thanks:
    """Say thank you to the donor of a consignment, once; it stays between the two until the donor says otherwise."""
    consignment = may_thank(conn, actor, consignment_id)
    if not text.strip() or len(text) > LONGEST or len(photos) > THANKS_PHOTOS:
        raise Empty
    made = stored.add(
        conn,
        consignment_id=consignment_id,
        person_id=actor.person_id,
        text=text,
        language=language,
        at=actor.at,
    )
    for photo in photos:
        needs.attach(
            conn,
            "thanks",
            made.id,
            file_id=photo.file_id,
            file_unique_id=photo.unique_id,
            person_id=actor.person_id,
            at=actor.at,
        )
    for need_id in needs_of(conn, consignment_id):
        history.of_need(conn, actor, EventKind.THANKED, need_id, consignment=consignment_id, thanks=made.id)
    _tell(conn, made, consignment, translate=translate)
    return made


def _tell(conn: Connection, made: Thanks, consignment: Consignment, *, translate: bool) -> None:
    """Everybody of the donor, each with the translation they may need below it later."""
    giver = consignment.organisation_id
    tell(conn, made.at, Happening.THANKED, Concerned(giver=giver), thanks_id=made.id)
    for person in people.verified_people(conn, giver) if translate else ():
        if person.language != made.language:
            translations.ask(conn, made.at, "thanks", made.id, person.language)


def to_us(conn: Connection, actor: Actor, thanks_id: int) -> tuple[Thanks, Consignment]:
    """A thank-you to the organisation acted for."""
    mine = actor.partner()
    found = stored.thanks(conn, thanks_id)
    consignment = giving.consignment(conn, found.consignment_id) if found else None
    if found is None or consignment is None:
        raise NotFound
    if consignment.organisation_id != mine:
        raise Forbidden
    return found, consignment


def decide(conn: Connection, actor: Actor, thanks_id: int, *, share: bool) -> None:
    """The donor lets it be shown in digests, or keeps it. It is told of once, however often that changes."""
    found, consignment = to_us(conn, actor, thanks_id)
    if share and found.person_id == actor.person_id:
        raise SamePerson
    if share:
        four_eyes.not_who_took(conn, actor, consignment)
    told = found.shared_event
    if share and told is None:
        need_id = needs_of(conn, consignment.id)[0]
        told = history.of_need(
            conn, actor, EventKind.THANKS_SHARED, need_id, consignment=consignment.id, thanks=thanks_id
        )
    stored.decide(
        conn,
        thanks_id,
        shareable=share,
        shared_event=told,
        decided_by=actor.person_id,
        decided_at=actor.at,
    )
