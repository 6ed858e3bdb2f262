"""People, the organisations they act for, and how they came in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.words import ApprovalKind, MemberState, OrganisationKind, OrganisationState
from storage.base import BigKey, UTCDateTime, Word, metadata, one_of, to

people = Table(
    "people",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("account", BigInteger, nullable=False, unique=True, comment="the messenger's id of the person"),
    Column("name", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("language_chosen", Boolean, nullable=False, server_default=text("false")),
    Column("phone", Text),
    Column("address", Text, comment="where to deliver or whom to write to; shown to the other side only"),
    Column("coordinator", Boolean, nullable=False, server_default=text("false")),
    Column("suspended", Boolean, nullable=False, server_default=text("false")),
    Column("acting_for", BigInteger, comment="organisation; no foreign key, the two tables name each other"),
    Column("created_at", UTCDateTime, nullable=False),
    Column(
        "by_settings",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="COORDINATORS names them",
    ),
    Column(
        "appointed",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="coordinates by appointment",
    ),
    Column("name_key", Text, comment="the name as the directory looks for it"),
    Index(
        "ix_people_coordinator",
        "id",
        sqlite_where=text("coordinator"),
        postgresql_where=text("coordinator"),
    ),
    Column("privacy_version", Integer, comment="of the text that was answered"),
    Column("privacy_agreed", Boolean),
    Column("privacy_at", UTCDateTime),
    Column("forgotten_at", UTCDateTime),
)

barred = Table(
    "barred",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("mark", String(64), nullable=False, comment="a slow salted hash of the account, nothing else"),
    Column("salt", String(32), nullable=False),
    Column("organisation_id", BigInteger, to("organisations"), comment="empty: barred everywhere"),
    Column("at", UTCDateTime, nullable=False),
    comment="people whose access was suspended when they were forgotten",
)

organisations = Table(
    "organisations",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("kind", Word(OrganisationKind), nullable=False),
    Column("state", Word(OrganisationState), nullable=False),
    Column("name", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("city", Text),
    Column("katottg", String(19), unique=True, comment="code of a hromada in the state's register"),
    Column("edrpou", String(10)),
    Column("created_by", BigInteger, to("people"), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("name_key", Text, comment="the name as the directory looks for it, and what it looks like"),
    Column("address", Text, comment="where to deliver; shown to the other side only"),
    one_of("kind", OrganisationKind),
    one_of("state", OrganisationState),
)

members = Table(
    "members",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False),
    Column("state", Word(MemberState), nullable=False),
    Column("reason", Text),
    Column("decided_by", BigInteger, to("people")),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_at", UTCDateTime),
    Column("invite_id", BigInteger, comment="the open link they came by, where somebody else has to say yes"),
    UniqueConstraint("person_id", "organisation_id"),
    one_of("state", MemberState),
    Index("ix_members_organisation", "organisation_id"),
    Index(
        "ix_members_pending",
        "asked_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
)

invites = Table(
    "invites",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column(
        "token", String(64), nullable=False, unique=True, comment="its SHA-256; the token itself is nowhere"
    ),
    Column("organisation_id", BigInteger, to("organisations")),
    Column("coordinator", Boolean, nullable=False, server_default=text("false")),
    Column("created_by", BigInteger, to("people")),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_by", BigInteger, to("people")),
    Column("used_at", UTCDateTime),
    Index("ix_invites_expires_at", "expires_at"),
    Column(
        "nonce", String(32), comment="what the token is made of, together with a secret that is in no table"
    ),
    Column("approved_by", BigInteger, to("people"), comment="the second coordinator, of an open link"),
    Column("revoked_at", UTCDateTime),
    Index("ix_invites_giver", "created_by"),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("kind", Word(ApprovalKind), nullable=False),
    Column("subject_id", BigInteger, comment="the member, person or organisation; empty for a link"),
    Column("asked_by", BigInteger, to("people"), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("decided_by", BigInteger, to("people")),
    Column("decided_at", UTCDateTime),
    Column("agreed", Boolean),
    one_of("kind", ApprovalKind),
    Index(
        "ix_approvals_waiting",
        "asked_at",
        sqlite_where=text("decided_at IS NULL"),
        postgresql_where=text("decided_at IS NULL"),
    ),
)
