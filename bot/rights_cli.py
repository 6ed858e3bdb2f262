"""``hromada-bridge people`` and ``organisations``: the coordinators' directory, for the operator.

The same services as behind the buttons. The operator needs no second voice, and each act is an event all the same.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from bot import console
from bot.console import in_database, out
from domain import errors
from domain.actor import Actor
from domain.model import Event, Person
from services import people as membership
from services import standing
from storage import directory, people
from storage.engine import Connection

MOMENT = "%Y-%m-%d %H:%M"
PAGE = 50
_WHY = {
    errors.NotFound: "There is nobody and nothing with that number. See: hromada-bridge people list",
    errors.Changed: "That is so already: nothing was changed.",
    errors.BySettings: "COORDINATORS names this person. Take them out of it and restart.",
    errors.LastCoordinator: "That is the last coordinator. Make another one first.",
    errors.Suspended: "The organisation is suspended. Restore it first.",
    errors.Forbidden: "That cannot be done to this person. Nothing was changed.",
}


def operator() -> Actor:
    """Whoever sits at the keyboard of the server: nobody in the tables, and above them."""
    return Actor(0, datetime.now(UTC), coordinator=True)


def _do(deed: Callable[[Connection, Actor, int], object], number: int, what: str) -> None:
    try:
        in_database(console.settings().database_url, lambda db: db.write(deed, operator(), number))
    except errors.Refusal as error:
        console.stop(_sentence(error))
    out.print(f"{what}.")


def _sentence(error: errors.Refusal) -> str:
    return next((_WHY[kind] for kind in type(error).__mro__ if kind in _WHY), "That cannot be done now.")


def _page(results: directory.Results, page: int) -> None:
    first = (page - 1) * PAGE
    if results.total > PAGE:
        out.print(f"{first + 1}-{first + len(results.rows)} of {results.total}; see --page")


def _search(kind: Callable[..., directory.Results], text: str, page: int) -> directory.Results:
    url = console.settings().database_url
    return in_database(url, lambda db: db.read(kind, text, PAGE, (max(page, 1) - 1) * PAGE))


def _history(events: list[Event]) -> None:
    for each in events[:30]:
        by = f"person {each.person_id}" if each.person_id else "operator or settings"
        line = f"  {each.at:{MOMENT}}  {each.kind}  by {by}  {each.data if each.data != '{}' else ''}"
        out.print(line.rstrip(), markup=False)


# --- people -------------------------------------------------------------------------------------------


@click.group("people")
def people_group() -> None:
    """Look people up, suspend and restore them, appoint and dismiss coordinators."""


@people_group.command("list")
@click.argument("text", default="")
@click.option("--page", default=1, show_default=True)
def people_list(text: str, page: int) -> None:
    """Everybody, or those with TEXT in their name, or with this account."""
    results = _search(directory.people_like, text, page)
    if not results.total:
        console.stop("Nobody is called like that.")
    table = Table("person", "account", "name", "standing")
    for each in results.rows:
        table.add_row(str(each.id), str(each.account), escape(each.name), standing_of(each))
    out.print(table)
    _page(results, page)


def standing_of(person: Person) -> str:
    """In a few words."""
    words = ["suspended"] if person.suspended else []
    if person.coordinator and person.by_settings:
        words.append("coordinator by COORDINATORS")
    if person.coordinator and (person.appointed or not person.by_settings):
        words.append("coordinator by appointment")
    return ", ".join(words) or "-"


@people_group.command("show")
@click.argument("number", type=int)
def people_show(number: int) -> None:
    """How somebody stands, for whom they act, when they were seen, and what was done."""

    def look(conn: Connection) -> Any:
        person = people.find_person(conn, number)
        if person is None:
            return None
        acts = directory.acts_about_person(conn, number)
        return person, people.memberships(conn, number), directory.last_seen(conn, number), acts

    card = in_database(console.settings().database_url, lambda db: db.read(look))
    if card is None:
        console.stop(_WHY[errors.NotFound])
    person, memberships, seen_at, acts = card
    out.print(f"person {person.id}, account {person.account}: {person.name}", markup=False)
    out.print(f"standing: {standing_of(person)}", markup=False)
    out.print(f"last seen: {seen_at:{MOMENT}} UTC" if seen_at else "never seen", markup=False)
    for member, organisation in memberships:
        line = f"  member {member.id}: {member.state.value} for {organisation.id} {organisation.name}"
        out.print(line, markup=False)
    _history(acts)


@people_group.command("suspend")
@click.argument("number", type=int)
def people_suspend(number: int) -> None:
    """Stop a person doing anything; their invite links end."""
    _do(standing.suspend_person, number, f"Person {number} is suspended")


@people_group.command("restore")
@click.argument("number", type=int)
def people_restore(number: int) -> None:
    """Let a suspended person act again."""
    _do(standing.restore_person, number, f"Person {number} may act again")


@people_group.command("appoint")
@click.argument("number", type=int)
def people_appoint(number: int) -> None:
    """Make a person a coordinator."""
    _do(standing.appoint, number, f"Person {number} is a coordinator")


@people_group.command("dismiss")
@click.argument("number", type=int)
def people_dismiss(number: int) -> None:
    """Let an appointed coordinator coordinate no more."""
    _do(standing.dismiss, number, f"Person {number} coordinates no more")


@people_group.command("verify")
@click.argument("member", type=int)
def people_verify(member: int) -> None:
    """Vouch for somebody who waits; the number of the membership stands in 'people show'."""
    _do(membership.verify, member, f"Member {member} is verified")


@people_group.command("suspend-member")
@click.argument("member", type=int)
def people_suspend_member(member: int) -> None:
    """Stop a person acting for one organisation."""
    _do(membership.suspend, member, f"Member {member} is suspended")


@people_group.command("restore-member")
@click.argument("member", type=int)
def people_restore_member(member: int) -> None:
    """Let a suspended or refused person act for an organisation."""
    _do(membership.restore, member, f"Member {member} may act again")


# --- organisations ------------------------------------------------------------------------------------


@click.group("organisations")
def organisations_group() -> None:
    """Look organisations up, suspend and restore them."""


@organisations_group.command("list")
@click.argument("text", default="")
@click.option("--page", default=1, show_default=True)
def organisations_list(text: str, page: int) -> None:
    """All of them, or those with TEXT in their name."""
    results = _search(directory.organisations_like, text, page)
    if not results.total:
        console.stop("No organisation is called like that.")
    table = Table("organisation", "kind", "state", "name", "country")
    for each in results.rows:
        table.add_row(str(each.id), each.kind.value, each.state.value, escape(each.name), each.country)
    out.print(table)
    _page(results, page)


@organisations_group.command("show")
@click.argument("number", type=int)
def organisations_show(number: int) -> None:
    """What it is, who acts for it, what it has under way, and what was done."""

    def look(conn: Connection) -> Any:
        organisation = people.organisation(conn, number)
        if organisation is None:
            return None
        members, under = directory.members_of(conn, number), directory.under_way(conn, number)
        return organisation, members, under, directory.acts_about_organisation(conn, number)

    card = in_database(console.settings().database_url, lambda db: db.read(look))
    if card is None:
        console.stop(_WHY[errors.NotFound])
    organisation, members, under, acts = card
    where = ", ".join(filter(None, (organisation.city, organisation.country, organisation.katottg)))
    out.print(
        f"organisation {organisation.id}: {organisation.name} ({organisation.kind.value}, {where})",
        markup=False,
    )
    out.print(f"state: {organisation.state.value}", markup=False)
    out.print(f"open needs {under.needs}, promises {under.pledges}, consignments {under.consignments}")
    for member, person in members:
        line = f"  member {member.id}: {member.state.value}, person {person.id} {person.name}"
        out.print(line, markup=False)
    _history(acts)


@organisations_group.command("suspend")
@click.argument("number", type=int)
def organisations_suspend(number: int) -> None:
    """Stop everybody acting for an organisation; links into it end."""
    _do(standing.suspend_organisation, number, f"Organisation {number} is suspended")


@organisations_group.command("restore")
@click.argument("number", type=int)
def organisations_restore(number: int) -> None:
    """Let a suspended organisation act again."""
    _do(standing.restore_organisation, number, f"Organisation {number} may act again")
