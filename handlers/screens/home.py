"""The menu, the language, the help: everything one press from /start."""

from typing import Any

from markupsafe import Markup

from domain.model import Member, Organisation, Person
from domain.privacy import has_answered
from domain.words import MemberState, OrganisationState
from handlers.forms.engine import FORMS, resume
from handlers.menu import commands_for, group_commands
from handlers.parts import head, organisation
from handlers.reader import Reader, clip
from handlers.registry import (
    NOTHING,
    Show,
    a_coordinator,
    a_member,
    a_partner,
    a_person,
    action,
    an_official,
    anyone,
    command,
    does,
    notice,
    opens,
    screen,
)
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from locales import LANGUAGES, OWN_NAMES
from services import people as services
from services.settling import HANDED, NEED
from storage import chats, people
from storage.engine import Connection


@command("start")
def start(turn: Turn, conn: Connection, argument: str) -> Show:
    """The menu, or whatever a deep link names."""
    if turn.in_group:
        return Show("group_welcome")
    if argument:
        from handlers.links import follow

        return follow(turn, conn, argument)
    chats.rest_drafts(conn, turn.person.id)
    return Show("home")


@command("help")
def help_(turn: Turn, conn: Connection, argument: str) -> Show:
    """What can be done here."""
    return Show("group_welcome" if turn.in_group else "help")


@command("language")
def language(turn: Turn, conn: Connection, argument: str) -> Show:
    """Choose a language."""
    return Show("language")


@command("cancel")
def cancel(turn: Turn, conn: Connection, argument: str) -> Show:
    """Stop filling in; a need's draft is kept."""
    if turn.in_group:
        return NOTHING
    draft = chats.active_draft(conn, turn.person.id)
    if draft is None:
        return Show("home")
    kept = draft.form in FORMS and FORMS[draft.form].keep
    chats.rest_drafts(conn, turn.person.id)
    if not kept:
        chats.drop_draft(conn, draft.id)
    return Show("home", {"kept": kept})


@screen("home", a_person)
def home(reader: Reader, conn: Connection, kept: bool = False) -> View | None:
    """The menu: who you are here and what you can do next."""
    if reader.person is None or reader.actor is None:
        return None
    text = [_hello(reader, conn)]
    asks = bool(reader.person.phone) and not has_answered(reader.person)
    if asks:
        text.append(
            reader.t("🔒 You gave a phone. Please read what I keep about you, and say whether you agree.")
        )
    if kept:
        text.append(reader.t("Your draft is kept. You find it in the menu."))
    privacy = (opens(reader.label("🔒 What I keep about you"), "privacy"),)
    rows = (*_draft_row(reader, conn), *_role_rows(reader), *_common(reader))
    return View(Markup("\n\n").join(text), (privacy, *rows) if asks else rows)


def _hello(reader: Reader, conn: Connection) -> Markup:
    assert reader.person is not None
    if reader.person.suspended:
        return reader.t("Your access is suspended. Please ask your coordinator.")
    membership = reader.actor.membership if reader.actor else None
    if membership is None:
        if a_coordinator(reader.actor):
            return reader.t("Hello! You coordinate here: you see who waits and what is stuck.")
        return reader.t(
            "Hello! Here Ukrainian hromadas say what they need, and partners abroad promise parts of it.\n\n"
            "<b>Who are you?</b>"
        )
    found = organisation(conn, membership.organisation_id)
    own = Markup("🏛 {}").format(head(reader, found))
    if membership.state is MemberState.VERIFIED and found.state is OrganisationState.VERIFIED:
        return own
    suspended = found.state is OrganisationState.SUSPENDED
    state = MemberState.SUSPENDED if suspended else membership.state
    return Markup("{}\n\n{}").format(own, _standing(reader, state))


def _standing(reader: Reader, state: MemberState) -> Markup:
    if state is MemberState.REFUSED:
        return reader.t("Your request was refused. You can ask again a day later.")
    if state is MemberState.SUSPENDED:
        return reader.t("Your access is suspended. Please ask your coordinator.")
    return reader.t(
        "⏳ A coordinator has to verify you first; you will hear from us. You can look around meanwhile."
    )


def _draft_row(reader: Reader, conn: Connection) -> Rows:
    assert reader.person is not None
    if not an_official(reader.actor):
        return ()
    rows: list[tuple[Button, ...]] = []
    if chats.draft(conn, reader.person.id, NEED) is not None:
        rows.append((does(reader.label("📝 Continue my draft"), "resume", NEED),))
    if chats.draft(conn, reader.person.id, HANDED) is not None:
        rows.append((does(reader.label("📝 A draft of a colleague"), "take_up_draft"),))
    return tuple(rows)


def _role_rows(reader: Reader) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if an_official(reader.actor):
        rows.append((does(reader.label("➕ Post a need"), "new_need"),))
        rows.append(
            (opens(reader.label("📋 Our needs"), "mine"), opens(reader.label("🚚 Coming to us"), "coming"))
        )
    if a_partner(reader.actor):
        rows.append((opens(reader.label("🔎 Find needs"), "needs"),))
        rows.append(
            (opens(reader.label("🤝 Our pledges"), "pledges"), opens(reader.label("🔔 New needs"), "watch"))
        )
    if a_member(reader.actor):
        rows.append((opens(reader.label("💬 Conversations"), "threads"), _digest_button(reader)))
    if a_coordinator(reader.actor):
        rows.append(
            (
                opens(reader.label("🧭 Who and what waits"), "queue"),
                opens(reader.label("📇 Directory"), "directory"),
            )
        )
        invite = opens(reader.label("✉️ Invite"), "invite")
        rows.append((invite,) if a_member(reader.actor) else (_digest_button(reader), invite))
    if reader.actor and reader.actor.membership is None and not reader.actor.suspended:
        rows.append((does(reader.label("🏛 I represent a hromada"), "register_hromada"),))
        rows.append((does(reader.label("🤝 I represent a partner"), "register_partner"),))
    return tuple(rows)


def _digest_button(reader: Reader) -> Button:
    return opens(reader.label("📰 Digest"), "subscription")


def _common(reader: Reader) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if not a_partner(reader.actor):
        rows.append((opens(reader.label("🔎 Find needs"), "needs"),))
    if reader.actor and reader.actor.membership:
        rows.append((opens(reader.label("👤 My details"), "profile"),))
    language = opens("🌐 " + OWN_NAMES[reader.language], "language")
    rows.append((language, opens(reader.label("❔ Help"), "help")))
    return tuple(rows)


@action("resume", a_person)
def resume_draft(turn: Turn, conn: Connection, name: str) -> Show:
    """Go on with a kept draft where it was left."""
    return resume(turn, conn, name) or Show("home")


@screen("help", anyone)
def help_screen(reader: Reader, conn: Connection) -> View:
    """What can be done here, in five sentences."""
    text = reader.t(
        "<b>How it works</b>\n\n"
        "1. A hromada posts what it needs.\n"
        "2. A partner promises a part: firmly, or on hold for three days.\n"
        "3. The hromada accepts; now both see each other's phone.\n"
        "4. Goods travel as a consignment everybody can follow.\n"
        "5. The hromada signs for what really arrived, and the donor gets the proof.\n\n"
        "Write a word to search, a code such as <code>0K3XQ4</code> to open a need, /cancel to stop a form."
    )
    text += "\n" + reader.t(
        "/privacy says what I keep about you, /mydata gives it to you, /forget removes it."
    )
    return View(text, ((opens(reader.label("‹ Menu"), "home"),),))


@screen("language", anyone)
def language_screen(reader: Reader, conn: Connection) -> View:
    """The languages, each in its own name."""
    rows = tuple(
        (does(("✓ " if code == reader.language else "") + OWN_NAMES[code], "language", code),)
        for code in LANGUAGES
    )
    return View(reader.t("Which language shall I speak?"), rows)


@action("language", a_person)
def set_language(turn: Turn, conn: Connection, code: str) -> Show:
    """In private for the person; in a group for the group, by its coordinators."""
    if turn.in_group:
        turn.actor.must_coordinate()
        spoken = services.guess_language(code)
        chats.see(conn, turn.incoming.chat_id, language=spoken, language_chosen=True, seen_at=turn.at)
        return Show("group_welcome")
    services.set_language(conn, turn.actor, code)
    services.show_commands(conn, turn.at, turn.person.id)
    return Show("home")


@notice("commands", anyone)
def commands_screen(reader: Reader, conn: Connection) -> View:
    """Not a message: the commands behind the menu button of this chat."""
    alone = (
        reader.private or reader.chat_id > 0
    )  # a chat of somebody who was forgotten has the menu of a stranger
    found = commands_for(reader.actor, reader.language) if alone else group_commands(reader.language)
    return View(Markup(""), commands=found, kind="commands")


@notice("group_welcome", anyone)
def group_welcome(reader: Reader, conn: Connection) -> View:
    """What the bot does in a group, and how to talk to it."""
    text = reader.t(
        "Hello everybody! I show here what hromadas need and what is promised. "
        "I stay silent unless you call me: /needs, /need CODE, /subscribe for a daily digest.\n\n"
        "Type <code>@{bot} generator</code> here or in any other chat, and choose a need: its card keeps itself "
        "up to date. A card forwarded by hand stays as it was.",
        bot=reader.house.username,
    )
    rows: Rows = (
        (Button(reader.label("🔎 Put a need's card here"), here=""),),
        (Button(reader.label("Write to me in private"), url=reader.house.link("hello")),),
    )
    return View(text, rows)


@notice("sorry", a_person)
def sorry(reader: Reader, conn: Connection, sentence: str) -> View:
    """One sentence that says what to do instead."""
    return View(Markup("⚠️ {}").format(sentence), ((opens(reader.label("‹ Menu"), "home"),),))


@notice("trouble", anyone)
def trouble(reader: Reader, conn: Connection, reference: str) -> View:
    """Something broke on our side; the update is kept and people look at it."""
    text = reader.t(
        "Something went wrong on our side, and nothing of it was done. "
        "Please try again; if it happens once more, tell your coordinator this number: <code>{reference}</code>",
        reference=reference,
    )
    return View(text)


@notice("patience", anyone)
def patience(reader: Reader, conn: Connection) -> View:
    """More came at once than is read; what came too fast was not."""
    return View(
        reader.t(
            "That was a lot at once, and I did not read all of it. Please wait a minute and send the last part again."
        )
    )


@screen("profile", a_person)
def profile(reader: Reader, conn: Connection) -> View | None:
    """My organisations and what the other side of an accepted pledge will see."""
    if reader.person is None:
        return None
    person = reader.person
    ours = reader.actor.acts_for if reader.actor else None
    address = organisation(conn, ours).address if ours is not None else person.address
    text = reader.t(
        "👤 <b>{name}</b>\n📞 {phone}\n📍 {address}\n\n"
        "Phone and address are shown only to the other side of an accepted pledge.",
        name=reader.called(person),
        phone=person.phone or "—",
        address=address or "—",
    )
    days = reader.n(
        "They stay there until {n} day after the receipt.",
        "They stay there until {n} days after the receipt.",
        reader.house.terms.contacts.days,
    )
    text = Markup("{} {}").format(text, days)
    rows: list[tuple[Button, ...]] = [
        (
            does(reader.label("📞 Change phone"), "contacts", "phone"),
            does(reader.label("📍 Change address"), "contacts", "address"),
        )
    ]
    for member, each in people.memberships(conn, person.id):
        rows += _membership_row(reader, person, member, each)
    rows += [
        (opens(f"📣 {clip(each.title, 40)}", "channel", each.id),)
        for each in chats.channels_of(conn, person.id)
    ]
    rows.append((does(reader.label("➕ Another organisation"), "another"),))
    rows.append((opens(reader.label("🔒 What I keep about you"), "privacy"),))
    if an_official(reader.actor) or a_partner(reader.actor):
        rows.append((opens(reader.label("✉️ Invite a colleague"), "invite"),))
    rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(text, tuple(rows))


def _membership_row(
    reader: Reader, person: Person, member: Member, each: Organisation
) -> list[tuple[Button, ...]]:
    """To act for it, and to leave it."""
    if member.state is MemberState.LEFT:
        return []
    mine = "✓ " if each.id == person.acting_for else ""
    row = [does(mine + reader.organisation(each), "switch", each.id)]
    if member.state is MemberState.VERIFIED:
        row.append(opens(reader.label("🚪 Leave"), "leaving", each.id))
    elif member.state is MemberState.PENDING:
        row.append(opens(reader.label("↩️ Take it back"), "leaving", each.id))
    return [tuple(row)]


@action("switch", a_person)
def switch(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """Act for another of my organisations."""
    services.switch(conn, turn.actor, organisation_id)
    services.show_commands(conn, turn.at, turn.person.id)
    return Show("home")


@action("act_for", a_person)
def act_for(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """From below news that is meant for another of my organisations; it stays where it stands."""
    services.switch(conn, turn.actor, organisation_id)
    services.show_commands(conn, turn.at, turn.person.id)
    return Show("home", fresh=True)


@screen("another", a_person)
def another(reader: Reader, conn: Connection) -> View:
    """Which kind of organisation to add."""
    rows: Any = (
        (does(reader.label("🏛 I represent a hromada"), "register_hromada"),),
        (does(reader.label("🤝 I represent a partner"), "register_partner"),),
        (opens(reader.label("‹ Back"), "profile"),),
    )
    return View(reader.t("Which organisation do you also act for?"), rows)


@action("another", a_person)
def add_another(turn: Turn, conn: Connection) -> Show:
    """A person may act for several organisations."""
    return Show("another")
