"""The door: a Telegram update becomes one :class:`Incoming`, and its turn one write."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from telegram import (
    CallbackQuery,
    Chat,
    ChatMember,
    ChatMemberUpdated,
    Document,
    Message,
    MessageEntity,
    Update,
    User,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden
from telegram.ext import Application, TypeHandler

from handlers.context import Context, report
from handlers.conversation import take_turn
from handlers.incoming import Incoming, Kind, readable
from handlers.inline import answering, asked_of, chosen_of
from handlers.offers import choose, offer
from handlers.reader import House
from handlers.registry import for_admins
from locales import words
from services.people import guess_language

_TOAST = 200
_EDITABLE = timedelta(hours=47)
"""Telegram refuses to edit what is older than 48 hours; an hour less, so that no edit dies on the way."""

_STATUS: dict[str, Literal["member", "administrator", "left", "kicked"]] = {
    "creator": "administrator",
    "administrator": "administrator",
    "member": "member",
    "left": "left",
    "kicked": "kicked",
}


def add_handlers(app: "Application[Any, Any, Any, Any, Any, Any]", house: House) -> None:
    """One handler for everything: what it means is decided behind the door, in one transaction."""

    async def on_update(update: Update, context: Context) -> None:
        if update.inline_query:
            offers = await context.read(offer, asked_of(update.inline_query), context.now, house)
            context.after(answering(update.inline_query, offers))
            return
        if update.chosen_inline_result:
            await context.write(choose, chosen_of(update.chosen_inline_result), context.now)
            return
        incoming = incoming_of(update, house.username, context.now)
        query = update.callback_query
        if incoming is None:
            if query:
                context.after(_old_button(query))
            return
        if _wants_admin(incoming):
            incoming = await _with_rights(context, incoming)
        outcome = await context.write(take_turn, incoming, context.now, house)
        if query:
            toast = outcome.toast[:_TOAST] or None
            context.after(lambda: query.answer(toast, show_alert=outcome.alert))

    app.add_handler(TypeHandler(Update, on_update))
    app.add_error_handler(report)


def _wants_admin(incoming: Incoming) -> bool:
    in_group = incoming.chat_kind in (Chat.GROUP, Chat.SUPERGROUP)
    return in_group and not incoming.admin and for_admins(incoming.press, incoming.command)


async def _with_rights(context: Context, incoming: Incoming) -> Incoming:
    """The answer may be where the group went: then it moves first, and they are asked about there."""
    try:
        return replace(incoming, admin=await _is_admin(context, incoming))
    except ChatMigrated as moved:
        there = replace(incoming, chat_id=moved.new_chat_id)
        return replace(incoming, admin=await _is_admin(context, there), new_chat_id=moved.new_chat_id)


async def _is_admin(context: Context, incoming: Incoming) -> bool:
    """Telegram knows who looks after a group. While it is away the update waits and is tried again."""
    if incoming.account is None:
        return False
    try:
        member = await context.bot.get_chat_member(incoming.chat_id, incoming.account)
    except (BadRequest, Forbidden):
        return False
    return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


def _old_button(query: CallbackQuery) -> Callable[[], Awaitable[bool]]:
    """Cards that people shared carry links alone: a press under one is forged, or older than the card."""
    said = words(guess_language(query.from_user.language_code)).label(
        "This button no longer does anything. Please open the need in the bot."
    )
    return lambda: query.answer(said[:_TOAST])


def incoming_of(update: Update, username: str, now: datetime) -> Incoming | None:
    """What arrived, free of Telegram's types; None for what is not said to us."""
    if update.callback_query:
        return _press(update.update_id, update.callback_query, now)
    if update.my_chat_member:
        return _membership(update.update_id, update.my_chat_member)
    message = update.message or update.edited_message
    if message is None:
        return None
    if message.migrate_to_chat_id or message.migrate_from_chat_id:
        return _migrated(update.update_id, message)
    return _message(update.update_id, message, username, edited=update.message is None)


def _press(update_id: int, query: CallbackQuery, now: datetime) -> Incoming | None:
    message = query.message
    if message is None:
        return None
    old = not isinstance(message, Message) or message.date < now - _EDITABLE
    return Incoming(
        update_id,
        "press",
        **_where(message.chat),
        **_who(query.from_user),
        message_id=message.message_id,
        thread_id=_thread(message) if isinstance(message, Message) else None,
        press=clean(query.data or ""),
        message_is_old=old,
    )


def _membership(update_id: int, change: ChatMemberUpdated) -> Incoming:
    new = change.new_chat_member
    restricted: Literal["member", "left"] = "member" if getattr(new, "is_member", False) else "left"
    return Incoming(
        update_id,
        "membership",
        **_where(change.chat),
        **_who(change.from_user),
        member=_STATUS.get(str(new.status), restricted),
        posts=getattr(new, "can_post_messages", None) is not False,
    )


def _migrated(update_id: int, message: Message) -> Incoming:
    where = _where(message.chat)
    where["chat_id"] = message.migrate_from_chat_id or message.chat.id
    return Incoming(update_id, "migrated", **where, new_chat_id=message.migrate_to_chat_id or message.chat.id)


def _message(update_id: int, message: Message, username: str, *, edited: bool) -> Incoming | None:
    kind, values = _content(message)
    if (
        kind is None
        or message.from_user is None
        or _from_a_channel(message)
        or (message.from_user.is_bot and not _as_the_group(message))
        or _through_us(message, username)
    ):
        return None
    if kind == "command":
        command, _, target = values["command"].partition("@")
        if target and target.casefold() != username.casefold():
            return None
        values["command"] = command.casefold()
    elif message.chat.type != Chat.PRIVATE and not _addressed(message, username):
        return None
    return Incoming(
        update_id,
        "edited" if edited else kind,
        **_where(message.chat),
        **_who(message.from_user),
        message_id=message.message_id,
        thread_id=_thread(message),
        album=message.media_group_id or "",
        forwarded=message.forward_origin is not None,
        admin=_as_the_group(message),
        **values,
    )


def _from_a_channel(message: Message) -> bool:
    """The linked channel's posts are forwarded into the group by Telegram, and channels speak there as such: nobody did."""
    another = message.sender_chat is not None and message.sender_chat.id != message.chat.id
    return bool(message.is_automatic_forward) or another


def _as_the_group(message: Message) -> bool:
    """An administrator who stays anonymous speaks in the group's own name, and nobody else can."""
    return message.sender_chat is not None and message.sender_chat.id == message.chat.id


def _content(message: Message) -> tuple[Kind | None, dict[str, Any]]:
    """Its kind and what goes with it; (None, {}) for Telegram's own announcements, which nobody wrote."""
    text = readable(message.text or message.caption or "")
    if message.text is not None:
        command = next((each for each in message.entities if each.type == MessageEntity.BOT_COMMAND), None)
        if command and command.offset == 0:
            name, _, argument = text.partition(" ")
            return "command", {"command": name[1:].split("\n")[0], "text": argument.strip()}
        return "text", {"text": text}
    if message.photo:
        photo = message.photo[-1]
        return "photo", {"text": text, "file_id": photo.file_id, "file_unique_id": photo.file_unique_id}
    if message.document:
        return "document", {"text": text, **_facts(message.document)}
    if message.contact:
        return "contact", {"phone": _own_number(message)}
    unread = message.effective_attachment or "unread" in message.api_kwargs  # see bot/redaction.py
    return ("other", {"text": text}) if unread else (None, {})


def _own_number(message: Message) -> str:
    """The number on the sender's own card; nothing of anybody else's."""
    card, sender = message.contact, message.from_user
    own = card and sender and message.forward_origin is None and card.user_id in (None, sender.id)
    return readable(card.phone_number) if card and own else ""


def _facts(file: Document) -> dict[str, Any]:
    """What the sender's phone says of a file; nothing of it is to be trusted."""
    return {
        "file_id": file.file_id,
        "file_unique_id": file.file_unique_id,
        "file_name": readable(file.file_name or "")[:200],
        "file_type": readable(file.mime_type or "")[:100],
        "file_size": file.file_size or 0,
    }


def _addressed(message: Message, username: str) -> bool:
    """In a group the bot answers replies to itself and mentions, and keeps silent otherwise."""
    replied = message.reply_to_message
    if replied and replied.from_user and (replied.from_user.username or "").casefold() == username.casefold():
        return True
    return f"@{username}".casefold() in (message.text or message.caption or "").casefold()


def _through_us(message: Message, username: str) -> bool:
    """A card somebody picked: our own words, even where it stands in their name. One passed on by hand asks for it."""
    via = message.via_bot.username if message.via_bot else None
    return (via or "").casefold() == username.casefold() and message.forward_origin is None


def _thread(message: Message) -> int | None:
    return message.message_thread_id if message.is_topic_message else None


def _where(chat: Chat) -> dict[str, Any]:
    return {"chat_id": chat.id, "chat_kind": str(chat.type), "chat_title": readable(chat.title or "")}


def _who(user: User) -> dict[str, Any]:
    return {"account": user.id, "name": readable(user.full_name or "")[:200], "language": user.language_code}


def clean(text: str) -> str:
    """Without NUL and lone surrogates: no database keeps them."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
