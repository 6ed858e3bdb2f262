"""What an IBAN, the number of a bank account or of a card looks like."""

import re
from collections.abc import Iterator

_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}[ \u00a0]?\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}(?![^\W_])")
_LENGTHS = {
    "UA": 29, "PL": 28, "DE": 22, "LT": 20, "LV": 21, "EE": 20, "CZ": 24, "SK": 24, "AT": 20, "CH": 21, "FR": 27, "IT": 27,
    "ES": 24, "NL": 18, "BE": 16, "GB": 22, "RO": 24, "HU": 28, "SE": 24, "NO": 15, "DK": 18, "FI": 18, "MD": 24, "BG": 22,
}  # fmt: skip
_POLISH_ACCOUNT = re.compile(r"(?<![\w])\d{2}(?:[ \u00a0-]?\d{4}){6}(?!\w)")
_CARD = re.compile(r"(?<![\w.,-])\d{4}(?:([ \u00a0-]?)\d{4})(?:\1\d{4}){2}(?![\w])")
_YEARS = re.compile(r"(?:19|20)\d\d")
_NAMED = re.compile(
    r"(?<!\w)(?:р/р|п/р|рахун(?:ок|ку)(?!-)|рах\.|карт(?:ка|ки|ку|а)|konto|konta|rachun(?:ek|ku)|kontonummer|kontonr\.?|kart[ay]|karte|"
    r"account|acct|card|iban)[\s.:№#]{0,3}(?:(?:no|nr|number|numer|банк\w*|bank\w*|приват\w*|моно\w*)[\s.:№#]{1,3}){0,2}"
    r"(\d(?:[ \u00a0-]?\d){9,25})(?!\w)",
    re.IGNORECASE,
)


def bank_accounts_in(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of everything that money could be sent to."""
    for match in _IBAN.finditer(text):
        end = _iban_end(match[0])
        if end:
            yield match.start(), match.start() + end
    for match in _POLISH_ACCOUNT.finditer(text):
        yield match.span()
    for match in _CARD.finditer(text):
        if _is_card(match[0]):
            yield match.span()
    for match in _NAMED.finditer(text):
        yield match.span(1)


def _iban_end(said: str) -> int:
    """How far it goes, where it has the length of its country or its check digits are right; else 0."""
    signs = [(at, sign) for at, sign in enumerate(said.upper()) if sign.isalnum()]
    country = "".join(sign for _, sign in signs[:2])
    length = _LENGTHS.get(country, 0)
    if length and len(signs) >= length:
        body = "".join(sign for _, sign in signs[4:length])
        if sum(sign.isdigit() for sign in body) >= len(body) - 8:
            return signs[length - 1][0] + 1
    code = "".join(sign for _, sign in signs)
    return len(said) if not length and len(code) >= 15 and _checks(code) else 0


def _checks(code: str) -> bool:
    """ISO 7064, as every IBAN in the world."""
    return int("".join(str(int(sign, 36)) for sign in code[4:] + code[:4])) % 97 == 1


def _is_card(said: str) -> bool:
    digits = [int(sign) for sign in said if sign.isdigit()]
    groups = re.findall(r"\d{4}", said)
    if digits[0] not in (2, 3, 4, 5, 6) or all(_YEARS.fullmatch(group) for group in groups):
        return False
    return len(said) > 16 or _luhn(digits)


def _luhn(digits: list[int]) -> bool:
    doubled = [each * 2 - 9 * (each > 4) if at % 2 == 0 else each for at, each in enumerate(digits)]
    return sum(doubled) % 10 == 0
