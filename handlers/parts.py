"""Pieces of text that several screens share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from domain.model import Consignment, Line, Need, Organisation, Person, Pledge
from domain.numbers import format_quantity
from handlers import names
from handlers.reader import Reader, clip
from handlers.view import Button, Rows
from locales import mark
from storage import giving, needs, people
from storage.engine import Connection

BAR = 6
SHOWN_LINES = 15


def organisation(conn: Connection, organisation_id: int) -> Organisation:
    """An organisation that must exist."""
    found = people.organisation(conn, organisation_id)
    assert found is not None
    return found


def head(reader: Reader, found: Organisation) -> Markup:
    """Who an organisation is: its name, its kind, where it is. Whoever introduces one says all three."""
    return Markup("<b>{}</b> · {}\n{}").format(
        clip(reader.organisation(found), 150), reader.label(names.KIND[found.kind]), reader.where(found)
    )


def titled(reader: Reader, found: Organisation) -> str:
    """'Miasto Lublin · City or municipality': the name and the kind, in a row with other things."""
    return f"{clip(reader.organisation(found), 80)} · {reader.label(names.KIND[found.kind])}"


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a long list."""

    number: int
    size: int
    total: int

    @property
    def first(self) -> int:
        """How many come before."""
        return self.number * self.size

    @property
    def pages(self) -> int:
        """How many there are."""
        return max(1, -(-self.total // self.size))

    def head(self, reader: Reader) -> Markup:
        """'9–16 of 41'."""
        last = min(self.first + self.size, self.total)
        return reader.t("{first}–{last} of {total}", first=self.first + 1, last=last, total=self.total)


def page_of(total: int, number: int, size: int) -> Page:
    """The page with this number, or the nearest there is."""
    return Page(max(0, min(number, max(0, total - 1) // size)), size, total)


def page_rows(page: Page, turn: Callable[[int], Button]) -> Rows:
    """The buttons to the pages before and after, where there are any."""
    row = []
    if page.number:
        row.append(replace(turn(page.number - 1), label="‹"))
    if page.number + 1 < page.pages:
        row.append(replace(turn(page.number + 1), label="›"))
    return (tuple(row),) if row else ()


def item_of(reader: Reader, line: Line) -> str:
    """'Generator, diesel, 5 kW'."""
    return reader.named(line.item, line.name, line.spec)


def bar(done: int, whole: int) -> str:
    """▓▓▓░░░: how much is given; never full before all is, never empty once something is."""
    if whole <= 0:
        return "▓" * BAR
    filled = done * BAR // whole
    if done and not filled:
        filled = 1
    return "▓" * filled + "░" * (BAR - filled)


def progress(reader: Reader, line: Line) -> Markup:
    """'▓▓▓░░░ 2/4 pcs' of a line, and what of it moves or is there."""
    if line.needed is None:
        said = reader.t("quantity not stated")
        head = Markup("{} · {}").format(said, _given(reader, line)) if line.given else said
    else:
        asked = line.needed - line.waived
        figure = format_quantity(line.given, reader.language)
        whole = reader.amount(line.needed, line.unit)
        head = Markup("{} {}/{}").format(bar(line.given, asked), figure, whole)
    details = [
        reader.t(text, amount=format_quantity(value, reader.language))
        for text, value in (
            (mark("on hold {amount}"), line.held),
            (mark("on the way {amount}"), line.on_the_way),
            (mark("received {amount}"), line.received),
            (mark("no longer needed {amount}"), line.waived),
        )
        if value
    ]
    if line.closed and line.needed is None:
        details.append(reader.t("closed, enough came"))
    return Markup("{} ({})").format(head, Markup(", ").join(details)) if details else head


def _given(reader: Reader, line: Line) -> Markup:
    return reader.t("given so far {amount}", amount=reader.amount(line.given, line.unit))


def line_row(reader: Reader, line: Line) -> Markup:
    """One row of a need's card."""
    row = Markup("• <b>{}</b> {}").format(item_of(reader, line), progress(reader, line))
    notes = [clip(line.note, 150)] if line.note else []
    if line.used_ok:
        notes.append(reader.label("used is fine"))
    if not line.equivalents:
        notes.append(reader.label("exactly this, no equivalents"))
    return Markup("{}\n   <i>{}</i>").format(row, "; ".join(notes)) if notes else row


def lines_text(reader: Reader, lines: list[Line], first: int = 0, most: int = SHOWN_LINES) -> Markup:
    """The rows of a need, as many as fit a message."""
    rows = [line_row(reader, line) for line in lines[first : first + most]]
    left = len(lines) - first - len(rows)
    if left > 0:
        rows.append(reader.n("… and {n} more item", "… and {n} more items", left))
    return Markup("\n").join(rows)


def need_title(reader: Reader, conn: Connection, need: Need) -> Markup:
    """Urgency, code, hromada and where it is. Never a street."""
    hromada = organisation(conn, need.organisation_id)
    place = f"{need.place}, " if need.place else ""
    return Markup("{} · <code>{}</code> · {}\n🏛 <b>{}</b>\n{}{}").format(
        reader.label(names.URGENCY[need.urgency]),
        need.code,
        reader.label(names.NEED[need.state]),
        reader.organisation(hromada),
        clip(place, 122),
        reader.where(hromada),
    )


def short_need(reader: Reader, conn: Connection, need: Need, lines: list[Line]) -> Markup:
    """A need in two rows, for lists."""
    hromada = organisation(conn, need.organisation_id)
    items = ", ".join(item_of(reader, line) for line in lines[:3])
    more = f" +{len(lines) - 3}" if len(lines) > 3 else ""
    sign = reader.label(names.URGENCY[need.urgency]).partition(" ")[0]
    return Markup("{} <b>{}</b> · {}\n     {}{}").format(
        sign, clip(items, 120), need.code, clip(reader.organisation(hromada), 60), more
    )


def lines_by_id(conn: Connection, need_id: int) -> Mapping[int, Line]:
    """The lines of a need by their ids."""
    return {line.id: line for line in needs.lines_of(conn, need_id)}


def pledge_goods(reader: Reader, conn: Connection, pledge: Pledge) -> Markup:
    """'2 pcs Generator, diesel, 5 kW' for each line of a pledge."""
    lines = lines_by_id(conn, pledge.need_id)
    rows = [
        Markup("• {} — {}").format(
            item_of(reader, lines[row.line_id]), reader.amount(row.quantity, lines[row.line_id].unit)
        )
        for row in giving.pledge_lines_of(conn, pledge.id)
    ]
    return Markup("\n").join(rows)


def goods_of(reader: Reader, conn: Connection, consignment: Consignment) -> Markup:
    """What travels, and once it is signed for what came."""
    rows = []
    for row in giving.goods(conn, consignment.id):
        line = needs.line(conn, row.line_id)
        assert line is not None
        text = Markup("• {} — {}").format(item_of(reader, line), reader.amount(row.quantity, line.unit))
        if row.good is not None:
            text += Markup(": ") + reader.t(
                "good {good}, damaged {damaged}, missing {missing}",
                good=format_quantity(row.good, reader.language),
                damaged=format_quantity(row.damaged or 0, reader.language),
                missing=format_quantity(row.missing or 0, reader.language),
            )
        rows.append(text)
    return Markup("\n").join(rows)


def contact(reader: Reader, person: Person) -> Markup:
    """Name, phone and address of the other side. Only for the two sides of an accepted pledge."""
    rows = [Markup("👤 {}").format(reader.called(person))]
    if person.phone:
        rows.append(Markup("📞 {}").format(person.phone))
    if person.address:
        rows.append(Markup("📍 {}").format(clip(person.address, 300)))
    if not person.phone:
        rows.append(reader.t("No phone number yet. Ask through the need."))
    return Markup("\n").join(rows)
