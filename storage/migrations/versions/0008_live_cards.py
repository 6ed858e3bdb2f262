"""live cards: where needs stand that people shared by inline mode, and who brought the bot into a channel"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'inline_cards',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('inline_message_id', sa.String(100), nullable=False,
                  comment="the messenger's name of a message in a chat we may not know"),
        sa.Column('need_id', sa.BigInteger(), nullable=False),
        sa.Column('language', sa.String(2), nullable=False, comment='of whoever posted it'),
        sa.Column('posted_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['need_id'], ['needs.id'], name='fk_inline_cards_need_id_needs', ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name='pk_inline_cards'),
        sa.UniqueConstraint('inline_message_id', name='uq_inline_cards_inline_message_id'),
        sqlite_autoincrement=True,
    )
    op.create_index('ix_inline_cards_need', 'inline_cards', ['need_id'], unique=False)
    op.add_column('outbox', sa.Column('inline_message_id', sa.String(100), nullable=True))
    op.add_column('chats', sa.Column('added_by', sa.BigInteger(), nullable=True,
                                     comment='the person who brought the bot into a channel'))


def downgrade() -> None:
    op.drop_column('chats', 'added_by')
    op.drop_column('outbox', 'inline_message_id')
    op.drop_table('inline_cards')
