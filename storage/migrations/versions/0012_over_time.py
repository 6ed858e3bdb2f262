"""over time: addresses of organisations, the signer's name as it was, promises nobody speaks for, partners by what was accepted

What a partner merely promised no longer makes it one of those that see a hromada's needs first: a trigger marks the
pair when the hromada accepts, so that what the version before writes counts, too.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

before = import_module('storage.migrations.versions.0004_lists')

COLUMNS: tuple[tuple[str, sa.Column[object]], ...] = (
    ('organisations', sa.Column('address', sa.Text(), comment='where to deliver; shown to the other side only')),
    ('consignments', sa.Column('signed_as', sa.Text(), comment='how the signer was called when signing')),
    ('pledges', sa.Column('unattended_at', sa.DateTime(timezone=True),
                          comment='since when nobody acts for one of its sides')),
    ('partnerships', sa.Column('accepted', sa.Boolean(), server_default=sa.text('false'), nullable=False)),
)
UNATTENDED = sa.text('unattended_at IS NOT NULL')
ACCEPTED = """
    INSERT INTO partnerships (partner_id, hromada_id, accepted)
    SELECT NEW.organisation_id, needs.organisation_id, true FROM needs WHERE needs.id = NEW.need_id
    ON CONFLICT (partner_id, hromada_id) DO UPDATE SET accepted = true;
"""
TRIGGERS = (
    ('partnerships_accepted', 'UPDATE OF accepted_by ON pledges', 'NEW.accepted_by IS NOT NULL', ACCEPTED),
    ('partnerships_copied', 'INSERT ON pledges', 'NEW.accepted_by IS NOT NULL', ACCEPTED),
)
KNOWN = """
    UPDATE partnerships SET accepted = true WHERE EXISTS (
        SELECT 1 FROM pledges JOIN needs ON needs.id = pledges.need_id
        WHERE pledges.organisation_id = partnerships.partner_id AND needs.organisation_id = partnerships.hromada_id
        AND pledges.accepted_by IS NOT NULL
    )
"""
ADDRESSES = """
    UPDATE organisations SET address = (
        SELECT people.address FROM members JOIN people ON people.id = members.person_id
        WHERE members.organisation_id = organisations.id AND members.state = 'verified'
        AND people.address IS NOT NULL ORDER BY members.id LIMIT 1
    )
"""
SIGNERS = """
    UPDATE consignments SET signed_as = (SELECT people.name FROM people WHERE people.id = consignments.signed_by)
    WHERE signed_by IS NOT NULL
"""


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, column)
    op.create_index('ix_pledges_unattended', 'pledges', ['told', 'unattended_at'], unique=False,
                    sqlite_where=UNATTENDED, postgresql_where=UNATTENDED)
    for statement in (KNOWN, ADDRESSES, SIGNERS):
        op.execute(statement)
    for trigger in TRIGGERS:
        before._trigger(*trigger)


def downgrade() -> None:
    for name, on, *_ in TRIGGERS:
        if before._is_sqlite():
            op.execute(f'DROP TRIGGER {name}')
        else:
            op.execute(f"DROP TRIGGER {name} ON {on.split(' ON ')[1]}")
            op.execute(f'DROP FUNCTION hromada_bridge_{name}()')
    op.drop_index('ix_pledges_unattended', table_name='pledges')
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column.name)
