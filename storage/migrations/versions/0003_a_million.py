"""a million: partial indexes for what waits, what is over and what was given up"""

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


def upgrade() -> None:
    for name, table, column, where in PARTIAL:
        op.create_index(name, table, [column], unique=False, sqlite_where=sa.text(where),
                        postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, table, _column, _where in PARTIAL:
        op.drop_index(name, table_name=table)
