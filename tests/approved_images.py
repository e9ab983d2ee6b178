"""Compares pictures with approved ones: blind for how edges are smoothed, but not for what is drawn where."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from PySide6.QtGui import QImage

FOLDER: Final = Path(__file__).resolve().parent / "widgets" / "approved"
COLOURS: Final = 256  # of an approved picture: a quarter of the size, and nobody sees it
_EDGE_BLUR_PX: Final = 1  # takes in what another version of the font engine smooths otherwise
_EDGE_LEVELS: Final = 30  # of 255; a pixel that differs more after that is drawn otherwise
_WINDOW_PX: Final = 9
_MOST_IN_WINDOW: Final = 0.25  # of its pixels; a line of one pixel that is missing is more
_TONE_WINDOW_PX: Final = 17
_TONE_LEVELS: Final = 4.0  # by which the mean of a window may differ: a shade that the eye does not tell

Pixels = NDArray[np.float32]  # rows, columns, red green blue


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far a picture is from the approved one; `mask` is where."""

    shape: float  # the largest share of a small window that is drawn otherwise
    tone: float  # the largest difference of the means of a larger one, of 255
    mask: NDArray[np.bool_]

    @property
    def matters(self) -> bool:
        """Whether somebody should look."""
        return self.shape > _MOST_IN_WINDOW or self.tone > _TONE_LEVELS


def differences(actual: Image.Image, approved: Image.Image) -> Difference:
    """Compare two pictures of one size."""
    blur = ImageFilter.BoxBlur(_EDGE_BLUR_PX)
    one, other = (_pixels(each.filter(blur)) for each in (actual, approved))
    otherwise = np.abs(one - other).max(axis=2) > _EDGE_LEVELS
    shape = _means(otherwise.astype(np.float32), _WINDOW_PX)
    tone = _means(_pixels(actual) - _pixels(approved), _TONE_WINDOW_PX)
    tones = np.abs(tone).max(axis=2)
    mask = (shape > _MOST_IN_WINDOW) | (tones > _TONE_LEVELS)
    return Difference(shape=float(shape.max()), tone=float(tones.max()), mask=mask)


def check_image(name: str, picture: QImage, failures: Path) -> str:
    """What is wrong with a picture, "" for nothing; then actual, approved and difference lie side by side in a file.

    Args:
        name: of the approved picture, without its ending.
        picture: as it is drawn now.
        failures: the folder for what fails.
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
    """A picture in memory."""
    with Image.open(file) as picture:
        return picture.convert("RGB")


def approve(name: str, picture: QImage) -> Path:
    """Keep a picture that somebody has looked at as the approved one."""
    file = FOLDER / f"{name}.png"
    file.parent.mkdir(exist_ok=True)
    whole = pillow_of(picture)
    small = whole.quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE)  # the means keep small areas in their colour
    kept = whole if differences(small.convert("RGB"), whole).matters else small
    kept.save(file, optimize=True)
    return file


def pillow_of(picture: QImage) -> Image.Image:
    """A picture of Qt as one of Pillow."""
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    packed = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return Image.fromarray(packed[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy(), "RGB")


def _pixels(image: Image.Image) -> Pixels:
    return np.asarray(image, dtype=np.float32)


def _means(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """The mean of each window of `side` by `side` around a pixel, of each channel; beyond the edge lies nothing."""
    reach = side // 2
    edges = [(reach + 1, reach)] * 2 + [(0, 0)] * (values.ndim - 2)
    sums = np.pad(values.astype(np.float64), edges).cumsum(axis=0).cumsum(axis=1)
    total = sums[side:, side:] - sums[:-side, side:] - sums[side:, :-side] + sums[:-side, :-side]
    return np.asarray(total / side**2, dtype=np.float32)


def _keep_failure(file: Path, actual: Image.Image, approved: Image.Image, found: Difference) -> Path:
    """Actual, approved, and the approved one in grey with all that differs in red."""
    grey = np.asarray(approved.convert("L").convert("RGB")) // 2 + 120
    grey[found.mask] = (214, 30, 60)
    width, height = actual.size
    sheet = Image.new("RGB", (3 * width + 16, height), "white")
    for number, picture in enumerate((actual, approved, Image.fromarray(grey.astype(np.uint8), "RGB"))):
        sheet.paste(picture, (number * (width + 8), 0))
    file.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(file)
    return file
