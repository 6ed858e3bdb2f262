"""Posting a need and keeping it true: edit, confirm, close short, cancel."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from domain.actor import Actor
from domain.catalogue import catalogue
from domain.errors import Changed, Empty, Forbidden, NotFound, TooLittle
from domain.model import Line, Need, Organisation, Pledge
from domain.notices import Happening
from domain.places import places
from domain.schedule import USUAL, Terms
from domain.search import fold, translit
from domain.wanted import WantedLine, WantedNeed
from domain.whole import must_be_whole
from domain.words import LIVE_NEEDS, Bucket, CloseReason, EventKind, NeedState, PledgeState, Urgency
from services import history, twins, waiting
from services.notices import Concerned, refresh_cards, tell
from storage import first_view, giving, needs, people
from storage.engine import Connection


def post_need(conn: Connection, actor: Actor, wanted: WantedNeed, language: str, terms: Terms) -> Need:
    """Publish a need: its lines open, its heartbeat started, its card sent to whoever asked for it."""
    organisation_id = actor.official()
    if not wanted.lines or wanted.urgency is None:
        raise Empty
    for line in wanted.lines:
        must_be_whole(line.needed, line.unit)
    hromada = people.organisation(conn, organisation_id)
    assert hromada is not None
    first = timedelta(hours=wanted.partners_first) if first_view.has_partners(conn, organisation_id) else None
    need = needs.add_need(
        conn,
        organisation_id=organisation_id,
        oblast=(hromada.katottg or "")[:4],
        state=NeedState.OPEN,
        urgency=wanted.urgency,
        needed_by=wanted.needed_by,
        place=wanted.place,
        people_served=wanted.people_served,
        why=wanted.why,
        do_not_send=wanted.do_not_send,
        language=language,
        posted_by=actor.person_id,
        posted_at=actor.at,
        confirm_by=actor.at + terms.confirm_every(wanted.urgency),
        public_from=actor.at + first if first else None,
        search=search_words(hromada, wanted.lines, wanted.place, wanted.why),
    )
    for position, line in enumerate(wanted.lines):
        needs.add_line(conn, need_id=need.id, position=position, **_stored(line))
    for photo in wanted.photos:
        add_photo(conn, actor, need.id, photo.file_id, photo.unique_id)
    history.of_need(conn, actor, EventKind.NEED_POSTED, need.id, lines=len(wanted.lines))
    if need.public_from:
        twins.show_first(conn, actor.at, need)
    else:
        about = Concerned(need=need.id, doer=actor.person_id)
        tell(conn, actor.at, Happening.NEED_PUBLIC, about, need_id=need.id)
    return need


def _stored(line: WantedLine) -> dict[str, object]:
    return line.model_dump(exclude={"problem"})


def search_words(
    hromada: Organisation, lines: Iterable[WantedLine | Line], place: str | None, why: str | None
) -> str:
    """Everything a need may be found by, folded: names in all languages, the place in both scripts."""
    texts = [hromada.name, translit(hromada.name), place or "", translit(place or ""), why or ""]
    known = places().by_code.get(hromada.katottg or "")
    if known:
        texts += [known.title("uk"), known.title("en"), known.where("uk"), known.where("en")]
    for line in lines:
        item = catalogue().by_code.get(line.item or "")
        texts += (
            [*item.names.values(), *item.synonyms] if item else [line.name or "", translit(line.name or "")]
        )
        texts += [line.spec or ""]
    return " ".join(dict.fromkeys(fold(" ".join(texts)).split()))


def add_photo(conn: Connection, actor: Actor, need_id: int, file_id: str, unique_id: str) -> bool:
    """Attach a photo to a need of the own hromada."""
    return needs.attach(
        conn,
        "need",
        need_id,
        file_id=file_id,
        file_unique_id=unique_id,
        person_id=actor.person_id,
        at=actor.at,
    )


def own_need(conn: Connection, actor: Actor, need_id: int) -> Need:
    """A need of the hromada acted for; raises Forbidden for everybody else."""
    organisation_id = actor.official()
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    if need.organisation_id != organisation_id:
        raise Forbidden
    return need


def own_live_need(conn: Connection, actor: Actor, need_id: int) -> Need:
    """The same, still to be met; raises Changed for a closed one."""
    need = own_need(conn, actor, need_id)
    if not need.live:
        raise Changed
    return need


def own_line(conn: Connection, actor: Actor, line_id: int) -> tuple[Need, Line]:
    """A line of an own, live need."""
    line = needs.line(conn, line_id)
    if line is None:
        raise NotFound
    return own_live_need(conn, actor, line.need_id), line


def resize_line(
    conn: Connection, actor: Actor, line_id: int, needed: int | None, terms: Terms = USUAL
) -> None:
    """Ask for more or fewer; never for less than partners already gave, so nobody has to confirm anything.

    What is asked for in addition is offered to whoever waits for it.
    """
    need, line = own_line(conn, actor, line_id)
    if line.closed:  # nobody could promise what is asked for in addition
        raise Changed
    if needed is not None and needed <= 0:
        raise Empty
    must_be_whole(needed, line.unit)
    if not needs.resize(conn, line_id, needed):
        raise TooLittle(line_id, line.given + line.waived)
    history.of_need(conn, actor, EventKind.NEED_EDITED, need.id, line=line_id, needed=needed, was=line.needed)
    if needed is not None and line.needed is not None and needed > line.needed:
        waiting.offer(conn, actor.at, line, needed - line.needed, terms)
    refresh_cards(conn, actor.at, need.id)
    settle(conn, actor, need.id)


def describe_line(
    conn: Connection,
    actor: Actor,
    line_id: int,
    *,
    spec: str | None = None,
    note: str | None = None,
    equivalents: bool | None = None,
    used_ok: bool | None = None,
) -> None:
    """Correct what a line says. Where that may no longer fit, its pledgers are asked, and nobody else."""
    need, line = own_line(conn, actor, line_id)
    values = {"spec": spec, "note": note, "equivalents": equivalents, "used_ok": used_ok}
    changes = {
        key: value for key, value in values.items() if value is not None and value != getattr(line, key)
    }
    if not changes:
        return
    version = line.version + _asks_for_another(changes)
    needs.change_line(conn, line_id, version=version, **changes)
    figures = {"line": line_id, "version": version, "changed": history.changed(line, changes)}
    history.of_need(conn, actor, EventKind.NEED_EDITED, need.id, **figures)
    _touch(conn, need)
    if version > line.version:
        _ask_pledgers(conn, actor, line_id, version)
    refresh_cards(conn, actor.at, need.id)


def _asks_for_another(changes: Mapping[str, object]) -> bool:
    """What was promised may not fit any more. It still does where only more became welcome: equivalents, used ones."""
    return (
        "spec" in changes
        or "note" in changes
        or changes.get("equivalents") is False
        or changes.get("used_ok") is False
    )


def _ask_pledgers(conn: Connection, actor: Actor, line_id: int, version: int) -> None:
    for row_id, pledge in giving.owing(conn, line_id):
        giving.ask_again(conn, row_id, version)
        giver = Concerned(giver=pledge.organisation_id)
        tell(conn, actor.at, Happening.LINE_EDITED, giver, pledge_id=pledge.id, row_id=row_id)


def add_line(conn: Connection, actor: Actor, need_id: int, line: WantedLine) -> Line:
    """One more item in a need that is open already."""
    need = own_live_need(conn, actor, need_id)
    must_be_whole(line.needed, line.unit)
    position = len(needs.lines_of(conn, need_id))
    added = needs.add_line(conn, need_id=need_id, position=position, **_stored(line))
    history.of_need(conn, actor, EventKind.NEED_EDITED, need_id, line=added.id, needed=line.needed)
    _touch(conn, need)
    refresh_cards(conn, actor.at, need_id)
    return added


def edit_need(
    conn: Connection,
    actor: Actor,
    need_id: int,
    terms: Terms,
    *,
    urgency: Urgency | None = None,
    needed_by: date | None = None,
    why: str | None = None,
    place: str | None = None,
    people_served: int | None = None,
) -> None:
    """Correct the facts around the lines. A more pressing need is asked about sooner."""
    need = own_live_need(conn, actor, need_id)
    given = {"needed_by": needed_by, "why": why, "place": place, "people_served": people_served}
    values: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if urgency is not None:
        values |= {"urgency": urgency, "confirm_by": actor.at + terms.confirm_every(urgency)}
    needs.change_need(conn, need_id, **values)
    history.of_need(conn, actor, EventKind.NEED_EDITED, need_id, changed=history.changed(need, values))
    _touch(conn, need)
    refresh_cards(conn, actor.at, need_id)


def _touch(conn: Connection, need: Need) -> None:
    hromada = people.organisation(conn, need.organisation_id)
    fresh = needs.need(conn, need.id)
    assert hromada is not None
    assert fresh is not None
    words = search_words(hromada, needs.lines_of(conn, need.id), fresh.place, fresh.why)
    needs.change_need(conn, need.id, search=words)


def confirm(conn: Connection, actor: Actor, need_id: int, terms: Terms) -> None:
    """'Still needed': starts the heartbeat anew and brings a stale need back."""
    need = own_live_need(conn, actor, need_id)
    moved = needs.move_need(
        conn,
        need_id,
        LIVE_NEEDS,
        state=NeedState.OPEN,
        asked_at=None,
        confirm_by=actor.at + terms.confirm_every(need.urgency),
    )
    if not moved:
        raise Changed
    history.of_need(conn, actor, EventKind.NEED_CONFIRMED, need_id)
    refresh_cards(conn, actor.at, need_id)


def close_line(conn: Connection, actor: Actor, line_id: int, reason: CloseReason) -> None:
    """Close a line short: what is open is waived, not forgotten; promised goods may still come, or go to others."""
    need, line = own_line(conn, actor, line_id)
    if line.closed:
        raise Changed
    needs.change_line(conn, line_id, closed=True, close_reason=reason)
    if line.open and not needs.move(conn, line_id, line.open, Bucket.OPEN, Bucket.WAIVED):
        raise Changed
    history.of_need(
        conn, actor, EventKind.LINE_CLOSED_SHORT, need.id, line=line_id, waived=line.open, reason=reason.value
    )
    for row_id, pledge in giving.owing(conn, line_id):
        tell(conn, actor.at, Happening.LINE_CLOSED, Concerned(giver=pledge.organisation_id), row_id=row_id)
    settle(conn, actor, need.id)
    refresh_cards(conn, actor.at, need.id)


def cancel_need(conn: Connection, actor: Actor, need_id: int) -> None:
    """Nothing of it is needed any more: pledges not yet sent end, the open rest is waived."""
    own_live_need(conn, actor, need_id)
    if not needs.move_need(
        conn, need_id, LIVE_NEEDS, state=NeedState.CANCELLED, closed_at=actor.at, asked_at=None
    ):
        raise Changed
    history.of_need(conn, actor, EventKind.NEED_CANCELLED, need_id)
    end_pledges(conn, actor, need_id)
    for line in needs.lines_of(conn, need_id):
        if line.open:
            needs.move(conn, line.id, line.open, Bucket.OPEN, Bucket.WAIVED)
        needs.change_line(conn, line.id, closed=True)
    refresh_cards(conn, actor.at, need_id)


def end_pledges(conn: Connection, actor: Actor, need_id: int) -> None:
    """Decline every pledge of a cancelled need that is not packed yet; whose goods move already is told, too."""
    unsent = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED)
    for pledge in giving.pledges_of_need(conn, need_id, (*unsent, PledgeState.DISPATCHED)):
        rows = giving.pledge_lines_of(conn, pledge.id)
        if any(row.packed for row in rows):
            _tell_cancelled(conn, actor, pledge)
            continue
        giving.move_pledge(conn, pledge.id, unsent, state=PledgeState.DECLINED, moved_at=actor.at)
        source = Bucket.HELD if pledge.state is PledgeState.HELD else Bucket.PROMISED
        for row in rows:
            needs.move(conn, row.line_id, row.quantity, source, Bucket.OPEN)
        history.of_need(conn, actor, EventKind.PLEDGE_DECLINED, need_id, pledge=pledge.id)
        _tell_cancelled(conn, actor, pledge)


def _tell_cancelled(conn: Connection, actor: Actor, pledge: Pledge) -> None:
    giver = Concerned(giver=pledge.organisation_id)
    tell(conn, actor.at, Happening.NEED_CANCELLED, giver, pledge_id=pledge.id)


def give_back(
    conn: Connection, actor: Actor, line_id: int, quantity: int, source: Bucket, terms: Terms = USUAL
) -> None:
    """A quantity falls out of a pledge or a truck: it is open again, or waived where nothing is asked any more.

    It is kept for the partner who waits longest for it, where one does.
    """
    line = needs.line(conn, line_id)
    assert line is not None
    need = needs.need(conn, line.need_id)
    assert need is not None
    if not needs.move(conn, line_id, quantity, source, Bucket.OPEN):
        raise Changed
    if line.closed or not need.live:
        needs.move(conn, line_id, quantity, Bucket.OPEN, Bucket.WAIVED)
        return
    waiting.offer(conn, actor.at, line, quantity, terms)


def settle(conn: Connection, actor: Actor, need_id: int) -> None:
    """End a need when nothing is open and nothing is owed: fulfilled, or closed short where a rest was waived."""
    need = needs.need(conn, need_id)
    lines = needs.lines_of(conn, need_id)
    if need is None or not need.live or not lines or not all(line.settled for line in lines):
        return
    short = any(line.waived or (line.needed is None and not line.received) for line in lines)
    state = NeedState.CLOSED_SHORT if short else NeedState.FULFILLED
    kind = EventKind.NEED_CLOSED_SHORT if short else EventKind.NEED_FULFILLED
    if needs.move_need(conn, need_id, LIVE_NEEDS, state=state, closed_at=actor.at, asked_at=None):
        history.of_need(conn, actor, kind, need_id)
        tell(conn, actor.at, Happening.NEED_CLOSED, Concerned(hromada=need.organisation_id), need_id=need_id)


def as_wanted(conn: Connection, need_id: int) -> WantedNeed:
    """A need as a fresh draft, for 'duplicate as new': what was asked, not what was given."""
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    lines = [
        WantedLine(
            sector=line.sector,
            item=line.item,
            name=line.name,
            spec=line.spec,
            unit=line.unit,
            needed=line.needed,
            note=line.note,
            equivalents=line.equivalents,
            used_ok=line.used_ok,
        )
        for line in needs.lines_of(conn, need_id)
    ]
    return WantedNeed(
        lines=lines,
        urgency=need.urgency,
        place=need.place,
        people_served=need.people_served,
        why=need.why,
        do_not_send=need.do_not_send,
    )
