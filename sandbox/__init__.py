"""A local Bot API with a web chat: run and rehearse the bot with no token and no internet."""

from sandbox.app import create_app
from sandbox.cast import DEFAULT_CAST, BotAccount, Cast, Group, Person
from sandbox.server import SandboxServer
from sandbox.world import World

__all__ = ["DEFAULT_CAST", "BotAccount", "Cast", "Group", "Person", "SandboxServer", "World", "create_app"]
