"""Where cards of needs stand: shared into chats by people, posted in channels by those who brought the bot there."""

from datetime import datetime

from domain.actor import Actor
from domain.catalogue import catalogue
from domain.errors import AlreadyDone, Changed, Forbidden, NotFound
from domain.filters import Filter
from domain.notices import Happening
from domain.words import Language, Urgency
from services import notices
from storage import cards, chats, facts, needs, outbox, people, subscriptions
from storage.engine import Connection
from storage.needs import Search
from storage.outbox import Lane

LOOKED_AT = 500
"""Open needs, the newest, among which a filter finds some to show."""
MOST_AT_ONCE = 20
"""Cards; as many as Telegram lets us post in one chat in a minute."""


def shared(conn: Connection, now: datetime, inline_message_id: str, need_id: int, language: str) -> None:
    """Somebody put a need's card into a chat: from now on it stays true, and what changed meanwhile shows at once."""
    if needs.need(conn, need_id) is None:
        raise NotFound
    notices.refresh_inline(conn, now, cards.add(conn, inline_message_id, need_id, language, now))


def joined_channel(
    conn: Connection, now: datetime, chat_id: int, actor: Actor, *, posts: bool = True
) -> None:
    """The bot became an administrator of a channel: whoever brought it, and may act here, hears what it is good for.

    Where it may not post, it is good for nothing yet: they hear of that instead.
    """
    if not may_post(actor):
        return
    known = people.person(conn, actor.person_id)
    chats.see(conn, chat_id, added_by=actor.person_id, language=known.language, seen_at=now)
    whom = notices.Concerned(person=actor.person_id)
    if posts:
        notices.tell(conn, now, Happening.CHANNEL_JOINED, whom, channel=chat_id)
    else:
        chats.see(conn, chat_id, silent_since=now)
        notices.tell(conn, now, Happening.PLACE_SILENT, whom, chat=chat_id, topic=0)


def may_post(actor: Actor) -> bool:
    """Coordinators and verified members look after channels."""
    return not actor.suspended and (actor.coordinator or actor.acts_for is not None)


def post_in_channel(conn: Connection, actor: Actor, need_id: int, chat_id: int) -> None:
    """A live card in a channel of one's own; a second one of the same need would only be noise."""
    own_channel(conn, actor, chat_id)
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    if not needs.is_listed(conn, need):
        raise Changed
    if need_id in chats.needs_shown_in(conn, chat_id):
        raise AlreadyDone
    _post(conn, actor.at, chat_id, need_id)


def own_channel(conn: Connection, actor: Actor, chat_id: int) -> chats.Chat:
    """A channel one brought the bot into, where it still may post; raises Forbidden for everybody else."""
    channel = chats.chat(conn, chat_id)
    if channel is None or channel.kind != "channel" or not channel.reachable:
        raise NotFound
    if channel.added_by != actor.person_id or not may_post(actor):
        raise Forbidden
    return channel


def show_open_needs(conn: Connection, actor: Actor, chat_id: int, sector: str = "") -> int:
    """Live cards of the open needs of a sector in one's channel, the most urgent at the end, where eyes fall; how many."""
    own_channel(conn, actor, chat_id)
    if sector and sector not in {each.code for each in catalogue().sectors}:
        raise NotFound
    there = chats.needs_shown_in(conn, chat_id)
    found = [
        need.id
        for urgency in Urgency
        for need in needs.find(conn, Search(sector=sector, urgency=urgency), None, MOST_AT_ONCE)
    ]
    fresh = [need_id for need_id in found[:MOST_AT_ONCE] if need_id not in there]
    for need_id in reversed(fresh):
        _post(conn, actor.at, chat_id, need_id, dedupe=f"shown:{chat_id}:{need_id}")
    return len(fresh)


def show_fitting_needs(conn: Connection, actor: Actor, chat_id: int) -> int:
    """Live cards of open needs that a channel's order lets through and that are not there yet, the newest; how many.

    As many at once as Telegram lets us post in a minute: whoever asks again gets the next ones.
    """
    own_channel(conn, actor, chat_id)
    order = subscriptions.subscription(conn, chat_id, "instant")
    wanted = order.filter if order else Filter()
    newest = needs.find(conn, Search(), None, LOOKED_AT)
    about = facts.of_needs(conn, [need.id for need in newest])
    there = chats.needs_shown_in(conn, chat_id)
    fitting = [need.id for need in newest if wanted.matches(about[need.id])]
    keys = {need_id: f"shown:{chat_id}:{need_id}" for need_id in fitting if need_id not in there}
    under_way = outbox.taken(conn, list(keys.values()))
    fresh = [need_id for need_id, key in keys.items() if key not in under_way][:MOST_AT_ONCE]
    for need_id in reversed(fresh):
        _post(conn, actor.at, chat_id, need_id, dedupe=keys[need_id])
    return len(fresh)


def speak(conn: Connection, actor: Actor, chat_id: int, language: Language) -> None:
    """In which language a channel of one's own is written to from now on; its cards follow at their next change."""
    own_channel(conn, actor, chat_id)
    chats.see(conn, chat_id, language=language, language_chosen=True, seen_at=actor.at)


def _post(conn: Connection, at: datetime, chat_id: int, need_id: int, dedupe: str | None = None) -> None:
    outbox.show(
        conn,
        at,
        chat_id=chat_id,
        screen="need",
        params={"need_id": need_id},
        lane=Lane.NOTICE,
        follow_up="card_posted",
        dedupe=dedupe,
    )
