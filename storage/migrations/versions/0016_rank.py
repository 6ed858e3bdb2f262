"""whoever has standing does not wait behind accounts without"""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

TABLES = (
    ('inbox', 'ix_inbox_waiting', ['update_id'], "state = 'waiting'",
     '1 from accounts without standing: those who have one do not wait behind them', ['rank', 'update_id']),
    ('outbox', 'ix_outbox_due', ['lane', 'id'], "state = 'due'",
     '1 for accounts without standing: within a lane others do not wait behind them', ['lane', 'rank', 'id']),
)


def index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    for table, name, _, where, comment, columns in TABLES:
        op.add_column(table, sa.Column('rank', sa.Integer(), server_default=sa.text('0'), nullable=False, comment=comment))
        op.drop_index(name, table_name=table)
        index(name, table, columns, where)


def downgrade() -> None:
    for table, name, columns, where, *_ in TABLES:
        op.drop_index(name, table_name=table)
        index(name, table, columns, where)
        op.drop_column(table, 'rank')
