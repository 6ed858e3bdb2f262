"""The things themselves, as read from storage: plain, frozen, with the few questions one asks them."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.filters import Filter
from domain.words import (
    LIVE_NEEDS,
    ApprovalKind,
    CloseReason,
    ConsignmentState,
    MemberState,
    NeedState,
    OrganisationKind,
    OrganisationState,
    PledgeState,
    Urgency,
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wrote to the bot."""

    id: int
    account: int
    name: str
    language: str
    language_chosen: bool
    phone: str | None
    address: str | None
    coordinator: bool
    suspended: bool
    acting_for: int | None
    created_at: datetime
    by_settings: bool = False
    """Coordinates because COORDINATORS names them."""
    appointed: bool = False
    """Coordinates by appointment."""
    name_key: str | None = None
    privacy_version: int | None = None
    privacy_agreed: bool | None = None
    privacy_at: datetime | None = None
    forgotten_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """A participant."""

    id: int
    kind: OrganisationKind
    state: OrganisationState
    name: str
    country: str
    city: str | None
    katottg: str | None
    edrpou: str | None
    created_by: int
    created_at: datetime
    name_key: str | None = None
    address: str | None = None
    """Where to deliver. Shown to the other side of an accepted pledge and to nobody else."""


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organisation."""

    id: int
    person_id: int
    organisation_id: int
    state: MemberState
    reason: str | None
    decided_by: int | None
    asked_at: datetime
    decided_at: datetime | None
    invite_id: int | None = None
    """The open link they came by, where somebody else has to say yes."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A link that lets somebody in, one time: into one organisation, into any (open), or among the coordinators."""

    id: int
    token: str
    """Its SHA-256; the token itself is nowhere."""
    organisation_id: int | None
    coordinator: bool
    created_by: int | None
    created_at: datetime
    expires_at: datetime
    used_by: int | None
    used_at: datetime | None
    nonce: str | None = None
    approved_by: int | None = None
    revoked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Good for any organisation."""
        return self.organisation_id is None and not self.coordinator

    def is_live(self, now: datetime) -> bool:
        """It can still be used."""
        return self.used_at is None and self.revoked_at is None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class Approval:
    """What one coordinator wants to do and a second one has to agree to."""

    id: int
    kind: ApprovalKind
    subject_id: int | None
    asked_by: int
    asked_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    agreed: bool | None


@dataclass(frozen=True, slots=True)
class Need:
    """What a hromada asks for."""

    id: int
    code: str
    organisation_id: int
    oblast: str
    state: NeedState
    urgency: Urgency
    needed_by: date | None
    place: str | None
    people_served: int | None
    why: str | None
    language: str
    do_not_send: str | None
    version: int
    posted_by: int
    posted_at: datetime
    confirm_by: datetime
    asked_at: datetime | None
    closed_at: datetime | None
    public_from: datetime | None = None
    """Until then its hromada's partners alone see it; empty: everybody does."""

    @property
    def live(self) -> bool:
        """Still to be met."""
        return self.state in LIVE_NEEDS


@dataclass(frozen=True, slots=True)
class Line:
    """One item of a need. Quantities are thousandths of the unit; None means 'not stated'."""

    id: int
    need_id: int
    position: int
    sector: str
    item: str | None
    name: str | None
    spec: str | None
    unit: str
    note: str | None
    equivalents: bool
    used_ok: bool
    needed: int | None
    open: int | None
    held: int
    promised: int
    on_the_way: int
    received: int
    waived: int
    closed: bool
    close_reason: CloseReason | None
    version: int = 1
    """Counted up when what it says changes in a way that its pledgers should look at."""

    @property
    def takes_pledges(self) -> bool:
        """Something may still be promised here."""
        return not self.closed and (self.open is None or self.open > 0)

    @property
    def given(self) -> int:
        """Everything that is reserved, promised, moving or there."""
        return self.held + self.promised + self.on_the_way + self.received

    @property
    def unsettled(self) -> int:
        """What partners still owe or carry."""
        return self.held + self.promised + self.on_the_way

    @property
    def settled(self) -> bool:
        """Nothing is open, nothing is owed."""
        return self.unsettled == 0 and (self.open == 0 or (self.needed is None and self.closed))


@dataclass(frozen=True, slots=True)
class Pledge:
    """What one organisation gives towards one need."""

    id: int
    code: str
    need_id: int
    organisation_id: int
    person_id: int
    state: PledgeState
    holds_until: datetime | None
    ready_by: date | None
    note: str | None
    reason: str | None
    accepted_by: int | None
    version: int
    created_at: datetime
    moved_at: datetime
    told: int = 0
    told_at: datetime | None = None
    extended: bool = False
    offered: bool = False
    """A hold the bot made for a partner on the waiting list; it is theirs to confirm."""
    unattended_at: datetime | None = None
    """Since when nobody acts for one of its sides; the other one is asked whether to keep it."""


@dataclass(frozen=True, slots=True)
class PledgeLine:
    """How much of one line a pledge gives, and how much of that is in a consignment already."""

    id: int
    pledge_id: int
    line_id: int
    quantity: int
    packed: int
    asked: int | None = None
    """The version of the line that its partner was asked about and has not answered for."""

    @property
    def left(self) -> int:
        """Promised and not packed yet."""
        return self.quantity - self.packed


@dataclass(frozen=True, slots=True)
class Consignment:
    """Goods that travel together."""

    id: int
    code: str
    organisation_id: int
    hromada_id: int
    person_id: int
    state: ConsignmentState
    carrier: str | None
    plate: str | None
    crossing: str | None
    eta: date | None
    note: str | None
    declaration: str | None
    created_at: datetime
    dispatched_at: datetime | None
    arrived_at: datetime | None
    received_at: datetime | None
    signed_by: int | None
    receipt_note: str | None
    version: int
    told: int = 0
    told_at: datetime | None = None
    signed_as: str | None = None
    """How the signer was called when signing."""


@dataclass(frozen=True, slots=True)
class ConsignmentLine:
    """One kind of goods in a consignment, and what became of it."""

    id: int
    consignment_id: int
    pledge_line_id: int
    line_id: int
    pledge_id: int
    quantity: int
    good: int | None
    damaged: int | None
    missing: int | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question on a need, and its answer."""

    id: int
    need_id: int
    from_person: int
    from_organisation: int
    to_organisation: int
    text: str
    language: str
    asked_at: datetime
    answer: str | None
    answered_by: int | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's standing order."""

    id: int
    chat_id: int
    kind: str
    hour: int | None
    zone: str | None
    sectors: str
    next_run_at: datetime | None
    watermark: int
    active: bool
    created_by: int
    thread_id: int
    days: int
    filters: str
    paused_until: datetime | None
    picture: str
    theme: str
    gone_at: datetime | None
    silent_since: datetime | None

    @property
    def filter(self) -> Filter:
        """What it asks for."""
        return Filter.read(self.filters)

    def paused(self, now: datetime) -> bool:
        """Whether it is silent for a while."""
        return self.paused_until is not None and self.paused_until > now


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history."""

    id: int
    chain: str
    seq: int
    kind: str
    need_id: int | None
    person_id: int | None
    organisation_id: int | None
    at: datetime
    data: str
    hash: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that is being filled in; waits for its person as long as it takes."""

    id: int
    person_id: int
    form: str
    step: str
    back_to: str | None
    data: str
    active: bool
    started_at: datetime
    touched_at: datetime
    doubt: str | None = None
    """What was said to a public question and names a contact: waits for a second word."""
