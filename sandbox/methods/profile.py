"""Commands and descriptions."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import bad_request
from sandbox.methods.registry import METHODS, method
from sandbox.shapes import Json
from sandbox.world import World

_FIELDS = {
    "Name": ("name", 64),
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
}


@method("setMyCommands")
def set_my_commands(world: World, call: Call) -> bool:
    """A list of commands for one scope and language."""
    commands = call.data("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands")
    scope = call.data("scope")
    check_scope(world, scope)
    world.commands.set(commands, scope, call.text("language_code"))
    world.journal.add("commands")
    return True


@method("getMyCommands")
def get_my_commands(world: World, call: Call) -> list[Json]:
    """What was set for exactly this scope and language."""
    return world.commands.get(call.data("scope"), call.text("language_code"))


@method("deleteMyCommands")
def delete_my_commands(world: World, call: Call) -> bool:
    """Forget a list."""
    world.commands.delete(call.data("scope"), call.text("language_code"))
    world.journal.add("commands")
    return True


def check_scope(world: World, scope: Json | None) -> None:
    """A scope that names a chat needs that chat."""
    if scope and "chat_id" in scope:
        world.chat(scope["chat_id"])


@method("setChatMenuButton")
def set_chat_menu_button(world: World, call: Call) -> bool:
    """The page always shows the command menu: accepted."""
    return True


@method("setMyDefaultAdministratorRights")
def set_default_rights(world: World, call: Call) -> bool:
    """Nobody reads them here: accepted."""
    return True


def _setter(field: str, longest: int) -> Any:
    def set_field(world: World, call: Call) -> bool:
        value = call.text(field)
        if len(value) > longest:
            raise bad_request(f"{field} is too long")
        world.profile[field, call.text("language_code")] = value
        world.journal.add("profile")
        return True

    return set_field


def _getter(field: str) -> Any:
    def get_field(world: World, call: Call) -> Json:
        wanted = world.profile.get((field, call.text("language_code")), "")
        return {field: wanted or world.profile.get((field, ""), "")}

    return get_field


for _name, (_field, _longest) in _FIELDS.items():
    METHODS[f"setMy{_name}"] = _setter(_field, _longest)
    METHODS[f"getMy{_name}"] = _getter(_field)
