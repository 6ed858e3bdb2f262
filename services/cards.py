"""Where cards of needs stand: shared into chats by people, posted in channels by those who brought the bot there."""

from datetime import datetime

from domain.actor import Actor
from domain.errors import AlreadyDone, Changed, Forbidden, NotFound
from services import notices
from storage import cards, chats, needs, outbox, people
from storage.engine import Connection
from storage.outbox import Lane


def shared(conn: Connection, now: datetime, inline_message_id: str, need_id: int, language: str) -> None:
    """Somebody put a need's card into a chat: from now on it stays true, and what changed meanwhile shows at once."""
    if needs.need(conn, need_id) is None:
        raise NotFound
    notices.refresh_inline(conn, now, cards.add(conn, inline_message_id, need_id, language, now))


def joined_channel(conn: Connection, now: datetime, chat_id: int, actor: Actor) -> None:
    """The bot became an administrator of a channel: whoever brought it, and may act here, hears what it is good for."""
    if not may_post(actor):
        return
    known = people.person(conn, actor.person_id)
    chats.see(conn, chat_id, added_by=actor.person_id, language=known.language, seen_at=now)
    notices.tell_person(conn, now, actor.person_id, "channel_joined", channel=chat_id)


def may_post(actor: Actor) -> bool:
    """Coordinators and verified members look after channels."""
    return not actor.suspended and (actor.coordinator or actor.acts_for is not None)


def post_in_channel(conn: Connection, actor: Actor, need_id: int, chat_id: int) -> None:
    """A live card in a channel of one's own; a second one of the same need would only be noise."""
    channel = chats.chat(conn, chat_id)
    if channel is None or channel.kind != "channel" or not channel.reachable:
        raise NotFound
    if channel.added_by != actor.person_id or not may_post(actor):
        raise Forbidden
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    if not needs.is_listed(conn, need):
        raise Changed
    if chat_id in {chat for chat, _ in chats.cards_of(conn, need_id)}:
        raise AlreadyDone
    outbox.show(
        conn,
        actor.at,
        chat_id=chat_id,
        screen="need",
        params={"need_id": need_id},
        lane=Lane.NOTICE,
        follow_up="card_posted",
    )
