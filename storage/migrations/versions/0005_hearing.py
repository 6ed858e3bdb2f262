"""hearing: standing orders with filters, days, topics, pauses and pictures; quiet hours of a chat

A topic of a group is a place of its own, so a chat may have several orders of one kind. The version before goes on to
read and write `sectors`; this one writes both.
"""

import json

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

SEVERAL = ['chat_id', 'thread_id', 'kind']


def upgrade() -> None:
    with op.batch_alter_table('subscriptions') as table:
        table.add_column(sa.Column('thread_id', sa.BigInteger(), server_default=sa.text('0'), nullable=False,
                                   comment='a topic of a group; 0: the chat itself'))
        table.add_column(sa.Column('days', sa.Integer(), server_default=sa.text('127'), nullable=False,
                                   comment='a bit a weekday, Monday first'))
        table.add_column(sa.Column('filters', sa.Text(), server_default='{}', nullable=False,
                                   comment='JSON, the same text for the same filter; {}: everything'))
        table.add_column(sa.Column('paused_until', sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column('picture', sa.String(length=8), server_default='sectors', nullable=False))
        table.add_column(sa.Column('theme', sa.String(length=8), server_default='light', nullable=False))
        table.drop_constraint('uq_subscriptions_chat_id_kind', type_='unique')
        table.create_unique_constraint('uq_subscriptions_chat_id_thread_id_kind', SEVERAL)
    with op.batch_alter_table('chats') as table:
        table.add_column(sa.Column('quiet_from', sa.Integer(), nullable=True, comment='local hour'))
        table.add_column(sa.Column('quiet_to', sa.Integer(), nullable=True))
        table.add_column(sa.Column('quiet_zone', sa.Text(), nullable=True))
    _sectors_become_filters()


def _sectors_become_filters() -> None:
    conn = op.get_bind()
    for row_id, sectors in conn.execute(sa.text("SELECT id, sectors FROM subscriptions WHERE sectors <> ''")).all():
        filters = json.dumps({'sector': sorted(sectors.split(','))}, separators=(',', ':'))
        conn.execute(sa.text('UPDATE subscriptions SET filters = :filters WHERE id = :id'),
                     {'filters': filters, 'id': row_id})


def downgrade() -> None:
    with op.batch_alter_table('chats') as table:
        for column in ('quiet_zone', 'quiet_to', 'quiet_from'):
            table.drop_column(column)
    op.execute('DELETE FROM subscriptions WHERE thread_id <> 0')
    with op.batch_alter_table('subscriptions') as table:
        table.drop_constraint('uq_subscriptions_chat_id_thread_id_kind', type_='unique')
        table.create_unique_constraint('uq_subscriptions_chat_id_kind', ['chat_id', 'kind'])
        for column in ('theme', 'picture', 'paused_until', 'filters', 'days', 'thread_id'):
            table.drop_column(column)
