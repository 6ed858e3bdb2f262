"""A QR code for a phone's camera, on a screen or on paper. Plain data in, a PNG out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from papers.themes import BLACK, LIGHT, WHITE, Theme

if TYPE_CHECKING:
    from papers.sheet import Sheet

_QUIET = 4
"""Modules of white around it: the standard asks for four."""


def qr(link: str, code: str, caption: str = "", theme: Theme = LIGHT) -> bytes:
    """The link as a QR code, black on white in either theme; below it the human code and a line that says what it is."""
    return qr_sheet(link, code, caption, theme).png()


def qr_sheet(link: str, code: str, caption: str, theme: Theme) -> Sheet:
    """The QR code before it is a PNG."""
    import segno

    from papers.sheet import Sheet

    rows = segno.make_qr(link, error="m").matrix
    side = len(rows) + 2 * _QUIET
    sheet = Sheet(theme)
    module = sheet.inner // side
    left = (sheet.width - module * side) // 2
    top = int(sheet.bottom)
    sheet.shape([_square(left, top, module * side)], fill=WHITE, sharp=True)
    dark = [
        _square(left + module * (column + _QUIET), top + module * (line + _QUIET), module)
        for line, row in enumerate(rows)
        for column, is_dark in enumerate(row)
        if is_dark
    ]
    sheet.shape(dark, fill=BLACK, sharp=True)
    sheet.bottom = float(top + module * side + 8)
    size = next(
        (size for size in (120, 96, 72, 56) if sheet.measured(code, size, bold=True) <= sheet.inner), 44
    )
    sheet.paragraph(code, size, bold=True, middle=True, most=2)
    if caption:
        sheet.bottom += 8
        sheet.paragraph(caption, 44, middle=True, most=3)
    return sheet


def _square(x: int, y: int, side: int) -> tuple[tuple[int, int], ...]:
    return ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
