"""What somebody leaves behind: for now nothing is begun by them any more."""

from domain.actor import Actor
from domain.model import Member
from storage import people, personal
from storage.engine import Connection


def settle_person(conn: Connection, actor: Actor, person_id: int) -> None:
    """A person is gone from everything they acted for."""
    for member, _ in people.memberships(conn, person_id):
        settle_member(conn, actor, member)


def settle_member(conn: Connection, actor: Actor, member: Member) -> None:
    """A person acts for one organisation no more."""
    personal.drop_drafts(conn, member.person_id)


def settle_organisation(conn: Connection, actor: Actor, organisation_id: int) -> None:
    """An organisation acts no more."""
