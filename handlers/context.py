"""What a handler gets besides the update: a clock reading, reads, and exactly one write.

The write also marks the update as done, in the same commit: there is no moment at which one of the two
stands and the other does not.
"""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from telegram.ext import Application, CallbackContext, ExtBot

from storage import inbox
from storage.engine import Connection, Database, Work

P = ParamSpec("P")
T = TypeVar("T")


class SecondWrite(RuntimeError):
    """A handler wrote twice: its update would be half done if we died between the two."""


class Errand:
    """One update in somebody's hands. The dispatcher makes it and looks at it afterwards."""

    def __init__(self, db: Database, update_id: int, now: datetime) -> None:
        self.db = db
        self.update_id = update_id
        self.now = now
        self.written = False
        self.error: Exception | None = None
        self.afterwards: list[Callable[[], Awaitable[Any]]] = []

    def finish(self, conn: Connection, work: Callable[[Connection], T]) -> T:
        """Effects and 'done' together; 'done' first, so that nobody does the same work beside us."""
        inbox.done(conn, self.update_id)
        return work(conn)


IN_HAND: ContextVar[Errand] = ContextVar("in_hand")
"""How the errand reaches the context through python-telegram-bot; each worker has its own."""


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """A python-telegram-bot context bound to one errand."""

    def __init__(
        self,
        application: "Application[Any, Any, Any, Any, Any, Any]",
        chat_id: int | None = None,
        user_id: int | None = None,
    ) -> None:
        super().__init__(application, chat_id, user_id)
        self.errand = IN_HAND.get()

    @property
    def now(self) -> datetime:
        """When this update is being handled."""
        return self.errand.now

    async def read(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """Look something up."""
        return await self.errand.db.read(work, *args, **kw)

    async def write(self, work: Work[P, T], /, *args: P.args, **kw: P.kwargs) -> T:
        """The one transaction of this update."""
        errand = self.errand
        if errand.written:
            raise SecondWrite(f"update {errand.update_id} wrote already")
        result = await errand.db.write(errand.finish, lambda conn: work(conn, *args, **kw))
        errand.written = True
        return result

    def after(self, call: Callable[[], Awaitable[Any]]) -> None:
        """Once it is committed: best effort, and nobody is told if it fails."""
        self.errand.afterwards.append(call)


async def report(update: object, context: Context) -> None:
    """python-telegram-bot swallows what a handler raises; the dispatcher must hear of it."""
    context.errand.error = context.error
