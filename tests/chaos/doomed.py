"""The bot, with a bullet in it: it kills itself at a chosen point, the n-th time it comes there.

`python -m tests.chaos.doomed before:_said:3` dies the third time it is about to write down that a message
was sent; `after:_store:1` right after the first batch of updates was committed and before Telegram hears so.
Nothing of this stands in the bot itself: every write goes through one method, and that is wrapped here.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from bot.cli import main
from storage.engine import SQLite

POINTS = ("after:_store", "before:finish", "after:finish", "before:_said", "after:_said", "after:send_due")
"""Inbox committed; an update's effects about to be written; written but not yet said; said but not marked; and so on."""


def load(doom: str) -> None:
    """Put the bullet in."""
    when, name, count = doom.split(":")
    left = int(count)
    write = SQLite.write

    async def guarded(self: SQLite, work: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        nonlocal left
        hit = getattr(work, "__name__", "") == name
        if hit:
            left -= 1
        if hit and left == 0 and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await write(self, work, *args, **kw)
        if hit and left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    SQLite.write = guarded  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    load(sys.argv[1])
    sys.argv = ["hromada-bridge", "run"]
    main()
