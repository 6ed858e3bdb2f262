"""Consignments as the sender and the receiving hromada see them."""

from markupsafe import Markup

from domain.model import Consignment
from domain.talking import Thanks
from domain.words import ConsignmentState
from handlers import names
from handlers.parts import goods_of, organisation, titled
from handlers.reader import Reader, clip
from handlers.registry import Show, a_member, a_partner, action, an_official, command, does, opens, screen
from handlers.turn import Turn
from handlers.view import Button, View
from services import consignments as services
from storage import giving, needs, thanks
from storage.engine import Connection

LIVE = (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED)


def consignment_text(reader: Reader, conn: Connection, found: Consignment) -> Markup:
    """What travels, from whom to whom, how, and what came of it."""
    zone = reader.house.terms.zone
    rows = [
        Markup("<b>{}</b> · <code>{}</code>").format(
            reader.label(names.CONSIGNMENT[found.state]), found.code
        ),
        Markup("{} → {}").format(
            titled(reader, organisation(conn, found.organisation_id)),
            reader.organisation(organisation(conn, found.hromada_id)),
        ),
        goods_of(reader, conn, found),
    ]
    facts = (
        (reader.t("Plate"), found.plate),
        (reader.t("Driver"), found.carrier),
        (reader.t("Crossing"), found.crossing),
        (reader.t("Arrival"), found.eta and reader.words.day(found.eta)),
        (reader.t("Declaration"), found.declaration),
        (reader.t("Note"), found.note and clip(found.note, 300)),
        (reader.t("Sent"), found.dispatched_at and reader.words.moment(found.dispatched_at, zone)),
        (reader.t("Signed"), found.received_at and reader.words.moment(found.received_at, zone)),
    )
    rows += [Markup("{}: {}").format(name, value) for name, value in facts if value]
    if found.state is ConsignmentState.PACKING and found.declaration:
        rows.append(reader.t("✅ Ready to drive"))
    return Markup("\n").join(rows)


@screen("consignment", a_member)
def consignment_screen(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """One consignment, for its two sides only."""
    found = giving.consignment(conn, consignment_id)
    mine = reader.actor.acts_for if reader.actor else None
    if found is None or mine not in (found.organisation_id, found.hromada_id):
        return None
    rows = _sender_rows(reader, found) if mine == found.organisation_id else _receiver_rows(reader, found)
    photos = len(needs.photos(conn, "consignment", found.id))
    if mine == found.hromada_id and found.state is ConsignmentState.RECEIVED and not photos:
        rows.append((does(reader.label("📷 Add a photo"), "add_photo", found.id),))
    if photos:
        rows.append((opens(reader.label("🖼 Photos ({n})", n=photos), "photos", "consignment", found.id),))
    said = thanks.of_consignment(conn, found.id)
    rows = [*_thanks_rows(reader, found, said), *rows]
    back = "pledges" if mine == found.organisation_id else "coming"
    rows.append((opens(reader.label("‹ Back"), back),))
    text = consignment_text(reader, conn, found)
    if said is None and mine == found.hromada_id and found.state is ConsignmentState.RECEIVED:
        offer = reader.t("💛 A few words and a photo would make the donor's day.")
        text = Markup("{}\n\n{}").format(text, offer)
    return View(text, tuple(rows))


def _sender_rows(reader: Reader, found: Consignment) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    if found.state is ConsignmentState.PACKING:
        rows.append((does(reader.label("🚚 It drives now"), "dispatch", found.id),))
    if found.state in (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY):
        rows.append((does(reader.label("✏️ Plate, driver, crossing, arrival"), "travel", found.id),))
    if found.state is ConsignmentState.PACKING:
        rows.append((does(reader.label("↩️ Unpack"), "unpack", found.id),))
    if found.state is ConsignmentState.ON_THE_WAY:
        rows.append((does(reader.label("🏁 It has arrived"), "arrive", found.id),))
    return rows


def _receiver_rows(reader: Reader, found: Consignment) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    if found.state in (ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED):
        rows.append((does(reader.label("✍️ Count and sign"), "receipt", found.id),))
    if found.state is ConsignmentState.ON_THE_WAY:
        rows.append((does(reader.label("🏁 It has arrived"), "arrive", found.id),))
    if found.state in (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY):
        rows.append((does(reader.label("🧾 Declaration code"), "declare", found.id),))
    return rows


def _thanks_rows(reader: Reader, found: Consignment, said: Thanks | None) -> list[tuple[Button, ...]]:
    if said is not None:
        return [(opens(reader.label("💛 Thanks"), "thanks", said.id),)]
    ours = reader.actor is not None and reader.actor.acts_for == found.hromada_id
    if not ours or found.state is not ConsignmentState.RECEIVED:
        return []
    return [(does(reader.label("💛 Say thank you"), "thank", found.id),)]


def _again(params: dict[str, int]) -> Show:
    return Show("consignment", {"consignment_id": params["consignment_id"]})


@action("dispatch", a_partner, fresh=_again)
def dispatch(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """It drives."""
    services.dispatch(conn, turn.actor, consignment_id)
    toast = turn.reader.label("Good journey! The hromada is told now.")
    return Show("consignment", {"consignment_id": consignment_id}, toast=toast)


@action("arrive", a_member, fresh=_again)
def arrive(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """It stands in the yard."""
    services.arrive(conn, turn.actor, consignment_id)
    return Show("consignment", {"consignment_id": consignment_id})


@action("unpack", a_partner, fresh=_again)
def unpack(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """It does not leave after all; the pledge stands."""
    services.cancel(conn, turn.actor, consignment_id)
    return Show("consignment", {"consignment_id": consignment_id})


@screen("coming", an_official)
def coming(reader: Reader, conn: Connection) -> View | None:
    """What is on its way to us."""
    mine = reader.actor.acts_for if reader.actor else None
    if mine is None:
        return None
    shown = giving.consignments_of(conn, "hromada_id", mine, LIVE, 12)
    menu = (opens(reader.label("‹ Menu"), "home"),)
    if not shown:
        return View(reader.t("Nothing is on its way right now."), (menu,))
    text = [reader.t("<b>Coming to us</b>")]
    rows: list[tuple[Button, ...]] = []
    for each in shown:
        sender = reader.organisation(organisation(conn, each.organisation_id))
        state = reader.label(names.CONSIGNMENT[each.state])
        text.append(Markup("{} · {}\n{}").format(state, sender, goods_of(reader, conn, each)))
        rows.append((opens(f"{state} · {each.code}", "consignment", each.id),))
    return View(Markup("\n\n").join(text), (*rows, menu))


@command("coming", an_official)
def coming_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """What is on its way."""
    return Show("coming")
