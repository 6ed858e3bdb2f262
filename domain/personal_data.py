"""The register of personal data: every column of every table, whose it is, what is exported and how it is forgotten.

One table, walked by the export (``/mydata``), by forgetting (``/forget``) and by docs/privacy.md; a test fails where a column of the
database does not stand in it. What stands nowhere in a person's name is nobody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Whose(StrEnum):
    """How the rows of a table belong to somebody, besides the columns that name a person."""

    NAMED = "named"
    """By the columns in ``people`` alone."""
    CHAT = "chat"
    """By the number of their private chat, which is their account's."""
    PART = "part"
    """As a part of something else of theirs; see ``part_of``."""


class Rows(StrEnum):
    """What becomes of a row when its person is forgotten."""

    STAY = "stay"
    """Its figures belong to the organisation; the person's own words in it are blanked."""
    GO = "go"
    """It is deleted."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What one table holds.

    ``facts``: numbers of ours, states, figures, moments: they name nobody. ``people``: columns with a person's number.
    ``own``: a person's data and words, with the column that says whose; exported, and gone when that person is forgotten.
    ``papers``: words of the organisation's papers, with the column that says who wrote them; exported, and they stay, but
    contacts in them are masked. ``secret``: never exported. ``title`` is the heading in /mydata, translated there.
    """

    title: str
    facts: str = ""
    people: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    secret: str = ""
    whose: Whose = Whose.NAMED
    chat: str = ""
    part_of: tuple[str, str] = ("", "")
    """(column here, table there): for what belongs to a row of another table; ``owner`` beside the column tells between several."""
    rows: Rows = Rows.STAY
    age: str = ""
    """The setting after which it ends by itself; empty: as long as the organisation's papers are kept."""

    @property
    def columns(self) -> list[str]:
        """Every column, however it is classed; one that stands twice is a mistake."""
        return [
            *self.facts.split(),
            *self.people.split(),
            *self.own,
            *self.papers,
            *self.secret.split(),
            *self.chat.split(),
        ]


def _by(who: str, *columns: str) -> dict[str, str]:
    return dict.fromkeys(columns, who)


REGISTER: Mapping[str, Holding] = {
    "people": Holding(
        "Who you are",
        facts="language language_chosen coordinator by_settings appointed suspended acting_for created_at forgotten_at",
        people="id",
        own=_by(
            "id",
            "account",
            "name",
            "name_key",
            "phone",
            "address",
            "privacy_version",
            "privacy_agreed",
            "privacy_at",
        ),
    ),
    "barred": Holding(
        "Suspensions that outlive forgetting",
        facts="id organisation_id at",
        secret="mark salt",
    ),
    "organisations": Holding(
        "Organisations you registered",
        facts="id kind state country katottg edrpou created_at",
        people="created_by",
        papers=_by("created_by", "name", "name_key", "city"),
        secret="address",
    ),
    "members": Holding(
        "For whom you act",
        facts="id organisation_id state asked_at decided_at invite_id",
        people="person_id decided_by",
        own=_by("person_id", "reason"),
    ),
    "invites": Holding(
        "Invites you gave or used",
        facts="id organisation_id coordinator created_at expires_at used_at revoked_at",
        people="created_by used_by approved_by",
        secret="token nonce",
        age="KEEP_INVITE_DAYS",
    ),
    "approvals": Holding(
        "What you asked other coordinators to agree to, or answered",
        facts="id kind subject_id asked_at decided_at agreed",
        people="asked_by decided_by",
    ),
    "chats": Holding(
        "Chats",
        facts="kind title language language_chosen coordination reachable silent_since seen_at quiet_from quiet_to"
        " quiet_zone",
        people="person_id added_by",
        chat="id",
    ),
    "drafts": Holding(
        "What you began to write",
        facts="id form step back_to active started_at touched_at",
        people="person_id",
        own=_by("person_id", "data", "doubt"),
        rows=Rows.GO,
        age="KEEP_DRAFT_DAYS",
    ),
    "cards": Holding(
        "Cards that keep themselves up to date",
        facts="message_id need_id posted_at",
        whose=Whose.CHAT,
        chat="chat_id",
        rows=Rows.GO,
    ),
    "inline_cards": Holding(
        "Cards shared in other chats", facts="id inline_message_id need_id language posted_at"
    ),
    "subscriptions": Holding(
        "News you ordered",
        facts="id kind hour zone sectors next_run_at watermark active thread_id days filters paused_until picture theme"
        " gone_at silent_since",
        people="created_by",
        whose=Whose.CHAT,
        chat="chat_id",
        rows=Rows.GO,
    ),
    "needs": Holding(
        "Needs you posted",
        facts="id code organisation_id oblast state urgency needed_by people_served language version posted_at confirm_by"
        " asked_at closed_at told told_at public_from",
        people="posted_by",
        papers=_by("posted_by", "place", "why", "do_not_send"),
        secret="search",
    ),
    "lines": Holding(
        "Items of needs you posted",
        facts="id position sector item unit equivalents used_ok needed open held promised on_the_way received waived closed"
        " close_reason version need_id",
        papers=_by("need_id", "name", "spec", "note"),
        whose=Whose.PART,
        part_of=("need_id", "needs"),
    ),
    "waiting": Holding("Waiting lists", facts="id line_id organisation_id since told_at", people="person_id"),
    "attachments": Holding(
        "Photos you sent",
        facts="id owner owner_id at",
        people="person_id",
        own=_by("person_id", "file_id", "file_unique_id"),
        rows=Rows.GO,
    ),
    "listed": Holding("", facts="need_id sector state oblast urgency organisation_id some_open"),
    "partnerships": Holding("", facts="hromada_id partner_id accepted"),
    "pledges": Holding(
        "Your pledges, and those you accepted",
        facts="id code need_id organisation_id state holds_until ready_by version created_at moved_at told told_at extended"
        " offered unattended_at",
        people="person_id accepted_by",
        own={"note": "person_id", "reason": "declined"},
    ),
    "pledge_lines": Holding("", facts="id pledge_id line_id quantity packed asked"),
    "consignments": Holding(
        "Consignments you packed or signed for",
        facts="id code organisation_id hromada_id state eta created_at dispatched_at arrived_at received_at version"
        " told told_at",
        people="person_id signed_by",
        own={"note": "person_id", "receipt_note": "signed_by", "signed_as": "signed_by"},
        papers=_by("person_id", "carrier", "plate", "crossing", "declaration"),
        age="KEEP_JOURNEY_DAYS",
    ),
    "consignment_lines": Holding("", facts="id consignment_id pledge_line_id quantity good damaged missing"),
    "questions": Holding(
        "Questions and answers of before there were conversations",
        facts="id need_id from_organisation to_organisation language asked_at answered_at",
        people="from_person answered_by",
        own={"text": "from_person", "answer": "answered_by"},
        age="KEEP_TALK_DAYS",
    ),
    "threads": Holding(
        "Conversations into which you asked a coordinator",
        facts="id need_id organisation_id opened_at moved_at invited_at",
        people="invited_by",
        age="KEEP_TALK_DAYS",
    ),
    "messages": Holding(
        "What you wrote in conversations",
        facts="id thread_id organisation_id pledge_id language burst at question_id",
        people="person_id",
        own=_by("person_id", "text"),
        age="KEEP_TALK_DAYS",
    ),
    "files": Holding(
        "Files you sent in conversations",
        facts="id message_id kind",
        own=_by("message_id", "file_id", "file_unique_id", "name"),
        whose=Whose.PART,
        part_of=("message_id", "messages"),
        rows=Rows.GO,
        age="KEEP_TALK_DAYS",
    ),
    "translations": Holding(
        "Translations of what you wrote",
        facts="id owner owner_id language state service attempts not_before asked_at error",
        own=_by("owner_id", "text"),
        secret="source",
        whose=Whose.PART,
        part_of=("owner_id", "messages thanks needs"),
        rows=Rows.GO,
        age="KEEP_TALK_DAYS",
    ),
    "places": Holding(
        "Messages that wait for a translation",
        facts="message_id about language screen params at",
        whose=Whose.CHAT,
        chat="chat_id",
        rows=Rows.GO,
    ),
    "thanks": Holding(
        "Thanks you wrote or decided about",
        facts="id consignment_id language at shareable decided_at shared_event",
        people="person_id decided_by",
        own=_by("person_id", "text"),
    ),
    "events": Holding(
        "What you did, as the history holds it",
        facts="id chain seq kind need_id organisation_id at data",
        people="person_id",
        secret="hash",
    ),
    "seals": Holding("", facts="id after until events previous hash at"),
    "seal_marks": Holding("", facts="id until horizon told told_on"),
    "chat_aliases": Holding("", facts="old_id new_id at"),
    "inbox": Holding(
        "What you sent and what could not be handled",
        facts="update_id received_at state attempts next_try_at error rank",
        own=_by("mailbox", "payload"),
        whose=Whose.CHAT,
        chat="mailbox",
        age="KEEP_DONE_DAYS, KEEP_DEAD_DAYS",
    ),
    "outbox": Holding(
        "What I told you",
        facts="id thread_id lane screen edit_message_id card dedupe_key follow_up not_before attempts state created_at sent_at"
        " message_id error inline_message_id rank",
        own=_by("chat_id", "params"),
        whose=Whose.CHAT,
        chat="chat_id",
        age="KEEP_DONE_DAYS, KEEP_DEAD_DAYS",
    ),
}
"""By table."""


@dataclass(frozen=True, slots=True)
class Ages:
    """How long things are kept by themselves; what is needed for something open is never counted."""

    done: timedelta = timedelta(days=30)
    """Updates that were handled (their numbers alone), and what was said."""
    dead: timedelta = timedelta(days=30)
    """What could not be handled or said: dead letters."""
    drafts: timedelta = timedelta(days=60)
    talks: timedelta = timedelta(days=180)
    """Conversations, counted from the day their need was closed."""
    invites: timedelta = timedelta(days=30)
    """Links that were used or are too old."""
    journeys: timedelta = timedelta(days=365)
    """Driver, plate and note of a consignment, once it is signed for or cancelled."""
