"""where groups moved, which chats take nothing for now, which orders ended with their place"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'chat_aliases',
        sa.Column(
            'old_id', sa.BigInteger(), autoincrement=False, nullable=False, comment='of a group that grew up'
        ),
        sa.Column(
            'new_id', sa.BigInteger(), nullable=False, comment='where it is today, however often it moved'
        ),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('old_id', name=op.f('pk_chat_aliases')),
    )
    op.create_index('ix_chat_aliases_new', 'chat_aliases', ['new_id'])
    op.add_column(
        'chats',
        sa.Column(
            'silent_since', sa.DateTime(timezone=True), nullable=True,
            comment='the messenger takes nothing we say there, for now',
        ),
    )
    op.add_column(
        'chats',
        sa.Column(
            'language_chosen', sa.Boolean(), server_default=sa.text('false'), nullable=False,
            comment='by somebody in the group; else it was guessed',
        ),
    )
    op.add_column(
        'subscriptions',
        sa.Column(
            'gone_at', sa.DateTime(timezone=True), nullable=True, comment='when it ended because its chat or topic was gone'
        ),
    )


def downgrade() -> None:
    op.drop_column('subscriptions', 'gone_at')
    op.drop_column('chats', 'language_chosen')
    op.drop_column('chats', 'silent_since')
    op.drop_table('chat_aliases')
