"""The items of a need while it is being written: searching, choosing, pasting, correcting row by row."""

from markupsafe import Markup
from pydantic import BaseModel, Field

from domain.catalogue import Item, catalogue, spec_field, unit_label
from domain.errors import Misread
from domain.lists import ParsedList, Row, parse_list, split_quantity_unit
from domain.measures import in_script_of
from domain.numbers import BadQuantity, format_quantity, parse_quantity
from domain.wanted import MAX_LINES, WantedLine, WantedNeed
from domain.whole import broken
from handlers.forms.engine import Choice, Question, clean, in_rows, text_of
from handlers.incoming import Incoming
from handlers.names import SECTOR_OTHER
from handlers.reader import Reader, clip
from handlers.turn import Turn
from storage.engine import Connection

PAGE = 8
ASKED = ("range", "rate", "several_numbers", "not_understood", "no_name")


class NeedData(BaseModel):
    """A need being written, and where in it the official is."""

    need: WantedNeed = Field(default_factory=WantedNeed)
    row: int | None = None
    typed: str = ""
    found: list[str] = []
    sector: str = ""
    page: int = 0
    month: str = ""
    unread: list[str] = []
    reviewed: bool = False
    thrown: bool = False

    @property
    def line(self) -> WantedLine:
        """The row in hand; raises Misread where a stale button names one that is gone."""
        if self.row is None or not 0 <= self.row < len(self.need.lines):
            raise Misread("choose")
        return self.need.lines[self.row]


def first_problem(data: NeedData) -> int | None:
    """The first row that still waits for an answer."""
    return next((at for at, line in enumerate(data.need.lines) if problem_of(line)), None)


def amount_of(reader: Reader, text: str, unit: str, *rests: int | None) -> int:
    """Thousandths of a unit; raises Misread for half a generator. ``rests`` may be taken as they stand."""
    quantity = quantity_of(reader, text)
    if broken(quantity, unit) and quantity not in rests:
        raise Misread("whole_units")
    return quantity


def problem_of(line: WantedLine) -> str | None:
    """What still has to be answered about a row; half a generator is never right as it stands."""
    if line.problem in ASKED:
        return line.problem
    return "part" if broken(line.needed, line.unit) else None


def quantity_of(reader: Reader, text: str) -> int:
    """Thousandths of anything; raises Misread with the sentence that fits."""
    try:
        return parse_quantity(text)
    except BadQuantity as error:
        values = {}
        if error.choices:
            first, second = (format_quantity(each, reader.language) for each in error.choices)
            values = {"first": first, "second": second}
        hint = "not_a_number" if error.reason == "empty" else error.reason
        raise Misread(hint, **values) from error


def row_text(reader: Reader, line: WantedLine) -> str:
    """'Generator, diesel, 5 kW — 4 pcs'."""
    return f"{reader.named(line.item, line.name, line.spec)} — {reader.amount(line.needed, line.unit)}"


def row_notes(reader: Reader, line: WantedLine) -> list[str]:
    """What limits or widens a row: condition, tolerance, and what the official added."""
    found = [clip(line.note, 120)] if line.note else []
    if line.used_ok:
        found.append(reader.label("used is fine"))
    if not line.equivalents:
        found.append(reader.label("exactly this, no equivalents"))
    return found


def listing(reader: Reader, data: NeedData) -> Markup:
    """All rows numbered; those that wait for an answer are marked."""
    found = []
    for number, line in enumerate(data.need.lines[:40], 1):
        sign = "❓ " if problem_of(line) else ""
        notes = row_notes(reader, line)
        note = Markup("\n<i>{}</i>").format("; ".join(notes)) if notes else Markup("")
        found.append(Markup("{}. {}{}").format(number, sign, row_text(reader, line)) + note)
    if len(data.need.lines) > 40:
        left = len(data.need.lines) - 40
        found.append(reader.n("… and {n} more item", "… and {n} more items", left))
    return Markup("\n").join(found)


# --- what do you need? -------------------------------------------------------------------------------


def ask_items(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """Type, paste, or choose a sector."""
    text = reader.t(
        "<b>What do you need?</b>\n"
        "Type an item, for example <code>generator</code>, or paste your whole list, one item a line. "
        "Or choose:"
    )
    sectors = [
        Choice(f"{each.emoji} {each.name(reader.language)}", each.code) for each in catalogue().sectors
    ]
    choices = in_rows(sectors, 2)
    if data.need.lines:
        count = len(data.need.lines)
        choices.insert(
            0, [Choice(reader.words.n("My list: {n} item ›", "My list: {n} items ›", count), "list")]
        )
    return Question(text, choices)


def chose_items(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """A sector opens its items."""
    if value == "list":
        return "list"
    if value not in {each.code for each in catalogue().sectors}:
        raise Misread("choose")
    data.sector, data.page = value, 0
    return "browse"


def said_items(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    """One name is searched; anything with quantities or several lines is read as a list."""
    if incoming.kind not in ("text", "command"):
        raise Misread("text")
    text = clean(incoming.text)
    if not text:
        raise Misread("empty")
    parsed = parse_list(text)
    only = parsed.rows[0] if len(parsed.rows) == 1 else None
    if only and only.quantity is None and only.quantity_range is None and only.kind in ("item", "unclear"):
        return search_item(turn, data, only)
    add_rows(data, parsed)
    return "list"


def search_item(turn: Turn, data: NeedData, row: Row) -> str:
    """The nearest items of the catalogue, and always 'as I wrote it'."""
    name = clip(row.name or row.source, 150)
    found = catalogue().search(name, turn.reader.language, limit=6)
    data.typed, data.found = clip(row.source.strip() or name, 150), [match.item.code for match in found]
    return "pick"


def add_rows(data: NeedData, parsed: ParsedList) -> None:
    """Everything of a pasted list: items as rows, 'do not send' as such, the rest shown back, never dropped."""
    if len(data.need.lines) >= MAX_LINES:
        raise Misread("too_many_lines")
    data.unread = []
    for row in parsed.rows:
        if row.kind in ("item", "unclear") and len(data.need.lines) < MAX_LINES:
            data.need.lines.append(_line(row, data.sector))
        elif row.kind == "do_not_send":
            before = data.need.do_not_send
            data.need.do_not_send = clip(f"{before}; {row.source}" if before else row.source, 600)
        else:
            data.unread.append(clip(row.source, 120))


def _line(row: Row, sector: str) -> WantedLine:
    item = catalogue().by_code.get(row.item_code or "")
    unclear = "not_understood" if row.kind == "unclear" else None
    note = row.note
    if row.quantity_range:
        low, high = (format_quantity(each, "uk") for each in row.quantity_range)
        note = f"{low}–{high}; {note}" if note else f"{low}–{high}"
    return WantedLine(
        sector=item.sector if item else sector or SECTOR_OTHER,
        item=item.code if item else None,
        name=None if item else clip(row.name or row.source, 200),
        spec=clip(row.spec, 200) or None,
        unit=row.unit or (item.units[0] if item else "pcs"),
        needed=row.quantity,
        note=clip(note, 500) or None,
        equivalents=True,
        used_ok=row.used_ok,
        problem=row.problem or unclear,
    )


# --- a sector's items --------------------------------------------------------------------------------


def ask_browse(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """The items of a sector, a page at a time."""
    items = catalogue().in_sector(data.sector)
    shown = items[data.page * PAGE : (data.page + 1) * PAGE]
    choices = [[Choice(item.name(reader.language), item.code)] for item in shown]
    pager = []
    if data.page:
        pager.append(Choice("‹", "p-"))
    if (data.page + 1) * PAGE < len(items):
        pager.append(Choice("›", "p+"))
    text = Markup("<b>{}</b>\n{}").format(
        reader.sector(data.sector), reader.t("Choose, or type a part of the name.")
    )
    return Question(text, [*choices, pager] if pager else choices)


def chose_browse(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """An item, or another page."""
    if value in ("p+", "p-"):
        last = max(0, (len(catalogue().in_sector(data.sector)) - 1) // PAGE)
        data.page = min(last, max(0, data.page + (1 if value == "p+" else -1)))
        return "browse"
    return _take(data, value)


def ask_pick(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """What was found for what was typed."""
    items = [catalogue().by_code[code] for code in data.found if code in catalogue().by_code]
    choices = [[Choice(item.name(reader.language), item.code)] for item in items]
    choices.append([Choice(reader.label("➕ In my own words: {text}", text=clip(data.typed, 40)), "+")])
    if items:
        text = reader.t("Which one do you mean? Press it, or type another name.")
    else:
        text = reader.t(
            "I do not know “{text}”. Add it as you wrote it, or type another name.", text=data.typed
        )
    return Question(text, choices)


def chose_pick(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """An item of the catalogue, or free text."""
    if value == "+":
        _append(data, WantedLine(sector=data.sector or SECTOR_OTHER, name=data.typed, problem="new"))
        return "spec"
    return _take(data, value)


def _take(data: NeedData, code: str) -> str:
    item = catalogue().by_code.get(code)
    if item is None:
        raise Misread("choose")
    _append(data, WantedLine(sector=item.sector, item=item.code, unit=item.units[0], problem="new"))
    return "spec" if item.specs else "quantity"


def _append(data: NeedData, line: WantedLine) -> None:
    if len(data.need.lines) >= MAX_LINES:
        raise Misread("too_many_lines")
    data.need.lines.append(line)
    data.row = len(data.need.lines) - 1


# --- one row -----------------------------------------------------------------------------------------


def _item(data: NeedData) -> Item | None:
    return catalogue().by_code.get(data.line.item or "")


def ask_spec(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """Which size, power, voltage."""
    item = _item(data)
    name = reader.named(data.line.item, data.line.name, None)
    field = spec_field(item.specs[0]) if item and item.specs else None
    if field is None:
        return Question(reader.t("<b>{item}</b>\nWhich size, power or model? Type it, or skip.", item=name))
    text = reader.t(
        "<b>{item}</b>\n{what}? Press, or type it as you need it.",
        item=name,
        what=field.name(reader.language),
    )
    choices = [
        Choice(in_script_of(reader.language, field.label(choice)), str(at))
        for at, choice in enumerate(field.choices)
    ]
    return Question(text, in_rows(choices, 3))


def chose_spec(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """A usual value."""
    item = _item(data)
    field = spec_field(item.specs[0]) if item and item.specs else None
    if field is None or not value.isdecimal() or int(value) >= len(field.choices):
        raise Misread("choose")
    data.line.spec = field.label(field.choices[int(value)])
    return after_spec(data)


def said_spec(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    """Typed as the official needs it."""
    data.line.spec = text_of(incoming, 200)
    return after_spec(data)


def after_spec(data: NeedData) -> str:
    """A new row goes on to its quantity; a corrected one stands as it is."""
    return "quantity" if data.line.problem == "new" else "row"


def ask_quantity(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """How many, in which unit."""
    line, item = data.line, _item(data)
    unit = unit_label(line.unit, reader.language, 5000)
    text = reader.t(
        "<b>{item}</b>\nHow many ({unit})? Type the number, for example <code>4</code>",
        item=reader.named(line.item, line.name, line.spec),
        unit=unit,
    )
    choices = [[Choice(reader.label("Quantity not stated"), "none")]]
    units = item.units if item else ("pcs", "kg", "set", "box")
    others = [
        Choice(unit_label(code, reader.language, 5000), f"u{code}") for code in units if code != line.unit
    ]
    return Question(text, [*in_rows(others[:6], 3), *choices] if others else choices)


def said_quantity(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    """A number, with a unit or without."""
    number, unit = split_quantity_unit(text_of(incoming, 60))
    data.line.needed = amount_of(turn.reader, number, unit or data.line.unit)
    if unit:
        data.line.unit = unit
    data.line.problem = None
    return "list"


def chose_quantity(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """Another unit, or 'not stated'."""
    if value == "none":
        data.line.needed, data.line.problem = None, None
        return "list"
    item = _item(data)
    if value[1:] not in (item.units if item else ("pcs", "kg", "set", "box")):
        raise Misread("choose")
    data.line.unit = value[1:]
    return "quantity"


def ask_list(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """What is on the list so far; each row can be opened."""
    if not data.need.lines:
        return Question(
            reader.t("The list is empty. Type an item or paste your list."), [[Choice("➕", "add")]]
        )
    text = [reader.t("<b>Your list</b>"), listing(reader, data)]
    if data.unread:
        heard = Markup("\n").join(Markup("· {}").format(each) for each in data.unread[:12])
        text.append(reader.t("These lines I did not take as items:") + Markup("\n") + heard)
    if data.need.do_not_send:
        text.append(reader.t("Please do not send: {what}", what=clip(data.need.do_not_send, 300)))
    if first_problem(data) is not None:
        text.append(reader.t("❓ marks rows I am not sure about: open them, please."))
    numbers = [
        Choice(f"{'❓' if problem_of(line) else '✏️'} {at + 1}", f"r{at}")
        for at, line in enumerate(data.need.lines[:40])
    ]
    on = Choice(reader.label("Go on ›"), "on")
    return Question(
        Markup("\n\n").join(text),
        [[on], [Choice(reader.label("➕ Add another item"), "add")], *in_rows(numbers, 5)],
    )


def chose_list(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """Open a row, add one, or go on."""
    if value == "add":
        return "items"
    if value == "on":
        if not data.need.lines:
            raise Misread("no_rows")
        return "review" if data.reviewed else "urgency"
    if not value[1:].isdecimal():
        raise Misread("choose")
    data.row = int(value[1:])
    return "row" if data.line else "list"


def ask_row(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """One row and everything that can be changed in it."""
    line = data.line
    text = [Markup("<b>{}</b>").format(row_text(reader, line))]
    if line.note:
        text.append(Markup("<i>{}</i>").format(line.note))
    choices = []
    problem = problem_of(line)
    if problem:
        text.append(Markup("❓ ") + problem_text(reader, problem))
    if problem and not broken(line.needed, line.unit):
        choices.append([Choice(reader.label("👍 It is right"), "ok")])
    equal = (
        reader.label("☑ Equivalents are fine") if line.equivalents else reader.label("☐ Exactly this only")
    )
    used = reader.label("☑ Used is fine") if line.used_ok else reader.label("☐ New only")
    choices += [
        [Choice(reader.label("✏️ Quantity"), "quantity"), Choice(reader.label("✏️ Specification"), "spec")],
        [Choice(equal, "equal"), Choice(used, "used")],
        [Choice(reader.label("✏️ Note"), "note"), Choice(reader.label("🗑 Remove"), "remove")],
        [Choice(reader.label("‹ To the list"), "list")],
    ]
    return Question(Markup("\n").join(text), choices)


def problem_text(reader: Reader, problem: str) -> Markup:
    """What is unclear about a row."""
    sentences = {
        "range": reader.t("You gave a range. Type the number you ask for."),
        "rate": reader.t("I multiplied. Is that right? If not, type the number."),
        "several_numbers": reader.t("I see several numbers. Type the quantity, please."),
        "part": reader.t("This comes in whole pieces only. Type a whole number, please."),
        "no_name": reader.t("I did not find what is needed here. Remove the row, or keep it as it stands."),
    }
    unsure = reader.t("I am not sure about this row. Is it right as it stands? If not, type the quantity.")
    return sentences.get(problem, unsure)


def chose_row(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    """Change one thing of a row."""
    line = data.line
    match value:
        case "ok":
            if broken(line.needed, line.unit):
                raise Misread("whole_units")
            line.problem = None
            return "list"
        case "equal":
            line.equivalents = not line.equivalents
            return "row"
        case "used":
            line.used_ok = not line.used_ok
            return "row"
        case "remove":
            data.need.lines.remove(line)
            data.row = None
            return "list"
        case "quantity" | "spec" | "note" | "list":
            return value
    raise Misread("choose")


def ask_note(reader: Reader, conn: Connection, data: NeedData) -> Question:
    """Condition, tolerance, anything a partner must know."""
    return Question(
        reader.t("What should a partner know about it? Condition, age, which side the wheel is on.")
    )


def said_note(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    """Kept as written."""
    data.line.note = text_of(incoming, 500)
    return "row"
