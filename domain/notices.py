"""Who hears of what without having asked: one row an event and a circle of people. Services name the event, never a receiver.

`hromada-bridge notices` prints the table as it stands in docs/notices.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum

from domain.followups import FOLLOWUPS, FollowupKind, Side

MINUTE = timedelta(minutes=1)
"""What is said about one thing within it becomes one message."""


class Lane(IntEnum):
    """Who goes first: answers before news before digests."""

    REPLY = 0
    NOTICE = 1
    DIGEST = 2


class Happening(StrEnum):
    """What people are told of, in the words of docs/notices.md."""

    NEED_PUBLIC = "a need is open to everybody"
    NEED_SHOWN_FIRST = "a need is shown to partners first"
    NEED_MOVED = "anything about a need changes"
    LINE_EDITED = "what a line asks for changes"
    LINE_CLOSED = "a line is closed while goods are promised"
    NEED_CANCELLED = "a need is cancelled"
    NEED_CLOSED = "a need is fulfilled or closed short"
    CONFIRMATION_DUE = "a need was not confirmed for long"
    NEED_STALE = "a need leaves the lists, unconfirmed"
    PLEDGED = "a partner promises or holds"
    PLEDGE_ACCEPTED = "a pledge is accepted"
    PLEDGE_DECLINED = "a pledge is declined"
    PLEDGE_WITHDRAWN = "a pledge, or its rest, is withdrawn"
    HOLD_LAPSED = "a hold or an offer is over"
    PLEDGE_POSTPONED = "goods will be ready on another day"
    PLEDGE_CONFIRMED = "a partner looked at the changed line: it still fits"
    PLEDGE_CHANGED = "a partner gives more or less"
    PLEDGE_MOVED_ON = "promised goods go to another hromada"
    OFFERED = "what was promised is open again and somebody waits for it"
    TRAVEL_CHANGED = "who drives, or when, changes on the way"
    DECLARED = "the hromada entered the declaration"
    DISPATCHED = "a consignment leaves"
    ARRIVED = "a consignment stands in the yard"
    RECEIPT_SIGNED = "the hromada signs for what came"
    PHOTOS_ADDED = "photos come after the receipt"
    THANKED = "the hromada says thank you"
    TALKED = "somebody writes in a conversation"
    COORDINATOR_ASKED = "a coordinator is asked to read a conversation"
    MEMBER_ASKED = "somebody wants to act for an organisation"
    MEMBER_VERIFIED = "a coordinator lets somebody in"
    MEMBER_REFUSED = "a coordinator refuses somebody"
    MEMBER_SUSPENDED = "a coordinator suspends somebody"
    MEMBER_ENTERED = "somebody acts for an organisation from now on"
    COLLEAGUE_ASKED = "somebody with an open link wants to join people who are there already"
    MEMBER_LEFT = "somebody leaves an organisation"
    PERSON_SUSPENDED = "a person is suspended"
    PERSON_RESTORED = "a suspended person may act again"
    ORGANISATION_SUSPENDED = "an organisation is suspended"
    ORGANISATION_RESTORED = "a suspended organisation may act again"
    COORDINATOR_APPOINTED = "somebody becomes a coordinator"
    COORDINATOR_DISMISSED = "somebody coordinates no more"
    SECOND_VOICE_ASKED = "a coordinator needs a second one to agree"
    SECOND_VOICE_HEARD = "the second coordinator answered"
    LINK_AGREED = "the second coordinator agreed to an open link"
    CHANNEL_JOINED = "somebody brings the bot into a channel"
    PLACE_SILENT = "a chat somebody ordered for takes nothing for now"
    PLACE_GONE = "a chat or topic somebody ordered for is gone for ever"
    HOLD_LAPSES = "a hold is about to be over"
    UNANSWERED = "a pledge is not answered"
    DATE_PASSED = "goods were to be ready and did not leave"
    REST_LEFT = "a part left and the rest is late"
    OVERDUE = "a consignment is overdue"
    UNSIGNED = "a consignment arrived and is not signed for"
    UNCONFIRMED = "whether a need stands is not answered"
    NO_PHOTO = "a receipt has no photo"
    HISTORY_SEALED = "the history was sealed since yesterday"
    DIGEST_DUE = "the hour of a digest comes"


class Role(StrEnum):
    """Who hears."""

    OFFICIALS = "officials"
    PARTNERS = "people of a partner"
    MEMBERS = "people of either side"
    COLLEAGUES = "people"
    COORDINATORS = "coordinators: their groups, or each where there is none"
    HEADQUARTERS = "coordinators' groups"
    PERSON = "one person"
    CHATS = "chats that ordered it"
    CARDS = "chats with its card"


class Relation(StrEnum):
    """What they have to do with it."""

    ASKS = "of the hromada"
    GIVES = "of whoever gives"
    OTHER = "of the side that did not do it"
    TWIN = "that gave the hromada something before"
    EVERY = "all of them"
    OWN = "whom it is about"
    COLLEAGUES = "of the organisation itself"
    FITS = "whose filter it fits"
    SHOWS = "wherever it stands"


class Joined(StrEnum):
    """What becomes of several."""

    EACH = "each by itself"
    MINUTE = "a minute later, once, as it stands then"
    WAITING = "with what still waits to be said, as one list"
    STANDING = "not where its card stands already"
    EDIT = "many changes are one edit"
    PERIOD = "everything since the last one"


@dataclass(frozen=True, slots=True)
class Row:
    """Who hears of an event, by which screen, in which lane, and how several become one."""

    event: Happening
    role: Role
    relation: Relation
    notice: str
    joined: Joined = Joined.EACH
    lane: Lane = Lane.NOTICE
    but_doer: bool = False
    """Whoever did it knows."""
    several: str = ""
    """The screen that takes the place of several."""
    then: str = ""
    """What the message is good for once it stands; see handlers/follow_ups.py."""


def _asked(kind: FollowupKind) -> list[Row]:
    who = {Side.GIVER: (Role.PARTNERS, Relation.GIVES), Side.HROMADA: (Role.OFFICIALS, Relation.ASKS)}
    return [Row(Happening[kind.name], *who[side], kind.value) for side in FOLLOWUPS[kind].asked]


_H, _R, _W = Happening, Role, Relation

ROWS: tuple[Row, ...] = (
    # needs
    Row(_H.NEED_PUBLIC, _R.CHATS, _W.FITS, "new_need", Joined.STANDING, but_doer=True, then="card_posted"),
    Row(_H.NEED_SHOWN_FIRST, _R.PARTNERS, _W.TWIN, "shown_first", then="card_posted"),
    Row(_H.NEED_MOVED, _R.CARDS, _W.SHOWS, "need", Joined.EDIT),
    Row(_H.LINE_EDITED, _R.PARTNERS, _W.GIVES, "line_edited", Joined.MINUTE),
    Row(_H.LINE_CLOSED, _R.PARTNERS, _W.GIVES, "line_closed"),
    Row(_H.NEED_CANCELLED, _R.PARTNERS, _W.GIVES, "need_gone"),
    Row(_H.NEED_CLOSED, _R.OFFICIALS, _W.ASKS, "need_closed"),
    Row(_H.CONFIRMATION_DUE, _R.OFFICIALS, _W.ASKS, "still_needed"),
    Row(_H.NEED_STALE, _R.OFFICIALS, _W.ASKS, "gone_stale"),
    Row(_H.NEED_STALE, _R.PARTNERS, _W.GIVES, "pledged_need_stale"),
    # pledges
    Row(_H.PLEDGED, _R.OFFICIALS, _W.ASKS, "pledged"),
    Row(_H.PLEDGE_ACCEPTED, _R.PARTNERS, _W.GIVES, "accepted"),
    Row(_H.PLEDGE_ACCEPTED, _R.OFFICIALS, _W.ASKS, "contacts", but_doer=True),
    Row(_H.PLEDGE_DECLINED, _R.PARTNERS, _W.GIVES, "declined"),
    Row(_H.PLEDGE_WITHDRAWN, _R.OFFICIALS, _W.ASKS, "withdrawn"),
    Row(_H.HOLD_LAPSED, _R.PARTNERS, _W.GIVES, "lapsed"),
    Row(_H.HOLD_LAPSED, _R.OFFICIALS, _W.ASKS, "lapsed"),
    Row(_H.PLEDGE_POSTPONED, _R.OFFICIALS, _W.ASKS, "postponed", Joined.MINUTE),
    Row(_H.PLEDGE_CONFIRMED, _R.OFFICIALS, _W.ASKS, "confirmed"),
    Row(_H.PLEDGE_CHANGED, _R.OFFICIALS, _W.ASKS, "pledge_changed", Joined.MINUTE),
    Row(_H.PLEDGE_MOVED_ON, _R.OFFICIALS, _W.ASKS, "moved_on"),
    Row(_H.OFFERED, _R.PARTNERS, _W.GIVES, "offered"),
    # goods on the move
    Row(_H.TRAVEL_CHANGED, _R.OFFICIALS, _W.ASKS, "consignment_changed", Joined.MINUTE),
    Row(_H.DECLARED, _R.PARTNERS, _W.GIVES, "declared"),
    Row(_H.DISPATCHED, _R.OFFICIALS, _W.ASKS, "on_the_way"),
    Row(_H.ARRIVED, _R.MEMBERS, _W.OTHER, "arrived"),
    Row(_H.RECEIPT_SIGNED, _R.PARTNERS, _W.GIVES, "proof"),
    Row(_H.PHOTOS_ADDED, _R.PARTNERS, _W.GIVES, "proof"),
    Row(_H.THANKED, _R.PARTNERS, _W.GIVES, "thanked", then="stands"),
    # talking
    Row(_H.TALKED, _R.MEMBERS, _W.OTHER, "talked", Joined.MINUTE, then="stands"),
    Row(_H.COORDINATOR_ASKED, _R.COORDINATORS, _W.EVERY, "look"),
    Row(_H.COORDINATOR_ASKED, _R.MEMBERS, _W.OTHER, "reads_along"),
    # people
    Row(_H.MEMBER_ASKED, _R.COORDINATORS, _W.EVERY, "verification", Joined.WAITING, several="verifications"),
    Row(_H.MEMBER_VERIFIED, _R.PERSON, _W.OWN, "verified"),
    Row(_H.MEMBER_REFUSED, _R.PERSON, _W.OWN, "refused"),
    Row(_H.MEMBER_SUSPENDED, _R.PERSON, _W.OWN, "suspended"),
    Row(_H.MEMBER_ENTERED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.MEMBER_ENTERED, _R.COLLEAGUES, _W.COLLEAGUES, "act", but_doer=True),
    Row(_H.COLLEAGUE_ASKED, _R.COLLEAGUES, _W.COLLEAGUES, "colleague_asks", but_doer=True),
    Row(_H.MEMBER_LEFT, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.MEMBER_LEFT, _R.COLLEAGUES, _W.COLLEAGUES, "act", but_doer=True),
    Row(_H.PERSON_SUSPENDED, _R.PERSON, _W.OWN, "switched_off"),
    Row(_H.PERSON_SUSPENDED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.PERSON_RESTORED, _R.PERSON, _W.OWN, "switched_on"),
    Row(_H.PERSON_RESTORED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.ORGANISATION_SUSPENDED, _R.COLLEAGUES, _W.COLLEAGUES, "act"),
    Row(_H.ORGANISATION_SUSPENDED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.ORGANISATION_RESTORED, _R.COLLEAGUES, _W.COLLEAGUES, "act"),
    Row(_H.ORGANISATION_RESTORED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.COORDINATOR_APPOINTED, _R.PERSON, _W.OWN, "coordinating"),
    Row(_H.COORDINATOR_APPOINTED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.COORDINATOR_DISMISSED, _R.PERSON, _W.OWN, "coordinating"),
    Row(_H.COORDINATOR_DISMISSED, _R.COORDINATORS, _W.EVERY, "act"),
    Row(_H.SECOND_VOICE_ASKED, _R.COORDINATORS, _W.EVERY, "approval"),
    Row(_H.SECOND_VOICE_HEARD, _R.PERSON, _W.OWN, "approval"),
    Row(_H.LINK_AGREED, _R.PERSON, _W.OWN, "invite_link"),
    Row(_H.CHANNEL_JOINED, _R.PERSON, _W.OWN, "channel_joined"),
    Row(_H.PLACE_SILENT, _R.PERSON, _W.OWN, "place_silent", Joined.MINUTE),
    Row(_H.PLACE_GONE, _R.PERSON, _W.OWN, "place_gone", Joined.MINUTE),
    # what nobody did: the table of domain/followups.py, at most twice each
    *(row for kind in FOLLOWUPS for row in _asked(kind)),
    Row(_H.HISTORY_SEALED, _R.HEADQUARTERS, _W.EVERY, "sealed"),
    Row(_H.DIGEST_DUE, _R.CHATS, _W.FITS, "digest", Joined.PERIOD, Lane.DIGEST),
)
"""The table."""

BY_EVENT = {event: tuple(row for row in ROWS if row.event is event) for event in Happening}


def as_markdown() -> str:
    """The table for people, a line a row."""
    lines = ["| when | who hears | by | lane | several |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.event} | {_who(row)} | `{row.notice}` | {row.lane.name.lower()} | {_several(row)} |"
        for row in ROWS
    ]
    return "\n".join(lines)


def _who(row: Row) -> str:
    but = ", but not whoever did it" if row.but_doer else ""
    return f"{row.role}, {row.relation}{but}"


def _several(row: Row) -> str:
    return f"{row.joined} (`{row.several}`)" if row.several else str(row.joined)
