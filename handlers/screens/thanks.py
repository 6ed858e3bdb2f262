"""Thanks, as the hromada and the donor see them."""

from markupsafe import Markup

from domain.model import Consignment
from domain.talking import Thanks
from handlers.parts import organisation
from handlers.reader import Reader
from handlers.registry import Show, a_member, a_partner, a_person, action, does, notice, opens, screen
from handlers.talk import LANGUAGE, translated
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from services import thanks as services
from storage import giving, needs, translations
from storage import thanks as stored
from storage.engine import Connection


def _mine(reader: Reader, conn: Connection, thanks_id: int) -> tuple[Thanks, Consignment] | None:
    found = stored.thanks(conn, thanks_id)
    consignment = giving.consignment(conn, found.consignment_id) if found else None
    mine = reader.actor.acts_for if reader.actor else None
    if found is None or consignment is None or mine is None:
        return None
    return (found, consignment) if mine in (consignment.organisation_id, consignment.hromada_id) else None


def _text(reader: Reader, conn: Connection, found: Thanks, consignment: Consignment) -> Markup:
    head = reader.t(
        "💛 <b>{hromada}</b> says thank you for <code>{code}</code>:",
        hromada=reader.organisation(organisation(conn, consignment.hromada_id)),
        code=consignment.code,
    )
    if not found.text:
        return Markup("{}\n{}").format(
            head, reader.t("<i>Whoever wrote this asked to be forgotten: it is gone.</i>")
        )
    rows = [head, Markup("<blockquote>{}</blockquote>").format(found.text)]
    if found.language != reader.language:
        if found.language in LANGUAGE:
            rows.insert(1, Markup("<i>{}</i>").format(reader.label(LANGUAGE[found.language])))
        rows += translated(reader, translations.translation(conn, "thanks", found.id, reader.language))
    return Markup("\n").join(rows)


def _rows(reader: Reader, conn: Connection, found: Thanks, consignment: Consignment) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if reader.actor and reader.actor.acts_for == consignment.organisation_id:
        shown, kept = ("✓ ", "") if found.shareable else ("", "✓ " if found.decided_at else "")
        show = shown + reader.label("📣 Let it be shown in the digest")
        keep = kept + reader.label("🔒 Keep it between us")
        rows += [
            (does(show, "share_thanks", found.id, True),),
            (does(keep, "share_thanks", found.id, False),),
        ]
    return (*rows, (opens(reader.label("Open"), "consignment", consignment.id),))


@screen("thanks", a_member)
def thanks_screen(reader: Reader, conn: Connection, thanks_id: int) -> View | None:
    """A thank-you, for the two sides of it alone."""
    mine = _mine(reader, conn, thanks_id)
    if mine is None:
        return None
    found, consignment = mine
    fate = (
        reader.t("📣 The donor lets it be shown in the digest.")
        if found.shareable
        else reader.t("🔒 It stays between the two of you.")
    )
    rows = _rows(reader, conn, found, consignment)
    photos = len(needs.photos(conn, "thanks", thanks_id))
    if photos:
        label = reader.label("🖼 Photos ({n})", n=photos)
        rows = ((opens(label, "photos", "thanks", thanks_id),), *rows)
    return View(Markup("{}\n\n{}").format(_text(reader, conn, found, consignment), fate), rows)


@notice("thanked", a_person)
def thanked(reader: Reader, conn: Connection, thanks_id: int) -> View | None:
    """A thank-you to us, with its photos."""
    mine = _mine(reader, conn, thanks_id)
    if mine is None or reader.actor is None or mine[1].organisation_id != reader.actor.acts_for:
        return None
    ask = reader.t("Shall others read it in the digest? Until you say so, it stays between the two of you.")
    text = Markup("{}\n\n{}").format(_text(reader, conn, *mine), ask)
    return View(text, _rows(reader, conn, *mine), tuple(needs.photos(conn, "thanks", thanks_id)))


@action("share_thanks", a_partner, fresh=lambda params: Show("thanks", {"thanks_id": params["thanks_id"]}))
def share_thanks(turn: Turn, conn: Connection, thanks_id: int, share: bool) -> Show:
    """The donor decides who may read it."""
    services.decide(conn, turn.actor, thanks_id, share=share)
    toast = (
        turn.reader.label("Thank you! It comes with the next digest.")
        if share
        else turn.reader.label("It stays between the two of you.")
    )
    return Show("thanks", {"thanks_id": thanks_id}, toast=toast)
