"""What a partner and a hromada write to each other, its translations, and the thanks at the end."""

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

from domain.words import TranslationState
from storage.base import BigKey, UTCDateTime, Word, metadata, one_of, to

threads = Table(
    "threads",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("need_id", BigInteger, to("needs"), nullable=False),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False, comment="the partner"),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("moved_at", UTCDateTime, nullable=False, comment="of the newest message"),
    Column(
        "invited_by",
        BigInteger,
        to("people"),
        comment="who asked a coordinator to look; empty: nobody reads along",
    ),
    Column("invited_at", UTCDateTime),
    UniqueConstraint("need_id", "organisation_id"),
    Index("ix_threads_organisation", "organisation_id", "moved_at"),
    Index(
        "ix_threads_invited",
        "invited_at",
        sqlite_where=text("invited_at IS NOT NULL"),
        postgresql_where=text("invited_at IS NOT NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("thread_id", BigInteger, to("threads"), nullable=False),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("organisation_id", BigInteger, to("organisations"), nullable=False, comment="the side that wrote"),
    Column("pledge_id", BigInteger, to("pledges"), comment="what it is about, if it is about a pledge"),
    Column("text", Text, nullable=False, server_default=""),
    Column("language", String(2), nullable=False, comment="the language it was written in"),
    Column("burst", BigInteger, nullable=False, comment="first message of those that are told of as one"),
    Column("at", UTCDateTime, nullable=False),
    Column(
        "question_id", BigInteger, to("questions"), comment="where it came from, before there were threads"
    ),
    Index("ix_messages_thread", "thread_id", "id"),
    Index("ix_messages_burst", "burst"),
    Index("ix_messages_person", "person_id"),
    Index("ix_messages_question", "question_id"),
)

files = Table(
    "files",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("message_id", BigInteger, to("messages"), nullable=False),
    Column("kind", String(8), nullable=False, comment="photo or document, as the messenger sends it again"),
    Column("file_id", Text, nullable=False),
    Column("file_unique_id", Text, nullable=False),
    Column("name", Text, nullable=False, server_default=""),
    UniqueConstraint("message_id", "file_unique_id"),
)

translations = Table(
    "translations",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("owner", String(16), nullable=False, comment="message, need or thanks"),
    Column("owner_id", BigInteger, nullable=False),
    Column("language", String(2), nullable=False, comment="into which"),
    Column(
        "source",
        String(64),
        nullable=False,
        comment="hash of the words; others: it is no translation of them",
    ),
    Column("state", Word(TranslationState), nullable=False),
    Column("text", Text),
    Column("service", String(40)),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("not_before", UTCDateTime, nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("error", Text),
    UniqueConstraint("owner", "owner_id", "language"),
    one_of("state", TranslationState),
    Index(
        "ix_translations_due",
        "id",
        sqlite_where=text("state = 'due'"),
        postgresql_where=text("state = 'due'"),
    ),
)

places = Table(
    "places",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("about", String(40), nullable=False, comment="thread:ID or thanks:ID"),
    Column("language", String(2), nullable=False),
    Column("screen", String(40), nullable=False),
    Column("params", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_places_about", "about"),
    Index("ix_places_at", "at"),
    comment="messages that get a translation once it is there",
)

thanks = Table(
    "thanks",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("consignment_id", BigInteger, to("consignments"), nullable=False, unique=True),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("shareable", Boolean, nullable=False, server_default=text("false")),
    Column("decided_by", BigInteger, to("people")),
    Column("decided_at", UTCDateTime),
    Column("shared_event", BigInteger, comment="the event that lets digests tell of it"),
    Index(
        "ix_thanks_shared",
        "shared_event",
        sqlite_where=text("shareable"),
        postgresql_where=text("shareable"),
    ),
)
