"""A small world with one person of every role, and something of every kind to press on. Built by the services."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from domain.actor import Actor
from domain.model import Approval
from domain.schedule import Terms
from domain.talking import Sent
from domain.wanted import Photo, WantedLine, WantedNeed
from domain.words import CloseReason, EventKind, NeedState, OrganisationKind, Urgency
from handlers.forms.rows import NeedData
from services import (
    cards,
    consignments,
    digests,
    invites,
    needs,
    pledges,
    settling,
    standing,
    talking,
    thanks,
)
from services import people as services
from services.start import coordination_chat
from storage import chats, directory, giving, people
from storage import needs as stored_needs
from storage.needs import lines_of
from storage.schema.giving import questions

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TERMS = Terms()
HEADQUARTERS, VILLAGE, CHANNEL, SILENT, GONE = -5001, -5002, -5003, -5004, -5005
"""The coordinators' own group, some other one, and channels of the official: one as it should be, one in which the bot may not
post for now, and one it was taken out of."""

SECRET = b"what links are made of"
ROLES = {
    "S": "stranger",
    "P": "pending official",
    "O": "official",
    "N": "official of another hromada",
    "G": "giver",
    "H": "another partner",
    "C": "coordinator",
    "X": "suspended member",
    "B": "banned",
}
"""By the letters that head the table of rights. The pending and the suspended one claim the official's hromada."""

ACCOUNT = {letter: 101 + at for at, letter in enumerate(ROLES)}

SECRETS = {
    **{f"+380 67 000 00 0{at}": letter for at, letter in enumerate("SPONGHCXB")},
    **{f"Secret street {letter}": letter for letter in "SPONGHCXB"},
    "Piddubny": "PC",
    "Refusal-known-to-one": "C",
    "May-we-ask": "OG",
    "Thanks-for-two": "OG",
    "Both-and-a-coordinator": "OHC",
    "Reason-for-two": "OG",
    "KR 55555": "OG",
    "Driver-Dmytro": "OG",
    "Ramp-at-the-back": "OG",
    "Partners-only-item": "NGC",
}
"""Words that stand in the database, and who may ever read them."""
for _letter, _callers in (
    ("O", "OG"),
    ("N", "NG"),
    ("G", "OGN"),
):  # a promise was accepted: they may call each other
    SECRETS |= {
        word: _callers
        for word in SECRETS
        if SECRETS[word] == _letter and ("+380" in word or "street" in word)
    }


@dataclass(frozen=True)
class SmallWorld:
    """Names of things, as the table of rights uses them, and their ids."""

    ids: dict[str, int]
    codes: dict[str, str]


class _Builder:
    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.ids: dict[str, int] = {}
        self.codes: dict[str, str] = {}

    def actor(self, letter: str) -> Actor:
        known = people.by_account(self.conn, ACCOUNT[letter])
        assert known is not None
        return services.actor_of(self.conn, known, NOW)

    def person(self, letter: str) -> None:
        name = "Petro Piddubny" if letter == "P" else f"{ROLES[letter].capitalize()}"
        known = services.meet(self.conn, NOW, ACCOUNT[letter], name, "en")
        chats.see(self.conn, ACCOUNT[letter], kind="private", person_id=known.id, seen_at=NOW)
        phone = f"+380 67 000 00 0{'SPONGHCXB'.index(letter)}"
        services.set_contacts(
            self.conn, Actor(known.id, NOW), phone=phone, address=f"Secret street {letter}, 1"
        )

    def appoints(self, letter: str) -> None:
        """By a coordinator's link, as the operator makes one."""
        standing.appoint(self.conn, Actor(0, NOW, coordinator=True), self.actor(letter).person_id)
        acts = directory.acts_about_person(self.conn, self.actor(letter).person_id)
        self.ids["appointed"] = acts[0].id

    def joins(self, letter: str, place: str) -> int:
        """Asks to act for a hromada (by its code) or a partner (by its name)."""
        actor = self.actor(letter)
        if place.startswith("UA"):
            member = services.register_hromada(self.conn, actor, place, "Громада")
        else:
            kind = OrganisationKind.MUNICIPALITY.value
            member = services.register_partner(self.conn, actor, kind, place, "PL", "Lublin")
        self.ids[f"member_{letter}"] = member.id
        return member.organisation_id

    def pledge(self, name: str, amount: int, *, firm: bool = True) -> int:
        made = pledges.pledge(
            self.conn, self.actor("G"), self.ids["need"], {self.ids["line"]: amount}, TERMS, firm=firm
        )
        self.ids[name] = made.id
        return made.id

    def accepted(self, name: str, amount: int) -> int:
        pledge_id = self.pledge(name, amount)
        pledges.accept(self.conn, self.actor("O"), pledge_id)
        return pledge_id

    def packed(self, name: str, pledge_id: int, amount: int) -> int:
        row = giving.pledge_lines_of(self.conn, pledge_id)[0]
        made = consignments.pack(self.conn, self.actor("G"), {row.id: amount})
        consignments.describe(
            self.conn,
            self.actor("G"),
            made.id,
            plate="KR 55555",
            carrier="Driver-Dmytro",
            note="Ramp-at-the-back",
        )
        self.ids[name] = made.id
        return made.id

    def dispatched(self, name: str, amount: int) -> int:
        made = self.packed(name, self.accepted(f"{name}_pledge", amount), amount)
        consignments.dispatch(self.conn, self.actor("G"), made)
        return made

    def says(self, name: str, letter: str, partner: str, text: str, *files: Sent) -> int:
        """A message about the need; ``name`` for it and for its thread."""
        partner_id = self.ids[f"organisation_{partner}"]
        made = talking.say(self.conn, self.actor(letter), self.ids["need"], partner_id, text, "en", files)
        self.ids[name], self.ids[f"{name}_thread"] = made.id, made.thread_id
        return made.id

    def asked_before(self, name: str) -> None:
        """A question as the version before wrote it."""
        values = {
            "need_id": self.ids["need"],
            "from_person": self.actor("G").person_id,
            "from_organisation": self.ids["organisation_G"],
            "to_organisation": self.ids["organisation_O"],
            "text": "May-we-ask",
            "language": "en",
            "asked_at": NOW,
        }
        self.ids[name] = self.conn.execute(
            insert(questions).values(**values).returning(questions.c.id)
        ).scalar_one()


def _left_behind(made: _Builder) -> None:
    """A partner nobody acts for any more and its promise; half a need of a colleague's."""
    person = services.meet(made.conn, NOW, 991, "Somebody gone", "en")
    actor = services.actor_of(made.conn, person, NOW)
    kind = OrganisationKind.NGO.value
    member = services.register_partner(made.conn, actor, kind, "Nobody's society", "DE", "Bonn")
    services.verify(made.conn, made.actor("C"), member.id)
    made.ids["organisation_gone"] = member.organisation_id
    actor = services.actor_of(made.conn, people.person(made.conn, person.id), NOW)
    amounts = {made.ids["line"]: 1000}
    made.ids["orphan"] = pledges.pledge(made.conn, actor, made.ids["need"], amounts, TERMS, firm=True).id
    services.suspend(made.conn, made.actor("C"), member.id)
    own = made.actor("O").person_id
    data = NeedData(row=0, sector="energy").model_dump_json()
    chats.save_draft(made.conn, own, settling.HANDED, NOW, step="items", back_to=None, data=data)


def build(conn: Connection) -> SmallWorld:
    """Fill an empty database."""
    made = _Builder(conn)
    _people(made)
    _need(made)
    _gifts(made)
    _questions(made)
    _left_behind(made)
    _papers(made)
    _standing(made)
    return SmallWorld(made.ids, made.codes)


def _people(made: _Builder) -> None:
    for letter in ROLES:
        made.person(letter)
    made.appoints("C")
    coordination_chat(made.conn, NOW, HEADQUARTERS)
    chats.see(made.conn, HEADQUARTERS, language="en", title="HQ", seen_at=NOW)
    chats.see(made.conn, VILLAGE, language="en", title="Village", kind="group", seen_at=NOW)
    for letter, place in zip("OPXNGHB", _PLACES, strict=True):
        made.ids[f"organisation_{letter}"] = made.joins(letter, place)
    for letter in "OXNGHB":
        services.verify(made.conn, made.actor("C"), made.ids[f"member_{letter}"])
    services.suspend(made.conn, made.actor("C"), made.ids["member_X"])
    people.change_person(made.conn, made.actor("B").person_id, suspended=True)
    newcomer = services.actor_of(made.conn, services.meet(made.conn, NOW, 990, "Somebody else", "en"), NOW)
    refused = services.register_hromada(made.conn, newcomer, _OWN, "Громада")
    services.refuse(made.conn, made.actor("C"), refused.id, "Refusal-known-to-one")
    made.ids["member_refused"] = refused.id


_OWN, _OTHER = "UA48080130000028458", "UA12080050000062712"
_PLACES = (_OWN, _OWN, _OWN, _OTHER, "Miasto Lublin", "Miasto Zamość", _OWN)


def _need(made: _Builder) -> None:
    generators = WantedLine(sector="energy", item="energy.generator-diesel", spec="5 kW", needed=60_000)
    blankets = WantedLine(sector="winter", item="winter.blanket")
    wanted = WantedNeed(
        lines=[generators, blankets],
        urgency=Urgency.URGENT,
        why="Світла немає по 8 годин.",
        photos=[Photo(file_id="photo", unique_id="photo")],
    )
    need = needs.post_need(made.conn, made.actor("O"), wanted, "uk", TERMS)
    made.ids["need"], made.ids["line"] = need.id, lines_of(made.conn, need.id)[0].id
    assert need.code is not None
    made.codes["need_code"] = need.code


def _gifts(made: _Builder) -> None:
    made.pledge("held", 2000, firm=False)
    made.pledge("promised", 3000)
    made.accepted("accepted", 4000)
    made.packed("packing", made.accepted("partly", 5000), 3000)
    made.dispatched("driving", 6000)
    arrived = made.dispatched("received", 7000)
    row = giving.goods(made.conn, arrived)[0]
    consignments.add_photo(made.conn, made.actor("O"), arrived, "proof", "proof")
    counts = {row.id: consignments.Count(7000, 0, 0)}
    consignments.sign_receipt(made.conn, made.actor("O"), arrived, counts)
    pledges.decline(made.conn, made.actor("O"), made.pledge("declined", 1000), "Reason-for-two")


def _questions(made: _Builder) -> None:
    """A second need that nobody confirmed, and something in it for each thing the bot asks about by itself."""
    blankets = WantedLine(sector="winter", item="winter.blanket", needed=20_000)
    beds = WantedLine(sector="medicine", name="ліжка", needed=2000)
    official, giver = made.actor("O"), made.actor("G")
    first, line_id = made.ids["need"], made.ids["line"]
    wanted = WantedNeed(lines=[blankets, beds], urgency=Urgency.NORMAL)
    need = needs.post_need(made.conn, official, wanted, "uk", TERMS)
    lines = [line.id for line in lines_of(made.conn, need.id)]
    made.ids["silent"] = made.ids["need"] = need.id
    made.ids["line"] = lines[0]
    consignments.arrive(made.conn, official, made.dispatched("standing", 1000))
    bare = made.dispatched("bare", 1000)
    counts = {row.id: consignments.Count(1000, 0, 0) for row in giving.goods(made.conn, bare)}
    consignments.sign_receipt(made.conn, official, bare, counts)
    edited = made.pledge("edited", 2000)
    made.ids["edited_row"] = giving.pledge_lines_of(made.conn, edited)[0].id
    needs.describe_line(made.conn, official, lines[0], spec="wool")
    taken = pledges.pledge(made.conn, made.actor("H"), need.id, {lines[1]: 2000}, TERMS, firm=True)
    pledges.wait_for(made.conn, giver, lines[1])
    pledges.withdraw(made.conn, made.actor("H"), taken.id, TERMS)
    made.ids["offered"] = giving.pledges_of_need(made.conn, need.id)[-1].id
    stored_needs.move_need(made.conn, need.id, [NeedState.OPEN], asked_at=NOW)
    _surplus(made)
    _twins(made)
    made.ids["need"], made.ids["line"] = first, line_id


def _surplus(made: _Builder) -> None:
    """Heaters promised for a line that was closed, and another hromada that asks for some."""
    heaters = WantedNeed(
        lines=[WantedLine(sector="winter", item="winter.heater-electric", needed=5000)],
        urgency=Urgency.NORMAL,
    )
    elsewhere = needs.post_need(made.conn, made.actor("N"), heaters, "uk", TERMS)
    made.ids["elsewhere"] = lines_of(made.conn, elsewhere.id)[0].id
    need = needs.post_need(made.conn, made.actor("O"), heaters, "uk", TERMS)
    made.ids["need"], made.ids["line"] = need.id, lines_of(made.conn, need.id)[0].id
    made.ids["surplus_row"] = giving.pledge_lines_of(made.conn, made.pledge("surplus", 2000))[0].id
    needs.close_line(made.conn, made.actor("O"), made.ids["line"], CloseReason.COVERED_ELSEWHERE)


def _twins(made: _Builder) -> None:
    """The giver helped the other hromada before; now it shows the giver a need that nobody else sees yet."""
    amounts = {made.ids["elsewhere"]: 1000}
    elsewhere = stored_needs.line(made.conn, made.ids["elsewhere"])
    assert elsewhere is not None
    taken = pledges.pledge(made.conn, made.actor("G"), elsewhere.need_id, amounts, TERMS, firm=True)
    pledges.accept(made.conn, made.actor("N"), taken.id)
    secret = WantedLine(sector="other", name="Partners-only-item", needed=5000)
    wanted = WantedNeed(
        lines=[secret],
        urgency=Urgency.URGENT,
        partners_first=24,
        photos=[Photo(file_id="first", unique_id="first")],
    )
    need = needs.post_need(made.conn, made.actor("N"), wanted, "uk", TERMS)
    made.ids["first"], made.ids["first_line"] = need.id, lines_of(made.conn, need.id)[0].id
    assert need.code is not None
    made.codes["first_code"] = need.code


def _standing(made: _Builder) -> None:
    """Another coordinator, a guest at the door, a link for anybody, an organisation that is switched off."""
    conn, operator = made.conn, Actor(0, NOW, coordinator=True)
    for letter in ROLES:
        made.ids[f"person_{letter}"] = made.actor(letter).person_id
    other = services.meet(conn, NOW, 991, "Kateryna", "en")
    chats.see(conn, 991, kind="private", person_id=other.id, seen_at=NOW)
    standing.appoint(conn, operator, other.id)
    made.ids["person_K"] = other.id
    coordinator = services.actor_of(conn, people.person(conn, other.id), NOW)
    asked = invites.invite(conn, coordinator, SECRET)
    assert isinstance(asked, Approval)
    made.ids["approval"] = asked.id
    guest = services.actor_of(conn, services.meet(conn, NOW, 992, "Guest", "en"), NOW)
    theirs = invites.make(conn, coordinator, SECRET)
    made.ids["member_guest"] = services.register_hromada(conn, guest, _OWN, "", theirs.invite.id).id
    made.codes["open_invite"] = invites.make(conn, operator, SECRET).token
    founder = services.actor_of(conn, services.meet(conn, NOW, 993, "Founder", "en"), NOW)
    off = services.register_partner(conn, founder, "ngo", "Switched off", "PL", "Lublin")
    standing.suspend_organisation(conn, operator, off.organisation_id)
    made.ids["organisation_off"] = off.organisation_id
    acts = directory.acts_about_organisation(conn, made.ids["organisation_O"])
    made.ids["act"] = next(each.id for each in acts if each.kind is EventKind.MEMBER_VERIFIED)


def _papers(made: _Builder) -> None:
    official = made.actor("O")
    made.says("asked", "G", "G", "May-we-ask", Sent("document", "plan", "plan", "May-we-ask.pdf"))
    made.says("answered", "O", "G", "May-we-ask, yes", Sent("photo", "yard", "yard"))
    made.says("looked", "H", "H", "Both-and-a-coordinator")
    talking.invite_coordinator(made.conn, official, made.ids["looked_thread"])
    made.asked_before("question")
    said = thanks.thank(
        made.conn, official, made.ids["received"], "Thanks-for-two", "uk", [Sent("photo", "t", "t")]
    )
    made.ids["thanks"] = said.id
    chats.see(made.conn, CHANNEL, kind="channel", title="News", language="en", seen_at=NOW)
    cards.joined_channel(made.conn, NOW, CHANNEL, official)
    made.ids["channel"] = CHANNEL
    for name, channel in (("channel_silent", SILENT), ("channel_gone", GONE)):
        chats.see(made.conn, channel, kind="channel", title=name, language="en", seen_at=NOW)
        cards.joined_channel(made.conn, NOW, channel, official, posts=channel != SILENT)
        made.ids[name] = channel
    chats.see(made.conn, GONE, reachable=False, seen_at=NOW)
    digests.subscribe(made.conn, made.actor("C"), HEADQUARTERS, 8, TERMS.zone)
    draft = chats.save_draft(
        made.conn,
        official.person_id,
        "need",
        NOW,
        step="date",
        back_to=None,
        data=NeedData(
            need=needs.as_wanted(made.conn, made.ids["need"]), row=0, sector="energy"
        ).model_dump_json(),
    )
    made.ids["draft"] = draft.id
    link = invites.invite(made.conn, official, SECRET, made.ids["organisation_O"])
    assert isinstance(link, invites.Link)
    made.codes["invite"], made.ids["invite_id"] = link.token, link.invite.id
