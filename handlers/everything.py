"""Importing this module fills the registry: every screen, action, command and form."""

from handlers import speech
from handlers.forms import contacts, need, pledge, registration, short, talk, travel
from handlers.forms import thanks as thanks_form
from handlers.screens import (
    consignments,
    coordination,
    digest,
    filters,
    home,
    manage,
    needs,
    notices,
    orders,
    pledges,
    sharing,
    talking,
    thanks,
    translating,
)

__all__ = [
    "consignments",
    "contacts",
    "coordination",
    "digest",
    "filters",
    "home",
    "manage",
    "need",
    "needs",
    "notices",
    "orders",
    "pledge",
    "pledges",
    "registration",
    "sharing",
    "short",
    "speech",
    "talk",
    "talking",
    "thanks",
    "thanks_form",
    "translating",
    "travel",
]
