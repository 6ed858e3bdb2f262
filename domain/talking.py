"""Conversations between a partner and a hromada: what they are made of, and which files may pass."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from mimetypes import guess_type
from pathlib import PurePosixPath

from domain.words import TranslationState

LONGEST_MESSAGE = 4096
"""As much as the messenger itself lets one write."""
BURST = timedelta(seconds=50)
"""What is written later begins a new notice: the old one, due after a minute, may be on its way by the time this is committed."""
FILES_AT_MOST = 10
THANKS_PHOTOS = 3
LARGEST_FILE = 20 * 1024 * 1024

_OFFICE = "application/vnd.openxmlformats-officedocument."
FILE_TYPES: dict[str, tuple[str, ...]] = {
    ".pdf": ("application/pdf",),
    ".doc": ("application/msword",),
    ".docx": (f"{_OFFICE}wordprocessingml.document",),
    ".xls": ("application/vnd.ms-excel",),
    ".xlsx": (f"{_OFFICE}spreadsheetml.sheet",),
}
_RAW = (
    ".heic",
    ".heif",
    ".avif",
    ".webp",
    ".jxl",
    ".dng",
    ".raw",
    ".cr2",
    ".cr3",
    ".nef",
    ".arw",
    ".orf",
    ".rw2",
    ".raf",
)
_UNKNOWN = ("", "application/octet-stream")


def may_pass(name: str, kind: str) -> bool:
    """A PDF, Word or Excel file, by its name; what the sender's phone says must not contradict it."""
    kinds = FILE_TYPES.get(PurePosixPath(name.casefold()).suffix)
    return kinds is not None and kind.casefold() in (*kinds, *_UNKNOWN)


def is_picture(name: str, kind: str) -> bool:
    """Whether a file is a picture by its name or by what the phone says: then it carries where it was taken."""
    guessed, _ = guess_type(name.casefold())
    suffix = PurePosixPath(name.casefold()).suffix
    return kind.casefold().startswith("image/") or (guessed or "").startswith("image/") or suffix in _RAW


@dataclass(frozen=True, slots=True)
class Thread:
    """Everything one partner and the hromada of one need wrote to each other."""

    id: int
    need_id: int
    organisation_id: int
    opened_at: datetime
    moved_at: datetime
    invited_by: int | None
    invited_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a thread, as it was written."""

    id: int
    thread_id: int
    person_id: int
    organisation_id: int
    pledge_id: int | None
    text: str
    language: str
    burst: int
    at: datetime
    question_id: int | None


@dataclass(frozen=True, slots=True)
class File:
    """A photo or document of a message, known by the messenger's id alone."""

    id: int
    message_id: int
    kind: str
    file_id: str
    file_unique_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as somebody sent it, not kept yet."""

    kind: str
    file_id: str
    unique_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """A translation by a machine, or the wish for one."""

    id: int
    owner: str
    owner_id: int
    language: str
    source: str
    state: TranslationState
    text: str | None
    service: str | None
    attempts: int
    not_before: datetime
    asked_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A message in a chat that gets a translation once it is there."""

    chat_id: int
    message_id: int
    about: str
    language: str
    screen: str
    params: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Thanks:
    """What a hromada wrote to the donor of a consignment it signed for."""

    id: int
    consignment_id: int
    person_id: int
    text: str
    language: str
    at: datetime
    shareable: bool
    decided_by: int | None
    decided_at: datetime | None
    shared_event: int | None
