"""Answers somebody ordered: Telegram's own refusals, word for word, and whatever a box in the middle may say instead."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from sandbox.call import Call
from sandbox.errors import PeopleError
from sandbox.shapes import Json


@dataclass
class Order:
    """What the next calls of a method are answered with; ``times`` 0 means until it is taken back."""

    method: str
    status: int
    body: Json | str
    chat_id: str = ""
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)

    def fits(self, call: Call) -> bool:
        """Whether a call is meant."""
        return self.method in ("*", call.method) and self.chat_id in ("", call.text("chat_id"))

    def response(self) -> Response:
        """Over HTTP: JSON where it is Telegram that speaks, else anything."""
        if isinstance(self.body, str):
            return Response(self.body, self.status, {"content-type": "text/html"} | self.headers)
        return JSONResponse(self.body, self.status, self.headers)


def read_order(wish: Json) -> Order:
    """`code` and `description`, perhaps `parameters`, for Telegram's word; `status` and `body` for anybody else's."""
    method = str(wish.get("method", "*"))
    times = int(wish.get("times", 1))
    chat_id = "" if wish.get("chat_id") is None else str(wish["chat_id"])
    if "description" in wish:
        code = int(wish["code"])
        said: Json = {"ok": False, "error_code": code, "description": str(wish["description"])}
        if wish.get("parameters"):
            said["parameters"] = wish["parameters"]
        return Order(method, code, said, chat_id, times)
    if "body" not in wish:
        raise PeopleError("Say what to answer: code and description, or status and body.")
    headers = {str(name): str(value) for name, value in (wish.get("headers") or {}).items()}
    return Order(method, int(wish.get("status", 200)), wish["body"], chat_id, times, headers)


class Orders:
    """All that wait to be met, the oldest first."""

    def __init__(self) -> None:
        self._orders: list[Order] = []

    def add(self, order: Order) -> None:
        """From now on."""
        self._orders.append(order)

    def clear(self) -> None:
        """Everything is answered as it should be again."""
        self._orders.clear()

    def take(self, call: Call) -> Order | None:
        """The answer this call must get, if any."""
        found = next((order for order in self._orders if order.fits(call)), None)
        if found is not None and found.times:
            found.times -= 1
            if not found.times:
                self._orders.remove(found)
        return found
