"""The directory: people and organisations, how they stand, what was done, and the acts as buttons. For coordinators."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from domain.model import Event, Organisation, Person
from domain.words import MemberState, OrganisationState
from handlers import looks, names
from handlers.acts import COLLEAGUES, act_text, subject_of, told_in_words
from handlers.parts import head, page_of, page_rows
from handlers.reader import Reader, clip
from handlers.registry import (
    Show,
    a_coordinator,
    a_person,
    action,
    anyone,
    does,
    notice,
    opens,
    screen,
)
from handlers.screens.approvals import second_asked
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from services import standing
from storage import chats, directory, people
from storage.engine import Connection

PAGE = 8
ACTS = 5
ALL = "-"
"""Looks for nothing in particular."""
_NEWEST = 3


@screen("directory", a_coordinator)
def directory_screen(reader: Reader, conn: Connection) -> View:
    """Where to look."""
    everybody = directory.people_like(conn, "", 1).total
    organisations = directory.organisations_like(conn, "", 1).total
    rows: Rows = (
        (does(reader.label("🔎 Find a person"), "seek", "people"),),
        (does(reader.label("🔎 Find an organisation"), "seek", "organisations"),),
        (opens(reader.label("👤 People ({n})", n=everybody), "people", ALL),),
        (opens(reader.label("🏛 Organisations ({n})", n=organisations), "organisations", ALL),),
        (opens(reader.label("‹ Menu"), "home"),),
    )
    return View(reader.t("<b>Directory</b>\nWho is here, and how they stand."), rows)


@screen("people", a_coordinator)
def people_screen(reader: Reader, conn: Connection, text: str, page: int = 0) -> View:
    """People with this in their name, a page of them."""
    name = "" if text == ALL else text
    total = directory.people_like(conn, name, 1).total
    part = page_of(total, page, PAGE)
    results = directory.people_like(conn, name, PAGE, part.first).rows
    rows: list[tuple[Button, ...]] = [
        (opens(f"{_sign(each)} {reader.called(each, 40)}", "person", each.id),) for each in results
    ]
    return _list(
        reader,
        [part.head(reader)] if total else [],
        rows,
        page_rows(part, lambda at: opens("", "people", text, at)),
    )


@screen("organisations", a_coordinator)
def organisations_screen(reader: Reader, conn: Connection, text: str, page: int = 0) -> View:
    """Organisations with this in their name, a page of them."""
    name = "" if text == ALL else text
    total = directory.organisations_like(conn, name, 1).total
    part = page_of(total, page, PAGE)
    results = directory.organisations_like(conn, name, PAGE, part.first).rows
    rows: list[tuple[Button, ...]] = [
        (opens(f"{_STATE_SIGN[each.state]} {clip(reader.organisation(each), 45)}", "organisation", each.id),)
        for each in results
    ]
    return _list(
        reader,
        [part.head(reader)] if total else [],
        rows,
        page_rows(part, lambda at: opens("", "organisations", text, at)),
    )


def _list(reader: Reader, text: list[Markup], rows: list[tuple[Button, ...]], turn: Rows) -> View:
    text = text or [reader.t("Nothing found. Try a part of the name.")]
    return View(Markup("\n").join(text), (*rows, *turn, (opens(reader.label("‹ Directory"), "directory"),)))


_STATE_SIGN = {
    OrganisationState.PENDING: "⏳",
    OrganisationState.VERIFIED: "✅",
    OrganisationState.REFUSED: "✖️",
    OrganisationState.SUSPENDED: "⏸",
}
_MEMBER_SIGN = {
    MemberState.PENDING: "⏳",
    MemberState.VERIFIED: "✅",
    MemberState.REFUSED: "✖️",
    MemberState.SUSPENDED: "⏸",
    MemberState.LEFT: "🚪",
}


def _sign(person: Person) -> str:
    return "⏸" if person.suspended else "🧭" if person.coordinator else "👤"


# --- cards --------------------------------------------------------------------------------------------


@screen("person", a_coordinator)
def person_card(reader: Reader, conn: Connection, person_id: int) -> View | None:
    """How somebody stands, for whom they act, when they were seen, what was done last. No phone, no address."""
    person = people.find_person(conn, person_id)
    if person is None:
        return None
    seen_at = directory.last_seen(conn, person_id)
    zone = reader.house.terms.zone
    text = [
        Markup("{} <b>{}</b> · <code>{}</code>").format(
            _sign(person), reader.called(person, 80), person.account
        ),
        *_standing(reader, person),
        *(Markup.escape(each) for each in looks.warnings(reader, conn, person)),
    ]
    if seen_at is not None and person.name != "-":
        text.append(reader.t("Last seen: {moment}", moment=reader.words.moment(seen_at, zone)))
    rows: list[tuple[Button, ...]] = []
    for member, each in people.memberships(conn, person_id):
        sign = _MEMBER_SIGN[member.state]
        text.append(
            Markup("{} {} — {}").format(
                sign, clip(reader.organisation(each), 80), reader.label(names.MEMBER[member.state])
            )
        )
        rows.append((opens(f"{sign} {clip(reader.organisation(each), 40)}", "verification", member.id),))
    text += _newest(reader, conn, directory.acts_about_person(conn, person_id))
    rows += _acts_on(reader, person)
    rows.append((opens(reader.label("📜 History"), "history", "person", person_id),))
    rows.append((opens(reader.label("‹ Directory"), "directory"),))
    return View(Markup("\n").join(text), tuple(rows))


def _standing(reader: Reader, person: Person) -> list[Markup]:
    text = []
    if person.suspended:
        text.append(reader.t("⏸ Suspended: may do nothing"))
    if person.coordinator and person.by_settings:
        text.append(reader.t("🧭 Coordinates by the settings"))
    if person.coordinator and (person.appointed or not person.by_settings):
        text.append(reader.t("🧭 Coordinates by appointment"))
    return text


def _acts_on(reader: Reader, person: Person) -> list[tuple[Button, ...]]:
    own = reader.person is not None and reader.person.id == person.id
    row = []
    if person.coordinator and not person.by_settings:
        row.append(opens(reader.label("🧭 Dismiss as coordinator"), "sure", "dismiss", person.id))
    if person.suspended and not own:
        row.append(does(reader.label("▶️ Let act again"), "restore_person", person.id))
    elif not own and not person.coordinator:
        row.append(opens(reader.label("🧭 Appoint as coordinator"), "sure", "appoint", person.id))
        row.append(opens(reader.label("⏸ Suspend"), "sure", "person", person.id))
    return [tuple(row)] if row else []


@screen("organisation", a_coordinator)
def organisation_card(reader: Reader, conn: Connection, organisation_id: int) -> View | None:
    """What it is, how it stands, who acts for it, what it has under way."""
    organisation = people.organisation(conn, organisation_id)
    if organisation is None:
        return None
    under = directory.under_way(conn, organisation_id)
    text = [
        head(reader, organisation),
        Markup("{} {}").format(
            _STATE_SIGN[organisation.state], reader.label(names.ORGANISATION[organisation.state])
        ),
        reader.t(
            "Open needs: {needs} · promises: {pledges} · consignments: {consignments}",
            needs=under.needs,
            pledges=under.pledges,
            consignments=under.consignments,
        ),
        *(Markup.escape(each) for each in looks.warnings(reader, conn, organisation=organisation)),
    ]
    rows: list[tuple[Button, ...]] = []
    members = directory.members_of(conn, organisation_id)
    for member, person in members[:PAGE]:
        sign = _MEMBER_SIGN[member.state]
        state = reader.label(names.MEMBER[member.state])
        text.append(Markup("{} {} — {}").format(sign, reader.called(person, 60), state))
        rows.append((opens(f"{sign} {reader.called(person, 40)}", "person", person.id),))
    if len(members) > PAGE:
        label = reader.label("👥 Everybody ({n})", n=len(members))
        rows.append((opens(label, "members", organisation_id),))
    text += _newest(reader, conn, directory.acts_about_organisation(conn, organisation_id))
    rows.append((_switch(reader, organisation),))
    rows.append((opens(reader.label("📜 History"), "history", "organisation", organisation_id),))
    rows.append((opens(reader.label("‹ Directory"), "directory"),))
    return View(Markup("\n").join(text), tuple(rows))


def _switch(reader: Reader, organisation: Organisation) -> Button:
    if organisation.state is OrganisationState.SUSPENDED:
        return does(reader.label("▶️ Let act again"), "restore_organisation", organisation.id)
    return opens(reader.label("⏸ Suspend"), "sure", "organisation", organisation.id)


@screen("members", a_coordinator)
def members_screen(reader: Reader, conn: Connection, organisation_id: int, page: int = 0) -> View | None:
    """Everybody an organisation has or had, a page of them."""
    organisation = people.organisation(conn, organisation_id)
    if organisation is None:
        return None
    members = directory.members_of(conn, organisation_id)
    part = page_of(len(members), page, PAGE)
    rows = tuple(
        (opens(f"{_MEMBER_SIGN[member.state]} {reader.called(person, 40)}", "person", person.id),)
        for member, person in members[part.first : part.first + PAGE]
    )
    turn = page_rows(part, lambda at: opens("", "members", organisation_id, at))
    back = opens(reader.label("‹ Back"), "organisation", organisation_id)
    return View(
        Markup("{}\n{}").format(head(reader, organisation), part.head(reader)), (*rows, *turn, (back,))
    )


# --- history ------------------------------------------------------------------------------------------

_ABOUT: dict[str, Callable[[Connection, int], Sequence[Event]]] = {
    "person": directory.acts_about_person,
    "organisation": directory.acts_about_organisation,
}


def _newest(reader: Reader, conn: Connection, acts: Sequence[Event]) -> list[Markup]:
    newest = told_in_words(acts)[:_NEWEST]
    return [Markup(""), *(act_text(reader, conn, each) for each in newest)] if newest else []


@screen("history", a_coordinator)
def history_screen(reader: Reader, conn: Connection, what: str, about: int, page: int = 0) -> View | None:
    """What was done to somebody, page after page, the newest first."""
    if what not in _ABOUT:
        return None
    acts = told_in_words(_ABOUT[what](conn, about))
    part = page_of(len(acts), page, ACTS)
    text = [act_text(reader, conn, each) for each in acts[part.first : part.first + ACTS]]
    turn = page_rows(part, lambda at: opens("", "history", what, about, at))
    rows = (*turn, (opens(reader.label("‹ Back"), what, about),))
    if not acts:
        return View(reader.t("Nothing is on record yet."), rows)
    return View(Markup("\n").join([part.head(reader), *text]), rows)


@notice("act", anyone)
def act(reader: Reader, conn: Connection, event_id: int) -> View | None:
    """One line of it, as it happens: for coordinators, in their groups, and for colleagues where it is about them."""
    event = directory.event(conn, event_id)
    if event is None or not told_in_words([event]):
        return None
    coordinates = a_coordinator(reader.actor) if reader.private else _headquarters(reader, conn)
    if not coordinates and not _of_their_own(reader, event):
        return None
    rows: Rows = ()
    subject = subject_of(conn, event)
    if reader.private and coordinates:
        to = opens(reader.label("👤 The person"), "person", subject) if subject else None
        rows = ((to,),) if to else ()
    return View(act_text(reader, conn, event), rows)


def _headquarters(reader: Reader, conn: Connection) -> bool:
    return reader.chat_id in chats.coordination_chats(conn)


def _of_their_own(reader: Reader, event: Event) -> bool:
    membership = reader.actor.membership if reader.actor and not reader.actor.suspended else None
    return (
        membership is not None
        and membership.state is MemberState.VERIFIED
        and event.kind in COLLEAGUES
        and membership.organisation_id == event.organisation_id
    )


# --- acts ---------------------------------------------------------------------------------------------


@screen("sure", a_coordinator)
def sure(reader: Reader, conn: Connection, what: str, about: int) -> View | None:
    """What is going to happen; one more press does it."""
    if what == "organisation":
        organisation = people.organisation(conn, about)
        if organisation is None:
            return None
        text = reader.t("Nobody will be able to act for it until it is let act again:")
        who = head(reader, organisation)
        yes = does(reader.label("⏸ Suspend"), "suspend_organisation", about)
        back = opens(reader.label("‹ Back"), "organisation", about)
    else:
        person = people.find_person(conn, about)
        if person is None or what not in ("person", "dismiss", "appoint"):
            return None
        who = Markup("<b>{}</b>").format(reader.called(person, 80))
        back = opens(reader.label("‹ Back"), "person", about)
        if what == "person":
            text = reader.t("This person will be able to do nothing here, and their invite links end:")
            yes = does(reader.label("⏸ Suspend"), "suspend_person", about)
        elif what == "appoint":
            text = reader.t("This person will verify people, see who waits, and suspend and restore others:")
            yes = does(reader.label("🧭 Appoint as coordinator"), "appoint", about)
        else:
            text = reader.t("This person will coordinate no more, and their invite links end:")
            yes = does(reader.label("🧭 Dismiss as coordinator"), "dismiss", about)
    return View(Markup("{}\n{}").format(text, who), ((yes,), (back,)))


def _person(params: dict[str, int]) -> Show:
    return Show("person", {"person_id": params["person_id"]})


def _organisation(params: dict[str, int]) -> Show:
    return Show("organisation", {"organisation_id": params["organisation_id"]})


@action("suspend_person", a_coordinator, fresh=_person)
def suspend_person(turn: Turn, conn: Connection, person_id: int) -> Show:
    """Stop a person doing anything."""
    standing.suspend_person(conn, turn.actor, person_id)
    return Show("person", {"person_id": person_id})


@action("restore_person", a_coordinator, fresh=_person)
def restore_person(turn: Turn, conn: Connection, person_id: int) -> Show:
    """Let a suspended person act again."""
    approval = standing.restore_person(conn, turn.actor, person_id)
    return Show("person", {"person_id": person_id}) if approval is None else second_asked(turn, approval)


@action("appoint", a_coordinator, fresh=_person)
def appoint(turn: Turn, conn: Connection, person_id: int) -> Show:
    """Make somebody a coordinator."""
    approval = standing.propose(conn, turn.actor, person_id)
    return Show("person", {"person_id": person_id}) if approval is None else second_asked(turn, approval)


@action("dismiss", a_coordinator, fresh=_person)
def dismiss(turn: Turn, conn: Connection, person_id: int) -> Show:
    """Let an appointed coordinator coordinate no more."""
    standing.dismiss(conn, turn.actor, person_id)
    if person_id == turn.person.id:
        return Show("home")
    return Show("person", {"person_id": person_id})


@action("suspend_organisation", a_coordinator, fresh=_organisation)
def suspend_organisation(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """Stop everybody acting for an organisation."""
    standing.suspend_organisation(conn, turn.actor, organisation_id)
    return Show("organisation", {"organisation_id": organisation_id})


@action("restore_organisation", a_coordinator, fresh=_organisation)
def restore_organisation(turn: Turn, conn: Connection, organisation_id: int) -> Show:
    """Let a suspended organisation act again."""
    approval = standing.restore_organisation(conn, turn.actor, organisation_id)
    if approval is not None:
        return second_asked(turn, approval)
    return Show("organisation", {"organisation_id": organisation_id})


# --- what whoever it is about hears -------------------------------------------------------------------


@notice("switched_off", anyone)
def switched_off(reader: Reader, conn: Connection, event_id: int) -> View | None:
    """Suspended: as long as that is so."""
    if reader.person is None or not reader.person.suspended:
        return None
    return View(reader.t("Your access is suspended. Please ask your coordinator."))


@notice("switched_on", a_person)
def switched_on(reader: Reader, conn: Connection, event_id: int) -> View | None:
    """May act again."""
    if reader.person is None or reader.person.suspended:
        return None
    text = reader.t("You may act again. Welcome back!")
    return View(text, ((opens(reader.label("Menu ›"), "home"),),))


@notice("coordinating", a_person)
def coordinating(reader: Reader, conn: Connection, event_id: int) -> View | None:
    """Coordinates from now on, or no more."""
    event = directory.event(conn, event_id)
    if event is None or reader.person is None or subject_of(conn, event) != reader.person.id:
        return None
    if a_coordinator(reader.actor):
        text = reader.t("🧭 You coordinate here now: you see who waits and what is stuck.")
    else:
        text = reader.t("🧭 You do not coordinate here any more. Thank you for your work!")
    return View(text, ((opens(reader.label("Menu ›"), "home"),),))
