"""What lists look in. Both tables hold nothing of their own: triggers fill them (migrations 0004 and 0012), nobody else writes.

They stand apart from the other tables' metadata: what is copied or compared by it fills these by itself.
"""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, type_coerce

from domain.words import NeedState, Urgency
from storage.base import Word

_metadata = MetaData()

listed = Table(
    "listed",
    _metadata,
    Column("need_id", BigInteger, primary_key=True),
    Column("sector", String(24), primary_key=True, comment="one of the need's; empty: the need as a whole"),
    Column(
        "state",
        Word(NeedState),
        nullable=False,
        comment="live needs only; 'first' while its partners alone see it",
    ),
    Column("oblast", String(4), nullable=False),
    Column("urgency", Word(Urgency), nullable=False),
    Column("organisation_id", BigInteger, nullable=False),
    Column("some_open", Boolean, nullable=False, comment="something of the sector may still be promised"),
)

FIRST = type_coerce(listed.c.state, String) == "first"
"""Shown to its hromada's partners only. Whoever looks for the states that needs have does not find these."""

partnerships = Table(
    "partnerships",
    _metadata,
    Column("partner_id", BigInteger, primary_key=True),
    Column("hromada_id", BigInteger, primary_key=True, comment="the partner ever promised something to it"),
    Column("accepted", Boolean, nullable=False, comment="and it accepted something of that"),
)
