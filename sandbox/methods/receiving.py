"""How updates reach the bot: by long poll or by webhook."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sandbox.call import Call
from sandbox.errors import WEBHOOK_ACTIVE, bad_request, conflict
from sandbox.methods.registry import method
from sandbox.shapes import Json
from sandbox.world import World

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


@method("getUpdates")
async def get_updates(world: World, call: Call) -> list[Json]:
    """A long poll."""
    if world.webhook["url"]:
        raise conflict(WEBHOOK_ACTIVE)
    world.updates.allow(call.data("allowed_updates"))
    limit = call.number("limit", 100, least=1, most=100)
    return await world.updates.fetch(call.number("offset"), limit, call.number("timeout", least=0, most=50))


@method("setWebhook")
def set_webhook(world: World, call: Call) -> bool:
    """Deliver updates to an address. Plain http is allowed here, as by a local Bot API server."""
    url = call.text("url")
    secret = call.text("secret_token")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.allow(call.data("allowed_updates"))
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook = {
        "url": url,
        "secret": secret,
        "max_connections": call.number("max_connections", 40, least=1, most=100),
    }
    world.updates.interrupt("terminated by setWebhook request")
    return True


@method("deleteWebhook")
def delete_webhook(world: World, call: Call) -> bool:
    """Back to long polls."""
    world.webhook = {"url": ""}
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, call: Call) -> Json:
    """How the delivery goes."""
    hidden = {"secret"}
    info = {key: value for key, value in world.webhook.items() if key not in hidden}
    info |= {"has_custom_certificate": False, "pending_update_count": len(world.updates)}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info
