"""Standing orders stand where the message stood that asked for them, and there are never many in one chat."""

from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from domain.actor import Actor
from domain.errors import TooManyOrders
from handlers import registry
from services import digests
from storage import subscriptions
from storage.schema.chats import subscriptions as table
from tests.story.attempts import NOT_YOURS, attempt, pressed
from tests.story.small_world import ACCOUNT, HEADQUARTERS, NOW, SmallWorld

EXAMPLES: dict[str, tuple[Any, ...]] = {
    "subscribe": (8,),
    "unsubscribe": (),
    "pause_order": ("digest",),
    "resume_order": ("digest",),
    "digest_now": (),
    "watch": (),
    "watch_none": (),
    "zone": ("Europe/Warsaw",),
    "days": (3,),
    "picture": ("map", "dark"),
    "quiet": (22, 7),
    "filter": ("digest", "sector", "energy", "0"),
    "filter_switch": ("digest", "unpledged"),
    "filter_all": ("digest",),
    "show_fitting": (),
}
"""What stands before the place in each action that takes one."""
PLACED = {name for name, route in registry.ACTIONS.items() if any(key == "topic" for key, _ in route.values)}


def test_every_action_with_a_place_is_tried() -> None:
    assert set(EXAMPLES) == PLACED


def orders(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def data(name: str, place: int) -> str:
    return ":".join(map(str, (f"1a{name}", *EXAMPLES[name], place)))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_topic_that_the_press_made_up_is_none(
    name: str, small_conn: Connection, small_world: SmallWorld
) -> None:
    for chat, presser in ((None, "O"), (HEADQUARTERS, "C")):
        for place in (1, 777, 2**40):
            before = orders(small_conn)
            update = pressed(presser, data(name, place), chat)
            tried = attempt(small_conn, update, chat or ACCOUNT[presser], compare=True)
            assert set(tried.changed) <= {"chats"}, f"{name} in {chat}: no more than that somebody was seen"
            assert tried.said in NOT_YOURS
            assert orders(small_conn) == before


def test_a_press_under_a_message_of_another_topic_orders_nothing_there(
    small_conn: Connection, small_world: SmallWorld
) -> None:
    update = pressed("C", data("subscribe", 4), HEADQUARTERS)
    message = update["callback_query"]["message"]
    message |= {"message_thread_id": 3, "is_topic_message": True}
    assert "subscriptions" not in attempt(small_conn, update, HEADQUARTERS, compare=True).changed
    update = pressed("C", data("subscribe", 3), HEADQUARTERS)
    update["callback_query"]["message"] |= {"message_thread_id": 3, "is_topic_message": True}
    assert "subscriptions" in attempt(small_conn, update, HEADQUARTERS, compare=True).changed


def test_a_chat_has_ten_orders_and_one_whose_place_is_gone_makes_room(
    small_conn: Connection, small_world: SmallWorld
) -> None:
    actor = Actor(1, NOW, coordinator=True)
    free = digests.MOST_ORDERS - subscriptions.how_many(small_conn, HEADQUARTERS)
    for topic in range(100, 100 + free):
        digests.subscribe(small_conn, actor, HEADQUARTERS, 8, "Europe/Kyiv", topic)
    with pytest.raises(TooManyOrders):
        digests.subscribe(small_conn, actor, HEADQUARTERS, 8, "Europe/Kyiv", 99)
    with pytest.raises(TooManyOrders):
        digests.watch(small_conn, actor, HEADQUARTERS, 99)
    with pytest.raises(TooManyOrders):
        digests.toggle_filter(small_conn, actor, HEADQUARTERS, "digest", "sector", "energy", 99)
    with pytest.raises(TooManyOrders):
        digests.set_days(small_conn, actor, HEADQUARTERS, 3, 99)
    digests.subscribe(small_conn, actor, HEADQUARTERS, 9, "Europe/Kyiv", 100)
    small_conn.execute(table.update().where(table.c.thread_id == 100).values(active=False, gone_at=NOW))
    digests.subscribe(small_conn, actor, HEADQUARTERS, 8, "Europe/Kyiv", 99)
