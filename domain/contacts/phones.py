"""What a phone number looks like, and what is only a figure: quantities, sizes, dates, codes."""

import re
import unicodedata
from collections.abc import Iterator

_NUL = "OoОо"  # typed for a nought, in Latin and in Cyrillic
_ONE = rf"[\d{_NUL}]"
_GAP = r"[ \t\u00a0\u2007\u2009\u202f().\[\]\-‐‑‒–—−/\\_\ufe0f\u20e3*·•]{0,4}"
_RUN = re.compile(rf"(?<![\w,.:/])(?:[+＋]{_GAP}|\(\+?)?{_ONE}(?:{_GAP}{_ONE}){{5,60}}(?!\d)")
_AFTER_A_SIGN = re.compile(rf"(?<=[.:/,])\(?{_ONE}(?:{_GAP}{_ONE}){{8,60}}(?!\d)")
_AFTER_A_WORD = re.compile(
    rf"(?<![^\W\d_])(?:тел|моб|т|tel|mob|t|kom|ph|phone|тлф|вайбер|viber)(\+?{_ONE}(?:{_GAP}{_ONE}){{5,60}})(?!\d)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:\d{4}|\d{2})(?!\d)|(?<!\d)\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)"
    r"|(?<!\d)(?:0?[1-9]|1[0-2])[./](?:19|20)\d{2}(?!\d)|(?<!\d)\d{1,2}[:.]\d{2}\s?[-–—]\s?\d{1,2}[:.]\d{2}(?!\d)"
)
_CALL = re.compile(
    r"(?:\b(?:тел|телеф|телефон\w{0,3}|моб|дзвон\w+|подзвон\w+|номер телефону|вайбер|ватсап\w*|tel|telefon\w{0,2}|phone|mobile|cell|"
    r"call|ring|mob|kom|kom[oó]rk\w+|zadzwo\w+|dzwo\w+|handy|mobil|anruf\w*|ruf\w*|fax|факс|faks|viber|whatsapp|signal|sms|смс)\b"
    r"|☎|📞|📱|☏)[\s.:№#,–—-]{0,4}(?:\w{1,12}[\s.:,–—-]{1,3}){0,2}$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s{0,2}(?:шт|штук|одиниц|грн|uah|eur|usd|pln|zł|євро|осіб|людей|кг|kg|тонн|t\b|л\b|l\b|м\b|m\b|мм|mm|см|cm|км|km|в\b|v\b|вт|w\b|"
    r"квт|kw|ква|kva|а\b|a\b|pcs|pieces|units|szt|sztuk|stk|stück|set|компл|пар|pairs|par\b|paar|уп|opak|pack|[x×хx*]\s?\d|[€$₴%°])",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+")
_DECIMALS = re.compile(r"\d{1,2}\.\d{1,3}(?:\s*[-–—/]?\s+\d{1,2}\.\d{1,3})+")
_POLISH = ("45", "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88")
"""How Polish mobile numbers begin; they are written without a nought or a country before them."""
_COUNTRIES = {
    **dict.fromkeys(("380", "375", "420", "421", "359"), (12,)),
    **dict.fromkeys(("370", "371", "48", "373"), (11,)),
    "372": (10, 11),
    "49": (12, 13),
    "43": (11, 12, 13),
    "44": (12,),
    "40": (11,),
    "36": (11,),
    "33": (11,),
    "39": (12,),
    "31": (11,),
    "32": (11,),
    "45": (10,),
    "46": (11,),
    "47": (10,),
    "41": (11,),
    "995": (12,),
    "972": (12,),
}
"""Codes of countries as they are typed without a plus, and how many digits make a number with them."""


def phones_in(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of everything that looks like a phone number."""
    days = [day.span() for day in _DAY.finditer(text)]
    glued = (run.span(1) for run in _AFTER_A_WORD.finditer(text))
    runs = (run.span() for pattern in (_RUN, _AFTER_A_SIGN) for run in pattern.finditer(text))
    for start, end in (*runs, *glued):
        if _crosses(start, end, days) and not (text[start] == "(" and _is_phone(text, start, end)):
            yield from _beside_days(text, start, end, days)
        elif _is_phone(text, start, end):
            yield start, end
        else:
            yield from _several(text, start, end)


def _several(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """'067 123 45 67 / 050 123 45 67': two of them in one run of figures, each found from where one may begin."""
    groups = [
        (start + group.start(), start + group.end())
        for group in re.finditer(rf"[+(]*{_ONE}+", text[start:end])
    ]
    at = 0
    while at < len(groups):
        first = groups[at][0]
        last = next(
            (
                upto
                for upto in range(len(groups) - 1, at - 1, -1)
                if _begins_one(text[first : groups[at][1]]) and _is_phone(text, first, groups[upto][1])
            ),
            None,
        )
        if last is not None:
            yield first, groups[last][1]
            at = last
        at += 1


def _begins_one(group: str) -> bool:
    """A plus, one nought and then another figure, or Ukraine's own code: nothing else begins a number amid figures."""
    digits = "".join(map(_digit, group))
    return (
        group.startswith("+")
        or digits.startswith("380")
        or (digits[:1] == "0" and digits[1:2] not in ("", "0"))
    )


def _crosses(start: int, end: int, days: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in days)


def _beside_days(text: str, start: int, end: int, days: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """'24.12.2026 0671234567': what is left of it without the day."""
    at = start
    for first, last in [*(day for day in days if day[0] < end and start < day[1]), (end, end)]:
        yield from (
            (at + run.start(), at + run.end())
            for run in _RUN.finditer(text[at:first])
            if _is_phone(text, at + run.start(), at + run.end())
        )
        at = last


def _is_phone(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    digits = "".join(map(_digit, said))
    figures = sum(letter.isdigit() for letter in said)
    if figures < 6 or figures < 0.6 * len(digits):
        return False
    groups = ["".join(map(_digit, group)) for group in re.findall(rf"{_ONE}+", said)]
    plus = said.lstrip("( ").startswith(("+", "＋"))
    if plus or digits.startswith("00"):
        return 9 <= len(digits.removeprefix("00")) <= 15 and not (
            len(groups) == 1 and not plus and _UNIT.match(text, end)
        )
    if _UNIT.match(text, end):
        return False
    if _CALL.search(text[max(0, start - 40) : start]):
        return len(digits) <= 13
    if _only_quantities(said):
        return False
    return _national(digits, groups, said)


def _national(digits: str, groups: list[str], said: str) -> bool:
    count, sizes = len(digits), [len(group) for group in groups]
    if digits.startswith("0"):
        return 9 <= count <= 12 and not (len(groups) == 2 and sizes[0] == 1 and "." in said)
    if count == 11 and digits.startswith(("80", "8 0")):
        return True
    if any(digits.startswith(code) and count in lengths for code, lengths in _COUNTRIES.items()):
        return sizes[0] <= 5 or len(groups) == 1
    if count == 9:
        mobile = digits.startswith(_POLISH) and sizes in ([3, 3, 3], [9])
        round_sizes = all(group.endswith("0") for group in groups) and len(groups) > 1
        city = sizes == [2, 3, 2, 2] or said.startswith("(")
        lithuanian = sizes in ([1, 3, 5], [1, 3, 2, 3]) and digits.startswith("86")
        return (mobile and not round_sizes) or city or lithuanian
    american = sizes[-3:] == [3, 3, 4] and not all(group.endswith("0") for group in groups)
    return american and (count == 10 or (count == 11 and digits[0] == "1"))


def _only_quantities(said: str) -> bool:
    """'2 000 000 – 3 000 000', '0.5 0.75 1.0': figures with their thousands apart, or with a part of one."""
    if _DECIMALS.fullmatch(said.strip()):
        return True
    parts = re.split(r"\s*[-–—/]\s*", said.strip())
    if not all(_THOUSANDS.fullmatch(part) for part in parts):
        return False
    return len(parts) > 1 or len(said) < 11 or said.endswith("000")


def _digit(letter: str) -> str:
    if letter in _NUL:
        return "0"
    return str(unicodedata.digit(letter)) if letter.isdigit() and letter.isdecimal() else ""
