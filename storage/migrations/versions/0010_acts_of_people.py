"""acts of people: what is written down when somebody is let in, leaves, is suspended, asks or exports"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

KINDS = (
    'member_restored', 'member_left', 'organisation_suspended', 'organisation_restored', 'person_suspended',
    'person_restored', 'person_forgotten', 'coordinator_appointed', 'coordinator_dismissed', 'second_voice_asked',
    'invite_made', 'invite_used', 'invite_revoked', 'privacy_answered', 'data_exported', 'thread_read',
    'declaration_changed', 'transport_changed', 'contacts_changed', 'pledge_kept', 'pledge_ended',
)
STATES = ('left',)


def let_in(table: str, column: str, words: tuple[str, ...]) -> None:
    """What the rule allows as it stands, whichever migrations ran before this one, and ours."""
    name = f'ck_{table}_{column}_known'
    rules = sa.inspect(op.get_bind()).get_check_constraints(table)
    rule = next(each['sqltext'] for each in rules if each['name'] == name)
    allowed = ', '.join(f"'{word}'" for word in dict.fromkeys([*re.findall(r"'(\w+)'", rule), *words]))
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f(name), table, type_='check')
        op.create_check_constraint(op.f(name), table, f'{column} IN ({allowed})')
        return
    with op.batch_alter_table(table, recreate='always') as changed:
        changed.create_check_constraint(op.f(name), f'{column} IN ({allowed})')


def upgrade() -> None:
    let_in('events', 'kind', KINDS)
    let_in('members', 'state', STATES)


def downgrade() -> None:
    """What is allowed and not used harms nobody."""
