"""Who acts in this turn of the conversation, and whether they may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.actor import Actor
from domain.errors import Changed, Forbidden, Suspended
from domain.model import Person
from handlers import registry
from handlers.incoming import Incoming
from handlers.reader import House, Reader
from handlers.registry import Rule
from handlers.spots import Spot, channel_at
from locales import words
from services import people
from storage import chats
from storage.engine import Connection


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a command or an action may need to know about the one who acts."""

    incoming: Incoming
    person: Person
    actor: Actor
    reader: Reader

    @property
    def at(self) -> datetime:
        """When it happens."""
        return self.actor.at

    @property
    def house(self) -> House:
        """What the operator set."""
        return self.reader.house

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return self.incoming.chat_kind != "private"

    @property
    def topic(self) -> int:
        """The topic of a group it was said in; 0 for the chat itself."""
        return self.incoming.thread_id or 0

    def orders(self, conn: Connection, place: int) -> Spot:
        """Where they may order: in private for themselves and for their channels, in a group its administrators, and our
        coordinators.

        A topic is the one the message stands in, whatever the press says. Raises Forbidden, and Changed for another place.
        """
        mine = not self.in_group or self.incoming.admin or self.actor.coordinator
        if self.actor.suspended or not mine:
            raise Forbidden
        if place >= 0:
            if place != self.topic:
                raise Changed
            return Spot(self.incoming.chat_id, place)
        if self.in_group:
            raise Forbidden
        return channel_at(conn, self.actor, place)


def make_turn(conn: Connection, incoming: Incoming, now: datetime, house: House) -> Turn:
    """Meet the person, remember the chat, read afresh what they may do."""
    assert incoming.account is not None
    person = people.meet(conn, now, incoming.account, incoming.name, incoming.language)
    _see_chat(conn, incoming, now, person)
    actor = people.actor_of(conn, person, now)
    return Turn(incoming, person, actor, _reader(conn, incoming, person, actor, house))


def _see_chat(conn: Connection, incoming: Incoming, now: datetime, person: Person) -> None:
    facts: dict[str, Any] = {"kind": incoming.chat_kind, "reachable": True, "seen_at": now}
    if incoming.chat_kind == "private":
        chats.see(conn, incoming.chat_id, person_id=person.id, **facts)
    else:
        chats.see(conn, incoming.chat_id, title=incoming.chat_title[:200], **facts)


def _reader(conn: Connection, incoming: Incoming, person: Person, actor: Actor, house: House) -> Reader:
    in_group = incoming.chat_kind != "private"  # elsewhere the person is the one who reads
    known = chats.reader(conn, incoming.chat_id) if in_group else None
    language = known[1] if known else person.language
    return Reader(words(language), incoming.chat_id, actor.at, house, person, actor)


def allow(rule: Rule, actor: Actor | None) -> None:
    """Authorise on every press, every answer and every rendering: raises the refusal that fits the person."""
    if rule(actor):
        return
    if actor is None:  # in a group nobody in particular reads
        raise Forbidden
    if actor.suspended:
        raise Suspended
    if rule is registry.a_partner:
        actor.partner()
    if rule in (registry.an_official, registry.a_member):
        actor.official()
    raise Forbidden
