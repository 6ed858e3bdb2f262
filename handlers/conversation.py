"""One turn of the conversation: what arrived, in one transaction, becomes effects and the next screen.

Knows nothing of Telegram's types and does no I/O but the database: the transaction that holds the effects
also holds the answer (an outbox row) and, by the dispatcher, the mark 'this update is done'.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from domain.errors import Forbidden, NotFound, Refusal
from handlers import everything, registry
from handlers.follow_ups import AFTER
from handlers.incoming import Incoming
from handlers.reader import House
from handlers.refusals import sentence
from handlers.registry import NOTHING, BadPress, Press, Show
from handlers.render import reader_of
from handlers.turn import Turn, allow, make_turn
from locales import words
from services import cards, people
from services import chats as chat_services
from services import start as starting
from storage import chat_moves, chats, needs, outbox, translations
from storage import people as known_people
from storage.base import savepoint
from storage.engine import Connection
from storage.outbox import Lane

ALBUM_COMES_IN = timedelta(seconds=1)
"""The photos of an album arrive one by one and are answered once, when they are all there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is left to say outside the transaction: the answer to a pressed button."""

    toast: str = ""
    alert: bool = False


def take_turn(conn: Connection, incoming: Incoming, now: datetime, house: House) -> Outcome:
    """Carry out one thing a person did and queue the answer."""
    if incoming.new_chat_id is not None:
        chat_services.migrated(conn, now, incoming.chat_id, incoming.new_chat_id)
    if incoming.kind == "migrated":
        return Outcome()
    there = chat_moves.current(conn, incoming.chat_id)
    if there != incoming.chat_id:
        if incoming.kind == "membership":  # everybody leaves a group that grew up
            return Outcome()
        incoming = replace(incoming, chat_id=there, chat_kind="supergroup", message_is_old=True)
    if incoming.kind == "membership":
        return _membership(conn, incoming, now, house)
    if incoming.account is None or incoming.chat_kind == "channel":
        return Outcome()
    if _was_forgotten(conn, incoming):
        said = words(people.guess_language(incoming.language)).label("You are forgotten already.")
        return Outcome(said, alert=True)
    turn = make_turn(conn, incoming, now, house)
    if incoming.kind == "press":
        return _press(conn, turn)
    answer = _guarded(conn, turn, lambda: _answered(conn, turn))
    _queue(conn, turn, answer, edit=None)
    return Outcome()


def _was_forgotten(conn: Connection, incoming: Incoming) -> bool:
    """The second press of somebody in a hurry: to meet them for it would make them known again."""
    if incoming.kind != "press" or incoming.press != registry.to_action("forget_me"):
        return False
    return incoming.account is not None and known_people.by_account(conn, incoming.account) is None


def _membership(conn: Connection, incoming: Incoming, now: datetime, house: House) -> Outcome:
    gone = incoming.member in ("left", "kicked")
    if chats.chat(conn, incoming.chat_id) is None and gone:
        return Outcome()
    if incoming.chat_kind == "private":
        if chats.chat(conn, incoming.chat_id) is not None:
            chats.see(conn, incoming.chat_id, reachable=not gone, seen_at=now)
        return Outcome()
    fresh = chats.chat(conn, incoming.chat_id) is None
    chats.see(
        conn,
        incoming.chat_id,
        kind=incoming.chat_kind,
        title=incoming.chat_title[:200],
        reachable=not gone,
        seen_at=now,
    )
    if fresh and incoming.language:
        chats.see(conn, incoming.chat_id, language=people.guess_language(incoming.language), seen_at=now)
    if gone:  # an old group says so too when it grows up: what waits there may still go along
        skip = incoming.chat_kind != "group"
        chat_services.gone(conn, now, incoming.chat_id, None, "the bot was taken out", skip=skip)
    elif incoming.posts:
        chat_services.heard_again(conn, incoming.chat_id)
    if incoming.chat_kind == "channel":
        if incoming.member == "administrator" and incoming.account is not None:
            _joined_channel(conn, incoming, incoming.account, now)
        return Outcome()
    ours = house.coordination_chat
    if ours is not None and chat_moves.current(conn, ours) == incoming.chat_id:
        starting.coordination_chat(conn, now, incoming.chat_id)
    if not gone and not chat_moves.grew_up(conn, incoming.chat_id):
        outbox.show(
            conn,
            now,
            chat_id=incoming.chat_id,
            screen="group_welcome",
            params={},
            lane=Lane.REPLY,
            dedupe=f"u{incoming.update_id}",
        )
    return Outcome()


def _joined_channel(conn: Connection, incoming: Incoming, account: int, now: datetime) -> None:
    known = known_people.by_account(conn, account)
    if known is not None:
        actor = people.actor_of(conn, known, now)
        cards.joined_channel(conn, now, incoming.chat_id, actor, posts=incoming.posts)


def _press(conn: Connection, turn: Turn) -> Outcome:
    try:
        press = registry.decode(turn.incoming.press)
    except BadPress:
        toast = turn.reader.label("This button is from an older message. Here is the menu.")
        _queue(conn, turn, NOTHING if turn.in_group else Show("home", fresh=True), edit=None)
        return Outcome(toast)
    answer = _guarded(conn, turn, lambda: _pressed(conn, turn, press), press)
    edit = None if answer.fresh or turn.incoming.message_is_old else turn.incoming.message_id
    if answer.alert and edit is not None and outbox.will_change(conn, turn.incoming.chat_id, edit):
        # Pressed twice: what the first press did waits to be shown there, and the refusal of the second must not hide it.
        return Outcome(answer.toast, answer.alert)
    _queue(conn, turn, answer, edit)
    return Outcome(answer.toast, answer.alert)


def _pressed(conn: Connection, turn: Turn, press: Press) -> Show:
    allow(press.route.who, turn.actor)
    if press.is_action:
        shown: Show = press.route.call(turn, conn, **press.params)
        return shown
    _show_something(conn, turn, press)
    note_opened(conn, turn, press.route.name, press.params)
    if not turn.in_group:
        chats.rest_drafts(conn, turn.person.id)
    return Show(press.route.name, press.params)


def _answered(conn: Connection, turn: Turn) -> Show:
    answer: Show = everything.speech.answer(conn, turn)
    note_opened(conn, turn, answer.screen, answer.params)
    return answer


def note_opened(conn: Connection, turn: Turn, name: str, params: dict[str, Any]) -> None:
    """Where opening a screen is something others may want to know of, it is an event."""
    note = registry.OPENED.get(name)
    if note is not None:
        note(conn, turn.actor, **params)


def _show_something(conn: Connection, turn: Turn, press: Press) -> None:
    """Never silence: a screen that has nothing for this chat's readers is refused with a sentence."""
    if turn.in_group and not press.route.who(None):
        raise Forbidden
    reader = reader_of(conn, turn.incoming.chat_id, turn.at, turn.house)
    if reader is None or press.route.call(reader, conn, **press.params) is None:
        raise NotFound


def _guarded(conn: Connection, turn: Turn, act: Callable[[], Show], press: Press | None = None) -> Show:
    """Run it in a savepoint: a refusal changes nothing and is answered with a sentence."""
    try:
        with savepoint(conn, "turn"):
            return act()
    except Refusal as error:
        if press is None and isinstance(error, Forbidden) and turn.incoming.kind != "command":
            chats.rest_drafts(
                conn, turn.person.id
            )  # what is written next is not meant for a form that is closed to them
        line_id = getattr(error, "line_id", None)
        said = sentence(turn.reader, error, needs.line(conn, line_id) if line_id else None)
        return _after_refusal(turn, said, press)


def _after_refusal(turn: Turn, said: str, press: Press | None) -> Show:
    if press is None:
        return NOTHING if turn.in_group else Show("sorry", {"sentence": said})
    fresh = registry.FRESH.get(press.route.name) if press.is_action else None
    if fresh and not turn.in_group:
        again = fresh(press.params)
        if registry.SCREENS[again.screen].who(turn.actor):  # how things stand is for those who may see it
            return replace(again, toast=said, alert=True)
    return Show("", toast=said, alert=True)


def _queue(conn: Connection, turn: Turn, answer: Show, edit: int | None) -> None:
    if not answer.screen or (turn.in_group and not registry.SCREENS[answer.screen].who(None)):
        return  # what is for one person is never shown to a group
    incoming = turn.incoming
    album = bool(incoming.album) and "problem" not in answer.params
    if edit is not None:
        chats.drop_card(conn, incoming.chat_id, edit)
        if turn.house.translator:
            translations.drop_place(conn, incoming.chat_id, edit)
    outbox.show(
        conn,
        turn.at,
        chat_id=incoming.chat_id,
        thread_id=incoming.thread_id,
        screen=answer.screen,
        params=answer.params,
        lane=Lane.REPLY,
        edit=edit,
        overtake=edit is not None,
        dedupe=f"album:{incoming.chat_id}:{incoming.album}" if album else f"u{incoming.update_id}",
        not_before=turn.at + ALBUM_COMES_IN if album else None,
        rank=0 if turn.actor.coordinator or turn.actor.acts_for is not None else 1,
        follow_up=AFTER.get(answer.screen),
    )
