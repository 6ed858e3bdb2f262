from math import inf

from bot.pace import TENDER, Pace, Rates, Window


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


def test_a_person_hears_one_piece_of_news_a_second_and_others_do_not_wait() -> None:
    pace = Pace(Rates())
    assert pace.ready_at(7, news=True) <= 0
    pace.take(7, 0.0, news=True).answered(0.3)
    assert pace.ready_at(7, news=True) == 1.3
    assert pace.ready_at(8) <= 0


def test_answers_may_follow_each_other_at_once_and_the_average_still_holds() -> None:
    pace = Pace(Rates())
    for _ in range(3):
        assert pace.ready_at(7) <= 0
        pace.take(7, 0.0).answered(0.0)
    assert pace.ready_at(7) == 3


def test_news_waits_its_second_after_an_answer_and_an_answer_not_after_news() -> None:
    pace = Pace(Rates())
    pace.take(7, 0.0).answered(0.1)
    assert pace.ready_at(7, news=True) == 1.1
    pace.take(7, 2.0, news=True).answered(2.1)
    assert pace.ready_at(7) <= 2.1


def test_a_chat_that_was_too_much_hears_its_answers_slowly_for_a_while_and_others_do_not() -> None:
    pace = Pace(Rates())
    pace.refused(7, 0.0)
    pace.take(7, 5.0).answered(5.2)
    assert pace.ready_at(7) == 6.2
    pace.take(8, 5.0).answered(5.2)
    assert pace.ready_at(8) <= 5.2
    pace.take(7, TENDER + 1).answered(TENDER + 1.2)
    assert pace.ready_at(7) <= TENDER + 1.2


def test_whoever_allows_no_burst_gets_none() -> None:
    pace = Pace(Rates(burst=1))
    pace.take(7, 0.0).answered(0.3)
    assert pace.ready_at(7) == 1.3


def test_news_goes_evenly_and_answers_at_once() -> None:
    pace = Pace(Rates())
    for _ in range(2):
        pace.take(1, 10.0, news=True)
    assert 10.03 < pace.news_ready_at() < 10.04
    pace.take(2, 10.0)
    assert pace.ready_at(3) <= 10
    pace.take(3, 20.0, news=True)
    assert pace.news_ready_at() <= 20, "what was not said is not made up for"


def test_news_never_takes_the_last_places() -> None:
    pace, now = Pace(Rates()), 0.0
    for chat in range(28):
        now = max(now, pace.news_ready_at())
        pace.take(chat, now, news=True)
    assert pace.news_ready_at() == inf
    for chat in (100, 101):
        assert pace.ready_at(chat) <= now
        pace.take(chat, now)
    assert pace.ready_at(102) == inf


def test_even_the_slowest_line_carries_news() -> None:
    pace = Pace(Rates(total=1))
    pace.take(1, 0.0, news=True).answered(0.0)
    assert pace.news_ready_at() == 1


def test_a_group_hears_twenty_a_minute() -> None:
    pace, now = Pace(Rates()), 0.0
    for _ in range(20):
        now = max(now, pace.ready_at(-5))
        pace.take(-5, now).answered(now)
    assert now == 0, "in a group only the minute counts"
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


def test_a_place_counts_from_the_first_answer_and_one_given_back_is_free() -> None:
    pace = Pace(Rates(burst=1))
    slot = pace.take(7, 0.0)
    slot.answered(0.1)
    slot.answered(0.5)  # the end of everything that follows from a send, its commit among them
    assert pace.ready_at(7) == 1.1
    unused = pace.take(8, 0.0)
    unused.give_back()
    unused.answered(0.5)
    assert pace.ready_at(8) <= 0
