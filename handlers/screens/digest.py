"""The digest: what changed since this chat's last one, what waits for its readers, and who is forgotten."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from domain.filters import Filter
from domain.model import Consignment, Need, Pledge, Subscription
from domain.words import ConsignmentState, EventKind, NeedState, PledgeState, Urgency
from handlers.fit import CAPTION, length
from handlers.parts import organisation, pledge_goods, short_need
from handlers.pictures import picture
from handlers.reader import Reader, clip
from handlers.registry import a_coordinator, anyone, does, notice, opens, screen
from handlers.screens.queue import stuck_text
from handlers.view import Button, Rows, View
from locales import plural
from services.morning import happened, read
from storage import chats, giving, needs, people, subscriptions, thanks
from storage.engine import Connection
from storage.needs import Search

DAY = timedelta(days=1)
PLAIN = 3000
"""Characters of a digest without a picture: the rest comes on request, nobody reads more at once."""
_SPARE = 40
MOST_NEEDS = 400
PAGE = 12


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a digest names, with the way to it."""

    text: Markup
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind."""

    title: Markup
    items: Sequence[Item]


@notice("digest", anyone)
def digest(reader: Reader, conn: Connection, after: int, until: int, order: int = 0) -> View | None:
    """As much of it as one message holds; a button leads to the rest. Made once for all who would read the same."""
    known = subscriptions.by_id(conn, order) if order else None
    filters = known.filters if known else Filter().written()
    looks = (known.picture, known.theme) if known else ("none", "light")
    elsewhere = known is not None and known.chat_id != reader.chat_id  # a look at what a channel would read
    audience = "follower" if elsewhere else _audience(reader, conn)
    own = reader.actor.acts_for if reader.actor else None
    whose = own if audience in ("official", "partner") else None
    key = (
        reader.language,
        filters,
        after,
        until,
        audience,
        whose,
        reader.private,
        looks,
        reader.today.date(),
    )
    part = reader.house.renderings.get(
        key, lambda: _part(reader, conn, audience, filters, after, until, looks)
    )
    if part is None:
        return None
    return View(part.text, (*part.rows, *_ways(reader, part, after, until, known)), picture=part.picture)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a digest fits one message; ``shown`` and ``left`` count the things in it and those left over."""

    text: Markup
    rows: Rows
    picture: Callable[[], bytes] | None
    shown: int
    left: int


def _ways(reader: Reader, part: Part, after: int, until: int, known: Subscription | None) -> Rows:
    """To the rest of it, and out of it."""
    rows: list[tuple[Button, ...]] = []
    if reader.channel:
        label = reader.label("Show {n} more", n=part.left)
        return ((Button(label, url=reader.house.link("needs")),),) if part.left else ()
    if known and known.chat_id != reader.chat_id:
        return ()
    if part.left and known:
        label = reader.label("Show {n} more", n=part.left)
        rows.append((opens(label, "digest_rest", after, until, known.id, part.shown),))
    topic = known.thread_id if known else 0
    rows.append((does(reader.label("⏸ Pause for a week"), "pause_order", "digest", topic),))
    rows.append((does(reader.label("🔕 No digest any more"), "unsubscribe", topic),))
    return tuple(rows)


def _audience(reader: Reader, conn: Connection) -> str:
    """Whose eyes: a coordinator chases, an official and a partner have things to do, others follow."""
    if not reader.private or reader.actor is None:
        return "coordinator" if reader.chat_id in chats.coordination_chats(conn) else "follower"
    if a_coordinator(reader.actor):
        return "coordinator"
    if reader.actor.is_official:
        return "official"
    return "partner" if reader.actor.is_partner else "follower"


def _part(
    reader: Reader,
    conn: Connection,
    audience: str,
    filters: str,
    after: int,
    until: int,
    looks: tuple[str, str],
) -> Part | None:
    wanted = Filter.read(filters)
    found = _happened(reader, conn, wanted, after, until)
    if not found:
        return None
    drawn = picture(reader, conn, wanted, *looks, until)
    head = [
        Markup("📰 <b>{}</b>").format(
            reader.label("Digest, {day}", day=reader.words.day(reader.today.date()))
        ),
        *_counts(reader, found),
    ]
    tail = [Markup("🖼 <i>{}</i>").format(drawn.alt)] if drawn else []
    room = (CAPTION if drawn else PLAIN) - _SPARE - sum(length(str(row)) + 1 for row in (*head, *tail))
    sections = _sections(reader, conn, audience, found, after, until)
    rows, items, left = _filled(sections, room)
    buttons = [item.button for item in items if item.button is not None][:6]
    return Part(
        Markup("\n").join([*head, *rows, *tail]),
        tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)),
        drawn.draw if drawn else None,
        len(items),
        left,
    )


def _happened(
    reader: Reader, conn: Connection, wanted: Filter, after: int, until: int
) -> dict[EventKind, list[int]]:
    history = reader.house.readings.get(("told", after, until), lambda: read(conn, after, until))
    return happened(history, wanted)


def _filled(sections: Iterable[Section], room: int) -> tuple[list[Markup], list[Item], int]:
    """Whole things as long as there is room; what was shown, and how many were not."""
    rows: list[Markup] = []
    shown: list[Item] = []
    left = 0
    for section in sections:
        begun = False
        for item in section.items:
            added = [item.text] if begun else [Markup(""), section.title, item.text]
            size = sum(length(str(row)) + 1 for row in added)
            if left or size > room:
                left += 1
                continue
            rows += added
            shown.append(item)
            room -= size
            begun = True
    return rows, shown, left


@screen("digest_rest", anyone)
def digest_rest(
    reader: Reader, conn: Connection, after: int, until: int, order: int, skip: int
) -> View | None:
    """The things a digest had no room for, a page of them."""
    known = subscriptions.by_id(conn, order)
    if known is None or known.chat_id != reader.chat_id:
        return None
    found = _happened(reader, conn, known.filter, after, until)
    every = [
        (section.title, item)
        for section in _sections(reader, conn, _audience(reader, conn), found, after, until)
        for item in section.items
    ]
    page = every[max(0, skip) : max(0, skip) + PAGE]
    if not page:
        return None
    rows: list[Markup] = []
    for at, (title, item) in enumerate(page):
        if at == 0 or page[at - 1][0] != title:
            rows += [Markup(""), title]
        rows.append(item.text)
    buttons = [item.button for _, item in page if item.button is not None]
    ways: list[tuple[Button, ...]] = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    left = len(every) - max(0, skip) - len(page)
    if left:
        label = reader.label("Show {n} more", n=left)
        ways.append((opens(label, "digest_rest", after, until, order, max(0, skip) + PAGE),))
    return View(Markup("\n").join(rows[1:]), tuple(ways))


# --- what stands in it --------------------------------------------------------------------------------


def _sections(
    reader: Reader,
    conn: Connection,
    audience: str,
    found: Mapping[EventKind, Sequence[int]],
    after: int,
    until: int,
) -> Iterator[Section]:
    if audience == "official":
        yield from _for_an_official(reader, conn)
    if audience == "partner":
        yield from _for_a_partner(reader, conn)
    fresh = found.get(EventKind.NEED_POSTED, ())
    yield Section(reader.t("<b>New</b>"), _need_items(reader, conn, fresh))
    moved = [need for kind in _MOVES for need in found.get(kind, ()) if need not in set(fresh)]
    yield Section(
        reader.t("<b>Moved, and still open</b>"), _need_items(reader, conn, list(dict.fromkeys(moved)))
    )
    if EventKind.THANKS_SHARED in found:
        yield Section(reader.t("<b>Thanks</b>"), _thanks(reader, conn, after, until))
    if audience == "coordinator":
        yield from _for_a_coordinator(reader, conn)


def _thanks(reader: Reader, conn: Connection, after: int, until: int) -> list[Item]:
    """What a hromada wrote to a donor who let it be shown, in its own words."""
    items = []
    for each in thanks.thanks_to_show(conn, after, until):
        consignment = giving.consignment(conn, each.consignment_id)
        if consignment is not None:
            hromada = reader.organisation(organisation(conn, consignment.hromada_id))
            giver = reader.organisation(organisation(conn, consignment.organisation_id))
            said = Markup("💛 {} → {}: <i>{}</i>").format(hromada, giver, clip(each.text, 300))
            items.append(Item(said))
    return items


_MOVES = (
    EventKind.PLEDGE_PROMISED,
    EventKind.PLEDGE_HELD,
    EventKind.PLEDGE_LAPSED,
    EventKind.PLEDGE_WITHDRAWN,
    EventKind.CONSIGNMENT_DISPATCHED,
    EventKind.RECEIPT_SIGNED,
    EventKind.NEED_EDITED,
    EventKind.NEED_CONFIRMED,
)


def _need_items(reader: Reader, conn: Connection, need_ids: Sequence[int]) -> list[Item]:
    """Open ones alone, most urgent first."""
    known = needs.by_ids(conn, need_ids[:MOST_NEEDS])
    urgency = list(Urgency)
    still = [need for need in known if need.state is NeedState.OPEN]
    still.sort(key=lambda need: (urgency.index(need.urgency), need.id))
    lines = needs.lines_by_need(conn, [need.id for need in still])
    return [Item(short_need(reader, conn, need, lines[need.id]), _to_need(reader, need)) for need in still]


def _to_need(reader: Reader, need: Need) -> Button:
    if reader.private:
        return opens(need.code, "need", need.id)
    return Button(need.code, url=reader.house.link(f"n_{need.code}"))


def _for_an_official(reader: Reader, conn: Connection) -> Iterator[Section]:
    """What comes to us, and what waits for our press."""
    if reader.actor is None or reader.actor.acts_for is None:
        return
    mine = reader.actor.acts_for
    waiting = [
        Item(
            reader.t(
                "🤝 {giver} waits for your answer",
                giver=reader.organisation(organisation(conn, pledge.organisation_id)),
            ),
            opens(f"🤝 {pledge.code}", "pledge", pledge.id),
        )
        for pledge in giving.pledges_to(conn, mine, (PledgeState.PROMISED,))
    ]
    arrived = giving.consignments_of(conn, "hromada_id", mine, (ConsignmentState.ARRIVED,), 10)
    waiting += [
        Item(
            reader.t("✍️ {code} has arrived and is not signed for", code=each.code),
            opens(f"🚚 {each.code}", "consignment", each.id),
        )
        for each in arrived
    ]
    yield Section(reader.t("<b>Waits for you</b>"), waiting)
    moving = giving.consignments_of(conn, "hromada_id", mine, (ConsignmentState.ON_THE_WAY,), 10)
    yield Section(reader.t("<b>On the way to you</b>"), [_truck(reader, each) for each in moving])


def _truck(reader: Reader, each: Consignment) -> Item:
    text = (
        reader.t("🚚 {code}, expected {day}", code=each.code, day=reader.words.day(each.eta))
        if each.eta
        else reader.t("🚚 {code}, day not said", code=each.code)
    )
    return Item(text, opens(f"🚚 {each.code}", "consignment", each.id))


def _for_a_partner(reader: Reader, conn: Connection) -> Iterator[Section]:
    """What we promised, the nearest day first."""
    if reader.actor is None or reader.actor.acts_for is None:
        return
    mine = reader.actor.acts_for
    ours = giving.pledges_by(conn, mine, (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED), 20)
    ours.sort(key=lambda pledge: (pledge.ready_by is None, pledge.ready_by, pledge.id))
    yield Section(reader.t("<b>You promised</b>"), [_promise(reader, conn, pledge) for pledge in ours])
    moving = giving.consignments_of(
        conn, "organisation_id", mine, (ConsignmentState.PACKING, ConsignmentState.ON_THE_WAY), 10
    )
    yield Section(reader.t("<b>Your trucks</b>"), [_truck(reader, each) for each in moving])


def _promise(reader: Reader, conn: Connection, pledge: Pledge) -> Item:
    goods = str(pledge_goods(reader, conn, pledge)).replace("\n", " ")
    day = reader.words.day(pledge.ready_by) if pledge.ready_by else reader.label("no day")
    text = Markup("{}: {}").format(day, Markup(goods.replace("• ", "")))
    return Item(text, opens(f"🤝 {pledge.code}", "pledge", pledge.id))


def _for_a_coordinator(reader: Reader, conn: Connection) -> Iterator[Section]:
    """Who waits for whom, and who is forgotten."""
    waits = []
    pending = people.how_many_pending(conn)
    if pending:
        waits.append(
            reader.n("🪪 {n} person waits for verification", "🪪 {n} people wait for verification", pending)
        )
    lapsing = len(giving.holds_lapsing(conn, reader.now + DAY))
    if lapsing:
        waits.append(reader.n("⏳ {n} hold lapses within a day", "⏳ {n} holds lapse within a day", lapsing))
    stuck = stuck_text(reader, conn)[2:]
    yield Section(reader.t("<b>Whom to chase</b>"), [Item(text) for text in (*waits, *stuck)])
    yield from _fairness(reader, conn)
    open_now = needs.count(conn, Search())
    yield Section(
        reader.t("<b>In all</b>"),
        [Item(reader.n("📋 {n} need is open in all", "📋 {n} needs are open in all", open_now))],
    )


def _fairness(reader: Reader, conn: Connection) -> Iterator[Section]:
    """The oldest needs nobody gave anything for, and hromadas nobody ever helped: the loudest are not the neediest."""
    oldest = needs.oldest_untouched(conn, 3)
    lines = needs.lines_by_need(conn, [need.id for need in oldest])
    yield Section(
        reader.t("<b>Waits longest, and nobody gave anything</b>"),
        [
            Item(
                Markup("{} · {}").format(
                    reader.words.day(need.posted_at.date()), short_need(reader, conn, need, lines[need.id])
                ),
                _to_need(reader, need),
            )
            for need in oldest
        ],
    )
    forgotten = [reader.organisation(each) for each in people.never_helped(conn, 6)]
    if forgotten:
        more = reader.label("{names} and others", names=", ".join(forgotten[:5]))
        said = more if len(forgotten) > 5 else ", ".join(forgotten)
        yield Section(
            reader.t("<b>Nobody has ever helped</b>"), [Item(Markup("🏛 {}").format(clip(said, 300)))]
        )


def _counts(reader: Reader, found: Mapping[EventKind, Sequence[int]]) -> list[Markup]:
    def said(kind: EventKind, one: str, many: str) -> list[Markup]:
        count = len(found.get(kind, ()))
        return [reader.n(one, many, count)] if count else []

    return [
        *said(EventKind.NEED_POSTED, *plural("🆕 {n} need posted", "🆕 {n} needs posted")),
        *said(
            EventKind.PLEDGE_PROMISED,
            *plural("🤝 {n} need got a firm promise", "🤝 {n} needs got firm promises"),
        ),
        *said(EventKind.PLEDGE_HELD, *plural("⏳ {n} need got a hold", "⏳ {n} needs got holds")),
        *said(EventKind.PLEDGE_LAPSED, *plural("⌛ {n} need lost a hold", "⌛ {n} needs lost holds")),
        *said(
            EventKind.CONSIGNMENT_DISPATCHED,
            *plural("🚚 goods left for {n} need", "🚚 goods left for {n} needs"),
        ),
        *said(EventKind.RECEIPT_SIGNED, *plural("✍️ goods came for {n} need", "✍️ goods came for {n} needs")),
        *said(EventKind.NEED_FULFILLED, *plural("🎉 {n} need fulfilled", "🎉 {n} needs fulfilled")),
        *said(EventKind.NEED_STALE, *plural("💤 {n} need not confirmed", "💤 {n} needs not confirmed")),
    ]
