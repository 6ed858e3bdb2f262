"""Chats: where messages stand, what is half-written, who asked to be told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.base import BigKey, UTCDateTime, metadata, to

chats = Table(
    "chats",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, comment="the messenger's chat id"),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    Column("person_id", BigInteger, to("people"), comment="of a private chat"),
    Column("language", String(2), comment="of a group; a private chat follows its person"),
    Column("coordination", Boolean, nullable=False, server_default=text("false")),
    Column("reachable", Boolean, nullable=False, server_default=text("true")),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("quiet_from", Integer, comment="local hour"),
    Column("quiet_to", Integer),
    Column("quiet_zone", Text),
    Column("added_by", BigInteger, comment="the person who brought the bot into a channel"),
    Column(
        "language_chosen",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="by somebody in the group; else it was guessed",
    ),
    Column("silent_since", UTCDateTime, comment="the messenger takes nothing we say there, for now"),
    Index("ix_chats_person", "person_id"),
    Index(
        "ix_chats_nobodys",
        "person_id",
        "kind",  # SQLite prefers an index by both to the one that only has their condition
        sqlite_where=text("person_id IS NULL AND kind = 'private'"),
        postgresql_where=text("person_id IS NULL AND kind = 'private'"),
    ),
)

chat_aliases = Table(
    "chat_aliases",
    metadata,
    Column("old_id", BigInteger, primary_key=True, autoincrement=False, comment="of a group that grew up"),
    Column("new_id", BigInteger, nullable=False, comment="where it is today, however often it moved"),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_chat_aliases_new", "new_id"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("person_id", BigInteger, to("people"), nullable=False),
    Column("form", String(24), nullable=False),
    Column("step", String(24), nullable=False),
    Column("back_to", String(24), comment="the review, when one row is being changed"),
    Column("data", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("started_at", UTCDateTime, nullable=False),
    Column("touched_at", UTCDateTime, nullable=False),
    Column("doubt", Text, comment="words that name a contact and are not confirmed yet"),
    Index("ix_drafts_touched_at", "touched_at"),
    UniqueConstraint("person_id", "form"),
    sqlite_autoincrement=True,  # an id is never used again: old buttons name it
)

cards = Table(
    "cards",
    metadata,
    Column("chat_id", BigInteger, primary_key=True),
    Column("message_id", BigInteger, primary_key=True),
    Column("need_id", BigInteger, to("needs"), nullable=False),
    Column("posted_at", UTCDateTime, nullable=False),
    Index("ix_cards_need", "need_id"),
)

inline_cards = Table(
    "inline_cards",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column(
        "inline_message_id",
        String(100),
        nullable=False,
        unique=True,
        comment="the messenger's name of a message in a chat we may not know",
    ),
    Column("need_id", BigInteger, to("needs"), nullable=False),
    Column("language", String(2), nullable=False, comment="of whoever posted it"),
    Column("posted_at", UTCDateTime, nullable=False),
    Index("ix_inline_cards_need", "need_id"),
    sqlite_autoincrement=True,  # what waits in the outbox for a card that is gone must not meet another
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column(
        "chat_id", BigInteger, ForeignKey("chats.id", ondelete="RESTRICT", onupdate="CASCADE"), nullable=False
    ),
    Column("kind", String(8), nullable=False, comment="digest, or instant: each new need at once"),
    Column("hour", Integer),
    Column("zone", Text),
    Column("sectors", Text, nullable=False, server_default="", comment="codes joined by commas; empty: all"),
    Column("next_run_at", UTCDateTime),
    Column("watermark", BigInteger, nullable=False, server_default=text("0"), comment="last event told"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_by", BigInteger, to("people"), nullable=False),
    Column(
        "thread_id",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="a topic of a group; 0: the chat itself",
    ),
    Column(
        "days", Integer, nullable=False, server_default=text("127"), comment="a bit a weekday, Monday first"
    ),
    Column(
        "filters",
        Text,
        nullable=False,
        server_default="{}",
        comment="JSON, the same text for the same filter; {}: everything",
    ),
    Column("paused_until", UTCDateTime),
    Column("picture", String(8), nullable=False, server_default="sectors"),
    Column("theme", String(8), nullable=False, server_default="light"),
    Column("gone_at", UTCDateTime, comment="when it ended because its chat or topic was gone"),
    UniqueConstraint("chat_id", "thread_id", "kind"),
    Index("ix_subscriptions_hour", "active", "kind", "next_run_at"),
)
