"""DeepL and LibreTranslate, and everything that can be wrong with them."""

import gc
from collections.abc import AsyncIterator
from typing import Protocol

import pytest
from starlette.responses import JSONResponse, Response

from bot.settings import SettingsError, load_settings
from bot.translators import DeepL, LibreTranslate, Refused, Translator, Unavailable, translator_of
from tests.translators import Service, translating


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """Somebody who translates."""
    async with translating() as found:
        yield found


class Make(Protocol):
    """One of the two, with as much patience as a busy machine needs to answer, or less."""

    def __call__(self, url: str, patience: float = 60) -> Translator: ...


def libre(url: str, patience: float = 60) -> Translator:
    return LibreTranslate(url, "libre-key", patience=patience)


def deep(url: str, patience: float = 60) -> Translator:
    return DeepL("deepl-key", url, patience=patience)


both = pytest.mark.parametrize("make", [libre, deep])


@both
async def test_it_translates(service: Service, make: Make) -> None:
    translator = make(service.url)
    for language, written in (("pl", "pl"), ("uk", "uk"), ("en", "en-gb"), ("de", "de")):
        said = await translator.translate("Чи є <місце>\nй & рампа?", language)
        assert said.casefold() in (
            f"[{language}] чи є <місце>\nй & рампа?",
            f"[{written}] чи є <місце>\nй & рампа?",
        )
    assert service.keys[0] in ("libre-key", "DeepL-Auth-Key deepl-key")
    await translator.close()


GARBAGE = (
    Response("<html>Bad gateway</html>", media_type="text/html"),
    Response(b"\xff\xfe", media_type="application/json"),
    JSONResponse([]),
    JSONResponse({}),
    JSONResponse({"translatedText": None, "translations": None}),
    JSONResponse({"translatedText": ["a"], "translations": [{"text": 5}]}),
    JSONResponse(
        {
            "translatedText": " ",
            "translations": [{"detected_source_language": "PL", "text": "", "billed_characters": 0}],
        }
    ),
    JSONResponse({"translations": []}),
)


@both
@pytest.mark.parametrize("answer", [*(Response("", code) for code in (429, 500, 502, 503, 529)), *GARBAGE])
async def test_what_may_pass_is_worth_another_try(service: Service, make: Make, answer: Response) -> None:
    service.trouble = lambda: answer
    translator = make(service.url)
    with pytest.raises(Unavailable):
        await translator.translate("Так", "pl")
    assert len(service.asked) == 1, "each try is one request"
    await translator.close()


@both
@pytest.mark.parametrize("code", [400, 403, 404, 413])
async def test_what_will_not_pass_is_not_tried_again(service: Service, make: Make, code: int) -> None:
    service.trouble = lambda: Response("no", code)
    translator = make(service.url)
    with pytest.raises(Refused):
        await translator.translate("Так", "pl")
    await translator.close()


async def test_a_quota_that_is_used_up_is_not_tried_again(service: Service) -> None:
    service.trouble = lambda: Response("", 456)
    translator = deep(service.url)
    with pytest.raises(Refused, match="Quota"):
        await translator.translate("Так", "pl")
    await translator.close()


@both
async def test_whoever_is_silent_is_not_waited_for(service: Service, make: Make) -> None:
    service.silent = True
    translator = make(service.url, patience=0.5)
    with pytest.raises(Unavailable):
        await translator.translate("Так", "pl")
    service.leave()
    await translator.close()


@both
async def test_nobody_is_there(service: Service, make: Make) -> None:
    translator = make("http://127.0.0.1:9")
    with pytest.raises(Unavailable):
        await translator.translate("Так", "pl")
    await translator.close()


def test_the_settings_choose() -> None:
    def chosen(**values: str) -> tuple[str, type[object]]:
        settings = load_settings(_env_file=None, **values)
        return settings.translator, type(translator_of(settings))

    assert chosen() == ("", type(None))
    assert chosen(deepl_key="k:fx") == ("DeepL", DeepL)
    assert chosen(libretranslate_url="http://127.0.0.1:5000") == ("LibreTranslate", LibreTranslate)
    with pytest.raises(SettingsError, match="one of the two"):
        chosen(deepl_key="k", libretranslate_url="http://127.0.0.1:5000")
    with pytest.raises(SettingsError, match="LIBRETRANSLATE_URL is wrong"):
        chosen(libretranslate_url="translate.example.org")
    assert "k:fx" not in repr(load_settings(_env_file=None, deepl_key="k:fx"))
    gc.collect()  # the library complains in its own finaliser, not in somebody else's test
