"""The shapes of numbers, units, models and remarks inside one line. Each is bounded: no text can stall it."""

import re
from functools import cache

from domain.catalogue import unit_spellings

CASELESS = re.IGNORECASE
NUM = r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,3})?"
AMBIGUOUS = {"l", "m", "g", "kg", "t", "m2", "m3", "ml", "km"}
"""Units that are as often a size as an amount; the item decides."""

TECHNICAL = re.compile(
    r"\+?38\s?\(?0\d{2}\)?[\d\s-]{7,12}|\b0\d{2}[\s-]?\d{3}[\s-]?\d{2}[\s-]?\d{2}\b"  # phones
    r"|\b\d{1,2}\.\d{1,2}\.(?:19|20)?\d{2}\b(?:\s*р\.?)?"  # dates
    r"|№\s?[\w/-]+|\b(?:DN|Ду)\s?\d+\b|\bØ\s?\d+(?:\s?(?:мм|mm)\b)?|\bR\d{2}C?\b|\b\d{1,2}W-?\d{2}\b"
    r"|\b\d+(?:[.,]\d+)?-[^\W\d]+(?:ий|ова|ові|ове|ний|на|ні|ого|ої|их)\b"  # 8-хвильовий
    r"|\b\d+(?:[.,]\d+)?\s?[^\W\d]{1,6}\s?/\s?(?!міс|тиж|день|дн|доб|рік|month|week|day|mies|monat)[^\W\d]{1,6}\b"  # 100 ОД/мл
    r"|\b(?:додат\w+|пункт\w*|етап\w*|черг\w+|пріоритет\w*|категорі\w+|annex|appendix|phase|priority|załącznik\w*|anlage)\s*№?\s*\d+\b"
    r"|\b\d{2}R\d{2}(?:[.,]5)?\b"
    r"|\bфр(?:акці\w+|\.)?\s*\d+\s?[-–]\s?\d+(?:\s?мм\b)?|\bр\.\s?\d{2}(?:[-–]\d{2})?\b"
    r"|\b\d+(?:[.,]\d+)?\s?(?:мм|см|м|mm|cm|m)?\s?[xх×*]\s?\d+(?:[.,]\d+)?(?:\s?[xх×*]\s?\d+(?:[.,]\d+)?)?\s?(?:мм2?|см|м|mm2?|cm|m)?\b"  # 2х1,5
    r"|\b\d+/\d+(?:,\d+)?(?:[/ ]?R\d+(?:[.,]\d+)?C?|/\d+(?:[.,]\d+)?)*(?:\s?кВ)?\b|\b\d+(?:-\d+){2,}\b"  # 195/65 R15, 8-25-100
    r"|\b\d{2}\s?[-–]\s?\d{2}\s+(?:розмір|size|rozmiar|р-р)\w*"
    r"|\b(?:розмір\w*|р-р|size|rozmiar|gr(?:öße|\.))\s*(?:\d{1,3}(?:[-–]\d{1,3})?|X{0,3}[SML])\b"
    r"|\b\d+(?:[.,]\d+)?\s?(?:[-–]\s?\d+(?:[.,]\d+)?\s?)?"
    r"(?:кВт[·*]?год|кВт|kWh|kW|кВА|kVA|ква|Вт[·*]?год|Вт|Wh|W|мА[·*]?год|мАг|mAh|А[·*]?год|Ah|А\b|В\b|V\b|вольт|Гц|Hz|мм2|мм²|mm²|мм|mm|см|cm"
    r"|дюйм\w*|inch|″|\"|бар|bar|атм|°C?|ГБ|GB|ТБ|TB|МП|Mpx|мкм|µm|л/хв|л/год|l/min|l/h|клас\w*|к\.с\.|кс\b|hp|KM\b|PS\b|грам\b|%|м3/год|м³/год|m³/h|років|рік|року|years?|місць|осіб|особ\w*|чол(?:овік)?\b|people|persons?|osób|personen|ft|feet|фут\w*)"
    r"(?![^\W\d_])",
    CASELESS,
)
MODEL = re.compile(
    r"\b(?!R\d\dC?\b)[A-ZА-ЯІЇЄҐ]{1,6}[- ]?\d+(?:[-/]\d+(?:[.,]\d+)?){1,3}\b|\b(?!R\d\dC?\b)[A-ZА-ЯІЇЄҐ]{1,5}-?\d{1,4}[A-ZА-ЯІЇЄҐ]?\b"
)
PARENS = re.compile(r"\(([^()]{0,300})\)")
RATE = re.compile(
    r"\bпо\s+(?P<each>\d{1,5})\s*(?:[^\W\d]{1,10}\.?\s+)?(?:на|в|для|у|до)\s+(?:кожн\w+\s+)?[^\W\d]+,?\s*\(?(?P<times>\d{1,4})\s+[^\W\d]+\)?"
    r"|\b(?P<each2>\d{1,5})\s+(?:per|for\s+each|je|na)\s+[^\W\d]+,?\s*\(?(?P<times2>\d{1,4})\s+[^\W\d]+\)?",
    CASELESS,
)
RATE_OPEN = re.compile(r"\bпо\s+(?P<each>\d{1,5})\s*(?:шт\.?|од\.?)?\s*(?:на\s+[^\W\d]+)?\s*$", CASELESS)
USED = re.compile(
    r"\b(?:можна\s+|можливо\s+|або\s+)?(?:б/в|б/у|бу\b|вживан\w+|used(?:\s+(?:is\s+)?(?:ok|fine))?|second[- ]hand|używan\w+|gebraucht\w*)"
    r"(?:\s+(?:можна|можливо)\b)?",
    CASELESS,
)
NOT_USED = re.compile(
    r"\b(?:не|без|крім|окрім|not|no|nie|kein\w?|nicht)\s+(?:б/в|б/у|бу\b|вживан\w+|used\b|second[- ]hand|używan\w+|gebraucht\w*)",
    CASELESS,
)
IN_WORDS = re.compile(
    r"\b(?:од(?:ин|на|ну)|дв(?:а|і|оє|адцят\w*|істі|анадцят\w*)|тр(?:и|оє|идцят\w*|иста)|чотир\w+|п['’ʼ]ят\w*|шіст\w*|шіс\w+|сім(?:десят|сот|надцят)?"
    r"|вісім\w*|дев['’ʼ]ят\w*|десят\w*|одинадцят\w*|сорок|сто|тисяч\w*|кілька|декілька"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|thousand|dozens?|several|a\s+few"
    r"|jeden|dwa|dwie|trzy|cztery|pięć|dziesięć|dwadzieścia|sto|kilka|zwei|drei|vier|fünf|sechs|acht|neun|zehn|zwanzig|hundert|ein\s+paar|dutzend)\b",
    CASELESS,
)
SPELT_OUT = re.compile(rf"(?<=\d)\s*\((?:{IN_WORDS.pattern})[^()]{{0,60}}\)", CASELESS)
"""'200 (двісті) шт': official letters say a number twice."""

UNIT_FIRST = re.compile(
    rf"(?<=[^\W\d])(?P<gap>[\s,;:–—-]+)(?P<unit>шт|од|компл|к-т|уп|рул|пар|szt|pcs|stk)\.?\s*[-–—:=]?\s*(?P<low>{NUM})\s*$",
    CASELESS,
)
"""'Ковдра, шт, 200', as a table is pasted."""

PACKED = re.compile(r"\bпо\s+\d+(?:[.,]\d+)?\s?(?:кг|л|г|мл|м|т)\b", CASELESS)
"""'20 мішків по 25 кг': the second number says how it is packed, but only after a first one."""

EACH = re.compile(r"\bпо\s+\d", CASELESS)
REPEATED = re.compile(
    r"\bщо(?:дня|тижн\w+|місяц\w+)|\bна\s+(?:місяць|тиждень|добу|день)\b|/\s?(?:міс|тиж|доб|день)|\b(?:monthly|weekly|daily|per\s+(?:month|week|day))\b"
    r"|\bmiesięczn\w+|\bmonatlich\b",
    CASELESS,
)

ASKING = re.compile(
    r"^(?:(?:нам\s+)?потріб(?:ен|н\w+)|треба|необхідн\w+|просимо|ще|we\s+need|need(?:ed)?|potrzeb(?:a|ujemy|ne)|(?:wir\s+)?brauchen)\s*:?\s+"
    r"|\b[ву]\s+кількості\b|\bкількість\s*[:=-]?|\bк-?сть\b",
    CASELESS,
)
SIZE_THEN_NUMBER = re.compile(
    r"\b(?:розмір\w*|р-р|size|rozmiar|größe)\.?\s*\d{1,3}\s+[-–—]\s+\d{1,4}\s*$", CASELESS
)
"""'розмір 42 - 45' is two sizes, or one size and a quantity: nobody knows."""
EQUAL = re.compile(
    r"\b(?:або\s+)?(?:аналог\w*|еквівалент\w*)|\bor\s+(?:similar|equivalent)|\blub\s+(?:podobn\w+|odpowiednik)|\boder\s+(?:ähnlich\w*|gleichwertig\w*)",
    CASELESS,
)
TOLERANCE = re.compile(
    r"\b(?:до|не\s+старш\w+(?:\s+за)?|up\s+to|max\.?)\s+\d{1,2}\s+(?:рок\w+|years?)|правостороннє[^,;]*|лівосторонн\w+|праве\s+кермо[^,;]*|ліве\s+кермо",
    CASELESS,
)
NEW = re.compile(r"\bтільки\s+нов\w+|\bnew\s+only", CASELESS)
EDGES = ' \t-–—:=,;.•*+|/\\«»"“”'


@cache
def unit_pattern() -> str:
    """Every spelling of a unit, longest first."""
    spellings = sorted((each for each in unit_spellings() if each != "x"), key=len, reverse=True)
    return "|".join(re.escape(each) for each in spellings)


@cache
def amount() -> re.Pattern[str]:
    """A number with a unit: '4 шт', '20 мішків', '10-15 шт'."""
    return re.compile(
        rf"(?<![\w.,/-])(?P<low>{NUM})(?:\s?[-–—]\s?(?P<high>\d+(?:[.,]\d+)?))?\s?(?P<thousand>тис\.?|тыс\.?|tys\.?|tsd\.?)?\s?"
        rf"(?P<unit>{unit_pattern()})(?![^\W_])\.?",
        CASELESS,
    )


BARE_END = re.compile(
    rf"(?:^|[\s:=–—-])(?P<low>{NUM})(?:\s?[-–—]\s?(?P<high>\d+))?\s?(?P<thousand>тис\.?|tys\.?)?\s*\.?$",
    CASELESS,
)
BARE_START = re.compile(
    rf"^(?P<low>{NUM})(?:\s?[-–—]\s?(?P<high>\d+))?\s*(?:[xх×]\s*)?(?=[^\W\d_])", CASELESS
)
TIMES = re.compile(r"(?:^|\s)[xх×]\s?(?P<low>\d{1,6})\b|\b(?P<low2>\d{1,6})\s?[xх×](?=\s)", CASELESS)
ANY_NUMBER = re.compile(r"(?<![\w])\d+(?:[.,]\d+)?(?![\w])")


@cache
def glued_dash() -> re.Pattern[str]:
    """The dash of 'подушки-20шт'."""
    return re.compile(rf"(?<=[а-яіїєґa-z])[-–—](?=\d{{1,6}}\s?(?:{unit_pattern()})(?![^\W_]))")


@cache
def counted() -> re.Pattern[str]:
    """A number with its unit that was not taken: it must be asked about."""
    return re.compile(rf"\d\s?(?:{unit_pattern()})(?![^\W_])", CASELESS)
