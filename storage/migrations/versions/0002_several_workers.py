"""several workers: quicker looks into the inbox, and PostgreSQL tells everybody what was stored"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

CHANNELS = ('inbox', 'outbox')


def upgrade() -> None:
    op.create_index('ix_inbox_mailbox', 'inbox', ['mailbox', 'update_id'], unique=False,
                    sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))
    op.create_index('ix_inbox_done', 'inbox', ['received_at'], unique=False,
                    sqlite_where=sa.text("state = 'done'"), postgresql_where=sa.text("state = 'done'"))
    if op.get_bind().dialect.name != 'postgresql':
        return
    op.execute("""
        CREATE FUNCTION hromada_bridge_stored() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_notify('hromada_bridge_' || TG_TABLE_NAME, ''); RETURN NULL; END $$
    """)
    for table in CHANNELS:
        op.execute(f"""
            CREATE TRIGGER stored AFTER INSERT ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION hromada_bridge_stored()
        """)


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table in CHANNELS:
            op.execute(f'DROP TRIGGER stored ON {table}')
        op.execute('DROP FUNCTION hromada_bridge_stored()')
    op.drop_index('ix_inbox_done', table_name='inbox')
    op.drop_index('ix_inbox_mailbox', table_name='inbox')
