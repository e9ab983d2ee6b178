"""Comparison of images with approved ones, tolerant of antialiasing but not of content."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from PySide6.QtGui import QImage

FOLDER: Final = Path(__file__).resolve().parent.parent / "widgets" / "approved"
COLOURS: Final = 256  # of an approved image: a quarter of the size, without visible loss
_EDGE_BLUR_PX: Final = 1  # covers differences between versions of the font engine
_EDGE_LEVELS: Final = 30  # of 255; a pixel that still differs more has other content
_WINDOW_PX: Final = 9
_MOST_IN_WINDOW: Final = 0.25  # of its pixels; one missing line of one pixel is more
_TONE_WINDOW_PX: Final = 17
_TONE_LEVELS: Final = 4.0  # tolerance for the mean of a window: an invisible shade

Pixels = NDArray[np.float32]  # rows, columns, red green blue


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Difference between an image and the approved one; `mask` shows where."""

    shape: float  # the largest share of a small window with other content
    tone: float  # the largest difference of the means of a larger window, of 255
    mask: NDArray[np.bool_]

    @property
    def matters(self) -> bool:
        """Return whether a person must look at it."""
        return self.shape > _MOST_IN_WINDOW or self.tone > _TONE_LEVELS


def differences(actual: Image.Image, approved: Image.Image) -> Difference:
    """Compare two images of one size."""
    blur = ImageFilter.BoxBlur(_EDGE_BLUR_PX)
    one, other = (_pixels(each.filter(blur)) for each in (actual, approved))
    otherwise = np.abs(one - other).max(axis=2) > _EDGE_LEVELS
    shape = _means(otherwise.astype(np.float32), _WINDOW_PX)
    tone = _means(_pixels(actual) - _pixels(approved), _TONE_WINDOW_PX)
    tones = np.abs(tone).max(axis=2)
    mask = (shape > _MOST_IN_WINDOW) | (tones > _TONE_LEVELS)
    return Difference(shape=float(shape.max()), tone=float(tones.max()), mask=mask)


def check_image(name: str, picture: QImage, failures: Path) -> str:
    """Return the difference of an image, "" for none; save actual, approved and difference side by side.

    Args:
        name: of the approved image, without suffix.
        picture: the current image.
        failures: the folder for differences.
    """
    actual, file = pillow_of(picture), FOLDER / f"{name}.png"
    if not file.exists():
        return f"there is no approved picture {name}; look at it and run: make approve-images ARGS={name}"
    approved = open_image(file)
    if approved.size != actual.size:
        return f"{name} is {actual.size}, the approved picture {approved.size}"
    found = differences(actual, approved)
    if not found.matters:
        return ""
    told = _keep_failure(failures / f"{name}.png", actual, approved, found)
    return (
        f"{name} does not look as approved: {found.shape:.0%} of a window is drawn otherwise (at most "
        f"{_MOST_IN_WINDOW:.0%}), its tone differs by {found.tone:.1f} (at most {_TONE_LEVELS}).\n"
        f"Actual, approved and difference: {told}\n"
        f"If it is as it should be: make approve-images ARGS={name}"
    )


def open_image(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        return picture.convert("RGB")


def approve(name: str, picture: QImage) -> Path:
    """Save an image that a person has checked as the approved one."""
    file = FOLDER / f"{name}.png"
    file.parent.mkdir(exist_ok=True)
    whole = pillow_of(picture)
    small = whole.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE)  # the mean keeps the colour of small areas
    kept = whole if differences(small.convert("RGB"), whole).matters else small
    kept.save(file, optimize=True)
    return file


def pillow_of(picture: QImage) -> Image.Image:
    """Convert a Qt image to Pillow."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    packed = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return Image.fromarray(packed[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy(), "RGB")


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image, dtype=np.float32)


def _means(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Return the mean of each `side` by `side` window around a pixel, by channel; zero beyond the edge."""
    reach = side // 2
    edges = [(reach + 1, reach)] * 2 + [(0, 0)] * (values.ndim - 2)
    sums = np.pad(values.astype(np.float64), edges).cumsum(axis=0).cumsum(axis=1)
    total = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.asarray(total / side**2, dtype=np.float32)


def _keep_failure(file: Path, actual: Image.Image, approved: Image.Image, found: Difference) -> Path:
    """Save actual, approved, and the approved one in grey with all differences in red."""
    grey = np.asarray(approved.convert("L").convert("RGB")) // 2 + 120
    grey[found.mask] = (214, 30, 60)
    width, height = actual.size
    sheet = Image.new("RGB", (3 * width + 16, height), "white")
    for number, picture in enumerate((actual, approved, Image.fromarray(grey.astype(np.uint8), "RGB"))):
        sheet.paste(picture, (number * (width + 8), 0))
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)
    return file
