"""How calls come in: names of hosts, methods among the fields, numbers that are none, and answers that were ordered."""

from typing import Any

import aiohttp
import pytest

from sandbox import SandboxServer
from sandbox.client import People
from sandbox.doors import is_ours

HQ = -5001


async def request(server: SandboxServer, method: str, path: str, **how: Any) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{server.url}{path}", allow_redirects=False, **how) as answer,
    ):
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"]
)
@pytest.mark.parametrize("path", ["/world", "/clock", "/bot1:SANDBOX/getMe", "/"])
async def test_a_strangers_name_that_leads_here_opens_nothing(
    server: SandboxServer, host: str, path: str
) -> None:
    headers = {"Host": host, "Origin": f"http://{host}"}
    status, _ = await request(server, "GET", path, headers=headers)
    assert status == 403


@pytest.mark.parametrize(
    ("host", "names", "ours"),
    [
        ("127.0.0.1:8080", (), True),
        ("[::1]:8080", (), True),
        ("LOCALHOST:8080", (), True),
        ("bridge.localhost", (), True),
        ("sandbox:8080", (), False),
        ("sandbox:8080", ("sandbox",), True),
        ("evil.example", ("sandbox",), False),
        ("", (), False),
    ],
)
def test_which_names_are_its_own(host: str, names: tuple[str, ...], ours: bool) -> None:
    assert is_ours(host, names) is ours


@pytest.mark.parametrize("path", ["/bot1:SANDBOX/sendMessage", "/bot1:SANDBOX/", "/bot1:SANDBOX"])
async def test_the_methods_name_may_stand_among_the_fields(server: SandboxServer, path: str) -> None:
    form = {"method": "sendMessage", "chat_id": str(HQ), "text": "in a form"}
    status, answer = await request(server, "POST", path, data=form)
    assert (status, answer["result"]["text"]) == (200, "in a form")


async def test_an_upload_that_names_its_method_once_more(server: SandboxServer) -> None:
    form = aiohttp.FormData({"method": "sendDocument", "chat_id": str(HQ)})
    form.add_field("document", b"hello", filename="a.txt")
    status, answer = await request(server, "POST", "/bot1:SANDBOX/sendDocument", data=form)
    assert (status, answer["result"]["document"]["file_name"]) == (200, "a.txt")


@pytest.mark.parametrize("junk", ["abc", "1.9", "", "null", "-7", "999999999999999999999999", " 3", "true"])
@pytest.mark.parametrize("name", ["limit", "timeout", "offset"])
async def test_numbers_that_are_none_refuse_nothing(server: SandboxServer, name: str, junk: str) -> None:
    values = {"timeout": "0", name: junk if name != "timeout" or not junk.startswith("9") else "abc"}
    status, answer = await request(server, "GET", "/bot1:SANDBOX/getUpdates", params=values)
    assert (status, answer["ok"]) == (200, True)


async def test_a_number_begins_with_its_digits_and_stays_in_bounds(
    server: SandboxServer, people: People
) -> None:
    for text in ("one", "two", "three"):
        await people["Olena"].tells_start(text)

    async def fetched(limit: str) -> int:
        _, answer = await request(server, "GET", "/bot1:SANDBOX/getUpdates", params={"limit": limit})
        return len(answer["result"])

    assert [await fetched(limit) for limit in ("2 please", "abc", "", "1000")] == [2, 1, 3, 3]


async def test_what_was_ordered_is_answered_once_and_only_there(
    server: SandboxServer, people: People
) -> None:
    await people.refuses("sendMessage", 400, "Bad Request: TOPIC_CLOSED", chat_id=HQ)
    await people.refuses("getMe", 429, "Too Many Requests: retry after 3", retry_after=3)
    _, me = await request(server, "GET", "/bot1:SANDBOX/getMe")
    assert me["parameters"] == {"retry_after": 3}
    await people["Olena"].tells_start()
    body = {"text": "x"}
    assert (await request(server, "POST", "/bot1:SANDBOX/sendMessage", json=body | {"chat_id": 1001}))[
        0
    ] == 200
    status, answer = await request(server, "POST", "/bot1:SANDBOX/sendMessage", json=body | {"chat_id": HQ})
    assert (status, answer["description"]) == (400, "Bad Request: TOPIC_CLOSED")
    assert (await request(server, "POST", "/bot1:SANDBOX/sendMessage", json=body | {"chat_id": HQ}))[0] == 200


async def test_anything_can_be_answered_until_it_is_taken_back(server: SandboxServer, people: People) -> None:
    await people.answers("*", 307, {}, times=0, location="http://127.0.0.1:1/")
    for _ in range(2):
        assert (await request(server, "GET", "/bot1:SANDBOX/getMe"))[0] == 307
    await people.relents()
    assert (await request(server, "GET", "/bot1:SANDBOX/getMe"))[0] == 200
