"""Bringing a need's card to others: into any chat, into one's channel, as a link, as a QR code on paper."""

from functools import partial

from domain.catalogue import catalogue
from domain.errors import Changed, NotFound
from domain.words import Language, member
from handlers.reader import Reader, clip
from handlers.registry import Show, a_person, action, anyone, does, notice, opens, screen
from handlers.screens.needs import NO
from handlers.spots import place_of, spot_of
from handlers.turn import Turn
from handlers.view import Button, Rows, View
from locales import LANGUAGES, OWN_NAMES
from papers.qr import qr
from services import cards as services
from storage import chats, needs
from storage.engine import Connection


@action("share", a_person)
def share(turn: Turn, conn: Connection, need_id: int) -> Show:
    """The card stays where it is; how to share it comes below."""
    need = needs.need(conn, need_id)
    if need is None:
        raise NotFound
    if not need.live:
        raise Changed
    return Show("share", {"need_id": need_id}, fresh=True)


@notice("share", anyone)
def share_screen(reader: Reader, conn: Connection, need_id: int) -> View | None:
    """The ways to bring a need to others, and its QR code."""
    need = needs.need(conn, need_id)
    if need is None or need.code is None:
        return None
    link = reader.house.link(f"n_{need.code}")
    text = reader.t(
        "📤 <b>Share need {code}</b>\n\n"
        "<b>Choose a chat</b>, and its card comes there and keeps itself up to date, even where I am not a member. "
        "A card forwarded by hand stays as it was.\n\n"
        "🔗 <code>{link}</code>\n\n"
        "The QR code leads to the same place: for a poster, a letter or a slide.",
        code=need.code,
        link=link,
    )
    rows: Rows = (
        (Button(reader.label("💬 Choose a chat"), inline=need.code),),
        (Button(reader.label("🔗 Copy the link"), copy=link),),
        *_channels(reader, conn, need_id),
    )
    caption = reader.label("Point your phone's camera here")
    return View(text, rows, picture=partial(qr, link, need.code, caption))


def _channels(reader: Reader, conn: Connection, need_id: int) -> Rows:
    if reader.person is None or reader.actor is None or not services.may_post(reader.actor):
        return ()
    standing = {chat_id for chat_id, _ in chats.cards_of(conn, need_id)}
    return tuple(
        (does(reader.label("📣 Post in {title}", title=clip(each.title, 30)), "post_card", need_id, each.id),)
        for each in chats.channels_of(conn, reader.person.id)
        if each.id not in standing
    )


@action("post_card", a_person)
def post_card(turn: Turn, conn: Connection, need_id: int, channel_id: int) -> Show:
    """A live card in a channel one looks after."""
    services.post_in_channel(conn, turn.actor, need_id, channel_id)
    said = turn.reader.label("Posted. The card keeps itself up to date.")
    return Show("share", {"need_id": need_id}, toast=said)


@notice("channel_joined", a_person)
def channel_joined(reader: Reader, conn: Connection, channel: int) -> View | None:
    """What can be done in a channel the bot was just brought into."""
    known = chats.chat(conn, channel)
    if known is None or reader.person is None or known.added_by != reader.person.id:
        return None
    if reader.actor is None or not services.may_post(reader.actor):
        return None
    text = reader.t(
        "📣 I can post in <b>{title}</b> now.\n\n"
        "Open a need and press 📤 Share, then the channel: its card comes there and keeps itself up to date. "
        "You can also type <code>@{bot} generator</code> in the channel itself.",
        title=clip(known.title, 60),
        bot=reader.house.username,
    )
    return View(text, ((opens(reader.label("📣 Show open needs there"), "channel", channel),),))


@screen("channel", a_person)
def channel_screen(reader: Reader, conn: Connection, channel: int) -> View | None:
    """Which needs a channel of mine shall show."""
    spot = spot_of(conn, reader, place_of(channel))
    if spot is None or spot.channel is None:
        return None
    known = spot.channel
    text = reader.t(
        "📣 <b>{title}</b>\n\n<b>Which open needs shall I show there?</b> The most urgent, twenty at most; "
        "each card keeps itself up to date.",
        title=clip(known.title, 60),
    )
    sectors = [
        does(f"{each.emoji} {each.name(reader.language)}", "show_open", channel, each.code)
        for each in catalogue().sectors
    ]
    rows = [tuple(sectors[at : at + 2]) for at in range(0, len(sectors), 2)]
    place = place_of(channel)
    standing: Rows = (
        (
            opens(reader.label("🔔 New needs, always"), "watch", place),
            opens(reader.label("📰 Digest"), "subscription", place),
        ),
        (opens(f"🌐 {OWN_NAMES[chats.language_of(known)]}", "channel_language", channel),),
    )
    every: Rows = ((does(reader.label("🔎 All open needs"), "show_open", channel, NO),),)
    return View(text, (*every, *rows, *standing, (opens(reader.label("‹ Menu"), "home"),)))


@screen("channel_language", a_person)
def channel_languages(reader: Reader, conn: Connection, channel: int) -> View | None:
    """In which language a channel of mine is written to."""
    spot = spot_of(conn, reader, place_of(channel))
    if spot is None or spot.channel is None:
        return None
    buttons = tuple((does(OWN_NAMES[code], "channel_language", channel, code),) for code in LANGUAGES)
    return View(
        reader.t("Which language shall I speak?"),
        (*buttons, (opens(reader.label("‹ Back"), "channel", channel),)),
    )


@action("channel_language", a_person)
def set_channel_language(turn: Turn, conn: Connection, channel: int, code: str) -> Show:
    """Another language from now on."""
    language = member(Language, code)
    if language is None:
        raise NotFound
    services.speak(conn, turn.actor, channel, language)
    return Show("channel", {"channel": channel}, toast=turn.reader.label("Done."))


@action("show_open", a_person)
def show_open(turn: Turn, conn: Connection, channel: int, sector: str) -> Show:
    """Cards of every open need of a sector, or of all, in a channel one looks after."""
    count = services.show_open_needs(conn, turn.actor, channel, "" if sector == NO else sector)
    said = turn.reader.n("{n} card is on its way there.", "{n} cards are on their way there.", count)
    return Show("channel", {"channel": channel}, toast=said.striptags())
