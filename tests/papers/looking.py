"""Looking at a picture as a reader would: is it whole, is every word on it and large enough, does none hide another."""

from io import BytesIO
from itertools import combinations

from matplotlib.patches import PathPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from papers.sheet import SMALLEST, Sheet


def opened(png: bytes | None) -> Image.Image:
    assert png is not None
    picture = Image.open(BytesIO(png))
    picture.load()
    assert picture.format == "PNG"
    return picture.convert("RGB")


def colours(picture: Image.Image) -> set[str]:
    """Those that cover more than 200 pixels."""
    found = picture.getcolors(picture.width * picture.height) or []
    return {
        f"#{red:02X}{green:02X}{blue:02X}"
        for count, (red, green, blue) in (each for each in found if isinstance(each[1], tuple))
        if count > 200
    }


def near(colour: str, seen: set[str]) -> bool:
    """Whether that colour is there, give or take what packing the picture changes."""

    def parts(text: str) -> list[int]:
        return [int(text[at : at + 2], 16) for at in (1, 3, 5)]

    return any(
        all(abs(one - two) <= 3 for one, two in zip(parts(colour), parts(each), strict=True)) for each in seen
    )


def words(sheet: Sheet) -> list[str]:
    return [each.get_text() for each in sheet.artists() if isinstance(each, Text)]


def check_bars(sheet: Sheet) -> None:
    """No word is on a bar or on a QR code."""
    renderer = sheet.finish().get_renderer()
    shapes = [each.get_window_extent(renderer) for each in sheet.artists() if isinstance(each, PathPatch)]
    assert shapes
    for text in (each for each in sheet.artists() if isinstance(each, Text)):
        place = text.get_window_extent(renderer).padded(-4)
        assert not any(Bbox.intersection(place, shape) for shape in shapes), text


def check_words(sheet: Sheet, may_touch: bool = False) -> None:
    """Every word is inside the picture, readable on a phone, and on no other."""
    canvas = sheet.finish()
    renderer = canvas.get_renderer()
    width, height = canvas.get_width_height()
    found: list[tuple[str, Bbox]] = []
    for text in (each for each in sheet.artists() if isinstance(each, Text)):
        place = text.get_window_extent(renderer)
        assert place.x0 >= 0, text
        assert place.y0 >= 0, text
        assert place.x1 <= width, text
        assert place.y1 <= height, text
        assert float(text.get_fontsize()) >= SMALLEST, text
        found.append((text.get_text().strip(), place))
    assert found
    for (one, here), (other, there) in combinations(found, 2):
        shared = Bbox.intersection(here.padded(-4), there.padded(-4))
        assert may_touch or shared is None, (one, other)
