"""A specification in the reader's script."""

import pytest

from domain.measures import in_script_of


def shown(language: str, spec: str) -> str:
    return in_script_of(language, spec).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("written", "uk", "pl"),
    [
        ("5 kW", "5 кВт", "5 kW"),
        ("100кВт", "100кВт", "100 kW"),
        ("5 КВТ", "5 КВТ", "5 kW"),
        ("25 m³/h", "25 м³/год", "25 m³/h"),
        ("500 м3/год", "500 м3/год", "500 m³/h"),
        ("12 V, 60 Ah", "12 В, 60 А·год", "12 V, 60 Ah"),
        ("3×4 m", "3×4 м", "3×4 m"),
    ],
)
def test_units_after_numbers_are_read_by_everybody(written: str, uk: str, pl: str) -> None:
    assert shown("uk", written) == uk
    assert shown("pl", written) == pl


@pytest.mark.parametrize(
    "mark", ["ЕЦВ 8-25-100", "ТМГ-630/10/0,4", "175/70 R13", "3 моделі", "FFP2", "A-95", ""]
)
def test_marks_and_words_stay_as_they_were(mark: str) -> None:
    for language in ("uk", "en", "pl", "de"):
        assert shown(language, mark) == mark
