"""People for tests: they type, press and look, over the same HTTP as the page."""

from __future__ import annotations

from typing import Any, Self

import aiohttp

from sandbox.link import Link
from sandbox.onlooker import GLANCE, Onlooker
from sandbox.shapes import Json


class People(Link):
    """Everybody in the sandbox: `async with People(url) as people: olena = people["Olena"]`."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._by_name = {shown["first_name"]: Person(self, shown) for shown in (await self.world())["people"]}
        return self

    def __getitem__(self, first_name: str) -> Person:
        return self._by_name[first_name]

    async def world(self) -> Json:
        """Everything the page knows."""
        return await self.get("/world")

    async def moves_clock(self, seconds: float = 0, until_hour: int | None = None) -> Json:
        """Move the clock forward, by seconds or until an hour in Kyiv."""
        wish = {"seconds": seconds} if until_hour is None else {"until_hour": until_hour}
        return await self.post("/clock", wish)

    async def refuses(
        self,
        method: str,
        code: int,
        description: str,
        *,
        times: int = 1,
        chat_id: int | None = None,
        **parameters: Any,
    ) -> None:
        """The Bot API will say no, word for word; `times` 0 means until `relents`, method "*" means every one."""
        said = {"method": method, "code": code, "description": description, "parameters": parameters}
        await self.post("/refusals", {**said, "times": times, "chat_id": chat_id})

    async def answers(self, method: str, status: int, body: Any, *, times: int = 1, **headers: str) -> None:
        """Anything at all in place of the Bot API's answer: a proxy's page, a redirect, JSON of another shape."""
        wish = {"method": method, "status": status, "body": body, "headers": headers, "times": times}
        await self.post("/refusals", wish)

    async def relents(self) -> None:
        """Every call is carried out again."""
        await self.delete("/refusals")

    async def starts_over(self) -> None:
        """A fresh world."""
        await self.post("/start-over", {})


class Person(Onlooker):
    """One person in one chat: what they do waits for the bot's reaction, up to `patience` seconds."""

    toast = ""
    alert = ""
    thread_id: int | None = None
    offered: Json

    def in_group(self, chat_id: int, thread_id: int | None = None) -> Person:
        """The same person in a group or channel, perhaps in one of its topics."""
        found = Person(self.link, self._shown, chat_id, self.patience)
        found.thread_id = thread_id
        return found

    async def starts(self, payload: str = "") -> str:
        """Press START, perhaps through a deep link."""
        return await self._act("start", payload=payload)

    async def says(self, text: str, reply_to: int | None = None) -> str:
        """Type a text and see what the bot makes of it; '/start' presses START."""
        if text.split(" ")[0] == "/start" and self.chat_id == self.id:
            return await self.starts(text.removeprefix("/start").strip())
        return await self._act("say", text=text, reply_to=reply_to, thread_id=self.thread_id)

    async def tells(self, text: str) -> None:
        """Type a text without waiting for anything."""
        await self._post("say", text=text)

    async def tells_start(self, payload: str = "") -> None:
        """Press START without waiting for anything."""
        await self._post("start", payload=payload)

    async def presses(self, label: str) -> str:
        """Press the newest button whose label is, or else contains, this; returns the toast or alert."""
        await self.waits_for_button(label)
        found = self._button(label)
        assert found is not None
        message_id, row, column = found
        return await self._press(message_id=message_id, row=row, column=column)

    async def presses_data(self, data: str, message_id: int | None = None) -> str:
        """Press with forged data under a message, by default the bot's last one."""
        return await self._press(message_id=message_id or self.last["message_id"], data=data)

    async def sends_photo(self, data: bytes, caption: str = "", name: str = "photo.jpg") -> str:
        """Send one photo."""
        return await self._upload("photo", [(name, data)], caption)

    async def sends_album(self, *photos: bytes, caption: str = "") -> str:
        """Send several photos at once."""
        files = [(f"photo{n}.jpg", data) for n, data in enumerate(photos)]
        return await self._upload("photo", files, caption)

    async def sends_document(self, data: bytes, name: str, caption: str = "") -> str:
        """Send a file."""
        return await self._upload("document", [(name, data)], caption)

    async def shares_contact(self) -> str:
        """Share one's own number."""
        return await self._act("contact")

    async def sends_location(self, latitude: float = 48.0, longitude: float = 30.85) -> str:
        """Send a point on the map."""
        return await self._act("location", latitude=latitude, longitude=longitude)

    async def sends_sticker(self) -> str:
        """Send a sticker."""
        return await self._act("sticker")

    async def sends_voice(self) -> str:
        """Send a voice message."""
        return await self._act("voice")

    async def edits_message(self, text: str, message_id: int | None = None) -> None:
        """Change one's own last text; the bot need not react."""
        await self._post("edit", text=text, message_id=message_id or self._mine()["message_id"])

    async def forwards(self, message_id: int, to: int | None = None) -> str:
        """Pass a message of this chat on, by default into the private chat with the bot."""
        return await self._act("forward", message_id=message_id, to=to)

    async def blocks(self) -> None:
        """Block the bot."""
        await self._post("block")

    async def unblocks(self) -> None:
        """Let the bot in again."""
        await self._post("unblock")

    async def deactivates(self) -> None:
        """Delete the account."""
        await self._post("deactivate")

    async def adds_bot(self, status: str = "member") -> None:
        """Add the bot to this group, or make it an administrator."""
        await self._post("add_bot", status=status)

    async def removes_bot(self) -> None:
        """Remove the bot from this group."""
        await self._post("remove_bot")

    async def upgrades_group(self, *signals: str) -> int:
        """Make this group a supergroup and go on there; returns the new id.

        `signals` says what the bot hears, in this order, of "left", "joined", "to" and "from"; a "none" alone is silence.
        """
        answer = await self._post("upgrade", signals=list(signals))
        self.chat_id = int(answer["result"]["id"])
        return self.chat_id

    async def deletes(self, message_id: int) -> None:
        """Take a message away for everybody."""
        await self._post("delete", message_id=message_id)

    async def asks_inline(self, text: str, offset: str = "") -> list[Json]:
        """Type the bot's name and some words here; returns the results offered, `.offered` holds the whole answer."""
        asked = {"chat_id": self.chat_id, "text": text, "offset": offset, "patience": self.patience}
        self.offered = (await self.link.post(f"/people/{self.id}/inline", asked))["result"] or {}
        return list(self.offered.get("results", []))

    async def picks(self, title: str) -> Json:
        """Post the first of the offered results whose title contains this; returns the message."""
        chosen = next(each for each in self.offered["results"] if title in each["title"])
        wish = {"query_id": self.offered["query_id"], "result_id": chosen["id"], "thread_id": self.thread_id}
        posted: Json = (await self._post("pick", **wish))["result"]
        return posted

    async def _post(self, deed: str, **body: Any) -> Json:
        return await self.link.post(f"/people/{self.id}/{deed}", {"chat_id": self.chat_id, **body})

    async def _act(self, deed: str, **body: Any) -> str:
        await self._fetch()
        await self._post(deed, **body)
        return await self._reaction()

    async def _upload(self, kind: str, files: list[tuple[str, bytes]], caption: str) -> str:
        form = aiohttp.FormData({"kind": kind, "caption": caption, "chat_id": str(self.chat_id)})
        for name, data in files:
            form.add_field("files", data, filename=name)
        await self._fetch()
        await self.link.post(f"/people/{self.id}/files", form)
        return await self._reaction()

    async def _press(self, **body: Any) -> str:
        await self._fetch()
        where = {"chat_id": self.chat_id, "patience": self.patience}
        answer = (await self.link.post(f"/people/{self.id}/press", where | body))["result"]
        if answer is None:
            raise TimeoutError(f"{self.name} pressed, and the bot did not answer.")
        self.toast = "" if answer["show_alert"] else answer["text"]
        self.alert = answer["text"] if answer["show_alert"] else ""
        await self._reaction(GLANCE)
        return str(answer["text"])
