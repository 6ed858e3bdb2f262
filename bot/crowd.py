"""How much one account is answered: counted in memory, by whoever takes updates in.

Accounts with standing (verified members, coordinators) are not counted: who they are is looked up where updates are stored.
"""

from collections import Counter, deque
from collections.abc import Sequence

MOST = 20
"""Updates a minute of one account without standing that are read; a person who registers sends about ten."""
_MINUTE = 60.0
_MANY = 10_000


class Crowd:
    """When each private mailbox was last heard of, on the steady clock. Groups have a pace of their own."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._heard: dict[int, deque[float]] = {}

    def too_much(self, mailboxes: Sequence[int], now: float) -> list[bool]:
        """For each update, in its order: whether more came from there within a minute than is read. Counts nothing yet."""
        here: Counter[int] = Counter()
        over = []
        for mailbox in mailboxes:
            much = mailbox > 0 and self._within_a_minute(mailbox, now) + here[mailbox] >= self._most
            here[mailbox] += not much
            over.append(much)
        return over

    def count(self, mailboxes: Sequence[int], over: Sequence[bool], now: float) -> None:
        """They are stored: what is stored twice because the database was away is counted once."""
        if len(self._heard) >= _MANY:
            self._heard = {box: times for box, times in self._heard.items() if times[-1] > now - _MINUTE}
        for mailbox, much in zip(mailboxes, over, strict=True):
            if mailbox > 0 and not much:
                self._heard.setdefault(mailbox, deque(maxlen=self._most)).append(now)

    def _within_a_minute(self, mailbox: int, now: float) -> int:
        return sum(at > now - _MINUTE for at in self._heard.get(mailbox, ()))
