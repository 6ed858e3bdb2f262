"""Which chat an order is about: the one it is given in, a topic of it, or a channel that one looks after.

A screen or a press says it by one number: 0 for the chat, a positive one for a topic, a negative one for a channel.
"""

from dataclasses import dataclass

from domain.actor import Actor
from domain.errors import Refusal
from handlers.reader import Reader
from services import cards
from storage import chats
from storage.engine import Connection

_PREFIX = 10**12
"""Ids of channels begin with -100; a press has no room for what they all share."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an order stands; ``channel`` where it is given from elsewhere."""

    chat_id: int
    thread_id: int = 0
    channel: chats.Chat | None = None


def place_of(channel_id: int) -> int:
    """A channel as a number in a press."""
    return channel_id + _PREFIX if channel_id < -_PREFIX else channel_id


def channel_at(conn: Connection, actor: Actor, place: int) -> Spot:
    """A channel of one's own; raises NotFound, or Forbidden for everybody else's."""
    long = place - _PREFIX
    found = long if chats.chat(conn, long) is not None else place
    return Spot(found, channel=cards.own_channel(conn, actor, found))


def spot_of(conn: Connection, reader: Reader, place: int) -> Spot | None:
    """Where a screen looks; None where it is not the reader's to see."""
    if place >= 0:
        return None if place and reader.private else Spot(reader.chat_id, place)
    if reader.actor is None or not reader.private:
        return None
    try:
        return channel_at(conn, reader.actor, place)
    except Refusal:
        return None
