"""What somebody leaves behind: settled in the transaction in which they stop acting."""

from domain.actor import Actor
from domain.model import Member
from services import invites
from storage import chats, directory
from storage.engine import Connection


def settle_member(conn: Connection, actor: Actor, member: Member) -> None:
    """Somebody acts no more for one organisation."""
    chats.drop_drafts(conn, member.person_id)
    invites.revoke_given(conn, actor, member.person_id, member.organisation_id)


def settle_organisation(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """Nobody acts any more for an organisation."""
    for member, _ in directory.members_of(conn, organisation_id):
        chats.drop_drafts(conn, member.person_id)
    invites.revoke_into(conn, actor, organisation_id)


def settle_person(conn: Connection, actor: Actor, person_id: int) -> None:
    """Somebody acts no more at all."""
    chats.drop_drafts(conn, person_id)
    invites.revoke_given(conn, actor, person_id)
