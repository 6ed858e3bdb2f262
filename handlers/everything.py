"""Importing this module fills the registry: every screen, action, command and form."""

from handlers import speech
from handlers.forms import contacts, need, pledge, registration, short, travel
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
    "travel",
]
