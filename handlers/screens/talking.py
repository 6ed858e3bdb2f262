"""Conversations between a partner and a hromada, for the two of them and nobody else."""

from markupsafe import Markup

from domain.actor import Actor
from domain.errors import Refusal
from domain.model import Need
from domain.talking import Message, Thread
from handlers import talk
from handlers.pages import MOST, Page
from handlers.reader import Reader, clip
from handlers.registry import Show, a_member, a_person, action, anyone, does, notice, opens, screen
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from services import talking as services
from storage import giving, needs, talking
from storage.engine import Connection


def _readable(reader: Reader, conn: Connection, thread_id: int) -> tuple[Thread, Need] | None:
    try:
        return services.may_read(conn, reader.actor, thread_id)
    except Refusal:
        return None


def _is_ours(reader: Reader, thread: Thread, need: Need) -> bool:
    mine = reader.actor.acts_for if reader.actor else None
    return mine in (thread.organisation_id, need.organisation_id)


def _opened(conn: Connection, actor: Actor, thread_id: int, before: int = 0, part: int = 0) -> None:
    services.opened(conn, actor, thread_id)


@screen("thread", a_person, opened=_opened)
def thread_screen(
    reader: Reader, conn: Connection, thread_id: int, before: int = 0, part: int = 0
) -> View | None:
    """Everything the two sides wrote, the newest page first."""
    found = _readable(reader, conn, thread_id)
    if found is None or not reader.private:
        return None
    thread, need = found
    messages = talking.before(conn, thread_id, before or None, MOST + 1)
    if not messages:
        return None
    shown = talk.page(reader, conn, messages, part)
    head = reader.t(
        "💬 <b>{who}</b> · <code>{code}</code>",
        who=talk.introduced(reader, conn, thread, need),
        code=need.code,
    )
    parts = [head, *_reads_along(reader, thread), shown.text]
    rows = (
        *_page_rows(reader, conn, thread, shown, before),
        *_thread_rows(reader, conn, thread, need),
        (opens(reader.label("‹ To the need"), "need", need.id),),
    )
    return View(Markup("\n\n").join(parts), rows)


def _reads_along(reader: Reader, thread: Thread) -> list[Markup]:
    if thread.invited_at is None:
        return []
    since = reader.words.moment(thread.invited_at, reader.house.terms.zone)
    return [reader.t("👁 A coordinator was asked to look on {moment} and reads along.", moment=since)]


def _page_rows(reader: Reader, conn: Connection, thread: Thread, shown: Page, before: int) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if shown.part + 1 < shown.parts:
        rows.append((opens(reader.label("Read on ›"), "thread", thread.id, before, shown.part + 1),))
    oldest = shown.messages[0].id
    turns = []
    if before:
        turns.append(opens(reader.label("‹ Newest"), "thread", thread.id))
    if talking.before(conn, thread.id, oldest, 1):
        turns.append(opens(reader.label("Older ›"), "thread", thread.id, oldest))
    if turns:
        rows.append(tuple(turns))
    files = talking.files_of(conn, [each.id for each in shown.messages])
    if files:
        label = reader.label("📎 Photos and files ({n})", n=len(files))
        rows.append((opens(label, "thread_files", thread.id, oldest, shown.messages[-1].id),))
    if talk.may_be_translated(reader, conn, shown.messages):
        rows.append((does(reader.label("🌐 Translate"), "translate_thread", thread.id, before, shown.part),))
    return tuple(rows)


def _thread_rows(reader: Reader, conn: Connection, thread: Thread, need: Need) -> Rows:
    if not _is_ours(reader, thread, need):
        return ()
    watch = (
        does(reader.label("👁 Ask a coordinator to look"), "look", thread.id)
        if thread.invited_at is None
        else does(reader.label("👁 No coordinator any more"), "look_away", thread.id)
    )
    return ((does(reader.label("✍️ Write"), "write", thread.id),), (watch,))


@screen("thread_files", a_person)
def thread_files(reader: Reader, conn: Connection, thread_id: int, first: int, last: int) -> View | None:
    """The photos and documents of one page."""
    found = _readable(reader, conn, thread_id)
    if found is None or not reader.private:
        return None
    newest = talking.before(conn, thread_id, last + 1, MOST)
    files = talking.files_of(conn, [each.id for each in newest if each.id >= first])
    if not files:
        return None
    photos = tuple(file.file_id for file in files if file.kind == "photo")
    documents = talk.passed_on(files)
    back = opens(reader.label("‹ Back"), "thread", thread_id, last + 1)
    text = reader.n("📎 {n} file", "📎 {n} files", len(files))
    return View(text, ((back,),), photos, documents)


@screen("threads", a_member)
def threads_screen(reader: Reader, conn: Connection, need_id: int = 0) -> View | None:
    """Our conversations, the liveliest first; or those about one of our needs."""
    mine = reader.actor.acts_for if reader.actor else None
    if mine is None or reader.actor is None:
        return None
    need = needs.need(conn, need_id) if need_id else None
    if need_id and (need is None or need.organisation_id != mine):
        return None
    back = opens(reader.label("‹ Back"), "need", need_id) if need else opens(reader.label("‹ Menu"), "home")
    if need:
        shown = talking.threads_of_need(conn, need.id)[:MOST]
    elif reader.actor.is_official:
        shown = talking.threads_of_hromada(conn, mine, MOST)
    else:
        shown = talking.threads_of_partner(conn, mine, MOST)
    if not shown:
        empty = reader.t("Nobody has written yet. Press “Ask” on a need or a pledge, and it begins here.")
        return View(empty, ((back,),))
    return _list(reader, conn, shown, back)


def _list(reader: Reader, conn: Connection, shown: list[Thread], back: Button) -> View:
    text, rows = [reader.t("<b>Conversations</b>")], []
    for thread in shown:
        need, last = needs.need(conn, thread.need_id), talking.newest(conn, thread.id)
        assert need is not None
        who = talk.other_side(reader, conn, thread, need)
        said = clip(" ".join(last.text.split()), 100) if last and last.text else "📎"
        moment = reader.words.moment(thread.moved_at, reader.house.terms.zone)
        text.append(Markup("<b>{}</b> · {} · {}\n<i>{}</i>").format(who, need.code, moment, said))
        rows.append((opens(f"💬 {clip(who, 30)} · {need.code}", "thread", thread.id),))
    return View(Markup("\n\n").join(text), (*rows, (back,)))


# --- what is heard of it ------------------------------------------------------------------------------


@notice("talked", a_person)
def talked(reader: Reader, conn: Connection, burst: int) -> View | None:
    """What the other side wrote within a minute, with what came along."""
    messages = talking.of_burst(conn, burst)
    found = _readable(reader, conn, messages[0].thread_id) if messages else None
    if found is None or not _is_ours(reader, *found) or _is_mine(reader, messages[0]):
        return None
    thread, need = found
    head = reader.t(
        "💬 {who} writes about <code>{code}</code>:",
        who=talk.other_side(reader, conn, thread, need),
        code=need.code,
    )
    shown = talk.page(reader, conn, messages[::-1])
    rows: list[tuple[Button, ...]] = [(does(reader.label("💬 Answer"), "write", thread.id),)]
    if shown.parts > 1:
        rows.append((opens(reader.label("Read on ›"), "thread", thread.id, messages[-1].id + 1, 1),))
    rows.append((opens(reader.label("The whole conversation"), "thread", thread.id),))
    files = talking.files_of(conn, [each.id for each in messages])
    photos = tuple(file.file_id for file in files if file.kind == "photo")
    documents = talk.passed_on(files)
    return View(Markup("{}\n\n{}").format(head, shown.text), tuple(rows), photos, documents)


def _is_mine(reader: Reader, message: Message) -> bool:
    return reader.actor is not None and message.organisation_id == reader.actor.acts_for


@notice("question", a_person)
def question(reader: Reader, conn: Connection, question_id: int) -> View | None:
    """A question that was asked before there were threads and not told of yet."""
    asked = giving.question(conn, question_id)
    need = needs.need(conn, asked.need_id) if asked else None
    mine = reader.actor.acts_for if reader.actor else None
    if asked is None or need is None or mine is None or asked.to_organisation != mine:
        return None
    text = reader.t("💬 You were asked about <code>{code}</code>:", code=need.code)
    rows = ((does(reader.label("💬 Answer"), "answer", question_id),),)
    return View(Markup("{}\n<blockquote>{}</blockquote>").format(text, asked.text), rows)


# --- a coordinator who reads along --------------------------------------------------------------------


def _again(params: dict[str, int]) -> Show:
    return Show("thread", {"thread_id": params["thread_id"]})


@action("look", a_member, fresh=_again)
def look(turn: Turn, conn: Connection, thread_id: int) -> Show:
    """Ask a coordinator to read along."""
    services.invite_coordinator(conn, turn.actor, thread_id)
    toast = turn.reader.label("The coordinators are told. Both of you see that they read along.")
    return Show("thread", {"thread_id": thread_id}, toast=toast)


@action("look_away", a_member, fresh=_again)
def look_away(turn: Turn, conn: Connection, thread_id: int) -> Show:
    """Nobody reads along any more."""
    services.end_invitation(conn, turn.actor, thread_id)
    return Show(
        "thread", {"thread_id": thread_id}, toast=turn.reader.label("No coordinator reads along now.")
    )


@notice("look", anyone)
def asked_to_look(reader: Reader, conn: Connection, thread_id: int) -> View | None:
    """To the coordinators: two sides ask for their eyes. In a group it says nothing of what was written."""
    thread = talking.thread(conn, thread_id)
    need = needs.need(conn, thread.need_id) if thread else None
    if thread is None or need is None or thread.invited_at is None:
        return None
    if reader.private and _readable(reader, conn, thread_id) is None:
        return None
    text = reader.t(
        "👁 A coordinator is asked to look at a conversation about <code>{code}</code>: {who}.",
        code=need.code,
        who=talk.both_sides(reader, conn, thread, need),
    )
    label = reader.label("Read it")
    if reader.private:
        return View(text, ((opens(label, "thread", thread_id),),))
    return View(text, ((Button(label, url=reader.house.link(f"t_{thread_id}")),),))


@notice("reads_along", a_person)
def reads_along(reader: Reader, conn: Connection, thread_id: int) -> View | None:
    """The other side asked a coordinator to look."""
    found = _readable(reader, conn, thread_id)
    if found is None or not _is_ours(reader, *found) or found[0].invited_at is None:
        return None
    text = reader.t(
        "👁 {who} asked a coordinator to look at your conversation about <code>{code}</code>. "
        "They read along until one of you ends it.",
        who=talk.other_side(reader, conn, *found),
        code=found[1].code,
    )
    return View(text, ((opens(reader.label("The whole conversation"), "thread", thread_id),),))
