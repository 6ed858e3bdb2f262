"""People, the organisations they act for, and how they came in."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from domain.words import MemberState, OrganisationKind, OrganisationState
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
    Column("token", String(32), nullable=False, unique=True),
    Column("organisation_id", BigInteger, to("organisations")),
    Column("coordinator", Boolean, nullable=False, server_default=text("false")),
    Column("created_by", BigInteger, to("people")),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_by", BigInteger, to("people")),
    Column("used_at", UTCDateTime),
)
