"""seals over the whole history"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table(
        'seals',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('after', sa.BigInteger(), nullable=False, comment='the last event of the seal before; 0 for the first'),
        sa.Column('until', sa.BigInteger(), nullable=False, comment='the last event it covers'),
        sa.Column('events', sa.Integer(), nullable=False, comment='how many events it covers'),
        sa.Column('previous', sa.String(64), nullable=False, comment='hash of the seal before; empty for the first'),
        sa.Column('hash', sa.String(64), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_seals')),
        sa.UniqueConstraint('previous', name=op.f('uq_seals_previous')),
    )
    op.create_table(
        'seal_marks',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False, comment='always 1'),
        sa.Column('until', sa.BigInteger(), nullable=False, comment='the newest event when somebody looked'),
        sa.Column('horizon', sa.BigInteger(), nullable=False,
                  comment='transactions from here on began later; once all older ones are over, nothing up to it is missing'),
        sa.Column('told', sa.BigInteger(), server_default='0', nullable=False,
                  comment='the seal coordinators heard of last'),
        sa.Column('told_on', sa.Date(), nullable=True, comment="the operator's day on which they did"),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_seal_marks')),
    )


def downgrade() -> None:
    op.drop_table('seal_marks')
    op.drop_table('seals')
