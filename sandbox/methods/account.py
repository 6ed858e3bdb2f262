"""The bot itself."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad_request
from sandbox.methods.registry import method
from sandbox.shapes import Json
from sandbox.world import World


@method("getMe")
def get_me(world: World, call: Call) -> Json:
    """Who the bot is."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": world.inline_mode,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


@method("logOut")
def log_out(world: World, call: Call) -> bool:
    """Nothing to leave: accepted."""
    return True


@method("close")
def close(world: World, call: Call) -> bool:
    """Nothing to close: accepted."""
    return True


@method("getFile")
def get_file(world: World, call: Call) -> Json:
    """Where a file can be downloaded."""
    stored = world.files.by_id(call.text("file_id"))
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(stored.upload.data) > 20_000_000:
        raise bad_request("file is too big")
    return stored.shape() | {"file_path": stored.path}
