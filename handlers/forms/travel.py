"""Sending and signing: the facts of a journey, and the receipt line by line."""

from datetime import date

from markupsafe import Markup
from pydantic import BaseModel

from domain.errors import Changed, Misread
from domain.model import ConsignmentLine, Line
from domain.numbers import format_quantity
from domain.privacy import gives_a_phone
from domain.words import ConsignmentState
from handlers import calendar
from handlers.forms.engine import DONE, NEXT, Choice, Form, Question, Step, begin, form, text_of
from handlers.forms.photos import ask_for_photos, keep_photo
from handlers.forms.rows import quantity_of
from handlers.incoming import Incoming
from handlers.parts import item_of
from handlers.reader import Reader
from handlers.registry import Show, a_partner, action, an_official
from handlers.turn import Turn
from services import consignments as services
from services.pledges import own_pledge
from storage import giving, needs
from storage.engine import Connection

# --- the journey --------------------------------------------------------------------------------------


class TravelData(BaseModel):
    """How a consignment travels."""

    consignment_id: int
    month: str = ""


def _ask_plate(reader: Reader, conn: Connection, data: TravelData) -> Question:
    return Question(reader.t("<b>Which number plate?</b>\nFor example <code>LU 12345</code>"))


def _said_plate(turn: Turn, conn: Connection, data: TravelData, incoming: Incoming) -> str:
    services.describe(conn, turn.actor, data.consignment_id, plate=text_of(incoming, 40).upper())
    return NEXT


def _ask_carrier(reader: Reader, conn: Connection, data: TravelData) -> Question:
    return Question(reader.t("<b>Who drives?</b>\nThe carrier, or the driver's name."))


def _said_carrier(turn: Turn, conn: Connection, data: TravelData, incoming: Incoming) -> str:
    services.describe(conn, turn.actor, data.consignment_id, carrier=text_of(incoming, 120))
    return NEXT


CROSSINGS = (
    "Dorohusk — Yahodyn",
    "Zosin — Ustyluh",
    "Hrebenne — Rava-Ruska",
    "Korczowa — Krakovets",
    "Medyka — Shehyni",
    "Vyšné Nemecké — Uzhhorod",
    "Záhony — Chop",
    "Siret — Porubne",
)
"""Road crossings trucks with aid use most; others are typed."""


def _ask_crossing(reader: Reader, conn: Connection, data: TravelData) -> Question:
    choices = [[Choice(name, str(at))] for at, name in enumerate(CROSSINGS)]
    return Question(reader.t("<b>Over which border crossing?</b>\nPress, or type it."), choices)


def _said_crossing(turn: Turn, conn: Connection, data: TravelData, incoming: Incoming) -> str:
    services.describe(conn, turn.actor, data.consignment_id, crossing=text_of(incoming, 120))
    return NEXT


def _chose_crossing(turn: Turn, conn: Connection, data: TravelData, value: str) -> str:
    if not value.isdecimal() or int(value) >= len(CROSSINGS):
        raise Misread("choose")
    services.describe(conn, turn.actor, data.consignment_id, crossing=CROSSINGS[int(value)])
    return NEXT


def _ask_eta(reader: Reader, conn: Connection, data: TravelData) -> Question:
    shown = date.fromisoformat(data.month) if data.month else reader.today.date()
    text = reader.t("<b>When should it arrive?</b>\nPress a day, or type it: <code>24.12</code>")
    return Question(text, calendar.month(shown, reader.today.date(), reader.language))


def _said_eta(turn: Turn, conn: Connection, data: TravelData, incoming: Incoming) -> str:
    day = calendar.typed(incoming, turn.reader.today.date(), turn.reader.language)
    services.describe(conn, turn.actor, data.consignment_id, eta=day)
    return NEXT


def _chose_eta(turn: Turn, conn: Connection, data: TravelData, value: str) -> str:
    day, month = calendar.pressed(value, turn.reader.today.date())
    if day:
        services.describe(conn, turn.actor, data.consignment_id, eta=day)
        return NEXT
    data.month = month.isoformat() if month else data.month
    return "eta"


def _ask_note(reader: Reader, conn: Connection, data: TravelData) -> Question:
    if reader.person is None or not gives_a_phone(reader.person):
        return Question(reader.t("<b>Anything the hromada should know?</b>\nUnloading, pallets."))
    return Question(
        reader.t(
            "<b>Anything the hromada should know?</b>\n"
            "Unloading, pallets, phone of the driver: please ask the driver first. Only the hromada sees it."
        )
    )


def _said_note(turn: Turn, conn: Connection, data: TravelData, incoming: Incoming) -> str:
    services.describe(conn, turn.actor, data.consignment_id, note=text_of(incoming, 500))
    return NEXT


def _travelled(data: TravelData) -> Show:
    return Show("consignment", {"consignment_id": data.consignment_id})


form(
    Form(
        "travel",
        TravelData,
        [
            Step("plate", _ask_plate, _said_plate, optional=True),
            Step("carrier", _ask_carrier, _said_carrier, optional=True),
            Step("crossing", _ask_crossing, _said_crossing, _chose_crossing, optional=True),
            Step("eta", _ask_eta, _said_eta, _chose_eta, optional=True),
            Step("note", _ask_note, _said_note, optional=True),
        ],
        lambda turn, conn, data: _travelled(data),
        a_partner,
        leave=_travelled,
    )
)


def _pledge_again(params: dict[str, int]) -> Show:
    return Show("pledge", {"pledge_id": params["pledge_id"]})


def _again(params: dict[str, int]) -> Show:
    return Show("consignment", {"consignment_id": params["consignment_id"]})


@action("pack", a_partner, fresh=_pledge_again)
def pack(turn: Turn, conn: Connection, pledge_id: int) -> Show:
    """Everything left of a pledge into a new consignment; then the facts of the journey."""
    own_pledge(conn, turn.actor, pledge_id)
    amounts = {row.id: row.left for row in giving.pledge_lines_of(conn, pledge_id) if row.left}
    if not amounts:
        raise Changed
    made = services.pack(conn, turn.actor, amounts)
    return begin(turn, conn, "travel", TravelData(consignment_id=made.id))


@action("travel", a_partner, fresh=_again)
def travel(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """Correct the facts of a journey."""
    services.ours(conn, turn.actor, consignment_id)
    return begin(turn, conn, "travel", TravelData(consignment_id=consignment_id))


# --- the receipt --------------------------------------------------------------------------------------


class ReceiptData(BaseModel):
    """What was counted so far, in thousandths by consignment line."""

    consignment_id: int
    at: int = 0
    good: dict[int, int] = {}
    damaged: dict[int, int] = {}
    photos: int = 0
    note: str = ""


def _row(conn: Connection, data: ReceiptData) -> tuple[ConsignmentLine, Line]:
    rows = giving.goods(conn, data.consignment_id)
    if not 0 <= data.at < len(rows):
        raise Changed
    line = needs.line(conn, rows[data.at].line_id)
    assert line is not None
    return rows[data.at], line


def _ask_good(reader: Reader, conn: Connection, data: ReceiptData) -> Question:
    row, line = _row(conn, data)
    text = reader.t(
        "<b>{item}</b>\n{sent} were sent. How many arrived in <b>good</b> order? Press, or type the number.",
        item=item_of(reader, line),
        sent=reader.amount(row.quantity, line.unit),
    )
    every = Choice(reader.label("All of it: {amount}", amount=reader.amount(row.quantity, line.unit)), "all")
    return Question(text, [[every], [Choice(reader.label("None"), "none")]])


def _good(conn: Connection, data: ReceiptData, reader: Reader, amount: int) -> str:
    row, _ = _row(conn, data)
    if amount > row.quantity:
        raise Misread("more_than_sent", sent=format_quantity(row.quantity, reader.language))
    data.good[row.id] = amount
    if amount == row.quantity:
        data.damaged[row.id] = 0
        return _next_row(conn, data)
    return "damaged"


def _next_row(conn: Connection, data: ReceiptData) -> str:
    data.at += 1
    return "good" if data.at < len(giving.goods(conn, data.consignment_id)) else "photos"


def _said_good(turn: Turn, conn: Connection, data: ReceiptData, incoming: Incoming) -> str:
    return _good(conn, data, turn.reader, _count(turn, incoming))


def _count(turn: Turn, incoming: Incoming) -> int:
    text = text_of(incoming, 60)
    return 0 if text.strip() == "0" else quantity_of(turn.reader, text)


def _chose_good(turn: Turn, conn: Connection, data: ReceiptData, value: str) -> str:
    row, _ = _row(conn, data)
    if value not in ("all", "none"):
        raise Misread("choose")
    return _good(conn, data, turn.reader, row.quantity if value == "all" else 0)


def _ask_damaged(reader: Reader, conn: Connection, data: ReceiptData) -> Question:
    row, line = _row(conn, data)
    left = row.quantity - data.good.get(row.id, 0)
    text = reader.t(
        "<b>{item}</b>\nOf the other {left}: how many came <b>damaged</b>? The rest is missing.",
        item=item_of(reader, line),
        left=reader.amount(left, line.unit),
    )
    choices = [
        [Choice(reader.label("All of them are damaged"), "all")],
        [Choice(reader.label("None, they are missing"), "none")],
    ]
    return Question(text, choices)


def _damaged(conn: Connection, data: ReceiptData, reader: Reader, amount: int) -> str:
    row, _ = _row(conn, data)
    left = row.quantity - data.good.get(row.id, 0)
    if amount > left:
        raise Misread("more_than_sent", sent=format_quantity(left, reader.language))
    data.damaged[row.id] = amount
    return _next_row(conn, data)


def _said_damaged(turn: Turn, conn: Connection, data: ReceiptData, incoming: Incoming) -> str:
    return _damaged(conn, data, turn.reader, _count(turn, incoming))


def _chose_damaged(turn: Turn, conn: Connection, data: ReceiptData, value: str) -> str:
    row, _ = _row(conn, data)
    if value not in ("all", "none"):
        raise Misread("choose")
    left = row.quantity - data.good.get(row.id, 0)
    return _damaged(conn, data, turn.reader, left if value == "all" else 0)


def _ask_photos(reader: Reader, conn: Connection, data: ReceiptData) -> Question:
    return ask_for_photos(reader, data.photos)


def _said_photos(turn: Turn, conn: Connection, data: ReceiptData, incoming: Incoming) -> str:
    data.photos = keep_photo(turn, conn, data.consignment_id, data.photos, incoming)
    return "photos"


def _ask_sign(reader: Reader, conn: Connection, data: ReceiptData) -> Question:
    rows = []
    for row in giving.goods(conn, data.consignment_id):
        line = needs.line(conn, row.line_id)
        assert line is not None
        good, damaged = data.good.get(row.id, 0), data.damaged.get(row.id, 0)
        counted = reader.t(
            "good {good}, damaged {damaged}, missing {missing}",
            good=format_quantity(good, reader.language),
            damaged=format_quantity(damaged, reader.language),
            missing=format_quantity(row.quantity - good - damaged, reader.language),
        )
        rows.append(Markup("• {}: {}").format(item_of(reader, line), counted))
    text = Markup("{}\n\n{}").format(reader.t("<b>Do you sign for this?</b>"), Markup("\n").join(rows))
    choices = [
        [Choice(reader.label("✍️ Sign"), "sign")],
        [Choice(reader.label("✏️ Count again"), "again")],
    ]
    return Question(text, choices)


def _chose_sign(turn: Turn, conn: Connection, data: ReceiptData, value: str) -> str:
    if value == "again":
        data.at, data.good, data.damaged = 0, {}, {}
        return "good"
    if value != "sign":
        raise Misread("choose")
    return DONE


def _said_sign(turn: Turn, conn: Connection, data: ReceiptData, incoming: Incoming) -> str:
    raise Misread("choose")


def _sign(turn: Turn, conn: Connection, data: ReceiptData) -> Show:
    counts = {}
    for row in giving.goods(conn, data.consignment_id):
        good, damaged = data.good.get(row.id, 0), data.damaged.get(row.id, 0)
        counts[row.id] = services.Count(good, damaged, row.quantity - good - damaged)
    services.sign_receipt(conn, turn.actor, data.consignment_id, counts, terms=turn.house.terms)
    toast = turn.reader.label("Signed. The donor gets the proof now.")
    return Show("consignment", {"consignment_id": data.consignment_id}, toast=toast)


form(
    Form(
        "receipt",
        ReceiptData,
        [
            Step("good", _ask_good, _said_good, _chose_good),
            Step("damaged", _ask_damaged, _said_damaged, _chose_damaged, aside=True),
            Step("photos", _ask_photos, _said_photos, lambda turn, conn, data, value: NEXT, optional=True),
            Step("sign", _ask_sign, _said_sign, _chose_sign),
        ],
        _sign,
        an_official,
        leave=lambda data: Show("consignment", {"consignment_id": data.consignment_id}),
    )
)


@action("receipt", an_official, fresh=_again)
def receipt(turn: Turn, conn: Connection, consignment_id: int) -> Show:
    """Count what arrived and sign."""
    found = services.coming_to_us(conn, turn.actor, consignment_id)
    if found.state not in (ConsignmentState.ON_THE_WAY, ConsignmentState.ARRIVED):
        raise Changed
    return begin(turn, conn, "receipt", ReceiptData(consignment_id=consignment_id))
