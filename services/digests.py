"""A chat's standing orders: the digest, and hearing of new needs at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.actor import Actor
from domain.catalogue import catalogue
from domain.errors import AlreadyDone, NotFound, TooManyOrders
from domain.filters import AXES, Filter
from domain.model import Subscription
from domain.notices import BY_EVENT, Happening
from domain.places import PARTNER_COUNTRIES, places
from domain.schedule import EVERY_DAY, next_run
from domain.words import Urgency
from services.morning import Morning
from services.preview import WEEK
from storage import chats, events, outbox, subscriptions
from storage.engine import Connection
from storage.outbox import OutboxRow

DAY = timedelta(days=1)
PAUSE = timedelta(days=7)
PICTURES = ("sectors", "path", "map", "none")
THEMES = ("light", "dark")
KINDS = ("digest", "instant")
MOST_ORDERS = 10
"""Of one chat, over all its topics, paused ones included."""
SCREEN = BY_EVENT[Happening.DIGEST_DUE][0].notice


def subscribe(conn: Connection, actor: Actor, chat_id: int, hour: int, zone: str, thread_id: int = 0) -> None:
    """A digest at a local hour; from now on, the past is not told again."""
    if not 0 <= hour <= 23:
        raise NotFound
    known = subscriptions.subscription(conn, chat_id, "digest", thread_id)
    if known is None:
        _room_for_one_more(conn, chat_id)
    watermark = known.watermark if known and known.active else events.latest(conn)
    subscriptions.save(
        conn,
        chat_id,
        "digest",
        thread_id,
        hour=hour,
        zone=zone,
        next_run_at=next_run(actor.at, hour, zone, known.days if known else EVERY_DAY),
        watermark=watermark,
        active=True,
        paused_until=None,
        created_by=actor.person_id,
    )


def unsubscribe(conn: Connection, chat_id: int, kind: str = "digest", thread_id: int = 0) -> None:
    """Stop it; asking twice is answered kindly. What was chosen is kept for another time."""
    known = subscriptions.subscription(conn, chat_id, kind, thread_id)
    if known is None or not known.active:
        raise AlreadyDone
    subscriptions.save(conn, chat_id, kind, thread_id, active=False)


def watch(conn: Connection, actor: Actor, chat_id: int, thread_id: int = 0) -> None:
    """Hear at once of what the filter lets through."""
    _change(conn, actor, chat_id, "instant", thread_id, active=True, paused_until=None)


def toggle_filter(
    conn: Connection, actor: Actor, chat_id: int, kind: str, axis: str, value: str, thread_id: int = 0
) -> None:
    """Add a value to a filter or take it away; raises NotFound for what does not exist."""
    if axis not in AXES or not exists(axis, value):
        raise NotFound
    set_filter(
        conn, actor, chat_id, kind, _filter(conn, chat_id, kind, thread_id).toggled(axis, value), thread_id
    )


def set_filter(
    conn: Connection, actor: Actor, chat_id: int, kind: str, chosen: Filter, thread_id: int = 0
) -> None:
    """What to hear of from now on. An order that was not placed yet keeps it until it is."""
    if kind not in KINDS:
        raise NotFound
    written = {"filters": chosen.written(), "sectors": ",".join(sorted(chosen.sector))}
    _change(conn, actor, chat_id, kind, thread_id, **written)


def exists(axis: str, value: str) -> bool:
    """Whether a value of a filter names anything."""
    match axis:
        case "oblast":
            return value in places().oblasts
        case "raion":
            return any(code.startswith(value) for code in places().by_code) and len(value) == 6
        case "hromada":
            return value in places().by_code
        case "sector":
            return any(sector.code == value for sector in catalogue().sectors)
        case "item":
            return value in catalogue().by_code
        case "urgency":
            return value in tuple(Urgency)
        case _:
            return value in PARTNER_COUNTRIES


def set_days(conn: Connection, actor: Actor, chat_id: int, days: int, thread_id: int = 0) -> None:
    """On which weekdays: a bit each, Monday first, at least one."""
    if not 1 <= days <= EVERY_DAY:
        raise NotFound
    known = subscriptions.subscription(conn, chat_id, "digest", thread_id)
    moved: dict[str, Any] = {"days": days}
    if known and known.active and known.hour is not None and known.zone:
        moved["next_run_at"] = next_run(actor.at, known.hour, known.zone, days)
    _change(conn, actor, chat_id, "digest", thread_id, **moved)


def set_picture(
    conn: Connection, actor: Actor, chat_id: int, picture: str, theme: str, thread_id: int = 0
) -> None:
    """Which picture comes with the digest, and on which ground."""
    if picture not in PICTURES or theme not in THEMES:
        raise NotFound
    _change(conn, actor, chat_id, "digest", thread_id, picture=picture, theme=theme)


def pause(conn: Connection, actor: Actor, chat_id: int, kind: str, thread_id: int = 0) -> None:
    """Silence for a week; what happens meanwhile is told afterwards by the digest."""
    known = subscriptions.subscription(conn, chat_id, kind, thread_id)
    if known is None or not known.active or known.paused(actor.at):
        raise AlreadyDone
    subscriptions.save(conn, chat_id, kind, thread_id, paused_until=actor.at + PAUSE)


def resume(conn: Connection, actor: Actor, chat_id: int, kind: str, thread_id: int = 0) -> None:
    """The pause is over."""
    known = subscriptions.subscription(conn, chat_id, kind, thread_id)
    if known is None or not known.paused(actor.at):
        raise AlreadyDone
    subscriptions.save(conn, chat_id, kind, thread_id, paused_until=None)


def set_quiet(conn: Connection, actor: Actor, chat_id: int, begins: int, ends: int, zone: str) -> None:
    """Between these local hours news waits; the same hour twice means never."""
    if not (0 <= begins <= 23 and 0 <= ends <= 23):
        raise NotFound
    hours: dict[str, Any] = {"quiet_from": begins, "quiet_to": ends, "quiet_zone": zone}
    if begins == ends:
        hours = dict.fromkeys(hours)
    chats.see(conn, chat_id, seen_at=actor.at, **hours)


def _filter(conn: Connection, chat_id: int, kind: str, thread_id: int) -> Filter:
    known = subscriptions.subscription(conn, chat_id, kind, thread_id)
    return known.filter if known else Filter()


def _room_for_one_more(conn: Connection, chat_id: int) -> None:
    if subscriptions.how_many(conn, chat_id) >= MOST_ORDERS:
        raise TooManyOrders


def _change(conn: Connection, actor: Actor, chat_id: int, kind: str, thread_id: int, **values: Any) -> None:
    if subscriptions.subscription(conn, chat_id, kind, thread_id) is None:
        _room_for_one_more(conn, chat_id)
        values = {"active": False, "created_by": actor.person_id} | values
    subscriptions.save(conn, chat_id, kind, thread_id, **values)


def send_due(conn: Connection, now: datetime, morning: Morning | None = None) -> int:
    """Queue due digests, at most a batch; a missed hour is made up once, never twice. Returns how many it dealt with.

    A chat whose filter saw no change since its last digest hears nothing; its watermark moves all the same, in the
    transaction of the claim.
    """
    morning = morning or Morning()
    newest = morning.until(conn, now)
    for when in subscriptions.quiet_hours(conn, now, newest):
        subscriptions.skip_quiet(conn, now, newest, when, next_run(now, *when))
    due = subscriptions.due_digests(conn, now, newest)
    paused = [each for each in due if each.paused(now)]
    told = [
        each
        for each in due
        if not each.paused(now) and morning.saw(conn, each.filters, each.watermark, newest)
    ]
    speak = {each.id for each in told}
    silent = [each for each in due if not each.paused(now) and each.id not in speak]
    for _ in _claimed(conn, now, paused, None):
        pass
    for _ in _claimed(conn, now, silent, newest):
        pass
    waiting = _still_waiting(conn, told)
    for each in _claimed(conn, now, told, newest):
        _send(conn, now, each, newest, waiting)
    return len(due)


def _claimed(
    conn: Connection, now: datetime, due: Iterable[Subscription], watermark: int | None
) -> Iterable[Subscription]:
    """Those that nobody else took, with their next hour set."""
    by_hour: dict[datetime, list[Subscription]] = defaultdict(list)
    for each in due:
        by_hour[_next(each, now)].append(each)
    for moment, some in by_hour.items():
        mine = subscriptions.claim_digests(conn, some, moment, watermark)
        yield from (each for each in some if each.id in mine)


def _next(each: Subscription, now: datetime) -> datetime:
    assert each.hour is not None
    assert each.zone is not None
    after = max(now, each.paused_until) if each.paused_until else now
    return next_run(after, each.hour, each.zone, each.days)


def _send(
    conn: Connection, now: datetime, each: Subscription, until: int, waiting: Mapping[int, OutboxRow]
) -> None:
    """Where yesterday's still waits because the chat takes nothing for now, it tells of today as well."""
    [row] = BY_EVENT[Happening.DIGEST_DUE]
    earlier = waiting.get(each.id)
    if earlier is not None:
        outbox.rewrite(conn, earlier.id, now, {**earlier.values, "until": until})
        return
    outbox.show(
        conn,
        now,
        chat_id=each.chat_id,
        thread_id=each.thread_id or None,
        screen=row.notice,
        params={"after": each.watermark, "until": until, "order": each.id},
        lane=row.lane,
    )


def _still_waiting(conn: Connection, told: Sequence[Subscription]) -> dict[int, OutboxRow]:
    """By order the digest that was refused for now, and is tried again."""
    if not told:
        return {}
    rows = outbox.digests_waiting(conn, [each.chat_id for each in told], refused=True)
    return {int(row.values.get("order", 0)): row for row in rows}


def give_back(conn: Connection, chat_id: int, params: Mapping[str, Any]) -> None:
    """A digest that will not be said was not told: the next one begins where this one did."""
    order = subscriptions.by_id(conn, int(params.get("order") or 0))
    if order is not None and order.chat_id == chat_id:
        subscriptions.tell_again(conn, order.id, int(params["after"]))


def last_days(conn: Connection, now: datetime) -> tuple[int, int]:
    """The events of the last seven days: the last one before them, and the last one of them."""
    return events.latest_before(conn, now - WEEK), events.latest(conn)


def would_tell(conn: Connection, order: Subscription | None, after: int, until: int) -> bool:
    """Whether a digest of these events would say anything."""
    return Morning().saw(conn, order.filters if order else Filter().written(), after, until)
