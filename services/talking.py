"""Questions and answers between a partner and a hromada, through the bot: nobody's account or phone is shown."""

from collections.abc import Sequence

from domain.actor import Actor
from domain.errors import AlreadyDone, Empty, Forbidden, NotFound, NotYet
from domain.model import Need, Question
from domain.notices import Happening
from domain.talking import BURST, FILES_AT_MOST, LONGEST_MESSAGE, Message, Sent, Thread
from domain.words import EventKind
from services import history, translations
from services.notices import Concerned, tell
from storage import first_view, giving, needs, people, talking
from storage.engine import Connection


def may_talk(conn: Connection, actor: Actor, need_id: int, partner_id: int) -> Need:
    """The need two sides may talk about; raises Forbidden for everybody else, and for a partner nobody heard of."""
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    mine = actor.official() if actor.is_official else actor.partner()
    if not first_view.shown_to(conn, need, actor, actor.at):
        raise NotYet
    if actor.is_official and mine == need.organisation_id:
        if not _heard_of(conn, need_id, partner_id):
            raise Forbidden
    elif mine != partner_id or actor.is_official:
        raise Forbidden
    return need


def _heard_of(conn: Connection, need_id: int, partner_id: int) -> bool:
    """A hromada writes to those who pledged or asked, not to the whole world."""
    if talking.thread_of(conn, need_id, partner_id) is not None:
        return True
    return any(each.organisation_id == partner_id for each in giving.pledges_of_need(conn, need_id))


def say(
    conn: Connection,
    actor: Actor,
    need_id: int,
    partner_id: int,
    text: str,
    language: str,
    files: Sequence[Sent] = (),
    about: int | None = None,
    *,
    translate: bool = False,
) -> Message:
    """One message from one side to the other, kept as it was written; everybody of the other side is told."""
    need = may_talk(conn, actor, need_id, partner_id)
    if not (text.strip() or files) or len(text) > LONGEST_MESSAGE or len(files) > FILES_AT_MOST:
        raise Empty
    _must_be_theirs(conn, about, need_id, partner_id)
    thread = talking.open_thread(conn, need_id, partner_id, actor.at)
    mine = need.organisation_id if actor.is_official else partner_id
    last = talking.newest(conn, thread.id)
    made = talking.add_message(
        conn,
        _burst(conn, actor, last, mine),
        thread_id=thread.id,
        person_id=actor.person_id,
        organisation_id=mine,
        pledge_id=about,
        text=text,
        language=language,
        at=actor.at,
    )
    for sent in files:
        talking.attach(conn, made.id, sent)
    kind = EventKind.ANSWERED if last and last.organisation_id != mine else EventKind.ASKED
    history.of_need(conn, actor, kind, need_id, thread=thread.id, message=made.id)
    other = partner_id if actor.is_official else need.organisation_id
    if made.burst == made.id:
        tell(conn, made.at, Happening.TALKED, Concerned(other=other), burst=made.id)
    if translate:
        _ask_for_translations(conn, made, other)
    return made


def _ask_for_translations(conn: Connection, made: Message, organisation_id: int) -> None:
    """Into every language somebody of the other side reads."""
    languages = {person.language for person in people.verified_people(conn, organisation_id)}
    for language in sorted(languages - {made.language}):
        translations.ask(conn, made.at, "message", made.id, language)


def _must_be_theirs(conn: Connection, about: int | None, need_id: int, partner_id: int) -> None:
    if about is None:
        return
    pledge = giving.pledge(conn, about)
    if pledge is None or (pledge.need_id, pledge.organisation_id) != (need_id, partner_id):
        raise Forbidden


def _burst(conn: Connection, actor: Actor, last: Message | None, mine: int) -> int | None:
    """What this message is told of together with; None where a notice of its own begins."""
    if last is None or last.organisation_id != mine:
        return None
    first = talking.message(conn, last.burst)
    return first.id if first and first.at <= actor.at < first.at + BURST else None


def add_file(conn: Connection, actor: Actor, message_id: int, sent: Sent) -> None:
    """The next photo of an album: Telegram delivers it as a message of its own."""
    message = talking.message(conn, message_id)
    if message is None:
        raise NotFound
    if message.person_id != actor.person_id or actor.acts_for != message.organisation_id:
        raise Forbidden
    if len(talking.files_of(conn, [message_id])) < FILES_AT_MOST:
        talking.attach(conn, message_id, sent)


# --- who else may read --------------------------------------------------------------------------------


def may_read(conn: Connection, actor: Actor | None, thread_id: int) -> tuple[Thread, Need]:
    """A thread for its two sides, and for a coordinator whom one of them asked to look."""
    thread, need = _thread(conn, thread_id)
    if actor is not None and actor.acts_for in (thread.organisation_id, need.organisation_id):
        return thread, need
    if actor is None or not actor.coordinator or actor.suspended or thread.invited_at is None:
        raise Forbidden
    return thread, need


def opened(conn: Connection, actor: Actor, thread_id: int) -> None:
    """Somebody opens a thread: where it is none of its two sides, that is an event."""
    thread, need = may_read(conn, actor, thread_id)
    if actor.acts_for not in (thread.organisation_id, need.organisation_id):
        history.of_need(conn, actor, EventKind.THREAD_READ, need.id, thread=thread_id)


def _thread(conn: Connection, thread_id: int) -> tuple[Thread, Need]:
    thread = talking.thread(conn, thread_id)
    need = needs.need(conn, thread.need_id) if thread else None
    if thread is None or need is None:
        raise NotFound
    return thread, need


def our_thread(conn: Connection, actor: Actor, thread_id: int) -> tuple[Thread, Need]:
    """A thread of the organisation acted for."""
    mine = actor.official() if actor.is_official else actor.partner()
    thread, need = _thread(conn, thread_id)
    if mine not in (thread.organisation_id, need.organisation_id):
        raise Forbidden
    return thread, need


def invite_coordinator(conn: Connection, actor: Actor, thread_id: int) -> None:
    """Either side asks a coordinator to look; from now on both see that somebody reads along."""
    thread, need = our_thread(conn, actor, thread_id)
    if not talking.invite(conn, thread_id, actor.person_id, actor.at):
        raise AlreadyDone
    history.of_need(conn, actor, EventKind.COORDINATOR_INVITED, need.id, thread=thread_id)
    other = need.organisation_id if actor.acts_for == thread.organisation_id else thread.organisation_id
    tell(conn, actor.at, Happening.COORDINATOR_ASKED, Concerned(other=other), thread_id=thread_id)


def end_invitation(conn: Connection, actor: Actor, thread_id: int) -> None:
    """Either side ends it; from now on coordinators are refused again."""
    _, need = our_thread(conn, actor, thread_id)
    if not talking.end_invitation(conn, thread_id):
        raise AlreadyDone
    history.of_need(conn, actor, EventKind.COORDINATOR_LEFT, need.id, thread=thread_id)


# --- what was asked before there were threads ---------------------------------------------------------


def adopt(conn: Connection, actor: Actor, question_id: int) -> tuple[Thread, Need]:
    """The thread an old question belongs to; one the version before wrote meanwhile is brought in."""
    asked = giving.question(conn, question_id)
    need = needs.need(conn, asked.need_id) if asked else None
    if asked is None or need is None:
        raise NotFound
    from_hromada = asked.from_organisation == need.organisation_id
    partner_id = asked.to_organisation if from_hromada else asked.from_organisation
    if actor.acts_for not in (partner_id, need.organisation_id):
        raise Forbidden
    thread = talking.open_thread(conn, need.id, partner_id, asked.asked_at)
    brought = len(talking.of_question(conn, question_id))
    if brought == 0:
        talking.add_message(
            conn,
            None,
            thread_id=thread.id,
            person_id=asked.from_person,
            organisation_id=asked.from_organisation,
            text=asked.text,
            language=asked.language,
            at=asked.asked_at,
            question_id=asked.id,
        )
    if brought < 2:
        _bring_in_answer(conn, thread, asked)
    return our_thread(conn, actor, thread.id)


def _bring_in_answer(conn: Connection, thread: Thread, asked: Question) -> None:
    if asked.answer is None or asked.answered_by is None or asked.answered_at is None:
        return
    talking.add_message(
        conn,
        None,
        thread_id=thread.id,
        person_id=asked.answered_by,
        organisation_id=asked.to_organisation,
        text=asked.answer,
        language=people.person(conn, asked.answered_by).language,
        at=asked.answered_at,
        question_id=asked.id,
    )
