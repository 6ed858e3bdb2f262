"""Inline mode at the door: Telegram's queries in, its articles out."""

from collections.abc import Awaitable, Callable

from telegram import (
    ChosenInlineResult,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from handlers.incoming import readable
from handlers.offers import Asked, Chosen, Offer, Offers
from handlers.view import Button, View

KEPT = 5
"""Seconds for which Telegram may give the same answer again: a letter deleted and typed anew costs nothing."""


def asked_of(query: InlineQuery) -> Asked:
    """What was typed, free of Telegram's types."""
    return Asked(query.from_user.id, query.from_user.language_code, readable(query.query)[:256], query.offset)


def chosen_of(result: ChosenInlineResult) -> Chosen:
    """What was posted."""
    who = result.from_user
    return Chosen(who.id, who.language_code, result.result_id, result.inline_message_id)


def answering(query: InlineQuery, offers: Offers) -> Callable[[], Awaitable[bool]]:
    """The call that shows the offers; they are for this person alone."""
    results = [_article(offer) for offer in offers.found]
    lead = InlineQueryResultsButton(offers.lead, start_parameter="needs") if offers.lead else None
    return lambda: query.answer(
        results, cache_time=KEPT, is_personal=True, next_offset=offers.next_offset, button=lead
    )


def _article(offer: Offer) -> InlineQueryResultArticle:
    content = InputTextMessageContent(
        str(offer.card.text), ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    return InlineQueryResultArticle(
        offer.id, offer.title, content, reply_markup=_keyboard(offer.card), description=offer.about
    )


def _keyboard(view: View) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in view.rows])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        button.label,
        url=button.url,
        callback_data=button.press,
        switch_inline_query=button.inline,
        switch_inline_query_current_chat=button.here,
        copy_text=CopyTextButton(button.copy) if button.copy else None,
    )
