"""Importing this module fills the registry: every screen, action, command and form."""

from handlers import speech
from handlers.forms import contacts, days, need, pledge, proof, registration, short, travel
from handlers.screens import (
    changes,
    consignments,
    coordination,
    followups,
    home,
    manage,
    needs,
    notices,
    orders,
    pledges,
    surplus,
    twins,
)

__all__ = [
    "changes",
    "consignments",
    "contacts",
    "coordination",
    "days",
    "followups",
    "home",
    "manage",
    "need",
    "needs",
    "notices",
    "orders",
    "pledge",
    "pledges",
    "proof",
    "registration",
    "short",
    "speech",
    "surplus",
    "travel",
    "twins",
]
