from math import inf

from bot.pace import BURST, Pace, Rates, Window


def test_the_window_counts_from_the_answer_not_from_the_start() -> None:
    pace = Pace(Rates(total=2))
    first, second = pace.take(1, 0.0), pace.take(2, 0.0)
    assert pace.total_ready_at() == inf
    second.answered(0.1)
    assert pace.total_ready_at() == inf
    first.answered(0.7)
    assert pace.total_ready_at() == 1.7


def test_answers_may_come_in_any_order() -> None:
    pace = Pace(Rates(total=2))
    slots = [pace.take(chat, 0.0) for chat in (1, 2)]
    slots[0].answered(0.2)
    pace.take(3, 1.2)
    assert pace.total_ready_at() == inf


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    pace = Pace(Rates())
    for _ in range(BURST):
        assert pace.ready_at(7) <= 0
        pace.take(7, 0.0).answered(0.0)
    assert pace.ready_at(7) == BURST
    assert pace.ready_at(8) <= 0


def test_a_group_hears_twenty_a_minute() -> None:
    pace, now = Pace(Rates()), 0.0
    for _ in range(20):
        now = max(now, pace.ready_at(-5))
        pace.take(-5, now).answered(now)
    assert now < 20
    assert pace.ready_at(-5) == 60


def test_a_send_that_did_not_happen_takes_no_place() -> None:
    pace = Pace(Rates(total=1))
    pace.take(1, 0.0).give_back()
    assert pace.total_ready_at() == -inf


def test_idle_windows_are_forgotten() -> None:
    pace = Pace(Rates())
    for chat in range(5000):
        pace.take(chat, float(chat)).answered(float(chat))
    assert len(pace._chats) < 4096 + 1
    assert Window(1, 1).idle_since(0)
