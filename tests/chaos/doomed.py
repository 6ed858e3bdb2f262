"""The bot, with a bullet in it: it kills itself at a chosen point, the n-th time it comes there.

`python -m tests.chaos.doomed before:_said:3 --role all` dies the third time it is about to write down that a message
was sent; `after:_store:1` right after the first batch of updates was committed and before Telegram hears so.
`AHEAD=-7200` in the environment makes its clock two hours late. Nothing of this stands in the bot itself: every
write goes through one method of each engine, and that is wrapped here.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import bot.clock
from bot.cli import main
from storage.engine import PostgreSQL, SQLite

POINTS = ("after:_store", "before:finish", "after:finish", "before:_said", "after:_said", "after:send_due")
"""Inbox committed; an update's effects about to be written; written but not yet said; said but not marked; and so on."""
PLACES = {
    "web": POINTS[:1],
    "worker": POINTS[1:3],
    "sender": POINTS[3:5],
    "ticker": POINTS[5:],
    "all": POINTS,
}
"""Which of them a process of a role ever comes to."""


class Bullet:
    """Dies before or after the n-th write of a name."""

    def __init__(self, doom: str) -> None:
        self.when, self.name, count = doom.split(":")
        self.left = int(count)

    def meets(self, name: str) -> bool:
        """Count it; True where this is the one."""
        if name != self.name:
            return False
        self.left -= 1
        return self.left == 0


def load(doom: str) -> None:
    """Put the bullet into both engines."""
    bullet = Bullet(doom)
    for engine in (SQLite, PostgreSQL):
        _guard(engine, bullet)


def _guard(engine: Any, bullet: Bullet) -> None:
    write = engine.write

    async def guarded(self: Any, work: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        hit = bullet.meets(getattr(work, "__name__", ""))
        if hit and bullet.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = await write(self, work, *args, **kw)
        if hit:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    engine.write = guarded


def shift(seconds: float) -> None:
    """A machine whose clock is wrong."""

    def wrong() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)

    bot.clock.Clock.__init__.__defaults__ = (wrong,)


if __name__ == "__main__":
    shift(float(os.environ.get("AHEAD", "0")))
    if sys.argv[1] != "-":
        load(sys.argv[1])
    sys.argv = ["hromada-bridge", "run", *sys.argv[2:]]
    main()
