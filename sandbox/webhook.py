"""Updates carried to the bot's own address, again and again until it says yes."""

from __future__ import annotations

import asyncio

import aiohttp

from sandbox.shapes import Json
from sandbox.world import World

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0


async def deliver_webhooks(world: World) -> None:
    """Run for as long as the server does; one update at a time, in order."""
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        pause = FIRST_PAUSE
        while world.updates.open:
            await world.updates.wait()
            update, hook = world.updates.first(), world.webhook
            if update is None or not hook["url"]:
                await asyncio.sleep(FIRST_PAUSE)
                continue
            trouble = await _post(session, hook, update)
            if trouble is None:
                world.updates.acknowledge(update["update_id"] + 1)
                pause = FIRST_PAUSE
            else:
                hook |= {"last_error_date": world.clock.timestamp(), "last_error_message": trouble}
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


async def _post(session: aiohttp.ClientSession, hook: Json, update: Json) -> str | None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]} if hook.get("secret") else {}
    try:
        async with session.post(hook["url"], json=update, headers=headers) as answer:
            if answer.ok:
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except (aiohttp.ClientError, TimeoutError) as trouble:
        return f"{type(trouble).__name__}: {trouble}"
