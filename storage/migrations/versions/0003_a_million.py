"""a million: text search, and indexes for filtered lists, for what waits, what is over and what was given up

Triggers keep the search in step, so that rows written by the version before are found too.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

PARTIAL = (
    ('ix_outbox_later', 'outbox', 'not_before', "state = 'due'"),
    ('ix_outbox_over', 'outbox', 'created_at', "state IN ('sent', 'skipped')"),
    ('ix_outbox_dead', 'outbox', 'id', "state = 'dead'"),
    ('ix_inbox_dead', 'inbox', 'update_id', "state = 'dead'"),
)

FILTERS = (
    ('ix_needs_oblast', ['state', 'oblast', 'id']),
    ('ix_needs_urgency', ['state', 'urgency', 'id']),
)
SQLITE = (
    "CREATE VIRTUAL TABLE needs_words USING fts5(search, content='needs', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0', prefix='2 3 4 5')",
    "INSERT INTO needs_words(needs_words) VALUES ('rebuild')",
    "CREATE TRIGGER needs_words_new AFTER INSERT ON needs BEGIN "
    "INSERT INTO needs_words(rowid, search) VALUES (new.id, new.search); END",
    "CREATE TRIGGER needs_words_changed AFTER UPDATE OF search ON needs BEGIN "
    "INSERT INTO needs_words(needs_words, rowid, search) VALUES ('delete', old.id, old.search); "
    "INSERT INTO needs_words(rowid, search) VALUES (new.id, new.search); END",
    "CREATE TRIGGER needs_words_gone AFTER DELETE ON needs BEGIN "
    "INSERT INTO needs_words(needs_words, rowid, search) VALUES ('delete', old.id, old.search); END",
)
POSTGRESQL = (
    "ALTER TABLE needs ADD COLUMN search_words tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', search)) STORED",
    "CREATE INDEX ix_needs_words ON needs USING gin (search_words)",
)


def upgrade() -> None:
    for name, columns in FILTERS:
        op.create_index(name, 'needs', columns, unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == 'sqlite' else POSTGRESQL:
        op.execute(statement)
    for name, table, column, where in PARTIAL:
        op.create_index(name, table, [column], unique=False, sqlite_where=sa.text(where),
                        postgresql_where=sa.text(where))


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        for name in ('new', 'changed', 'gone'):
            op.execute(f'DROP TRIGGER needs_words_{name}')
        op.execute('DROP TABLE needs_words')
    else:
        op.execute('DROP INDEX ix_needs_words')
        op.execute('ALTER TABLE needs DROP COLUMN search_words')
    for name, _columns in FILTERS:
        op.drop_index(name, table_name='needs')
    for name, table, _column, _where in PARTIAL:
        op.drop_index(name, table_name=table)
