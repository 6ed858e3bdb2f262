"""Two dresses for every picture. What a colour says, a pattern, a shape or a figure says as well."""

from dataclasses import dataclass

WHITE, BLACK = "#FFFFFF", "#10151C"


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they mean, as ``#RRGGBB``."""

    name: str
    paper: str
    ink: str
    soft: str
    """Words that explain."""
    line: str
    """Borders."""
    received: str
    promised: str
    missing: str
    hole: str
    """The surface of what is missing; ``missing`` is its edge and its figure."""
    nothing: str
    normal: str
    urgent: str
    critical: str


LIGHT = Theme(
    name="light",
    paper="#FFFFFF",
    ink="#15191F",
    soft="#4B5563",
    line="#6B7280",
    received="#0B4F8A",
    promised="#8CC4EE",
    missing="#C2410C",
    hole="#FFD9C4",
    nothing="#E9ECF0",
    normal="#9CC9EC",
    urgent="#F2A33A",
    critical="#A8071A",
)

DARK = Theme(
    name="dark",
    paper="#12171E",
    ink="#F3F5F7",
    soft="#B3BCC8",
    line="#8A94A3",
    received="#6DB6F2",
    promised="#2F6FA8",
    missing="#FF9A52",
    hole="#5A2E14",
    nothing="#2A323D",
    normal="#3E76A8",
    urgent="#F2A33A",
    critical="#FF6B6B",
)


def luminance(colour: str) -> float:
    """Relative luminance by WCAG, 0 for black to 1 for white."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast by WCAG, from 1 to 21; words want 4.5, large words and shapes 3."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def ink_on(colour: str) -> str:
    """White or black, whichever is easier to read on that colour."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
