"""What was done to people and organisations, in words: a line of the history each."""

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from domain.model import Event
from domain.words import EventKind
from handlers.reader import Reader, clip
from locales import mark
from storage import people
from storage.engine import Connection

SENTENCES = {
    EventKind.ORGANISATION_REGISTERED: mark("🆕 Registered: {organisation}"),
    EventKind.MEMBER_ASKED: mark("🪪 Request for {organisation}: {name}"),
    EventKind.MEMBER_VERIFIED: mark("✅ Verified for {organisation}: {name}"),
    EventKind.MEMBER_REFUSED: mark("✖️ Refused for {organisation}: {name}"),
    EventKind.MEMBER_SUSPENDED: mark("⏸ Suspended for {organisation}: {name}"),
    EventKind.MEMBER_RESTORED: mark("▶️ Let in again for {organisation}: {name}"),
    EventKind.MEMBER_LEFT: mark("🚪 Left {organisation}: {name}"),
    EventKind.ORGANISATION_SUSPENDED: mark("⏸ Suspended: {organisation}"),
    EventKind.ORGANISATION_RESTORED: mark("▶️ May act again: {organisation}"),
    EventKind.PERSON_SUSPENDED: mark("⏸ Suspended: {name}"),
    EventKind.PERSON_RESTORED: mark("▶️ May act again: {name}"),
    EventKind.COORDINATOR_APPOINTED: mark("🧭 New coordinator: {name}"),
    EventKind.COORDINATOR_DISMISSED: mark("🧭 Coordinates no more: {name}"),
    EventKind.SECOND_VOICE_ASKED: mark("🙋 A second coordinator was asked"),
    EventKind.INVITE_MADE: mark("✉️ Invite link made"),
    EventKind.INVITE_USED: mark("✉️ Invite link used"),
    EventKind.INVITE_REVOKED: mark("✉️ Invite link revoked"),
    EventKind.CONTACTS_CHANGED: mark("📞 Contacts changed: {name}"),
    EventKind.PRIVACY_ANSWERED: mark("🔒 Answer about privacy: {name}"),
    EventKind.DATA_EXPORTED: mark("📤 Own data asked for: {name}"),
    EventKind.PERSON_FORGOTTEN: mark("🧽 Forgotten by their own wish: {name}"),
}
COLLEAGUES = frozenset(
    {
        EventKind.MEMBER_VERIFIED,
        EventKind.MEMBER_RESTORED,
        EventKind.MEMBER_LEFT,
        EventKind.ORGANISATION_SUSPENDED,
        EventKind.ORGANISATION_RESTORED,
    }
)
"""What the organisation's own people hear of."""


def told_in_words(events: Sequence[Event]) -> list[Event]:
    """Those that have a sentence; what the machine notes for itself has none."""
    return [event for event in events if event.kind in SENTENCES]


def act_text(reader: Reader, conn: Connection, event: Event) -> Markup:
    """What happened, to whom, who did it, when."""
    data: dict[str, Any] = json.loads(event.data)
    values = {"name": _name(reader, conn, event), "organisation": _organisation(reader, conn, event)}
    what = reader.t(SENTENCES[EventKind(event.kind)], **values)
    when = reader.words.moment(event.at, reader.house.terms.zone)
    return Markup("{}\n     <i>{}, {}</i>").format(what, _who(reader, conn, event, data), when)


def subject_of(conn: Connection, event: Event) -> int | None:
    """The person an act is about."""
    chain, _, number = event.chain.partition(":")
    if chain == "person":
        return int(number)
    member = people.member(conn, json.loads(event.data).get("member", 0))
    return member.person_id if member else None


def _name(reader: Reader, conn: Connection, event: Event) -> str:
    person_id = subject_of(conn, event)
    return name_of(reader, conn, person_id) if person_id else ""


def name_of(reader: Reader, conn: Connection, person_id: int) -> str:
    """How somebody is called."""
    person = people.find_person(conn, person_id)
    return reader.called(person, 60) if person else "—"


def _organisation(reader: Reader, conn: Connection, event: Event) -> str:
    organisation = people.organisation(conn, event.organisation_id) if event.organisation_id else None
    return clip(reader.organisation(organisation), 80) if organisation else ""


def _who(reader: Reader, conn: Connection, event: Event, data: dict[str, Any]) -> str:
    by = data.get("by") or event.person_id
    if by:
        return name_of(reader, conn, by)
    if data.get("by_settings"):
        return reader.label("the settings")
    return reader.label("the operator")
