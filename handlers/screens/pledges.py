"""Pledges as both sides see them, the waiting list."""

from markupsafe import Markup

from domain.model import Need, Pledge, PledgeLine
from domain.words import PledgeState
from handlers import names
from handlers.parts import contact, item_of, organisation, pledge_goods, titled
from handlers.reader import Reader, clip
from handlers.registry import (
    Show,
    a_member,
    a_partner,
    action,
    an_official,
    command,
    does,
    opens,
    screen,
)
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from services import pledges as services
from services.contacts import are_open
from storage import first_view, giving, needs, talking
from storage.engine import Connection

LIVE = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED)


def side(reader: Reader, pledge: Pledge, need: Need) -> str:
    """'giver', 'hromada' or '' for somebody whom it does not concern."""
    mine = reader.actor.organisation_id if reader.actor else None
    if a_partner(reader.actor) and mine == pledge.organisation_id:
        return "giver"
    return "hromada" if an_official(reader.actor) and mine == need.organisation_id else ""


def _pledge(conn: Connection, pledge_id: int) -> tuple[Pledge, Need] | None:
    pledge = giving.pledge(conn, pledge_id)
    need = needs.need(conn, pledge.need_id) if pledge else None
    return (pledge, need) if pledge and need else None


def pledge_text(reader: Reader, conn: Connection, pledge: Pledge, need: Need) -> Markup:
    """Who gives what to whom, and where it stands."""
    giver = organisation(conn, pledge.organisation_id)
    hromada = organisation(conn, need.organisation_id)
    rows = [
        Markup("<b>{}</b> · <code>{}</code>").format(reader.label(names.PLEDGE[pledge.state]), pledge.code),
        Markup("{} ({}) → {}").format(
            titled(reader, giver), reader.where(giver), reader.organisation(hromada)
        ),
        pledge_goods(reader, conn, pledge),
    ]
    if pledge.ready_by:
        rows.append(reader.t("Ready by {day}", day=reader.words.day(pledge.ready_by)))
    if pledge.holds_until and pledge.state is PledgeState.HELD:
        until = reader.words.moment(pledge.holds_until, reader.house.terms.zone)
        rows.append(reader.t("On hold until {moment}", moment=until))
    if pledge.offered and pledge.state is PledgeState.HELD:
        rows.append(reader.t("🔔 Offered from the waiting list, not answered yet"))
    rows += _unconfirmed(reader, conn, pledge)
    if pledge.reason:
        rows.append(reader.t("Reason: {reason}", reason=clip(pledge.reason, 500)))
    return Markup("\n").join(rows)


def _unconfirmed(reader: Reader, conn: Connection, pledge: Pledge) -> list[Markup]:
    """What the hromada changed and the partner has not said yes to."""
    waiting = [row.line_id for row in asked_rows(conn, pledge)]
    lines = [line for line_id in waiting if (line := needs.line(conn, line_id))]
    return [
        reader.t("✏️ {item}: changed, waits for the partner to confirm", item=item_of(reader, line))
        for line in lines
    ]


def asked_rows(conn: Connection, pledge: Pledge) -> list[PledgeLine]:
    """The rows its partner was asked about, while it can still answer."""
    if pledge.state not in LIVE:
        return []
    return [row for row in giving.pledge_lines_of(conn, pledge.id) if row.asked is not None]


@screen("pledge", a_member)
def pledge_screen(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """One pledge, with what its reader can do about it."""
    found = _pledge(conn, pledge_id)
    if found is None or not (mine := side(reader, *found)):
        return None
    return View(_with_contacts(reader, conn, *found, mine), pledge_rows(reader, conn, *found, mine))


def _with_contacts(reader: Reader, conn: Connection, pledge: Pledge, need: Need, mine: str) -> Markup:
    text = pledge_text(reader, conn, pledge, need)
    contacts = contacts_of(reader, conn, pledge, need, mine)
    title = reader.t("<b>Contact</b>")
    return Markup("{}\n\n{}\n{}").format(text, title, contacts) if contacts else text


def contacts_of(reader: Reader, conn: Connection, pledge: Pledge, need: Need, mine: str) -> Markup | None:
    """The other side's, as long as the two may call each other by this pledge."""
    if not are_open(conn, pledge, reader.now, reader.house.terms):
        return None
    if mine == "hromada":
        return contact(reader, conn, pledge.organisation_id, pledge.person_id)
    return contact(reader, conn, need.organisation_id, pledge.accepted_by or need.posted_by)


def pledge_rows(reader: Reader, conn: Connection, pledge: Pledge, need: Need, mine: str) -> Rows:
    """What can be done about a pledge by this side, in this state."""
    rows: list[tuple[Button, ...]] = []
    if mine == "hromada":
        rows += _hromada_rows(reader, conn, pledge)
    else:
        rows += _giver_rows(reader, conn, pledge)
    for each in giving.consignments_of_pledge(conn, pledge.id):
        label = f"🚚 {each.code} · {reader.label(names.CONSIGNMENT[each.state])}"
        rows.append((opens(label, "consignment", each.id),))
    rows.append((opens(reader.label("‹ To the need"), "need", need.id),))
    return tuple(rows)


def _hromada_rows(reader: Reader, conn: Connection, pledge: Pledge) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    if pledge.state is PledgeState.PROMISED:
        rows.append(
            (
                does(reader.label("✅ Accept"), "accept", pledge.id),
                does(reader.label("✖️ Decline"), "decline", pledge.id),
            )
        )
    elif pledge.state in (PledgeState.HELD, PledgeState.ACCEPTED):
        rows.append((does(reader.label("✖️ Decline"), "decline", pledge.id),))
    talks = _talks(reader, conn, pledge, pledge.organisation_id)
    return [*rows, tuple(talks)] if talks else rows


def _talks(reader: Reader, conn: Connection, pledge: Pledge, to: int = 0) -> list[Button]:
    """Into the conversation, as long as there is one; a question while a pledge lives and there is none yet."""
    thread = talking.thread_of(conn, pledge.need_id, pledge.organisation_id)
    if thread is not None:
        return [opens(reader.label("💬 Conversation"), "thread", thread.id)]
    if pledge.state not in LIVE:
        return []
    return [does(reader.label("❓ Ask"), "ask", pledge.need_id, to, pledge.id)]


def _giver_rows(reader: Reader, conn: Connection, pledge: Pledge) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    lines = giving.pledge_lines_of(conn, pledge.id)
    packed = any(line.packed for line in lines)
    if pledge.state is PledgeState.HELD:
        rows.append((does(reader.label("🤝 Make it firm"), "make_firm", pledge.id),))
        rows += extend_row(reader, conn, pledge)
    for row in asked_rows(conn, pledge):
        rows.append((does(reader.label("👍 It still fits"), "still_fits", row.id, row.asked),))
    if pledge.state in services.OPEN_STATES:
        rows.append((change_button(reader, pledge, lines),))
        rows += _surplus_rows(reader, conn, lines)
    if pledge.state in (PledgeState.ACCEPTED, PledgeState.DISPATCHED) and any(line.left for line in lines):
        rows.append((does(reader.label("🚚 Send it"), "pack", pledge.id),))
    last = _talks(reader, conn, pledge)
    if pledge.state in LIVE:
        if not packed:
            last.append(opens(reader.label("↩️ Withdraw"), "withdraw", pledge.id))
        elif any(line.left for line in lines):
            last.append(does(reader.label("↩️ The rest will not come"), "withdraw_rest", pledge.id))
    return [*rows, tuple(last)] if last else rows


def _surplus_rows(reader: Reader, conn: Connection, rows: list[PledgeLine]) -> list[tuple[Button, ...]]:
    """What is promised for an item that was closed may go to others."""
    return [
        (opens(reader.label("↪️ Who else needs it?"), "surplus", row.id),)
        for row in rows
        if row.left and (line := needs.line(conn, row.line_id)) and line.closed
    ]


def extend_row(reader: Reader, conn: Connection, pledge: Pledge) -> list[tuple[Button, ...]]:
    """A hold may be kept once as long again, whatever other holds of the same goods there were."""
    if pledge.offered or giving.extended_before(conn, pledge.id):
        return []
    hours = int(reader.house.terms.hold.total_seconds() // 3600)
    return [(does(reader.label("⏳ Keep it {hours} hours longer", hours=hours), "extend_hold", pledge.id),)]


def change_button(reader: Reader, pledge: Pledge, rows: list[PledgeLine]) -> Button:
    """Straight to the amount where there is one item only."""
    label = reader.label("✏️ Change the amount")
    if len(rows) == 1:
        return does(label, "change_pledge", rows[0].id)
    return opens(label, "change_which", pledge.id)


def _again(params: dict[str, int]) -> Show:
    return Show("pledge", {"pledge_id": params["pledge_id"]})


@action("accept", an_official, fresh=_again)
def accept(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """Accept; now both sides see each other's contacts."""
    services.accept(conn, turn.actor, pledge_id)
    return Show(
        "pledge",
        {"pledge_id": pledge_id},
        toast=turn.reader.label("Accepted. Now you see each other's contacts."),
    )


@action("make_firm", a_partner, fresh=_again)
def make_firm(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """From hold to promise."""
    services.make_firm(conn, turn.actor, pledge_id)
    toast = turn.reader.label("Thank you! The hromada is told now.")
    return Show("pledge", {"pledge_id": pledge_id}, toast=toast)


@screen("withdraw", a_partner)
def withdraw_screen(reader: Reader, conn: Connection, pledge_id: int) -> View | None:
    """Really?"""
    found = _pledge(conn, pledge_id)
    if found is None or side(reader, *found) != "giver":
        return None
    rows = (
        (does(reader.label("↩️ Yes, withdraw it"), "withdraw", pledge_id),),
        (opens(reader.label("‹ No, back"), "pledge", pledge_id),),
    )
    return View(
        reader.t("Withdraw this pledge? The hromada will be told, and it is open to others again."), rows
    )


@action("withdraw", a_partner, fresh=_again)
def withdraw(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """We cannot give it after all."""
    services.withdraw(conn, turn.actor, pledge_id, turn.house.terms)
    return Show("pledge", {"pledge_id": pledge_id})


@action("withdraw_rest", a_partner, fresh=_again)
def withdraw_rest(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """A part is sent, the rest will not come."""
    services.withdraw_rest(conn, turn.actor, pledge_id, turn.house.terms)
    return Show("pledge", {"pledge_id": pledge_id})


@screen("pledges", a_partner)
def pledges_screen(reader: Reader, conn: Connection) -> View | None:
    """Our pledges, newest first."""
    mine = reader.actor.organisation_id if reader.actor else None
    if mine is None:
        return None
    shown = giving.pledges_by(conn, mine, limit=12)
    if not shown:
        rows: Rows = (
            (opens(reader.label("🔎 Find needs"), "needs"),),
            (opens(reader.label("‹ Menu"), "home"),),
        )
        return View(reader.t("You have not promised anything yet."), rows)
    return _list(reader, conn, reader.t("<b>Our pledges</b>"), shown, opens(reader.label("‹ Menu"), "home"))


def _list(reader: Reader, conn: Connection, head: Markup, shown: list[Pledge], back: Button) -> View:
    text = [head]
    rows: list[tuple[Button, ...]] = []
    for pledge in shown:
        state = reader.label(names.PLEDGE[pledge.state])
        text.append(Markup("{} · {}\n{}").format(state, pledge.code, pledge_goods(reader, conn, pledge)))
        rows.append((opens(f"{state} · {pledge.code}", "pledge", pledge.id),))
    return View(Markup("\n\n").join(text[:9]), (*rows, (back,)))


@command("pledges", a_partner)
def pledges_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Our pledges."""
    return Show("pledges")


@screen("need_pledges", an_official)
def need_pledges(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """Who promised what towards one of our needs."""
    need = needs.need(conn, need_id)
    if need is None or not reader.actor or need.organisation_id != reader.actor.organisation_id:
        return None
    shown = giving.pledges_of_need(conn, need_id)[-12:]
    head = reader.t("<b>Pledges for {code}</b>", code=need.code)
    return _list(reader, conn, head, shown, opens(reader.label("‹ Back"), "need", need_id))


@screen("waiting", a_partner)
def waiting_screen(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """All of it is promised: wait for a line to come back."""
    need = needs.need(conn, need_id)
    if need is None or not first_view.shown_to(conn, need, reader.actor, reader.now):
        return None
    lines = [line for line in needs.lines_of(conn, need_id) if not line.closed]
    rows: list[tuple[Button, ...]] = [
        (does(f"⏳ {clip(item_of(reader, line), 50)}", "wait", line.id),) for line in lines[:20]
    ]
    rows.append((opens(reader.label("‹ Back"), "need", need_id),))
    text = reader.t(
        "Everything is promised at the moment. Press what you could give, and you hear first if it comes back."
    )
    return View(text, tuple(rows))


@action("wait", a_partner)
def wait(turn: Turn, conn: Connection, line_id: int) -> Show:
    """Join the waiting list."""
    services.wait_for(conn, turn.actor, line_id)
    line = needs.line(conn, line_id)
    assert line is not None
    toast = turn.reader.label("Noted. You hear first if it comes back.")
    return Show("need", {"need_id": line.need_id}, toast=toast)
