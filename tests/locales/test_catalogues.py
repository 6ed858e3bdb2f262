"""What `make check` says of translations that are not finished."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages import Catalog


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    path = Path(__file__).parents[2] / "tools" / "locales.py"
    spec = importlib.util.spec_from_file_location("locales_tool", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("text", "flags", "problem"),
    [
        ("Гаразд", ["fuzzy"], "fuzzy"),
        ("", ["fuzzy"], "not translated"),
        ("", [], "not translated"),
        ("Так {name}", [], "placeholders"),
        ("<b>Так</b>", [], "tags"),
    ],
)
def test_an_unfinished_translation_fails(tool: ModuleType, text: str, flags: list[str], problem: str) -> None:
    catalogue = Catalog(locale="uk")
    catalogue.add("Yes", text, flags=flags)
    assert any(problem in wrong for wrong in tool.wrong(catalogue.get("Yes"), catalogue))


def test_a_finished_one_does_not(tool: ModuleType) -> None:
    catalogue = Catalog(locale="uk")
    catalogue.add("Yes", "Так")
    assert tool.wrong(catalogue.get("Yes"), catalogue) == []
