"""privacy: what people answered, who was forgotten, who stays barred, and what makes the sweeping quick"""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0011'
branch_labels = None
depends_on = None

_CLOSED = sa.text('closed_at IS NOT NULL')
_DEAD = sa.text("state = 'dead'")
_JOURNEY = sa.text('carrier IS NOT NULL OR plate IS NOT NULL OR note IS NOT NULL')
_NOBODYS = sa.text("person_id IS NULL AND kind = 'private'")


def upgrade() -> None:
    op.add_column('people', sa.Column('privacy_version', sa.Integer(), nullable=True, comment='of the text that was answered'))
    op.add_column('people', sa.Column('privacy_agreed', sa.Boolean(), nullable=True))
    op.add_column('people', sa.Column('privacy_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('people', sa.Column('forgotten_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('drafts', sa.Column('doubt', sa.Text(), nullable=True,
                                      comment='words that name a contact and are not confirmed yet'))
    op.create_table(
        'barred',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('mark', sa.String(length=64), nullable=False, comment='a slow salted hash of the account, nothing else'),
        sa.Column('salt', sa.String(length=32), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=True, comment='empty: barred everywhere'),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['organisation_id'], ['organisations.id'],
                                name=op.f('fk_barred_organisation_id_organisations'), ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_barred')),
        comment='people whose access was suspended when they were forgotten',
    )
    op.create_index('ix_drafts_touched_at', 'drafts', ['touched_at'], unique=False)
    op.create_index('ix_invites_expires_at', 'invites', ['expires_at'], unique=False)
    op.create_index('ix_inbox_given_up', 'inbox', ['received_at'], unique=False, sqlite_where=_DEAD, postgresql_where=_DEAD)
    op.create_index('ix_outbox_given_up', 'outbox', ['created_at'], unique=False, sqlite_where=_DEAD, postgresql_where=_DEAD)
    op.create_index('ix_needs_closed_at', 'needs', ['closed_at'], unique=False, sqlite_where=_CLOSED, postgresql_where=_CLOSED)
    op.create_index('ix_consignments_journey', 'consignments', ['created_at'], unique=False,
                    sqlite_where=_JOURNEY, postgresql_where=_JOURNEY)
    op.create_index('ix_chats_nobodys', 'chats', ['person_id', 'kind'], unique=False, sqlite_where=_NOBODYS, postgresql_where=_NOBODYS)
    op.create_index('ix_messages_person', 'messages', ['person_id'], unique=False)
    op.execute("UPDATE inbox SET payload = '' WHERE state = 'done'")


def downgrade() -> None:
    op.drop_index('ix_messages_person', table_name='messages')
    op.drop_index('ix_chats_nobodys', table_name='chats')
    op.drop_index('ix_consignments_journey', table_name='consignments')
    op.drop_index('ix_needs_closed_at', table_name='needs')
    op.drop_index('ix_outbox_given_up', table_name='outbox')
    op.drop_index('ix_inbox_given_up', table_name='inbox')
    op.drop_index('ix_invites_expires_at', table_name='invites')
    op.drop_index('ix_drafts_touched_at', table_name='drafts')
    op.drop_table('barred')
    op.drop_column('drafts', 'doubt')
    for column in ('forgotten_at', 'privacy_at', 'privacy_agreed', 'privacy_version'):
        op.drop_column('people', column)
