"""Who and what waits for the coordinators: page after page, nothing out of reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup

from domain.followups import FollowupKind
from domain.model import Approval, Consignment, Member, Need, Pledge
from domain.talking import Thread
from handlers.parts import organisation, page_of, page_rows, short_need
from handlers.reader import Reader, clip
from handlers.registry import Show, a_coordinator, command, opens, screen
from handlers.screens.approvals import what_for
from handlers.talk import both_sides
from handlers.turn import Turn
from handlers.view import Button, View
from locales import mark
from services.approvals import APPROVAL_LIFE
from storage import followups, invites, needs, people, talking
from storage.engine import Connection
from storage.followups import Stuck

STUCK = {
    FollowupKind.UNANSWERED: mark("🤝 {giver} waits since {day} for an answer of {hromada} ({code})"),
    FollowupKind.DATE_PASSED: mark("📅 {giver} meant to be ready by {day} for {hromada} ({code})"),
    FollowupKind.REST_LEFT: mark(
        "📦 {giver} sent a part to {hromada}; the rest was to be ready by {day} ({code})"
    ),
    FollowupKind.OVERDUE: mark("🚚 {code} from {giver} to {hromada}: it should have arrived by {day}"),
    FollowupKind.UNSIGNED: mark("🏁 {code} from {giver} stands in {hromada} since {day}, not signed for yet"),
    FollowupKind.NO_PHOTO: mark("📷 {code}: {hromada} signed on {day} and sent {giver} no photo"),
}
PAGE = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, and the button that opens it."""

    text: Markup
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """How many wait for the same, and some of them."""

    title: str
    count: int
    some: Callable[[int, int], Sequence[Entry]]


def _sections(reader: Reader, conn: Connection) -> Iterator[Section]:
    since = reader.now - APPROVAL_LIFE
    yield Section(
        mark("<b>Waiting for a second coordinator</b>"),
        invites.how_many_wait(conn, since),
        lambda limit, first: [
            _approval(reader, conn, each) for each in invites.waiting(conn, since, limit, first)
        ],
    )
    yield Section(
        mark("<b>Waiting for verification</b>"),
        people.how_many_pending(conn),
        lambda limit, first: [
            _pending(reader, conn, each) for each in people.pending_members(conn, limit, first)
        ],
    )
    stuck = list(followups.stuck(conn, reader.now, reader.house.terms))
    yield Section(
        mark("<b>Stuck</b>"),
        len(stuck),
        lambda limit, first: [Entry(_stuck(reader, conn, each)) for each in stuck[first : first + limit]],
    )
    threads = talking.invited(conn)
    yield Section(
        mark("<b>Conversations to look at</b>"),
        len(threads),
        lambda limit, first: [_thread(reader, conn, each) for each in threads[first : first + limit]],
    )


def _approval(reader: Reader, conn: Connection, approval: Approval) -> Entry:
    text = what_for(reader, conn, approval)
    return Entry(text, opens(f"🙋 {clip(text.striptags(), 50)}", "approval", approval.id))


def _pending(reader: Reader, conn: Connection, member: Member) -> Entry:
    person = people.person(conn, member.person_id)
    name = reader.organisation(organisation(conn, member.organisation_id))
    button = opens(f"🪪 {reader.called(person, 20)} · {clip(name, 30)}", "verification", member.id)
    return Entry(Markup("🪪 {} — {}").format(reader.called(person, 60), name), button)


def _thread(reader: Reader, conn: Connection, thread: Thread) -> Entry:
    need = needs.need(conn, thread.need_id)
    assert need is not None
    who = both_sides(reader, conn, thread, need)
    text = reader.t("👁 You were asked to look: {who} ({code})", who=who, code=need.code)
    return Entry(text, opens(f"👁 {need.code} · {clip(who, 40)}", "thread", thread.id))


@screen("queue", a_coordinator)
def queue(reader: Reader, conn: Connection, page: int = 0) -> View:
    """Who waits for verification and what is stuck, longest first."""
    sections = list(_sections(reader, conn))
    part = page_of(sum(each.count for each in sections), page, PAGE)
    text = [part.head(reader)] if part.pages > 1 else []
    rows: list[tuple[Button, ...]] = []
    left, first = PAGE, part.first
    for section in sections:
        if left > 0 and first < section.count:
            entries = section.some(left, first)
            text += [reader.t(section.title), *(each.text for each in entries)]
            rows += [(each.button,) for each in entries if each.button]
            left -= len(entries)
        first = max(0, first - section.count)
    if not part.total:
        text = [reader.t("Nobody waits and nothing is stuck. A good day.")]
    rows += page_rows(part, lambda number: opens("", "queue", number))
    rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("\n").join(text), tuple(rows))


def stuck_text(reader: Reader, conn: Connection) -> list[Markup]:
    """What nobody resolved though they were asked, kind by kind, the oldest first."""
    rows = [_stuck(reader, conn, each) for each in followups.stuck(conn, reader.now, reader.house.terms, 6)]
    return [Markup(""), reader.t("<b>Stuck</b>"), *rows] if rows else []


def _stuck(reader: Reader, conn: Connection, found: Stuck) -> Markup:
    thing = found.thing
    if isinstance(thing, Need):
        return Markup("💤 {}").format(short_need(reader, conn, thing, needs.lines_of(conn, thing.id)))
    giver = reader.organisation(organisation(conn, thing.organisation_id))
    hromada_id = thing.hromada_id if isinstance(thing, Consignment) else _hromada_of(conn, thing)
    day = found.since.astimezone(UTC).date() if isinstance(found.since, datetime) else found.since
    return reader.t(
        STUCK[found.kind],
        code=thing.code,
        giver=giver,
        hromada=reader.organisation(organisation(conn, hromada_id)),
        day=reader.words.day(day),
    )


def _hromada_of(conn: Connection, pledge: Pledge) -> int:
    need = needs.need(conn, pledge.need_id)
    assert need is not None
    return need.organisation_id


@command("queue", a_coordinator)
def queue_command(turn: Turn, conn: Connection, argument: str) -> Show:
    """Who and what waits."""
    if turn.in_group:
        return Show("sorry_group", {"sentence": turn.reader.label("Please write that to me in private.")})
    return Show("queue")
