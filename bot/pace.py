"""How fast Telegram lets us speak, counted from its *answers*.

Even pacing of starts still trips a strict window through network jitter. If send *i* starts a window after
the answer to send *i - count*, no window of that length can hold more than *count* arrivals.
"""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from math import inf

from storage.outbox import ELSEWHERE


class Slot:
    """One send in a window; it holds its place until it was answered and the window has passed."""

    def __init__(self) -> None:
        self.answered_at = inf

    def answered(self, at: float) -> None:
        """Telegram answered, or the line broke; what was answered or given back stays so."""
        self.answered_at = min(self.answered_at, at)

    def give_back(self) -> None:
        """Nothing was sent after all."""
        self.answered_at = -inf


class Window:
    """At most ``count`` sends in any ``seconds``."""

    def __init__(self, count: int, seconds: float) -> None:
        self._slots: deque[Slot] = deque(maxlen=count)
        self._count = count
        self._seconds = seconds

    def ready_at(self) -> float:
        """From when the next send may start; infinity while that hangs on an answer."""
        if len(self._slots) < self._count:
            return -inf
        return self._slots[0].answered_at + self._seconds

    def take(self, slot: Slot) -> None:
        """Begin a send."""
        self._slots.append(slot)

    def idle_since(self, now: float) -> bool:
        """Whether nothing here matters any more."""
        return all(slot.answered_at + self._seconds <= now for slot in self._slots)


@dataclass(frozen=True, slots=True)
class Rates:
    """Sends a second in all; a second in a private chat, so many answers there in a row; a minute in one group.

    Telegram's own words: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    """

    total: int = 30
    chat: float = 1.0
    group: int = 20
    burst: int = 3


TENDER = 60.0
"""Seconds for which a chat that was too much for Telegram hears its answers no faster than news."""

LONGEST_WINDOW = timedelta(minutes=1)
"""What was said longer ago counts nowhere any more."""

RESERVE = 15
"""One place in so many is kept for answers: 2 of 30, so that two people a second wait for nobody's news."""

_MANY = 4096


@dataclass(frozen=True, slots=True)
class _Chat:
    """What a chat takes in a row, and one at a time; the same window where there is no difference."""

    quick: Window
    steady: Window


class Pace:
    """The windows of all chats and of the whole bot."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._total = Window(rates.total, 1.0)
        self._for_news = max(1, rates.total - max(1, rates.total // RESERVE))
        self._news = Window(self._for_news, 1.0)
        self._news_at = -inf
        self._chats: dict[int, _Chat] = {}
        self._tender: dict[int, float] = {}

    def total_ready_at(self) -> float:
        """When the bot as a whole may speak again."""
        return self._total.ready_at()

    def ready_at(self, chat_id: int, *, news: bool = False) -> float:
        """When this chat, and the bot as a whole, allow the next send.

        News in a private chat goes one at a time. Answers may follow each other at once, a few of them: somebody presses again
        before a second is over. Not where Telegram asked for a pause lately.
        """
        chat = self._chats.get(chat_id)
        if chat is None:
            return self._total.ready_at()
        tender = self._tender.get(chat_id, -inf)
        at = max(self._total.ready_at(), chat.quick.ready_at())
        if news or chat.quick is chat.steady:
            return max(at, chat.steady.ready_at())
        return max(at, min(chat.steady.ready_at(), tender))

    def refused(self, chat_id: int, now: float) -> None:
        """Telegram asked for a pause there: answers go as slowly as news for a while."""
        self._tender = {chat: until for chat, until in self._tender.items() if until > now}
        self._tender[chat_id] = now + TENDER

    def news_ready_at(self) -> float:
        """When the next send that nobody waits for may start.

        News leaves some places to those who press a button meanwhile, and goes evenly: a burst of it would take
        its own places for a whole second.
        """
        return max(self._news_at, self._news.ready_at())

    def take(self, chat_id: int, now: float, *, news: bool = False) -> Slot:
        """Begin a send to a chat; tell the slot when it was answered."""
        slot = Slot()
        if news:
            step = 1 / self._for_news
            self._news_at = max(self._news_at, now - step) + step
            self._news.take(slot)
        self._total.take(slot)
        chat = self._chat(chat_id, now)
        if chat is not None:
            chat.quick.take(slot)
            if chat.steady is not chat.quick:
                chat.steady.take(slot)
        return slot

    def _chat(self, chat_id: int, now: float) -> "_Chat | None":
        if chat_id < ELSEWHERE:  # in a chat that we do not know, and that does not count it as ours
            return None
        if chat_id not in self._chats:
            if len(self._chats) >= _MANY:
                self._forget_idle(now)
            rates = self._rates
            quick = (
                Window(rates.group, 60.0) if chat_id < 0 else Window(rates.burst, rates.burst / rates.chat)
            )
            one_by_one = chat_id > 0 and rates.burst > 1
            self._chats[chat_id] = _Chat(quick, Window(1, 1 / rates.chat) if one_by_one else quick)
        return self._chats[chat_id]

    def _forget_idle(self, now: float) -> None:
        self._chats = {
            chat_id: chat for chat_id, chat in self._chats.items() if not chat.quick.idle_since(now)
        }
