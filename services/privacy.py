"""A person's say over what is kept of them: their answer, everything about them, and being forgotten."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.actor import Actor
from domain.errors import NotFound
from domain.model import Member, Organisation
from domain.personal_data import REGISTER
from domain.privacy import VERSION
from domain.words import (
    LIVE_NEEDS,
    EventKind,
    MemberState,
    OrganisationKind,
    PledgeState,
)
from services import approvals, barring, history, settling
from services.needs import search_words
from services.notices import refresh_cards
from storage import chats, giving, needs, outbox, people, personal
from storage.engine import Connection
from storage.outbox import Lane
from storage.search import Search

EDITABLE = timedelta(hours=47)
"""Telegram lets nobody edit what is older than 48 hours."""
_OPEN_PLEDGES = (PledgeState.HELD, PledgeState.PROMISED, PledgeState.ACCEPTED, PledgeState.DISPATCHED)


def answer(conn: Connection, actor: Actor, *, agreed: bool) -> None:
    """Keep what somebody answered, and to which text. Who gives no phone has none here any more."""
    gone = {} if agreed else {"phone": None, "address": None}
    people.change_person(
        conn,
        actor.person_id,
        privacy_version=VERSION,
        privacy_agreed=agreed,
        privacy_at=actor.at,
        **gone,
    )
    history.of_person(
        conn, actor, EventKind.PRIVACY_ANSWERED, actor.person_id, version=VERSION, agreed=agreed
    )


# --- everything about me --------------------------------------------------------------------------------


def is_known(conn: Connection, person_id: int) -> bool:
    """Whether there is such a person, not forgotten."""
    return people.is_known(conn, person_id)


def exported(conn: Connection, actor: Actor, person_id: int) -> None:
    """Write down that somebody had everything about a person."""
    history.of_person(conn, actor, EventKind.DATA_EXPORTED, person_id)


def everything_about(conn: Connection, person_id: int, now: datetime) -> bytes:
    """All that is kept about a person as JSON; the names are those of the tables."""
    person = people.person(conn, person_id)
    rows = personal.held(conn, person)
    whole = {
        "exported_at": now.isoformat(),
        "person": person_id,
        "what": {name: REGISTER[name].title for name in rows},
        "data": rows,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode("utf-8", "replace")


# --- being forgotten ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """An organisation nobody acts for once this person is gone, and what is open in it."""

    organisation: Organisation
    needs: int
    pledges: int


def leaves_alone(conn: Connection, person_id: int) -> list[LeftAlone]:
    """The organisations in which they are the last one who may act."""
    found = []
    for member, organisation in people.memberships(conn, person_id):
        others = [each for each in people.verified_people(conn, organisation.id) if each.id != person_id]
        if member.state is MemberState.VERIFIED and not others:
            found.append(LeftAlone(organisation, *_open_in(conn, organisation)))
    return found


def _open_in(conn: Connection, organisation: Organisation) -> tuple[int, int]:
    if organisation.kind is OrganisationKind.HROMADA:
        own = Search(organisation_id=organisation.id, states=LIVE_NEEDS, reader=organisation.id)
        return needs.count(conn, own), 0
    return 0, len(giving.pledges_by(conn, organisation.id, _OPEN_PLEDGES))


def forget(conn: Connection, actor: Actor, person_id: int) -> None:
    """Nothing here tells who they were any more; what they did stays in the history, by numbers alone.

    Whoever writes from the same account afterwards is somebody new. A suspension is not lost that way.
    """
    person = people.person(conn, person_id)
    if person.forgotten_at is not None:
        raise NotFound
    chat_id = chats.private_chat(conn, person_id)
    memberships = people.memberships(conn, person_id)
    alone = leaves_alone(conn, person_id)
    approvals.leave_in_peace(conn, actor, person_id, [member.id for member, _ in memberships])
    _leave(conn, actor, [member for member, _ in memberships if member.state is MemberState.VERIFIED])
    settling.settle_person(conn, actor, person_id)
    barring.bar(conn, person, actor.at)
    for each in alone:
        if each.organisation.kind is OrganisationKind.INDIVIDUAL:
            personal.blank_organisation(conn, each.organisation.id)
    before = _words_of_needs(conn, person_id)
    personal.forget(conn, person, actor.at, person.language)
    _renew_needs(conn, actor.at, person_id, before)
    history.of_person(conn, actor, EventKind.PERSON_FORGOTTEN, person_id)
    _edit_what_was_told(conn, actor.at, [member.id for member, _ in memberships])
    if chat_id is not None:
        outbox.show(conn, actor.at, chat_id=chat_id, screen="commands", params={}, lane=Lane.NOTICE)
    if chat_id is not None and actor.person_id != person_id:
        outbox.show(conn, actor.at, chat_id=chat_id, screen="forgotten", params={}, lane=Lane.REPLY)


def _leave(conn: Connection, actor: Actor, lived_in: list[Member]) -> None:
    """They act for nobody before anything is settled: what they leave behind must not be offered in their name."""
    for member in lived_in:
        people.move_member(conn, member.id, [MemberState.VERIFIED], state=MemberState.LEFT)
    for member in lived_in:
        settling.settle_member(conn, actor, member)
        others = people.members_of(conn, member.organisation_id)
        if not any(other.state is MemberState.VERIFIED for other in others):
            people.set_address(conn, member.organisation_id, None)  # nobody is left to deliver to


def _words_of_needs(conn: Connection, person_id: int) -> dict[int, object]:
    return {
        need.id: (need.place, need.why, need.do_not_send, needs.lines_of(conn, need.id))
        for need in needs.posted_by(conn, person_id)
    }


def _renew_needs(conn: Connection, now: datetime, person_id: int, before: dict[int, object]) -> None:
    """What was masked in a need is not found by its old words either, and its cards lose it, too."""
    after = _words_of_needs(conn, person_id)
    for need in needs.posted_by(conn, person_id):
        if after[need.id] == before[need.id]:
            continue
        hromada = people.organisation(conn, need.organisation_id)
        assert hromada is not None
        words = search_words(hromada, needs.lines_of(conn, need.id), need.place, need.why)
        needs.change_need(conn, need.id, search=words)
        refresh_cards(conn, now, need.id)


def _edit_what_was_told(conn: Connection, now: datetime, members: list[int]) -> None:
    """Messages about them in the coordinators' groups are said once more, without the name."""
    params = [json.dumps({"member_id": each}, sort_keys=True) for each in members]
    groups = chats.coordination_chats(conn)
    for row in personal.told_elsewhere(conn, params, groups, now - EDITABLE) if params and groups else ():
        outbox.show(
            conn,
            now,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            screen=row.screen,
            params=json.loads(row.params),
            lane=Lane.NOTICE,
            edit=row.message_id,
        )


def is_suspended_somewhere(conn: Connection, person_id: int) -> bool:
    """Whether they may not act for one of their organisations any more."""
    return any(member.state is MemberState.SUSPENDED for member, _ in people.memberships(conn, person_id))
