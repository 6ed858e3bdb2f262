"""Who am I: finding one's hromada in the state's register, or describing a partner organisation."""

from markupsafe import Markup
from pydantic import BaseModel

from domain import naming
from domain.errors import AlreadyDone, Misread
from domain.places import PARTNER_COUNTRIES, Hromada, country_name, is_country, places
from domain.privacy import gives_a_phone, has_answered
from domain.search import translit
from domain.words import PARTNER_KINDS, MemberState, OrganisationKind, member
from handlers import names
from handlers.forms.engine import DONE, NEXT, Choice, Form, Question, Step, begin, form, in_rows, text_of
from handlers.incoming import Incoming
from handlers.reader import Reader
from handlers.registry import Show, a_person, action
from handlers.turn import Turn
from services import invites, people
from storage.engine import Connection


class HromadaData(BaseModel):
    """The search for a hromada, and the open link the person came with."""

    invite_id: int = 0
    found: list[str] = []
    chosen: str = ""


class PartnerData(BaseModel):
    """A partner organisation being described, and the open link the person came with."""

    invite_id: int = 0
    country: str = ""
    kind: str = ""
    name: str = ""
    city: str = ""


def _ask_hromada(reader: Reader, conn: Connection, data: HromadaData) -> Question:
    if not data.found:
        text = reader.t(
            "Type a part of your hromada's name, for example <code>перво</code> or <code>pervo</code>."
        )
        return Question(text)
    shown = [places().by_code[code] for code in data.found]
    rows = [
        Markup("{}. <b>{}</b>\n{}").format(at, each.title(reader.language), each.where(reader.language))
        for at, each in enumerate(shown, 1)
    ]
    choices = [[Choice(f"{at}. {_short(reader, each)}", each.code)] for at, each in enumerate(shown, 1)]
    text = reader.t("Which one is yours? If it is not here, type more of its name.")
    return Question(Markup("\n").join([*rows, Markup(""), text]), choices)


def _short(reader: Reader, hromada: Hromada) -> str:
    """What a phone shows of a button: 'Миколаївська · Львівська'. The whole name stands in the message."""
    name = hromada.name if reader.language == "uk" else translit(hromada.name)
    return f"{name} · {reader.oblast(hromada.oblast).removesuffix(' область')}"


def _said_hromada(turn: Turn, conn: Connection, data: HromadaData, incoming: Incoming) -> str:
    text = text_of(incoming, 100)
    found = places().search(text, limit=8)
    if not found:
        raise Misread("nothing_found", text=text)
    data.found = [each.code for each in found]
    return "hromada"


def _chose_hromada(turn: Turn, conn: Connection, data: HromadaData, value: str) -> str:
    if value not in places().by_code:
        raise Misread("choose")
    data.chosen = value
    return DONE


def _register_hromada(turn: Turn, conn: Connection, data: HromadaData) -> Show:
    hromada = places().by_code[data.chosen]
    try:
        member = people.register_hromada(conn, turn.actor, hromada.code, hromada.name, data.invite_id)
    except AlreadyDone:
        return Show("home")
    return _registered(turn, conn, member.state)


def _registered(turn: Turn, conn: Connection, state: MemberState) -> Show:
    people.show_commands(conn, turn.at, turn.person.id)
    if turn.person.phone is None and (gives_a_phone(turn.person) or not has_answered(turn.person)):
        from handlers.forms.contacts import ContactData

        answered = gives_a_phone(turn.person)
        welcome = state is MemberState.VERIFIED
        return begin(
            turn,
            conn,
            "contacts",
            ContactData(welcome=welcome, answered=answered),
            step="phone" if answered else "",
        )
    return Show("home")


form(
    Form(
        "hromada",
        HromadaData,
        [Step("hromada", _ask_hromada, _said_hromada, _chose_hromada)],
        _register_hromada,
    )
)


def _ask_country(reader: Reader, conn: Connection, data: PartnerData) -> Question:
    choices = [Choice(country_name(code, reader.language), code) for code in PARTNER_COUNTRIES[:24]]
    text = reader.t(
        "In which country is your organisation? Press, or type its two letters, for example <code>JP</code>."
    )
    return Question(text, in_rows(choices, 2))


def _said_country(turn: Turn, conn: Connection, data: PartnerData, incoming: Incoming) -> str:
    text = text_of(incoming, 60)
    for code in PARTNER_COUNTRIES:
        known = {country_name(code, language).casefold() for language in ("uk", "en", "pl", "de")}
        if text.casefold() in known or text.upper() == code:
            return _chose_country(turn, conn, data, code)
    if is_country(text.upper()):
        return _chose_country(turn, conn, data, text.upper())
    raise Misread("nothing_found", text=text)


def _chose_country(turn: Turn, conn: Connection, data: PartnerData, value: str) -> str:
    if not is_country(value):
        raise Misread("choose")
    data.country = value
    return NEXT


def _ask_kind(reader: Reader, conn: Connection, data: PartnerData) -> Question:
    choices = [[Choice(reader.label(names.KIND[kind]), kind.value)] for kind in PARTNER_KINDS]
    return Question(reader.t("What kind of organisation is it?"), choices)


def _chose_kind(turn: Turn, conn: Connection, data: PartnerData, value: str) -> str:
    kind = member(OrganisationKind, value)
    if kind not in PARTNER_KINDS:
        raise Misread("choose")
    data.kind = value
    return NEXT


def _ask_name(reader: Reader, conn: Connection, data: PartnerData) -> Question:
    return Question(reader.t("What is it called? Write the full name, as on its papers."))


def _said_name(turn: Turn, conn: Connection, data: PartnerData, incoming: Incoming) -> str:
    data.name = _name(incoming, naming.LONGEST)
    return NEXT


def _name(incoming: Incoming, most: int) -> str:
    text = text_of(incoming, 1000)
    if not naming.fits(text, most):
        raise Misread("name", most=str(most))
    return text


def _ask_city(reader: Reader, conn: Connection, data: PartnerData) -> Question:
    return Question(reader.t("In which city?"))


def _said_city(turn: Turn, conn: Connection, data: PartnerData, incoming: Incoming) -> str:
    data.city = _name(incoming, 80)
    return NEXT


def _register_partner(turn: Turn, conn: Connection, data: PartnerData) -> Show:
    try:
        member = people.register_partner(
            conn, turn.actor, data.kind, data.name, data.country, data.city, data.invite_id
        )
    except AlreadyDone:
        return Show("home")
    return _registered(turn, conn, member.state)


form(
    Form(
        "partner",
        PartnerData,
        [
            Step("country", _ask_country, _said_country, _chose_country),
            Step("kind", _ask_kind, None, _chose_kind),
            Step("name", _ask_name, _said_name, public=True),
            Step("city", _ask_city, _said_city, public=True),
        ],
        _register_partner,
    )
)


class Guest(BaseModel):
    """Somebody who opened an open link: they hold its token, so from here on its number will do."""

    invite_id: int
    form: str = ""


def _ask_guest(reader: Reader, conn: Connection, data: Guest) -> Question:
    choices = [
        [Choice(reader.label("🏛 I represent a hromada"), "hromada")],
        [Choice(reader.label("🤝 I represent a partner"), "partner")],
    ]
    text = reader.t("Welcome! You are invited.\n\n<b>Who are you?</b>")
    return Question(text, choices)


def _chose_guest(turn: Turn, conn: Connection, data: Guest, value: str) -> str:
    if value not in ("hromada", "partner"):
        raise Misread("choose")
    invites.open_link(conn, turn.actor, data.invite_id)
    data.form = value
    return DONE


def _finish_guest(turn: Turn, conn: Connection, data: Guest) -> Show:
    if data.form == "hromada":
        return begin(turn, conn, "hromada", HromadaData(invite_id=data.invite_id))
    return begin(turn, conn, "partner", PartnerData(invite_id=data.invite_id))


form(Form("guest", Guest, [Step("who", _ask_guest, None, _chose_guest)], _finish_guest))


def _invite_of(turn: Turn, conn: Connection, token: str) -> int:
    """The open link of a token, as older buttons carry it; without one a request has to be in order now, not at its end."""
    if not token:
        people.may_ask(conn, turn.actor)
        return 0
    return invites.presented_open_link(conn, turn.actor, token).id


@action("register_hromada", a_person)
def register_hromada(turn: Turn, conn: Connection, token: str = "") -> Show:
    """I represent a hromada."""
    return begin(turn, conn, "hromada", HromadaData(invite_id=_invite_of(turn, conn, token)))


@action("register_partner", a_person)
def register_partner(turn: Turn, conn: Connection, token: str = "") -> Show:
    """I represent a partner."""
    return begin(turn, conn, "partner", PartnerData(invite_id=_invite_of(turn, conn, token)))
