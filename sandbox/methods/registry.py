"""Which methods of the Bot API the sandbox carries out, and by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sandbox.call import Call
from sandbox.world import World

Method: TypeAlias = Callable[[World, Call], Any | Awaitable[Any]]

METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as the method of this name."""

    def register(function: Method) -> Method:
        METHODS[name] = function
        return function

    return register
