"""Deep links: ``t.me/BOT?start=PAYLOAD``. A payload is checked like any other word of a stranger."""

from handlers.forms.engine import begin
from handlers.forms.registration import Guest
from handlers.registry import Show
from handlers.screens.needs import by_code
from handlers.turn import Turn
from services import people, talking
from storage.engine import Connection


def follow(turn: Turn, conn: Connection, payload: str) -> Show:
    """``n_CODE`` opens a need, ``needs`` all open ones, ``t_ID`` a conversation, ``i_TOKEN`` accepts an invite; else the menu."""
    kind, _, value = payload.partition("_")
    if kind == "n":
        need = by_code(conn, value)
        if need is not None:
            return Show("need", {"need_id": need.id, "fresh": True})
        said = turn.reader.label(
            "There is nothing with the code {code}. Please check the letters.", code=value[:20]
        )
        return Show("sorry", {"sentence": said})
    if kind == "t" and value.isdecimal():
        thread, _ = talking.may_read(conn, turn.actor, int(value[:18]))
        return Show("thread", {"thread_id": thread.id})
    if kind == "i" and value:
        return _invited(turn, conn, value)
    if payload == "queue" and turn.actor.coordinator:
        return Show("queue")
    if kind == "v" and value.isdecimal() and turn.actor.coordinator:
        return Show("verification", {"member_id": int(value[:18])})
    return Show("needs") if payload == "needs" else Show("home")


def _invited(turn: Turn, conn: Connection, token: str) -> Show:
    invite = people.accept_invite(conn, turn.actor, token)
    people.show_commands(conn, turn.at, turn.person.id)
    return begin(turn, conn, "guest", Guest(invite_id=invite.id)) if invite.is_open else Show("home")
