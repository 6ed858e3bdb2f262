"""Needs and their lines. The quantities equation is a constraint of the table, not a hope."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.words import CloseReason, NeedState, Urgency
from storage.base import BigKey, UTCDateTime, Word, metadata, one_of, to

needs = Table(
    "needs",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("code", String(8), unique=True),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False),
    Column("oblast", String(4), nullable=False),
    Column("state", Word(NeedState), nullable=False),
    Column("urgency", Word(Urgency), nullable=False),
    Column("needed_by", Date),
    Column("place", Text),
    Column("people_served", Integer),
    Column("why", Text),
    Column("language", String(2), nullable=False, comment="the language the official wrote in"),
    Column("do_not_send", Text),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("posted_by", BigInteger, to("people"), nullable=False),
    Column("posted_at", UTCDateTime, nullable=False),
    Column("confirm_by", UTCDateTime, nullable=False),
    Column("asked_at", UTCDateTime, comment="when 'still needed?' was asked and not answered yet"),
    Column("closed_at", UTCDateTime),
    Column("search", Text, nullable=False, server_default=""),
    Column("told", Integer, nullable=False, server_default=text("0"), comment="how often it was asked about"),
    Column("told_at", UTCDateTime),
    Column("public_from", UTCDateTime, comment="until then its hromada's partners alone see it"),
    one_of("state", NeedState),
    one_of("urgency", Urgency),
    Index("ix_needs_organisation", "organisation_id"),
    Index("ix_needs_state", "state", "id"),
    Index(
        "ix_needs_to_ask",
        "state",  # SQLite prefers an index by state to one that only has its condition
        "confirm_by",
        sqlite_where=text("state = 'open' AND asked_at IS NULL"),
        postgresql_where=text("state = 'open' AND asked_at IS NULL"),
    ),
    Index(
        "ix_needs_asked",
        "state",
        "asked_at",
        sqlite_where=text("state = 'open' AND asked_at IS NOT NULL"),
        postgresql_where=text("state = 'open' AND asked_at IS NOT NULL"),
    ),
    Index(
        "ix_needs_to_remind",
        "state",
        "told",
        "asked_at",
        sqlite_where=text("state = 'open' AND asked_at IS NOT NULL"),
        postgresql_where=text("state = 'open' AND asked_at IS NOT NULL"),
    ),
    Index(
        "ix_needs_public_from",
        "public_from",
        sqlite_where=text("public_from IS NOT NULL"),
        postgresql_where=text("public_from IS NOT NULL"),
    ),
)

_BUCKETS = ("held", "promised", "on_the_way", "received", "waived")

lines = Table(
    "lines",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("need_id", BigInteger, to("needs"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("sector", String(24), nullable=False),
    Column("item", String(64), comment="catalogue code; empty for free text"),
    Column("name", Text, comment="what the official wrote, for free text"),
    Column("spec", Text),
    Column("unit", String(16), nullable=False),
    Column("note", Text),
    Column("equivalents", Boolean, nullable=False, server_default=text("true")),
    Column("used_ok", Boolean, nullable=False, server_default=text("false")),
    Column("needed", BigInteger, comment="thousandths of the unit; empty when not stated"),
    Column("open", BigInteger, comment="thousandths still to be promised; empty when not stated"),
    *(Column(bucket, BigInteger, nullable=False, server_default=text("0")) for bucket in _BUCKETS),
    Column("closed", Boolean, nullable=False, server_default=text("false"), comment="takes no more pledges"),
    Column("close_reason", Word(CloseReason)),
    Column("version", Integer, nullable=False, server_default=text("1")),
    CheckConstraint(
        "needed IS NULL AND open IS NULL OR needed = open + held + promised + on_the_way + received + waived",
        name="quantities_add_up",
    ),
    CheckConstraint("open IS NULL OR open >= 0", name="open_not_negative"),
    *(CheckConstraint(f"{bucket} >= 0", name=f"{bucket}_not_negative") for bucket in _BUCKETS),
    CheckConstraint("item IS NOT NULL OR name IS NOT NULL", name="has_a_name"),
    one_of("close_reason", CloseReason),
    Index("ix_lines_need", "need_id", "position"),
    Index("ix_lines_sector", "sector", "need_id"),
    Index(
        "ix_lines_wanted",
        "item",
        "id",
        sqlite_where=text("NOT closed AND (open IS NULL OR open > 0)"),
        postgresql_where=text("NOT closed AND (open IS NULL OR open > 0)"),
    ),
)

waiting = Table(
    "waiting",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("line_id", BigInteger, to("lines"), nullable=False),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("told_at", UTCDateTime),
    UniqueConstraint("line_id", "organisation_id"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("owner", String(16), nullable=False, comment="need or consignment"),
    Column("owner_id", BigInteger, nullable=False),
    Column("file_id", Text, nullable=False),
    Column("file_unique_id", Text, nullable=False),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    UniqueConstraint("owner", "owner_id", "file_unique_id", name="uq_attachments_file"),
)
