"""The append-only history: one hash chain per need (and one per organisation)."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from domain.words import EventKind
from storage.base import BigKey, UTCDateTime, Word, metadata, one_of

events = Table(
    "events",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("chain", String(24), nullable=False, comment="need:ID or organisation:ID"),
    Column("seq", Integer, nullable=False),
    Column("kind", Word(EventKind), nullable=False),
    Column("need_id", BigInteger),
    Column("person_id", BigInteger),
    Column("organisation_id", BigInteger),
    Column("at", UTCDateTime, nullable=False),
    Column("data", Text, nullable=False, comment="ids and figures only, JSON"),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("chain", "seq"),
    one_of("kind", EventKind),
    Index("ix_events_need", "need_id"),
    Index(
        "ix_events_acts",
        "person_id",
        sqlite_where=text("need_id IS NULL"),
        postgresql_where=text("need_id IS NULL"),
    ),
)
