"""What people hear without having asked: one idea each, with the buttons that answer it."""

from markupsafe import Markup

from domain.model import Consignment, Need, Pledge
from handlers.parts import (
    contact,
    goods_of,
    lines_text,
    need_title,
    organisation,
    pledge_goods,
)
from handlers.reader import Reader, clip
from handlers.registry import a_person, does, notice, opens
from handlers.screens.consignments import consignment_text
from handlers.screens.pledges import OPEN_CONTACTS, pledge_rows, pledge_text, side
from handlers.view import Button, Rows, View
from storage import giving, needs, people
from storage.engine import Connection


def _pledge(reader: Reader, conn: Connection, pledge_id: int) -> tuple[Pledge, Need, str] | None:
    pledge = giving.pledge(conn, pledge_id)
    need = needs.need(conn, pledge.need_id) if pledge else None
    if pledge is None or need is None:
        return None
    mine = side(reader, pledge, need)
    return (pledge, need, mine) if mine else None


def _about_pledge(reader: Reader, conn: Connection, pledge_id: int, head: Markup) -> View | None:
    found = _pledge(reader, conn, pledge_id)
    if found is None:
        return None
    pledge, need, mine = found
    text = Markup("{}\n\n{}").format(head, pledge_text(reader, conn, pledge, need))
    return View(text, pledge_rows(reader, conn, pledge, need, mine))


@notice("pledged", a_person)
def pledged(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """Somebody promises us something."""
    found = giving.pledge(conn, pledge_id)
    if found is None:
        return None
    giver = reader.organisation(organisation(conn, found.organisation_id))
    head = (
        reader.t("⏳ <b>{giver}</b> keeps this for you, not certain yet:", giver=giver)
        if found.holds_until
        else reader.t("🤝 <b>{giver}</b> promises:", giver=giver)
    )
    return _about_pledge(reader, conn, pledge_id, head)


@notice("accepted", a_person)
def accepted(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """Our pledge is accepted; here is whom to call."""
    found = _pledge(reader, conn, pledge_id)
    if found is None:
        return None
    pledge, need, mine = found
    hromada = reader.organisation(organisation(conn, need.organisation_id))
    head = reader.t("✅ <b>{hromada}</b> accepts your pledge.", hromada=hromada)
    goods = pledge_goods(reader, conn, pledge)
    parts = [head, goods]
    if pledge.state in OPEN_CONTACTS:
        other = people.person(conn, pledge.accepted_by or need.posted_by)
        parts.append(contact(reader, other))
    return View(Markup("\n\n").join(parts), pledge_rows(reader, conn, pledge, need, mine))


@notice("contacts", a_person)
def contacts(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A colleague accepted; here is the giver's contact."""
    found = _pledge(reader, conn, pledge_id)
    if found is None or found[0].state not in OPEN_CONTACTS:
        return None
    pledge, need, mine = found
    head = reader.t("✅ Your colleague accepted this pledge.")
    text = Markup("{}\n\n{}\n\n{}").format(
        head, pledge_text(reader, conn, pledge, need), contact(reader, people.person(conn, pledge.person_id))
    )
    return View(text, pledge_rows(reader, conn, pledge, need, mine))


@notice("declined", a_person)
def declined(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """Our pledge cannot be used; why."""
    return _about_pledge(
        reader, conn, pledge_id, reader.t("Your pledge was declined. Thank you all the same!")
    )


@notice("withdrawn", a_person)
def withdrawn(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A partner takes a promise back; the quantity is open again."""
    head = reader.t("↩️ A partner cannot give this after all. It is open to others again.")
    return _about_pledge(reader, conn, pledge_id, head)


@notice("lapsed", a_person)
def lapsed(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A hold is over."""
    found = _pledge(reader, conn, pledge_id)
    if found is None:
        return None
    pledge, need, mine = found
    if mine == "giver":
        head = reader.t(
            "⌛ Your hold is over; the goods are open to others again. Can you give them after all?"
        )
        rows: Rows = (
            (does(reader.label("🤝 Pledge again"), "pledge", need.id),),
            (opens(reader.label("‹ To the need"), "need", need.id),),
        )
    else:
        head = reader.t("⌛ A hold is over; the goods are open to others again.")
        rows = ((opens(reader.label("‹ To the need"), "need", need.id),),)
    return View(Markup("{}\n\n{}").format(head, pledge_text(reader, conn, pledge, need)), rows)


@notice("need_gone", a_person)
def need_gone(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """The whole need was cancelled."""
    head = reader.t("✖️ The hromada cancelled this need. Thank you for your promise!")
    return _about_pledge(reader, conn, pledge_id, head)


@notice("still_needed", a_person)
def still_needed(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """The heartbeat's question."""
    need = needs.need(conn, need_id)
    if need is None or not need.live:
        return None
    head = reader.t("💓 <b>Is this still needed?</b> Without an answer it leaves the lists in two days.")
    text = Markup("{}\n\n{}\n\n{}").format(
        head, need_title(reader, conn, need), lines_text(reader, needs.lines_of(conn, need_id), 0, 8)
    )
    return View(text, heartbeat_rows(reader, need_id))


def heartbeat_rows(reader: Reader, need_id: int) -> Rows:
    """What an official may answer to "still needed?"."""
    return (
        (does(reader.label("👍 Still needed"), "confirm", need_id),),
        (opens(reader.label("✏️ Fewer, or covered"), "manage", need_id),),
        (opens(reader.label("✖️ Cancel this need"), "cancel_need", need_id),),
    )


@notice("gone_stale", a_person)
def gone_stale(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """Silence: out of the lists, one press brings it back."""
    need = needs.need(conn, need_id)
    if need is None or not need.live:
        return None
    text = reader.t(
        "💤 Your need <code>{code}</code> left the lists. One press brings it back.", code=need.code
    )
    return View(text, heartbeat_rows(reader, need_id))


@notice("pledged_need_stale", a_person)
def pledged_need_stale(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """A need we pledged for was not confirmed."""
    need = needs.need(conn, need_id)
    if need is None:
        return None
    text = reader.t(
        "💤 The hromada has not confirmed need <code>{code}</code> lately. Ask before you load the truck.",
        code=need.code,
    )
    rows: Rows = (
        (does(reader.label("❓ Ask"), "ask", need_id),),
        (opens(reader.label("‹ To the need"), "need", need_id),),
    )
    return View(text, rows)


@notice("need_closed", a_person)
def need_closed(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """Everything came, or the rest was closed."""
    need = needs.need(conn, need_id)
    if need is None:
        return None
    text = reader.t("🎉 Nothing is open any more in need <code>{code}</code>. It is closed.", code=need.code)
    return View(text, ((opens(reader.label("‹ To the need"), "need", need_id),),))


# --- consignments -------------------------------------------------------------------------------------


def _about_consignment(reader: Reader, conn: Connection, consignment_id: int, head: Markup) -> View | None:
    found = _mine(reader, conn, consignment_id)
    if found is None:
        return None
    text = Markup("{}\n\n{}").format(head, consignment_text(reader, conn, found))
    return View(text, ((opens(reader.label("Open"), "consignment", consignment_id),),))


def _mine(reader: Reader, conn: Connection, consignment_id: int) -> Consignment | None:
    found = giving.consignment(conn, consignment_id)
    mine = reader.actor.acts_for if reader.actor else None
    return found if found and mine in (found.organisation_id, found.hromada_id) else None


@notice("on_the_way", a_person)
def on_the_way(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """Something is coming."""
    return _about_consignment(
        reader, conn, consignment_id, reader.t("🚚 <b>Something is on its way to you.</b>")
    )


@notice("consignment_changed", a_person)
def consignment_changed(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """Plate, crossing or arrival changed."""
    return _about_consignment(reader, conn, consignment_id, reader.t("✏️ The sender changed the journey."))


@notice("declared", a_person)
def declared(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """The declaration's code is there."""
    head = reader.t("🧾 The hromada entered the declaration's code: it may drive.")
    return _about_consignment(reader, conn, consignment_id, head)


@notice("arrived", a_person)
def arrived(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """It stands in the yard."""
    found = _mine(reader, conn, consignment_id)
    view = _about_consignment(reader, conn, consignment_id, reader.t("🏁 <b>It has arrived.</b>"))
    if view is None or found is None or reader.actor is None:
        return view
    if found.hromada_id != reader.actor.organisation_id:
        return view
    sign: tuple[Button, ...] = (does(reader.label("✍️ Count and sign"), "receipt", consignment_id),)
    return View(view.text, (sign, *view.rows))


@notice("proof", a_person)
def proof(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """The donor's proof: what arrived, when, signed by whom for which hromada, with the photos."""
    found = _mine(reader, conn, consignment_id)
    if found is None or found.received_at is None or found.signed_by is None:
        return None
    hromada = organisation(conn, found.hromada_id)
    signer = people.person(conn, found.signed_by)
    rows = [
        reader.t("✍️ <b>Proof of receipt</b> · <code>{code}</code>", code=found.code),
        Markup("{}, {}").format(reader.organisation(hromada), reader.where(hromada)),
        goods_of(reader, conn, found),
        reader.t(
            "Signed by {name}, {moment}",
            name=clip(reader.called(signer), 80),
            moment=reader.words.moment(found.received_at, reader.house.terms.zone),
        ),
        reader.t("Thank you! This can go to your council as it is."),
    ]
    photos = tuple(needs.photos(conn, "consignment", consignment_id))
    open_it = ((opens(reader.label("Open"), "consignment", consignment_id),),)
    return View(Markup("\n").join(rows), open_it, photos=photos)
