"""Everything the Bot API answers with a no, and what follows: one table, read from the top, the first row that fits decides.

The texts are those of the official server and of the library below it, as they come in `description` after "Bad Request: " and
"Forbidden: ". `hromada-bridge refusals` prints the table as it stands in docs/refusals.md.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)


class Verdict(StrEnum):
    """Whose fault it is."""

    SAID = "said already"
    PAUSE = "a pause"
    MOVED = "the group moved"
    MESSAGE_GONE = "this message is gone"
    CONTENT = "this content"
    PLACE_NOW = "this place, for now"
    TOPIC_GONE = "this topic, for ever"
    PLACE_GONE = "this place, for ever"
    PERSON = "this person"
    LINE = "the line"
    OURS = "ours"


CONSEQUENCES = {
    Verdict.SAID: "nothing: it stands there, or nobody waits for it any more",
    Verdict.PAUSE: "waits as long as Telegram says, the chat's answers too; no attempt is counted",
    Verdict.MOVED: "both chats become one, and it is said in the new one",
    Verdict.MESSAGE_GONE: "an answer comes as a new message; a live card is forgotten",
    Verdict.CONTENT: "a picture goes again as text; files and words that are refused alone are a dead letter",
    Verdict.PLACE_NOW: "kept and tried again with growing pauses, a picture as text at once; nobody is dropped, and whoever "
    "ordered hears of it once",
    Verdict.TOPIC_GONE: "what waits for the topic is not said, its orders end, and whoever placed them hears of it",
    Verdict.PLACE_GONE: "what waits for the chat is not said, its orders end, and whoever placed them hears of it",
    Verdict.PERSON: "unreachable until they speak again; their digest gives its days back to the next one",
    Verdict.LINE: "tried again with growing pauses, for as long as it takes",
    Verdict.OURS: "a dead letter: somebody has to look (`hromada-bridge deliveries`); a digest gives its days back",
}

EDITS = ("editMessageText", "editMessageMedia")
PHOTOS = ("sendPhoto", "editMessageMedia")
MEDIA = (*PHOTOS, "sendMediaGroup", "sendDocument")
MESSAGES = ("sendMessage", *MEDIA, *EDITS)
ANSWERS = ("answerCallbackQuery", "answerInlineQuery")
COMMANDS = ("setMyCommands",)
PRIVATE, GROUP = "private", "group"


@dataclass(frozen=True)
class Refusal:
    """One way to be refused. ``*`` in the text stands for anything; no method and no place mean every one."""

    code: int
    text: str
    verdict: Verdict
    methods: tuple[str, ...] = ()
    where: str = ""
    fill: str = ""
    """What stands in place of the star where the sandbox plays it."""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = (re.escape(part) for part in self.text.casefold().split("*"))
        return re.compile(".*".join(parts), re.DOTALL)

    def fits(self, method: str, code: int, text: str, private: bool) -> bool:
        """Whether it is this one; ``text`` is casefolded and without the code's name."""
        place = PRIVATE if private else GROUP
        return (
            self.code in (0, code)
            and (not self.methods or method in self.methods)
            and self.where in ("", place)
            and self._pattern.fullmatch(text) is not None
        )

    @property
    def description(self) -> str:
        """As the server says it."""
        return PREFIXES.get(self.code, "") + self.text.replace("*", self.fill)


PREFIXES = {400: "Bad Request: ", 401: "Unauthorized: ", 403: "Forbidden: ", 409: "Conflict: "}
_V = Verdict

ROWS: tuple[Refusal, ...] = (
    Refusal(429, "*", _V.PAUSE, fill="Too Many Requests: retry after 1"),
    Refusal(400, "group chat was upgraded to a supergroup chat", _V.MOVED),
    # nothing to do
    Refusal(
        400, "message is not modified*", _V.SAID, EDITS, fill=": specified new message content is the same"
    ),
    Refusal(400, "MESSAGE_NOT_MODIFIED", _V.SAID, EDITS),
    Refusal(
        400,
        "query is too old*",
        _V.SAID,
        ANSWERS,
        fill=" and response timeout expired or query ID is invalid",
    ),
    Refusal(400, "QUERY_ID_INVALID", _V.SAID, ANSWERS),
    # the message to be edited
    Refusal(400, "message to edit not found", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "message not found", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "the message was deleted", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "message can't be edited*", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "message media can't be edited", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "there is no * in the message to edit", _V.MESSAGE_GONE, EDITS, fill="text"),
    Refusal(400, "message identifier is not specified", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "invalid * identifier specified", _V.MESSAGE_GONE, EDITS, fill="inline message"),
    Refusal(400, "wrong message identifier*", _V.MESSAGE_GONE, EDITS, fill=" specified"),
    Refusal(400, "can't change media type in the album", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "MESSAGE_ID_INVALID", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "MESSAGE_EDIT_TIME_EXPIRED", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "MESSAGE_AUTHOR_REQUIRED", _V.MESSAGE_GONE, EDITS),
    Refusal(400, "MESSAGE_DELETE_FORBIDDEN", _V.MESSAGE_GONE, EDITS),
    # topics
    Refusal(400, "TOPIC_CLOSED", _V.PLACE_NOW, MESSAGES, GROUP),
    Refusal(400, "TOPIC_DELETED", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "TOPIC_ID_INVALID", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "MESSAGE_THREAD_*", _V.TOPIC_GONE, MESSAGES, fill="INVALID"),
    Refusal(400, "message thread not found", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "invalid forum topic identifier specified", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "invalid topic identifier specified", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "unknown forum topic identifier specified", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "can't access the topic", _V.TOPIC_GONE, MESSAGES),
    Refusal(400, "*chat is not a*forum", _V.TOPIC_GONE, MESSAGES, fill=" "),
    Refusal(400, "*message threads*", _V.TOPIC_GONE, MESSAGES, fill=""),
    Refusal(400, "chat doesn't have topics", _V.TOPIC_GONE, MESSAGES),
    # a person
    Refusal(403, "bot was blocked by the user", _V.PERSON),
    Refusal(403, "user is deactivated", _V.PERSON),
    Refusal(403, "bot can't initiate conversation with a user", _V.PERSON),
    Refusal(403, "*bot can't send messages to*bot*", _V.PERSON, fill=""),
    Refusal(403, "bot can't send messages to the user", _V.PERSON),
    Refusal(400, "private chat not found", _V.PERSON),
    Refusal(400, "USER_IS_BLOCKED", _V.PERSON),
    Refusal(400, "YOU_BLOCKED_USER", _V.PERSON),
    Refusal(400, "INPUT_USER_DEACTIVATED", _V.PERSON),
    Refusal(400, "USER_DEACTIVATED*", _V.PERSON),
    Refusal(403, "USER_DELETED", _V.PERSON),
    Refusal(400, "USER_DELETED", _V.PERSON),
    Refusal(400, "USER_ID_INVALID", _V.PERSON, where=PRIVATE),
    Refusal(400, "user not found", _V.PERSON, where=PRIVATE),
    Refusal(400, "can't access the user", _V.PERSON, where=PRIVATE),
    Refusal(400, "chat not found", _V.PERSON, where=PRIVATE),
    Refusal(400, "PEER_ID_INVALID", _V.PERSON, where=PRIVATE),
    Refusal(400, "can't access the chat", _V.PERSON, where=PRIVATE),
    Refusal(400, "have no access to the *", _V.PERSON, where=PRIVATE, fill="chat"),
    Refusal(403, "*", _V.PERSON, where=PRIVATE, fill="something we have never heard"),
    # a group or a channel, for ever
    Refusal(403, "bot was kicked from the * chat", _V.PLACE_GONE, fill="supergroup"),
    Refusal(403, "bot is not a member of the * chat", _V.PLACE_GONE, fill="channel"),
    Refusal(403, "the group chat was deleted", _V.PLACE_GONE),
    Refusal(400, "*group chat was deactivated", _V.PLACE_GONE, fill=""),
    Refusal(400, "chat is deactivated", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "chat not found", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "supergroup not found", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "basic group not found", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "chat is not accessible", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "can't access the chat", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "have no access to the *", _V.PLACE_GONE, where=GROUP, fill="chat"),
    Refusal(400, "PEER_ID_INVALID", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "CHANNEL_PRIVATE", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "CHANNEL_INVALID", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "CHANNEL_PUBLIC_GROUP_NA", _V.PLACE_GONE, where=GROUP),
    Refusal(403, "CHANNEL_PUBLIC_GROUP_NA", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "CHAT_ID_INVALID", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "CHAT_FORBIDDEN", _V.PLACE_GONE, where=GROUP),
    Refusal(400, "USER_NOT_PARTICIPANT", _V.PLACE_GONE, where=GROUP),
    # a group or a channel, for now
    Refusal(400, "not enough rights*", _V.PLACE_NOW, MESSAGES, GROUP, fill=" to send photos to the chat"),
    Refusal(400, "*have no rights to send*", _V.PLACE_NOW, MESSAGES, fill=""),
    Refusal(400, "have no write access to the chat", _V.PLACE_NOW, MESSAGES),
    Refusal(400, "*need administrator rights*", _V.PLACE_NOW, MESSAGES, fill=""),
    Refusal(400, "CHAT_WRITE_FORBIDDEN", _V.PLACE_NOW, MESSAGES, GROUP),
    Refusal(400, "CHAT_SEND_*_FORBIDDEN", _V.PLACE_NOW, MESSAGES, GROUP, fill="PHOTOS"),
    Refusal(400, "CHAT_GUEST_SEND_FORBIDDEN", _V.PLACE_NOW, MESSAGES, GROUP),
    Refusal(400, "CHAT_RESTRICTED", _V.PLACE_NOW, MESSAGES, GROUP),
    Refusal(400, "CHAT_ADMIN_REQUIRED", _V.PLACE_NOW, MESSAGES, GROUP),
    Refusal(400, "USER_BANNED_IN_CHANNEL", _V.PLACE_NOW, MESSAGES, GROUP),
    Refusal(400, "USER_RESTRICTED", _V.PLACE_NOW, MESSAGES),
    Refusal(400, "SLOWMODE_*", _V.PLACE_NOW, MESSAGES, GROUP, fill="WAIT_30"),
    Refusal(400, "ALLOW_PAYMENT_REQUIRED*", _V.PLACE_NOW, MESSAGES, fill="_5"),
    Refusal(400, "PRIVACY_PREMIUM_REQUIRED", _V.PLACE_NOW, MESSAGES),
    Refusal(400, "*_FORBIDDEN", _V.PLACE_NOW, MESSAGES, fill="SOMETHING_NEW"),
    Refusal(400, "*_RESTRICTED", _V.PLACE_NOW, MESSAGES, fill="SOMETHING_NEW"),
    Refusal(403, "*", _V.PLACE_NOW, where=GROUP, fill="something we have never heard"),
    # what is in the message
    Refusal(400, "wrong file identifier*", _V.CONTENT, MEDIA, fill="/HTTP URL specified"),
    Refusal(400, "wrong file_id or the file is temporarily unavailable", _V.CONTENT, MEDIA),
    Refusal(400, "wrong remote file identifier specified*", _V.CONTENT, MEDIA, fill=": can't unserialize it"),
    Refusal(400, "invalid remote file identifier", _V.CONTENT, MEDIA),
    Refusal(400, "invalid file identifier", _V.CONTENT, MEDIA),
    Refusal(400, "wrong type of the web page content", _V.CONTENT, MEDIA),
    Refusal(400, "failed to get HTTP URL content", _V.CONTENT, MEDIA),
    Refusal(400, "can't use file of type *", _V.CONTENT, MEDIA, fill="Document as Photo"),
    Refusal(400, "can't use the media of the specified type in the album", _V.CONTENT, MEDIA),
    Refusal(400, "can't use uploaded files to edit inline messages", _V.CONTENT, MEDIA),
    Refusal(
        400, "photo has unsupported extension*", _V.CONTENT, MEDIA, fill=". Use one of .jpg, .jpeg, .png"
    ),
    Refusal(400, "file must be non-empty", _V.CONTENT, MEDIA),
    Refusal(400, "file is too big", _V.CONTENT, MEDIA),
    Refusal(413, "*", _V.CONTENT, MEDIA, fill="Request Entity Too Large"),
    Refusal(400, "message caption is too long", _V.CONTENT, MEDIA),
    Refusal(400, "MEDIA_CAPTION_TOO_LONG", _V.CONTENT, MEDIA),
    Refusal(400, "IMAGE_PROCESS_FAILED", _V.CONTENT, MEDIA),
    Refusal(400, "PHOTO_*", _V.CONTENT, MEDIA, fill="INVALID_DIMENSIONS"),
    Refusal(400, "MEDIA_*", _V.CONTENT, MEDIA, fill="EMPTY"),
    Refusal(400, "FILE_*", _V.CONTENT, MEDIA, fill="REFERENCE_EXPIRED"),
    Refusal(400, "WEBPAGE_*", _V.CONTENT, MEDIA, fill="MEDIA_EMPTY"),
    Refusal(400, "there is no * in the request", _V.CONTENT, MEDIA, fill="photo"),
    # Telegram itself, or the way to it
    Refusal(400, "message was not sent", _V.LINE, MESSAGES),
    Refusal(400, "* send failed", _V.LINE, MESSAGES, fill="Group"),
    Refusal(400, "failed to upload file", _V.LINE, MEDIA),
    Refusal(400, "MSG_WAIT_*", _V.LINE, fill="FAILED"),
    Refusal(400, "FROZEN_METHOD_INVALID", _V.LINE),
    Refusal(400, "logged out", _V.LINE),
    Refusal(400, "the bot has already been closed", _V.LINE),
    Refusal(400, "*TIMEOUT*", _V.LINE, fill=""),
    Refusal(401, "*", _V.LINE, fill="invalid token specified"),
    Refusal(404, "*", _V.LINE, fill="Not Found"),
    Refusal(409, "*", _V.LINE, fill="terminated by other getUpdates request"),
    Refusal(421, "*", _V.LINE, fill="Misdirected Request: unallowed token specified"),
    Refusal(500, "*", _V.LINE, fill="Internal Server Error"),
    Refusal(502, "*", _V.LINE, fill="Bad Gateway"),
    Refusal(0, "*", _V.OURS, fill="something we have never heard"),
)
"""The table."""

ANY_OF_500 = 500
"""Everything that is neither a refusal nor a pause: no answer, a middlebox, a server in trouble."""


@lru_cache(maxsize=1024)
def verdict_on(method: str, code: int, description: str, private: bool) -> Verdict:
    """The first row that fits."""
    text = _without_prefix(description.casefold())
    return next(row.verdict for row in ROWS if row.fits(method, code, text, private))


def _without_prefix(text: str) -> str:
    for prefix in PREFIXES.values():
        text = text.removeprefix(prefix.casefold())
    return text.strip()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A refusal understood: how long to wait, or where the chat went."""

    verdict: Verdict
    seconds: float = 0.0
    new_chat_id: int = 0


def pause_of(error: RetryAfter) -> float:
    """The seconds Telegram asks for, at least one."""
    pause = error.retry_after
    return max(1.0, float(pause) if isinstance(pause, (int, float)) else pause.total_seconds())


def judge(error: TelegramError, method: str = "sendMessage", *, private: bool = True) -> Judgement:
    """What python-telegram-bot's error means for a call of this method in a private chat or elsewhere."""
    match error:
        case RetryAfter():
            return Judgement(Verdict.PAUSE, pause_of(error))
        case ChatMigrated() if is_a_group(error.new_chat_id):
            return Judgement(Verdict.MOVED, new_chat_id=error.new_chat_id)
        case ChatMigrated():
            return Judgement(Verdict.PLACE_NOW)
        case Forbidden():
            code = 403
        case BadRequest():
            code = 400
        case InvalidToken():
            code = 401
        case Conflict():
            code = 409
        case _:
            code = getattr(error, "code", ANY_OF_500)
    verdict = verdict_on(method, code, error.message, private)
    # Without a word where to: Telegram tells that by an update of its own, and until then it is kept.
    return Judgement(Verdict.PLACE_NOW if verdict is Verdict.MOVED else verdict)


def is_a_group(chat_id: object) -> bool:
    """Whether it can be the id of a group: nobody moves to anything else."""
    return type(chat_id) is int and -(2**63) <= chat_id < 0


def as_markdown() -> str:
    """The table for people, a line a row, and below it what follows from each verdict."""
    lines = ["| code | Telegram says | to | in | verdict |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.code or 'any'} | `{row.text}` | {_methods(row)} | {row.where or 'any chat'} | {row.verdict} |"
        for row in ROWS
    ]
    lines += ["", "| verdict | what follows |", "|---|---|"]
    lines += [f"| {verdict} | {CONSEQUENCES[verdict]} |" for verdict in Verdict]
    return "\n".join(lines)


_FAMILIES = {
    EDITS: "edits",
    PHOTOS: "photos",
    MEDIA: "photos and files",
    MESSAGES: "messages and edits",
    ANSWERS: "answers to presses and inline queries",
}


def _methods(row: Refusal) -> str:
    return _FAMILIES[row.methods] if row.methods else "any call"
