"""A second voice: what one coordinator wants to do, and another one agrees to or not."""

from markupsafe import Markup

from domain.model import Approval
from domain.words import ApprovalKind
from handlers.acts import name_of
from handlers.parts import organisation
from handlers.reader import Reader, clip
from handlers.registry import Show, a_coordinator, action, anyone, does, opens, screen
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from locales import mark
from services import decisions
from services.approvals import APPROVAL_LIFE
from storage import chats, invites, people
from storage.engine import Connection

WANTS = {
    ApprovalKind.OPEN_INVITE: mark("✉️ A link that lets anybody in at once"),
    ApprovalKind.RESTORE_MEMBER: mark("▶️ Let in again for {organisation}: {name}"),
    ApprovalKind.RESTORE_PERSON: mark("▶️ Let act again: {name}"),
    ApprovalKind.APPOINT: mark("🧭 Appoint as coordinator: {name}"),
    ApprovalKind.RESTORE_ORGANISATION: mark("▶️ Let act again: {organisation}"),
}


def what_for(reader: Reader, conn: Connection, approval: Approval) -> Markup:
    """What is to be done, and to whom."""
    subject = approval.subject_id or 0
    name = of = ""
    match approval.kind:
        case ApprovalKind.RESTORE_MEMBER:
            member = people.member(conn, subject)
            if member is not None:
                name = name_of(reader, conn, member.person_id)
                of = reader.organisation(organisation(conn, member.organisation_id))
        case ApprovalKind.RESTORE_PERSON | ApprovalKind.APPOINT:
            name = name_of(reader, conn, subject)
        case ApprovalKind.RESTORE_ORGANISATION:
            of = reader.organisation(organisation(conn, subject))
        case _:
            pass
    return reader.t(WANTS[approval.kind], name=name, organisation=clip(of, 80))


def _may_see(reader: Reader, conn: Connection) -> bool:
    if reader.private:
        return a_coordinator(reader.actor)
    return reader.chat_id in chats.coordination_chats(conn)


@screen("approval", anyone)
def approval_screen(reader: Reader, conn: Connection, approval_id: int) -> View | None:
    """Who wants what, and whether somebody agreed. For coordinators and in their groups."""
    approval = invites.approval(conn, approval_id)
    if approval is None or not _may_see(reader, conn):
        return None
    text = [
        reader.t(
            "🙋 A second coordinator has to agree. It is asked by: {who}",
            who=name_of(reader, conn, approval.asked_by),
        ),
        what_for(reader, conn, approval),
    ]
    rows: Rows = ()
    if approval.decided_at is not None:
        text.append(_answered(reader, conn, approval))
    elif approval.asked_at <= reader.now - APPROVAL_LIFE:
        text.append(reader.t("⌛ Nobody answered within a week."))
    else:
        rows = _answers(reader, approval)
    if reader.private:
        rows = (*rows, (opens(reader.label("‹ Who and what waits"), "queue"),))
    return View(Markup("\n").join(text), rows)


def _answered(reader: Reader, conn: Connection, approval: Approval) -> Markup:
    if approval.agreed is None:
        return reader.t("⌛ It was done or undone meanwhile: nobody needs to answer any more.")
    who = name_of(reader, conn, approval.decided_by) if approval.decided_by else reader.label("the operator")
    return (
        reader.t("✅ Agreed: {who}", who=who) if approval.agreed else reader.t("✖️ Not agreed: {who}", who=who)
    )


def _answers(reader: Reader, approval: Approval) -> Rows:
    no = does(reader.label("✖️ No"), "disagree", approval.id)
    if reader.person and reader.person.id == approval.asked_by:
        return ((does(reader.label("↩️ Take it back"), "disagree", approval.id),),)
    yes: Button = does(reader.label("✅ I agree"), "agree", approval.id)
    return ((yes, no),)


def _again(params: dict[str, int]) -> Show:
    return Show("approval", {"approval_id": params["approval_id"]})


@action("agree", a_coordinator, fresh=_again)
def agree(turn: Turn, conn: Connection, approval_id: int) -> Show:
    """Say yes to what another coordinator wants to do."""
    decisions.agree(conn, turn.actor, approval_id, turn.house.secret)
    return Show("approval", {"approval_id": approval_id})


@action("disagree", a_coordinator, fresh=_again)
def disagree(turn: Turn, conn: Connection, approval_id: int) -> Show:
    """Say no, or take one's own wish back."""
    decisions.disagree(conn, turn.actor, approval_id)
    return Show("approval", {"approval_id": approval_id})


def second_asked(turn: Turn, approval: Approval) -> Show:
    """Where a press waits for a second voice."""
    toast = turn.reader.label("Another coordinator has to agree. They are asked now.")
    return Show("approval", {"approval_id": approval.id}, toast=toast)
