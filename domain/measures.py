"""Units inside a specification, in the reader's script: an official writes '5 кВт', a Polish clerk reads '5 kW'.

Only units after a number are touched; the number, and everything else people wrote, stays as it was.
"""

import re

_PAIRS = (
    ("kWh", "кВт·год"),
    ("kW", "кВт"),
    ("kVA", "кВА"),
    ("MW", "МВт"),
    ("Wh", "Вт·год"),
    ("W", "Вт"),
    ("mAh", "мА·год"),
    ("Ah", "А·год"),
    ("kV", "кВ"),
    ("V", "В"),
    ("A", "А"),
    ("Hz", "Гц"),
    ("m³/h", "м³/год"),
    ("m³", "м³"),
    ("m²", "м²"),
    ("mm²", "мм²"),
    ("mm", "мм"),
    ("cm", "см"),
    ("m", "м"),
    ("l", "л"),
    ("ml", "мл"),
    ("kg", "кг"),
    ("mg", "мг"),
    ("g", "г"),
    ("t", "т"),
)
"""(SI symbol, its Ukrainian form by DSTU); '100 А' and '100 A' look alike and are still different letters."""

_SPELT = {"м3/год": "m³/h", "м3": "m³", "м2": "m²", "мм2": "mm²", "m3/h": "m³/h", "m3": "m³", "m2": "m²"}
_TO_LATIN = {uk.casefold(): latin for latin, uk in _PAIRS} | _SPELT
_UKRAINIAN = dict(_PAIRS)
_TO_UK = _UKRAINIAN | {spelt: _UKRAINIAN[latin] for spelt, latin in _SPELT.items() if spelt.isascii()}


def _pattern(units: dict[str, str], flags: int) -> re.Pattern[str]:
    ordered = "|".join(re.escape(each) for each in sorted(units, key=len, reverse=True))
    return re.compile(rf"(?<=[\d½¼¾])(\s*)({ordered})(?![\w·²³/])", flags)


_LATIN = _pattern(_TO_LATIN, re.IGNORECASE)
_UK = _pattern(_TO_UK, 0)


def in_script_of(language: str, spec: str) -> str:
    """'100кВт' for a Ukrainian reader is '100 кВт', for everybody else '100 kW'."""
    if language == "uk":
        return _UK.sub(lambda found: f"\N{NO-BREAK SPACE}{_TO_UK[found[2]]}", spec)
    return _LATIN.sub(lambda found: f"\N{NO-BREAK SPACE}{_TO_LATIN[found[2].casefold()]}", spec)
