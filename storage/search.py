"""Which needs are listed or found, newest first: their ids, by indexes alone, however many needs there are.

Filters look in *listed*, words in FTS5 on SQLite and in a text search vector on PostgreSQL; triggers keep all of them in
step. What is looked for and what is looked in are folded alike (domain/search.py): one script, no apostrophes, no case.
"""

import unicodedata
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    exists,
    false,
    func,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from domain.words import LIVE_NEEDS, NeedState, Urgency
from storage.schema.listed import FIRST, listed, partnerships
from storage.schema.needs import needs

_words = table("needs_words", column("rowid"), column("needs_words"))
_vector: ColumnElement[str] = literal_column("needs.search_words", TSVECTOR)
_IS_LIVE = text("needs.state IN ('open', 'stale')")
LONGEST_WORD = 10
"""Letters that are looked for: FTS5 has an index for each beginning up to there."""
FEW = 100
"""Hromadas of a partner that are asked one by one; needs of more are met soon by walking all."""
NEAR, SOME = 1500, 1000
"""Needs that are walked to see whether a word is frequent; needs with a rare one that are gathered and sorted."""


@dataclass(frozen=True, slots=True)
class Search:
    """Filters of the list of needs, joined by AND; an empty one filters nothing. ``states`` are live ones."""

    oblast: str = ""
    sector: str = ""
    urgency: Urgency | None = None
    open_only: bool = False
    partner_of: int | None = None
    organisation_id: int | None = None
    words: tuple[str, ...] = ()
    states: tuple[NeedState, ...] = (NeedState.OPEN,)
    reader: int | None = None
    """The organisation that looks: it finds, too, what its hromadas show to their partners first, and its own."""


def newest(conn: Connection, search: Search, before: int | None, limit: int) -> Select[tuple[int]]:
    """The ids of the newest needs that match, at most so many, older than ``before``."""
    if search.words:
        return _with_words(conn, search, before, limit)
    one_by_one = search.partner_of is not None and _helped_few(conn, search.partner_of)
    parts = []
    for state, some_open in product(search.states, (True,) if search.open_only else (True, False)):
        found = select(listed.c.need_id).where(listed.c.state == state, listed.c.some_open == some_open)
        found = found.where(*_filters(search)).order_by(listed.c.need_id.desc()).limit(limit)
        if before is not None:
            found = found.where(listed.c.need_id < before)
        if one_by_one:
            found = _of_each_hromada(conn, found, search.partner_of)
        elif search.partner_of is not None:
            found = found.where(listed.c.organisation_id.in_(_hromadas(search.partner_of)))
        parts.append(select(found.subquery()))
    if search.reader is not None:
        parts.append(select(_shown_first(search, before, limit).subquery()))
    every = union_all(*parts).subquery()
    return select(every.c[0]).order_by(every.c[0].desc()).limit(limit)


def _shown_first(search: Search, before: int | None, limit: int) -> Select[tuple[int]]:
    """The few that are shown to partners first: those of the reader's hromadas."""
    found = select(listed.c.need_id).where(FIRST, *_filters(search), _for(search.reader))
    if search.open_only:
        found = found.where(listed.c.some_open)
    if search.partner_of is not None:
        found = found.where(listed.c.organisation_id.in_(_hromadas(search.partner_of)))
    if before is not None:
        found = found.where(listed.c.need_id < before)
    return found.order_by(listed.c.need_id.desc()).limit(limit)


def _for(reader: int | None) -> ColumnElement[bool]:
    if reader is None:
        return false()
    accepted = _hromadas(reader).where(partnerships.c.accepted)
    return or_(listed.c.organisation_id == reader, listed.c.organisation_id.in_(accepted))


def _filters(search: Search) -> list[ColumnElement[bool]]:
    """What stands in the indexes of *listed*."""
    found: list[ColumnElement[bool]] = [listed.c.sector == search.sector]
    if search.oblast:
        found.append(listed.c.oblast == search.oblast)
    if search.urgency:
        found.append(listed.c.urgency == search.urgency)
    if search.organisation_id is not None:
        found.append(listed.c.organisation_id == search.organisation_id)
    return found


def _hromadas(partner: int) -> Select[tuple[int]]:
    return select(partnerships.c.hromada_id).where(partnerships.c.partner_id == partner)


def _helped_few(conn: Connection, partner: int) -> bool:
    some = _hromadas(partner).limit(FEW + 1).subquery()
    return conn.execute(select(func.count()).select_from(some)).scalar_one() <= FEW


def _of_each_hromada(conn: Connection, found: Select[tuple[int]], partner: int | None) -> Select[tuple[int]]:
    """The newest of each hromada the partner helped; the newest of all are among them."""
    mine = found.where(listed.c.organisation_id == partnerships.c.hromada_id).correlate(partnerships)
    if conn.dialect.name == "postgresql":
        each = mine.lateral()
        query = select(each.c.need_id).select_from(partnerships.join(each, true()))
    else:
        query = select(needs.c.id).select_from(partnerships.join(needs, needs.c.id.in_(mine)))
    return query.where(partnerships.c.partner_id == partner)


def _with_words(conn: Connection, search: Search, before: int | None, limit: int) -> Select[tuple[int]]:
    """Every word begins with one of these."""
    bare = [found for found in map(_bare, search.words) if found]
    key: ColumnElement[int]
    if not bare:
        return select(needs.c.id).where(false())
    few: list[int] | None = None
    if conn.dialect.name == "postgresql":
        vector = func.to_tsquery("simple", " & ".join(f"'{word}':*" for word in bare))
        query, key = select(needs.c.id).where(_IS_LIVE, _vector.op("@@")(vector)), needs.c.id
        if not _soon(conn, vector, before, limit):
            few = _at_most(conn, query, SOME)
    else:  # FTS5 walks its own rows backwards, so that the newest ten are found without sorting all
        wanted = " ".join(f'"{word[:LONGEST_WORD]}"*' for word in bare)
        query, key = select(_words.c.rowid).where(_words.c.needs_words.op("MATCH")(wanted)), _words.c.rowid
    if few is None:
        query = query.where(_may_be_found(conn, search, key))
    else:
        query = query.where(key.in_(few), _is_listed(search, key))
    if before is not None:
        query = query.where(key < before)
    return query.order_by(key.desc()).limit(limit)


def _at_most(conn: Connection, query: Select[tuple[int]], most: int) -> list[int] | None:
    """All of them, or None where there are more."""
    found: list[Any] = list(conn.execute(query.limit(most + 1)).scalars())
    return found if len(found) <= most else None


def _soon(conn: Connection, vector: ColumnElement[str], before: int | None, limit: int) -> bool:
    """Whether walking back from the newest fills a page soon.

    PostgreSQL believes it of any word, and walks all for a rare one; of a frequent one, which it would gather and sort, it is true.
    """
    first = before if before is not None else conn.execute(select(func.max(needs.c.id))).scalar_one()
    if first is None:
        return True
    last = select(needs.c.state, _vector.label("words")).where(needs.c.id <= first, needs.c.id > first - NEAR)
    near = last.offset(0).subquery()  # PostgreSQL does not look through it: the newest, whatever the word
    fits = near.c.state.in_(LIVE_NEEDS), near.c.words.op("@@")(vector)
    return len(conn.execute(select(near.c.state).where(*fits).limit(limit)).all()) >= limit


def _may_be_found(conn: Connection, search: Search, key: ColumnElement[int]) -> ColumnElement[bool]:
    """The words of what partners see first are there, too. PostgreSQL reads the need's own row anyway."""
    plain = Search(words=search.words, states=LIVE_NEEDS, reader=search.reader)
    if search != plain or conn.dialect.name != "postgresql":
        return _is_listed(search, key)
    shown = needs.c.public_from.is_(None)
    if search.reader is None:
        return shown
    mine = needs.c.organisation_id == search.reader
    accepted = _hromadas(search.reader).where(partnerships.c.accepted)
    return or_(shown, mine, needs.c.organisation_id.in_(accepted))


def _is_listed(search: Search, key: ColumnElement[int]) -> ColumnElement[bool]:
    shown = or_(listed.c.state.in_(search.states), and_(FIRST, _for(search.reader)))
    found = [listed.c.need_id == key, shown, *_filters(search)]
    if search.open_only:
        found.append(listed.c.some_open)
    if search.partner_of is not None:
        found.append(listed.c.organisation_id.in_(_hromadas(search.partner_of)))
    return exists().where(*found)


def _bare(word: str) -> str:
    """Letters and digits alone, of those that FTS5 knows as such: nothing of either engine's language of queries."""
    return "".join(letter for letter in word if unicodedata.ucd_3_2_0.category(letter)[0] in "LN")
