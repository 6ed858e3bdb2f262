"""The methods of the Bot API, by family."""

from sandbox.methods import account, answers, editing, groups, media, profile, receiving, removing, sending
from sandbox.methods.registry import METHODS

FAMILIES = (account, answers, editing, groups, media, profile, receiving, removing, sending)

__all__ = ["FAMILIES", "METHODS"]
