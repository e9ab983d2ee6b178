"""Saves pictures for the docs small: shades that nobody tells apart become one, which takes off a quarter."""

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps
from PySide6.QtGui import QImage

_BITS: Final = 6  # of each colour; a palette of 256 would turn the yellow of a window orange


def save_small(picture: QImage, file: Path) -> None:
    """Write a PNG.

    Raises:
        OSError: the file cannot be written.
    """
    rgb = picture.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), dtype=np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    pixels = rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3)
    file.parent.mkdir(parents=True, exist_ok=True)
    ImageOps.posterize(Image.fromarray(pixels.copy(), "RGB"), _BITS).save(file, optimize=True)
