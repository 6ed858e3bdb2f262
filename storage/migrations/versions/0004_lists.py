"""lists: what filtered lists and searches look in, and indexes for what the ticker and the digest ask for

Two tables hold nothing of their own: `listed` has a row for each live need and one for each of its sectors,
`partnerships` says which partner ever promised something to which hromada. Triggers keep them in step, so that rows
written by the version before are found too. The words of needs that are over leave the search.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

INDEXES = (
    ('ix_needs_to_ask', 'needs', ['state', 'confirm_by'], "state = 'open' AND asked_at IS NULL"),
    ('ix_needs_asked', 'needs', ['state', 'asked_at'], "state = 'open' AND asked_at IS NOT NULL"),
    ('ix_pledges_unanswered', 'pledges', ['moved_at'], "state = 'promised'"),
    ('ix_consignments_moving', 'consignments', ['id', 'state', 'eta'], "state IN ('on_the_way', 'arrived')"),
)
GONE = (
    ('ix_needs_confirm_by', ['confirm_by'], "state = 'open'"),
    ('ix_needs_oblast', ['state', 'oblast', 'id'], None),
    ('ix_needs_urgency', ['state', 'urgency', 'id'], None),
)
LISTED = (
    ('ix_listed', ['state', 'some_open', 'sector', 'need_id']),
    ('ix_listed_oblast', ['state', 'some_open', 'sector', 'oblast', 'need_id']),
    ('ix_listed_urgency', ['state', 'some_open', 'sector', 'urgency', 'need_id']),
    ('ix_listed_both', ['state', 'some_open', 'sector', 'oblast', 'urgency', 'need_id']),
    ('ix_listed_organisation', ['organisation_id', 'state', 'some_open', 'sector', 'need_id']),
)
FACTS = ('state', 'oblast', 'urgency', 'organisation_id')


def is_live(row: str) -> str:
    return f"{row}.state IN ('open', 'stale')"


def is_open(row: str) -> str:
    return f'(NOT {row}.closed AND ({row}.open IS NULL OR {row}.open > 0))'


def rows_for(kinds: str) -> str:
    """Rows of live needs; a kind is a need and one of its sectors, or no sector: any."""
    return f"""
        INSERT INTO listed (need_id, sector, state, oblast, urgency, organisation_id, some_open)
        SELECT need.id, kind.sector, need.state, need.oblast, need.urgency, need.organisation_id, EXISTS (
            SELECT 1 FROM lines AS line
            WHERE line.need_id = need.id AND (kind.sector = '' OR line.sector = kind.sector) AND {is_open('line')}
        )
        FROM ({kinds}) AS kind JOIN needs AS need ON need.id = kind.need_id WHERE {is_live('need')}
    """


EVERYTHING = rows_for("SELECT id AS need_id, '' AS sector FROM needs UNION SELECT need_id, sector FROM lines")
NEW_LINE = rows_for(
    "SELECT NEW.need_id AS need_id, '' AS sector UNION ALL SELECT NEW.need_id, NEW.sector"
) + (
    'ON CONFLICT (need_id, sector) DO UPDATE SET some_open = excluded.some_open '
    'WHERE excluded.some_open <> listed.some_open;'
)
PARTNERSHIPS = """
    INSERT INTO partnerships (partner_id, hromada_id)
    SELECT DISTINCT pledges.organisation_id, needs.organisation_id
    FROM pledges JOIN needs ON needs.id = pledges.need_id
"""
NEW_PARTNERSHIP = """
    INSERT INTO partnerships (partner_id, hromada_id)
    SELECT NEW.organisation_id, needs.organisation_id FROM needs WHERE needs.id = NEW.need_id
    ON CONFLICT (partner_id, hromada_id) DO NOTHING;
"""


def anew(need: str) -> str:
    kinds = f"SELECT {need} AS need_id, '' AS sector UNION SELECT need_id, sector FROM lines WHERE need_id = {need}"
    return f'DELETE FROM listed WHERE need_id = {need}; {rows_for(kinds)};'


def changed(*values: str) -> str:
    return ' OR '.join(value.format('OLD') + ' <> ' + value.format('NEW') for value in values)


TRIGGERS = (
    ('listed_new_need', 'INSERT ON needs', 'true', anew('NEW.id')),
    ('listed_changed_need', f"UPDATE OF {', '.join(FACTS)} ON needs", changed(*('{0}.' + each for each in FACTS)),
     anew('NEW.id')),
    ('listed_gone_need', 'DELETE ON needs', 'true', 'DELETE FROM listed WHERE need_id = OLD.id;'),
    ('listed_new_line', 'INSERT ON lines', 'true', NEW_LINE),
    ('listed_changed_line', 'UPDATE OF sector, open, closed ON lines', changed('{0}.sector', is_open('{0}')),
     anew('NEW.need_id')),
    ('listed_gone_line', 'DELETE ON lines', 'true', anew('OLD.need_id')),
    ('partnerships_new', 'INSERT ON pledges', 'true', NEW_PARTNERSHIP),
)
ADD_WORDS = f"INSERT INTO needs_words(rowid, search) SELECT NEW.id, NEW.search WHERE {is_live('NEW')};"
DROP_WORDS = (
    'INSERT INTO needs_words(needs_words, rowid, search) '
    f"SELECT 'delete', OLD.id, OLD.search WHERE {is_live('OLD')};"
)
WORDS = (
    ('needs_words_new', 'INSERT ON needs', 'true', ADD_WORDS),
    ('needs_words_changed', 'UPDATE OF search, state ON needs', changed('{0}.search', f"({is_live('{0}')})"),
     DROP_WORDS + ADD_WORDS),
    ('needs_words_gone', 'DELETE ON needs', 'true', DROP_WORDS),
)


def upgrade() -> None:
    _tables()
    op.execute(EVERYTHING)
    op.execute(PARTNERSHIPS)
    for name, columns in LISTED:
        op.create_index(name, 'listed', columns, unique=False)
    op.drop_index('ix_subscriptions_due', table_name='subscriptions')
    op.create_index('ix_subscriptions_hour', 'subscriptions', ['active', 'kind', 'next_run_at'], unique=False)
    for name, table, columns, where in INDEXES:
        _index(name, table, columns, where)
    for name, _columns, _where in GONE:
        op.drop_index(name, table_name='needs')
    for trigger in TRIGGERS:
        _trigger(*trigger)
    if _is_sqlite():
        _sqlite_words()
    else:
        op.execute('DROP INDEX ix_needs_words')
        op.execute(f"CREATE INDEX ix_needs_words ON needs USING gin (search_words) WHERE {is_live('needs')}")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == 'sqlite'


def _tables() -> None:
    op.create_table(
        'listed',
        sa.Column('need_id', sa.BigInteger(), nullable=False),
        sa.Column('sector', sa.String(24), nullable=False),
        sa.Column('state', sa.String(12), nullable=False),
        sa.Column('oblast', sa.String(4), nullable=False),
        sa.Column('urgency', sa.String(8), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False),
        sa.Column('some_open', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('need_id', 'sector', name='pk_listed'),
        sqlite_with_rowid=False,
    )
    op.create_table(
        'partnerships',
        sa.Column('partner_id', sa.BigInteger(), nullable=False),
        sa.Column('hromada_id', sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint('partner_id', 'hromada_id', name='pk_partnerships'),
        sqlite_with_rowid=False,
    )


def _index(name: str, table: str, columns: list[str], where: str | None) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(name, table, columns, unique=False, sqlite_where=only, postgresql_where=only)


def _trigger(name: str, on: str, when: str, body: str) -> None:
    if _is_sqlite():
        op.execute(f'CREATE TRIGGER {name} AFTER {on} FOR EACH ROW WHEN ({when}) BEGIN {body} END')
        return
    op.execute(f"""
        CREATE FUNCTION hromada_bridge_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN {body} RETURN NULL; END $$
    """)
    op.execute(f"""
        CREATE TRIGGER {name} AFTER {on} FOR EACH ROW WHEN ({when})
        EXECUTE FUNCTION hromada_bridge_{name}()
    """)


def _sqlite_words() -> None:
    """A column of its own for each beginning of a word: FTS5 walks it newest first, and need not merge words first."""
    for name, *_ in WORDS:
        op.execute(f'DROP TRIGGER {name}')
    op.execute('DROP TABLE needs_words')
    op.execute("CREATE VIRTUAL TABLE needs_words USING fts5(search, content='', detail=none, "
               "tokenize='unicode61 remove_diacritics 0', prefix='1 2 3 4 5 6 7 8 9 10')")
    op.execute(f"INSERT INTO needs_words(rowid, search) SELECT id, search FROM needs WHERE {is_live('needs')} ORDER BY id")
    for trigger in WORDS:
        _trigger(*trigger)


def downgrade() -> None:
    for name, on, *_ in TRIGGERS:
        if _is_sqlite():
            op.execute(f'DROP TRIGGER {name}')
        else:
            op.execute(f"DROP TRIGGER {name} ON {on.split(' ON ')[1]}")
            op.execute(f'DROP FUNCTION hromada_bridge_{name}()')
    for name, columns, where in GONE:
        _index(name, 'needs', columns, where)
    op.drop_index('ix_subscriptions_hour', table_name='subscriptions')
    _index('ix_subscriptions_due', 'subscriptions', ['next_run_at'], 'active')
    for name, table, *_ in INDEXES:
        op.drop_index(name, table_name=table)
    op.drop_table('partnerships')
    op.drop_table('listed')
    if not _is_sqlite():
        op.execute('DROP INDEX ix_needs_words')
        op.execute('CREATE INDEX ix_needs_words ON needs USING gin (search_words)')
        return
    for name, *_ in WORDS:
        op.execute(f'DROP TRIGGER {name}')
    op.execute('DROP TABLE needs_words')
    before = import_module('storage.migrations.versions.0003_a_million')
    for statement in before.SQLITE:
        op.execute(statement)
