"""Questions the bot asks of its own accord, called like the kinds in domain/followups.py. Their buttons resolve them.

What was resolved meanwhile has nothing to show, so nobody is asked about it.
"""

from markupsafe import Markup

from domain.model import Consignment, Need, Pledge
from domain.words import ConsignmentState, NeedState, PledgeState
from handlers.parts import lines_text, need_title, organisation
from handlers.reader import Reader
from handlers.registry import Show, a_partner, a_person, action, an_official, does, notice, opens
from handlers.screens.consignments import consignment_text
from handlers.screens.notices import heartbeat_rows
from handlers.screens.pledges import change_button, extend_row, pledge_rows, pledge_text, side
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from services import changes, consignments
from storage import giving, needs
from storage.engine import Connection


def _pledge(
    reader: Reader, conn: Connection, pledge_id: int, mine: str, state: PledgeState
) -> tuple[Pledge, Need] | None:
    """A pledge that still waits for this side."""
    pledge = giving.pledge(conn, pledge_id)
    need = needs.need(conn, pledge.need_id) if pledge else None
    if pledge is None or need is None or pledge.state is not state or side(reader, pledge, need) != mine:
        return None
    return pledge, need


def _consignment(
    reader: Reader, conn: Connection, consignment_id: int, state: ConsignmentState
) -> tuple[Consignment, bool] | None:
    """A consignment that still waits, and whether it comes to its reader."""
    found = giving.consignment(conn, consignment_id)
    mine = reader.actor.acts_for if reader.actor else None
    if found is None or found.state is not state or mine not in (found.organisation_id, found.hromada_id):
        return None
    return found, mine == found.hromada_id


def _until(reader: Reader, held: Pledge) -> str:
    return reader.words.moment(held.holds_until, reader.house.terms.zone) if held.holds_until else ""


def _body(head: Markup, thing: Markup) -> Markup:
    return Markup("{}\n\n{}").format(head, thing)


@notice("hold_lapses", a_person)
def hold_lapses(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A hold is about to end."""
    found = _pledge(reader, conn, pledge_id, "giver", PledgeState.HELD)
    if found is None:
        return None
    pledge, need = found
    until = _until(reader, pledge)
    head = reader.t("⏳ <b>Your hold ends {moment}.</b> Can you give it?", moment=until)
    rows: Rows = (
        (does(reader.label("🤝 Make it firm"), "make_firm", pledge_id),),
        *extend_row(reader, conn, pledge),
        (does(reader.label("↩️ Let it go"), "withdraw", pledge_id),),
    )
    return View(_body(head, pledge_text(reader, conn, pledge, need)), rows)


@notice("offered", a_person)
def offered(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """What we waited for came back and is kept for us."""
    found = _pledge(reader, conn, pledge_id, "giver", PledgeState.HELD)
    if found is None:
        return None
    pledge, need = found
    until = _until(reader, pledge)
    head = reader.t(
        "🔔 <b>You waited for it, and it is open again.</b> It is kept for you until {moment}; "
        "then the next one is asked. Do you give it?",
        moment=until,
    )
    rows: Rows = (
        (does(reader.label("✅ Yes, we give it"), "make_firm", pledge_id),),
        (change_button(reader, pledge, giving.pledge_lines_of(conn, pledge_id)),),
        (does(reader.label("✖️ No, ask the next one"), "withdraw", pledge_id),),
        (opens(reader.label("‹ To the need"), "need", need.id),),
    )
    return View(_body(head, pledge_text(reader, conn, pledge, need)), rows)


@notice("unanswered", a_person)
def unanswered(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A promise nobody accepted or declined."""
    found = _pledge(reader, conn, pledge_id, "hromada", PledgeState.PROMISED)
    if found is None:
        return None
    pledge, need = found
    giver = reader.organisation(organisation(conn, pledge.organisation_id))
    day = reader.words.day(pledge.moved_at.date())
    head = reader.t("🤝 <b>{giver}</b> waits for your answer since {day}.", giver=giver, day=day)
    text = _body(head, pledge_text(reader, conn, pledge, need))
    return View(text, pledge_rows(reader, conn, pledge, need, "hromada"))


@notice("date_passed", a_person)
def date_passed(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """The day on which it was to be ready is over."""
    found = _pledge(reader, conn, pledge_id, "giver", PledgeState.ACCEPTED)
    if found is None:
        return None
    pledge, need = found
    day = pledge.ready_by and reader.words.day(pledge.ready_by)
    head = reader.t("📅 <b>It was to be ready by {day}.</b> How does it stand?", day=day)
    rows = giving.pledge_lines_of(conn, pledge_id)
    buttons: list[tuple[Button, ...]] = []
    if any(row.left for row in rows):
        buttons.append((does(reader.label("🚚 Send it"), "pack", pledge_id),))
    trucks = giving.consignments_of_pledge(conn, pledge_id)
    buttons += [(opens(f"🚚 {each.code}", "consignment", each.id),) for each in trucks]
    buttons.append((does(reader.label("📅 A new day"), "postpone", pledge_id),))
    if not any(row.packed for row in rows):
        buttons.append((opens(reader.label("↩️ Withdraw"), "withdraw", pledge_id),))
    return View(_body(head, pledge_text(reader, conn, pledge, need)), tuple(buttons))


@notice("rest_left", a_person)
def rest_left(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """A part has left; the day of the rest is over."""
    found = _pledge(reader, conn, pledge_id, "giver", PledgeState.DISPATCHED)
    if found is None or not any(row.left for row in giving.pledge_lines_of(conn, pledge_id)):
        return None
    pledge, need = found
    day = pledge.ready_by and reader.words.day(pledge.ready_by)
    head = reader.t(
        "📦 <b>A part is on its way; the rest was to be ready by {day}.</b> Does it come?", day=day
    )
    rows: Rows = (
        (does(reader.label("🚚 Send it"), "pack", pledge_id),),
        (does(reader.label("📅 A new day"), "postpone", pledge_id),),
        (does(reader.label("↩️ The rest will not come"), "withdraw_rest", pledge_id),),
    )
    return View(_body(head, pledge_text(reader, conn, pledge, need)), rows)


@notice("overdue", a_person)
def overdue(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """It should be there by now; either side may know."""
    found = _consignment(reader, conn, consignment_id, ConsignmentState.ON_THE_WAY)
    if found is None:
        return None
    truck, to_us = found
    day = truck.eta and reader.words.day(truck.eta)
    head = reader.t("🚚 <b>It should have arrived by {day}.</b> Has it?", day=day)
    rows: list[tuple[Button, ...]] = [(does(reader.label("🏁 It has arrived"), "arrive", consignment_id),)]
    if not to_us:
        rows.append((does(reader.label("📅 A new day"), "new_eta", consignment_id),))
    rows.append((opens(reader.label("Open"), "consignment", consignment_id),))
    return View(_body(head, consignment_text(reader, conn, truck)), tuple(rows))


@notice("unsigned", a_person)
def unsigned(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """It stands in the yard and nobody counted it."""
    found = _consignment(reader, conn, consignment_id, ConsignmentState.ARRIVED)
    if found is None or not found[1] or found[0].arrived_at is None:
        return None
    head = reader.t(
        "🏁 <b>It stands there since {day}, not signed for yet.</b> The donor waits for it.",
        day=reader.words.day(found[0].arrived_at.date()),
    )
    rows: Rows = (
        (does(reader.label("✍️ Count and sign"), "receipt", consignment_id),),
        (opens(reader.label("Open"), "consignment", consignment_id),),
    )
    return View(_body(head, consignment_text(reader, conn, found[0])), rows)


@notice("no_photo", a_person)
def no_photo(reader: Reader, conn: Connection, consignment_id: int) -> View | None:
    """Signed for, and nothing to show to the donor's council."""
    found = _consignment(reader, conn, consignment_id, ConsignmentState.RECEIVED)
    if found is None or not found[1] or needs.photos(conn, "consignment", consignment_id):
        return None
    giver = reader.organisation(organisation(conn, found[0].organisation_id))
    head = reader.t(
        "📷 <b>Is there a photo?</b> {giver} would like to show it to their council.", giver=giver
    )
    rows: Rows = (
        (does(reader.label("📷 Add a photo"), "add_photo", consignment_id),),
        (does(reader.label("🚫 There is none"), "no_photo", consignment_id),),
    )
    return View(_body(head, consignment_text(reader, conn, found[0])), rows)


@notice("unconfirmed", a_person)
def unconfirmed(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """'Still needed?' once more, before the need leaves the lists."""
    need = needs.need(conn, need_id)
    mine = reader.actor.acts_for if reader.actor else None
    if need is None or need.state is not NeedState.OPEN or need.asked_at is None:
        return None
    if need.organisation_id != mine:
        return None
    terms = reader.house.terms
    until = reader.words.moment(need.asked_at + terms.stale_after, terms.zone)
    head = reader.t("💓 <b>Is this still needed?</b> It leaves the lists {moment}.", moment=until)
    text = Markup("{}\n\n{}\n\n{}").format(
        head, need_title(reader, conn, need), lines_text(reader, needs.lines_of(conn, need_id), 0, 8)
    )
    return View(text, heartbeat_rows(reader, need_id))


def _pledge_again(params: dict[str, int]) -> Show:
    return Show("pledge", {"pledge_id": params["pledge_id"]})


@action("extend_hold", a_partner, fresh=_pledge_again)
def extend_hold(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """Once as long again."""
    changes.extend_hold(conn, turn.actor, pledge_id, turn.house.terms)
    return Show("pledge", {"pledge_id": pledge_id}, toast=turn.reader.label("It is kept for you longer."))


def _consignment_again(params: dict[str, int]) -> Show:
    return Show("consignment", {"consignment_id": params["consignment_id"]})


@action("no_photo", an_official, fresh=_consignment_again)
def there_is_none(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """Ask no more."""
    consignments.no_photo(conn, turn.actor, consignment_id)
    toast = turn.reader.label("Noted. I will not ask again.")
    return Show("consignment", {"consignment_id": consignment_id}, toast=toast)
