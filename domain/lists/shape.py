"""What kind of line it is, before any number is believed."""

import re
from typing import Literal

_I = re.IGNORECASE
BULLET = re.compile(
    r"^\s*(?:(?:\d{1,3}(?:\.\d{1,2})?[.)](?=\s|\D)|№\s?\d{1,3}[.)]?|[-–—•*·▪►▶➤✔✓☑□●○◦>]\ufe0f?|[\u2190-\u2bff\U0001f300-\U0001faff]\ufe0f?)\s*)+"
)
_CLOSED = re.compile(
    r"~~|\b(?:закрито|вже\s+(?:отрима|є\b|закри|придба)|отримано|придбано|закуплено|неактуально|вже\s+не\s+потріб|closed|already\s+received"
    r"|no\s+longer\s+needed|zamknięte|już\s+otrzyman|erledigt|bereits\s+erhalten)",
    _I,
)
_DO_NOT = re.compile(
    r"(?:просимо|прохання|будь\s+ласка,?)?\s*не\s+(?:надсил|присил|привоз|передавайт|везіть|шліть|треба\s+(?:везти|надсил))"
    r"|не\s+потріб(?:ен|н[іеоа])\b|не\s+треба\s*[.!]?$|please\s+(?:do\s+not|don['’]t)\s+send|\bdo\s+not\s+send|\bno\s+used\s+cloth"
    r"|prosimy\s+nie\s+(?:wysył|przysył|przekaz)|nie\s+przysyła|bitte\s+(?:nicht|keine)|nicht\s+schicken|не\s+пропонувати\s*$",
    _I,
)
_HEADING = re.compile(
    r"^(?:для\s+\S+(?:\s+\S+){0,5}|пріоритет\s*(?:№?\s*\d+)?|(?:перша|друга|третя)\s+черга|перелік(?:\s+\S+){0,6}|список(?:\s+\S+){0,6}"
    r"|потреби?(?:\s+\S+){0,6}|контакт\S*.*|тел(?:ефон)?[.:]?\s.*|e-?mail.*|адреса\s.*|нам\s+потрібн\S*|потрібно|необхідно|просимо\s+допомог\S*(?:\s+\S+){0,8}|добрий\s+день.*|шановн\S+.*"
    r"|дякуємо.*|з\s+повагою.*|на\s+(?:січень|лютий|березень|квітень|травень|червень|липень|серпень|вересень|жовтень|листопад|грудень)"
    r"(?:\s+\d{4})?|needs?\s*(?:list)?|list\s+of\s+\S+(?:\s+\S+){0,4}|we\s+need|priority\s*\d*|for\s+the\s+\S+(?:\s+\S+){0,3}|thank\s+you.*|dear\s+.*"
    r"|potrzeby|lista\s+\S+(?:\s+\S+){0,3}|potrzebujemy|dla\s+\S+(?:\s+\S+){0,3}|priorytet\s*\d*|bedarf(?:sliste)?|wir\s+brauchen|für\s+\S+(?:\s+\S+){0,3})"
    r"\s*[:.!]?\s*$",
    _I,
)
_SERVICE = re.compile(
    r"кошт[иів]|грош|фінанс|грант|\bгрн\b|\beur\b|євро\b|навчанн|тренінг|відпочин|оздоровл|стажуван|табір|лікуванн|ремонт\b"
    r"|\bmoney|\bfund|\bgrant|\btraining|\bholiday|\bsummer\s+camp|pieniąd|finansow|dofinans|szkoleni|wypoczyn|\bgeld|finanz|schulung|ferien",
    _I,
)
_DIGIT = re.compile(r"\d")
_SPLIT = re.compile(
    r"\s*[;,]\s+(?=[^\W\d]|№|\d+\s[^\W\d])|\s*;\s*|\s+(?:та|і|й|and|und|oraz|i)\s+(?=[^\W\d])", _I
)
_IN_PARENS = re.compile(r"\([^()]{0,300}\)")
MOST_PARTS = 30

Kind = Literal["heading", "do_not_send", "closed"]


def is_bullet(text: str) -> bool:
    """A point of a list, or an indented line."""
    return bool(BULLET.match(text)) or text[:1] in " \t"


def kind_of(text: str) -> Kind | None:
    """Closed, not to be sent, or a heading; None for a line that may ask for something."""
    if _CLOSED.search(text):
        return "closed"
    if _DO_NOT.search(text):
        return "do_not_send"
    plain = BULLET.sub("", text).strip()
    if _HEADING.match(plain) and not _has_amount(plain):
        return "heading"
    if plain.endswith(":") and not _DIGIT.search(plain):
        return "heading"
    return None


def _has_amount(plain: str) -> bool:
    return bool(re.search(r"\d\s*(?:шт|од|компл|кг|л\b|pcs|szt|stk|pieces)", plain, _I))


def is_service(text: str) -> bool:
    """Money, training, children's holidays: they get a polite place, never silence."""
    return bool(_SERVICE.search(text))


def parts_of(text: str) -> list[str]:
    """Where one line may hold several needs; what stands in parentheses is never taken apart."""
    hidden = _IN_PARENS.sub(lambda match: "\x01" * len(match.group(0)), text)
    parts, start = [], 0
    for gap in _SPLIT.finditer(hidden):
        parts.append(text[start : gap.start()])
        start = gap.end()
    parts = [part for part in (*parts, text[start:]) if part.strip()]
    return parts if 1 < len(parts) <= MOST_PARTS else [text]
