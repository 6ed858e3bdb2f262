"""A sheet of paper that grows downwards: pixels from the top left corner, words measured before they are written.

Importing this costs a second (matplotlib): the functions that draw import it when they are called, so that
a bot that draws nothing starts without it. Nothing here is shared between two sheets or two threads.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from math import ceil, cos, pi, sin
from pathlib import Path as File
from typing import Literal

from matplotlib import get_data_path
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from papers.themes import Theme

SMALLEST = 28
"""Of all letters: 9 pixels on a phone that shows the picture 360 pixels wide."""

_DOTS_PER_INCH = 72  # so that a point is a pixel
_STEP = 9  # heights of whole eighths of an inch: exact as a fraction of 72
_PACKING = 4  # of zlib: more takes twice the time for a tenth
_MEASURE = 100
_SNUG = 1.01  # letters are set on whole pixels

Ring = Sequence[tuple[float, float]]


class Sheet:
    """One picture being drawn. ``bottom`` is how far down it reaches."""

    width = 1080
    left = 48
    right = width - left
    inner = right - left

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.bottom = float(self.left)
        self._figure = Figure(
            figsize=(self.width / _DOTS_PER_INCH, 1), dpi=_DOTS_PER_INCH, facecolor=theme.paper
        )
        self._canvas = FigureCanvasAgg(self._figure)
        self._down = Affine2D()

    def measured(self, text: str, size: float, bold: bool = False) -> float:
        """How wide these words will be."""
        return sum(_advance(letter, bold) for letter in text) * size * _SNUG

    def cut(self, text: str, width: float, size: float, bold: bool = False) -> str:
        """The words, or as much of them as fits with an ellipsis."""
        if self.measured(text, size, bold) <= width:
            return text
        short, long = 0, len(text)
        while long - short > 1:
            middle = (short + long) // 2
            fits = self.measured(f"{text[:middle].rstrip()}…", size, bold) <= width
            short, long = (middle, long) if fits else (short, middle)
        return f"{text[:short].rstrip()}…"

    def lines(self, text: str, width: float, size: float, bold: bool = False, most: int = 2) -> list[str]:
        """The words in lines of at most that width; what does not fit into the last one is cut."""
        words = text.split()
        found: list[str] = []
        while words and len(found) < most - 1:
            count = 1
            while count < len(words) and self.measured(" ".join(words[: count + 1]), size, bold) <= width:
                count += 1
            found.append(self.cut(" ".join(words[:count]), width, size, bold))
            words = words[count:]
        return [*found, self.cut(" ".join(words), width, size, bold)] if words else found

    def write(
        self,
        x: float,
        baseline: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = "",
        align: Literal["left", "center", "right"] = "left",
    ) -> float:
        """Words on a baseline; says how wide they are."""
        self._add(
            Text(
                x,
                baseline,
                text,
                fontproperties=FontProperties(fname=_font(bold), size=size),
                color=colour or self.theme.ink,
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,
                transform=self._down,
            )
        )
        return self.measured(text, size, bold)

    def paragraph(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: str = "",
        most: int = 2,
        middle: bool = False,
    ) -> None:
        """Words over the whole width, below what is there."""
        for line in self.lines(text, self.inner, size, bold, most):
            self.bottom += size * 1.25
            baseline = self.bottom - size * 0.3
            if middle:
                self.write(self.width / 2, baseline, line, size, bold=bold, colour=colour, align="center")
            else:
                self.write(self.left, baseline, line, size, bold=bold, colour=colour)

    def heading(self, title: str, subtitle: str = "") -> None:
        """What the picture shows, and of what."""
        size = next(
            (size for size in (46, 42, 38) if self.measured(title, size, bold=True) <= self.inner), 46
        )
        self.paragraph(title, size, bold=True)
        if subtitle:
            self.bottom += 4
            self.paragraph(subtitle, 30, colour=self.theme.soft)
        self.bottom += 24

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        edge: str = "none",
        hatch: str = "",
    ) -> None:
        """A rectangle; a hatched one has its lines in the colour of its edge."""
        ring = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self.shape([ring], fill=fill, edge=edge, thick=2, hatch=hatch)

    def shape(
        self,
        rings: Iterable[Ring],
        *,
        fill: str = "none",
        edge: str = "none",
        thick: float = 0,
        hatch: str = "",
        sharp: bool = False,
    ) -> None:
        """Closed rings as one shape, holes included; a sharp one has no soft borders between pixels."""
        path = Path.make_compound_path(*(Path([*ring, ring[0]], closed=True) for ring in rings))
        self._patch(path, fill, edge, thick, hatch, sharp)

    def pill(
        self, x: float, y: float, half: float, high: float, *, fill: str, edge: str, thick: float
    ) -> None:
        """A circle around a point, or a longer one where ``half`` the width is more than ``high``."""
        turns = [pi * step / 16 for step in range(33)]
        straight = max(0.0, half - high)
        ring = [
            (x + high * sin(turn) + (straight if turn <= pi else -straight), y - high * cos(turn))
            for turn in turns
        ]
        self.shape([ring], fill=fill, edge=edge, thick=thick)

    def stroke(self, points: Ring, colour: str, thick: float) -> None:
        """An open line."""
        self._patch(Path(points), "none", colour, thick)

    def artists(self) -> list[Artist]:
        """Everything that is drawn, for whoever wants to know where it is."""
        return self._figure.get_children()[1:]

    def png(self) -> bytes:
        """The finished picture. The same sheet gives the same bytes."""
        try:
            return self._packed()
        finally:
            # Rings of references wait for the garbage collector; six megabytes of pixels must not wait with them.
            self._canvas.renderer = None
            for artist in self.artists():
                artist.remove()

    def _packed(self) -> bytes:
        self.finish()
        self._canvas.draw()
        packed = BytesIO()
        drawn = Image.frombuffer("RGBA", self._canvas.get_width_height(), self._canvas.buffer_rgba())
        few = drawn.convert("RGB").quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(packed, "PNG", compress_level=_PACKING)  # a third of the size, and none sees the difference
        return packed.getvalue()

    def finish(self) -> FigureCanvasAgg:
        """Cut the paper below what is drawn."""
        height = ceil((self.bottom + self.left) / _STEP) * _STEP
        self._figure.set_size_inches(self.width / _DOTS_PER_INCH, height / _DOTS_PER_INCH)
        self._down.clear().scale(1, -1).translate(0, height)
        return self._canvas

    def _patch(
        self, path: Path, fill: str, edge: str, thick: float, hatch: str = "", sharp: bool = False
    ) -> None:
        patch = PathPatch(
            path,
            facecolor=fill,
            edgecolor=edge,
            linewidth=thick,
            hatch=hatch or None,
            antialiased=not sharp,
            joinstyle="round",
            capstyle="round",
            transform=self._down,
        )
        patch.set_hatch_linewidth(4)
        self._add(patch)

    def _add(self, artist: Artist) -> None:
        artist.set_clip_on(False)
        artist.set_zorder(len(self._figure.get_children()))
        self._figure.add_artist(artist)


@cache
def _font(bold: bool) -> str:
    """DejaVu Sans as it comes with matplotlib: no other is looked for, whatever the machine has."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return str(File(get_data_path(), "fonts", "ttf", name))


@cache
def _advance(letter: str, bold: bool) -> float:
    """How far a letter moves the pen, in sizes of the font. To lay out whole words takes two milliseconds each."""
    font = get_font(_font(bold))
    font.set_size(_MEASURE, _DOTS_PER_INCH)
    glyph = font.load_char(ord(letter), LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / _MEASURE
