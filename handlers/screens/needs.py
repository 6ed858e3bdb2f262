"""Finding needs, and a need's card: the thing that is forwarded, pressed and trusted."""

from markupsafe import Markup

from domain import codes
from domain.catalogue import catalogue
from domain.model import Line, Need
from domain.places import places
from domain.search import fold
from domain.talking import Thread
from domain.wanted import WantedNeed
from domain.words import NeedState, PledgeState, Urgency, member
from handlers import names
from handlers.forms.need import review_facts
from handlers.parts import SHOWN_LINES, lines_text, need_title, organisation, short_need
from handlers.reader import Reader, clip
from handlers.refusals import MISREAD
from handlers.registry import (
    Show,
    a_member,
    a_partner,
    a_person,
    an_official,
    anyone,
    command,
    does,
    notice,
    opens,
    screen,
    to_screen,
)
from handlers.screens.translating import translate_button, translation_of
from handlers.talk import translated
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from storage import first_view, giving, needs, talking, thanks
from storage.engine import Connection
from storage.needs import Search

PAGE = 6
NO = "-"


@command("needs")
def list_needs(turn: Turn, conn: Connection, argument: str) -> Show:
    """All open needs, or those that match the words behind the command."""
    return find(argument) if argument.strip() else Show("needs")


@command("need")
def one_need(turn: Turn, conn: Connection, argument: str) -> Show:
    """A need by its code."""
    need = by_code(conn, argument)
    if need is not None:
        return Show("need", {"need_id": need.id, "fresh": True})
    if argument.strip():
        said = turn.reader.label(MISREAD["code"], code=clip(argument, 20))
    else:
        said = turn.reader.label("Type the code of a need behind it: /need 0K3XQ4")
    return Show("sorry_group" if turn.in_group else "sorry", {"sentence": said})


def by_code(conn: Connection, text: str) -> Need | None:
    """The need with this code, however it was typed."""
    try:
        return needs.need(conn, codes.decode(text.strip()))
    except codes.BadCode:
        return None


def find(text: str) -> Show:
    """Search by words."""
    return Show("found", {"text": clip(text.strip(), 100)})


@notice("sorry_group", anyone)
def sorry_group(reader: Reader, conn: Connection, sentence: str) -> View:
    """One sentence, where others read along."""
    return View(Markup("⚠️ {}").format(sentence))


@notice("found", anyone)
def found(reader: Reader, conn: Connection, text: str) -> View:
    """What a search by words found; by how they begin, in any script."""
    words = tuple(stem(word) for word in fold(text).split()[:6])
    wanted = Search(words=words, states=(NeedState.OPEN, NeedState.STALE), reader=_looks(reader))
    shown = needs.find(conn, wanted, None, 10) if words else []
    if not shown:
        sentence = reader.t(
            "Nothing found for “{text}”. Try one word, its beginning, or a hromada's name.", text=text
        )
        return View(sentence, _leave(reader, ((opens(reader.label("🔎 All open needs"), "needs"),),)))
    head = reader.n("Found {n} need for “{text}”", "Found {n} needs for “{text}”", len(shown), text=text)
    return _listing(reader, conn, head, shown, ())


def _looks(reader: Reader) -> int | None:
    """For whom one looks: what its hromadas show to their partners first is found, too."""
    return reader.actor.organisation_id if reader.actor and a_member(reader.actor) else None


def stem(word: str) -> str:
    """Ukrainian endings change; the first letters stay."""
    return word[:-2] if len(word) > 6 else word[:-1] if len(word) > 4 else word


def _leave(reader: Reader, rows: Rows) -> Rows:
    return (*rows, (opens(reader.label("‹ Menu"), "home"),)) if reader.private else ()


def _listing(reader: Reader, conn: Connection, head: Markup, shown: list[Need], more: Rows) -> View:
    lines = needs.lines_by_need(conn, [need.id for need in shown])
    text = [Markup("<b>{}</b>").format(head)]
    text += [short_need(reader, conn, need, lines[need.id]) for need in shown]
    rows = [(_open_button(reader, conn, need, lines[need.id]),) for need in shown]
    return View(Markup("\n\n").join(text), _leave(reader, (*rows, *more)) or tuple(rows))


def _open_button(reader: Reader, conn: Connection, need: Need, lines: list[Line]) -> Button:
    sign = reader.label(names.URGENCY[need.urgency]).partition(" ")[0]
    label = f"{sign} {need.code} · {clip(reader.item(lines[0]), 34) if lines else ''}"
    if reader.private:
        return opens(label, "need", need.id)
    return Button(label, url=reader.house.link(f"n_{need.code}"))


# --- the list with filters ----------------------------------------------------------------------------


@screen("needs", anyone)
def needs_screen(
    reader: Reader,
    conn: Connection,
    oblast: str = NO,
    sector: str = NO,
    urgency: str = NO,
    open_only: bool = False,
    partners: bool = False,
    before: int = 0,
) -> View:
    """Open needs, newest first, with filters joined by AND."""
    mine = reader.actor.organisation_id if a_partner(reader.actor) and reader.actor else None
    wanted = Search(
        oblast="" if oblast == NO else oblast,
        sector="" if sector == NO else sector,
        urgency=member(Urgency, urgency),
        open_only=open_only,
        partner_of=mine if partners else None,
        reader=_looks(reader),
    )
    shown = needs.find(conn, wanted, before or None, PAGE + 1)
    filters = (oblast, sector, urgency, open_only, partners)
    more = _pager(reader, filters, shown) + (_filter_rows(reader, filters, mine) if reader.private else ())
    head = Markup(" · ").join([reader.t("Open needs"), *_filter_words(reader, wanted, partners)])
    if not shown:
        empty = reader.t("Nothing here right now. Loosen a filter, or ask to hear of new needs.")
        return View(Markup("<b>{}</b>\n\n{}").format(head, empty), _leave(reader, more))
    return _listing(reader, conn, head, shown[:PAGE], more)


Filters = tuple[str, str, str, bool, bool]


def _pager(reader: Reader, filters: Filters, shown: list[Need]) -> Rows:
    if len(shown) <= PAGE or not reader.private:
        return ()
    return ((opens(reader.label("Older ›"), "needs", *filters, shown[PAGE - 1].id),),)


def _filter_words(reader: Reader, wanted: Search, partners: bool) -> list[Markup]:
    found = []
    if wanted.oblast:
        found.append(Markup.escape(reader.oblast(wanted.oblast)))
    if wanted.sector:
        found.append(Markup.escape(reader.sector(wanted.sector)))
    if wanted.urgency:
        found.append(Markup.escape(reader.label(names.URGENCY[wanted.urgency])))
    if wanted.open_only:
        found.append(reader.t("still open"))
    if partners:
        found.append(reader.t("my partners"))
    return found


def _filter_rows(reader: Reader, filters: Filters, mine: int | None) -> Rows:
    oblast, sector, urgency, open_only, partners = filters
    tick = "☑ " if open_only else "☐ "
    rows: list[tuple[Button, ...]] = [
        (
            opens(reader.label("Oblast"), "by_oblast", *filters),
            opens(reader.label("Sector"), "by_sector", *filters),
            opens(reader.label("Urgency"), "by_urgency", *filters),
        )
    ]
    ticks = [
        opens(tick + reader.label("still open"), "needs", oblast, sector, urgency, not open_only, partners)
    ]
    if mine is not None:
        label = ("☑ " if partners else "☐ ") + reader.label("my partners")
        ticks.append(opens(label, "needs", oblast, sector, urgency, open_only, not partners))
    rows.append(tuple(ticks))
    if filters != (NO, NO, NO, False, False):
        rows.append((opens(reader.label("Clear filters"), "needs"),))
    return tuple(rows)


def _choose(
    reader: Reader, text: str, choices: list[tuple[str, str]], at: int, filters: Filters, wide: int
) -> View:
    buttons = []
    for label, value in [(reader.label("All"), NO), *choices]:
        chosen = list(filters)
        chosen[at] = value
        buttons.append(Button(label, press=to_screen("needs", *chosen)))
    rows = tuple(tuple(buttons[start : start + wide]) for start in range(0, len(buttons), wide))
    return View(Markup("<b>{}</b>").format(text), rows)


@screen("by_oblast", a_person)
def by_oblast(
    reader: Reader, conn: Connection, oblast: str, sector: str, urgency: str, open_only: bool, partners: bool
) -> View:
    """Choose an oblast."""
    choices = [(reader.oblast(code), code) for code in places().oblasts]
    filters = (oblast, sector, urgency, open_only, partners)
    return _choose(reader, reader.label("Which oblast?"), choices, 0, filters, 2)


@screen("by_sector", a_person)
def by_sector(
    reader: Reader, conn: Connection, oblast: str, sector: str, urgency: str, open_only: bool, partners: bool
) -> View:
    """Choose a sector."""
    choices = [(f"{each.emoji} {each.name(reader.language)}", each.code) for each in catalogue().sectors]
    filters = (oblast, sector, urgency, open_only, partners)
    return _choose(reader, reader.label("Which sector?"), choices, 1, filters, 2)


@screen("by_urgency", a_person)
def by_urgency(
    reader: Reader, conn: Connection, oblast: str, sector: str, urgency: str, open_only: bool, partners: bool
) -> View:
    """Choose an urgency."""
    choices = [(reader.label(names.URGENCY[each]), each.value) for each in Urgency]
    filters = (oblast, sector, urgency, open_only, partners)
    return _choose(reader, reader.label("How urgent?"), choices, 2, filters, 1)


# --- the card -----------------------------------------------------------------------------------------


@notice("new_need", anyone)
def new_need(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """The card of a need that was just posted, for those who asked to hear of it."""
    view = need_screen(reader, conn, need_id)
    return view and View(Markup("🆕 ") + view.text, view.rows)


@screen("need", anyone)
def need_screen(reader: Reader, conn: Connection, need_id: int, fresh: bool = False) -> View | None:
    """A need's public card. It never shows a street, a phone or a person."""
    need = needs.need(conn, need_id)
    if need is None:
        return None
    if not first_view.shown_to(conn, need, reader.actor, reader.now):
        return _opens_later(reader, need)
    lines = needs.lines_of(conn, need_id)
    facts = review_facts(
        reader,
        WantedNeed(
            needed_by=need.needed_by,
            people_served=need.people_served,
            why=need.why and clip(need.why, 500),
            do_not_send=need.do_not_send,
        ),
    )
    over = reader.t(names.THANKS[need.state]) if need.state in names.THANKS else ""
    machine = Markup("\n").join(translated(reader, translation_of(reader, conn, need)))
    title = need_title(reader, conn, need)
    text = [over, title, lines_text(reader, lines), facts, _until(reader, need), machine]
    rows = _card_rows(reader, conn, need, lines) if reader.private else _public_rows(reader, need)
    return View(Markup("\n\n").join(part for part in text if part), rows)


def _until(reader: Reader, need: Need) -> Markup:
    if need.public_from is None or need.public_from <= reader.now:
        return Markup("")
    moment = reader.words.moment(need.public_from, reader.house.terms.zone)
    return reader.t("👥 For partners of the hromada only, until {moment}", moment=moment)


def _opens_later(reader: Reader, need: Need) -> View:
    """What a stranger's link shows: neither what is asked for, nor by whom."""
    assert need.public_from is not None
    moment = reader.words.moment(need.public_from, reader.house.terms.zone)
    text = reader.t(
        "👥 Need <code>{code}</code> is shown to the hromada's partners first. It opens to everybody: {moment}",
        code=need.code,
        moment=moment,
    )
    return View(text, _leave(reader, ((opens(reader.label("🔎 All open needs"), "needs"),),)))


def _public_rows(reader: Reader, need: Need) -> Rows:
    """Links alone: this card may stand where we are not."""
    if not need.live:
        return ((Button(reader.label("🔎 Other needs"), url=reader.house.link("needs")),),)
    pledge = Button(reader.label("🤝 Pledge"), url=reader.house.link(f"n_{need.code}"))
    return ((pledge,), (Button(reader.label("📤 Share"), inline=need.code),))


def _card_rows(reader: Reader, conn: Connection, need: Need, lines: list[Line]) -> Rows:
    rows: list[tuple[Button, ...]] = []
    thread = _thread(reader, conn, need)
    own = an_official(reader.actor) and reader.actor and reader.actor.organisation_id == need.organisation_id
    if own:
        rows += _own_rows(reader, conn, need)
    elif a_partner(reader.actor) and need.live:
        if any(line.takes_pledges for line in lines):
            rows.append((does(reader.label("🤝 Pledge"), "pledge", need.id),))
        else:
            rows.append((opens(reader.label("⏳ Waiting list"), "waiting", need.id),))
        if thread is None:
            rows.append((does(reader.label("❓ Ask"), "ask", need.id),))
    if thread is not None:
        rows.append((opens(reader.label("💬 Conversation"), "thread", thread.id),))
    extra: list[Button] = translate_button(reader, conn, need)
    photos = len(needs.photos(conn, "need", need.id))
    if photos:
        extra.append(opens(reader.label("🖼 Photos ({n})", n=photos), "photos", "need", need.id))
    if len(lines) > SHOWN_LINES:
        extra.append(opens(reader.label("All items"), "lines", need.id, SHOWN_LINES))
    if need.live:
        extra.append(does(reader.label("📤 Share"), "share", need.id))
    elif not own:
        extra.append(opens(reader.label("🔎 Other needs"), "needs"))
    rows.append(tuple(extra))
    rows.append((opens(reader.label("‹ Menu"), "home"),))
    return tuple(row for row in rows if row)


def _thread(reader: Reader, conn: Connection, need: Need) -> Thread | None:
    """What the reader's organisation and the hromada wrote to each other."""
    mine = reader.actor.acts_for if reader.actor and a_partner(reader.actor) else None
    return talking.thread_of(conn, need.id, mine) if mine is not None else None


def _own_rows(reader: Reader, conn: Connection, need: Need) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    count = len(giving.pledges_of_need(conn, need.id, tuple(set(PledgeState) - {PledgeState.LAPSED})))
    if count:
        rows.append((opens(reader.label("🤝 Pledges ({n})", n=count), "need_pledges", need.id),))
    written = talking.count_of_need(conn, need.id)
    if written:
        rows.append((opens(reader.label("💬 Conversations ({n})", n=written), "threads", need.id),))
    if need.live:
        rows.append(
            (
                does(reader.label("👍 Still needed"), "confirm", need.id),
                opens(reader.label("✏️ Edit"), "manage", need.id),
            )
        )
    if need.live and need.public_from:
        rows.append((does(reader.label("🌍 Show it to everybody now"), "open_now", need.id),))
    rows.append((does(reader.label("🔁 Ask again as new"), "duplicate", need.id),))
    return rows


@screen("lines", anyone)
def lines_screen(reader: Reader, conn: Connection, need_id: int, first: int) -> View | None:
    """The rest of a long need."""
    need = needs.need(conn, need_id)
    lines = needs.lines_of(conn, need_id)
    if need is None or not lines or not first_view.shown_to(conn, need, reader.actor, reader.now):
        return None
    rows: list[tuple[Button, ...]] = []
    if 0 <= first < len(lines) - SHOWN_LINES:
        rows.append((opens("›", "lines", need_id, first + SHOWN_LINES),))
    rows.append((opens(reader.label("‹ Back"), "need", need_id),))
    return View(lines_text(reader, lines, max(0, first)), tuple(rows))


@screen("photos", a_person)
def photos_screen(reader: Reader, conn: Connection, owner: str, owner_id: int) -> View | None:
    """The photos of a need, or of a receipt and its thanks for the two sides."""
    if owner in ("consignment", "thanks"):
        said = thanks.thanks(conn, owner_id) if owner == "thanks" else None
        consignment = giving.consignment(conn, said.consignment_id if said else owner_id)
        mine = reader.actor.acts_for if reader.actor else None
        if consignment is None or mine not in (consignment.organisation_id, consignment.hromada_id):
            return None
    need = needs.need(conn, owner_id) if owner == "need" else None
    if need is not None and not first_view.shown_to(conn, need, reader.actor, reader.now):
        return None
    found = needs.photos(conn, owner, owner_id)
    if not found or owner not in ("need", "consignment", "thanks"):
        return None
    back = opens(reader.label("‹ Back"), owner, owner_id)
    text = reader.n("🖼 {n} photo", "🖼 {n} photos", len(found))
    return View(text, ((back,),), photos=tuple(found))


@screen("mine", an_official)
def mine(reader: Reader, conn: Connection) -> View | None:
    """A hromada's own needs, open ones first."""
    organisation_id = reader.actor.organisation_id if reader.actor else None
    if organisation_id is None:
        return None
    shown = needs.of_organisation(conn, organisation_id, 15)
    post: Rows = ((does(reader.label("➕ Post a need"), "new_need"),),)
    if not shown:
        return View(reader.t("You have not asked for anything yet."), _leave(reader, post))
    head = reader.t("Needs of {hromada}", hromada=reader.organisation(organisation(conn, organisation_id)))
    return _listing(reader, conn, head, shown, post)


@command("mine", an_official)
def mine_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Our needs."""
    return Show("mine")
