"""Seals over the whole history: what a chain of its own cannot show (a cut tail, a chain that is gone) shows here."""

from sqlalchemy import BigInteger, Column, Date, Integer, String, Table, UniqueConstraint

from storage.base import BigKey, UTCDateTime, metadata

seals = Table(
    "seals",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("after", BigInteger, nullable=False, comment="the last event of the seal before; 0 for the first"),
    Column("until", BigInteger, nullable=False, comment="the last event it covers"),
    Column("events", Integer, nullable=False, comment="how many events it covers"),
    Column("previous", String(64), nullable=False, comment="hash of the seal before; empty for the first"),
    Column("hash", String(64), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    UniqueConstraint("previous"),  # one follower each: the seals cannot fork
)

seal_marks = Table(
    "seal_marks",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="always 1"),
    Column("until", BigInteger, nullable=False, comment="the newest event when somebody looked"),
    Column(
        "horizon",
        BigInteger,
        nullable=False,
        comment="transactions from here on began later; once all older ones are over, nothing up to it is missing",
    ),
    Column(
        "told", BigInteger, nullable=False, server_default="0", comment="the seal coordinators heard of last"
    ),
    Column("told_on", Date, comment="the operator's day on which they did"),
)
