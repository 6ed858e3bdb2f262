"""The words of the trade: kinds and states, the same in code, in tables and (translated) on screen."""

from enum import StrEnum
from typing import TypeVar

E = TypeVar("E", bound=StrEnum)


def member(kind: type[E], value: str) -> E | None:
    """The member with this value, or None: what a stranger sent is never trusted."""
    return next((each for each in kind if each.value == value), None)


class Language(StrEnum):
    """Languages the bot speaks."""

    UK = "uk"
    EN = "en"
    PL = "pl"
    DE = "de"


class OrganisationKind(StrEnum):
    """What an organisation is. The first one asks, all the others give."""

    HROMADA = "hromada"
    MUNICIPALITY = "municipality"
    REGION = "region"
    ASSOCIATION = "association"
    NGO = "ngo"
    COMPANY = "company"
    INDIVIDUAL = "individual"


PARTNER_KINDS = tuple(kind for kind in OrganisationKind if kind is not OrganisationKind.HROMADA)


class OrganisationState(StrEnum):
    """Whether an organisation may act."""

    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class MemberState(StrEnum):
    """Whether a person may act for an organisation."""

    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    LEFT = "left"


class ApprovalKind(StrEnum):
    """What a coordinator does only together with a second one."""

    OPEN_INVITE = "open_invite"
    RESTORE_MEMBER = "restore_member"
    RESTORE_PERSON = "restore_person"
    RESTORE_ORGANISATION = "restore_organisation"
    APPOINT = "appoint"


class Urgency(StrEnum):
    """How soon lives get worse without it."""

    CRITICAL = "critical"
    URGENT = "urgent"
    NORMAL = "normal"


class NeedState(StrEnum):
    """Life of a need after publishing; a draft is not a need yet."""

    OPEN = "open"
    STALE = "stale"
    FULFILLED = "fulfilled"
    CLOSED_SHORT = "closed_short"
    CANCELLED = "cancelled"


LIVE_NEEDS = (NeedState.OPEN, NeedState.STALE)


class PledgeState(StrEnum):
    """Life of a pledge."""

    HELD = "held"
    PROMISED = "promised"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


LIVE_PLEDGES = (
    PledgeState.HELD,
    PledgeState.PROMISED,
    PledgeState.ACCEPTED,
    PledgeState.DISPATCHED,
    PledgeState.RECEIVED,
)
"""Those that give something, or gave it."""


class ConsignmentState(StrEnum):
    """Life of goods that travel together."""

    PACKING = "packing"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class Bucket(StrEnum):
    """Where a quantity of a line stands. Together they always make up what is needed."""

    OPEN = "open"
    HELD = "held"
    PROMISED = "promised"
    ON_THE_WAY = "on_the_way"
    RECEIVED = "received"
    WAIVED = "waived"


class CloseReason(StrEnum):
    """Why a hromada closes a line short."""

    NOT_NEEDED = "not_needed"
    COVERED_ELSEWHERE = "covered_elsewhere"
    SUBSTITUTED = "substituted"
    LOST = "lost"
    DAMAGED = "damaged"


class TranslationState(StrEnum):
    """Life of a translation somebody waits for."""

    DUE = "due"
    DONE = "done"
    GIVEN_UP = "given_up"


class EventKind(StrEnum):
    """What can stand in the history."""

    ORGANISATION_REGISTERED = "organisation_registered"
    MEMBER_ASKED = "member_asked"
    MEMBER_VERIFIED = "member_verified"
    MEMBER_REFUSED = "member_refused"
    MEMBER_SUSPENDED = "member_suspended"
    NEED_POSTED = "need_posted"
    NEED_PUBLIC = "need_public"
    NEED_EDITED = "need_edited"
    NEED_CONFIRMED = "need_confirmed"
    NEED_STALE = "need_stale"
    NEED_CANCELLED = "need_cancelled"
    NEED_FULFILLED = "need_fulfilled"
    NEED_CLOSED_SHORT = "need_closed_short"
    LINE_CLOSED_SHORT = "line_closed_short"
    PLEDGE_HELD = "pledge_held"
    PLEDGE_PROMISED = "pledge_promised"
    PLEDGE_ACCEPTED = "pledge_accepted"
    PLEDGE_DECLINED = "pledge_declined"
    PLEDGE_WITHDRAWN = "pledge_withdrawn"
    PLEDGE_LAPSED = "pledge_lapsed"
    PLEDGE_EXTENDED = "pledge_extended"
    PLEDGE_POSTPONED = "pledge_postponed"
    PLEDGE_CONFIRMED = "pledge_confirmed"
    PLEDGE_CHANGED = "pledge_changed"
    PLEDGE_MOVED = "pledge_moved"
    CONSIGNMENT_PACKED = "consignment_packed"
    CONSIGNMENT_DISPATCHED = "consignment_dispatched"
    CONSIGNMENT_ARRIVED = "consignment_arrived"
    CONSIGNMENT_CANCELLED = "consignment_cancelled"
    RECEIPT_SIGNED = "receipt_signed"
    WAITING = "waiting"
    OFFERED = "offered"
    ASKED = "asked"
    ANSWERED = "answered"
    COORDINATOR_INVITED = "coordinator_invited"
    COORDINATOR_LEFT = "coordinator_left"
    THANKED = "thanked"
    THANKS_SHARED = "thanks_shared"
    MEMBER_RESTORED = "member_restored"
    MEMBER_LEFT = "member_left"
    ORGANISATION_SUSPENDED = "organisation_suspended"
    ORGANISATION_RESTORED = "organisation_restored"
    PERSON_SUSPENDED = "person_suspended"
    PERSON_RESTORED = "person_restored"
    PERSON_FORGOTTEN = "person_forgotten"
    COORDINATOR_APPOINTED = "coordinator_appointed"
    COORDINATOR_DISMISSED = "coordinator_dismissed"
    SECOND_VOICE_ASKED = "second_voice_asked"
    INVITE_MADE = "invite_made"
    INVITE_USED = "invite_used"
    INVITE_REVOKED = "invite_revoked"
    PRIVACY_ANSWERED = "privacy_answered"
    DATA_EXPORTED = "data_exported"
    THREAD_READ = "thread_read"
    DECLARATION_CHANGED = "declaration_changed"
    TRANSPORT_CHANGED = "transport_changed"
    CONTACTS_CHANGED = "contacts_changed"
    PLEDGE_KEPT = "pledge_kept"
    PLEDGE_ENDED = "pledge_ended"
