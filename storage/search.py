"""Words in needs: FTS5 on SQLite, a text search vector on PostgreSQL; triggers and a generated column keep them in step.

What is looked for and what is looked in are folded alike (domain/search.py): one script, no apostrophes, no case.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, column, false, func, literal_column, table
from sqlalchemy.dialects.postgresql import TSVECTOR

from storage.schema.needs import needs

_words = table("needs_words", column("rowid"), column("needs_words"))
_vector: ColumnElement[str] = literal_column("needs.search_words", TSVECTOR)


def newest_with(
    conn: Connection, words: Sequence[str], query: Select[*tuple[object, ...]]
) -> Select[*tuple[object, ...]]:
    """The needs of a query in which every word begins with one of these, newest first."""
    if not words:
        return query.order_by(needs.c.id.desc())
    bare = [found for found in map(_bare, words) if found]
    if not bare:
        return query.where(false())
    if conn.dialect.name == "postgresql":
        vector = func.to_tsquery("simple", " & ".join(f"'{word}':*" for word in bare))
        return query.where(_vector.op("@@")(vector)).order_by(needs.c.id.desc())
    wanted = " ".join(f'"{word}"*' for word in bare)
    # FTS5 walks its own rows backwards, so that the newest ten are found without sorting all.
    found = query.join_from(needs, _words, needs.c.id == _words.c.rowid)
    return found.where(_words.c.needs_words.op("MATCH")(wanted)).order_by(_words.c.rowid.desc())


def _bare(word: str) -> str:
    """Letters and digits alone: nothing of either engine's language of queries."""
    return "".join(letter for letter in word if letter.isalnum())
