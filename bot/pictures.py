"""Pictures Telegram has already: the same one for many chats is carried there once, and named afterwards."""

from collections import OrderedDict
from hashlib import sha256
from typing import Any

_MOST = 256


class Pictures:
    """Telegram's names for what was sent lately; whoever restarts begins anew."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._names: OrderedDict[bytes, str] = OrderedDict()

    def name(self, picture: bytes) -> str | None:
        """The file id of exactly this picture."""
        return self._names.get(sha256(picture).digest())

    def keep(self, picture: bytes, message: Any) -> None:
        """It stands in this message now: the largest of its sizes is the picture itself."""
        sizes = message.get("photo") if isinstance(message, dict) else None
        if not sizes:
            return
        self._names[sha256(picture).digest()] = str(sizes[-1]["file_id"])
        while len(self._names) > self._most:
            self._names.popitem(last=False)

    def forget(self, picture: bytes) -> None:
        """Telegram does not know the name any more."""
        self._names.pop(sha256(picture).digest(), None)
