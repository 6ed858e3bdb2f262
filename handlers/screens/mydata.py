"""Everything that is kept of a person: as pages to read, and as a file to take away."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.fit import length
from handlers.parts import organisation
from handlers.reader import Reader, clip
from handlers.registry import Show, a_person, action, does, notice, opens, screen, somebody
from handlers.screens.privacy import alone
from handlers.turn import Turn
from handlers.view import Button, View
from locales import mark
from services import privacy as services
from storage import outbox, personal
from storage.engine import Connection
from storage.outbox import Lane

ROOM = 3000
TITLES = {
    "people": mark("Who you are"),
    "organisations": mark("Organisations you registered"),
    "members": mark("For whom you act"),
    "invites": mark("Invites you gave or used"),
    "approvals": mark("What you asked other coordinators to agree to, or answered"),
    "chats": mark("Chats"),
    "drafts": mark("What you began to write"),
    "cards": mark("Cards that keep themselves up to date"),
    "subscriptions": mark("News you ordered"),
    "needs": mark("Needs you posted"),
    "lines": mark("Items of needs you posted"),
    "waiting": mark("Waiting lists"),
    "attachments": mark("Photos you sent"),
    "pledges": mark("Your pledges, and those you accepted"),
    "consignments": mark("Consignments you packed or signed for"),
    "questions": mark("Questions and answers of before there were conversations"),
    "threads": mark("Conversations into which you asked a coordinator"),
    "messages": mark("What you wrote in conversations"),
    "files": mark("Files you sent in conversations"),
    "translations": mark("Translations of what you wrote"),
    "places": mark("Messages that wait for a translation"),
    "thanks": mark("Thanks you wrote or decided about"),
    "events": mark("What you did, as the history holds it"),
    "inbox": mark("What you sent and what could not be handled"),
    "outbox": mark("What I told you"),
}
"""By table; the same as in the register."""
LABELS = {
    "account": mark("account number"),
    "name": mark("name"),
    "phone": mark("phone"),
    "address": mark("address"),
    "privacy_at": mark("answered about privacy"),
    "reason": mark("reason"),
    "file_id": mark("file"),
    "note": mark("note"),
    "receipt_note": mark("note on the receipt"),
    "text": mark("text"),
    "answer": mark("answer"),
    "city": mark("city"),
    "place": mark("settlement"),
    "why": mark("what it is for"),
    "do_not_send": mark("please do not send"),
    "spec": mark("specification"),
    "carrier": mark("driver or carrier"),
    "plate": mark("number plate"),
    "crossing": mark("border crossing"),
    "declaration": mark("declaration code"),
    "code": mark("code"),
    "title": mark("title"),
    "at": mark("date"),
    "created_at": mark("date"),
    "posted_at": mark("date"),
    "asked_at": mark("date"),
    "moved_at": mark("date"),
    "since": mark("date"),
}
"""What is shown of a row, in this order, and how it is called; the rest is in the file."""
_MACHINE = frozenset({"inbox", "outbox", "drafts", "places", "cards", "events"})
"""Tables whose rows are for machines: counted on the pages, whole in the file."""


@screen("mydata", somebody)
def mydata(reader: Reader, conn: Connection, part: int = 0) -> View | None:
    """A page of it."""
    if reader.person is None:
        return None
    pages = _pages(_blocks(reader, conn, personal.held(conn, reader.person)))
    at = min(max(part, 0), len(pages) - 1)
    head = reader.t("📄 <b>Everything I keep about you</b> · {page} / {pages}", page=at + 1, pages=len(pages))
    turning: list[Button] = []
    if at:
        turning.append(opens("‹", "mydata", at - 1))
    if at + 1 < len(pages):
        turning.append(opens("›", "mydata", at + 1))
    rows: list[tuple[Button, ...]] = [tuple(turning)] if turning else []
    rows += [
        (does(reader.label("⬇️ All of it as a file"), "mydata_file"),),
        (opens(reader.label("🗑 Forget me"), "forget"),),
        (opens(reader.label("🔒 What I keep about you"), "privacy"),),
    ]
    if a_person(reader.actor):
        rows.append((opens(reader.label("‹ Menu"), "home"),))
    return View(Markup("{}\n\n{}").format(head, pages[at]), tuple(rows))


@action("mydata_file", somebody)
def mydata_file(turn: Turn, conn: Connection) -> Show:
    """As a file, in a message of its own."""
    alone(turn)
    services.exported(conn, turn.actor, turn.person.id)
    outbox.show(
        conn,
        turn.at,
        chat_id=turn.incoming.chat_id,
        screen="mydata_sent",
        params={},
        lane=Lane.REPLY,
        dedupe=f"mydata:{turn.incoming.update_id}",
    )
    return Show("mydata", toast=turn.reader.label("The file is on its way."))


@notice("mydata_sent", somebody)
def mydata_sent(reader: Reader, conn: Connection) -> View | None:
    """The file, made when it is sent."""
    if reader.person is None:
        return None
    data = services.everything_about(conn, reader.person.id, reader.now)
    text = reader.t(
        "Everything I keep about you, as JSON: a form other programs can read. It is for you alone, so keep it well."
    )
    name = f"hromada-bridge-my-data-{reader.now:%Y-%m-%d}.json"
    return View(text, kind="file", file=(name, data))


def _blocks(reader: Reader, conn: Connection, held: dict[str, list[dict[str, Any]]]) -> list[Markup]:
    blocks: list[Markup] = []
    for table, title in TITLES.items():
        rows = held.get(table, [])
        if not rows:
            continue
        blocks.append(Markup("<b>{}</b> ({})").format(reader.label(title), len(rows)))
        if table not in _MACHINE:
            blocks += [block for row in rows if (block := _row(reader, conn, row))]
    return blocks


def _row(reader: Reader, conn: Connection, row: dict[str, Any]) -> Markup:
    """What is theirs in it, and what tells it from others."""
    said: list[Markup] = []
    if isinstance(row.get("organisation_id"), int):
        said.append(Markup("{}").format(reader.organisation(organisation(conn, row["organisation_id"]))))
    for name, label in LABELS.items():
        value = row.get(name)
        if value not in (None, "") and not (name == "moved_at" and row.get("created_at")):
            said.append(Markup("{}: {}").format(reader.label(label), _word(reader, value)))
    return Markup("• ") + Markup("; ").join(said) if said else Markup("")


def _word(reader: Reader, value: object) -> str:
    """A moment as it is read here; anything else as it stands."""
    try:
        moment = datetime.fromisoformat(str(value)) if isinstance(value, str) and "T" in value else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return reader.words.day(moment.astimezone(ZoneInfo(reader.house.terms.zone)).date())
    return clip(str(value), 400)


def _pages(blocks: list[Markup]) -> list[Markup]:
    pages = [Markup("")]
    for block in blocks:
        together = Markup("{}\n{}").format(pages[-1], block) if pages[-1] else block
        if pages[-1] and length(together) > ROOM:
            pages.append(block)
        else:
            pages[-1] = together
    return pages
