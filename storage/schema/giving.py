"""Pledges, consignments, and the questions of before there were threads (see storage/schema/talking.py)."""

from sqlalchemy import (
    BigInteger,
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

from domain.words import ConsignmentState, PledgeState
from storage.base import BigKey, UTCDateTime, Word, metadata, one_of, to

pledges = Table(
    "pledges",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("code", String(8), unique=True),
    Column("need_id", BigInteger, to("needs"), nullable=False),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("state", Word(PledgeState), nullable=False),
    Column("holds_until", UTCDateTime),
    Column("ready_by", Date),
    Column("note", Text),
    Column("reason", Text, comment="why it was declined, as the hromada wrote it"),
    Column("accepted_by", BigInteger, to("people")),
    Column("version", Integer, nullable=False, server_default=text("1")),
    Column("created_at", UTCDateTime, nullable=False),
    Column("moved_at", UTCDateTime, nullable=False),
    one_of("state", PledgeState),
    Index("ix_pledges_need", "need_id"),
    Index("ix_pledges_organisation", "organisation_id", "state"),
    Index(
        "ix_pledges_holds_until",
        "holds_until",
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    ),
    Index(
        "ix_pledges_unanswered",
        "moved_at",
        sqlite_where=text("state = 'promised'"),
        postgresql_where=text("state = 'promised'"),
    ),
)

pledge_lines = Table(
    "pledge_lines",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("pledge_id", BigInteger, to("pledges"), nullable=False),
    Column("line_id", BigInteger, to("lines"), nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("packed", BigInteger, nullable=False, server_default=text("0"), comment="in a consignment"),
    UniqueConstraint("pledge_id", "line_id"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("packed BETWEEN 0 AND quantity", name="packed_within"),
    Index("ix_pledge_lines_line", "line_id"),
)

consignments = Table(
    "consignments",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("code", String(8), unique=True),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False),
    Column("hromada_id", BigInteger, to("organisations"), nullable=False),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("state", Word(ConsignmentState), nullable=False),
    Column("carrier", Text),
    Column("plate", Text),
    Column("crossing", Text),
    Column("eta", Date),
    Column("note", Text),
    Column("declaration", Text, comment="unique code of the humanitarian aid declaration"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("dispatched_at", UTCDateTime),
    Column("arrived_at", UTCDateTime),
    Column("received_at", UTCDateTime),
    Column("signed_by", BigInteger, to("people")),
    Column("receipt_note", Text),
    Column("version", Integer, nullable=False, server_default=text("1")),
    one_of("state", ConsignmentState),
    Index("ix_consignments_organisation", "organisation_id", "state"),
    Index("ix_consignments_hromada", "hromada_id", "state"),
    Index(
        "ix_consignments_moving",
        "id",
        "state",
        "eta",
        sqlite_where=text("state IN ('on_the_way', 'arrived')"),
        postgresql_where=text("state IN ('on_the_way', 'arrived')"),
    ),
)

consignment_lines = Table(
    "consignment_lines",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("consignment_id", BigInteger, to("consignments"), nullable=False),
    Column("pledge_line_id", BigInteger, to("pledge_lines"), nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("good", BigInteger),
    Column("damaged", BigInteger),
    Column("missing", BigInteger),
    UniqueConstraint("consignment_id", "pledge_line_id"),
    CheckConstraint("quantity > 0", name="quantity_positive"),
    CheckConstraint("good IS NULL OR quantity = good + damaged + missing", name="receipt_adds_up"),
    CheckConstraint(
        "good IS NULL OR good >= 0 AND damaged >= 0 AND missing >= 0", name="receipt_not_negative"
    ),
    Index("ix_consignment_lines_pledge_line", "pledge_line_id"),
)

questions = Table(
    "questions",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("need_id", BigInteger, to("needs"), nullable=False),
    Column("from_person", BigInteger, to("people"), nullable=False),
    Column("from_organisation", BigInteger, to("organisations"), nullable=False),
    Column("to_organisation", BigInteger, to("organisations"), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("answer", Text),
    Column("answered_by", BigInteger, to("people")),
    Column("answered_at", UTCDateTime),
    Index("ix_questions_need", "need_id"),
)
