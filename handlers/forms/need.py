"""Posting a need: items first (typed, chosen or pasted as a list), then how urgent, by when, for whom, why."""

from datetime import date

from markupsafe import Markup

from domain.errors import Changed, Misread
from domain.numbers import format_quantity
from domain.wanted import FIRST_HOURS, MAX_PHOTOS, Photo, WantedNeed
from domain.words import Urgency, member
from handlers import calendar, names
from handlers.doubts import contacts_of, doubt
from handlers.forms import rows
from handlers.forms.engine import (
    DONE,
    NEXT,
    Choice,
    Form,
    Question,
    Step,
    begin,
    form,
    in_rows,
    load_data,
    text_of,
)
from handlers.forms.photos import photo_of
from handlers.forms.rows import NeedData
from handlers.incoming import Incoming
from handlers.reader import Reader, clip
from handlers.registry import Show, action, an_official, command, does, opens, screen
from handlers.turn import Turn
from handlers.view import Rows, View
from services import needs
from storage import chats, first_view
from storage.engine import Connection


def _ask_urgency(reader: Reader, conn: Connection, data: NeedData) -> Question:
    text = [reader.t("<b>How urgent is it?</b>")]
    text += [
        Markup("{} — {}").format(reader.label(names.URGENCY[each]), reader.label(names.URGENCY_HELP[each]))
        for each in Urgency
    ]
    choices = [[Choice(reader.label(names.URGENCY[each]), each.value)] for each in Urgency]
    return Question(Markup("\n").join(text), choices)


def _chose_urgency(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    data.need.urgency = member(Urgency, value)
    if data.need.urgency is None:
        raise Misread("choose")
    return NEXT


def _ask_date(reader: Reader, conn: Connection, data: NeedData) -> Question:
    today = reader.today.date()
    shown = date.fromisoformat(data.month) if data.month else data.need.needed_by or today
    text = reader.t("<b>Needed by when?</b>\nPress a day, or type it: <code>24.12</code>")
    return Question(text, calendar.month(shown, today, reader.language))


def _said_date(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    data.need.needed_by = calendar.typed(incoming, turn.reader.today.date(), turn.reader.language)
    return NEXT


def _chose_date(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    day, month = calendar.pressed(value, turn.reader.today.date())
    if day:
        data.need.needed_by, data.month = day, ""
        return NEXT
    data.month = month.isoformat() if month else data.month
    return "date"


def _ask_people(reader: Reader, conn: Connection, data: NeedData) -> Question:
    return Question(reader.t("<b>How many people will it serve?</b>\nFor example <code>1200</code>"))


def _said_people(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    number = rows.quantity_of(turn.reader, text_of(incoming, 60))
    if number % 1000:
        raise Misread("whole")
    data.need.people_served = number // 1000
    return NEXT


def _ask_why(reader: Reader, conn: Connection, data: NeedData) -> Question:
    text = reader.t(
        "<b>What happened, what is it for?</b>\n"
        "Two sentences help a partner's council to decide. No street and no names, please: everybody reads it."
    )
    return Question(text)


def _said_why(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    data.need.why = text_of(incoming, 1500)
    return NEXT


def _ask_photos(reader: Reader, conn: Connection, data: NeedData) -> Question:
    count = len(data.need.photos)
    if not count:
        text = reader.t("<b>Photos?</b> Send them here, up to ten.")
        return Question(text)
    text = reader.n(
        "{n} photo is kept. Send more, or go on.", "{n} photos are kept. Send more, or go on.", count
    )
    return Question(
        text, [[Choice(reader.label("Go on ›"), "on")], [Choice(reader.label("Remove them"), "none")]]
    )


def _said_photos(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    sent = photo_of(incoming)
    if any(photo.unique_id == sent.unique_id for photo in data.need.photos):
        return "photos"
    if len(data.need.photos) >= MAX_PHOTOS:
        raise Misread("too_many_photos")
    data.need.photos.append(Photo(file_id=sent.file_id, unique_id=sent.unique_id))
    return "photos"


def _chose_photos(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    if value == "none":
        data.need.photos = []
        return "photos"
    return NEXT


def _ask_place(reader: Reader, conn: Connection, data: NeedData) -> Question:
    text = reader.t("<b>Where in the hromada?</b>\nThe settlement only, never a street.")
    return Question(text)


def _said_place(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    data.need.place = text_of(incoming, 120)
    return NEXT


def _ask_not(reader: Reader, conn: Connection, data: NeedData) -> Question:
    return Question(
        reader.t("<b>What should nobody send?</b>\nFor example: used clothes, expired medicines.")
    )


def _said_not(turn: Turn, conn: Connection, data: NeedData, incoming: Incoming) -> str:
    data.need.do_not_send = text_of(incoming, 600)
    return NEXT


def _has_partners(reader: Reader, conn: Connection) -> bool:
    mine = reader.actor.acts_for if reader.actor else None
    return mine is not None and first_view.has_partners(conn, mine)


def _ask_first(reader: Reader, conn: Connection, data: NeedData) -> Question:
    text = reader.t(
        "<b>Show it to your partners first?</b>\nThose who promised you something before hear of it at once, "
        "everybody else later."
    )
    choices = [[Choice(reader.label("No, to everybody at once"), "0")]]
    hours = [Choice(reader.n("{n} hour", "{n} hours", each), str(each)) for each in FIRST_HOURS]
    return Question(text, [*choices, hours])


def _chose_first(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    if value not in ("0", *map(str, FIRST_HOURS)):
        raise Misread("choose")
    data.need.partners_first = int(value)
    return NEXT


def _ask_review(reader: Reader, conn: Connection, data: NeedData) -> Question:
    text = [
        reader.t("<b>Please check it once more</b>"),
        rows.listing(reader, data),
        review_facts(reader, data.need),
    ]
    waiting = rows.first_problem(data)
    choices = [[Choice(reader.label("✅ Publish"), "publish")]]
    if waiting is not None:
        choices = [[Choice(reader.label("❓ Answer what is unclear"), "unclear")]]
    edits = [
        Choice(reader.label("✏️ Items"), "list"),
        Choice(reader.label("✏️ Urgency"), "urgency"),
        Choice(reader.label("✏️ Date"), "date"),
        Choice(reader.label("✏️ People"), "people"),
        Choice(reader.label("✏️ Why"), "why"),
        Choice(reader.label("✏️ Photos"), "photos"),
        Choice(reader.label("✏️ Settlement"), "place"),
        Choice(reader.label("✏️ Do not send"), "not"),
    ]
    if _has_partners(reader, conn):
        edits.append(Choice(reader.label("👥 Who sees it first"), "first"))
    return Question(
        Markup("\n\n").join(text),
        [*choices, *in_rows(edits, 2), [Choice(reader.label("🗑 Delete the draft"), "delete")]],
    )


def review_facts(reader: Reader, need: WantedNeed) -> Markup:
    """Everything but the items."""
    found: list[Markup] = []
    if need.urgency:
        found.append(Markup("{}").format(reader.label(names.URGENCY[need.urgency])))
    if need.needed_by:
        found.append(reader.t("Needed by {day}", day=reader.words.day(need.needed_by)))
    if need.people_served:
        count = need.people_served
        said = format_quantity(count * 1000, reader.language)
        found.append(reader.n("For {people} person", "For {people} people", count, people=said))
    if need.place:
        found.append(Markup("📍 {}").format(need.place))
    if need.why:
        found.append(Markup("<blockquote>{}</blockquote>").format(clip(need.why, 600)))
    if need.do_not_send:
        found.append(reader.t("Please do not send: {what}", what=clip(need.do_not_send, 300)))
    if need.partners_first:
        found.append(
            reader.n(
                "👥 Your partners see it first, for {n} hour",
                "👥 Your partners see it first, for {n} hours",
                need.partners_first,
            )
        )
    if need.photos:
        found.append(reader.n("🖼 {n} photo", "🖼 {n} photos", len(need.photos)))
    return Markup("\n").join(found)


EDITABLE = ("list", "urgency", "date", "people", "why", "photos", "place", "not", "first")


def _chose_review(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    if value == "publish":
        if not data.need.lines:
            raise Misread("no_rows")
        if rows.first_problem(data) is not None:
            raise Misread("rows_wait")
        return "contacts" if contacts_of(_public_words(data.need)) else DONE
    if value == "unclear":
        data.row, data.reviewed = rows.first_problem(data), True
        return "row"
    if value == "delete":
        data.need = WantedNeed()
        data.thrown = True
        return DONE
    if value not in EDITABLE:
        raise Misread("choose")
    data.reviewed = True
    return value


def _public_words(need: WantedNeed) -> list[str | None]:
    """Everything the official wrote and everybody will read."""
    lines = [each for line in need.lines for each in (line.name, line.spec, line.note)]
    return [need.place, need.why, need.do_not_send, *lines]


def _ask_contacts(reader: Reader, conn: Connection, data: NeedData) -> Question:
    choices = [
        [Choice(reader.label("✏️ Change it"), "change")],
        [Choice(reader.label("📢 Publish anyway"), "publish")],
    ]
    return Question(doubt(reader, contacts_of(_public_words(data.need))), choices)


def _chose_contacts(turn: Turn, conn: Connection, data: NeedData, value: str) -> str:
    if value not in ("change", "publish"):
        raise Misread("choose")
    return DONE if value == "publish" else "review"


def _publish(turn: Turn, conn: Connection, data: NeedData) -> Show:
    if data.thrown:
        return Show("home", toast=turn.reader.label("The draft is deleted."))
    need = needs.post_need(conn, turn.actor, data.need, turn.person.language, turn.house.terms)
    return Show("need", {"need_id": need.id, "fresh": True}, toast=turn.reader.label("Published"))


def _not_yet(data: NeedData) -> bool:
    """Questions after the items are asked once; from the review they come only when chosen."""
    return not data.reviewed


NEED = form(
    Form(
        "need",
        NeedData,
        [
            Step("items", rows.ask_items, rows.said_items, rows.chose_items),
            Step("browse", rows.ask_browse, rows.said_items, rows.chose_browse, aside=True),
            Step("pick", rows.ask_pick, rows.said_items, rows.chose_pick, aside=True),
            Step(
                "spec",
                rows.ask_spec,
                rows.said_spec,
                rows.chose_spec,
                optional=True,
                aside=True,
                skipped=rows.after_spec,
            ),
            Step("quantity", rows.ask_quantity, rows.said_quantity, rows.chose_quantity, aside=True),
            Step("list", rows.ask_list, rows.said_items, rows.chose_list, aside=True),
            Step("row", rows.ask_row, rows.said_quantity, rows.chose_row, aside=True),
            Step("note", rows.ask_note, rows.said_note, aside=True),
            Step("urgency", _ask_urgency, None, _chose_urgency, when=_not_yet),
            Step("date", _ask_date, _said_date, _chose_date, optional=True, when=_not_yet),
            Step("people", _ask_people, _said_people, optional=True, when=_not_yet),
            Step("why", _ask_why, _said_why, optional=True, when=_not_yet),
            Step("photos", _ask_photos, _said_photos, _chose_photos, optional=True, when=_not_yet),
            Step("place", _ask_place, _said_place, optional=True, aside=True),
            Step("not", _ask_not, _said_not, optional=True, aside=True),
            Step("first", _ask_first, None, _chose_first, aside=True),
            Step("contacts", _ask_contacts, None, _chose_contacts, aside=True),
            Step("review", _ask_review, None, _chose_review),
        ],
        _publish,
        an_official,
        keep=True,
    )
)


@action("new_need", an_official)
def new_need(turn: Turn, conn: Connection) -> Show:
    """Post a need; a draft that waits is shown first, never thrown away silently."""
    kept = _kept(conn, turn.person.id)
    if kept is not None and kept.need.lines:
        return Show("draft_waits")
    return begin(turn, conn, "need", NeedData())


def _kept(conn: Connection, person_id: int) -> NeedData | None:
    """The draft that waits, unless an older version wrote it in a way nobody reads any more."""
    kept = chats.draft(conn, person_id, "need")
    try:
        data: NeedData | None = load_data(kept) if kept else None
    except Changed:
        return None
    return data


@screen("draft_waits", an_official)
def draft_waits(reader: Reader, conn: Connection) -> View | None:
    """What stands in the draft, to go on with or to throw away."""
    data = _kept(conn, reader.person.id) if reader.person else None
    if data is None:
        return None
    text = [reader.t("<b>You have begun a need already</b>"), rows.listing(reader, data)]
    choices: Rows = (
        (does(reader.label("📝 Continue my draft"), "resume", "need"),),
        (does(reader.label("➕ Throw it away, start anew"), "fresh_need"),),
        (opens(reader.label("‹ Menu"), "home"),),
    )
    return View(Markup("\n\n").join(text), choices)


@action("fresh_need", an_official)
def fresh_need(turn: Turn, conn: Connection) -> Show:
    """Start a need from nothing; the old draft is gone."""
    return begin(turn, conn, "need", NeedData())


@command("new", an_official)
def new(turn: Turn, conn: Connection, argument: str) -> Show:
    """The same by a command."""
    return new_need(turn, conn)


@action("duplicate", an_official)
def duplicate(turn: Turn, conn: Connection, need_id: int) -> Show:
    """Ask for the same again: an old need as a new draft, at its review."""
    needs.own_need(conn, turn.actor, need_id)
    data = NeedData(need=needs.as_wanted(conn, need_id), reviewed=True)
    return begin(turn, conn, "need", data, "review")


def from_list(turn: Turn, conn: Connection, incoming: Incoming) -> Show:
    """A list pasted out of the blue becomes a draft."""
    data = _kept(conn, turn.person.id) or NeedData()
    step = rows.said_items(turn, conn, data, incoming)
    return begin(turn, conn, "need", data, step)
