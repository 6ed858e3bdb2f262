"""rights: tokens are kept as hashes, who coordinates by the settings and who by appointment, second voices, names to look for"""

import json
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

_WAITS = sa.text('decided_at IS NULL')
_NO_NEED = sa.text('need_id IS NULL')
_COORDINATES = sa.text('coordinator')


def upgrade() -> None:
    op.add_column('people', sa.Column('by_settings', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='COORDINATORS names them'))
    op.add_column('people', sa.Column('appointed', sa.Boolean(), server_default=sa.text('false'), nullable=False, comment='coordinates by appointment'))
    op.add_column('people', sa.Column('name_key', sa.Text(), comment='the name as the directory looks for it'))
    op.create_index('ix_people_coordinator', 'people', ['id'], unique=False, sqlite_where=_COORDINATES, postgresql_where=_COORDINATES)
    op.create_index('ix_events_acts', 'events', ['person_id'], unique=False, sqlite_where=_NO_NEED, postgresql_where=_NO_NEED)
    op.add_column('organisations', sa.Column('name_key', sa.Text(), comment='the name as the directory looks for it, and what it looks like'))
    op.add_column('members', sa.Column('invite_id', sa.BigInteger(), comment='the open link they came by, where somebody else has to say yes'))
    with op.batch_alter_table('invites') as changed:
        changed.alter_column('token', type_=sa.String(length=64), existing_nullable=False, comment='its SHA-256; the token itself is nowhere')
        changed.add_column(sa.Column('nonce', sa.String(length=32), comment='what the token is made of, together with a secret that is in no table'))
        changed.add_column(sa.Column('approved_by', sa.BigInteger(), comment='the second coordinator, of an open link'))
        changed.add_column(sa.Column('revoked_at', sa.DateTime(timezone=True)))
        changed.create_foreign_key(op.f('fk_invites_approved_by_people'), 'people', ['approved_by'], ['id'], ondelete='RESTRICT')
        changed.create_index('ix_invites_giver', ['created_by'])
    op.create_table(
        'approvals',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('subject_id', sa.BigInteger(), comment='the member, person or organisation; empty for a link'),
        sa.Column('asked_by', sa.BigInteger(), nullable=False),
        sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('decided_by', sa.BigInteger()),
        sa.Column('decided_at', sa.DateTime(timezone=True)),
        sa.Column('agreed', sa.Boolean()),
        sa.CheckConstraint("kind IN ('open_invite', 'restore_member', 'restore_person', 'restore_organisation', 'appoint')", name=op.f('ck_approvals_kind_known')),
        sa.ForeignKeyConstraint(['asked_by'], ['people.id'], name=op.f('fk_approvals_asked_by_people'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_approvals_decided_by_people'), ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_approvals')),
    )
    op.create_index('ix_approvals_waiting', 'approvals', ['asked_at'], unique=False, sqlite_where=_WAITS, postgresql_where=_WAITS)
    hash_tokens()
    forget_tokens()
    tell_apart_who_coordinates()


def hash_tokens() -> None:
    """Links that are out keep working; whoever reads the table learns none of them."""
    invites = sa.table('invites', sa.column('id', sa.BigInteger), sa.column('token', sa.String))
    conn = op.get_bind()
    for invite_id, token in conn.execute(sa.select(invites.c.id, invites.c.token)).all():
        hashed = sha256(token.encode()).hexdigest()
        conn.execute(sa.update(invites).where(invites.c.id == invite_id).values(token=hashed))


def forget_tokens() -> None:
    """Forms half filled in and messages, sent or not, name a link by its number: a token stands nowhere else, either."""
    conn = op.get_bind()
    rows = conn.execute(sa.text("SELECT id, data FROM drafts WHERE form IN ('hromada', 'partner')")).all()
    for draft_id, data in rows:
        found = without_token(data)
        conn.execute(sa.text('UPDATE drafts SET data = :data WHERE id = :id'), {'data': found, 'id': draft_id})
    rows = conn.execute(sa.text("SELECT id, params FROM outbox WHERE screen IN ('invite_link', 'invited')")).all()
    for row_id, params in rows:
        found = without_token(params)
        conn.execute(sa.text('UPDATE outbox SET params = :params WHERE id = :id'), {'params': found, 'id': row_id})


def without_token(written: str) -> str:
    values = json.loads(written)
    hashed = sha256(str(values.pop('token', '')).encode()).hexdigest()
    invite = op.get_bind().execute(sa.text('SELECT id FROM invites WHERE token = :token'), {'token': hashed}).scalar()
    return json.dumps(values | {'invite_id': invite or 0}, sort_keys=True)


def tell_apart_who_coordinates() -> None:
    """Whoever came by a coordinator's link was appointed; all others can only have come from the settings."""
    came = "EXISTS (SELECT 1 FROM invites WHERE invites.used_by = people.id AND invites.coordinator)"
    op.execute(f'UPDATE people SET appointed = true WHERE coordinator AND {came}')
    op.execute('UPDATE people SET by_settings = true WHERE coordinator AND NOT appointed')


def downgrade() -> None:
    """A hash stays a hash: links given before are lost, and everybody who coordinates goes on."""
    op.drop_table('approvals')
    op.drop_index('ix_events_acts', table_name='events')
    op.drop_index('ix_people_coordinator', table_name='people')
    with op.batch_alter_table('invites') as changed:
        changed.drop_index('ix_invites_giver')
        changed.drop_constraint(op.f('fk_invites_approved_by_people'), type_='foreignkey')
        for name in ('nonce', 'approved_by', 'revoked_at'):
            changed.drop_column(name)
    for table, name in (('members', 'invite_id'), ('organisations', 'name_key'), ('people', 'name_key'), ('people', 'appointed'), ('people', 'by_settings')):
        op.drop_column(table, name)
