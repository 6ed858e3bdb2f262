"""follow-ups: how often a thing was asked about, offers to who waits, edits to be confirmed, needs shown to partners first

What was asked about stands in the thing itself, in front of one index a kind, so that the ticker finds what is due
without walking what it has told of already. In `listed` a need that its partners see first has a state of its own,
'first': whoever looks for open ones does not find it, and its partners do.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from domain.words import EventKind

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

before = import_module('storage.migrations.versions.0004_lists')

COLUMNS: tuple[tuple[str, sa.Column[object]], ...] = (
    ('pledges', sa.Column('told', sa.Integer(), server_default=sa.text('0'), nullable=False,
                          comment='how often it was asked about')),
    ('pledges', sa.Column('told_at', sa.DateTime(timezone=True))),
    ('pledges', sa.Column('extended', sa.Boolean(), server_default=sa.text('false'), nullable=False,
                          comment='a hold, once')),
    ('pledges', sa.Column('offered', sa.Boolean(), server_default=sa.text('false'), nullable=False,
                          comment='to who waited for it')),
    ('pledge_lines', sa.Column('asked', sa.Integer(), comment="the line's version its partner has to say yes to")),
    ('consignments', sa.Column('told', sa.Integer(), server_default=sa.text('0'), nullable=False,
                               comment='how often it was asked about')),
    ('consignments', sa.Column('told_at', sa.DateTime(timezone=True))),
    ('needs', sa.Column('told', sa.Integer(), server_default=sa.text('0'), nullable=False,
                        comment='how often it was asked about')),
    ('needs', sa.Column('told_at', sa.DateTime(timezone=True))),
    ('needs', sa.Column('public_from', sa.DateTime(timezone=True),
                        comment="until then its hromada's partners alone see it")),
    ('lines', sa.Column('version', sa.Integer(), server_default=sa.text('1'), nullable=False)),
)
INDEXES = (
    ('ix_pledges_to_confirm', 'pledges', ['told', 'holds_until'], "state = 'held'"),
    ('ix_pledges_to_answer', 'pledges', ['told', 'moved_at'], "state = 'promised'"),
    ('ix_pledges_to_send', 'pledges', ['told', 'ready_by'], "state = 'accepted'"),
    ('ix_consignments_late', 'consignments', ['told', 'eta'], "state = 'on_the_way'"),
    ('ix_consignments_to_sign', 'consignments', ['told', 'arrived_at'], "state = 'arrived'"),
    ('ix_consignments_no_photo', 'consignments', ['told', 'received_at'], "state = 'received'"),
    ('ix_needs_to_remind', 'needs', ['state', 'told', 'asked_at'], "state = 'open' AND asked_at IS NOT NULL"),
    ('ix_needs_public_from', 'needs', ['public_from'], 'public_from IS NOT NULL'),
    ('ix_lines_wanted', 'lines', ['item', 'id'], 'NOT closed AND (open IS NULL OR open > 0)'),
)
GONE = [each for each in before.INDEXES if each[0] in ('ix_pledges_unanswered', 'ix_consignments_moving')]
"""Those above serve what these served."""

OF_HROMADA = 'partnerships_of_hromada'
"""An index that begins like its table, which is compared with nothing (storage/migrate.py)."""

OLD_TRIGGERS = [each for each in before.TRIGGERS if each[0].startswith('listed_')]
FIRST = "CASE WHEN need.public_from IS NULL THEN need.state ELSE 'first' END"


def with_first(name: str, on: str, when: str, body: str) -> tuple[str, str, str, str]:
    """The trigger of before, which now tells what partners see first from what everybody sees."""
    if name == 'listed_changed_need':
        on = on.replace(' ON needs', ', public_from ON needs')
        when += ' OR (OLD.public_from IS NULL) <> (NEW.public_from IS NULL)'
    return name, on, when, body.replace('need.state, need.oblast', f'{FIRST}, need.oblast')


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.execute("UPDATE consignments SET told = 9 WHERE state = 'received'")  # years of receipts: nobody is asked now
    for name, table, columns, where in INDEXES:
        before._index(name, table, columns, where)
    op.create_index(OF_HROMADA, 'partnerships', ['hromada_id', 'partner_id'], unique=False)
    for name, table, *_ in GONE:
        op.drop_index(name, table_name=table)
    for trigger in OLD_TRIGGERS:
        _drop(*trigger)
        before._trigger(*with_first(*trigger))
    _allow([each.value for each in EventKind])


def _drop(name: str, on: str, *_rest: str) -> None:
    if before._is_sqlite():
        op.execute(f'DROP TRIGGER {name}')
    else:
        op.execute(f"DROP TRIGGER {name} ON {on.split(' ON ')[1]}")
        op.execute(f'DROP FUNCTION hromada_bridge_{name}()')


def _allow(kinds: list[str]) -> None:
    """The kinds of events the code knows. SQLite makes the table anew, which leaves its old rule behind."""
    rule = f"kind IN ({', '.join(repr(each) for each in kinds)})"
    with op.batch_alter_table('events') as events:
        if not before._is_sqlite():
            events.drop_constraint(op.f('ck_events_kind_known'), type_='check')
        events.create_check_constraint(op.f('ck_events_kind_known'), rule)


def downgrade() -> None:
    for trigger in OLD_TRIGGERS:
        _drop(*trigger)
        before._trigger(*trigger)
    op.drop_index(OF_HROMADA, table_name='partnerships')
    for each in GONE:
        before._index(*each)
    for name, table, *_ in INDEXES:
        op.drop_index(name, table_name=table)
    for table, column in COLUMNS:
        op.drop_column(table, column.name)
