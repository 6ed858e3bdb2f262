"""What is kept of a person, who sees it and for how long; having all of it; being forgotten."""

from markupsafe import Markup

from domain.errors import Forbidden
from domain.privacy import VERSION, gives_a_phone
from domain.words import OrganisationKind
from handlers.reader import Reader
from handlers.registry import (
    Show,
    a_person,
    action,
    anyone,
    command,
    does,
    notice,
    opens,
    screen,
    somebody,
)
from handlers.turn import Turn
from handlers.view import Button, View
from services import privacy as services
from storage.engine import Connection

TEXT_OF = {1: "a420eed4811a"}
"""By version: the first twelve signs of the hash of the text below in English. A test fails where one changed without the other."""


def alone(turn: Turn) -> None:
    """What concerns one person is done where nobody reads along; raises Forbidden."""
    if turn.in_group:
        raise Forbidden


def about_privacy(reader: Reader) -> Markup:
    """The text that is answered: its meaning never changes without :data:`domain.privacy.VERSION`."""
    ages = reader.house.ages
    head = reader.t("🔒 <b>What I keep about you</b>")
    kept = reader.t(
        "• Your name, your language and the number of your account, as Telegram tells them: so that I know you again. "
        "Coordinators and the other side of an accepted pledge see the name.\n"
        "• Your phone and address, if you give them: only the other side of an accepted pledge sees them.\n"
        "• What you write: needs and thanks that are shared are read by everybody, conversations by their two sides."
    )
    long = reader.t(
        "<b>How long?</b> Phone and address until you take them out. Conversations {talks} days after their need is closed, "
        "drafts {drafts} days. What Telegram brings me is emptied as soon as I have answered it; points on the map and "
        "other people's cards I never keep.",
        talks=ages.talks.days,
        drafts=ages.drafts.days,
    )
    rights = reader.t("<b>Yours to decide:</b> /mydata gives you everything, /forget removes it.")
    asks = (
        Markup("")
        if not reader.house.translator
        else reader.t(
            "What you write may be translated by {service}, without phones, e-mails, accounts and streets.",
            service=reader.house.translator,
        )
    )
    if reader.house.contact:
        who = reader.t("<b>Who answers for it:</b> {contact}", contact=reader.house.contact)
    else:
        who = reader.t("<b>Who answers for it:</b> the coordinators of this bot.")
    return Markup("\n\n").join(part for part in (head, kept, long, asks, rights, who) if part)


@command("privacy", somebody)
def privacy(turn: Turn, conn: Connection, argument: str) -> Show:
    """What is kept of me."""
    return Show("group_welcome" if turn.in_group else "privacy")


@command("mydata", somebody)
def mydata(turn: Turn, conn: Connection, argument: str) -> Show:
    """Everything of it."""
    return Show("group_welcome" if turn.in_group else "mydata")


@command("forget", somebody)
def forget(turn: Turn, conn: Connection, argument: str) -> Show:
    """No more of it: first what happens then."""
    return Show("group_welcome" if turn.in_group else "forget")


@screen("privacy", somebody)
def privacy_screen(reader: Reader, conn: Connection) -> View | None:
    """The text, and what this reader answered when."""
    if reader.person is None:
        return None
    person = reader.person
    text = [about_privacy(reader)]
    if person.privacy_at is not None:
        when = reader.words.moment(person.privacy_at, reader.house.terms.zone)
        if person.privacy_version != VERSION:
            text.append(reader.t("The text has changed since you answered on {when}.", when=when))
        elif person.privacy_agreed:
            text.append(reader.t("👍 You agreed on {when}.", when=when))
        else:
            text.append(reader.t("🚫 You chose on {when} to give no phone.", when=when))
    rows: list[tuple[Button, ...]] = []
    if a_person(reader.actor):
        agrees = gives_a_phone(person)
        yes, no = reader.label("👍 I agree"), reader.label("🚫 I give no phone")
        rows.append((does(no, "privacy_answer", False),) if agrees else (does(yes, "privacy_answer", True),))
        if not agrees and (person.privacy_version != VERSION or person.privacy_agreed is None):
            rows.append((does(no, "privacy_answer", False),))
    rows += [
        (opens(reader.label("📄 Show me everything"), "mydata"),),
        (opens(reader.label("🗑 Forget me"), "forget"),),
    ]
    if a_person(reader.actor):
        rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("\n\n").join(text), tuple(rows))


@action("privacy_answer", a_person)
def privacy_answer(turn: Turn, conn: Connection, agreed: bool) -> Show:
    """From /privacy, at any time."""
    alone(turn)
    services.answer(conn, turn.actor, agreed=agreed)
    return Show("privacy") if agreed else Show("no_phone")


@screen("no_phone", a_person)
def no_phone(reader: Reader, conn: Connection) -> View | None:
    """Nobody is locked out: what works without, and what does not."""
    if reader.person is None:
        return None
    text = reader.t(
        "🚫 <b>No phone and no address are kept of you.</b>\n\n"
        "You can post, promise, send and sign all the same. The other side of an accepted pledge sees your name alone and "
        "writes to you through me; a driver cannot call you.\n\n"
        "You can change your mind under “My details”."
    )
    return View(
        text,
        (
            (opens(reader.label("🔒 What I keep about you"), "privacy"),),
            (opens(reader.label("‹ Menu"), "home"),),
        ),
    )


@screen("forget", somebody)
def forget_screen(reader: Reader, conn: Connection) -> View | None:
    """What happens, in this order: what goes, what stays, what becomes of an organisation left alone."""
    if reader.person is None:
        return None
    person = reader.person
    text = [
        reader.t(
            "🗑 <b>Shall I forget you?</b>\n\n"
            "<b>Gone at once:</b> your name, phone, address and account; your conversations, photos, files, drafts and their "
            "translations; what waited to be told to you.\n"
            "<b>Stays:</b> needs, pledges and receipts of your organisation, and the history, which holds numbers and no "
            "names. Phones, accounts and streets in needs you posted are blotted out. Driver and plate of a consignment on its "
            "way stay until it has arrived.\n"
            "It cannot be undone. If you write to me again, you are somebody new."
        )
    ]
    for each in services.leaves_alone(conn, person.id):
        name = reader.organisation(each.organisation)
        text.append(reader.t("⚠️ You are the last one who acts for: <b>{name}</b>.", name=name))
        if each.organisation.kind is OrganisationKind.HROMADA and each.needs:
            text.append(reader.n("It has {n} open need.", "It has {n} open needs.", each.needs))
        if each.pledges:
            text.append(reader.n("It has {n} open pledge.", "It has {n} open pledges.", each.pledges))
        if each.needs or each.pledges:
            text.append(
                reader.t(
                    "The coordinators hear of it, and the other sides are asked whether to keep or to end each promise."
                )
            )
    if person.suspended or services.is_suspended_somewhere(conn, person.id):
        text.append(
            reader.t(
                "Your access is suspended, and stays so: a mark from which nobody can read your account is kept for it, and "
                "nothing else."
            )
        )
    if person.account in reader.house.coordinators:
        text.append(
            reader.t(
                "The operator's settings name your account as a coordinator. Ask them to take it out first: else I know it "
                "again at my next start."
            )
        )
    back = "home" if a_person(reader.actor) else "privacy"
    rows = (
        (does(reader.label("🗑 Yes, forget me"), "forget_me"),),
        (opens(reader.label("‹ No, go back"), back),),
    )
    return View(Markup("\n\n").join(text), rows)


@action("forget_me", somebody)
def forget_me(turn: Turn, conn: Connection) -> Show:
    """Do it. The answer is the last thing this chat hears."""
    alone(turn)
    services.forget(conn, turn.actor, turn.person.id)
    return Show("forgotten")


@notice("forgotten", anyone)
def forgotten(reader: Reader, conn: Connection) -> View | None:
    """Said once, to a chat that belongs to nobody any more."""
    if reader.person is not None:
        return None
    return View(
        reader.t(
            "✅ You are forgotten. Thank you for what you did.\n\n"
            "To take our conversation out of your Telegram as well, delete this chat."
        )
    )
