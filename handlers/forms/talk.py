"""Writing in a conversation: one message after the other, until 'Done'."""

from datetime import datetime, timedelta

from markupsafe import Markup
from pydantic import BaseModel

from domain.contacts import language_of, names_a_contact
from domain.errors import Forbidden, Misread
from domain.model import Need
from domain.talking import FILES_AT_MOST, LARGEST_FILE, LONGEST_MESSAGE, Sent, is_picture, may_pass
from handlers.forms.engine import Choice, Form, Question, Step, begin, clean, form
from handlers.incoming import Incoming
from handlers.parts import organisation
from handlers.reader import Reader, clip
from handlers.registry import Show, a_member, action
from handlers.turn import Turn
from services import talking as services
from storage import needs, talking
from storage.engine import Connection

STILL_TALKING = timedelta(minutes=15)
"""Whoever was silent for longer may have meant somebody else: they are asked."""


class TalkData(BaseModel):
    """With whom, about what; what is written and not sent yet; what was sent last."""

    need_id: int
    partner_id: int
    about: int | None = None
    text: str = ""
    files: list[Sent] = []
    album: str = ""
    why: str = ""
    warned: bool = False
    sent: int = 0
    last: int | None = None
    thread_id: int | None = None
    said_at: datetime | None = None


def _other(reader: Reader, conn: Connection, data: TalkData, need: Need) -> str:
    mine = reader.actor.acts_for if reader.actor else None
    other = need.organisation_id if mine == data.partner_id else data.partner_id
    return clip(reader.organisation(organisation(conn, other)), 80)


def _need(conn: Connection, data: TalkData) -> Need:
    need = needs.need(conn, data.need_id)
    assert need is not None
    return need


def _ask(reader: Reader, conn: Connection, data: TalkData) -> Question:
    need = _need(conn, data)
    who = _other(reader, conn, data, need)
    if data.sent:
        text = reader.n("✓ {n} message sent to {who}.", "✓ {n} messages sent to {who}.", data.sent, who=who)
        more = reader.t("Write on if there is more, or press “Done”.")
        return Question(Markup("{}\n{}").format(text, more), leave=reader.label("✓ Done"))
    head = reader.t("✍️ <b>To {who}</b>, about <code>{code}</code>", who=who, code=need.code)
    how = reader.t(
        "Write it here, or send a photo, a PDF, a Word or Excel file. It goes through me; "
        "nobody sees your account or phone."
    )
    return Question(Markup("\n\n").join([head, *_quoted(reader, conn, data), how]))


def _quoted(reader: Reader, conn: Connection, data: TalkData) -> list[Markup]:
    """The last word of the other side: one answers better with it before one's eyes."""
    thread = talking.thread_of(conn, data.need_id, data.partner_id)
    last = talking.newest(conn, thread.id) if thread else None
    mine = reader.actor.acts_for if reader.actor else None
    if last is None or last.organisation_id == mine or not last.text:
        return []
    return [Markup("<blockquote>{}</blockquote>").format(clip(last.text, 1500))]


def _said(turn: Turn, conn: Connection, data: TalkData, incoming: Incoming) -> str:
    text, files = message_of(incoming)
    if incoming.album and incoming.album == data.album and data.last is not None and not text:
        for sent in files:
            services.add_file(conn, turn.actor, data.last, sent)
        return "text"
    data.text, data.files, data.album = text, files, incoming.album
    data.why = _doubt(turn, conn, data)
    return "sure" if data.why else _send(turn, conn, data)


def message_of(incoming: Incoming) -> tuple[str, list[Sent]]:
    """What somebody wrote or sent; raises Misread for what cannot pass."""
    text = clean(incoming.text)
    if len(text) > LONGEST_MESSAGE:
        raise Misread("too_long", most=str(LONGEST_MESSAGE))
    match incoming.kind:
        case "text" | "command" if text:
            return text, []
        case "photo":
            return text, [Sent("photo", incoming.file_id, incoming.file_unique_id)]
        case "document":
            return text, [_document(incoming)]
        case "text" | "command":
            raise Misread("empty")
        case _:
            raise Misread("file_kind")


def _document(incoming: Incoming) -> Sent:
    if is_picture(incoming.file_name, incoming.file_type):
        raise Misread("picture_file")
    if not may_pass(incoming.file_name, incoming.file_type):
        raise Misread("file_kind")
    if incoming.file_size > LARGEST_FILE:
        raise Misread("file_size")
    return Sent("document", incoming.file_id, incoming.file_unique_id, incoming.file_name)


def _doubt(turn: Turn, conn: Connection, data: TalkData) -> str:
    """Why to ask once more before it is sent: it may be meant for somebody else, or it gives a contact away."""
    if data.said_at is not None and turn.at - data.said_at > STILL_TALKING:
        return "late"
    if data.warned or not names_a_contact(data.text):
        return ""
    return "" if services.contacts_are_open(conn, data.need_id, data.partner_id) else "contact"


def _send(turn: Turn, conn: Connection, data: TalkData) -> str:
    language = language_of(data.text, turn.person.language)
    made = services.say(
        conn,
        turn.actor,
        data.need_id,
        data.partner_id,
        data.text,
        language,
        data.files,
        data.about,
        translate=bool(turn.house.translator),
    )
    data.text, data.files, data.why = "", [], ""
    data.sent, data.last, data.thread_id, data.said_at = data.sent + 1, made.id, made.thread_id, turn.at
    return "text"


def _ask_sure(reader: Reader, conn: Connection, data: TalkData) -> Question:
    who = _other(reader, conn, data, _need(conn, data))
    if data.why == "late":
        said = reader.t("Some time has passed. Shall this go to <b>{who}</b>?", who=who)
        choices = [[Choice(reader.label("Yes, send it"), "send")], [Choice(reader.label("No"), "change")]]
    else:
        said = reader.t(
            "This looks like a phone number, an e-mail, an account or a street. Phones are exchanged by themselves as soon as "
            "a pledge is accepted. Send it all the same?"
        )
        choices = [
            [Choice(reader.label("Send it as it is"), "send")],
            [Choice(reader.label("✏️ Change it"), "change")],
        ]
    quoted = Markup("<blockquote>{}</blockquote>\n\n").format(clip(data.text, 3000)) if data.text else ""
    return Question(Markup("{}{}").format(quoted, said), choices)


def _said_sure(turn: Turn, conn: Connection, data: TalkData, incoming: Incoming) -> str:
    """More photos of the album that waits; anything else is what shall go instead."""
    text, files = message_of(incoming)
    if incoming.album and incoming.album == data.album and not text:
        data.files = [*data.files, *files][:FILES_AT_MOST]
        return "sure"
    if data.why == "late":
        raise Misread("choose")
    data.warned = True
    return _said(turn, conn, data, incoming)


def _chose_sure(turn: Turn, conn: Connection, data: TalkData, value: str) -> str:
    if value not in ("send", "change"):
        raise Misread("choose")
    data.warned = data.warned or data.why == "contact"
    data.said_at = turn.at if data.sent else None
    if value == "send":
        return _send(turn, conn, data)
    data.text, data.files, data.why = "", [], ""
    return "text"


def _leave(data: TalkData) -> Show:
    if data.thread_id is None:
        return Show("need", {"need_id": data.need_id})
    return Show("thread", {"thread_id": data.thread_id})


form(
    Form(
        "talk",
        TalkData,
        [Step("text", _ask, _said), Step("sure", _ask_sure, _said_sure, _chose_sure, aside=True)],
        lambda turn, conn, data: _leave(data),
        a_member,
        leave=_leave,
    )
)


@action("ask", a_member)
def ask(turn: Turn, conn: Connection, need_id: int, to: int = 0, about: int = 0) -> Show:
    """Write to the other side of a need; a hromada says to whom, and either may say about which pledge."""
    partner_id = to if turn.actor.is_official else turn.actor.partner()
    if to and not turn.actor.is_official:
        raise Forbidden
    services.may_talk(conn, turn.actor, need_id, partner_id)
    data = TalkData(need_id=need_id, partner_id=partner_id, about=about or None)
    return begin(turn, conn, "talk", data)


@action("write", a_member)
def write(turn: Turn, conn: Connection, thread_id: int) -> Show:
    """Go on in a conversation."""
    thread, need = services.our_thread(conn, turn.actor, thread_id)
    data = TalkData(need_id=need.id, partner_id=thread.organisation_id, thread_id=thread.id)
    return begin(turn, conn, "talk", data)


@action("answer", a_member)
def answer(turn: Turn, conn: Connection, question_id: int) -> Show:
    """The button under a question of before there were threads."""
    thread, _ = services.adopt(conn, turn.actor, question_id)
    return write(turn, conn, thread.id)
