"""Files people and the bot sent, and just enough of PNG and JPEG to know their size."""

from __future__ import annotations

import hashlib
import itertools
import mimetypes
import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

from sandbox.shapes import Json

FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "sticker": "stickers"}
EXTENSIONS = {"photo": ".jpg", "voice": ".oga", "sticker": ".webp"}


@dataclass(frozen=True)
class Upload:
    """A file as it comes in a form."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file Telegram keeps, with the name it can be downloaded by."""

    file_id: str
    unique_id: str
    kind: str
    path: str
    upload: Upload

    def shape(self) -> Json:
        """The fields all kinds of files have in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.upload.data),
        }

    def content(self) -> Json:
        """The part of a message that shows this file."""
        if self.kind == "photo":
            width, height = picture_size(self.upload.data) or (320, 240)
            return {"photo": [self.shape() | {"width": width, "height": height}]}
        if self.kind == "document":
            named = {"file_name": self.upload.name, "mime_type": self.upload.mime}
            return {"document": self.shape() | named}
        if self.kind == "voice":
            return {"voice": self.shape() | {"duration": 3, "mime_type": "audio/ogg"}}
        return {"sticker": self.shape() | _STICKER}


_STICKER = {
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "👍",
}


class FileStore:
    """All files, by their id and by their download path."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, kind: str, upload: Upload) -> StoredFile:
        """Store a file under a fresh id, the way Telegram does for every new message."""
        number = next(self._numbers)
        digest = hashlib.sha256(upload.data).hexdigest()
        suffix = EXTENSIONS.get(kind) or PurePosixPath(upload.name).suffix
        path = f"{FOLDERS.get(kind, kind)}/file_{number}{suffix}"
        file_id = f"SBX{kind[:2].upper()}{number:06d}{digest[:24]}"
        stored = StoredFile(file_id, f"AQ{digest[:14]}", kind, path, upload)
        self._by_id[stored.file_id] = stored
        self._by_path[path] = stored
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        """Find a file by the id a message carries."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Find a file by the path getFile gave."""
        return self._by_path.get(path)


def guess_mime(name: str) -> str:
    """The type a messenger would guess from a file's name."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or JPEG; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
