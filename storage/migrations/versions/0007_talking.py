"""talking: threads instead of one question and one answer, files, translations, thanks

What was asked and answered becomes threads; the old table stays, so that the version before runs on.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

KINDS = ('coordinator_invited', 'coordinator_left', 'thanked', 'thanks_shared')
KEY = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)

THREADS = """
    INSERT INTO threads (need_id, organisation_id, opened_at, moved_at)
    SELECT need_id, partner, min(asked_at), max(coalesce(answered_at, asked_at)) FROM (
        SELECT question.*, CASE WHEN question.from_organisation = need.organisation_id
            THEN question.to_organisation ELSE question.from_organisation END AS partner
        FROM questions AS question JOIN needs AS need ON need.id = question.need_id
    ) AS asked GROUP BY need_id, partner
"""
MESSAGES = """
    INSERT INTO messages (thread_id, person_id, organisation_id, text, language, burst, at, question_id)
    SELECT thread.id, said.person_id, said.organisation_id, said.text, said.language, 0, said.at, said.question_id
    FROM (
        SELECT id AS question_id, 0 AS place, need_id, from_organisation, to_organisation, from_person AS person_id,
            from_organisation AS organisation_id, text, language, asked_at AS at FROM questions
        UNION ALL
        SELECT question.id, 1, question.need_id, question.from_organisation, question.to_organisation,
            question.answered_by, question.to_organisation, question.answer, person.language, question.answered_at
        FROM questions AS question JOIN people AS person ON person.id = question.answered_by
        WHERE question.answer IS NOT NULL
    ) AS said JOIN needs AS need ON need.id = said.need_id JOIN threads AS thread ON thread.need_id = need.id
        AND thread.organisation_id = CASE WHEN said.from_organisation = need.organisation_id
            THEN said.to_organisation ELSE said.from_organisation END
    ORDER BY said.at, said.question_id, said.place
"""


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f'{other}.id'], name=op.f(f'fk_{table}_{column}_{other}'),
                                   ondelete='RESTRICT')


def partial(name: str, table: str, column: str, where: str) -> None:
    op.create_index(name, table, [column], unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def known_kinds() -> list[str]:
    """Those of the rule as it stands, whichever migrations ran before this one, and ours."""
    rules = sa.inspect(op.get_bind()).get_check_constraints('events')
    rule = next(each['sqltext'] for each in rules if each['name'] == 'ck_events_kind_known')
    return list(dict.fromkeys([*re.findall(r"'(\w+)'", rule), *KINDS]))


def let_in_new_kinds() -> None:
    allowed = ', '.join(f"'{kind}'" for kind in known_kinds())
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint(op.f('ck_events_kind_known'), 'events', type_='check')
        op.create_check_constraint(op.f('ck_events_kind_known'), 'events', f'kind IN ({allowed})')
        return
    with op.batch_alter_table('events', recreate='always') as table:
        table.create_check_constraint(op.f('ck_events_kind_known'), f'kind IN ({allowed})')


def upgrade() -> None:
    let_in_new_kinds()
    op.create_table(
        'threads',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('need_id', sa.BigInteger(), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False, comment='the partner'),
        sa.Column('opened_at', MOMENT, nullable=False),
        sa.Column('moved_at', MOMENT, nullable=False, comment='of the newest message'),
        sa.Column('invited_by', sa.BigInteger(), nullable=True,
                  comment='who asked a coordinator to look; empty: nobody reads along'),
        sa.Column('invited_at', MOMENT, nullable=True),
        to('threads', 'need_id', 'needs'),
        to('threads', 'organisation_id', 'organisations'),
        to('threads', 'invited_by', 'people'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_threads')),
        sa.UniqueConstraint('need_id', 'organisation_id', name=op.f('uq_threads_need_id_organisation_id')),
    )
    op.create_index('ix_threads_organisation', 'threads', ['organisation_id', 'moved_at'], unique=False)
    partial('ix_threads_invited', 'threads', 'invited_at', 'invited_at IS NOT NULL')
    op.create_table(
        'messages',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('thread_id', sa.BigInteger(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('organisation_id', sa.BigInteger(), nullable=False, comment='the side that wrote'),
        sa.Column('pledge_id', sa.BigInteger(), nullable=True, comment='what it is about, if it is about a pledge'),
        sa.Column('text', sa.Text(), server_default='', nullable=False),
        sa.Column('language', sa.String(2), nullable=False, comment='the language it was written in'),
        sa.Column('burst', sa.BigInteger(), nullable=False, comment='first message of those that are told of as one'),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('question_id', sa.BigInteger(), nullable=True,
                  comment='where it came from, before there were threads'),
        to('messages', 'thread_id', 'threads'),
        to('messages', 'person_id', 'people'),
        to('messages', 'organisation_id', 'organisations'),
        to('messages', 'pledge_id', 'pledges'),
        to('messages', 'question_id', 'questions'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_messages')),
    )
    op.create_index('ix_messages_thread', 'messages', ['thread_id', 'id'], unique=False)
    op.create_index('ix_messages_burst', 'messages', ['burst'], unique=False)
    op.create_index('ix_messages_question', 'messages', ['question_id'], unique=False)
    op.create_table(
        'files',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('message_id', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.String(8), nullable=False,
                  comment='photo or document, as the messenger sends it again'),
        sa.Column('file_id', sa.Text(), nullable=False),
        sa.Column('file_unique_id', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), server_default='', nullable=False),
        to('files', 'message_id', 'messages'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_files')),
        sa.UniqueConstraint('message_id', 'file_unique_id', name=op.f('uq_files_message_id_file_unique_id')),
    )
    op.create_table(
        'translations',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('owner', sa.String(16), nullable=False, comment='message, need or thanks'),
        sa.Column('owner_id', sa.BigInteger(), nullable=False),
        sa.Column('language', sa.String(2), nullable=False, comment='into which'),
        sa.Column('source', sa.String(64), nullable=False,
                  comment='hash of the words; others: it is no translation of them'),
        sa.Column('state', sa.String(8), nullable=False),
        sa.Column('text', sa.Text(), nullable=True),
        sa.Column('service', sa.String(40), nullable=True),
        sa.Column('attempts', sa.Integer(), server_default=sa.text('0'), nullable=False),
        sa.Column('not_before', MOMENT, nullable=False),
        sa.Column('asked_at', MOMENT, nullable=False),
        sa.Column('error', sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('due', 'done', 'given_up')", name=op.f('ck_translations_state_known')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_translations')),
        sa.UniqueConstraint('owner', 'owner_id', 'language', name=op.f('uq_translations_owner_owner_id_language')),
    )
    partial('ix_translations_due', 'translations', 'id', "state = 'due'")
    op.create_table(
        'places',
        sa.Column('chat_id', sa.BigInteger(), nullable=False),
        sa.Column('message_id', sa.BigInteger(), nullable=False),
        sa.Column('about', sa.String(40), nullable=False, comment='thread:ID or thanks:ID'),
        sa.Column('language', sa.String(2), nullable=False),
        sa.Column('screen', sa.String(40), nullable=False),
        sa.Column('params', sa.Text(), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('chat_id', 'message_id', name=op.f('pk_places')),
        comment='messages that get a translation once it is there',
    )
    op.create_index('ix_places_about', 'places', ['about'], unique=False)
    op.create_index('ix_places_at', 'places', ['at'], unique=False)
    op.create_table(
        'thanks',
        sa.Column('id', KEY, autoincrement=True, nullable=False),
        sa.Column('consignment_id', sa.BigInteger(), nullable=False),
        sa.Column('person_id', sa.BigInteger(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('language', sa.String(2), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('shareable', sa.Boolean(), server_default=sa.text('false'), nullable=False),
        sa.Column('decided_by', sa.BigInteger(), nullable=True),
        sa.Column('decided_at', MOMENT, nullable=True),
        sa.Column('shared_event', sa.BigInteger(), nullable=True, comment='the event that lets digests tell of it'),
        to('thanks', 'consignment_id', 'consignments'),
        to('thanks', 'person_id', 'people'),
        to('thanks', 'decided_by', 'people'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_thanks')),
        sa.UniqueConstraint('consignment_id', name=op.f('uq_thanks_consignment_id')),
    )
    partial('ix_thanks_shared', 'thanks', 'shared_event', 'shareable')
    op.execute(THREADS)
    op.execute(MESSAGES)
    op.execute('UPDATE messages SET burst = id')


def downgrade() -> None:
    for table in ('thanks', 'places', 'translations', 'files', 'messages', 'threads'):
        op.drop_table(table)
