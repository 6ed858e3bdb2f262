"""follow-ups: pledges of which a part has left and the rest is late"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

_SENT = sa.text("state = 'dispatched'")


def upgrade() -> None:
    op.create_index('ix_pledges_sent', 'pledges', ['told', 'ready_by'], unique=False, sqlite_where=_SENT, postgresql_where=_SENT)


def downgrade() -> None:
    op.drop_index('ix_pledges_sent', table_name='pledges')
